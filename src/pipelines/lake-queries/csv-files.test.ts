// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 4180, by a reader that is written here for its grammar; `node:zlib` for the files.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Row } from '../../query/query-engine.js';
import { type CsvFile, csvFiles, csvLine } from './csv-files.js';

/** Lines of cells; `null` for nothing between commas. */
function readCsv(text: string): (string | null)[][] {
  const lines: (string | null)[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\n)/gy;
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    const [, raw = '', end] = found;
    const value = raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw === '' ? null : raw;
    (lines.at(-1) as (string | null)[]).push(value);
    if (end === '\n' && cell.lastIndex < text.length) lines.push([]);
  }
  return lines;
}

async function filesOf(rows: readonly Row[], bytesMax: number): Promise<CsvFile[]> {
  const columns = ['a', 'b'].map((name) => ({ name, type: 'varchar' }));
  const pieces = async function* () {
    for (let at = 0; at < rows.length; at += 3) yield rows.slice(at, at + 3);
  };
  const files: CsvFile[] = [];
  for await (const file of csvFiles({ columns, pieces }, bytesMax)) files.push(file);
  return files;
}

describe('result files', () => {
  test('cells are quoted where they must be, and NULL is not the empty text', () => {
    assert.equal(
      csvLine(['plain', null, '', 'a,b', 'say "no"', 'two\nlines']),
      'plain,,"","a,b","say ""no""","two\nlines"\n',
    );
  });

  test('hold every row once, in order, each file under its own header', async () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('"', ',', '\r\n', ''),
    );
    const property = fc.asyncProperty(
      fc.array(fc.tuple(cell, cell), { maxLength: 40 }),
      fc.integer({ min: 1, max: 200 }),
      async (rows, bytesMax) => {
        const files = await filesOf(rows, bytesMax);
        const read = files.map(({ bytes }) => readCsv(gunzipSync(bytes).toString()));
        for (const [header] of read) assert.deepEqual(header, ['a', 'b']);
        assert.deepEqual(
          read.flatMap((lines) => lines.slice(1)),
          rows,
        );
        for (const { bytes, sha256 } of files)
          assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test('of the same result are the same bytes', async () => {
    const rows = Array.from({ length: 500 }, (_, at) => [String(at), 'x'.repeat(at)]);
    const [one, two] = [await filesOf(rows, 20_000), await filesOf(rows, 20_000)];
    assert.ok(one.length > 3);
    assert.deepEqual(
      one.map(({ sha256 }) => sha256),
      two.map(({ sha256 }) => sha256),
    );
  });

  test('there is one, also for no rows', async () => {
    const [file, ...more] = await filesOf([], 100);
    assert.deepEqual([more.length, gunzipSync(file?.bytes ?? Buffer.of()).toString()], [0, 'a,b\n']);
  });
});
