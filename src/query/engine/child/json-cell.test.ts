// SPDX-License-Identifier: Apache-2.0
// Oracle: DuckDB's own to_json, read by JSON.parse; for what it writes otherwise, the value itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { jsonCellPrinter } from './json-cell.js';

let connection: DuckDBConnection;
before(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
});
after(() => connection.closeSync());

async function printed(sql: string): Promise<string | null> {
  const reader = await connection.runAndReadAll(`SELECT ${sql}`);
  return jsonCellPrinter(reader.columnType(0), '')(reader.getRows()[0]?.[0] ?? null);
}

describe('as to_json has it', () => {
  for (const sql of [
    "['a', NULL, 'b \"c\" \\ d', E'line\\nnext']",
    '[]::INTEGER[]',
    '[1, -2, NULL]',
    '[[1.5::DOUBLE], NULL, []]',
    '[1.50::DECIMAL(5,2), -0.05]',
    '[true, false, NULL]',
    "MAP {'k': 'v', 'w': NULL}",
    'MAP {1: [1, 2]}',
    "{'type': 'Root', 'arn': NULL, 'session': {'mfa': true, 'n': 3}}",
    "[{'n': 1, 's': {'x': true}}, NULL]",
    "[DATE '2026-11-21']",
    '{\'a "quoted" name\': 1}',
    'NULL::STRUCT(a VARCHAR)',
  ])
    test(sql, async () => {
      const reader = await connection.runAndReadAll(`SELECT to_json(${sql})::VARCHAR`);
      const wanted = reader.getRows()[0]?.[0] ?? null;
      const text = await printed(sql);
      assert.deepEqual(
        text === null ? null : JSON.parse(text),
        wanted === null ? null : JSON.parse(String(wanted)),
      );
    });

  test('any texts', async () => {
    const texts = fc.array(fc.option(fc.string({ unit: 'grapheme' })), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        // The engine's texts end at a NUL.
        const given = all.map((each) => each?.replaceAll('\0', '') ?? null);
        const list = given
          .map((each) => (each === null ? 'NULL' : `'${each.replaceAll("'", "''")}'`))
          .join(', ');
        assert.deepEqual(JSON.parse((await printed(`[${list}]::VARCHAR[]`)) ?? ''), given);
      }),
      { numRuns: 100 },
    );
  });
});

test('integers keep all of their digits, times are printed as Athena prints them, JSON is itself', async () => {
  assert.equal(await printed('[9223372036854775807]'), '[9223372036854775807]');
  assert.equal(await printed("[TIMESTAMP '2023-01-01 00:00:00']"), '["2023-01-01 00:00:00.000"]');
  assert.equal(await printed("['nan'::DOUBLE, 'infinity'::DOUBLE]"), '["NaN","Infinity"]');
  assert.equal(await printed('[\'{"a": [1]}\'::JSON]'), '[{"a": [1]}]');
  assert.equal(await printed("['hel'::BLOB]"), '["68 65 6c"]');
});

test('cells that are not nested are printed as Athena prints them', async () => {
  assert.deepEqual(
    [await printed("'a'"), await printed('1e10::DOUBLE'), await printed('NULL')],
    ['a', '1.0E10', null],
  );
});
