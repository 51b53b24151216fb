// SPDX-License-Identifier: Apache-2.0
import { drawFormat, type QrMatrix } from './qr-matrix.js';

/** Where a mask turns modules. Source: ISO/IEC 18004, "Data mask patterns". */
const masks: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_row, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** Puts the mask on that a reader is disturbed by least. */
export function drawBestMask(matrix: QrMatrix): void {
  const penalties = masks.map((_, mask) => {
    drawMasked(matrix, mask);
    const found = penaltyOf(matrix);
    turn(matrix, mask);
    return found;
  });
  drawMasked(matrix, penalties.indexOf(Math.min(...penalties)));
}

function drawMasked(matrix: QrMatrix, mask: number): void {
  drawFormat(matrix, mask);
  turn(matrix, mask);
}

/** Twice is as if never. */
function turn(matrix: QrMatrix, mask: number): void {
  const isTurned = masks[mask] as (row: number, column: number) => boolean;
  for (let row = 0; row < matrix.size; row += 1) {
    for (let column = 0; column < matrix.size; column += 1) {
      if (!matrix.isFunction(row, column) && isTurned(row, column))
        matrix.set(row, column, !matrix.isDark(row, column));
    }
  }
}

/** Long runs, squares, what looks like a finder, too much of one shade. Source: ISO/IEC 18004, "Evaluation of data masking results". */
function penaltyOf(matrix: QrMatrix): number {
  const places = Array.from({ length: matrix.size }, (_, at) => at);
  const rows = places.map((row) => places.map((column) => (matrix.isDark(row, column) ? '1' : '0')).join(''));
  const columns = places.map((column) => rows.map((row) => row[column]).join(''));
  const lines = [...rows, ...columns].reduce((sum, line) => sum + linePenalty(line), 0);
  return lines + squarePenalty(rows) + shadePenalty(rows);
}

const finderLike = /(?=10111010000|00001011101)/g;

function linePenalty(line: string): number {
  const runs = line.match(/0{5,}|1{5,}/g) ?? [];
  const runPenalty = runs.reduce((sum, run) => sum + run.length - 2, 0);
  return runPenalty + 40 * Array.from(line.matchAll(finderLike)).length;
}

function squarePenalty(rows: readonly string[]): number {
  let squares = 0;
  for (let row = 0; row + 1 < rows.length; row += 1) {
    const [upper, lower] = [rows[row] as string, rows[row + 1] as string];
    for (let at = 0; at + 1 < upper.length; at += 1) {
      const shade = upper[at];
      if (upper[at + 1] === shade && lower[at] === shade && lower[at + 1] === shade) squares += 1;
    }
  }
  return 3 * squares;
}

function shadePenalty(rows: readonly string[]): number {
  const all = rows.length * rows.length;
  const dark = rows.reduce((sum, row) => sum + row.replaceAll('0', '').length, 0);
  return 10 * Math.floor(Math.abs((20 * dark) / all - 10));
}
