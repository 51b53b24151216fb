// SPDX-License-Identifier: Apache-2.0
import { type ObjectStore, ObjectStoreError } from '../../ports/object-store.js';
import type { PackedRows, QueryStatistics, Row } from '../query-engine.js';
import type { TableColumn } from '../table-source.js';
import { packRows, unpackRows } from './packed-rows.js';
import type { QueryResult, QueryResults, ResultCsv, ResultWriter } from './query-results.js';
import { readIndex, type StoredIndex, writeIndex } from './result-index.js';

/** No name that S3 gives to a bucket: no caller can ask for it. */
export const resultsBucket = 'cairn:query-results';

/** A chunk is what a page of an answer costs to read. */
const chunkRowsMax = 1_000;
/** Of the cells' text, before it is compressed. */
const chunkCharactersMax = 1024 * 1024;
/** Chunks up to this size together stand in the index's object: most results are one object. */
const inlineBytesMax = 512 * 1024;

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Results as objects of a bucket that no caller can name: `<id>/<number>` holds rows (`packed-rows.ts`), `<id>/index` says what
 * belongs to the result and makes it visible; few rows stand in it. Encrypted at rest by the store.
 */
export class ObjectQueryResults implements QueryResults {
  readonly #objectStore: ObjectStore;

  constructor(objectStore: ObjectStore) {
    this.#objectStore = objectStore;
  }

  write(queryId: string): ResultWriter {
    return new ChunkWriter(this.#objectStore, verifyId(queryId), () => this.remove(queryId));
  }

  async open(queryId: string): Promise<QueryResult | undefined> {
    const bytes = await readObject(this.#objectStore, indexKey(verifyId(queryId)));
    return bytes && new ChunkedResult(this.#objectStore, queryId, await readIndex(bytes));
  }

  /** The index first: what is left of a removal that was cut short is no result. */
  async remove(queryId: string): Promise<void> {
    await this.#objectStore.delete(resultsBucket, indexKey(verifyId(queryId)));
    for (let isMore = true; isMore; ) {
      const { objects, truncated } = await this.#objectStore.list(resultsBucket, {
        prefix: `${queryId}/`,
        limit: 1_000,
      });
      for (const { key } of objects) await this.#objectStore.delete(resultsBucket, key);
      isMore = truncated && objects.length > 0;
    }
  }
}

class ChunkWriter implements ResultWriter {
  readonly #objectStore: ObjectStore;
  readonly #id: string;
  readonly #remove: () => Promise<void>;
  readonly #chunks: number[] = [];
  readonly #csv = new GatheredCsv();
  #columns: readonly TableColumn[] = [];
  #rows: Row[] = [];
  #characters = 0;
  /** The first chunks, as long as they are few bytes; undefined: chunks have objects of their own. */
  #inline: Uint8Array[] | undefined = [];
  #inlineBytes = 0;

  constructor(objectStore: ObjectStore, id: string, remove: () => Promise<void>) {
    this.#objectStore = objectStore;
    this.#id = id;
    this.#remove = remove;
  }

  columns(columns: readonly TableColumn[]): void {
    this.#columns = columns;
  }

  async rows(rows: readonly Row[]): Promise<void> {
    this.#csv.giveUp();
    for (const row of rows) {
      this.#rows.push(row);
      for (const cell of row) this.#characters += cell?.length ?? 4;
      if (this.#rows.length >= chunkRowsMax || this.#characters >= chunkCharactersMax) await this.#flush();
    }
  }

  async packed(rows: PackedRows): Promise<void> {
    await this.#flush();
    this.#csv.add(rows);
    await this.#add(rows.count, rows.packed);
  }

  async finish(statistics?: QueryStatistics): Promise<QueryResult> {
    await this.#flush();
    const csv = this.#csv.all();
    const index: StoredIndex = {
      columns: this.#columns,
      chunks: this.#chunks,
      ...(statistics === undefined ? {} : { statistics }),
      ...(csv === undefined ? {} : { csvBytes: csv.bytes }),
      inline: this.#inline ?? [],
    };
    await this.#put(indexKey(this.#id), writeIndex(index));
    return new ChunkedResult(this.#objectStore, this.#id, index, csv);
  }

  async abandon(): Promise<void> {
    this.#rows = [];
    await this.#remove();
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    this.#characters = 0;
    await this.#add(rows.length, await packRows(rows));
  }

  async #add(count: number, packed: Uint8Array): Promise<void> {
    this.#inlineBytes += packed.length;
    const pieces = [...(this.#inline ?? []), packed];
    const first = this.#chunks.length + 1 - pieces.length;
    this.#chunks.push(count);
    this.#inline = this.#inlineBytes <= inlineBytesMax ? pieces : undefined;
    if (this.#inline !== undefined) return;
    for (const [index, piece] of pieces.entries()) await this.#put(chunkKey(this.#id, first + index), piece);
  }

  async #put(key: string, bytes: Uint8Array): Promise<void> {
    await this.#objectStore.put(resultsBucket, key, bytes);
  }
}

/** The CSV of rows that came with it, all or none of them. */
class GatheredCsv {
  #bytes: number | undefined;
  #pieces: Uint8Array[] | undefined = [];

  add({ csvBytes, csv }: PackedRows): void {
    if (this.#bytes === undefined && this.#pieces === undefined) return;
    if (csvBytes === undefined) {
      this.giveUp();
      return;
    }
    this.#bytes = (this.#bytes ?? 0) + csvBytes;
    if (csv === undefined) this.#pieces = undefined;
    else this.#pieces?.push(csv);
  }

  giveUp(): void {
    this.#bytes = undefined;
    this.#pieces = undefined;
  }

  all(): ResultCsv | undefined {
    if (this.#bytes === undefined) return undefined;
    return { bytes: this.#bytes, ...(this.#pieces === undefined ? {} : { pieces: this.#pieces }) };
  }
}

class ChunkedResult implements QueryResult {
  readonly columns: readonly TableColumn[];
  readonly rowCount: number;
  readonly statistics?: QueryStatistics;
  readonly csv?: ResultCsv;
  readonly #objectStore: ObjectStore;
  readonly #id: string;
  readonly #chunks: readonly number[];
  readonly #inline: readonly Uint8Array[];

  constructor(
    objectStore: ObjectStore,
    id: string,
    { columns, chunks, statistics, csvBytes, inline }: StoredIndex,
    csv?: ResultCsv,
  ) {
    this.#objectStore = objectStore;
    this.#id = id;
    this.#chunks = chunks;
    this.#inline = inline;
    this.columns = columns;
    this.rowCount = chunks.reduce((sum, count) => sum + count, 0);
    if (statistics !== undefined) this.statistics = statistics;
    if (csv !== undefined) this.csv = csv;
    else if (csvBytes !== undefined) this.csv = { bytes: csvBytes };
  }

  async rows(from: number, count: number): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let chunkFrom = 0;
    for (const [index, length] of this.#chunks.entries()) {
      const [start, end] = [Math.max(from - chunkFrom, 0), Math.min(from + count - chunkFrom, length)];
      if (start < end) for (const row of (await this.#chunk(index)).slice(start, end)) rows.push(row);
      chunkFrom += length;
    }
    return rows;
  }

  async *pieces(): AsyncIterable<readonly Row[]> {
    for (const index of this.#chunks.keys()) yield await this.#chunk(index);
  }

  async #chunk(index: number): Promise<readonly Row[]> {
    const packed = this.#inline[index] ?? (await readObject(this.#objectStore, chunkKey(this.#id, index)));
    if (packed === undefined)
      throw new Error(`a result of ${this.#chunks.length} chunks has lost chunk ${index}`);
    return unpackRows(packed, this.#chunks[index] ?? 0);
  }
}

function verifyId(queryId: string): string {
  if (!idPattern.test(queryId)) throw new TypeError('the id of a query is a UUID in lower case');
  return queryId;
}

function indexKey(id: string): string {
  return `${id}/index`;
}

function chunkKey(id: string, index: number): string {
  return `${id}/${String(index).padStart(8, '0')}`;
}

async function readObject(objectStore: ObjectStore, key: string): Promise<Buffer | undefined> {
  try {
    const { body } = await objectStore.get(resultsBucket, key);
    const pieces: Buffer[] = [];
    for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece);
    return Buffer.concat(pieces);
  } catch (error) {
    if (error instanceof ObjectStoreError && error.code === 'NoSuchKey') return undefined;
    throw error;
  }
}
