// SPDX-License-Identifier: Apache-2.0
import type { LookupQuery } from '../../../ports/event-store.js';
import { categoryCode } from './categories.js';
import type { ConnectionPool } from './connection-pool.js';
import type { DayCounts } from './day-counts.js';
import type { Drops } from './drops.js';
import { type IndexQuery, toStatement } from './lookup-sql.js';
import type { PagePlace, PageTokens } from './page-token.js';
import type { Place } from './parsed-batch.js';
import type { Places } from './places.js';
import type { ReadConnection } from './read-connection.js';
import type { EventReaders } from './reading/event-readers.js';
import type { FoundRow } from './runs/run-query.js';
import type { TermIndex } from './runs/term-index.js';
import type { TermHasher } from './term-hash.js';
import { toRunQuery } from './to-run-query.js';

/** What a reader of the history works on. */
export interface LookupSource {
  readonly terms: TermIndex;
  readonly drops: Drops;
  readonly readers: ConnectionPool;
  /** Counts who answered. */
  readonly pages: { pagesOfTerms: number; pagesOfColumns: number };
  readonly events: EventReaders;
  readonly places: Places;
  readonly days: DayCounts;
  readonly hasher: TermHasher;
  readonly hashSeed: number;
  readonly tokens: PageTokens;
  /** The newest committed ordinal. */
  readonly lastOrdinal: number;
}

/**
 * A look-up goes over the newest events first, then over more of them, at last over all: what is frequent is found in
 * 1 to 2 ms, and what is rare pays as much again. A look is left out where it would be most of the next one.
 */
const looksWithAttributes: readonly number[] = [50_000, 1_000_000];
/** Every event matches: a few hundred are enough, if the guess of where they are is good. */
const looksWithout: readonly number[] = [1_000, 20_000];
const nextLookFactorMin = 4;

/** A page on its way between threads. */
export interface FoundPage {
  /** The events as LookupEvents shows them: the elements of a JSON array, without its brackets. */
  readonly events: string;
  /** Whose each of them is, and where. */
  readonly places: readonly Place[];
  readonly next?: string;
}

/** Answers one page. Throws InvalidPageTokenError. */
export async function lookupPage(source: LookupSource, query: LookupQuery): Promise<FoundPage> {
  const from = query.after === undefined ? undefined : source.tokens.read(query, query.after);
  const pinnedOrdinal = from?.pinnedOrdinal ?? source.lastOrdinal;
  const enteredSinceMs = from === undefined ? query.enteredSinceMs : from.enteredSinceMs;
  const placeIds = source.places.idsOf(query.accountId, query.region);
  if (placeIds.length === 0) return { events: '', places: [] };
  const wanted = {
    // An account that is alone in the store needs no filter; places that come up meanwhile are behind the pin.
    placeIds: placeIds.length === source.places.count ? undefined : placeIds,
    category: query.category === undefined ? undefined : categoryCode(query.category),
    attributes: query.attributes,
    fromMs: wholeMs(query.startTimeMs, Math.ceil),
    untilMs: wholeMs(query.endTimeMs, Math.floor),
    enteredSinceMs: wholeMs(enteredSinceMs, Math.ceil),
    ordinalMax: pinnedOrdinal,
  };
  const texts: string[] = [];
  const places: Place[] = [];
  let left = query.limit;
  let behind: IndexQuery['behind'] = from;
  for (;;) {
    // One more tells whether there is a next page.
    const found = await findRows(source, { ...wanted, behind, limit: left + 1 });
    const rows = found.slice(0, left);
    const read = await source.events.read(
      rows.map(({ ordinal }) => ordinal),
      query.attributes,
    );
    for (const [index, text] of read.entries()) {
      if (text === undefined) continue;
      texts.push(text);
      places.push(source.places.placeAt(rows[index]!.placeId));
    }
    left = query.limit - texts.length;
    if (found.length === rows.length) return { events: texts.join(','), places };
    const last = rows.at(-1)!;
    if (left === 0) {
      const next = source.tokens.write(query, tokenPlace(pinnedOrdinal, enteredSinceMs, last));
      return { events: texts.join(','), places, next };
    }
    // A hash matched another value, or an event was dropped meanwhile: go on.
    behind = last;
  }
}

function tokenPlace(
  pinnedOrdinal: number,
  enteredSinceMs: number | undefined,
  { eventTimeMs, ordinal }: FoundRow,
): PagePlace {
  return { pinnedOrdinal, enteredSinceMs, eventTimeMs, ordinal };
}

function wholeMs(timeMs: number | undefined, round: (timeMs: number) => number): number | undefined {
  return timeMs === undefined ? undefined : round(timeMs);
}

/** The newest rows that match, as many as asked for or all there are: from the term index, or from the columns. */
async function findRows(source: LookupSource, query: IndexQuery): Promise<FoundRow[]> {
  if (source.terms.isReady) {
    const asked = toRunQuery(query, source);
    const rows = asked === undefined ? [] : source.terms.find(asked);
    if (rows !== undefined) {
      source.pages.pagesOfTerms++;
      return rows;
    }
  }
  source.pages.pagesOfColumns++;
  return source.readers.use((connection) => findInColumns(source, connection, query));
}

async function findInColumns(
  source: LookupSource,
  connection: ReadConnection,
  query: IndexQuery,
): Promise<FoundRow[]> {
  for (const fromMs of startsOfLooks(source, query)) {
    const rows = await runLook(source, connection, { ...query, fromMs });
    if (rows.length === query.limit) return rows;
  }
  return runLook(source, connection, query);
}

function* startsOfLooks({ days, places }: LookupSource, query: IndexQuery): Generator<number> {
  if (query.attributes.some(({ key }) => key === 'EventId')) return;
  const untilMs = Math.min(
    query.untilMs ?? Number.POSITIVE_INFINITY,
    query.behind?.eventTimeMs ?? Number.POSITIVE_INFINITY,
  );
  const newest = (events: number): number | undefined =>
    days.startOfNewest(query.placeIds ?? places.all(), query.category, untilMs, events);
  const isWithin = (startMs: number | undefined): startMs is number =>
    startMs !== undefined && startMs > (query.fromMs ?? Number.NEGATIVE_INFINITY);
  for (const events of query.attributes.length === 0 ? looksWithout : looksWithAttributes) {
    const startMs = newest(events);
    if (isWithin(startMs) && isWithin(newest(events * nextLookFactorMin))) yield startMs;
  }
}

async function runLook(
  source: LookupSource,
  connection: ReadConnection,
  query: IndexQuery,
): Promise<FoundRow[]> {
  const statement = toStatement(query, source.hasher);
  if (statement === undefined) return [];
  const rows = await connection.rows(statement.sql, statement.values);
  return rows.map(([ordinal, eventTimeMs, placeId]) => ({
    ordinal: Number(ordinal),
    eventTimeMs: Number(eventTimeMs),
    placeId: Number(placeId),
  }));
}
