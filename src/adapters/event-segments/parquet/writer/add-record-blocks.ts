// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import {
  encodeIndex,
  findBlocks,
  footerStart,
  RecordBlockMaker,
  rowsOf,
} from '../../../../record/record-blocks.js';

/** Bytes that are copied at a time. */
const pieceBytes = 4 * 1024 ** 2;

/**
 * Puts the lines of a Parquet file's rows (`lineOfRow`), in their order, into blocks before its footer (`record/record-blocks.ts`). They are
 * in the clear whatever the file's columns are.
 * @param scratch a file for what was read before the file is changed; the caller removes it
 */
export async function addRecordBlocks(
  path: string,
  lines: AsyncIterable<readonly string[]>,
  scratch: string,
): Promise<void> {
  const made = openSync(scratch, 'w+', 0o600);
  try {
    const blocks = new RecordBlockMaker();
    let bytes = 0;
    const write = (block: Buffer | undefined) => {
      if (block !== undefined) bytes = writeAll(made, block, bytes);
    };
    for await (const some of lines) for (const line of some) write(blocks.add(line));
    write(blocks.end());
    insertBeforeFooter(path, blocks.index(), [{ file: made, start: 0, bytes }]);
  } finally {
    closeSync(made);
  }
}

/**
 * Gives a file that was made of others, in the order of their rows, the blocks of those as they are.
 * @param rows of the file
 * @returns false where one of them has none, or some rows were left out
 */
export function takeRecordBlocks(path: string, rows: number, from: readonly string[]): boolean {
  const files = from.map((each) => openSync(each, 'r'));
  try {
    const found = files.flatMap((file) => {
      const blocks = findBlocks(fstatSync(file).size, (position, length) => bytesAt(file, position, length));
      return blocks === undefined ? [] : [{ file, ...blocks }];
    });
    const all = found.reduce((sum, { facts }) => sum + rowsOf(facts), 0);
    if (found.length < files.length || all !== rows) return false;
    insertBeforeFooter(path, encodeIndex(found.map(({ facts }) => facts)), found);
    return true;
  } finally {
    for (const file of files) closeSync(file);
  }
}

interface Piece {
  readonly file: number;
  readonly start: number;
  readonly bytes: number;
}

function insertBeforeFooter(path: string, index: Buffer, pieces: readonly Piece[]): void {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    let at = footerStart(size, (position, length) => bytesAt(file, position, length));
    const footer = bytesAt(file, at, size - at);
    ftruncateSync(file, at);
    for (const piece of pieces) at = copy(piece, file, at);
    for (const part of [index, footer]) at = writeAll(file, part, at);
  } finally {
    closeSync(file);
  }
}

function copy({ file, start, bytes }: Piece, to: number, at: number): number {
  for (let done = 0; done < bytes; ) {
    const piece = bytesAt(file, start + done, Math.min(pieceBytes, bytes - done));
    writeAll(to, piece, at + done);
    done += piece.length;
  }
  return at + bytes;
}

/** @returns where it ends */
function writeAll(file: number, bytes: Buffer, at: number): number {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, at + done);
  return at + bytes.length;
}

function bytesAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  if (readSync(file, bytes, 0, length, position) !== length) throw new Error('a file that is cut off');
  return bytes;
}
