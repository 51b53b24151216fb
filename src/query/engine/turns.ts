// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';

interface Waiting {
  readonly signal: AbortSignal;
  resolve(leave: () => void): void;
  reject(error: Error): void;
}

/** At most so many at a time; the others wait in the order in which they came, up to a limit. */
export class Turns {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(runningMax: number, waitingMax: number) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
  }

  /**
   * Resolves, when it is the caller's turn, to the way to end it (to be called once).
   * Rejects with QueryError: BUSY when too many wait, CANCELLED when the signal ends the wait.
   */
  enter(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(cancelled());
    if (this.#running < this.#runningMax) return Promise.resolve(this.#start());
    if (this.#waiting.size >= this.#waitingMax)
      return Promise.reject(new QueryError('BUSY', 'Too many queries are waiting. Try again later.'));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { signal, resolve, reject };
      this.#waiting.add(waiting);
      signal.addEventListener(
        'abort',
        () => {
          if (this.#waiting.delete(waiting)) reject(cancelled());
        },
        { once: true },
      );
    });
  }

  #start(): () => void {
    this.#running += 1;
    return () => {
      this.#running -= 1;
      const [next] = this.#waiting;
      if (next === undefined) return;
      this.#waiting.delete(next);
      next.resolve(this.#start());
    };
  }
}

export function cancelled(): QueryError {
  return new QueryError('CANCELLED', 'The query was cancelled.');
}
