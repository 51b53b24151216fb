// SPDX-License-Identifier: Apache-2.0
// Oracle: tables and examples of ISO/IEC 18004 (format and version information, codewords in a symbol, the worked example
// of "HELLO WORLD" at 1-M), and a reader written here from the standard, which shares nothing with the writer.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { qrCodePng, qrMatrixOf } from './qr-code.js';
import { formatInformation, type QrMatrix, versionInformation } from './qr-matrix.js';
import { versionFor } from './qr-versions.js';
import { errorCorrection } from './reed-solomon.js';

const binary = (value: number, bits: number) => value.toString(2).padStart(bits, '0');

/** Annex C: level M, masks 0 to 7. */
const formats = [
  '101010000010010',
  '101000100100101',
  '101111001111100',
  '101101101001011',
  '100010111111001',
  '100000011001110',
  '100111110010111',
  '100101010100000',
];

test('format and version information are those of the standard’s tables', () => {
  formats.forEach((text, mask) => {
    assert.equal(binary(formatInformation(mask), 15), text);
  });
  const versions = [
    [7, '000111110010010100'],
    [8, '001000010110111100'],
    [21, '010101011010000011'],
  ] as const;
  for (const [version, text] of versions) assert.equal(binary(versionInformation(version), 18), text);
});

test('error correction codewords are those of the worked example', () => {
  const data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17];
  assert.deepEqual(errorCorrection(data, 10), [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]);
});

test('bytes that fit at level M are those of the standard’s table', () => {
  const capacities = [
    [1, 14],
    [2, 26],
    [6, 106],
    [7, 122],
    [9, 180],
    [10, 213],
    [15, 412],
    [20, 666],
    [25, 997],
  ] as const;
  for (const [version, bytes] of capacities) {
    assert.equal(versionFor(bytes).version, version);
    if (version < 25) assert.equal(versionFor(bytes + 1).version, version + 1);
  }
  assert.throws(() => versionFor(998), RangeError);
});

const maskRules: readonly ((i: number, j: number) => number)[] = [
  (i, j) => (i + j) % 2,
  (i) => i % 2,
  (_, j) => j % 3,
  (i, j) => (i + j) % 3,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2,
  (i, j) => ((i * j) % 2) + ((i * j) % 3),
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2,
];

/** Rows of the centres of alignment patterns. Annex E. */
const centres: Readonly<Record<number, readonly number[]>> = {
  1: [],
  2: [6, 18],
  3: [6, 22],
  5: [6, 30],
  6: [6, 34],
  7: [6, 22, 38],
  10: [6, 28, 50],
  14: [6, 26, 46, 66],
  16: [6, 26, 50, 74],
  22: [6, 26, 50, 74, 98],
  25: [6, 32, 58, 84, 110],
};
/** Codewords in all, blocks, error correction codewords a block. Table 9, level M. */
const blocks: Readonly<Record<number, readonly [all: number, count: number, correction: number]>> = {
  1: [26, 1, 10],
  2: [44, 1, 16],
  3: [70, 1, 26],
  5: [134, 2, 24],
  6: [172, 4, 16],
  7: [196, 4, 18],
  10: [346, 5, 26],
  14: [581, 9, 24],
  16: [733, 10, 28],
  22: [1258, 17, 28],
  25: [1588, 21, 28],
};

/** Reads a symbol without errors; asserts all that the standard fixes. */
function read(matrix: QrMatrix): { version: number; text: string } {
  const { size } = matrix;
  const version = (size - 17) / 4;
  const bit = (row: number, column: number) => (matrix.isDark(row, column) ? 1 : 0);
  const first = [0, 1, 2, 3, 4, 5, 7].map((column) => bit(8, column)).concat(bit(8, 8));
  const format = first.concat([7, 5, 4, 3, 2, 1, 0].map((row) => bit(row, 8))).join('');
  const second = [1, 2, 3, 4, 5, 6, 7].map((up) => bit(size - up, 8));
  const copy = second.concat([8, 7, 6, 5, 4, 3, 2, 1].map((left) => bit(8, size - left))).join('');
  assert.equal(copy, format);
  const mask = formats.indexOf(format);
  assert.ok(mask >= 0, format);
  assert.equal(bit(size - 8, 8), 1, 'the dark module');
  const alignment = centres[version] ?? assert.fail(`no table of version ${version}`);
  const isFunction = (row: number, column: number) => {
    const isCorner = (row < 9 && (column < 9 || column >= size - 8)) || (row >= size - 8 && column < 9);
    const isVersion = version >= 7 && ((row < 6 && column >= size - 11) || (column < 6 && row >= size - 11));
    const near = (at: number) => alignment.find((centre) => Math.abs(centre - at) <= 2);
    const [y, x] = [near(row), near(column)];
    const last = size - 7;
    const isAlignment =
      y !== undefined &&
      x !== undefined &&
      !((y === 6 && x === 6) || (y === 6 && x === last) || (y === last && x === 6));
    return isCorner || isVersion || isAlignment || row === 6 || column === 6;
  };
  const bits: number[] = [];
  for (let column = size - 1, up = true; column > 0; column -= 2, up = !up) {
    if (column === 6) column -= 1;
    for (let step = 0; step < size; step += 1) {
      const row = up ? size - 1 - step : step;
      for (const x of [column, column - 1])
        if (!isFunction(row, x)) bits.push(bit(row, x) ^ (maskRules[mask]?.(row, x) === 0 ? 1 : 0));
    }
  }
  const [all, count, correction] = blocks[version] ?? assert.fail(`no table of version ${version}`);
  assert.equal(Math.floor(bits.length / 8), all);
  const codewords = Array.from({ length: all }, (_, at) =>
    Number.parseInt(bits.slice(8 * at, 8 * at + 8).join(''), 2),
  );
  return { version, text: textOf(dataOf(codewords, count, correction), version) };
}

/** Puts the blocks together again; every block must be a multiple of the generator. */
function dataOf(codewords: readonly number[], count: number, correction: number): number[] {
  const dataCount = codewords.length - count * correction;
  const short = Math.floor(dataCount / count);
  const longer = dataCount % count;
  const parts: number[][] = Array.from({ length: count }, () => []);
  let next = 0;
  for (let at = 0; at <= short; at += 1)
    for (const [block, part] of parts.entries())
      if (at < short || block >= count - longer) part.push(codewords[next++] as number);
  const data = parts.flat();
  for (let at = 0; at < correction; at += 1) for (const part of parts) part.push(codewords[next++] as number);
  assert.equal(next, codewords.length);
  for (const part of parts)
    for (let root = 0, point = 1; root < correction; root += 1, point = times(point, 2))
      assert.equal(
        part.reduce((sum, codeword) => times(sum, point) ^ codeword, 0),
        0,
        'a syndrome is not zero',
      );
  return data;
}

/** Multiplication in GF(256) bit by bit. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = product << 1;
    if (product > 255) product ^= 0x11d;
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

function textOf(data: readonly number[], version: number): string {
  const bits = data.map((codeword) => binary(codeword, 8)).join('');
  const lengthBits = version < 10 ? 8 : 16;
  assert.equal(bits.slice(0, 4), '0100', 'byte mode');
  const length = Number.parseInt(bits.slice(4, 4 + lengthBits), 2);
  const bytes = Array.from({ length }, (_, at) =>
    Number.parseInt(bits.slice(4 + lengthBits + 8 * at, 12 + lengthBits + 8 * at), 2),
  );
  return Buffer.from(bytes).toString('utf8');
}

describe('a symbol reads as the text that was written', () => {
  for (const length of [1, 14, 26, 40, 84, 106, 122, 213, 360, 450, 770, 997]) {
    test(`${length} bytes`, () => {
      const text = Array.from({ length }, (_, at) => String.fromCharCode(33 + ((at * 31) % 94))).join('');
      assert.equal(read(qrMatrixOf(text)).text, text);
    });
  }
});

test('the PNG shows the symbol, black on white, with four light modules around it', () => {
  const text = 'otpauth://totp/x';
  const matrix = qrMatrixOf(text);
  const png = qrCodePng(text);
  const side = 4 * (matrix.size + 8);
  assert.equal(png.readUInt32BE(16), side);
  assert.equal(png.readUInt32BE(20), side);
  assert.deepEqual([...png.subarray(24, 29)], [1, 0, 0, 0, 0]);
  const dataLength = png.readUInt32BE(33);
  assert.equal(png.subarray(37, 41).toString(), 'IDAT');
  const lines = inflateSync(png.subarray(41, 41 + dataLength));
  const lineBytes = 1 + Math.ceil(side / 8);
  assert.equal(lines.length, side * lineBytes);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const isWhite = (((lines[y * lineBytes + 1 + (x >> 3)] as number) >> (7 - (x & 7))) & 1) === 1;
      const [row, column] = [Math.floor(y / 4) - 4, Math.floor(x / 4) - 4];
      const isInside = row >= 0 && column >= 0 && row < matrix.size && column < matrix.size;
      assert.equal(isWhite, !(isInside && matrix.isDark(row, column)), `pixel ${x}, ${y}`);
    }
  }
});
