// SPDX-License-Identifier: Apache-2.0
import type { LookupAttribute } from '../../../ports/event-store.js';

export type HashedAttribute = Exclude<LookupAttribute, 'EventId' | 'ReadOnly'>;

/** What stands in a hash column for "the record has no such value". */
export const NO_TERM = 0;

const attributeSalts: Record<HashedAttribute, number> = {
  EventName: 0x1b873593,
  EventSource: 0x2c9277b5,
  Username: 0x3f4a1d27,
  AccessKeyId: 0x41c64e6d,
  ResourceType: 0x52dce729,
  ResourceName: 0x6a09e667,
};

/**
 * 32-bit hashes of attribute values: the index holds them in place of the texts. Equal values have equal hashes;
 * two different ones now and then too, so whoever finds a hash MUST compare the value itself.
 *
 * The seed is random for each store and never leaves it, so that nobody can make up user names that collide.
 */
export class TermHasher {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Never NO_TERM for a value that is there. */
  hash(attribute: HashedAttribute, value: string | undefined): number {
    return value === undefined ? NO_TERM : hashText(this.#seed ^ attributeSalts[attribute], value);
  }
}

/** MurmurHash3's mixing over UTF-16 code units. */
function hashText(seed: number, text: string): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    let block = Math.imul(text.charCodeAt(index), 0xcc9e2d51);
    block = Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    hash ^= block;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) | 0;
  return hash === NO_TERM ? 1 : hash;
}
