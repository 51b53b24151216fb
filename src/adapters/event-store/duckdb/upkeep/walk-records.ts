// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import type { BatchFacts } from '../batch-facts.js';
import { isPackedEnd, originalBytesOf } from '../packing/packed-file.js';
import type { ReadableBlock } from '../record-block.js';
import { listRecordFiles, type RecordFile } from '../record-file-list.js';
import { contentsOf } from './block-contents.js';

interface Walked {
  readonly address: number;
  readonly end: number;
  readonly path: string;
}

export type WalkedBlock = Walked &
  (
    | {
        readonly kind: 'records';
        readonly block: ReadableBlock;
        /** Of a version that wrote no facts. */
        readonly isOlder: boolean;
      }
    | { readonly kind: 'facts'; readonly facts: BatchFacts }
    | { readonly kind: 'damage'; readonly reason: string }
  );

/**
 * All blocks of the record files, in order. What cannot be read is told as damage, and the walk goes on at the next block
 * whose checksum holds.
 */
export function* walkRecords(dir: string): Generator<WalkedBlock> {
  let expected: number | undefined;
  const files = listRecordFiles(dir);
  for (const [index, file] of files.entries()) {
    const { path, start } = file;
    if (expected !== undefined && start > expected)
      yield {
        kind: 'damage',
        address: expected,
        end: start,
        path,
        reason: 'a file is cut off, or one is missing',
      };
    const bytes = readFileSync(path);
    if (file.isPacked) {
      const length = originalBytesOf(bytes);
      expected = length === undefined ? (files[index + 1]?.start ?? start + 1) : start + length;
      yield* walkPacked(bytes, file, expected);
    } else {
      yield* walkFile(bytes, file);
      expected = start + bytes.length;
    }
  }
}

function* walkFile(bytes: Buffer, { path, start }: RecordFile): Generator<WalkedBlock> {
  for (const found of contentsOf(bytes)) {
    const walked = { address: start + found.at, end: start + found.end, path };
    if (found.kind === 'packed')
      yield { ...walked, kind: 'damage', reason: 'a packed block in a file that is not' };
    else yield { ...found, ...walked };
  }
}

/**
 * The blocks of before, each as if it were still where it was. Facts and damage lie between the block before them and the
 * one behind.
 */
function* walkPacked(bytes: Buffer, { path, start }: RecordFile, fileEnd: number): Generator<WalkedBlock> {
  let address = start;
  let waiting: WalkedBlock[] = [];
  for (const found of contentsOf(bytes)) {
    if (found.kind === 'damage' && isPackedEnd(bytes.subarray(found.at))) break;
    if (found.kind === 'records')
      waiting.push({ kind: 'damage', address, end: fileEnd, path, reason: 'a block that is not packed' });
    else if (found.kind !== 'packed') waiting.push({ ...found, address, end: fileEnd, path });
    else {
      const addresses = Array.from(found.block.addresses, (from) => start + from);
      for (const before of waiting) yield { ...before, end: addresses[0]! };
      waiting = [];
      for (const part of addresses) {
        address = part + 1;
        const block = found.block.part(part - start);
        yield { kind: 'records', address: part, end: address, path, block, isOlder: false };
      }
    }
  }
  yield* waiting;
}
