// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, realpathSync } from 'node:fs';
import type { Clock } from '../../../ports/clock.js';
import type { OperatorLog } from '../../../ports/operator-log.js';
import { DuckdbEventStore } from './duckdb-event-store.js';
import type { PackingSizes, TermIndexSizes } from './history-options.js';
import { EventStoreLockedError } from './store-errors.js';
import { duckdbMemoryBytesDefault } from './store-limits.js';
import { WorkerClient } from './worker-client.js';

export interface DuckdbEventStoreOptions {
  readonly log: OperatorLog;
  /** Not needed here: the times of the history come from the log. Taken so that all adapters open alike. */
  readonly clock?: Clock;
  /** What DuckDB may hold in memory, in bytes. Default 512 MB. */
  readonly memoryBytesMax?: number;
  readonly termIndex?: TermIndexSizes;
  readonly packing?: PackingSizes;
}

/**
 * The directories open in this process. DuckDB's lock keeps other processes out, but two instances of one process
 * would both get it and destroy the file.
 */
const openDirs = new Set<string>();

/**
 * Opens the history in a directory of its own, made when it is not there. Throws EventStoreLockedError when another
 * process (or this one) has it open, EventStoreFormatError when it cannot be read.
 */
export async function openDuckdbEventStore(
  dir: string,
  options: DuckdbEventStoreOptions,
): Promise<DuckdbEventStore> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const realDir = realpathSync(dir);
  if (openDirs.has(realDir))
    throw new EventStoreLockedError(`the history in ${dir} is open in this process already`);
  openDirs.add(realDir);
  const client = new WorkerClient(options.log);
  try {
    await client.call('open', {
      dir: realDir,
      memoryBytesMax: options.memoryBytesMax ?? duckdbMemoryBytesDefault,
      termIndex: options.termIndex,
      packing: options.packing,
    });
    return new DuckdbEventStore(client, () => openDirs.delete(realDir));
  } catch (error) {
    await client.end();
    openDirs.delete(realDir);
    throw error;
  }
}
