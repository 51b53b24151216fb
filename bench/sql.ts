// SPDX-License-Identifier: Apache-2.0
// The guides' queries through Athena's API over the imported history; beside them the same questions to DuckDB over the
// gzipped log files, and to `zcat | jq`. Then single recorded calls with and without queries beside them.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
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
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { callsBesideQueries } from './calls-beside-queries.js';
import { benchAccountId, generateLogFiles, rareUser } from './generate-events.js';
import { printTable } from './print-table.js';

const eventsPerFile = 2_000;
/** Enough for a p99 that is one of the slowest. */
const repetitions = 100;
/** A question that takes long is not asked as often as that. */
const askingMsMax = 20_000;
const repetitionsMin = 5;
/** The others read all their files for every question, so they get fewer. */
const othersEventsMax = 100_000;
const credentials = { accessKeyId: 'AKIABENCHBENCHBENCH1', secretAccessKey: 'b'.repeat(40) };
const root = join(import.meta.dirname, '../..');
const program = process.env.CAIRN_PROGRAM ?? join(root, 'bin/cairn.js');
const results = 'bench-query-results';
/** Asking every few milliseconds takes half a processor, of two, from what is measured. */
const pollMs = 20;

interface Question {
  readonly name: string;
  readonly sql: string;
  /** The same of a record `r` in DuckDB's words. */
  readonly raw: string;
  readonly jq: string;
}

const table = '"default"."cairn_history"';

const questions: readonly Question[] = [
  {
    name: 'a user, all columns',
    sql: `SELECT * FROM ${table} WHERE useridentity.username = '${rareUser}'`,
    raw: `SELECT r FROM raw WHERE (r->>'$.userIdentity.userName') = '${rareUser}'`,
    jq: `.Records[] | select(.userIdentity.userName == "${rareUser}")`,
  },
  {
    name: 'either of two users, all columns',
    sql: `SELECT * FROM ${table} WHERE useridentity.username = '${rareUser}' OR useridentity.username = 'nobody'`,
    raw: `SELECT r FROM raw WHERE (r->>'$.userIdentity.userName') IN ('${rareUser}', 'nobody')`,
    jq: `.Records[] | select(.userIdentity.userName == "${rareUser}" or .userIdentity.userName == "nobody")`,
  },
  {
    name: 'users of the last seven days',
    sql: `SELECT DISTINCT useridentity.username FROM ${table} WHERE from_iso8601_timestamp(eventtime) > date_add('day', -7, TIMESTAMP '2026-11-01 00:00:00 UTC')`,
    raw: `SELECT DISTINCT r->>'$.userIdentity.userName' FROM raw WHERE (r->>'$.eventTime')::TIMESTAMPTZ > TIMESTAMPTZ '2026-10-25 00:00:00+00'`,
    jq: '.Records[] | select(.eventTime > "2026-10-25T00:00:00Z") | .userIdentity.userName',
  },
  {
    name: 'what the root did, the newest 1,000',
    sql: `SELECT * FROM ${table} WHERE useridentity.type = 'Root' ORDER BY eventtime DESC LIMIT 1000`,
    raw: `SELECT r FROM raw WHERE (r->>'$.userIdentity.type') = 'Root' ORDER BY r->>'$.eventTime' DESC LIMIT 1000`,
    jq: '.Records[] | select(.userIdentity.type == "Root")',
  },
  {
    name: 'IAM calls, the newest 20',
    sql: `SELECT eventtime, eventname, useridentity.arn FROM ${table} WHERE eventsource = 'iam.amazonaws.com' ORDER BY eventtime DESC LIMIT 20`,
    raw: `SELECT r->>'$.eventTime', r->>'$.eventName', r->>'$.userIdentity.arn' FROM raw WHERE (r->>'$.eventSource') = 'iam.amazonaws.com' ORDER BY 1 DESC LIMIT 20`,
    jq: '.Records[] | select(.eventSource == "iam.amazonaws.com") | [.eventTime, .eventName, .userIdentity.arn]',
  },
  {
    name: 'how often each API was called',
    sql: `SELECT eventsource, eventname, count(*) AS calls FROM ${table} GROUP BY 1, 2 ORDER BY calls DESC`,
    raw: `SELECT r->>'$.eventSource', r->>'$.eventName', count(*) AS calls FROM raw GROUP BY 1, 2 ORDER BY calls DESC`,
    jq: '.Records[] | .eventSource + " " + .eventName',
  },
  {
    name: 'denied calls by principal',
    sql: `SELECT useridentity.arn, count(*) FROM ${table} WHERE errorcode = 'AccessDenied' GROUP BY 1 ORDER BY 2 DESC LIMIT 50`,
    raw: `SELECT r->>'$.userIdentity.arn', count(*) FROM raw WHERE (r->>'$.errorCode') = 'AccessDenied' GROUP BY 1 ORDER BY 2 DESC LIMIT 50`,
    jq: '.Records[] | select(.errorCode == "AccessDenied") | .userIdentity.arn',
  },
];

/** With `keptDir` what was generated and imported stays there: another run asks it again at once. */
export async function benchSql(events: number, keptDir?: string): Promise<void> {
  if (keptDir !== undefined) mkdirSync(keptDir, { recursive: true });
  const dir = keptDir === undefined ? mkdtempSync(join(tmpdir(), 'cairn-bench-sql-')) : resolve(keptDir);
  const marker = join(dir, 'imported');
  const isKept = existsSync(marker) && readFileSync(marker, 'utf8') === String(events);
  if (!isKept) await generate(dir, events);
  const files = filesIn(join(dir, 'files'));
  const server = startServer(dir);
  try {
    const config = { endpoint: await server.url, region: 'us-east-1', credentials };
    await new S3Client({ ...config, forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: results }),
    );
    if (!isKept) {
      const importMs = await timed(() => importFiles(dir));
      console.log(`imported in ${(importMs / 1_000).toFixed(1)} s`);
    }
    const athena = new AthenaClient(config);
    const indexedMs = await timed(() => ask(athena, `SELECT count(*) FROM ${table}`));
    console.log(
      `first answer ${isKept ? 'of a new server' : 'after the import'}: ${(indexedMs / 1_000).toFixed(1)} s`,
    );
    writeFileSync(marker, String(events));
    await compare(athena, files, events);
    await callsBesideQueries({
      url: config.endpoint,
      serverPid: server.child.pid ?? 0,
      questions: questions.map(({ sql }) => sql),
      ask: (sql, everyMs) => ask(athena, sql, everyMs),
    });
  } finally {
    server.child.kill('SIGTERM');
    await server.exited;
    if (keptDir === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

async function generate(dir: string, events: number): Promise<void> {
  console.log(`generating ${events.toLocaleString('en')} events …`);
  for (const old of ['files', 'data', 'imported']) rmSync(join(dir, old), { recursive: true, force: true });
  await generateLogFiles({
    dir: join(dir, 'files'),
    events,
    files: Math.max(1, Math.round(events / eventsPerFile)),
    seed: 7,
  });
}

function importFiles(dir: string): Promise<unknown> {
  return promisify(execFile)(
    process.execPath,
    [program, 'import', join(dir, 'files'), '--data-dir', join(dir, 'data')],
    { maxBuffer: 64 * 1024 ** 2 },
  );
}

/** In order of their names, which is by Region and time. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function compare(athena: AthenaClient, files: readonly string[], events: number): Promise<void> {
  const step = Math.ceil(files.length / Math.max(1, othersEventsMax / eventsPerFile));
  const sample = files.filter((_, index) => index % step === 0);
  const duckdb = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const rows: string[][] = [];
  for (const { name, sql, raw, jq } of questions) {
    const times = await timesOf(() => ask(athena, sql));
    const median = times[Math.floor(times.length / 2)]!;
    const filesMs = await timed(() => askFiles(duckdb, sample, raw));
    const jqMs = await timed(() => askJq(sample, jq));
    rows.push([
      name,
      ms(median),
      ms(times[Math.ceil(times.length * 0.99) - 1]!),
      String(times.length),
      ms(filesMs),
      ratio(filesMs, median),
      ms(jqMs),
      ratio(jqMs, median),
    ]);
  }
  duckdb.closeSync();
  printTable(
    `Athena's API over ${events.toLocaleString('en')} events, start to SUCCEEDED; the others over ${sample.length} files with ${(sample.length * eventsPerFile).toLocaleString('en')}`,
    ['query', 'median ms', 'p99 ms', 'asked', 'DuckDB on .gz ms', 'cairn is', 'zcat | jq ms', 'cairn is'],
    rows,
  );
}

/** In order, the first one left out: it finds no file in the system's memory. */
async function timesOf(work: () => Promise<unknown>): Promise<number[]> {
  await work();
  const times: number[] = [];
  const startMs = performance.now();
  while (
    times.length < repetitionsMin ||
    (times.length < repetitions && performance.now() - startMs < askingMsMax)
  )
    times.push(await timed(work));
  return times.sort((a, b) => a - b);
}

async function ask(athena: AthenaClient, sql: string, everyMs = pollMs): Promise<void> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ResultConfiguration: { OutputLocation: `s3://${results}/` },
    }),
  );
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === 'SUCCEEDED') return;
    if (State !== 'QUEUED' && State !== 'RUNNING')
      throw new Error(`${State}: ${StateChangeReason} in ${sql}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function askFiles(connection: DuckDBConnection, files: readonly string[], sql: string): Promise<void> {
  const list = files.map((path) => `'${path}'`).join(', ');
  await connection.runAndReadAll(
    `WITH raw AS (SELECT unnest(Records) AS r FROM read_json([${list}], columns = {Records: 'JSON[]'}, maximum_object_size = 100000000)) ${sql}`,
  );
}

async function askJq(files: readonly string[], program: string): Promise<void> {
  await promisify(execFile)(
    'sh',
    ['-c', 'zcat "$@" | jq -c "$QUESTION" | sort | uniq -c | wc -l', 'sh', ...files],
    {
      env: { ...process.env, QUESTION: program },
    },
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function startServer(dir: string): { child: ChildProcess; url: Promise<string>; exited: Promise<void> } {
  const env = {
    ...process.env,
    CAIRN_ACCOUNT_ID: benchAccountId,
    CAIRN_ACCESS_KEY_ID: credentials.accessKeyId,
    CAIRN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CAIRN_LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--data-dir', join(dir, 'data')], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) =>
      resolve(line.replace('cairn listening on ', '')),
    );
    child.once('error', reject);
  });
  return { child, url, exited };
}

function ms(value: number): string {
  return value.toFixed(0);
}

function ratio(other: number, own: number): string {
  return `${(other / own).toFixed(1)}x`;
}
