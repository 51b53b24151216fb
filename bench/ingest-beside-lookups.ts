// SPDX-License-Identifier: Apache-2.0
// What look-ups leave of ingest: entries of files and of live calls, alone, beside clients who ask 25 times as often as AWS lets an
// account do it, and beside such who ask without a pause; in one process on the same history.
import { setTimeout as pause } from 'node:timers/promises';
import type { DuckdbEventStore } from '../src/adapters/event-store/duckdb/duckdb-event-store.js';
import type { Position, StoredEntry } from '../src/ports/event-log.js';
import type { LookupQuery } from '../src/ports/event-store.js';
import { cpuMs } from './cpu-ms.js';
import { benchAccountId } from './generate-events.js';
import { printTable } from './print-table.js';

/** Live calls are appended in groups about so large while the server is busy. */
const callsPerBatch = 64;
/** In turn, so that what a machine does besides falls on all of them. */
const rounds = 3;
/** Source: CloudTrail User Guide, "Quotas in AWS CloudTrail": LookupEvents, 2 a second for each account and Region. */
const pacedPagesPerSecond = 25 * 2;

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

/** How often clients ask; none for nobody asking. */
interface Askers {
  readonly name: string;
  /** Of each client, from one question to the next; 0: as soon as it has its answer. */
  readonly everyMs?: number;
}

export async function ingestBesideLookups(options: IngestBeside): Promise<void> {
  let next = options.firstPosition;
  const position = (): Position => String(next++).padStart(12, '0') as Position;
  const { clients } = options;
  const each: readonly Askers[] = [
    { name: 'alone' },
    {
      name: `beside ${clients} clients, ${pacedPagesPerSecond} pages/s`,
      everyMs: (clients * 1_000) / pacedPagesPerSecond,
    },
    { name: `beside ${clients} clients without a pause`, everyMs: 0 },
  ];
  const rows: string[][] = [];
  for (const way of ways(options.enteredAtMs)) {
    const rates = each.map(() => new Rate());
    for (let round = 0; round < rounds; round++) {
      for (const [index, { everyMs }] of each.entries()) {
        const batches = way.batches(options.freshRecords(way.events), position);
        await rates[index]!.add(options, batches, way.events, everyMs);
      }
    }
    for (const [index, { name, everyMs }] of each.entries())
      rows.push([
        `${way.name}, ${name}`,
        ...rates[index]!.cells(everyMs === undefined ? undefined : rates[0]),
      ]);
  }
  const head = ['what', 'events/s', 'ratio', 'pages/s', 'p50 ms', 'p99 ms', 'CPU ms/s'];
  printTable('Ingest beside look-ups', head, rows);
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
  #seconds = 0;
  #events = 0;
  #cpuMs = 0;
  readonly #pagesMs: number[] = [];

  async add(
    options: IngestBeside,
    batches: readonly (readonly StoredEntry[])[],
    events: number,
    everyMs: number | undefined,
  ): Promise<void> {
    const over = new AbortController();
    const clients = everyMs === undefined ? 0 : options.clients;
    const asking = Array.from({ length: clients }, (_, client) =>
      askUntil(options, client, everyMs ?? 0, over.signal),
    );
    const [startMs, startCpuMs] = [performance.now(), cpuMs()];
    for (const batch of batches) await options.store.ingest(batch);
    this.#seconds += (performance.now() - startMs) / 1_000;
    this.#cpuMs += cpuMs() - startCpuMs;
    this.#events += events;
    over.abort();
    this.#pagesMs.push(...(await Promise.all(asking)).flat());
  }

  cells(alone: Rate | undefined): string[] {
    const pages = this.#pagesMs.sort((a, b) => a - b);
    const at = (share: number): string => pages[Math.floor(pages.length * share)]?.toFixed(1) ?? '';
    return [
      this.#perSecond.toFixed(0),
      alone === undefined ? '' : (this.#perSecond / alone.#perSecond).toFixed(2),
      alone === undefined ? '' : (pages.length / this.#seconds).toFixed(0),
      at(0.5),
      at(0.99),
      (this.#cpuMs / this.#seconds).toFixed(0),
    ];
  }

  get #perSecond(): number {
    return this.#events / this.#seconds;
  }
}

/** How long each page took, ms. */
async function askUntil(
  { store, ask, clients }: IngestBeside,
  client: number,
  everyMs: number,
  over: AbortSignal,
): Promise<number[]> {
  const pagesMs: number[] = [];
  await pause((everyMs * client) / clients);
  for (let page = client; !over.aborted; page += clients) {
    const startMs = performance.now();
    await store.lookup(ask(page));
    const tookMs = performance.now() - startMs;
    pagesMs.push(tookMs);
    if (tookMs < everyMs) await pause(everyMs - tookMs, undefined, { signal: over }).catch(() => {});
  }
  return pagesMs;
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
