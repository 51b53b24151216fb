// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { childFrameBytesMax, cpuSecondsMax } from './engine-limits.js';
import { type ChildMessage, frameOf, type ParentMessage, toChildMessage } from './engine-protocol.js';
import { FrameReader } from './frames.js';

/** The process is gone, or had to go. */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
  constructor(
    /** As the system says it: of a process that had to abort for want of memory, SIGABRT. */
    readonly signal: NodeJS.Signals | undefined,
    message: string,
  ) {
    super(message);
  }
}

export interface ProcessOptions {
  /** The program, compiled. */
  readonly entry: URL;
  /** Data, heaps and stacks of all threads: more of it the system refuses (RLIMIT_DATA). */
  readonly dataBytesMax: number;
}

/** A message that nobody waits for is no message of ours: `columns` and `rows` are the most that may be unread. */
const unreadMax = 8;
const lastWordsLengthMax = 500;
const niceness = 15;

/**
 * A process that runs statements of strangers. It is given no environment, no directory, no file but its wire; it may write
 * to no file (a limit of size 0), leaves no core, and runs at a low priority: recording comes first.
 *
 * What it says is not trusted: anything but a known message of a bounded size ends it.
 */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #wire: Duplex;
  readonly #unread: ChildMessage[] = [];
  #waiting: { resolve(message: ChildMessage): void; reject(error: Error): void } | undefined;
  #ended: ProcessEndedError | undefined;
  #lastWords = '';
  /** Statements that it was given. */
  statementCount = 0;
  /** Resolves when it is gone. */
  readonly gone: Promise<ProcessEndedError>;

  constructor({ entry, dataBytesMax }: ProcessOptions) {
    this.#child = spawn(
      '/bin/sh',
      ['-c', limitedStart(dataBytesMax), process.execPath, fileURLToPath(entry)],
      {
        cwd: '/',
        env: { TZ: 'UTC', PATH: '/usr/bin:/bin' },
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        // Not detached, see `limitedStart`.
      },
    );
    this.#wire = this.#child.stdio[3] as Duplex;
    this.gone = new Promise((resolve) => {
      const end = (signal: NodeJS.Signals | null, message: string) => {
        const words = this.#lastWords.trim();
        resolve(
          this.#end(
            new ProcessEndedError(signal ?? undefined, words === '' ? message : `${message}: ${words}`),
          ),
        );
      };
      this.#child.on('error', (error) => end(null, error.message));
      this.#child.on('exit', (code, signal) => end(signal, `ended with ${signal ?? code}`));
    });
    this.#listen();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** It keeps the server running, or does not: an idle one is no work. */
  hold(isAtWork: boolean): void {
    const handles = [this.#child, this.#wire, this.#child.stderr] as unknown as {
      ref(): void;
      unref(): void;
    }[];
    for (const handle of handles)
      if (isAtWork) handle.ref();
      else handle.unref();
  }

  send(message: ParentMessage): void {
    if (!this.hasEnded) this.#wire.write(frameOf(message));
  }

  /** The next message. Rejects with ProcessEndedError. */
  next(): Promise<ChildMessage> {
    const message = this.#unread.shift();
    if (message !== undefined) return Promise.resolve(message);
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** At once, whatever it is doing. */
  kill(): void {
    this.#child.kill('SIGKILL');
    this.#wire.destroy();
  }

  /** Memory that is its own; undefined where the system does not say (or it is gone). */
  memoryBytes(): number | undefined {
    try {
      const [, kibibytes] =
        /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? [];
      return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
    } catch {
      return undefined;
    }
  }

  #listen(): void {
    const reader = new FrameReader(childFrameBytesMax);
    this.#wire.on('data', (piece: Buffer) => {
      try {
        for (const message of reader.push(piece)) this.#take(toChildMessage(message));
      } catch (error) {
        this.#lastWords = (error as Error).message;
        this.kill();
      }
    });
    // Its end tells the rest.
    this.#wire.on('error', () => {});
    (this.#child.stderr as Readable).setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(0, lastWordsLengthMax);
    });
  }

  #take(message: ChildMessage): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) waiting.resolve(message);
    else if (this.#unread.push(message) > unreadMax) throw new Error('too many messages');
  }

  #end(error: ProcessEndedError): ProcessEndedError {
    this.#ended ??= error;
    this.#waiting?.reject(this.#ended);
    this.#waiting = undefined;
    this.#wire.destroy();
    return this.#ended;
  }
}

/**
 * POSIX sh: limits in KiB, blocks, seconds. A limit that the system does not know is left out; the engine has its own, too.
 *
 * The session stays the server's: where Linux makes a scheduling group of each session, niceness counts within that group alone,
 * so two queries in sessions of their own would get as much of the processors as everything else together. And what the group
 * itself stands back by, others on the machine would get, whatever recording leaves. Source: sched(7), "The autogroup feature".
 */
function limitedStart(dataBytesMax: number): string {
  return [
    `ulimit -d ${Math.ceil(dataBytesMax / 1024)} 2>/dev/null`,
    'ulimit -f 0 2>/dev/null',
    'ulimit -c 0 2>/dev/null',
    `ulimit -t ${cpuSecondsMax} 2>/dev/null`,
    `command -v nice >/dev/null && exec nice -n ${niceness} "$0" "$@"`,
    'exec "$0" "$@"',
  ].join('; ');
}
