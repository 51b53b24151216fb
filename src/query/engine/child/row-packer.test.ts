// SPDX-License-Identifier: Apache-2.0
// Oracle: the rows that went in; Athena's CSV as quoted-csv.ts writes it, with the result of one of Athena's examples.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packRows, unpackRows } from '../../results/packed-rows.js';
import { csvRows } from '../../results/quoted-csv.js';
import { csvBytesMax } from '../engine-limits.js';
import { RowPacker } from './row-packer.js';

const cell = fc.option(fc.string({ unit: 'binary' }), { nil: null });
const rowsOfThree = fc.array(fc.tuple(cell, cell, cell), { maxLength: 20 });

test('packed rows are the rows', () =>
  fc.assert(
    fc.asyncProperty(rowsOfThree, async (rows) => {
      const [packed] = new RowPacker(false).pack(rows).bytes;
      assert.deepEqual(await unpackRows(packed!, rows.length), rows);
      assert.deepEqual(await unpackRows(await packRows(rows), rows.length), rows);
    }),
    { numRuns: 50 },
  ));

test('lines of CSV: values in quotes, quotes doubled, NULL as nothing', () => {
  const rows = [
    ['a', 'say "x"', null],
    ['', ',\n', 'ü'],
  ];
  const { csvBytes, bytes } = new RowPacker(true).pack(rows);
  const text = '"a","say ""x""",\n"",",\n","ü"\n';
  assert.equal(String(bytes[1]), text);
  assert.equal(csvBytes, Buffer.byteLength(text));
  assert.equal(csvRows(rows), text);
});

test('of long results the lines are counted, not sent', () => {
  const packer = new RowPacker(true);
  const half = [['x'.repeat(csvBytesMax / 2)]];
  const all = [packer.pack(half), packer.pack(half), packer.pack([['y']])];
  assert.deepEqual(
    all.map(({ bytes, csvBytes }) => [bytes.length, csvBytes]),
    [
      [2, csvBytesMax / 2 + 3],
      [1, csvBytesMax / 2 + 3],
      [1, 4],
    ],
  );
});

test('what was not packed so is no rows', async () => {
  const pack = (value: unknown) => gzipSync(JSON.stringify(value));
  for (const value of [[['a', 1]], [{ 0: 'a', length: 1 }], {}, null, [null], [['a'], ['b']]])
    await assert.rejects(unpackRows(pack(value), 1), Error, JSON.stringify(value));
  await assert.rejects(unpackRows(pack([]), 1), Error);
  await assert.rejects(unpackRows(Buffer.from('x'), 1), Error);
  // A few bytes that would become 128 MiB.
  const bomb = gzipSync(Buffer.alloc(128 * 1024 * 1024, ' '));
  await assert.rejects(unpackRows(bomb, 1), /larger than/);
});
