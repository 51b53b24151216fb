// SPDX-License-Identifier: Apache-2.0
// The history alone at 100 million events (or as many as `--events` says): generated and ingested piece by piece, so that no
// files are needed. Not among those that run by default: it takes about half an hour and 40 GB of disk.
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckdbEventStore } from '../src/adapters/event-store/duckdb/duckdb-event-store.js';
import { openDuckdbEventStore } from '../src/adapters/event-store/duckdb/open-duckdb-event-store.js';
import type { Position } from '../src/ports/event-log.js';
import type { LookupAttribute, LookupQuery } from '../src/ports/event-store.js';
import { silentLog } from '../src/ports/operator-log.js';
import { regions } from './event-templates.js';
import { fillHistory, generatedDays, generatedUpToMs, settledHistory } from './fill-history.js';
import { benchAccountId, frequentUser, RecordGenerator, rareUser } from './generate-events.js';
import { type IngestBeside, ingestBesideLookups } from './ingest-beside-lookups.js';
import { printTable } from './print-table.js';
import { SeededRandom } from './seeded-random.js';

const eventsPerEntry = 2_000;
const pagesEach = 200;
const clients = 8;

/** With `keptDir` what was ingested stays there: another run asks the same events without an hour of ingesting. */
export async function benchLookupLarge(events: number, keptDir?: string): Promise<void> {
  if (keptDir !== undefined) await mkdir(keptDir, { recursive: true });
  const dir = keptDir ?? (await mkdtemp(join(tmpdir(), 'cairn-bench-large-')));
  try {
    const store = await openDuckdbEventStore(dir, { log: silentLog });
    try {
      const first = Number(await store.ingestedUpTo());
      await fillHistory(store, events - (await store.count()), {
        eventsPerEntry,
        // Behind what an earlier run has left, where there is something.
        position: (number) => String(first + number).padStart(12, '0') as Position,
      });
      await settledHistory(store);
      await printSizes(dir, events);
      const asked = await askAll(store, events);
      await ingestBesideLookups(besideOptions(store, asked, Number(await store.ingestedUpTo()) + 1));
    } finally {
      await store.close();
    }
  } finally {
    if (keptDir === undefined) await rm(dir, { recursive: true, force: true });
  }
}

async function printSizes(dir: string, events: number): Promise<void> {
  const sizes = await Promise.all(
    ['records', 'index.duckdb', 'terms', 'ids.filter'].map(
      async (name) => [name, await bytesOf(join(dir, name))] as const,
    ),
  );
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  printTable(
    'On disk',
    ['what', 'MB', 'bytes an event'],
    [...sizes, ['all', total] as const].map(([name, bytes]) => [
      name,
      (bytes / 1024 ** 2).toFixed(0),
      (bytes / events).toFixed(1),
    ]),
  );
}

async function bytesOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  const sizes = await Promise.all((await readdir(path)).map((name) => bytesOf(join(path, name))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

type Ask = (page: number) => Partial<LookupQuery>;

/** Each page asks for another value where there are several, so that nothing is read from memory twice. */
async function questions(store: DuckdbEventStore): Promise<readonly (readonly [name: string, ask: Ask])[]> {
  const by = (key: LookupAttribute, value: string): Partial<LookupQuery> => ({
    attributes: [{ key, value }],
  });
  const ids: string[] = [];
  for (let day = 0; ids.length < pagesEach; day++) {
    const startTimeMs = generatedUpToMs - ((day % generatedDays) + 1) * 86_400_000;
    const page = await store.lookup(
      queryOf({ startTimeMs, endTimeMs: startTimeMs + 3_600_000 * (1 + day / generatedDays), limit: 5 }),
    );
    ids.push(...page.events.map(({ eventId }) => eventId));
  }
  return [
    ['no attribute', () => ({})],
    ['one Region', (page) => ({ region: regions[page % regions.length]! })],
    [
      'an hour',
      (page) => ({
        startTimeMs: generatedUpToMs - (page + 1) * 3_600_000 * 10,
        generatedUpToMs: generatedUpToMs - page * 3_600_000 * 10,
      }),
    ],
    ['EventName, frequent', () => by('EventName', 'AssumeRole')],
    ['EventName, rare', () => by('EventName', 'SwitchRole')],
    [
      'EventSource',
      (page) => by('EventSource', ['rds.amazonaws.com', 'sns.amazonaws.com', 'eks.amazonaws.com'][page % 3]!),
    ],
    ['Username, frequent', () => by('Username', frequentUser)],
    ['Username, rare', () => by('Username', rareUser)],
    ['Username, nobody', (page) => by('Username', `nobody-${page}`)],
    ['AccessKeyId', (page) => by('AccessKeyId', `ASIAEXAMPLEKEY${String(page % 40).padStart(6, '0')}`)],
    ['ReadOnly false', () => by('ReadOnly', 'false')],
    ['ResourceType', () => by('ResourceType', 'AWS::S3::Bucket')],
    ['ResourceName', (page) => by('ResourceName', `arn:aws:s3:::team-data-${page}`)],
    ['EventId', (page) => by('EventId', ids[page]!)],
  ];
}

async function askAll(store: DuckdbEventStore, events: number): Promise<readonly (readonly [string, Ask])[]> {
  const asked = await questions(store);
  for (const [, ask] of asked) for (let page = 0; page < 5; page++) await store.lookup(queryOf(ask(page)));
  const rows: string[][] = [];
  const all: number[] = [];
  for (const [name, ask] of asked) {
    const times: number[] = [];
    let found = 0;
    for (let page = 0; page < pagesEach; page++) {
      const startMs = performance.now();
      found = (await store.lookup(queryOf(ask(page)))).events.length;
      times.push(performance.now() - startMs);
    }
    all.push(...times);
    rows.push([name, String(found), ...percentiles(times)]);
  }
  rows.push(['all', '', ...percentiles(all)]);
  printTable(
    `LookupEvents, newest 50 of ${events.toLocaleString('en')} events`,
    ['question', 'found', 'p50 ms', 'p99 ms'],
    rows,
  );
  await pagesPerSecond(store, asked);
  const { pagesOfTerms, pagesOfColumns } = await store.indexFacts();
  console.log(`answered by the term index: ${pagesOfTerms}, by the columns: ${pagesOfColumns}`);
  console.log(`memory: ${(process.memoryUsage().rss / 1024 ** 2).toFixed(0)} MB`);
  return asked;
}

function besideOptions(
  store: DuckdbEventStore,
  asked: readonly (readonly [string, Ask])[],
  firstPosition: number,
): IngestBeside {
  // A kept history has what an earlier run ingested: other records, behind the newest place.
  const run = Date.now();
  const generator = new RecordGenerator(run);
  const random = new SeededRandom(run);
  return {
    store,
    freshRecords: (count) =>
      Array.from({ length: count }, () =>
        generator.next({ region: regions[random.zipf(regions.length)]!, eventTimeMs: generatedUpToMs }),
      ),
    firstPosition,
    enteredAtMs: generatedUpToMs + (run % 1e9),
    ask: (page) => queryOf(asked[page % asked.length]![1](Math.floor(page / asked.length) % pagesEach)),
    clients,
  };
}

async function pagesPerSecond(
  store: DuckdbEventStore,
  asked: readonly (readonly [string, Ask])[],
): Promise<void> {
  const pages = asked.length * 100;
  let next = 0;
  const startMs = performance.now();
  const client = async (): Promise<void> => {
    for (let page = next++; page < pages; page = next++)
      await store.lookup(queryOf(asked[page % asked.length]![1](Math.floor(page / asked.length))));
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startMs) / 1_000;
  printTable(
    `All questions in turn, ${clients} clients`,
    ['', 'pages/s'],
    [['cairn', (pages / seconds).toFixed(0)]],
  );
}

function percentiles(times: number[]): string[] {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(2);
  return [at(0.5), at(0.99)];
}

function queryOf(ask: Partial<LookupQuery>): LookupQuery {
  return { accountId: benchAccountId, attributes: [], category: 'Management', limit: 50, ...ask };
}
