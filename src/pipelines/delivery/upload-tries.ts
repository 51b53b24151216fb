// SPDX-License-Identifier: Apache-2.0
import { retryAfterMsMax, retryAfterMsMin, uploadMsMax } from './limits.js';
import type { LogDestination, LogFileUpload, UploadOutcome } from './log-destination.js';
import type { After } from './timers.js';

export interface UploadTriesDependencies {
  readonly destination: LogDestination;
  readonly after: After;
  /** 0 (inclusive) to 1 (exclusive), for the jitter of retries. */
  readonly random: () => number;
}

/** The tries of somebody who uploads one thing at a time, log files or digests. */
export class UploadTries {
  readonly #deps: UploadTriesDependencies;
  #running: AbortController | undefined;

  constructor(deps: UploadTriesDependencies) {
    this.#deps = deps;
  }

  /** Rejects after `uploadMsMax`, and when it is broken off, whether the destination listens or not: the bytes may be there. */
  async put(upload: LogFileUpload): Promise<UploadOutcome> {
    const { destination, after } = this.#deps;
    const running = new AbortController();
    this.#running = running;
    const callOff = after(uploadMsMax, () => running.abort());
    try {
      return await Promise.race([destination.put(upload, running.signal), rejectedOn(running.signal)]);
    } finally {
      callOff();
    }
  }

  breakOff(): void {
    this.#running?.abort();
  }

  /**
   * Calls back when a destination that failed is to be tried again.
   * @param failures in a row, at least one
   * @returns the way to call it off
   */
  later(failures: number, callback: () => void): () => void {
    const backOffMs = Math.min(retryAfterMsMax, retryAfterMsMin * 2 ** Math.min(failures - 1, 20));
    return this.#deps.after(backOffMs * (0.5 + this.#deps.random() / 2), callback);
  }
}

function rejectedOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
