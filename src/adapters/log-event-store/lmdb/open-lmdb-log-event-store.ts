// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { LogEventStoreFullError } from '../../../ports/log-event-store.js';
import { type OperatorLog, silentLog } from '../../../ports/operator-log.js';
import { diskFreeBytes } from '../../lmdb/disk-room.js';
import { LmdbLogEventStore } from './lmdb-log-event-store.js';
import { diskFreeBytesMinDefault, diskFreeBytesToOpen } from './store-limits.js';
import { openStoreTables } from './store-tables.js';

export interface OpenLogEventStoreOptions {
  readonly log?: OperatorLog;
  /** Appends reject with LogEventStoreFullError rather than leave less than this free on the disk; 64 MiB by default. */
  readonly diskFreeBytesMin?: number;
  /** Bytes free on the disk; asked of the file system by default. */
  readonly diskFreeBytes?: () => number;
}

/**
 * Opens the store of log events in `dir`, made when it is not there. One process at a time; keeping others out is the
 * caller's part. Throws LogEventStoreFormatError when the stored format is not this version's, LogEventStoreFullError
 * when the disk is full, DamagedStoreError when it cannot be read.
 */
export async function openLmdbLogEventStore(
  dir: string,
  options: OpenLogEventStoreOptions = {},
): Promise<LmdbLogEventStore> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const freeBytes = options.diskFreeBytes ?? (() => diskFreeBytes(dir));
  if (freeBytes() < diskFreeBytesToOpen)
    throw new LogEventStoreFullError(`the disk of ${dir} is full: the log events cannot be opened`);
  return new LmdbLogEventStore(await openStoreTables(dir, options.log ?? silentLog), {
    diskFreeBytesMin: options.diskFreeBytesMin ?? diskFreeBytesMinDefault,
    diskFreeBytes: freeBytes,
  });
}
