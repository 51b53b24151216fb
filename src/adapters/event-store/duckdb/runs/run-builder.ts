// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import type { RunFacts } from './build-run.js';
import type { RunColumns } from './run-columns.js';

/** Its memory goes when it was idle for so long. */
const idleMsMax = 5_000;

export type BuilderRequest =
  | { readonly path: string; readonly facts: RunFacts; readonly columns: RunColumns }
  | { readonly path: string; readonly facts: RunFacts; readonly inputs: readonly string[] };

export type BuilderAnswer = { readonly done: true } | { readonly error: string };

interface Task {
  readonly request: BuilderRequest;
  resolve(): void;
  reject(error: Error): void;
}

/** Builds and merges runs, one at a time, in a thread that starts when there is work. What waits is up to the caller. */
export class RunBuilder {
  #thread: Worker | undefined;
  #task: Task | undefined;
  readonly #waiting: Task[] = [];
  #idleTimer: NodeJS.Timeout | undefined;

  run(request: BuilderRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#dispatch();
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    await this.#thread?.terminate();
  }

  #dispatch(): void {
    if (this.#task !== undefined) return;
    clearTimeout(this.#idleTimer);
    this.#task = this.#waiting.shift();
    if (this.#task === undefined) {
      this.#idleTimer = setTimeout(() => this.#end(), idleMsMax).unref();
      return;
    }
    this.#thread ??= this.#start();
    this.#thread.postMessage(this.#task.request);
  }

  #start(): Worker {
    const thread = new Worker(new URL('./run-builder-worker.js', import.meta.url), { name: 'history-runs' });
    thread.on('message', (answer: BuilderAnswer) => {
      const task = this.#task;
      this.#task = undefined;
      if ('error' in answer) task?.reject(new Error(answer.error));
      else task?.resolve();
      this.#dispatch();
    });
    thread.unref();
    thread.on('error', (cause) =>
      this.#lose(thread, new Error('the thread that builds runs failed', { cause })),
    );
    thread.on('exit', () => this.#lose(thread, new Error('the thread that builds runs ended')));
    return thread;
  }

  #lose(thread: Worker, error: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    const task = this.#task;
    this.#task = undefined;
    task?.reject(error);
    if (this.#waiting.length > 0) this.#dispatch();
  }

  #end(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    void thread?.terminate();
  }
}
