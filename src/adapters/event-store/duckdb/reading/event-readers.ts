// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { AttributeFilter } from '../lookup-sql.js';
import { blockAddressOf } from '../ordinal.js';
import type { RecordFile } from '../record-file-list.js';
import type { RecordFiles } from '../record-files.js';
import { keptTextLengthMax } from '../store-limits.js';
import { eventTextAt, receivedTexts, recordAt, wantedBy } from './event-texts.js';
import { KeptTexts } from './kept-texts.js';
import type { ReaderAnswer, ReaderRequest, Texts } from './reader-worker.js';

const threadsMax = availableParallelism() === 1 ? 0 : Math.min(4, availableParallelism());

/** Each takes about 15 MB and as much again in opened blocks: without work they end after so long. */
const idleMsMax = 30_000;

/** Fewer blocks than this that are not in memory are opened here: handing them over takes as long. */
const coldBlocksMin = 4;

/** What a reader has read; undefined: it could not. */
type Read = Exclude<ReaderAnswer, { readonly isReady: true } | { readonly failed: true }> | undefined;

interface Reader {
  readonly thread: Worker;
  readonly tasks: Map<number, (read: Read) => void>;
  /** The files that it knows. */
  files: readonly RecordFile[] | undefined;
  isReady: boolean;
}

/**
 * Reads the events of pages. The blocks are opened in threads of their own: that is nearly all that a page costs. They start with
 * the first page that needs them (which does not wait for them). What waits is up to the caller.
 */
export class EventReaders {
  readonly #files: RecordFiles;
  readonly #readers = new Set<Reader>();
  readonly #kept = new KeptTexts(keptTextLengthMax);
  #nextId = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(files: RecordFiles) {
    this.#files = files;
  }

  /**
   * The events at ordinals as LookupEvents shows them, undefined for those that do not match and those that were dropped
   * meanwhile. Rejects with DamagedBlockError.
   */
  async read(ordinals: readonly number[], attributes: readonly AttributeFilter[]): Promise<Texts> {
    const wanted = wantedBy(attributes);
    const texts = ordinals.map((ordinal) => this.#kept.find(ordinal, wanted));
    const missing = ordinals.filter((_, index) => texts[index] === undefined);
    const read = missing.length === 0 ? [] : await this.#readMissing(missing, attributes);
    for (const [index, text] of read.entries()) {
      if (text !== undefined) this.#kept.add(missing[index]!, text);
    }
    let next = 0;
    return texts.map((text) => (text === undefined ? read[next++] : (text ?? undefined)));
  }

  /** The records at ordinals as they came in; undefined for what is none (any more), or is damaged. */
  readRecords(ordinals: readonly number[]): Promise<readonly (Buffer | undefined)[]> {
    return this.#shared(
      ordinals,
      undefined,
      (part) => part.map((ordinal) => recordAt(this.#files, ordinal)),
      (read) => ('records' in read ? receivedTexts(read.records) : undefined),
    );
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    await Promise.all(Array.from(this.#readers, ({ thread }) => thread.terminate()));
  }

  #readMissing(ordinals: readonly number[], attributes: readonly AttributeFilter[]): Promise<Texts> {
    const wanted = wantedBy(attributes);
    return this.#shared(
      ordinals,
      attributes,
      (part) => part.map((ordinal) => eventTextAt(this.#files, ordinal, wanted)),
      (read) => ('texts' in read ? read.texts : undefined),
    );
  }

  /**
   * By the readers where that is worth it, else here.
   * @param here also where a reader could not: it was packed or dropped meanwhile, or it is damaged, and then the error is told here
   */
  async #shared<Text>(
    ordinals: readonly number[],
    attributes: readonly AttributeFilter[] | undefined,
    here: (part: readonly number[]) => readonly Text[],
    received: (read: NonNullable<Read>) => readonly Text[] | undefined,
  ): Promise<readonly Text[]> {
    const readers = this.#isWorthIt(ordinals) ? this.#readersFor() : [];
    if (readers.length === 0) return here(ordinals);
    const size = Math.ceil(ordinals.length / readers.length);
    const parts = readers.map(async (reader, index) => {
      const part = ordinals.slice(index * size, (index + 1) * size);
      const read = await this.#ask(reader, part, attributes);
      return (read && received(read)) ?? here(part);
    });
    return (await Promise.all(parts)).flat();
  }

  #isWorthIt(ordinals: readonly number[]): boolean {
    const cold = new Set<number>();
    for (const ordinal of ordinals) {
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

  #ask(
    reader: Reader,
    ordinals: readonly number[],
    attributes: readonly AttributeFilter[] | undefined,
  ): Promise<Read> {
    return new Promise((resolve) => {
      const id = this.#nextId++;
      reader.tasks.set(id, resolve);
      if (reader.files !== this.#files.files) {
        reader.files = this.#files.files;
        post(reader, { files: reader.files });
      }
      post(reader, { id, ordinals, ...(attributes && { attributes }) });
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

  #finish(reader: Reader, id: number, read: Read): void {
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
