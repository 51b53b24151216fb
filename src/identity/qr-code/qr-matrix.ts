// SPDX-License-Identifier: Apache-2.0
import { bitsOf } from './qr-codewords.js';
import type { QrVersion } from './qr-versions.js';

/** A square of modules: what is dark, and what belongs to the function patterns, which no mask may turn. */
export class QrMatrix {
  readonly size: number;
  readonly #dark: Uint8Array;
  readonly #isFunction: Uint8Array;

  constructor(size: number) {
    this.size = size;
    this.#dark = new Uint8Array(size * size);
    this.#isFunction = new Uint8Array(size * size);
  }

  isDark(row: number, column: number): boolean {
    return this.#dark[row * this.size + column] === 1;
  }

  isFunction(row: number, column: number): boolean {
    return this.#isFunction[row * this.size + column] === 1;
  }

  set(row: number, column: number, dark: boolean): void {
    this.#dark[row * this.size + column] = dark ? 1 : 0;
  }

  setFunction(row: number, column: number, dark: boolean): void {
    this.set(row, column, dark);
    this.#isFunction[row * this.size + column] = 1;
  }
}

/** Finders, timing lines and alignment patterns; the room of the format is taken, not yet written. */
export function drawFunctionPatterns(matrix: QrMatrix, { version, alignment }: QrVersion): void {
  const { size } = matrix;
  for (let at = 0; at < size; at += 1) {
    matrix.setFunction(6, at, at % 2 === 0);
    matrix.setFunction(at, 6, at % 2 === 0);
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    drawRings(matrix, row, column, 4);
  const last = alignment.at(-1);
  for (const row of alignment) {
    for (const column of alignment) {
      const isOnFinder = (row === 6 && (column === 6 || column === last)) || (row === last && column === 6);
      if (!isOnFinder) drawRings(matrix, row, column, 2);
    }
  }
  drawFormat(matrix, 0);
  if (version >= 7) drawVersion(matrix, version);
}

/** A dark centre in rings, light and dark by turns; the finders' outermost, light one may lie outside. */
function drawRings(matrix: QrMatrix, row: number, column: number, radius: 2 | 4): void {
  for (let down = -radius; down <= radius; down += 1) {
    for (let right = -radius; right <= radius; right += 1) {
      const [y, x] = [row + down, column + right];
      if (y < 0 || x < 0 || y >= matrix.size || x >= matrix.size) continue;
      const ring = Math.max(Math.abs(down), Math.abs(right));
      matrix.setFunction(y, x, radius === 2 ? ring !== 1 : ring !== 2 && ring !== 4);
    }
  }
}

/** Level M and the mask, protected by a BCH code, twice. Source: ISO/IEC 18004, "Format information". */
export function drawFormat(matrix: QrMatrix, mask: number): void {
  const { size } = matrix;
  const bits = bitsOf(formatInformation(mask), 15).reverse();
  bits.forEach((bit, at) => {
    const dark = bit === 1;
    if (at < 6) matrix.setFunction(at, 8, dark);
    else if (at < 8) matrix.setFunction(at + 1, 8, dark);
    else if (at === 8) matrix.setFunction(8, 7, dark);
    else matrix.setFunction(8, 14 - at, dark);
    if (at < 8) matrix.setFunction(8, size - 1 - at, dark);
    else matrix.setFunction(size - 15 + at, 8, dark);
  });
  matrix.setFunction(size - 8, 8, true);
}

/** The 15 bits of level M and a mask. */
export function formatInformation(mask: number): number {
  const levelM = 0b00;
  const data = (levelM << 3) | mask;
  return ((data << 10) | bchRemainder(data, 10, 0b10100110111)) ^ 0b101010000010010;
}

/** The 18 bits of a version from 7 on. */
export function versionInformation(version: number): number {
  return (version << 12) | bchRemainder(version, 12, 0b1111100100101);
}

function drawVersion(matrix: QrMatrix, version: number): void {
  const bits = bitsOf(versionInformation(version), 18).reverse();
  bits.forEach((bit, at) => {
    const [near, far] = [Math.floor(at / 3), matrix.size - 11 + (at % 3)];
    matrix.setFunction(near, far, bit === 1);
    matrix.setFunction(far, near, bit === 1);
  });
}

function bchRemainder(data: number, degree: number, generator: number): number {
  let remainder = data << degree;
  while (bitLength(remainder) > degree) remainder ^= generator << (bitLength(remainder) - degree - 1);
  return remainder;
}

function bitLength(value: number): number {
  return 32 - Math.clz32(value);
}

/** Codewords in their zigzag: pairs of columns from the right, up and down by turns, past the upright timing line. */
export function drawCodewords(matrix: QrMatrix, codewords: readonly number[]): void {
  const bits = codewords.flatMap((codeword) => bitsOf(codeword, 8));
  let next = 0;
  for (const [row, column] of zigzag(matrix.size)) {
    if (matrix.isFunction(row, column)) continue;
    matrix.set(row, column, bits[next] === 1);
    next += 1;
  }
}

function* zigzag(size: number): Generator<readonly [row: number, column: number]> {
  let isUpward = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const row = isUpward ? size - 1 - step : step;
      yield [row, right];
      yield [row, right - 1];
    }
    isUpward = !isUpward;
  }
}
