// SPDX-License-Identifier: Apache-2.0
// What look-ups leave of ingest: entries of files and of live calls, alone and beside clients who ask without a pause, in one
// process on the same history.
import type { DuckdbEventStore } from '../src/adapters/event-store/duckdb/duckdb-event-store.js';
import type { Position, StoredEntry } from '../src/ports/event-log.js';
import type { LookupQuery } from '../src/ports/event-store.js';
import { benchAccountId } from './generate-events.js';
import { printTable } from './print-table.js';

/** Live calls are appended in groups about so large while the server is busy. */
const callsPerBatch = 64;
/** In turn, so that what a machine does besides falls on both. */
const rounds = 3;

export interface IngestBeside {
  readonly store: DuckdbEventStore;
  /** Record texts that the history does not have, one list a round and way. */
  readonly freshRecords: (count: number) => readonly string[];
  /** Behind the newest entry of the history. */
  readonly firstPosition: number;
  readonly enteredAtMs: number;
  readonly ask: (page: number) => LookupQuery;
  readonly clients: number;
}

interface Way {
  readonly name: string;
  readonly events: number;
  readonly batches: (
    records: readonly string[],
    position: () => Position,
  ) => readonly (readonly StoredEntry[])[];
}

export async function ingestBesideLookups(options: IngestBeside): Promise<void> {
  let next = options.firstPosition;
  const position = (): Position => String(next++).padStart(12, '0') as Position;
  const rows: string[][] = [];
  for (const way of ways(options.enteredAtMs)) {
    const [alone, beside] = [new Rate(), new Rate()];
    let pages = 0;
    for (let round = 0; round < rounds; round++) {
      const batches = () => way.batches(options.freshRecords(way.events), position);
      await alone.add(options.store, batches(), way.events);
      const besideBatches = batches();
      const over = new AbortController();
      const asking = Array.from({ length: options.clients }, (_, client) =>
        askUntil(options, client, over.signal),
      );
      await beside.add(options.store, besideBatches, way.events);
      over.abort();
      pages += (await Promise.all(asking)).reduce((sum, count) => sum + count, 0);
    }
    rows.push(
      [`${way.name}, alone`, alone.perSecond(), '', ''],
      [
        `${way.name}, beside ${options.clients} clients`,
        beside.perSecond(),
        (alone.seconds / beside.seconds).toFixed(2),
        (pages / beside.seconds).toFixed(0),
      ],
    );
  }
  printTable('Ingest beside look-ups', ['what', 'events/s', 'ratio', 'pages/s'], rows);
}

function ways(enteredAtMs: number): readonly Way[] {
  return [
    {
      name: 'files',
      events: 60_000,
      batches: (records, position) => [
        Array.from({ length: records.length / 2_000 }, (_, index) =>
          fileEntry(records.slice(index * 2_000, (index + 1) * 2_000), position(), enteredAtMs),
        ),
      ],
    },
    {
      name: `live calls, ${callsPerBatch} at once`,
      events: callsPerBatch * 200,
      batches: (records, position) =>
        Array.from({ length: records.length / callsPerBatch }, (_, index) =>
          records
            .slice(index * callsPerBatch, (index + 1) * callsPerBatch)
            .map((json) => callEntry(json, position(), enteredAtMs)),
        ),
    },
  ];
}

class Rate {
  seconds = 0;
  #events = 0;

  async add(
    store: DuckdbEventStore,
    batches: readonly (readonly StoredEntry[])[],
    events: number,
  ): Promise<void> {
    const startMs = performance.now();
    for (const batch of batches) await store.ingest(batch);
    this.seconds += (performance.now() - startMs) / 1_000;
    this.#events += events;
  }

  perSecond(): string {
    return (this.#events / this.seconds).toFixed(0);
  }
}

async function askUntil({ store, ask }: IngestBeside, client: number, over: AbortSignal): Promise<number> {
  let pages = 0;
  for (let page = client; !over.aborted; page += 8, pages++) await store.lookup(ask(page));
  return pages;
}

function fileEntry(records: readonly string[], position: Position, appendedAtMs: number): StoredEntry {
  return {
    position,
    appendedAtMs,
    entry: {
      kind: 'import',
      accountId: benchAccountId,
      source: `entry ${position}`,
      eventCount: records.length,
      gzip: false,
      bytes: Buffer.from(`{"Records":[${records.join(',')}]}`),
    },
  };
}

function callEntry(json: string, position: Position, appendedAtMs: number): StoredEntry {
  const { awsRegion } = JSON.parse(json) as { awsRegion: string };
  return {
    position,
    appendedAtMs,
    entry: {
      kind: 'call',
      records: [{ accountId: benchAccountId, region: awsRegion, category: 'Management', json }],
      changes: [],
    },
  };
}
