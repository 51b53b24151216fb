// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { heapMegabytesMax } from '../limits.js';
import { SelectError } from '../select-error.js';
import type { FromWorker, ToWorker } from './messages.js';

/** What a selection runs in. */
export interface SelectHost {
  send(message: ToWorker, transfer: ArrayBuffer[]): void;
  ref(): void;
  /** An idle one does not keep a process that has to end. */
  unref(): void;
  /** At once, whatever it does. */
  kill(): void;
}

export interface HostEvents {
  readonly onMessage: (message: FromWorker) => void;
  /** It is gone. */
  readonly onEnd: (error: SelectError) => void;
}

const program = new URL('./select-worker.js', import.meta.url);

/** A thread: for text, whose records have a largest size. */
export function selectThreadHost({ onMessage, onEnd }: HostEvents): SelectHost {
  const worker = new Worker(program, {
    name: 's3-select',
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytesMax },
  });
  worker.on('message', onMessage);
  worker.on('error', (cause) => onEnd(new SelectError('InternalError', undefined, { cause })));
  worker.on('exit', () => onEnd(new SelectError('InternalError')));
  worker.unref();
  return {
    send: (message, transfer) => worker.postMessage(message, transfer),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    kill: () => void worker.terminate(),
  };
}

/** What the process may know of the server's environment: nothing that is secret. */
const sharedVariables = ['PATH', 'TMPDIR', 'TZ', 'LANG', 'HOME'] as const;

/**
 * A process: for Parquet, where a few bytes can stand for any number of values. A thread that is out of memory can take the
 * whole server with it.
 */
export function selectProcessHost({ onMessage, onEnd }: HostEvents): SelectHost {
  const known = sharedVariables.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const child = fork(fileURLToPath(program), [], {
    env: Object.fromEntries(known) as Record<string, string>,
    execArgv: [`--max-old-space-size=${heapMegabytesMax}`],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('message', (message) => onMessage(message as FromWorker));
  child.on('error', (cause) => onEnd(new SelectError('InternalError', undefined, { cause })));
  child.on('exit', () => onEnd(new SelectError('OverMaxParquetBlockSize')));
  const unref = () => {
    child.unref();
    child.channel?.unref();
  };
  unref();
  return {
    // What cannot be sent any more is told by the exit.
    send: (message) => void (child.connected && child.send(message, () => undefined)),
    ref: () => {
      child.ref();
      child.channel?.ref();
    },
    unref,
    kill: () => void child.kill('SIGKILL'),
  };
}
