// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LogFileError } from '../../../record/log-file.js';
import { type ArrivedEntry, parseEntries } from './parse-entries.js';
import type { ParseAnswer, ParsedFile, ParseRequest, ParseWorkerData } from './parse-worker.js';
import type { ParsedBatch } from './parsed-batch.js';
import { parseInlineRecordsMax, parseTaskBytesMax, parseWorkerIdleMsMax } from './store-limits.js';
import { TermHasher } from './term-hash.js';

const workersMax = Math.min(4, Math.max(1, availableParallelism()));

type Parsed = Exclude<ParseAnswer, { readonly error: string } | { readonly refused: string }>;

interface Task {
  readonly request: ParseRequest;
  resolve(parsed: Parsed): void;
  reject(error: Error): void;
}

interface PoolWorker {
  readonly thread: Worker;
  task: Task | undefined;
}

/**
 * Parses entries in threads of their own, which start when there is much to do and end when there is nothing.
 * What waits is bounded by the batches in flight (`ingestBatchesInFlightMax` of `ingestBatchBytesMax`).
 */
export class ParsePool {
  readonly #hashSeed: number;
  readonly #hasher: TermHasher;
  readonly #workers = new Set<PoolWorker>();
  readonly #waiting: Task[] = [];
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(hashSeed: number) {
    this.#hashSeed = hashSeed;
    this.#hasher = new TermHasher(hashSeed);
  }

  /** The parsed entries in their order, in several batches. */
  parse(entries: readonly ArrivedEntry[]): Promise<ParsedBatch[]> {
    if (isSmall(entries)) return Promise.resolve([parseEntries(entries, this.#hasher)]);
    return Promise.all(toTasks(entries).map(async (task) => (await this.#submit(task)).batch));
  }

  /** A file ahead of its import; takes the buffer of its bytes over. Rejects with LogFileError. */
  async parseAhead(file: Uint8Array): Promise<ParsedFile> {
    return (await this.#submit({ file })) as ParsedFile;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    await Promise.all(Array.from(this.#workers, ({ thread }) => thread.terminate()));
    this.#workers.clear();
  }

  #submit(request: ParseRequest): Promise<Parsed> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#dispatch();
    });
  }

  #dispatch(): void {
    clearTimeout(this.#idleTimer);
    while (this.#waiting.length > 0) {
      const worker = this.#idleWorker();
      if (worker === undefined) return;
      worker.task = this.#waiting.shift()!;
      const { request } = worker.task;
      worker.thread.postMessage(request, transferable(request));
    }
    this.#idleTimer = setTimeout(() => this.#endIdle(), parseWorkerIdleMsMax).unref();
  }

  #idleWorker(): PoolWorker | undefined {
    for (const worker of this.#workers) if (worker.task === undefined) return worker;
    return this.#workers.size < workersMax ? this.#start() : undefined;
  }

  #start(): PoolWorker {
    const workerData: ParseWorkerData = { hashSeed: this.#hashSeed };
    const thread = new Worker(new URL('./parse-worker.js', import.meta.url), {
      workerData,
      name: 'history-parse',
    });
    const worker: PoolWorker = { thread, task: undefined };
    this.#workers.add(worker);
    thread.on('message', (answer: ParseAnswer) => {
      const task = worker.task;
      worker.task = undefined;
      if ('batch' in answer) task?.resolve(answer);
      else if ('refused' in answer) task?.reject(new LogFileError(answer.refused));
      else task?.reject(new Error(`parsing failed: ${answer.error}`));
      this.#dispatch();
    });
    thread.on('error', (cause) => this.#lose(worker, new Error('a parse thread failed', { cause })));
    thread.on('exit', () => this.#lose(worker, new Error('a parse thread ended')));
    return worker;
  }

  #lose(worker: PoolWorker, error: Error): void {
    this.#workers.delete(worker);
    worker.task?.reject(error);
    worker.task = undefined;
    if (this.#waiting.length > 0) this.#dispatch();
  }

  #endIdle(): void {
    for (const worker of this.#workers) {
      if (worker.task !== undefined) continue;
      this.#workers.delete(worker);
      void worker.thread.terminate();
    }
  }
}

function isSmall(entries: readonly ArrivedEntry[]): boolean {
  let records = 0;
  for (const { entry } of entries) {
    if (entry.kind === 'import') return false;
    records += entry.records.length;
  }
  return records <= parseInlineRecordsMax;
}

function toTasks(entries: readonly ArrivedEntry[]): ArrivedEntry[][] {
  const tasks: ArrivedEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const arrived of entries) {
    const entryBytes = textBytesOf(arrived);
    if (bytes + entryBytes > parseTaskBytesMax) {
      tasks.push([]);
      bytes = 0;
    }
    tasks.at(-1)!.push(arrived);
    bytes += entryBytes;
  }
  return tasks;
}

/** About how many bytes of JSON an entry holds; log files shrink to about an eighth by gzip. */
export function textBytesOf({ entry }: ArrivedEntry): number {
  if (entry.kind === 'import') return entry.bytes.length * (entry.gzip ? 8 : 1);
  return entry.records.reduce((sum, record) => sum + record.json.length, 0);
}

function transferable(request: ParseRequest): ArrayBuffer[] {
  if ('file' in request) return [request.file.buffer as ArrayBuffer];
  const buffers = new Set<ArrayBuffer>();
  for (const { entry } of request) {
    if (entry.kind === 'import' && entry.bytes.buffer instanceof ArrayBuffer) buffers.add(entry.bytes.buffer);
  }
  return [...buffers];
}
