// SPDX-License-Identifier: Apache-2.0
// Import of log files until they are durable and searchable, beside what a user would otherwise do with them: DuckDB
// loading the same files into a typed table on disk, and `zcat | jq` over a part of them.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GeneratedLogFile, generateLogFiles } from './generate-events.js';
import { type MeasuredRun, runMeasured } from './measured-process.js';
import { printTable } from './print-table.js';

const eventsPerFile = 2_000;
const seed = 20_261_121;
/** jq takes long; its rate does not depend on how many files it reads. */
const jqFilesMax = 20;

interface Row extends MeasuredRun {
  readonly name: string;
  readonly events: number;
  readonly diskBytes?: number;
}

export async function benchImport(events: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-bench-import-'));
  try {
    const files = await generateLogFiles({
      dir: join(dir, 'logs'),
      events,
      files: Math.max(1, Math.round(events / eventsPerFile)),
      seed,
    });
    const rows = [await cairnRow(dir, events), await duckdbRow(dir, files, events), ...(await jqRows(files))];
    const total = (of: 'bytes' | 'rawBytes') => files.reduce((sum, file) => sum + file[of], 0);
    printTable(
      `Import of ${events.toLocaleString('en')} events in ${files.length} files (${megabytes(total('bytes'))} MB gzip, ${megabytes(total('rawBytes'))} MB of JSON)`,
      ['what', 'events', 'seconds', 'events/s', 'peak MB', 'disk MB', 'cairn is'],
      rows.map((row) => toCells(row, rows[0]!)),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function toCells(row: Row, cairn: Row): string[] {
  const perSecond = row.events / row.seconds;
  return [
    row.name,
    row.events.toLocaleString('en'),
    row.seconds.toFixed(2),
    Math.round(perSecond).toLocaleString('en'),
    megabytes(row.peakBytes),
    row.diskBytes === undefined ? '-' : megabytes(row.diskBytes),
    `${(cairn.events / cairn.seconds / perSecond).toFixed(2)}x`,
  ];
}

/** The whole command: start, import, until the history has everything, end. */
async function cairnRow(dir: string, events: number): Promise<Row> {
  const dataDir = join(dir, 'data');
  const cli = join(import.meta.dirname, '../src/cli/main.js');
  const run = await runMeasured(process.execPath, [cli, 'import', join(dir, 'logs'), '--data-dir', dataDir]);
  return { name: 'cairn import, durable and searchable', events, ...run, diskBytes: sizeOf(dataDir) };
}

/** One column for each member of a record, nested objects as JSON. */
const duckdbLoad = `
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const [database, pattern] = process.argv.slice(2);
  const db = await DuckDBInstance.create(database, { threads: '2' });
  const connection = await db.connect();
  const record = "STRUCT(eventVersion VARCHAR, userIdentity JSON, eventTime TIMESTAMP, eventSource VARCHAR, eventName VARCHAR, " +
    "awsRegion VARCHAR, sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR, errorMessage VARCHAR, requestParameters JSON, " +
    "responseElements JSON, requestID VARCHAR, eventID VARCHAR, readOnly BOOLEAN, resources JSON, eventType VARCHAR, " +
    "managementEvent BOOLEAN, recipientAccountId VARCHAR, eventCategory VARCHAR, tlsDetails JSON)";
  await connection.run("CREATE TABLE events AS SELECT unnest(r) FROM (SELECT unnest(Records) AS r FROM read_json('" + pattern +
    "', columns = {Records: '" + record + "[]'}, maximum_object_size = 100000000))");
  await connection.run('CHECKPOINT');
  connection.closeSync();
  db.closeSync();
`;

async function duckdbRow(dir: string, files: readonly GeneratedLogFile[], events: number): Promise<Row> {
  const database = join(dir, 'events.duckdb');
  const script = join(import.meta.dirname, 'import-duckdb-load.mjs');
  writeFileSync(script, duckdbLoad);
  try {
    const run = await runMeasured(process.execPath, [script, database, join(dir, 'logs/**/*.json.gz')]);
    return {
      name: `DuckDB, typed table of the same ${files.length} files`,
      events,
      ...run,
      diskBytes: sizeOf(database),
    };
  } finally {
    rmSync(script, { force: true });
  }
}

async function jqRows(files: readonly GeneratedLogFile[]): Promise<Row[]> {
  if (!['/usr/bin/jq', '/usr/local/bin/jq', '/opt/homebrew/bin/jq'].some(existsSync)) return [];
  const part = files.slice(0, jqFilesMax);
  const paths = part.map(({ path }) => `'${path}'`).join(' ');
  const run = await runMeasured('/bin/sh', [
    '-c',
    `zcat ${paths} | jq -c '.Records[] | [.eventTime, .eventName, .userIdentity.arn, .eventID]' > /dev/null`,
  ]);
  return [
    {
      name: `zcat | jq, ${part.length} files read once`,
      events: part.reduce((sum, file) => sum + file.events, 0),
      ...run,
    },
  ];
}

function sizeOf(path: string): number {
  const facts = statSync(path);
  if (!facts.isDirectory()) return facts.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
