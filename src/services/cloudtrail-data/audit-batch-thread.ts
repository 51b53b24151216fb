// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import type { AuditBatch, AuditBatchFacts } from './audit-batch.js';
import { type BatchAnswer, type BatchQuestion, unpacked } from './audit-batch-messages.js';

/** Bodies that may be with the thread at a time; the next ones are read on the main thread, which slows its callers down. */
const waitingBytesMax = 64 * 1024 ** 2;
/** A thread takes some tens of ms to start and 10 MB: one that follows load closely keeps neither. */
const idleMs = 30_000;
/** The largest body (4 MiB), as whatever JSON it holds, takes a quarter of it. */
const heapMegabytesMax = 512;
/** Everything is garbage once a request is answered: with much room for new objects the collector finds next to nothing alive. */
const youngMegabytesMax = 128;

export interface BatchThreadOptions {
  readonly idleMs?: number;
  readonly waitingBytesMax?: number;
  readonly heapMegabytesMax?: number;
  /** The thread's program. */
  readonly program?: URL;
}

/** Read, or the bytes back where they are to be read in the usual way. */
export type BesideRead = { readonly batch: AuditBatch } | { readonly bytes: Uint8Array };

interface Waiting {
  readonly bytes: number;
  readonly resolve: (read: BesideRead) => void;
  readonly reject: (error: Error) => void;
}

/** Those that it was to read were not read, and nothing of them was kept. */
export class BatchThreadEndedError extends Error {
  override readonly name = 'BatchThreadEndedError';
}

/** Reads large requests beside the main thread: one thread, started when first needed, ended after a while without work. */
export class AuditBatchThread {
  readonly #idleMs: number;
  readonly #waitingBytesMax: number;
  readonly #heapMegabytesMax: number;
  readonly #program: URL;
  readonly #waiting = new Map<number, Waiting>();
  #waitingBytes = 0;
  #number = 0;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: BatchThreadOptions = {}) {
    this.#idleMs = options.idleMs ?? idleMs;
    this.#waitingBytesMax = options.waitingBytesMax ?? waitingBytesMax;
    this.#heapMegabytesMax = options.heapMegabytesMax ?? heapMegabytesMax;
    this.#program = options.program ?? new URL('./audit-batch-worker.js', import.meta.url);
  }

  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /**
   * Takes the bytes away, unless it answers undefined: there is no room. Rejects with BatchThreadEndedError when the thread
   * ends over them; it is not tried again with bytes that may have been the reason.
   */
  read(bytes: Uint8Array, facts: AuditBatchFacts): Promise<BesideRead> | undefined {
    const size = bytes.byteLength;
    if (this.#waitingBytes + size > this.#waitingBytesMax) return undefined;
    const worker = this.#started();
    clearTimeout(this.#idle);
    this.#number += 1;
    const number = this.#number;
    this.#waitingBytes += size;
    worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { bytes: size, resolve, reject });
      const own = transferable(bytes);
      const question: BatchQuestion = { number, bytes: own, facts };
      worker.postMessage(question, [own.buffer]);
    });
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    // At once: a request that comes while it ends gets a thread of its own.
    this.#ended(worker);
    await worker.terminate();
  }

  #started(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#program, {
      name: 'audit-events',
      resourceLimits: {
        maxOldGenerationSizeMb: this.#heapMegabytesMax,
        maxYoungGenerationSizeMb: youngMegabytesMax,
      },
    });
    worker.on('message', (answer: BatchAnswer) => this.#answered(answer));
    worker.on('error', (cause) => this.#ended(worker, cause));
    worker.on('exit', () => this.#ended(worker));
    this.#worker = worker;
    return worker;
  }

  #answered(answer: BatchAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.number);
    this.#waitingBytes -= waiting.bytes;
    if (this.#waiting.size === 0) this.#rest();
    waiting.resolve('batch' in answer ? { batch: unpacked(answer.batch) } : { bytes: answer.bytes });
  }

  /** Without work it does not keep a process that has to end. */
  #rest(): void {
    this.#worker?.unref();
    this.#idle = setTimeout(() => void this.end(), this.#idleMs).unref();
  }

  #ended(worker: Worker, cause?: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    clearTimeout(this.#idle);
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#waitingBytes = 0;
    for (const { reject } of lost)
      reject(new BatchThreadEndedError('the thread that reads events ended', { cause }));
  }
}

/** Bytes with a buffer of their own: of one that others share nothing can be given away. */
function transferable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  return isAlone ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes);
}
