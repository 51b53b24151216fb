// SPDX-License-Identifier: Apache-2.0
/** Oracle: DuckDB reading the Parquet file that was written; the values are those that were put into the source. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { QueryError } from '../../../query/query-error.js';
import type { ConvertRequest, SourceFile } from './convert-request.js';
import { Converter } from './converter.js';

let folder: string;
let converter: Converter;
const { signal } = new AbortController();

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-convert-'));
  converter = new Converter(60_000);
});
after(() => {
  converter.close();
  rmSync(folder, { recursive: true, force: true });
});

let number = 0;
function file(bytes: string | Buffer, compression: SourceFile['compression'] = 'none'): SourceFile {
  number += 1;
  const path = join(folder, `source-${number}`);
  writeFileSync(path, bytes);
  return { path, name: `s3://bucket/source-${number}`, bytes: bytes.length, compression };
}

const json: ConvertRequest['form'] = {
  kind: 'json',
  ignoresMalformed: false,
  isCaseSensitive: false,
  hasDots: false,
  mapping: {},
};

function request(
  form: ConvertRequest['form'],
  columns: string,
  files: readonly SourceFile[],
): ConvertRequest {
  number += 1;
  return {
    form,
    columns: columns.split('; ').map((each) => {
      const [name = '', ...type] = each.split(' ');
      return { name, type: type.join(' ') };
    }),
    files,
    rowsPath: join(folder, `rows-${number}`),
    parquetPath: join(folder, `made-${number}.parquet`),
  };
}

async function read({ parquetPath }: ConvertRequest, sql = 'SELECT * FROM t'): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql.replace(/\bt$/, `'${parquetPath}'`));
  const rows = reader.getRowsJson() as unknown[][];
  connection.closeSync();
  instance.closeSync();
  return rows;
}

describe('files become one Parquet file with the columns of their table', () => {
  test('every kind of type, in its own', async () => {
    const line = JSON.stringify({
      b: true,
      i: 1,
      l: '9223372036854775807',
      d: 1.5,
      s: 'ü"\\\n',
      n: '12.34',
      day: '2026-11-21',
      at: '2026-11-21T10:00:00.123Z',
      list: [1, null],
      m: { k: 'v' },
      r: { X: 1, y: { z: 'deep' } },
    });
    const asked = request(
      json,
      'b boolean; i int; l bigint; d double; s string; n decimal(6,2); day date; at timestamp; list array<int>; m map<string,string>; r struct<x:int,y:struct<z:string>>; none string',
      [file(line)],
    );
    assert.equal(await converter.convert(asked, signal), 1);
    assert.deepEqual(await read(asked), [
      [
        true,
        1,
        '9223372036854775807',
        1.5,
        'ü"\\\n',
        '12.34',
        '2026-11-21',
        '2026-11-21 10:00:00.123',
        [1, null],
        [{ key: 'k', value: 'v' }],
        { x: 1, y: { z: 'deep' } },
        null,
      ],
    ]);
    const types = await read(
      asked,
      'SELECT column_type FROM (DESCRIBE SELECT * FROM t'.replace(/t$/, `'${asked.parquetPath}')`),
    );
    assert.deepEqual(types.flat(), [
      'BOOLEAN',
      'INTEGER',
      'BIGINT',
      'DOUBLE',
      'VARCHAR',
      'DECIMAL(6,2)',
      'DATE',
      'TIMESTAMP',
      'INTEGER[]',
      'MAP(VARCHAR, VARCHAR)',
      'STRUCT(x INTEGER, y STRUCT(z VARCHAR))',
      'VARCHAR',
    ]);
  });

  test('several files, plain and gzip, with lines to skip in each', async () => {
    const form = {
      kind: 'delimited',
      field: ' ',
      collection: '\u0002',
      mapKey: '\u0003',
      nullText: '\\N',
      skipLines: 1,
    } as const;
    const asked = request(form, 'a int; b string', [
      file('h h\n1 x\r\n2 y'),
      file(gzipSync('h h\n3 z\n'), 'gzip'),
    ]);
    assert.equal(await converter.convert(asked, signal), 3);
    assert.deepEqual(await read(asked), [
      [1, 'x'],
      [2, 'y'],
      [3, 'z'],
    ]);
  });

  test('CloudTrail files; no rows; a row of ten megabytes', async () => {
    const big = 'x'.repeat(10 * 1024 * 1024);
    const asked = request({ kind: 'cloudtrail' }, 'eventname string; requestparameters string', [
      file(gzipSync(JSON.stringify({ Records: [{ eventName: 'A', requestParameters: { big } }] })), 'gzip'),
      file('{"Records":[]}'),
    ]);
    assert.equal(await converter.convert(asked, signal), 1);
    assert.deepEqual(await read(asked, 'SELECT eventname, length(requestparameters)::INT FROM t'), [
      ['A', big.length + 10],
    ]);
    const none = request(json, 'a string', [file('\n')]);
    assert.equal(await converter.convert(none, signal), 0);
    assert.deepEqual(await read(none), []);
  });
});

describe('what cannot be read', () => {
  test('is told with the name of the file, and the next request is served', async () => {
    for (const [form, bytes, compression, reason] of [
      [
        json,
        'oops',
        'none',
        /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object \(file s3:\/\/bucket\/source-\d+\)$/,
      ],
      [json, 'no gzip', 'gzip', /^HIVE_CURSOR_ERROR: s3:\/\/bucket\/source-\d+ is not a whole gzip file$/],
      [json, gzipSync('{"a":"1"}').subarray(0, 20), 'gzip', /is not a whole gzip file$/],
      [json, 'no bzip2', 'bzip2', /is not a whole bzip2 file$/],
      [{ kind: 'cloudtrail' }, '{"Records":', 'none', /^HIVE_CURSOR_ERROR: the file is not a JSON document/],
    ] as const)
      await assert.rejects(
        converter.convert(request(form, 'a string', [file(bytes as string, compression)]), signal),
        (error: unknown) => {
          assert.ok(error instanceof QueryError);
          assert.match(error.message, reason);
          return true;
        },
      );
    assert.equal(await converter.convert(request(json, 'a string', [file('{"a":"1"}')]), signal), 1);
  });

  test('an expression without an end is ended by its query', async () => {
    const form = { kind: 'regex', source: '^(?=a)(?:(a+)+)$', flags: 's', skipLines: 0 } as const;
    const over = new AbortController();
    const slow = new Converter(60_000);
    const work = slow.convert(request(form, 'a string', [file(`${'a'.repeat(40)}!`)]), over.signal);
    const reason = new QueryError('CANCELLED', 'The query was cancelled.');
    over.abort(reason);
    await assert.rejects(work);
    slow.close();
  });

  test('a process that is gone is told, not waited for', async () => {
    const brief = new Converter(500);
    const form = { kind: 'regex', source: '^(?=a)(?:(a+)+)$', flags: 's', skipLines: 0 } as const;
    try {
      await assert.rejects(
        brief.convert(request(form, 'a string', [file(`${'a'.repeat(40)}!`)]), signal),
        /take too long to read/,
      );
    } finally {
      brief.close();
    }
  });
});
