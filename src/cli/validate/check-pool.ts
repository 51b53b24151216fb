// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AwsConnection, AwsCredentials } from './aws-requests.js';
import type { CheckedFile, FileCheck } from './check-file.js';
import type { CheckWorkerAnswer, CheckWorkerData, CheckWorkerRequest } from './check-worker.js';

/** More threads than this do not make a bucket or a disk faster. */
const threadsMax = 8;

/** One core is left to whoever lists and judges, and to a server on the same machine. */
function threadsFor(cores: number): number {
  return Math.max(1, Math.min(threadsMax, cores - 1));
}

/** Files on their way in one thread: enough to keep its connections busy. */
const filesPerThread = 128;

/** Compressed bytes on their way in all threads: what files are held in memory as. */
const bytesMax = 256 * 1024 ** 2;

/** What a file counts for whose size nobody told. */
const sizeUnknownBytes = 64 * 1024;

interface Waiting {
  readonly id: number;
  readonly sizeBytes: number;
  readonly thread: number;
  resolve(checked: CheckedFile): void;
}

interface Thread {
  readonly worker: Worker;
  filesOut: number;
  batch: { id: number; check: FileCheck }[];
}

/** Reads, uncompresses and hashes files in threads. */
export class CheckPool {
  readonly #threads: Thread[];
  readonly #out = new Map<number, Waiting>();
  readonly #queue: (() => void)[] = [];
  #bytesOut = 0;
  #nextId = 1;
  #failed: Error | undefined;
  #isClosed = false;

  constructor(connection: AwsConnection | undefined, threads = threadsFor(availableParallelism())) {
    const data: CheckWorkerData = connection === undefined ? {} : { connection };
    this.#threads = Array.from({ length: threads }, (_, index) => this.#start(index, data));
  }

  /** Files that are on their way at most: whoever hands out more only waits. */
  get filesMax(): number {
    return this.#threads.length * filesPerThread;
  }

  /** Resolves once there is room for the file; its answer comes later. Rejects only when a thread died. */
  async accept(
    check: FileCheck,
    sizeBytes = sizeUnknownBytes,
  ): Promise<{ readonly checked: Promise<CheckedFile> }> {
    while (!this.#hasRoom(sizeBytes)) await new Promise<void>((resolve) => this.#queue.push(resolve));
    if (this.#failed !== undefined) throw this.#failed;
    let index = 0;
    for (let other = 1; other < this.#threads.length; other++)
      if (this.#threads[other]!.filesOut < this.#threads[index]!.filesOut) index = other;
    const thread = this.#threads[index]!;
    const id = this.#nextId++;
    thread.filesOut++;
    this.#bytesOut += sizeBytes;
    thread.batch.push({ id, check });
    if (thread.batch.length === 1) setImmediate(() => this.#post(thread));
    const checked = new Promise<CheckedFile>((resolve) =>
      this.#out.set(id, { id, sizeBytes, thread: index, resolve }),
    );
    return { checked };
  }

  renew(credentials: AwsCredentials): void {
    for (const { worker } of this.#threads) worker.postMessage({ credentials } satisfies CheckWorkerRequest);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #hasRoom(sizeBytes: number): boolean {
    if (this.#failed !== undefined || this.#out.size === 0) return true;
    return this.#out.size < this.filesMax && this.#bytesOut + sizeBytes <= bytesMax;
  }

  #post(thread: Thread): void {
    const checks = thread.batch;
    thread.batch = [];
    if (!this.#isClosed) thread.worker.postMessage({ checks } satisfies CheckWorkerRequest);
  }

  #start(index: number, data: CheckWorkerData): Thread {
    const worker = new Worker(new URL('./check-worker.js', import.meta.url), {
      name: 'validate',
      workerData: data,
    });
    worker.on('message', (answers: CheckWorkerAnswer) => {
      for (const { id, checked } of answers) this.#finish(id, checked);
      for (const waiting of this.#queue.splice(0)) waiting();
    });
    worker.on('error', (cause) => this.#fail(index, cause));
    worker.on('exit', () => this.#fail(index, new Error('a thread that checks files ended')));
    return { worker, filesOut: 0, batch: [] };
  }

  #finish(id: number, checked: CheckedFile): void {
    const waiting = this.#out.get(id);
    if (waiting === undefined) return;
    this.#out.delete(id);
    this.#threads[waiting.thread]!.filesOut--;
    this.#bytesOut -= waiting.sizeBytes;
    waiting.resolve(checked);
  }

  /** Out of memory, for one: what that thread had is not known to be good, so no verdict may rest on it. */
  #fail(index: number, cause: Error): void {
    if (this.#isClosed) return;
    this.#failed ??= new Error(`a thread that checks files failed: ${cause.message}`, { cause });
    const reason = this.#failed.message;
    for (const waiting of [...this.#out.values()])
      if (waiting.thread === index) this.#finish(waiting.id, { outcome: 'unreadable', reason });
    for (const waiting of this.#queue.splice(0)) waiting();
  }
}
