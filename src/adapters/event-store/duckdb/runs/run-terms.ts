// SPDX-License-Identifier: Apache-2.0

/** Codes of categories are below this (categories.ts). */
export const categoryCodesMax = 8;

/** A place and a category as one number. */
export function toKind(place: number, category: number): number {
  return place * categoryCodesMax + category;
}

export function placeOfKind(kind: number): number {
  return Math.floor(kind / categoryCodesMax);
}

/*
 * Terms that are no hash of a text. They may meet one: whoever finds a row compares its values, place and category.
 */
const readOnlySalt = 0x3c6ef372;
const kindSalt = 0x78dde6e4;

/** @param code of categories.ts; 0 (the record does not say) has no term */
export function readOnlyTerm(code: number): number {
  return code === 0 ? 0 : mix(readOnlySalt ^ code) | 1;
}

export function kindTerm(kind: number): number {
  return mix(kindSalt ^ Math.imul(kind + 1, 0x9e3779b1)) | 1;
}

/**
 * 32 bits of the 128 of an event ID. The seed is the store's secret, so that nobody can make up IDs that all meet.
 *
 * @param words four words an ID (event-id-bits.ts)
 */
export function idHash(words: Int32Array, index: number, seed: number): number {
  const at = index * 4;
  return mix(words[at]! ^ mix(words[at + 1]! ^ mix(words[at + 2]! ^ mix(words[at + 3]! ^ mix(seed))))) >>> 0;
}

function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
