// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openDuckdbEventStore } from '../src/adapters/event-store/duckdb/open-duckdb-event-store.js';
import type { Position } from '../src/ports/event-log.js';
import type { EventStore, LookupQuery } from '../src/ports/event-store.js';
import { silentLog } from '../src/ports/operator-log.js';
import {
  benchAccountId,
  frequentUser,
  type GeneratedLogFile,
  generateLogFiles,
  rareUser,
} from './generate-events.js';
import { printTable } from './print-table.js';

const eventsPerFile = 2_000;
const repetitions = 60;
const clients = 8;
/** The others read all their files for every question, so they get fewer. */
const othersEventsMax = 100_000;
const othersRepetitions = 3;
const pageSize = 50;

interface Question {
  readonly name: string;
  readonly ask: Partial<LookupQuery>;
  /** The same condition on a record `r` for DuckDB, and for jq; none where they have nothing like it. */
  readonly sql?: string;
  readonly jq?: string;
}

/** LookupEvents by attribute, and the same questions asked of the files themselves. */
export async function benchLookup(events: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-bench-lookup-'));
  try {
    console.log(`generating ${events.toLocaleString('en')} events …`);
    const files = await generateLogFiles({
      dir: join(dir, 'files'),
      events,
      files: Math.max(1, Math.round(events / eventsPerFile)),
      seed: 7,
    });
    const store = await openDuckdbEventStore(join(dir, 'history'), { log: silentLog });
    try {
      await fillStore(store, files);
      const questions = await questionsFor(store);
      await warmUp(store, questions);
      await benchQuestions(store, questions, sampleOf(files), events);
      await benchPagesPerSecond(store, questions);
    } finally {
      await store.close();
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function fillStore(store: EventStore, files: readonly GeneratedLogFile[]): Promise<void> {
  const filesAtOnce = 500;
  const startMs = performance.now();
  let added = 0;
  for (let from = 0; from < files.length; from += filesAtOnce) {
    const entries = files.slice(from, from + filesAtOnce).map(async ({ path, events }, index) => ({
      position: String(from + index + 1).padStart(12, '0') as Position,
      appendedAtMs: Date.UTC(2026, 10, 1) + from + index,
      entry: {
        kind: 'import',
        accountId: benchAccountId,
        source: path,
        eventCount: events,
        gzip: true,
        bytes: await readFile(path),
      } as const,
    }));
    added += (await store.ingest(await Promise.all(entries))).added;
  }
  const seconds = (performance.now() - startMs) / 1000;
  console.log(
    `ingested ${added.toLocaleString('en')} events, ${Math.round(added / seconds).toLocaleString('en')} a second`,
  );
}

/** As in a server that has been running for a while: the first pages of a process wait for its compiler. */
async function warmUp(store: EventStore, questions: readonly Question[]): Promise<void> {
  for (let round = 0; round < 10; round++) {
    for (const { ask } of questions) await store.lookup(queryOf(ask));
  }
}

async function questionsFor(store: EventStore): Promise<Question[]> {
  const { events } = await store.lookup({
    accountId: benchAccountId,
    attributes: [{ key: 'ReadOnly', value: 'false' }],
    category: 'Management',
    limit: 1,
  });
  const eventId = events[0]!.eventId;
  const by = (
    key: LookupQuery['attributes'][number]['key'],
    value: string,
  ): Pick<LookupQuery, 'attributes'> => ({ attributes: [{ key, value }] });
  const member = (path: string, value: string): { sql: string; jq: string } => ({
    sql: `r->>'$.${path}' = '${value}'`,
    jq: `.${path} == "${value}"`,
  });
  const day = { startTimeMs: Date.UTC(2026, 8, 1), endTimeMs: Date.UTC(2026, 8, 2) - 1 };
  return [
    { name: 'no attribute', ask: {}, sql: 'true', jq: 'true' },
    { name: 'no attribute, one Region', ask: { region: 'us-east-1' }, ...member('awsRegion', 'us-east-1') },
    {
      name: 'one day',
      ask: day,
      sql: "r->>'$.eventTime' LIKE '2026-09-01%'",
      jq: '.eventTime | startswith("2026-09-01")',
    },
    { name: 'EventName, frequent', ask: by('EventName', 'AssumeRole'), ...member('eventName', 'AssumeRole') },
    { name: 'EventName, rare', ask: by('EventName', 'SwitchRole'), ...member('eventName', 'SwitchRole') },
    {
      name: 'EventSource',
      ask: by('EventSource', 'rds.amazonaws.com'),
      ...member('eventSource', 'rds.amazonaws.com'),
    },
    {
      name: 'Username, frequent',
      ask: by('Username', frequentUser),
      ...member('userIdentity.userName', frequentUser),
    },
    { name: 'Username, rare', ask: by('Username', rareUser), ...member('userIdentity.userName', rareUser) },
    { name: 'Username, nobody', ask: by('Username', 'nobody'), ...member('userIdentity.userName', 'nobody') },
    {
      name: 'AccessKeyId',
      ask: by('AccessKeyId', 'ASIAEXAMPLEKEY000003'),
      ...member('userIdentity.accessKeyId', 'ASIAEXAMPLEKEY000003'),
    },
    {
      name: 'ReadOnly false',
      ask: by('ReadOnly', 'false'),
      sql: "r->>'$.readOnly' = 'false'",
      jq: '.readOnly == false',
    },
    { name: 'ResourceType', ask: by('ResourceType', 'AWS::S3::Bucket') },
    { name: 'ResourceName', ask: by('ResourceName', 'arn:aws:s3:::team-data-17') },
    { name: 'EventId', ask: by('EventId', eventId), ...member('eventID', eventId) },
    {
      name: 'EventName and Username',
      ask: {
        attributes: [
          { key: 'EventName', value: 'AssumeRole' },
          { key: 'Username', value: rareUser },
        ],
      },
    },
  ];
}

/** Files from all over the time, so that what is there in the whole is there in the sample. */
function sampleOf(files: readonly GeneratedLogFile[]): string[] {
  const step = Math.ceil(files.length / Math.max(1, othersEventsMax / eventsPerFile));
  return files.filter((_, index) => index % step === 0).map(({ path }) => path);
}

async function benchQuestions(
  store: EventStore,
  questions: readonly Question[],
  sample: readonly string[],
  events: number,
): Promise<void> {
  const duckdb = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await duckdb.connect();
  const hasJq = await canRunJq();
  if (!hasJq) console.log('jq is not installed: its column stays empty');
  const rows: string[][] = [];
  for (const { name, ask, sql, jq } of questions) {
    const cairn = await measure(repetitions, () => store.lookup(queryOf(ask)));
    const files =
      sql === undefined
        ? undefined
        : (await measure(othersRepetitions, () => askFiles(connection, sample, sql))).p50Ms;
    const pipe = jq === undefined || !hasJq ? undefined : (await measure(1, () => askJq(sample, jq))).p50Ms;
    rows.push([
      name,
      String(cairn.last.events.length),
      ms(cairn.p50Ms),
      ms(cairn.p99Ms),
      ms(files),
      ratio(files, cairn.p50Ms),
      ms(pipe),
      ratio(pipe, cairn.p50Ms),
    ]);
  }
  connection.closeSync();
  duckdb.closeSync();
  printTable(
    `LookupEvents, newest ${pageSize} of ${events.toLocaleString('en')} events; the others over ${sample.length} files with ${(sample.length * eventsPerFile).toLocaleString('en')}`,
    ['question', 'found', 'p50 ms', 'p99 ms', 'DuckDB on .gz ms', 'cairn is', 'zcat | jq ms', 'cairn is'],
    rows,
  );
}

async function benchPagesPerSecond(store: EventStore, questions: readonly Question[]): Promise<void> {
  const pages = questions.length * 40;
  let next = 0;
  const startMs = performance.now();
  const client = async (): Promise<void> => {
    for (let page = next++; page < pages; page = next++)
      await store.lookup(queryOf(questions[page % questions.length]!.ask));
  };
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = (pages * 1000) / (performance.now() - startMs);
  printTable(`All questions in turn, ${clients} clients`, ['', 'pages/s'], [['cairn', perSecond.toFixed(0)]]);
}

function queryOf(ask: Partial<LookupQuery>): LookupQuery {
  return { accountId: benchAccountId, attributes: [], category: 'Management', limit: pageSize, ...ask };
}

async function askFiles(
  connection: DuckDBConnection,
  files: readonly string[],
  condition: string,
): Promise<number> {
  const list = files.map((path) => `'${path}'`).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT r FROM (SELECT unnest(Records) AS r FROM read_json([${list}], columns = {Records: 'JSON[]'}, maximum_object_size = 100000000))
     WHERE ${condition} ORDER BY r->>'$.eventTime' DESC LIMIT ${pageSize}`,
  );
  return reader.currentRowCount;
}

/** What one types at a shell. Sorting is left out: it would only add to jq's time. */
function askJq(files: readonly string[], condition: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const shell = spawn(
      'sh',
      ['-c', 'zcat "$@" | jq -c ".Records[] | select($CONDITION)" | wc -l', 'sh', ...files],
      {
        env: { ...process.env, CONDITION: condition },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let out = '';
    shell.stdout.on('data', (text: Buffer) => (out += text.toString()));
    shell.on('error', reject).on('close', () => resolve(Number(out)));
  });
}

function canRunJq(): Promise<boolean> {
  return new Promise((resolve) => {
    const jq = spawn('jq', ['--version'], { stdio: 'ignore' });
    jq.on('error', () => resolve(false)).on('close', (code) => resolve(code === 0));
  });
}

async function measure<Result>(
  times: number,
  work: () => Promise<Result>,
): Promise<{ p50Ms: number; p99Ms: number; last: Result }> {
  let last = await work();
  const durations: number[] = [];
  for (let time = 0; time < times; time++) {
    const startMs = performance.now();
    last = await work();
    durations.push(performance.now() - startMs);
  }
  durations.sort((a, b) => a - b);
  const at = (part: number): number =>
    durations[Math.min(durations.length - 1, Math.floor(durations.length * part))]!;
  return { p50Ms: at(0.5), p99Ms: at(0.99), last };
}

function ms(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(1);
}

function ratio(other: number | undefined, own: number): string {
  return other === undefined ? '' : `${(other / own).toFixed(0)}x`;
}
