// SPDX-License-Identifier: Apache-2.0
// Oracle: a folder of canaries that nobody gave to any query: none of its words comes out, nothing comes into it; the
// engine's own obligations (query-engine.ts); a plain query right after.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { systemClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import type { QueryEngine, Row } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import { openQueryEngine } from './open-query-engine.js';
import { bombs, type HostileFamily, hostileFamilies } from './testing/hostile-statements.js';

const MiB = 1024 * 1024;
const word = 'CANARY-5d1f';
const canary = mkdtempSync(join(tmpdir(), 'cairn-canary-'));
const limits = { runMsMax: 2_000, rowsMax: 10_000, resultBytesMax: 10 * MiB, memoryBytesMax: 64 * MiB };
let files: string[];

before(async () => {
  writeFileSync(join(canary, 'canary.csv'), `a,b\n${word},2\n`);
  writeFileSync(join(canary, 'canary.json'), `{"a":"${word}"}\n`);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`COPY (SELECT '${word}' AS a) TO '${canary}/canary.parquet' (FORMAT parquet)`);
  connection.closeSync();
  files = readdirSync(canary).sort();
});
after(() => rmSync(canary, { recursive: true, force: true, maxRetries: 10 }));

interface Outcome {
  readonly error?: unknown;
  readonly rows: readonly Row[];
}

async function outcomeOf(engine: QueryEngine, sql: string, runMsMax = limits.runMsMax): Promise<Outcome> {
  const rows: Row[] = [];
  try {
    await engine.run({
      sql,
      dialect: 'athena',
      limits: { ...limits, runMsMax },
      resolve: () => Promise.reject(new QueryError('TABLE_NOT_FOUND', 'no such table')),
      onColumns: () => {},
      onRows: (more) => {
        rows.push(...more);
      },
    }).done;
    return { rows };
  } catch (error) {
    return { error, rows };
  }
}

/** What the statement of a stranger may end in: never a fault of ours. */
const refusals: ReadonlySet<string> = new Set([
  ...['SYNTAX_ERROR', 'TABLE_NOT_FOUND', 'NOT_SUPPORTED', 'INVALID_VALUE', 'EXCEEDED_LIMIT'],
]);

function check(sql: string, { error, rows }: Outcome, mayAnswer: boolean): void {
  const shown = sql.slice(0, 200);
  assert.ok(!JSON.stringify(rows).includes(word), shown);
  if (error === undefined) {
    assert.ok(mayAnswer, `answered: ${shown} ${JSON.stringify(rows.slice(0, 3))}`);
    return;
  }
  assert.ok(error instanceof QueryError, `${shown}: ${String(error)}`);
  assert.ok(refusals.has(error.code), `${shown}: ${error.code} ${error.message}`);
  assert.ok(!error.message.includes(word), shown);
}

async function checkAll(engine: QueryEngine, { statements, mayAnswer }: HostileFamily): Promise<void> {
  const failures: string[] = [];
  await Promise.all(
    statements.map(async (sql) => {
      try {
        check(sql, await outcomeOf(engine, sql), mayAnswer === true);
      } catch (error) {
        failures.push((error as Error).message);
      }
    }),
  );
  assert.deepEqual(failures, []);
  assert.deepEqual(readdirSync(canary).sort(), files);
  assert.deepEqual(await outcomeOf(engine, 'SELECT 1', 120_000), { rows: [['1']] });
}

const families = hostileFamilies(canary);
const standIn = new URL('./testing/stand-in-main.js', import.meta.url);

test('there are a thousand of them', () => {
  assert.ok(families.reduce((sum, { statements }) => sum + statements.length, 0) >= 1_000);
});

for (const [name, entry] of [
  ["Athena's language", undefined],
  ['the last gate alone', standIn],
] as const)
  describe(`hostile statements against ${name}`, () => {
    let engine: QueryEngine;
    before(() => {
      engine = openQueryEngine({
        clock: systemClock,
        log: silentLog,
        waitingMax: 2_000,
        ...(entry && { entry }),
      });
    });
    after(() => engine.close());

    for (const family of families)
      test(`${family.name} (${family.statements.length})`, () => checkAll(engine, family));
    test(`bombs (${bombs.length})`, () =>
      checkAll(engine, { name: 'bombs', statements: bombs, mayAnswer: true }));
  });
