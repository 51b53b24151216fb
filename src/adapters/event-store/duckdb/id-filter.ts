// SPDX-License-Identifier: Apache-2.0
import { wordsPerEventId } from './event-id-bits.js';

/** At its capacity the filter has 8 bits an event and lets 2 of 100 new events pass as "maybe there"; half full 1 of 1,500. */
const bitsPerEvent = 8;
const probes = 6;
/** A cache line: all probes of an event fall into one, so that asking costs one visit to memory. */
const wordsPerLine = 16;

export const idFilterCapacityMin = 1_000_000;

/**
 * A Bloom filter over the events of the store by (account, Region, event ID). "No" is certain: the event is new.
 * "Maybe" has to be looked up in the index. Forgets nothing: dropped events stay "maybe" until it is built anew.
 */
export class IdFilter {
  readonly words: Uint32Array;
  readonly capacity: number;
  #count: number;

  constructor(capacity: number, words?: Uint32Array, count = 0) {
    this.capacity = Math.max(idFilterCapacityMin, capacity);
    const lines = Math.ceil((this.capacity * bitsPerEvent) / (wordsPerLine * 32));
    this.words = words ?? new Uint32Array(lines * wordsPerLine);
    this.#count = count;
    if (this.words.length !== lines * wordsPerLine)
      throw new Error(
        `a filter for ${this.capacity} events has ${lines * wordsPerLine} words, not ${this.words.length}`,
      );
  }

  /** How many events were added. */
  get count(): number {
    return this.#count;
  }

  get isFull(): boolean {
    return this.#count >= this.capacity;
  }

  add(ids: Int32Array, row: number, place: number): void {
    const line = this.#line(ids, row, place);
    let bits = mix(ids[row * wordsPerEventId + 2]! ^ place);
    let step = mix(bits ^ ids[row * wordsPerEventId + 3]!);
    for (let probe = 0; probe < probes; probe++) {
      this.words[line + ((bits >>> 5) & 15)]! |= 1 << (bits & 31);
      bits = (bits + step) | 0;
      step = (step + probe) | 0;
      bits ^= bits >>> 15;
    }
    this.#count++;
  }

  maybeHas(ids: Int32Array, row: number, place: number): boolean {
    const line = this.#line(ids, row, place);
    let bits = mix(ids[row * wordsPerEventId + 2]! ^ place);
    let step = mix(bits ^ ids[row * wordsPerEventId + 3]!);
    for (let probe = 0; probe < probes; probe++) {
      if ((this.words[line + ((bits >>> 5) & 15)]! & (1 << (bits & 31))) === 0) return false;
      bits = (bits + step) | 0;
      step = (step + probe) | 0;
      bits ^= bits >>> 15;
    }
    return true;
  }

  #line(ids: Int32Array, row: number, place: number): number {
    const at = row * wordsPerEventId;
    const hash = mix(ids[at]! ^ mix(ids[at + 1]! ^ mix(ids[at + 3]! ^ Math.imul(place, 0x9e3779b1)))) >>> 0;
    return Math.floor((hash / 0x1_0000_0000) * (this.words.length / wordsPerLine)) * wordsPerLine;
  }
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
