// SPDX-License-Identifier: Apache-2.0
import type { DuckdbEventStore } from '../src/adapters/event-store/duckdb/duckdb-event-store.js';
import type { Position, StoredEntry } from '../src/ports/event-log.js';
import { regions } from './event-templates.js';
import { benchAccountId, RecordGenerator } from './generate-events.js';
import { SeededRandom } from './seeded-random.js';

const seed = 20_261_121;
export const generatedDays = 90;
/** The time just behind the newest event, ms since the epoch. */
export const generatedUpToMs = Date.UTC(2026, 10, 1);
const eventsAtOnce = 60_000;

export interface Entries {
  readonly eventsPerEntry: number;
  /** The log's position behind the n-th entry, from 1. */
  readonly position: (number: number) => Position;
}

/**
 * Ingests made-up events, others than those that are there: no files are written, and no log.
 */
export async function fillHistory(store: DuckdbEventStore, events: number, layout: Entries): Promise<void> {
  if (events <= 0) return;
  const there = await store.count();
  const generator = new RecordGenerator(seed + there);
  const random = new SeededRandom(seed + 1 + there);
  const entries = Math.ceil(events / layout.eventsPerEntry);
  const entriesAtOnce = Math.max(1, Math.floor(eventsAtOnce / layout.eventsPerEntry));
  const startMs = performance.now();
  let underWay: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < entries; from += entriesAtOnce) {
    const batch = Array.from({ length: Math.min(entriesAtOnce, entries - from) }, (_, index) =>
      entryAt(from + index, entries, layout, generator, random),
    );
    await underWay;
    underWay = store.ingest(batch);
  }
  await underWay;
  const seconds = (performance.now() - startMs) / 1_000;
  console.log(
    `generated and ingested ${events.toLocaleString('en')} events in ${seconds.toFixed(0)} s, peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
}

function entryAt(
  number: number,
  of: number,
  { eventsPerEntry, position }: Entries,
  generator: RecordGenerator,
  random: SeededRandom,
): StoredEntry {
  const sliceMs = (generatedDays * 86_400_000) / of;
  const region = regions[random.zipf(regions.length)]!;
  const records = Array.from({ length: eventsPerEntry }, (_, index) =>
    generator.next({
      region,
      eventTimeMs: Math.floor(generatedUpToMs - (of - number - index / eventsPerEntry) * sliceMs),
    }),
  );
  return {
    position: position(number + 1),
    appendedAtMs: generatedUpToMs + number,
    entry: {
      kind: 'import',
      accountId: benchAccountId,
      source: `entry ${position(number + 1)}`,
      eventCount: eventsPerEntry,
      gzip: false,
      bytes: Buffer.from(`{"Records":[${records.join(',')}]}`),
    },
  };
}

/** Until the runs are merged as far as they will be. */
export async function settledHistory(store: DuckdbEventStore): Promise<void> {
  let runs = -1;
  for (;;) {
    const facts = await store.indexFacts();
    if (facts.runs === runs) {
      console.log(`${facts.runs} runs with ${facts.rows.toLocaleString('en')} events`);
      return;
    }
    runs = facts.runs;
    await new Promise((resolve) => setTimeout(resolve, 20_000));
  }
}
