// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import type { AwsConnection, AwsCredentials } from './aws-requests.js';
import { type CheckedFile, checkFile, type FileCheck } from './check-file.js';
import type { CheckWorkerAnswer, CheckWorkerData, CheckWorkerRequest } from './check-worker.js';
import { S3Reader } from './s3-reader.js';

/** Where files are read, uncompressed and hashed. */
export interface CheckThread {
  /** Never rejects. */
  check(check: FileCheck): Promise<CheckedFile>;
  renew(credentials: AwsCredentials): void;
  close(): Promise<void>;
}

/**
 * In the thread that lists and judges. Where a machine has no core for another one, a thread of its own is what costs
 * most: it loads and compiles the same code once more, and every file crosses the border twice.
 */
export class OwnThread implements CheckThread {
  readonly #reader: S3Reader;

  constructor(connection: AwsConnection) {
    this.#reader = new S3Reader(connection);
  }

  check(check: FileCheck): Promise<CheckedFile> {
    return checkFile(this.#reader, check);
  }

  renew(credentials: AwsCredentials): void {
    this.#reader.renew(credentials);
  }

  async close(): Promise<void> {
    this.#reader.close();
  }
}

/** In a thread of its own. What is asked within one turn goes there together. */
export class WorkerThread implements CheckThread {
  readonly #worker: Worker;
  readonly #onFailed: (cause: Error) => void;
  readonly #waiting = new Map<number, (checked: CheckedFile) => void>();
  #batch: { readonly id: number; readonly check: FileCheck }[] = [];
  #nextId = 1;
  #failed: string | undefined;
  #isClosed = false;

  /** @param onFailed it died; what it had is answered as unreadable */
  constructor(connection: AwsConnection | undefined, onFailed: (cause: Error) => void) {
    this.#onFailed = onFailed;
    const data: CheckWorkerData = connection === undefined ? {} : { connection };
    this.#worker = new Worker(new URL('./check-worker.js', import.meta.url), {
      name: 'validate',
      workerData: data,
    });
    this.#worker.on('message', (answer: CheckWorkerAnswer) => this.#take(answer));
    this.#worker.on('error', (cause) => this.#fail(cause));
    this.#worker.on('exit', () => this.#fail(new Error('a thread that checks files ended')));
  }

  check(check: FileCheck): Promise<CheckedFile> {
    if (this.#failed !== undefined) return Promise.resolve({ outcome: 'unreadable', reason: this.#failed });
    const id = this.#nextId++;
    this.#batch.push({ id, check });
    if (this.#batch.length === 1) setImmediate(() => this.#post());
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  renew(credentials: AwsCredentials): void {
    this.#worker.postMessage({ credentials } satisfies CheckWorkerRequest);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  #post(): void {
    const ids = this.#batch.map(({ id }) => id);
    const checks = JSON.stringify(this.#batch.map(({ check }) => check));
    this.#batch = [];
    if (!this.#isClosed) this.#worker.postMessage({ ids, checks } satisfies CheckWorkerRequest);
  }

  #take({ ids, checked }: CheckWorkerAnswer): void {
    const answers = typeof checked === 'string' ? (JSON.parse(checked) as CheckedFile[]) : checked;
    ids.forEach((id, index) => {
      this.#waiting.get(id)?.(answers[index]!);
      this.#waiting.delete(id);
    });
  }

  /** Out of memory, for one: what it had is not known to be good, so no verdict may rest on it. */
  #fail(cause: Error): void {
    if (this.#isClosed || this.#failed !== undefined) return;
    this.#failed = `a thread that checks files failed: ${cause.message}`;
    this.#onFailed(new Error(this.#failed, { cause }));
    for (const resolve of this.#waiting.values()) resolve({ outcome: 'unreadable', reason: this.#failed });
    this.#waiting.clear();
  }
}
