// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import { LogFileError } from '../../record/log-file.js';
import type { CheckedFile } from './check-file.js';
import type { CheckAnswer, CheckRequest } from './check-worker.js';
import { workerIdleMs } from './limits.js';

interface Task extends CheckRequest {
  resolve(checked: CheckedFile): void;
  reject(error: Error): void;
}

interface CheckThread {
  readonly worker: Worker;
  task: Task | undefined;
}

/** Checks files in threads, which start when they are needed. Its caller bounds how many files wait. */
export class CheckPool {
  readonly #threadsMax: number;
  readonly #threads = new Set<CheckThread>();
  readonly #waiting: Task[] = [];
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(threadsMax: number) {
    this.#threadsMax = threadsMax;
  }

  /** Rejects with LogFileError when the file is bad. Takes the bytes' buffer over where nothing else is in it. */
  check(bytes: Uint8Array, happenedSinceMs?: number): Promise<CheckedFile> {
    if (this.#isClosed) return Promise.reject(new Error('importing has ended'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, happenedSinceMs, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idleTimer);
    for (const task of this.#waiting.splice(0)) task.reject(new Error('importing has ended'));
    await Promise.all(Array.from(this.#threads, ({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    clearTimeout(this.#idleTimer);
    while (this.#waiting.length > 0) {
      const thread = this.#idleThread();
      if (thread === undefined) return;
      thread.task = this.#waiting.shift()!;
      const { bytes, happenedSinceMs } = thread.task;
      const isWhole = bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength;
      const request: CheckRequest = { bytes, happenedSinceMs };
      thread.worker.postMessage(request, isWhole ? [bytes.buffer as ArrayBuffer] : []);
    }
    this.#idleTimer = setTimeout(() => this.#endIdle(), workerIdleMs).unref();
  }

  #idleThread(): CheckThread | undefined {
    for (const thread of this.#threads) if (thread.task === undefined) return thread;
    return this.#threads.size < this.#threadsMax ? this.#start() : undefined;
  }

  #start(): CheckThread {
    const worker = new Worker(new URL('./check-worker.js', import.meta.url), { name: 'import-check' });
    const thread: CheckThread = { worker, task: undefined };
    this.#threads.add(thread);
    worker.on('message', (answer: CheckAnswer) => {
      const task = thread.task;
      thread.task = undefined;
      if ('checked' in answer) task?.resolve(answer.checked);
      else
        task?.reject(
          'refused' in answer
            ? new LogFileError(answer.refused)
            : new Error(`checking failed: ${answer.failed}`),
        );
      this.#dispatch();
    });
    // Out of memory, for one: the file that did it is refused, the others go on in a new thread.
    worker.on('error', (cause) =>
      this.#lose(thread, new Error('a thread that checks files failed', { cause })),
    );
    worker.on('exit', () => this.#lose(thread, new Error('a thread that checks files ended')));
    return thread;
  }

  #lose(thread: CheckThread, error: Error): void {
    this.#threads.delete(thread);
    thread.task?.reject(error);
    thread.task = undefined;
    if (!this.#isClosed) this.#dispatch();
  }

  #endIdle(): void {
    for (const thread of this.#threads) {
      if (thread.task !== undefined) continue;
      this.#threads.delete(thread);
      void thread.worker.terminate();
    }
  }
}
