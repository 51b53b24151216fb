// SPDX-License-Identifier: Apache-2.0
// Every query of the guides through Athena's API over the imported history, and through CloudTrail Lake's over an event data
// store that imported the same log files; beside them the same questions to DuckDB over the gzipped files, and to
// `zcat | jq`. Then single recorded calls with and without queries beside them.
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { callsBesideQueries } from '../calls-beside-queries.js';
import { generateLogFiles } from '../generate-events.js';
import { printTable } from '../print-table.js';
import { benchEnvironment, cairnProgram, type ServingProcess, startServing } from '../serving-process.js';
import { type GuideQuery, overTable, queriesBesideCalls, readGuideQueries } from './guide-queries.js';
import { importedStore } from './imported-store.js';
import { type MeasuredQuery, measureQuery } from './measure-query.js';
import { athenaFront, clientConfig, lakeFront, type QueryFront, resultsBucket } from './query-fronts.js';
import { RawFiles } from './raw-files.js';

const eventsPerFile = 2_000;
/** The others read all their files for every question, so they get fewer. */
const othersEventsMax = 100_000;
/** What each of the guides' queries shall take at most, at ten million events. */
const targetMs = 500;
/** Background work that would count as a query's: writing and merging segments. */
const settleMs = 2_000;

/** What a kept folder holds. */
interface Kept {
  readonly events: number;
  readonly eventDataStore: string;
}

/** With `keptDir` what was generated and imported stays there: another run asks it again at once. */
export async function benchSql(events: number, keptDir?: string): Promise<void> {
  if (keptDir !== undefined) mkdirSync(keptDir, { recursive: true });
  const dir = keptDir === undefined ? mkdtempSync(join(tmpdir(), 'cairn-bench-sql-')) : resolve(keptDir);
  const kept = readKept(dir, events);
  if (kept === undefined) await generateAndImport(dir, events);
  const files = filesIn(join(dir, 'files'));
  const server = await startServing(join(dir, 'data'));
  try {
    await makeResultsBucket(server.url);
    const store = kept?.eventDataStore ?? (await timedStore(server, dir, files));
    const [athena, lake] = [athenaFront(server.url), lakeFront(server.url, store)];
    if (kept === undefined) writeKept(dir, { events, eventDataStore: store });
    for (const front of [athena, lake]) await untilReady(front, kept !== undefined);
    await compare([athena, lake], files, events, server.pid);
    await callsBesideQueries({
      url: server.url,
      serverPid: server.pid,
      questions: queriesBesideCalls.map((query) => overTable(query, athena.table)),
      ask: async (sql, everyMs) => {
        await athena.ask(sql, everyMs);
      },
    });
  } finally {
    await server.end();
    if (keptDir === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

function keptFile(dir: string): string {
  return join(dir, 'kept.json');
}

function readKept(dir: string, events: number): Kept | undefined {
  if (!existsSync(keptFile(dir))) return undefined;
  const kept = JSON.parse(readFileSync(keptFile(dir), 'utf8')) as Kept;
  return kept.events === events ? kept : undefined;
}

function writeKept(dir: string, kept: Kept): void {
  writeFileSync(keptFile(dir), JSON.stringify(kept));
}

async function generateAndImport(dir: string, events: number): Promise<void> {
  console.log(`generating ${events.toLocaleString('en')} events …`);
  for (const old of ['files', 'data', 'kept.json']) rmSync(join(dir, old), { recursive: true, force: true });
  await generateLogFiles({
    dir: join(dir, 'files'),
    events,
    files: Math.max(1, Math.round(events / eventsPerFile)),
    seed: 7,
  });
  const importMs = await timed(() =>
    promisify(execFile)(
      process.execPath,
      [cairnProgram, 'import', join(dir, 'files'), '--data-dir', join(dir, 'data')],
      { env: benchEnvironment, maxBuffer: 64 * 1024 ** 2 },
    ),
  );
  console.log(`imported into the history in ${seconds(importMs)}`);
}

async function timedStore(server: ServingProcess, dir: string, files: readonly string[]): Promise<string> {
  let store = '';
  const importMs = await timed(async () => {
    store = await importedStore(server.url, join(dir, 'files'), files);
  });
  console.log(`put into a bucket and imported into an event data store in ${seconds(importMs)}`);
  return store;
}

async function makeResultsBucket(url: string): Promise<void> {
  const client = new S3Client({ ...clientConfig(url), forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: resultsBucket }));
}

async function untilReady(front: QueryFront, isKept: boolean): Promise<void> {
  const readyMs = await timed(() => front.ask(`SELECT count(*) FROM ${front.table}`));
  console.log(
    `first answer of ${front.name} ${isKept ? 'by a new server' : 'after the import'}: ${seconds(readyMs)}`,
  );
  if (!isKept) await new Promise((resolve) => setTimeout(resolve, settleMs));
}

/** In order of their names, which is by Region and time. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function compare(
  [athena, lake]: readonly [QueryFront, QueryFront],
  files: readonly string[],
  events: number,
  serverPid: number,
): Promise<void> {
  const step = Math.ceil(files.length / Math.max(1, othersEventsMax / eventsPerFile));
  const raw = await RawFiles.open(files.filter((_, index) => index % step === 0));
  const queries = await readGuideQueries();
  try {
    await compareFront(athena, queries.athena, raw, events, serverPid);
    await compareFront(lake, queries.lake, raw, events, serverPid);
  } finally {
    raw.close();
  }
}

async function compareFront(
  front: QueryFront,
  queries: readonly GuideQuery[],
  raw: RawFiles,
  events: number,
  serverPid: number,
): Promise<void> {
  const rows: string[][] = [];
  const failures: string[] = [];
  let slow = 0;
  for (const query of queries) {
    const measured = await measureQuery(front, query, serverPid).catch((error: unknown) => error as Error);
    if (measured instanceof Error) {
      slow += 1;
      failures.push(`${query.name}: ${measured.message}`);
      continue;
    }
    const duckdbMs = await timed(() => raw.askDuckdb(query.raw));
    const jqMs = query.jq === undefined ? undefined : await timed(() => raw.askJq(query.jq!));
    if (measured.medianMs > targetMs) slow += 1;
    rows.push(tableRow(query.name, measured, duckdbMs, jqMs));
  }
  printTable(
    `${front.name} over ${events.toLocaleString('en')} events, from the start call to done; the others over ${raw.count} files with ${(raw.count * eventsPerFile).toLocaleString('en')}`,
    [
      'query',
      'rows',
      'median ms',
      `> ${targetMs}`,
      'p99 ms',
      'asked',
      'CPU ms',
      "server's",
      'DuckDB on .gz ms',
      'cairn is',
      'zcat | jq ms',
      'cairn is',
    ],
    rows,
  );
  console.log(`${queries.length} queries, ${slow} over ${targetMs} ms or refused`);
  for (const failure of failures) console.log(`refused: ${failure}`);
}

function tableRow(
  name: string,
  measured: MeasuredQuery,
  duckdbMs: number,
  jqMs: number | undefined,
): string[] {
  const { rows, shownRows, medianMs, p99Ms, asked, queryCpuMs, serverCpuMs } = measured;
  const shown = shownRows === rows ? '' : `${shownRows.toLocaleString('en')} of `;
  return [
    name,
    `${shown}${rows.toLocaleString('en')}`,
    medianMs.toFixed(0),
    medianMs > targetMs ? 'SLOW' : '',
    p99Ms.toFixed(0),
    String(asked),
    queryCpuMs.toFixed(0),
    serverCpuMs.toFixed(0),
    duckdbMs.toFixed(0),
    `${(duckdbMs / medianMs).toFixed(1)}x`,
    jqMs?.toFixed(0) ?? '',
    jqMs === undefined ? '' : `${(jqMs / medianMs).toFixed(1)}x`,
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
