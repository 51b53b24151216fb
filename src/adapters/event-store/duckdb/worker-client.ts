// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { fromSentError } from './store-errors.js';
import type { WorkerCalls, WorkerMessage, WorkerMethod } from './worker-protocol.js';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Calls to the store's thread. How many are under way is up to the caller. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #log: OperatorLog;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #nextId = 1;
  #failure: Error | undefined;

  constructor(log: OperatorLog) {
    this.#log = log;
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { name: 'history' });
    this.#worker.on('message', (message: WorkerMessage) => this.#onMessage(message));
    this.#worker.on('error', (cause) => this.#fail(new Error('the thread of the history failed', { cause })));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#fail(new Error('the history is closed'));
        resolve();
      });
    });
  }

  call<Method extends WorkerMethod>(
    method: Method,
    request: WorkerCalls[Method]['request'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<WorkerCalls[Method]['answer']> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage({ id, method, request }, transfer);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
    await this.#ended;
  }

  #onMessage(message: WorkerMessage): void {
    if (message.kind === 'log') {
      this.#log[message.level](message.facts, message.message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.kind === 'answer') pending?.resolve(message.answer);
    else pending?.reject(fromSentError(message.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}
