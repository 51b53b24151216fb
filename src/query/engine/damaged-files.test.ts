// SPDX-License-Identifier: Apache-2.0
// Oracle: what a caller may be told of a file that is not what was written: that the data cannot be read, and nothing of where it lies or
// what the engine made of it. It is never a fault of the statement.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ParquetEventSegments } from '../../adapters/event-segments/parquet/parquet-event-segments.js';
import { ManualClock } from '../../ports/clock.js';
import { linesOf } from '../../ports/contract/event-segments-contract.js';
import { type OperatorLog, silentLog } from '../../ports/operator-log.js';
import { seeded, seedOfRun } from '../../testing/random.js';
import type { QueryEngine, Row } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import { openQueryEngine } from './open-query-engine.js';

const limits = { runMsMax: 120_000, rowsMax: 1_000, resultBytesMax: 1e8, memoryBytesMax: 1e9 };
const eventCount = 200;
/** Bytes at the end of a Parquet file: the footer's length and its mark. */
const tailBytes = 8;
const flips = 16;

let folder: string;
let engine: QueryEngine;
let whole: Buffer;
const logged: string[] = [];
const log: OperatorLog = {
  ...silentLog,
  warn: (...said: unknown[]) => void logged.push(JSON.stringify(said)),
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-damaged-query-'));
  const segments = new ParquetEventSegments(folder, silentLog);
  const events = Array.from({ length: eventCount }, (_, n) => ({ id: `event ${n} `.repeat(1 + (n % 7)) }));
  const append = { stream: 'event-data-store/one', kind: 'cloudtrail' as const, lines: linesOf(events) };
  await segments.commit('test', '1', [append]);
  const [file] = segments.snapshot('event-data-store/one').files;
  whole = readFileSync(file!.path);
  await segments.close();
  engine = openQueryEngine({ clock: new ManualClock(Date.UTC(2026, 10, 21)), log });
});

after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = () => join(folder, 'damaged.parquet');

async function ask(sql: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const files = [{ path: path(), rows: eventCount }];
  await engine.run({
    sql,
    dialect: 'lake',
    limits,
    resolve: async () => [{ kind: 'segments', schema: 'lake', files }],
    onColumns: async () => {},
    onRows: async (some) => void rows.push(...some),
  }).done;
  return rows;
}

/** @returns whether the statement failed, as it may; throws where it was told anything else */
async function isToldAsDamage(sql: string, where: string): Promise<boolean> {
  logged.length = 0;
  const error: unknown = await ask(sql).then(
    () => undefined,
    (met: unknown) => met,
  );
  if (error === undefined) return false;
  assert.ok(error instanceof QueryError, where);
  assert.equal(`${error.code}: ${error.message}`, 'INTERNAL: The data of a table could not be read.', where);
  assert.equal(logged.length, 1, `the operator is told; ${where}`);
  return true;
}

describe('a file of a table that is damaged', () => {
  const statements = ['SELECT count(*) FROM t', 'SELECT eventID FROM t', 'SELECT max(eventTime) FROM t'];

  test('where it was cut off, or is gone', async () => {
    for (const length of [0, 3, 100, Math.floor(whole.length / 2), whole.length - tailBytes]) {
      writeFileSync(path(), whole.subarray(0, length));
      assert.ok(await isToldAsDamage('SELECT eventID FROM t', `cut at ${length}`));
    }
    rmSync(path());
    assert.ok(await isToldAsDamage('SELECT eventID FROM t', 'gone'));
  });

  test('where bits of its description, or of what stands before its pages, are others', async () => {
    const random = seeded(seedOfRun());
    const footerBytes = whole.readUInt32LE(whole.length - tailBytes);
    let failures = 0;
    for (let flip = 0; flip < flips; flip++) {
      const bytes = Buffer.from(whole);
      const at =
        flip % 2 === 0
          ? bytes.length - tailBytes - 1 - Math.floor(random() * footerBytes)
          : Math.floor(random() * (bytes.length - tailBytes - footerBytes));
      bytes[at]! ^= 1 << Math.floor(random() * 8);
      writeFileSync(path(), bytes);
      const sql = statements[flip % statements.length] as string;
      // Much of a file is not read for a statement, and pages have no sums.
      if (await isToldAsDamage(sql, `byte ${at}`)) failures++;
    }
    assert.ok(failures > 0, `${failures} of ${flips} were met`);
  });
});
