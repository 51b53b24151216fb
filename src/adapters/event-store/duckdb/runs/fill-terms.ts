// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { idHash, readOnlyTerm, toKind } from './run-terms.js';
import type { TermIndex } from './term-index.js';

const eventColumns =
  'ordinal, event_time_ms, entered_at_ms, event_id_high, event_id_low, place, category, read_only, name, source, username, access_key';

/**
 * Adds what the index of columns has behind the term index, up to an ordinal. Rows lie in order of arrival, and DuckDB
 * gives them in the order in which they lie (its setting `preserve_insertion_order`), so nothing is sorted; it is checked.
 */
export async function fillTerms(
  index: TermIndex,
  connections: readonly [events: DuckDBConnection, resources: DuckDBConnection],
  upTo: number,
  hashSeed: number,
): Promise<void> {
  if (index.isGone) return;
  const bounds = [BigInt(index.coveredOrdinal), BigInt(upTo)];
  const resources = new ResourceRows(
    chunksOf(
      connections[1],
      'SELECT ordinal, term FROM resource_terms WHERE ordinal > ? AND ordinal <= ?',
      bounds,
    ),
  );
  await resources.start();
  const events = chunksOf(
    connections[0],
    `SELECT ${eventColumns} FROM events WHERE ordinal > ? AND ordinal <= ?`,
    bounds,
  );
  for await (const chunk of events) {
    await index.room();
    if (index.isGone) return;
    await addChunk(index, chunk, resources, hashSeed);
    await setImmediate();
  }
}

async function addChunk(
  index: TermIndex,
  chunk: DuckDBDataChunk,
  resources: ResourceRows,
  hashSeed: number,
): Promise<void> {
  const columns = Array.from({ length: chunk.columnCount }, (_, column) => chunk.getColumnVector(column));
  const at = (column: number, row: number): number => Number(columns[column]!.getItem(row));
  const halves = new BigInt64Array(2);
  const words = new Int32Array(halves.buffer);
  for (let row = 0; row < chunk.rowCount; row++) {
    const ordinal = at(0, row);
    if (ordinal <= index.coveredOrdinal) throw new Error(`event ${ordinal} is not in order of arrival`);
    halves[0] = columns[3]!.getItem(row) as bigint;
    halves[1] = columns[4]!.getItem(row) as bigint;
    index.add({
      ordinal,
      eventTimeMs: at(1, row),
      enteredAtMs: at(2, row),
      idHash: idHash(words, 0, hashSeed),
      kind: toKind(at(5, row), at(6, row)),
      readOnly: readOnlyTerm(at(7, row)),
      name: at(8, row),
      source: at(9, row),
      username: at(10, row),
      accessKey: at(11, row),
    });
    while (resources.ordinal <= ordinal) {
      if (resources.ordinal === ordinal) index.addResource(resources.term);
      if (resources.isAtChunkEnd) await resources.next();
      else resources.step();
    }
  }
}

/** The rows of resource_terms one by one, in order of arrival. */
export class ResourceRows {
  readonly #chunks: AsyncIterator<DuckDBDataChunk>;
  #ordinals: number[] = [];
  #terms: number[] = [];
  #row = 0;
  /** Infinite behind the last. */
  ordinal = Number.POSITIVE_INFINITY;
  term = 0;

  constructor(chunks: AsyncIterator<DuckDBDataChunk>) {
    this.#chunks = chunks;
  }

  get isAtChunkEnd(): boolean {
    return this.#row + 1 >= this.#ordinals.length;
  }

  start(): Promise<void> {
    return this.#nextChunk();
  }

  async next(): Promise<void> {
    if (this.isAtChunkEnd) await this.#nextChunk();
    else this.step();
  }

  /** Not at the end of a chunk. */
  step(): void {
    this.#row++;
    this.#read();
  }

  async #nextChunk(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    this.#row = 0;
    this.#ordinals = [];
    if (done === true) {
      this.ordinal = Number.POSITIVE_INFINITY;
      return;
    }
    const [ordinals, terms] = [value.getColumnVector(0), value.getColumnVector(1)];
    this.#ordinals = Array.from({ length: value.rowCount }, (_, row) => Number(ordinals.getItem(row)));
    this.#terms = Array.from({ length: value.rowCount }, (_, row) => Number(terms.getItem(row)));
    this.#read();
  }

  #read(): void {
    this.ordinal = this.#ordinals[this.#row]!;
    this.term = this.#terms[this.#row]!;
  }
}

/** The chunks of a query, one after the other. */
export async function* chunksOf(
  connection: DuckDBConnection,
  sql: string,
  values: bigint[],
): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql, values);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
  }
}
