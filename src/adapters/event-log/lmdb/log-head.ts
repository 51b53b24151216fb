// SPDX-License-Identifier: Apache-2.0
import type { LogTables } from './log-tables.js';

/** Where the log stands; written in the same transaction as the entries that moved it. */
export interface LogHead {
  /** The newest entry's number; numbers are never used twice, even after trimming or cutting. */
  readonly sequence: number;
  /** The newest entry's time: no later entry may have an earlier one, whatever the clock does. */
  readonly appendedAtMs: number;
  /** What the untrimmed entries count against `logBytesMax`. */
  readonly liveBytes: number;
}

const headKey = Buffer.from('head');

export function readHead(tables: LogTables): LogHead {
  const value = tables.meta.getBinary(headKey);
  return value === undefined
    ? { sequence: 0, appendedAtMs: 0, liveBytes: 0 }
    : (JSON.parse(value.toString()) as LogHead);
}

export function writeHead(tables: LogTables, head: LogHead): void {
  tables.meta.putSync(headKey, Buffer.from(JSON.stringify(head)));
}
