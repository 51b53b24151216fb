// SPDX-License-Identifier: Apache-2.0
// Oracle: the lines that went in; for damage, that no other line than those ever comes out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  blockRowsMax,
  blockTextMax,
  DamagedBlocksError,
  encodeIndex,
  findBlocks,
  hasBlocks,
  RecordBlockMaker,
  RecordBlockReader,
  readLineOfRow,
  rowsOf,
} from './record-blocks.js';

const head = Buffer.from('PAR1 columns');
const footer = Buffer.from('footer\x06\0\0\0PAR1', 'latin1');

function blocksOf(lines: readonly string[]): { readonly blocks: Buffer[]; readonly index: Buffer } {
  const maker = new RecordBlockMaker();
  const blocks = [...lines.map((line) => maker.add(line)), maker.end()].filter(
    (block) => block !== undefined,
  );
  return { blocks, index: maker.index() };
}

function fileOf(lines: readonly string[]): Buffer {
  const { blocks, index } = blocksOf(lines);
  return Buffer.concat([head, ...blocks, index, footer]);
}

const readOf = (file: Buffer) => (position: number, length: number) =>
  file.subarray(position, position + length);

function readerOf(file: Buffer): RecordBlockReader {
  const found = findBlocks(file.length, readOf(file));
  assert.ok(found !== undefined);
  return new RecordBlockReader(found, readOf(file));
}

const line = fc.string({ unit: fc.constantFrom('a', 'é', '"', '\\', '{', '😀', ' '), maxLength: 30 });

describe('record blocks', () => {
  test('have every line at its row, read in any order', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 3 * blockRowsMax }),
        fc.infiniteStream(fc.nat()),
        (lines, numbers) => {
          const reader = readerOf(fileOf(lines));
          for (const number of numbers.take(20)) {
            const row = number % lines.length;
            assert.equal(reader.line(row), lines[row]);
          }
        },
      ),
    );
  });

  test('are small: many rows or much text end one, and a long line has its own', () => {
    const long = 'x'.repeat(blockTextMax * 2);
    const { blocks } = blocksOf([...Array.from({ length: blockRowsMax + 1 }, () => 'short'), long, 'behind']);
    assert.equal(blocks.length, 4);
    assert.equal(
      readerOf(fileOf([...Array(blockRowsMax + 1).fill('short'), long, 'behind'])).line(blockRowsMax + 1),
      long,
    );
  });

  test('of several files make those of one', () => {
    const parts = [
      ['a', 'b'],
      ['c', 'd', 'e'],
    ].map((lines) => ({ lines, file: fileOf(lines) }));
    const found = parts.map(({ file }) => ({ file, ...findBlocks(file.length, readOf(file))! }));
    const joined = Buffer.concat([
      head,
      ...found.map(({ file, start, bytes }) => file.subarray(start, start + bytes)),
      encodeIndex(found.map(({ facts }) => facts)),
      footer,
    ]);
    assert.deepEqual(
      found.map(({ facts }) => rowsOf(facts)),
      [2, 3],
    );
    const reader = readerOf(joined);
    assert.equal([0, 1, 2, 3, 4].map((row) => reader.line(row)).join(''), 'abcde');
  });

  test('a file without them says so, and what is no Parquet file is refused', () => {
    const without = Buffer.concat([head, Buffer.alloc(64), footer]);
    assert.equal(hasBlocks(without.length, readOf(without)), false);
    assert.equal(findBlocks(without.length, readOf(without)), undefined);
    for (const odd of [
      Buffer.alloc(0),
      Buffer.from('PAR1'),
      Buffer.from('PAR1\xff\xff\xff\x7fPAR1', 'latin1'),
      // Encrypted inside, with an encrypted footer.
      Buffer.from('PARE\x00\x00\x00\x00PARE', 'latin1'),
    ])
      assert.throws(() => findBlocks(odd.length, readOf(odd)), DamagedBlocksError);
  });

  test('damage never gives another line', () => {
    const lines = Array.from({ length: 100 }, (_, n) => `{"eventID":"${n}"}`);
    const whole = fileOf(lines);
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(99),
        (place, change, row) => {
          const file = Buffer.from(whole);
          file[place]! ^= change;
          let read: string | undefined;
          try {
            const found = findBlocks(file.length, readOf(file));
            if (found !== undefined) read = new RecordBlockReader(found, readOf(file)).line(row);
          } catch (error) {
            assert.ok(error instanceof DamagedBlocksError, String(error));
          }
          assert.ok(read === undefined || read === lines[row]);
        },
      ),
    );
    for (const row of [-1, 100, 0.5, Number.NaN])
      assert.throws(() => readerOf(whole).line(row), DamagedBlocksError);
  });

  test('a line is the columns of its row', () => {
    assert.deepEqual(readLineOfRow('111122223333\x01eu-west-1\x01\x02\x011795255200000\x01{"a":"b"}'), [
      '111122223333',
      'eu-west-1',
      null,
      '1795255200000',
      '{"a":"b"}',
    ]);
    assert.throws(() => readLineOfRow('111122223333\x01eu-west-1'), DamagedBlocksError);
  });
});
