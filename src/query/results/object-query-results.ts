// SPDX-License-Identifier: Apache-2.0
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type ObjectStore, ObjectStoreError } from '../../ports/object-store.js';
import type { Row } from '../query-engine.js';
import type { TableColumn } from '../table-source.js';
import type { QueryResult, QueryResults, ResultWriter } from './query-results.js';

/** No name that S3 gives to a bucket: no caller can ask for it. */
export const resultsBucket = 'cairn:query-results';

/** A chunk is what a page of an answer costs to read. */
const chunkRowsMax = 1_000;
/** Of the cells' text, before it is compressed. */
const chunkCharactersMax = 1024 * 1024;

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Written last: a result without it is none. */
interface ResultIndex {
  readonly columns: readonly TableColumn[];
  /** Rows of each chunk. */
  readonly chunks: readonly number[];
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Results as objects of a bucket that no caller can name: `<id>/<number>` holds rows (gzipped JSON), `<id>/index` says what
 * belongs to the result and makes it visible. Encrypted at rest by the store.
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
    const index = await readJson<ResultIndex>(this.#objectStore, indexKey(verifyId(queryId)));
    return index && new ChunkedResult(this.#objectStore, queryId, index);
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
  #columns: readonly TableColumn[] = [];
  #rows: Row[] = [];
  #characters = 0;

  constructor(objectStore: ObjectStore, id: string, remove: () => Promise<void>) {
    this.#objectStore = objectStore;
    this.#id = id;
    this.#remove = remove;
  }

  columns(columns: readonly TableColumn[]): void {
    this.#columns = columns;
  }

  async rows(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      this.#rows.push(row);
      for (const cell of row) this.#characters += cell?.length ?? 4;
      if (this.#rows.length >= chunkRowsMax || this.#characters >= chunkCharactersMax) await this.#flush();
    }
  }

  async finish(): Promise<QueryResult> {
    await this.#flush();
    const index: ResultIndex = { columns: this.#columns, chunks: this.#chunks };
    await writeJson(this.#objectStore, indexKey(this.#id), index);
    return new ChunkedResult(this.#objectStore, this.#id, index);
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
    await writeJson(this.#objectStore, chunkKey(this.#id, this.#chunks.length), rows);
    this.#chunks.push(rows.length);
  }
}

class ChunkedResult implements QueryResult {
  readonly columns: readonly TableColumn[];
  readonly rowCount: number;
  readonly #objectStore: ObjectStore;
  readonly #id: string;
  readonly #chunks: readonly number[];

  constructor(objectStore: ObjectStore, id: string, { columns, chunks }: ResultIndex) {
    this.#objectStore = objectStore;
    this.#id = id;
    this.#chunks = chunks;
    this.columns = columns;
    this.rowCount = chunks.reduce((sum, count) => sum + count, 0);
  }

  async rows(from: number, count: number): Promise<readonly Row[]> {
    const rows: Row[] = [];
    let chunkFrom = 0;
    for (const [index, length] of this.#chunks.entries()) {
      const [start, end] = [Math.max(from - chunkFrom, 0), Math.min(from + count - chunkFrom, length)];
      if (start < end) rows.push(...(await this.#chunk(index)).slice(start, end));
      chunkFrom += length;
    }
    return rows;
  }

  async *pieces(): AsyncIterable<readonly Row[]> {
    for (const index of this.#chunks.keys()) yield await this.#chunk(index);
  }

  async #chunk(index: number): Promise<readonly Row[]> {
    const rows = await readJson<Row[]>(this.#objectStore, chunkKey(this.#id, index));
    if (rows === undefined)
      throw new Error(`a result of ${this.#chunks.length} chunks has lost chunk ${index}`);
    return rows;
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

async function writeJson(objectStore: ObjectStore, key: string, value: unknown): Promise<void> {
  await objectStore.put(resultsBucket, key, await zip(JSON.stringify(value)));
}

async function readJson<T>(objectStore: ObjectStore, key: string): Promise<T | undefined> {
  try {
    const { body } = await objectStore.get(resultsBucket, key);
    const pieces: Buffer[] = [];
    for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece);
    return JSON.parse(String(await unzip(Buffer.concat(pieces)))) as T;
  } catch (error) {
    if (error instanceof ObjectStoreError && error.code === 'NoSuchKey') return undefined;
    throw error;
  }
}
