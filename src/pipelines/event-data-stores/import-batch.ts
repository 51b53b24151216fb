// SPDX-License-Identifier: Apache-2.0
import { eventDataStoreStream } from '../../event-data-stores/event-data-store.js';
import { type StoreRoute, sealingOf } from '../../event-data-stores/store-fold.js';
import type { SegmentAppend, SegmentLines } from '../../ports/event-segments.js';
import { CountedBatch } from './counted-batch.js';
import { importPieceBytes } from './limits.js';

/** Imported files on their way into the segments of their stores: writing each of thousands of small files alone takes many times as long. */
export class ImportBatch extends CountedBatch {
  readonly #files: { readonly store: StoreRoute; readonly lines: SegmentLines }[] = [];

  add(store: StoreRoute, pieces: readonly SegmentLines[]): void {
    for (const lines of pieces) {
      this.#files.push({ store, lines });
      this.count(lines.bytes.length, lines.count);
    }
  }

  appends(): readonly SegmentAppend[] {
    const byStore = new Map<string, { store: StoreRoute; pieces: SegmentLines[][] }>();
    for (const { store, lines } of this.#files) {
      const own = byStore.get(store.id) ?? { store, pieces: [[]] };
      byStore.set(store.id, own);
      own.store = store;
      const last = own.pieces.at(-1) as SegmentLines[];
      if (last.length > 0 && sizeOf(last) + lines.bytes.length > importPieceBytes) own.pieces.push([lines]);
      else last.push(lines);
    }
    return Array.from(byStore.values()).flatMap(({ store, pieces }) =>
      pieces.map((piece) => ({
        stream: eventDataStoreStream(store.id),
        kind: 'cloudtrail' as const,
        lines: joined(piece),
        leaveOutKnown: true,
        ...sealingOf(store),
      })),
    );
  }

  override clear(): void {
    super.clear();
    this.#files.length = 0;
  }
}

function sizeOf(pieces: readonly SegmentLines[]): number {
  return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

function joined(pieces: readonly SegmentLines[]): SegmentLines {
  const [first] = pieces;
  if (pieces.length === 1 && first !== undefined) return first;
  return {
    bytes: Buffer.concat(pieces.map(({ bytes }) => bytes)),
    count: pieces.reduce((sum, { count }) => sum + count, 0),
  };
}
