// SPDX-License-Identifier: Apache-2.0
import type { DuckDBConnection } from '@duckdb/node-api';
import { wordsPerEventId } from './event-id-bits.js';
import { IdFilter } from './id-filter.js';
import { loadIdFilter, saveIdFilter } from './id-filter-file.js';

/** A new filter has room for this many times the events that there are. */
const growth = 1.5;

/** Saved again after so many new events: what a killed process would have to read again at its next start. */
const unsavedEventsMax = 1_000_000;

/**
 * Keeps an IdFilter of the store: loads the one saved last, adds what came since, builds a larger one when it is full.
 * All that in the background: until it is ready, every event is a "maybe", and the index answers alone.
 */
export class IdGuide {
  readonly #path: string;
  readonly #hashSeed: number;
  #ready: IdFilter | undefined;
  #building: IdFilter | undefined;
  #unsavedEvents = 0;

  constructor(path: string, hashSeed: number) {
    this.#path = path;
    this.#hashSeed = hashSeed;
  }

  maybeHas(ids: Int32Array, row: number, place: number): boolean {
    return this.#ready?.maybeHas(ids, row, place) ?? true;
  }

  /** To be called for every event once it is committed. */
  add(ids: Int32Array, row: number, place: number): void {
    this.#ready?.add(ids, row, place);
    this.#building?.add(ids, row, place);
    this.#unsavedEvents++;
  }

  /** Makes the filter ready from the saved one, or from the index. `lastOrdinal`: the newest committed. */
  async start(connection: DuckDBConnection, eventCount: number, lastOrdinal: number): Promise<void> {
    const saved = loadIdFilter(this.#path, this.#hashSeed);
    const isUsable = saved !== undefined && saved.coveredOrdinal <= lastOrdinal;
    this.#building = isUsable ? saved.filter : new IdFilter(eventCount * growth);
    await this.#fill(connection, this.#building, isUsable ? saved.coveredOrdinal : -1, lastOrdinal);
  }

  /** To be called now and then, between two ingests: saves the filter, or begins a larger one. */
  async tend(connection: DuckDBConnection, eventCount: number, lastOrdinal: number): Promise<void> {
    if (this.#building !== undefined || this.#ready === undefined) return;
    if (this.#unsavedEvents >= unsavedEventsMax) this.save(lastOrdinal);
    if (this.#ready.isFull) {
      this.#building = new IdFilter(eventCount * growth);
      await this.#fill(connection, this.#building, -1, lastOrdinal);
    }
  }

  /** Only when all events up to `lastOrdinal` were added, and none behind it. */
  save(lastOrdinal: number): void {
    if (this.#ready === undefined || this.#unsavedEvents === 0) return;
    saveIdFilter(this.#path, { filter: this.#ready, coveredOrdinal: lastOrdinal, hashSeed: this.#hashSeed });
    this.#unsavedEvents = 0;
  }

  async #fill(
    connection: DuckDBConnection,
    filter: IdFilter,
    behindOrdinal: number,
    lastOrdinal: number,
  ): Promise<void> {
    const halves = new BigInt64Array(2);
    const words = new Int32Array(halves.buffer);
    if (words.length !== wordsPerEventId) throw new Error('an event ID is two numbers of 64 bits');
    const result = await connection.stream(
      'SELECT event_id_high, event_id_low, place FROM events WHERE ordinal > ? AND ordinal <= ?',
      [BigInt(behindOrdinal), BigInt(lastOrdinal)],
    );
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const [high, low, place] = [
        chunk.getColumnVector(0),
        chunk.getColumnVector(1),
        chunk.getColumnVector(2),
      ];
      for (let row = 0; row < chunk.rowCount; row++) {
        halves[0] = high.getItem(row) as bigint;
        halves[1] = low.getItem(row) as bigint;
        filter.add(words, 0, place.getItem(row) as number);
      }
      this.#unsavedEvents += chunk.rowCount;
    }
    this.#ready = filter;
    this.#building = undefined;
  }
}
