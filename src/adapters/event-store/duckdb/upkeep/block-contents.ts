// SPDX-License-Identifier: Apache-2.0
import type { BatchFacts } from '../batch-facts.js';
import { PackedBlock } from '../packing/packed-block.js';
import {
  blockHeaderBytes,
  blockMagics,
  blockShape,
  DamagedBlockError,
  isOlderBlock,
  openFacts,
  RecordBlock,
} from '../record-block.js';

type BlockContents =
  | { readonly kind: 'records'; readonly block: RecordBlock; readonly isOlder: boolean }
  | { readonly kind: 'packed'; readonly block: PackedBlock }
  | { readonly kind: 'facts'; readonly facts: BatchFacts };

/** A block, or bytes that are none. */
export type FoundContents = {
  readonly at: number;
  readonly end: number;
} & (BlockContents | { readonly kind: 'damage'; readonly reason: string });

/** What a file of blocks holds, in order; behind what cannot be read it goes on at the next block whose checksum holds. */
export function* contentsOf(bytes: Buffer): Generator<FoundContents> {
  for (let at = 0; at < bytes.length; ) {
    const found = blockAt(bytes, at);
    if (found instanceof Error) {
      const end = nextBlock(bytes, at + 1);
      yield { kind: 'damage', at, end, reason: found.message };
      at = end;
    } else {
      yield { ...found, at };
      at = found.end;
    }
  }
}

function blockAt(bytes: Buffer, at: number): (BlockContents & { readonly end: number }) | Error {
  try {
    const shape = blockShape(bytes.subarray(at, at + blockHeaderBytes));
    const end = at + shape.blockBytes;
    // What a reader keeps must not keep the whole file.
    const block = Buffer.from(bytes.subarray(at, end));
    switch (shape.kind) {
      case 'facts':
        return { kind: 'facts', end, facts: JSON.parse(openFacts(block)) as BatchFacts };
      case 'packed':
        return { kind: 'packed', end, block: new PackedBlock(block) };
      case 'records':
        return { kind: 'records', end, block: new RecordBlock(block), isOlder: isOlderBlock(block) };
    }
  } catch (error) {
    return error instanceof Error ? error : new DamagedBlockError(String(error));
  }
}

function nextBlock(bytes: Buffer, from: number): number {
  for (let at = from; ; at++) {
    const next = blockMagics
      .map((magic) => bytes.indexOf(magic, at, 'latin1'))
      .filter((found) => found !== -1);
    if (next.length === 0) return bytes.length;
    at = Math.min(...next);
    if (!(blockAt(bytes, at) instanceof Error)) return at;
  }
}
