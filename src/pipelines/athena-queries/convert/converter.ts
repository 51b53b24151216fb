// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { QueryError } from '../../../query/query-error.js';
import type { ConvertAnswer, ConvertRequest } from './convert-request.js';

const program = fileURLToPath(new URL('./convert-main.js', import.meta.url));
const heapMebibytesMax = 1_024;

/**
 * V8 goes over to its breadth-first engine for expressions after 50,000 steps back: linear time, where that engine can run them.
 * See watched-reader.ts.
 */
export const matchOptions = ['--enable-experimental-regexp-engine-on-excessive-backtracks'] as const;

/** What the process may know of the server's environment: nothing that is secret. */
const sharedVariables = ['PATH', 'TMPDIR', 'TZ', 'LANG', 'HOME'] as const;

/**
 * A process that makes Parquet files of a table's objects: of its own, so that data that is hard to read (or made to be) takes
 * no time of the server's, and can be ended. One request at a time.
 */
export class Converter {
  #child: ChildProcess | undefined;
  #lines: Interface | undefined;
  readonly #timeMsMax: number;

  constructor(timeMsMax: number) {
    this.#timeMsMax = timeMsMax;
  }

  /** Resolves to the number of rows. Rejects with QueryError. */
  async convert(request: ConvertRequest, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const { child, lines } = this.#started();
    const timeout = AbortSignal.timeout(this.#timeMsMax);
    const over = new AbortController();
    const either = AbortSignal.any([signal, timeout, over.signal]);
    child.stdin?.write(`${JSON.stringify(request)}\n`);
    try {
      const [line] = (await Promise.race([
        once(lines, 'line', { signal: either }),
        once(child, 'exit', { signal: either }).then(() => {
          throw new QueryError(
            'EXCEEDED_LIMIT',
            'The files of the table could not be read with the memory there is.',
          );
        }),
      ])) as [string];
      return rowsOf(JSON.parse(line) as ConvertAnswer);
    } catch (error) {
      if (error instanceof QueryError) throw error;
      this.close();
      if (timeout.aborted)
        throw new QueryError('EXCEEDED_LIMIT', 'The files of the table take too long to read.');
      throw error;
    } finally {
      over.abort();
    }
  }

  #started(): { readonly child: ChildProcess; readonly lines: Interface } {
    if (this.#child !== undefined && this.#lines !== undefined && this.#child.exitCode === null)
      return { child: this.#child, lines: this.#lines };
    const known = sharedVariables.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    });
    const child = spawn(
      process.execPath,
      [...matchOptions, `--max-old-space-size=${heapMebibytesMax}`, program],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: Object.fromEntries(known) as Record<string, string>,
      },
    );
    // A request to a process that has just ended: its exit is what counts.
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    const lines = createInterface({ input: child.stdout });
    this.#child = child;
    this.#lines = lines;
    return { child, lines };
  }

  /** Ends the process, whatever it is doing. */
  close(): void {
    this.#lines?.close();
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#lines = undefined;
  }
}

function rowsOf(answer: ConvertAnswer): number {
  if (answer.ok) return answer.rows;
  if (answer.kind === 'data') throw new QueryError('INVALID_VALUE', answer.message);
  throw new QueryError('INTERNAL', 'The files of the table could not be read.', {
    cause: new Error(answer.message),
  });
}
