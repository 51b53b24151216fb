// SPDX-License-Identifier: Apache-2.0
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import {
  blockHeaderBytes,
  blockMagics,
  blockShape,
  checkedShape,
  DamagedBlockError,
} from '../record-block.js';
import { smallBlockBytesMax } from '../store-limits.js';

/** A file is looked at in so many places, this much of it in each: 1 MB of 32 to 128. */
const samples = 4;
const sampleBytes = 256 * 1024;

/** Whether a quarter of a record file or more seems to be small blocks, of live events. */
export function hasSmallBlocks(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    for (let sample = 0; sample < samples; sample++) {
      const bytes = Buffer.allocUnsafe(sampleBytes);
      const read = readSync(fd, bytes, 0, sampleBytes, Math.floor((size * sample) / samples));
      if (meanBlockBytes(bytes.subarray(0, read)) <= smallBlockBytesMax) return true;
    }
    return false;
  } finally {
    closeSync(fd);
  }
}

/** Infinite where there is no whole block. */
function meanBlockBytes(bytes: Buffer): number {
  let [blocks, total] = [0, 0];
  for (let at = firstBlock(bytes); at !== -1 && at + blockHeaderBytes <= bytes.length; ) {
    const shape = shapeAt(bytes, at);
    if (shape === undefined || at + shape.blockBytes > bytes.length) break;
    if (shape.kind === 'records') {
      blocks++;
      total += shape.blockBytes;
    }
    at += shape.blockBytes;
  }
  return blocks === 0 ? Number.POSITIVE_INFINITY : total / blocks;
}

/** Where a whole block begins whose checksum holds; -1 where none does. */
function firstBlock(bytes: Buffer): number {
  for (let from = 0; ; from++) {
    const found = blockMagics.map((magic) => bytes.indexOf(magic, from, 'latin1')).filter((at) => at !== -1);
    if (found.length === 0) return -1;
    from = Math.min(...found);
    const shape = shapeAt(bytes, from);
    if (shape === undefined) continue;
    try {
      checkedShape(bytes.subarray(from, from + shape.blockBytes));
      return from;
    } catch (error) {
      if (!(error instanceof DamagedBlockError)) throw error;
    }
  }
}

function shapeAt(bytes: Buffer, at: number): ReturnType<typeof blockShape> | undefined {
  try {
    return blockShape(bytes.subarray(at, at + blockHeaderBytes));
  } catch (error) {
    if (error instanceof DamagedBlockError) return undefined;
    throw error;
  }
}
