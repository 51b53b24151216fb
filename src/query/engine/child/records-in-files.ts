// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  findBlocks,
  hasBlocks,
  type ReadBytes,
  RecordBlockReader,
  type RowTexts,
  readLineOfRow,
} from '../../../record/record-blocks.js';

/** A row of a file: the path, and how many rows are before it. */
export interface RowInFile {
  readonly path: string;
  readonly row: number;
}

/** Whether all files have their records at hand; one that cannot be read has nothing. */
export function haveRecords(paths: readonly string[]): boolean {
  return paths.every((path) => {
    try {
      return withFile(path, hasBlocks);
    } catch {
      return false;
    }
  });
}

/**
 * Rows as their files have them at hand, in any order.
 * @throws for one that cannot be had, and where there would be more text than so many characters
 */
export function rowsInFiles(wanted: readonly RowInFile[], lengthMax: number): readonly RowTexts[] {
  const rows: RowTexts[] = [];
  let left = lengthMax;
  for (const [path, numbers] of byFile(wanted)) {
    withFile(path, (size, read) => {
      const found = findBlocks(size, read);
      if (found === undefined) throw new Error('a file without record blocks');
      const blocks = new RecordBlockReader(found, read);
      for (const number of numbers.sort((a, b) => a - b)) {
        const line = blocks.line(number);
        left -= line.length;
        if (left < 0) throw new Error('more text than is read late');
        rows.push(readLineOfRow(line));
      }
    });
  }
  return rows;
}

function byFile(wanted: readonly RowInFile[]): ReadonlyMap<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { path, row } of wanted) {
    const same = found.get(path);
    if (same === undefined) found.set(path, [row]);
    else same.push(row);
  }
  return found;
}

function withFile<T>(path: string, work: (size: number, read: ReadBytes) => T): T {
  const file = openSync(path, 'r');
  try {
    return work(fstatSync(file).size, (position, length) => bytesAt(file, position, length));
  } finally {
    closeSync(file);
  }
}

function bytesAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  if (readSync(file, bytes, 0, length, position) !== length) throw new Error('a file that is cut off');
  return bytes;
}
