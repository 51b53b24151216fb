// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type { RangeOptions } from 'lmdb';
import type { Table } from '../../lmdb/open-environment.js';
import type { ChunkRef } from './chunk-key.js';

/** Keys fetched at once: whole lists, so that no cursor stays open while commits go on. */
const fetchedAtOnce = 256;
/** A long walk lets others run every so often. */
const fetchesPerTurn = 16;

/** Walks over the chunks of a stream or a group in the order of their keys, or back. */
export class ChunkRefs {
  readonly #table: Table;
  readonly #decode: (key: Buffer) => ChunkRef;
  readonly #range: RangeOptions;
  #fetched: Buffer[] = [];
  #at = 0;
  #fetches = 0;
  #last: Buffer | undefined;
  #isAtEnd = false;

  /** `range`: in walking order; with `reverse`, from the greater key down to the lesser one. */
  constructor(table: Table, decode: (key: Buffer) => ChunkRef, range: RangeOptions) {
    this.#table = table;
    this.#decode = decode;
    this.#range = range;
  }

  /** The next chunk, without taking it. */
  async peek(): Promise<ChunkRef | undefined> {
    if (this.#at === this.#fetched.length) await this.#fetch();
    const key = this.#fetched[this.#at];
    return key === undefined ? undefined : this.#decode(key);
  }

  take(): void {
    this.#at++;
  }

  async #fetch(): Promise<void> {
    if (this.#isAtEnd) return;
    if (++this.#fetches % fetchesPerTurn === 0) await setImmediate();
    const start = this.#last === undefined ? {} : { start: this.#last };
    const found = Array.from(
      this.#table.getKeys({ ...this.#range, ...start, limit: fetchedAtOnce + 1 }),
      (key) => Buffer.from(key),
    );
    const isFull = found.length === fetchedAtOnce + 1;
    // A walk goes on at the key where it stood, which it has given already.
    const last = this.#last;
    this.#fetched = last === undefined ? found : found.filter((key) => !key.equals(last));
    this.#at = 0;
    this.#last = this.#fetched.at(-1) ?? last;
    if (!isFull) this.#isAtEnd = true;
  }
}
