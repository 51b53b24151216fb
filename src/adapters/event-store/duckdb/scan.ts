// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ScannedEvents } from '../../../ports/event-store.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { rowsOf } from './index-database.js';
import { blockAddressOf, slotOf, toOrdinal } from './ordinal.js';
import type { Places } from './places.js';
import { DamagedBlockError, type ReadableBlock } from './record-block.js';
import type { RecordFiles } from './record-files.js';
import { ScanLines } from './scan-lines.js';
import { scanBlocksPerTurn } from './store-limits.js';

export interface ScanSource {
  readonly files: RecordFiles;
  readonly places: Places;
  /** The newest committed ordinal. */
  readonly lastOrdinal: number;
  readonly log: OperatorLog;
}

export interface ScanLimits {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

interface ScanRow {
  readonly ordinal: number;
  readonly place: number;
  readonly category: number;
  readonly enteredAtMs: number;
}

/**
 * The events behind a place in order of arrival. What the index does not name (twins, dropped events) is left out, and
 * so is a block that cannot be read: whoever follows the history must not stop at it for ever. It is logged, and
 * `cairn store verify` names it.
 */
export async function scanEvents(
  source: ScanSource,
  connection: DuckDBConnection,
  after: string,
  limits: ScanLimits,
): Promise<ScannedEvents> {
  const lines = new ScanLines(source.places);
  const isFull = (): boolean => lines.count >= limits.eventsMax || lines.length >= limits.bytesMax;
  let behind = after === '' ? -1 : Number(after);
  let next = after;
  while (behind < source.lastOrdinal && !isFull()) {
    const until = Math.min(source.lastOrdinal, endOfStretch(source.files, behind, limits, lines));
    const rows = await rowsBetween(connection, behind, until);
    const reader = new StretchReader(source);
    for (const row of rows) {
      if (isFull()) break;
      const text = await reader.text(row.ordinal);
      if (text !== undefined) lines.add(text, row);
      next = String(row.ordinal);
    }
    behind = until;
  }
  return lines.finish(next);
}

/** An ordinal before which there is about as much as still fits. */
function endOfStretch(
  files: RecordFiles,
  behind: number,
  { eventsMax, bytesMax }: ScanLimits,
  lines: ScanLines,
): number {
  let events = lines.count;
  let bytes = lines.length;
  let address = Math.max(files.start, blockAddressOf(behind + 1));
  while (address < files.end && events < eventsMax && bytes < bytesMax) {
    const stretch = files.stretchAt(address);
    if (stretch === undefined) return Number.POSITIVE_INFINITY;
    events += stretch.records;
    bytes += stretch.textBytes;
    address = stretch.next;
  }
  return address >= files.end ? Number.POSITIVE_INFINITY : toOrdinal(address, 0) - 1;
}

async function rowsBetween(connection: DuckDBConnection, behind: number, until: number): Promise<ScanRow[]> {
  const rows = await rowsOf(
    connection,
    'SELECT ordinal, place, category, entered_at_ms FROM events WHERE ordinal > ? AND ordinal <= ? ORDER BY ordinal',
    [BigInt(behind), BigInt(until)],
  );
  return rows.map(([ordinal, place, category, enteredAtMs]) => ({
    ordinal: Number(ordinal),
    place: Number(place),
    category: Number(category),
    enteredAtMs: Number(enteredAtMs),
  }));
}

/** Reads the texts of ascending ordinals, each block once, and lets others have the thread between. */
class StretchReader {
  readonly #source: ScanSource;
  #address = -1;
  #block: ReadableBlock | undefined;
  #blocks = 0;

  constructor(source: ScanSource) {
    this.#source = source;
  }

  async text(ordinal: number): Promise<Buffer | undefined> {
    const address = blockAddressOf(ordinal);
    if (address !== this.#address) {
      if (++this.#blocks % scanBlocksPerTurn === 0) await setImmediate();
      this.#address = address;
      this.#block = this.#open(address);
    }
    return this.#block?.bytes(slotOf(ordinal));
  }

  #open(address: number): ReadableBlock | undefined {
    try {
      return this.#source.files.open(address)?.openWhole();
    } catch (error) {
      if (!(error instanceof DamagedBlockError)) throw error;
      this.#source.log.error({ err: error }, 'left out of a scan: a damaged block of the history');
      return undefined;
    }
  }
}
