// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import type { BatchFacts } from '../batch-facts.js';
import {
  blockHeaderBytes,
  blockShape,
  DamagedBlockError,
  isOlderBlock,
  openFacts,
  RecordBlock,
} from '../record-block.js';
import { listRecordFiles } from '../record-files.js';

export type WalkedBlock =
  | {
      readonly kind: 'records';
      readonly address: number;
      readonly end: number;
      readonly path: string;
      readonly block: RecordBlock;
      /** Of a version that wrote no facts. */
      readonly isOlder: boolean;
    }
  | {
      readonly kind: 'facts';
      readonly address: number;
      readonly end: number;
      readonly path: string;
      readonly facts: BatchFacts;
    }
  | {
      readonly kind: 'damage';
      readonly address: number;
      readonly end: number;
      readonly path: string;
      readonly reason: string;
    };

/**
 * All blocks of the record files, in order. What cannot be read is told as damage, and the walk goes on at the next block
 * whose checksum holds.
 */
export function* walkRecords(dir: string): Generator<WalkedBlock> {
  if (!existsSync(dir)) return;
  let expected: number | undefined;
  for (const { path, start } of listRecordFiles(dir)) {
    if (expected !== undefined && start > expected)
      yield {
        kind: 'damage',
        address: expected,
        end: start,
        path,
        reason: 'a file is cut off, or one is missing',
      };
    const bytes = readFileSync(path);
    yield* walkFile(bytes, start, path);
    expected = start + bytes.length;
  }
}

function* walkFile(bytes: Buffer, start: number, path: string): Generator<WalkedBlock> {
  for (let at = 0; at < bytes.length; ) {
    const found = blockAt(bytes, at);
    if (!(found instanceof Error)) {
      yield { ...found, address: start + at, end: start + found.end, path };
      at = found.end;
      continue;
    }
    const next = nextBlock(bytes, at + 1);
    yield { kind: 'damage', address: start + at, end: start + next, path, reason: found.message };
    at = next;
  }
}

type FoundBlock =
  | { readonly kind: 'records'; readonly end: number; readonly block: RecordBlock; readonly isOlder: boolean }
  | { readonly kind: 'facts'; readonly end: number; readonly facts: BatchFacts };

function blockAt(bytes: Buffer, at: number): FoundBlock | Error {
  try {
    const shape = blockShape(bytes.subarray(at, at + blockHeaderBytes));
    const end = at + shape.blockBytes;
    // What a reader keeps must not keep the whole file.
    const block = Buffer.from(bytes.subarray(at, end));
    if (shape.kind === 'facts')
      return { kind: 'facts', end, facts: JSON.parse(openFacts(block)) as BatchFacts };
    return { kind: 'records', end, block: new RecordBlock(block), isOlder: isOlderBlock(block) };
  } catch (error) {
    return error instanceof Error ? error : new DamagedBlockError(String(error));
  }
}

function nextBlock(bytes: Buffer, from: number): number {
  for (let at = from; ; at++) {
    const next = ['CRB1', 'CRB2', 'CRF1']
      .map((magic) => bytes.indexOf(magic, at, 'latin1'))
      .filter((found) => found !== -1);
    if (next.length === 0) return bytes.length;
    at = Math.min(...next);
    if (!(blockAt(bytes, at) instanceof Error)) return at;
  }
}
