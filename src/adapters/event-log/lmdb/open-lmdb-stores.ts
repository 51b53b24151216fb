// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import type { Clock } from '../../../ports/clock.js';
import { type EventLog, LogFullError } from '../../../ports/event-log.js';
import { type OperatorLog, silentLog } from '../../../ports/operator-log.js';
import type { StateStore } from '../../../ports/state-store.js';
import { toDamagedStoreError } from '../../lmdb/damaged-store.js';
import { diskFreeBytes } from '../../lmdb/disk-room.js';
import { LmdbStateStore } from '../../state-store/lmdb/lmdb-state-store.js';
import { cutDamagedTail } from './damaged-tail.js';
import { LmdbEventLog } from './lmdb-event-log.js';
import { verifyLogFormat } from './log-format.js';
import { readHead } from './log-head.js';
import { diskFreeBytesMinDefault, diskFreeBytesToOpen, logBytesMaxDefault } from './log-limits.js';
import { type LogTables, openLogTables } from './log-tables.js';

export interface LmdbStoresOptions {
  readonly clock: Clock;
  readonly log?: OperatorLog;
  /** Bytes of live log data, counted before compression; 20 GiB by default. */
  readonly logBytesMax?: number;
  /** Appends reject with LogFullError rather than leave less than this free on the disk; 64 MiB by default. */
  readonly diskFreeBytesMin?: number;
  /** Bytes free on the disk; asked of the file system by default. */
  readonly diskFreeBytes?: () => number;
}

export interface LmdbStores {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  /** Why appends are refused now; undefined while there is room. */
  fullReason(): string | undefined;
  /** What the untrimmed entries count against `logBytesMax`. */
  liveBytes(): number;
  /** Waits for appends under way, then closes both. */
  close(): Promise<void>;
}

/**
 * Opens the embedded log and the state folded from it: one LMDB environment in `dir`, made when it is not there.
 * One process at a time; keeping others out is the caller's part.
 * Throws LogFormatError when the stored format is not this version's, LogFullError when the disk is full,
 * DamagedStoreError when more is damaged than the end of the log.
 */
export async function openLmdbStores(dir: string, options: LmdbStoresOptions): Promise<LmdbStores> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const log = options.log ?? silentLog;
  const freeBytes = options.diskFreeBytes ?? (() => diskFreeBytes(dir));
  if (freeBytes() < diskFreeBytesToOpen)
    throw new LogFullError(`the disk of ${dir} is full: the log cannot be opened`);
  let tables: LogTables | undefined;
  try {
    tables = openLogTables(dir, log);
    verifyLogFormat(tables, dir);
    cutDamagedTail(tables, log);
    const stateStore = new LmdbStateStore(tables.state, log);
    const eventLog = new LmdbEventLog(tables, stateStore, readHead(tables), {
      clock: options.clock,
      log,
      logBytesMax: options.logBytesMax ?? logBytesMaxDefault,
      diskFreeBytesMin: options.diskFreeBytesMin ?? diskFreeBytesMinDefault,
      diskFreeBytes: freeBytes,
    });
    return {
      eventLog,
      stateStore,
      fullReason: () => eventLog.fullReason(),
      liveBytes: () => eventLog.liveBytes(),
      close: () => eventLog.close(),
    };
  } catch (error) {
    await tables?.env.close();
    throw toDamagedStoreError(error, dir);
  }
}
