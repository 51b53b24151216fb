// SPDX-License-Identifier: Apache-2.0
import { readOnlyCode } from './categories.js';
import type { Drops } from './drops.js';
import { wordsPerEventId, writeEventIdBits } from './event-id-bits.js';
import type { IndexQuery } from './lookup-sql.js';
import type { Places } from './places.js';
import type { RunQuery, WantedTerm } from './runs/run-query.js';
import { categoryCodesMax, idHash, readOnlyTerm, toKind } from './runs/run-terms.js';
import type { TermHasher } from './term-hash.js';

export interface RunQuerySource {
  readonly places: Places;
  readonly drops: Drops;
  readonly hasher: TermHasher;
  readonly hashSeed: number;
}

/** The query in the terms of the term index; undefined where nothing can match. */
export function toRunQuery(query: IndexQuery, source: RunQuerySource): RunQuery | undefined {
  const terms: WantedTerm[] = [];
  const ids: string[] = [];
  for (const { key, value } of query.attributes) {
    if (key === 'EventId') ids.push(value);
    else if (key === 'ReadOnly') {
      const readOnly = value.toLowerCase();
      if (readOnly !== 'true' && readOnly !== 'false') return undefined;
      terms.push({ term: readOnlyTerm(readOnlyCode(readOnly)), isResource: false });
    } else {
      const isResource = key === 'ResourceType' || key === 'ResourceName';
      terms.push({ term: source.hasher.hash(key, value), isResource });
    }
  }
  // No event has two IDs; the values themselves are compared later.
  if (ids.some((id) => id !== ids[0])) return undefined;
  return {
    terms,
    idHash: ids[0] === undefined ? undefined : hashOfId(ids[0], source.hashSeed),
    kinds: kindsOf(query.placeIds ?? source.places.all(), query.category),
    fromMs: query.fromMs ?? Number.NEGATIVE_INFINITY,
    untilMs: query.untilMs ?? Number.POSITIVE_INFINITY,
    enteredSinceMs: query.enteredSinceMs ?? Number.NEGATIVE_INFINITY,
    ordinalMax: query.ordinalMax,
    behind: query.behind,
    limit: query.limit,
    isDropped: (ordinal, enteredAtMs) => source.drops.has(ordinal, enteredAtMs),
  };
}

function hashOfId(id: string, seed: number): number {
  const words = new Int32Array(wordsPerEventId);
  writeEventIdBits(id, words, 0);
  return idHash(words, 0, seed);
}

function kindsOf(placeIds: readonly number[], category: number | undefined): Set<number> {
  const kinds = new Set<number>();
  for (const place of placeIds) {
    if (category !== undefined) kinds.add(toKind(place, category));
    else for (let code = 0; code < categoryCodesMax; code++) kinds.add(toKind(place, code));
  }
  return kinds;
}
