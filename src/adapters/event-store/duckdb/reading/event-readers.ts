// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AttributeFilter } from '../lookup-sql.js';
import { blockAddressOf } from '../ordinal.js';
import type { RecordFile } from '../record-file-list.js';
import type { RecordFiles } from '../record-files.js';
import type { PlacedRow } from '../stored-event.js';
import { type EventsPart, type PackedEvents, packedEvents } from './matching-events.js';
import type { ReaderAnswer, ReaderRequest } from './reader-worker.js';

const threadsMax = availableParallelism() === 1 ? 0 : Math.min(4, availableParallelism());

/** Each takes about 15 MB and as much again in opened blocks: without work they end after so long. */
const idleMsMax = 30_000;

/** Fewer blocks than this that are not in memory are opened here: handing them over takes as long. */
const coldBlocksMin = 4;

export interface ReadEvents {
  readonly count: number;
  readonly parts: readonly EventsPart[];
}

interface Reader {
  readonly thread: Worker;
  readonly tasks: Map<number, (read: PackedEvents | undefined) => void>;
  /** The files that it knows. */
  files: readonly RecordFile[] | undefined;
  isReady: boolean;
}

/**
 * Opens the blocks of a page in threads of their own: that is nearly all that a page costs. They start with the first page
 * that needs them (which does not wait for them). What waits is up to the caller.
 */
export class EventReaders {
  readonly #files: RecordFiles;
  readonly #readers = new Set<Reader>();
  #nextId = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(files: RecordFiles) {
    this.#files = files;
  }

  /** The events of rows in their order, without those that do not match. Rejects with DamagedBlockError. */
  async read(rows: readonly PlacedRow[], attributes: readonly AttributeFilter[]): Promise<ReadEvents> {
    const readers = this.#isWorthIt(rows) ? this.#readersFor() : [];
    if (readers.length === 0) {
      const { count, events } = packedEvents(this.#files, rows, attributes);
      return { count, parts: [events] };
    }
    const size = Math.ceil(rows.length / readers.length);
    const read = await Promise.all(
      readers.map((reader, index) =>
        this.#readBy(reader, rows.slice(index * size, (index + 1) * size), attributes),
      ),
    );
    return {
      count: read.reduce((sum, { count }) => sum + count, 0),
      parts: read.map(({ events }) => events),
    };
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    await Promise.all(Array.from(this.#readers, ({ thread }) => thread.terminate()));
  }

  #isWorthIt(rows: readonly PlacedRow[]): boolean {
    const cold = new Set<number>();
    for (const { ordinal } of rows) {
      const address = blockAddressOf(ordinal);
      if (!this.#files.has(address)) cold.add(address);
      if (cold.size >= coldBlocksMin) return true;
    }
    return false;
  }

  /** All that have nothing to do share a page; while all have work, the one with the least takes it. */
  #readersFor(): readonly Reader[] {
    while (this.#readers.size < threadsMax) this.#start();
    const ready = [...this.#readers].filter(({ isReady }) => isReady);
    const idle = ready.filter(({ tasks }) => tasks.size === 0);
    if (idle.length > 0 || ready.length === 0) return idle;
    return [ready.reduce((least, reader) => (reader.tasks.size < least.tasks.size ? reader : least))];
  }

  async #readBy(
    reader: Reader,
    rows: readonly PlacedRow[],
    attributes: readonly AttributeFilter[],
  ): Promise<PackedEvents> {
    const read = await this.#ask(reader, rows, attributes);
    if (read !== undefined) return read;
    // It was packed or dropped meanwhile, or it is damaged, and then the error is told from here.
    return packedEvents(this.#files, rows, attributes);
  }

  #ask(
    reader: Reader,
    rows: readonly PlacedRow[],
    attributes: readonly AttributeFilter[],
  ): Promise<PackedEvents | undefined> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      reader.tasks.set(id, resolve);
      if (reader.files !== this.#files.files) {
        reader.files = this.#files.files;
        post(reader, { files: reader.files });
      }
      post(reader, { id, rows, attributes });
    });
  }

  #start(): void {
    const thread = new Worker(new URL('./reader-worker.js', import.meta.url), { name: 'history-read' });
    thread.unref();
    const reader: Reader = { thread, tasks: new Map(), files: undefined, isReady: false };
    this.#readers.add(reader);
    thread.on('message', (answer: ReaderAnswer) => {
      if ('isReady' in answer) reader.isReady = true;
      else this.#finish(reader, answer.id, 'failed' in answer ? undefined : answer);
      this.#endWhenIdle();
    });
    thread.on('error', () => this.#lose(reader));
    thread.on('exit', () => this.#lose(reader));
  }

  #finish(reader: Reader, id: number, read: PackedEvents | undefined): void {
    const resolve = reader.tasks.get(id);
    reader.tasks.delete(id);
    resolve?.(read);
  }

  #lose(reader: Reader): void {
    this.#readers.delete(reader);
    for (const id of [...reader.tasks.keys()]) this.#finish(reader, id, undefined);
  }

  #endWhenIdle(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      for (const reader of this.#readers) {
        if (reader.tasks.size > 0) continue;
        this.#readers.delete(reader);
        void reader.thread.terminate();
      }
    }, idleMsMax).unref();
  }
}

function post({ thread }: Reader, request: ReaderRequest): void {
  thread.postMessage(request);
}
