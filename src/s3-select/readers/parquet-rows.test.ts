// SPDX-License-Identifier: Apache-2.0
// Oracle: DuckDB, which writes the files, and S3 User Guide, "Data types" (Mapping of Parquet types) and "Filtering and retrieving
// data using Amazon S3 Select" (limits of Parquet objects).
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { SelectRequest } from '../select-request.js';
import { csvOutput, selectBytes } from '../testing/select-bytes.js';

const dir = mkdtempSync(join(tmpdir(), 'cairn-select-parquet-'));
const parquet: Partial<SelectRequest> = { input: { format: 'parquet' } };
let connection: Awaited<ReturnType<DuckDBInstance['connect']>>;

before(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
after(() => {
  connection.closeSync();
  rmSync(dir, { recursive: true });
});

async function written(query: string, options = 'COMPRESSION snappy'): Promise<Buffer> {
  const path = join(dir, 'file.parquet');
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet, ${options})`);
  return readFileSync(path);
}

const rows = async (expression: string, data: Uint8Array, change: Partial<SelectRequest> = {}) =>
  (await selectBytes(expression, data, { ...parquet, ...change })).text.split('\n').slice(0, -1);

describe('types', () => {
  const columns: readonly (readonly [sql: string, json: string])[] = [
    ["'Größe'", '"Größe"'],
    ['7::TINYINT', '7'],
    ['7::INTEGER', '7'],
    ['9223372036854775807::BIGINT', '9223372036854775807'],
    ['12345678901234567890.123::DECIMAL(38, 3)', '12345678901234567890.123'],
    ['-1.50::DECIMAL(4, 2)', '-1.50'],
    ['1.5::DOUBLE', '1.5'],
    ['2.0::FLOAT', '2'],
    ['TRUE', 'true'],
    ["DATE '2026-11-21'", '"2026-11-21"'],
    ["TIMESTAMP '2026-11-21 10:00:00.123456'", '"2026-11-21T10:00:00.123456Z"'],
    ["TIMESTAMP '1969-12-31 23:59:59.5'", '"1969-12-31T23:59:59.500000Z"'],
    ['[1, 2]', '[1,2]'],
    ["{'a': 1, 'b': 'x'}", '{"a":1,"b":"x"}'],
    ['NULL::VARCHAR', 'null'],
  ];
  for (const [sql, json] of columns)
    test(sql, async () =>
      assert.deepEqual(await rows('SELECT s.v FROM S3Object s', await written(`SELECT ${sql} AS v`)), [
        `{"v":${json}}`,
      ]),
    );
});

describe('rows', () => {
  const numbers = `SELECT range AS n, 'name ' || range AS "Name", range % 3 AS rest FROM range(5000)`;

  test('of several row groups, in order, uncompressed, snappy and gzip', async () => {
    for (const compression of ['uncompressed', 'snappy', 'gzip']) {
      const file = await written(numbers, `COMPRESSION ${compression}, ROW_GROUP_SIZE 2048`);
      assert.deepEqual(
        await rows('SELECT s.n FROM S3Object s WHERE s.n % 1000 = 999', file),
        [999, 1999, 2999, 3999, 4999].map((n) => `{"n":${n}}`),
      );
      assert.deepEqual(await rows('SELECT COUNT(*), SUM(rest) FROM S3Object', file), [
        '{"_1":5000,"_2":4999}',
      ]);
    }
  });

  test('as JSON and as CSV; names whatever their case, in quotes exactly', async () => {
    const file = await written(numbers);
    assert.deepEqual(await rows('SELECT * FROM S3Object LIMIT 1', file), [
      '{"n":0,"Name":"name 0","rest":0}',
    ]);
    assert.deepEqual(await rows('SELECT name, s.N FROM S3Object s LIMIT 1', file, { output: csvOutput }), [
      'name 0,0',
    ]);
    assert.deepEqual(await rows('SELECT "name" FROM S3Object LIMIT 1', file), ['{}']);
  });

  test('a scan range takes the row groups that begin in it', async () => {
    const file = await written(numbers, 'COMPRESSION snappy, ROW_GROUP_SIZE 2048');
    const half = Math.floor(file.length / 2);
    const count = async (start: number, end: number) => {
      const [text = ''] = await rows('SELECT COUNT(*) AS c FROM S3Object', file, {
        scanRange: { start, end },
      });
      return (JSON.parse(text) as { c: number }).c;
    };
    const [first, second] = [await count(0, half), await count(half + 1, file.length - 1)];
    assert.equal(first + second, 5000);
    assert.ok(first > 0 && second > 0, `${first} and ${second}`);
  });

  test('reads only what it needs of the columns', async () => {
    const file = await written(
      `SELECT range AS n, sha256(range::VARCHAR) AS long FROM range(100000)`,
      'COMPRESSION uncompressed',
    );
    const { counts } = await selectBytes('SELECT SUM(n) FROM S3Object', file, parquet);
    assert.ok(counts.bytesScanned < file.length / 2, `${counts.bytesScanned} of ${file.length}`);
  });

  test('other codecs, and what is no Parquet, are refused', async () => {
    await assert.rejects(rows('SELECT * FROM S3Object', await written(numbers, 'COMPRESSION zstd')), {
      code: 'ParquetUnsupportedCompressionCodec',
    });
    await assert.rejects(rows('SELECT * FROM S3Object', Buffer.from('PAR1 no')), {
      code: 'ParquetParsingError',
    });
    await assert.rejects(rows('SELECT * FROM S3Object', Buffer.alloc(0)), { code: 'ParquetParsingError' });
    const broken = await written(numbers);
    broken.fill(0xff, 4, broken.length / 2);
    await assert.rejects(rows('SELECT * FROM S3Object', broken), { code: 'ParquetParsingError' });
  });
});
