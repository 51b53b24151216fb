// SPDX-License-Identifier: Apache-2.0
// Ingests until it is killed: `node kill-child.js DIR FIRST-POSITION`. Prints a position only after its ingest resolved.
import { call, importOfRecords, toPosition } from '../../../ports/contract/event-store-under-test.js';
import type { StoredEntry } from '../../../ports/event-log.js';
import { silentLog } from '../../../ports/operator-log.js';
import { openDuckdbEventStore } from './open-duckdb-event-store.js';

/** So that runs are written and merged all the time. */
export const smallRuns = { rowsPerRun: 300, quietMsBeforeMerge: 0 };

/** So that files become full and are packed all the time. */
export const smallFiles = { fileBytesMax: 40_000, liveFileBytesMax: 10_000, firstRoundMs: 0, restMs: 0 };

/** The entry at a position is the same in every process: 400 imported events, or three live ones. */
export function entryAt(number: number): StoredEntry {
  const id = (index: number): string => `entry-${number}-${index}`;
  const records = Array.from({ length: number % 4 === 0 ? 400 : 3 }, (_, index) => ({
    id: id(index),
    second: number % 60,
  }));
  const entry = number % 4 === 0 ? importOfRecords(records) : call(...records);
  return { position: toPosition(number), appendedAtMs: number, entry };
}

const [dir, first] = process.argv.slice(2);
if (dir !== undefined && first !== undefined) {
  const store = await openDuckdbEventStore(dir, {
    log: silentLog,
    termIndex: smallRuns,
    packing: smallFiles,
  });
  process.stdout.write('ready\n');
  for (let number = Number(first); ; number += 8) {
    const entries = Array.from({ length: 8 }, (_, index) => entryAt(number + index));
    // One by one they make small blocks.
    if (number % 16 === 1) for (const entry of entries) await store.ingest([entry]);
    else await store.ingest(entries);
    process.stdout.write(`${number + 7}\n`);
  }
}
