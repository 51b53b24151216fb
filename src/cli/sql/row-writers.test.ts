// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 4180 and JSON.parse for what is written; DuckDB, which reads the Parquet file back.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import { ExpandedWriter } from './expanded-writer.js';
import { ParquetWriter } from './parquet-writer.js';
import { CsvWriter, JsonWriter, type RowWriter, type WriteText } from './row-writer.js';
import { TableWriter } from './table-writer.js';

const columns: readonly TableColumn[] = [
  { name: 'name', type: 'varchar' },
  { name: 'n', type: 'bigint' },
  { name: 'is so', type: 'boolean' },
];
const rows: readonly Row[] = [
  ['a "b", c', '12345678901234567890', 'true'],
  ['', null, 'false'],
  [null, '-7', null],
];

async function written(make: (write: WriteText) => RowWriter, given: readonly Row[] = rows): Promise<string> {
  let text = '';
  const writer = make(async (more) => {
    text += more;
  });
  await writer.columns(columns);
  for (const row of given) await writer.rows([row]);
  await writer.end();
  return text;
}

describe('what is written', () => {
  test('rows as lists have a column a line', async () => {
    const text = await written(
      (write) => new ExpandedWriter(write),
      [
        ['a', null, 'x\u001by'],
        ['b', '2', 'true'],
      ],
    );
    assert.equal(
      text,
      '─[ row 1 ]\nname  │ a\nn     │\nis so │ x?y\n─[ row 2 ]\nname  │ b\nn     │ 2\nis so │ true\n(2 rows)\n',
    );
  });

  test('CSV tells NULL from an empty text', async () => {
    assert.equal(
      await written((write) => new CsvWriter(write)),
      'name,n,is so\n"a ""b"", c",12345678901234567890,true\n"",,false\n,-7,\n',
    );
  });

  test('JSON has numbers as numbers, with every digit', async () => {
    const text = await written((write) => new JsonWriter(write, false));
    assert.ok(text.includes('"n":12345678901234567890'));
    assert.deepEqual((JSON.parse(text) as object[])[2], { name: null, n: -7, 'is so': null });
    assert.deepEqual(JSON.parse(await written((write) => new JsonWriter(write, false), [])), []);
  });

  test('JSON lines are one object each', async () => {
    const lines = (await written((write) => new JsonWriter(write, true))).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { name: string }).name),
      ['a "b", c', '', null],
    );
  });

  test('a table is aligned, cut to the width, and writes no control characters', async () => {
    const text = await written(
      (write) => new TableWriter(write, 20),
      [
        ['x'.repeat(50), '7', null],
        ['\u001b[2J', '10', 'true'],
      ],
    );
    const [head = '', line = '', first = '', second = '', count] = text.split('\n');
    assert.equal(head, 'name  │ n    │ is so');
    assert.ok(
      [head, line, first, second].every(({ length }) => length <= 20),
      text,
    );
    assert.match(first, /^x+… │ +7 │$/);
    assert.match(second, /^\?\[2J +│ +10 │ true$/);
    assert.equal(count, '(2 rows)');
  });

  test('what decimals are stays exact in Parquet', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cairn-decimals-'));
    try {
      const path = join(dir, 'rows.parquet');
      const writer = new ParquetWriter(path);
      await writer.columns([{ name: 'd', type: 'decimal(20,2)' }]);
      await writer.rows([['123456789012345678.25'], ['-0.50'], [null]]);
      await writer.end();
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const read = await connection.runAndReadAll(`SELECT typeof(d), d::VARCHAR FROM '${path}'`);
      assert.deepEqual(read.getRows(), [
        ['DECIMAL(20,2)', '123456789012345678.25'],
        ['DECIMAL(20,2)', '-0.50'],
        ['DECIMAL(20,2)', null],
      ]);
      connection.closeSync();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  test('a table counts the columns that characters take', async () => {
    const text = await written(
      (write) => new TableWriter(write, undefined),
      [
        ['日本', '7', null],
        ['e\u0301😀x', '10', 'true'],
      ],
    );
    assert.equal(
      text,
      'name │ n  │ is so\n─────┼────┼──────\n日本 │  7 │\ne\u0301😀x │ 10 │ true\n(2 rows)\n',
    );
  });

  test('JSON has nested cells as documents', async () => {
    let text = '';
    const writer = new JsonWriter(async (more) => {
      text += more;
    }, true);
    await writer.columns([
      { name: 'identity', type: 'row(type varchar, ok boolean)' },
      { name: 'tags', type: 'map(varchar, varchar)' },
      { name: 'words', type: 'varchar' },
    ]);
    await writer.rows([
      ['{"type":"Root","ok":null}', '{"k":"v"}', '{"a":1}'],
      [null, null, null],
    ]);
    await writer.end();
    assert.deepEqual(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
      [
        { identity: { type: 'Root', ok: null }, tags: { k: 'v' }, words: '{"a":1}' },
        { identity: null, tags: null, words: null },
      ],
    );
  });

  test('Parquet has nested types', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cairn-sql-parquet-'));
    try {
      const path = join(dir, 'nested.parquet');
      const writer = new ParquetWriter(path);
      await writer.columns([
        { name: 'identity', type: 'row(type varchar, at timestamp(3), raw varbinary)' },
        { name: 'tags', type: 'map(varchar, bigint)' },
        { name: 'list', type: 'array(row("a b" double))' },
      ]);
      await writer.rows([
        ['{"type":"Root","at":"2026-11-21 10:00:00.000","raw":"68 65"}', '{"k":7}', '[{"a b":1.5},null]'],
        [null, null, '[]'],
      ]);
      await writer.end();
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const read = await connection.runAndReadAll(
        `SELECT identity.type, identity.at::VARCHAR, identity.raw, tags['k'], list[1]."a b", len(list) FROM '${path}'`,
      );
      assert.deepEqual(read.getRows(), [
        ['Root', '2026-11-21 10:00:00', '68 65', 7n, 1.5, 2n],
        [null, null, null, null, null, 0n],
      ]);
      connection.closeSync();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  test('Parquet has the types', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cairn-sql-parquet-'));
    try {
      const path = join(dir, "it's.parquet");
      const writer = new ParquetWriter(path);
      await writer.columns(columns);
      await writer.rows([
        ['a', '7', 'true'],
        [null, null, null],
      ]);
      await writer.end();
      const connection = await (await DuckDBInstance.create(':memory:')).connect();
      const read = await connection.runAndReadAll(`SELECT * FROM '${path.replaceAll("'", "''")}'`);
      assert.deepEqual(read.columnNames(), ['name', 'n', 'is so']);
      assert.deepEqual(read.getRows(), [
        ['a', 7n, true],
        [null, null, null],
      ]);
      connection.closeSync();
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
