// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import type { SegmentLines } from '../../ports/event-segments.js';
import type { ImportAnswer } from './import-worker.js';
import { importThreadIdleMs } from './limits.js';
import type { ImportToRead } from './read-import.js';

/** The file cannot be read; the message says why. */
export class UnreadableImportError extends Error {
  override readonly name = 'UnreadableImportError';
}

/** Reads imported files beside the main thread, one at a time. */
export class ImportThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  async read(request: ImportToRead): Promise<readonly SegmentLines[]> {
    clearTimeout(this.#idle);
    this.#worker ??= new Worker(new URL('./import-worker.js', import.meta.url), { name: 'lake-import' });
    const worker = this.#worker;
    try {
      const answer = await ask(worker, request);
      if ('failed' in answer) throw new UnreadableImportError(answer.failed);
      return answer.lines;
    } catch (error) {
      if (!(error instanceof UnreadableImportError)) this.#worker = undefined;
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.end(), importThreadIdleMs).unref();
    }
  }

  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function ask(worker: Worker, request: ImportToRead): Promise<ImportAnswer> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error('the thread that reads imports ended'));
    const settle = (): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
    };
    const onMessage = (answer: ImportAnswer): void => {
      settle();
      resolve(answer);
    };
    // Out of memory, for one.
    const onError = (error: Error): void => {
      settle();
      reject(error);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(request);
  });
}
