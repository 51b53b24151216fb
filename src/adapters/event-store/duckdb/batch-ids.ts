// SPDX-License-Identifier: Apache-2.0
import { wordsPerEventId } from './event-id-bits.js';

/** The events of one batch by (account, Region, event ID), to find those that come twice in it. */
export class BatchIds {
  readonly #mask: number;
  /** Five words a place of the table: the ID, and the number of (account, Region) plus one; 0 where it is free. */
  readonly #table: Int32Array;

  readonly #seed: number;

  /** `seed`: the store's secret, so that nobody can make up IDs that all fall into one place of the table. */
  constructor(eventsMax: number, seed: number) {
    this.#seed = seed;
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, eventsMax * 2)));
    this.#mask = size - 1;
    this.#table = new Int32Array(size * 5);
  }

  /** False when it was there already. */
  add(ids: Int32Array, row: number, place: number): boolean {
    const at = row * wordsPerEventId;
    let slot = this.#hash(ids, at, place) & this.#mask;
    for (;;) {
      const base = slot * 5;
      if (this.#table[base + 4] === 0) {
        for (let word = 0; word < wordsPerEventId; word++) this.#table[base + word] = ids[at + word]!;
        this.#table[base + 4] = place + 1;
        return true;
      }
      if (this.#holds(base, ids, at, place)) return false;
      slot = (slot + 1) & this.#mask;
    }
  }

  #hash(ids: Int32Array, at: number, place: number): number {
    let hash = this.#seed ^ place;
    for (let word = 0; word < wordsPerEventId; word++) {
      hash = Math.imul(hash ^ ids[at + word]!, 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    return Math.imul(hash, 0xc2b2ae35) >>> 8;
  }

  #holds(base: number, ids: Int32Array, at: number, place: number): boolean {
    const table = this.#table;
    return (
      table[base] === ids[at] &&
      table[base + 1] === ids[at + 1] &&
      table[base + 2] === ids[at + 2] &&
      table[base + 3] === ids[at + 3] &&
      table[base + 4] === place + 1
    );
  }
}
