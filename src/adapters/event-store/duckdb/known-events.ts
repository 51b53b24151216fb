// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import { wordsPerEventId } from './event-id-bits.js';
import { candidateColumns, type IndexDatabase, rowsOf } from './index-database.js';
import type { ParsedBatch } from './parsed-batch.js';
import { categoryCodesMax, idHash, toKind } from './runs/run-terms.js';
import type { TermIndex } from './runs/term-index.js';
import { TableAppender } from './table-appender.js';

/** An event that the filter takes for one that may be there. */
export interface Candidate {
  readonly batch: ParsedBatch;
  readonly row: number;
  /** The store's number of its place. */
  readonly place: number;
}

export interface KnownSource {
  readonly database: IndexDatabase;
  readonly terms: TermIndex;
  readonly hashSeed: number;
}

/** Asking the term index for one event takes about as long as going over the IDs of so many. */
const eventsPerLook = 20_000;
const looksMin = 8;

/** Look-ups share this thread: about 10 ms. */
const looksPerTurn = 32;

/** Events with the same hash of their ID: with more, something else is wrong, and all events are gone over. */
const sameHashMax = 64;

/**
 * Which of the candidates the store has, by rows of their batches: the exact answer behind the filter. Of a large history a
 * few candidates are looked up: going over all events for each live call that the filter lets pass by chance would make
 * ingest slower with every event that there is.
 */
export async function findKnown(
  source: KnownSource,
  candidates: readonly Candidate[],
): Promise<Map<ParsedBatch, Set<number>>> {
  const known = new Map<ParsedBatch, Set<number>>();
  if (candidates.length === 0) return known;
  const ordinals = await ordinalsOf(source, candidates);
  if (ordinals?.length === 0) return known;
  for (const index of await compare(source.database, candidates, ordinals)) {
    const { batch, row } = candidates[index]!;
    const rows = known.get(batch) ?? new Set();
    known.set(batch, rows.add(row));
  }
  return known;
}

/** Where an event with the ID of one of the candidates can be; undefined where all events have to be gone over. */
async function ordinalsOf(
  { terms, hashSeed }: KnownSource,
  candidates: readonly Candidate[],
): Promise<number[] | undefined> {
  if (candidates.length > Math.max(looksMin, terms.facts.rows / eventsPerLook)) return undefined;
  const ordinals = new Set<number>();
  for (const [index, { batch, row, place }] of candidates.entries()) {
    if (index % looksPerTurn === looksPerTurn - 1) await setImmediate();
    const found = terms.find({
      terms: [],
      idHash: idHash(batch.eventIds, row, hashSeed),
      kinds: new Set(Array.from({ length: categoryCodesMax }, (_, code) => toKind(place, code))),
      fromMs: Number.NEGATIVE_INFINITY,
      untilMs: Number.POSITIVE_INFINITY,
      enteredSinceMs: Number.NEGATIVE_INFINITY,
      ordinalMax: Number.MAX_SAFE_INTEGER,
      behind: undefined,
      limit: sameHashMax,
      // The columns, which are asked next, know what was dropped.
      isDropped: () => false,
    });
    if (found === undefined || found.length === sameHashMax) return undefined;
    for (const { ordinal } of found) ordinals.add(ordinal);
  }
  return Array.from(ordinals);
}

/** The candidates, by index, that are among the events; only those of `ordinals` are compared where it is given. */
async function compare(
  { writer }: IndexDatabase,
  candidates: readonly Candidate[],
  ordinals: readonly number[] | undefined,
): Promise<number[]> {
  await writer.run('DELETE FROM candidates');
  const words = new Int32Array(candidates.length * wordsPerEventId);
  candidates.forEach(({ batch, row }, index) => {
    words.set(
      batch.eventIds.subarray(row * wordsPerEventId, (row + 1) * wordsPerEventId),
      index * wordsPerEventId,
    );
  });
  const ids = new BigInt64Array(words.buffer);
  const table = { name: 'candidates', catalog: 'temp', columns: candidateColumns } as const;
  await TableAppender.use(writer, table, (appender) =>
    appender.append(candidates.length, [
      (row) => row,
      (row) => ids[row * 2]!,
      (row) => ids[row * 2 + 1]!,
      (row) => candidates[row]!.place,
    ]),
  );
  const found = await rowsOf(
    writer,
    `SELECT DISTINCT c.row_number FROM events e JOIN candidates c
     ON e.event_id_low = c.event_id_low AND e.event_id_high = c.event_id_high AND e.place = c.place
     ${ordinals === undefined ? '' : `WHERE e.ordinal IN (${ordinals.join(', ')})`}`,
  );
  return found.map(([index]) => Number(index));
}
