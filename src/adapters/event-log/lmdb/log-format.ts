// SPDX-License-Identifier: Apache-2.0
import type { LogTables } from './log-tables.js';

/** Raise it with every change of what lies in the tables, and read or convert the older ones. */
export const logFormat = 1;

const formatKey = Buffer.from('format');

/** The stored log was written by another version than this program can read. */
export class LogFormatError extends Error {
  override readonly name = 'LogFormatError';
}

/** Writes the format into a new log; throws LogFormatError when the log has another one. */
export function verifyLogFormat(tables: LogTables, dir: string): void {
  const stored = tables.meta.getBinary(formatKey)?.toString();
  if (stored === String(logFormat)) return;
  if (stored === undefined && isEmpty(tables)) {
    tables.meta.putSync(formatKey, Buffer.from(String(logFormat)));
    return;
  }
  throw new LogFormatError(
    `the log in ${dir} has the stored format ${stored ?? '(none)'}, this version reads format ${logFormat}; nothing was changed. Use the version of the program that wrote it, or a newer one`,
  );
}

function isEmpty({ batches, state, meta }: LogTables): boolean {
  return [batches, state, meta].every((table) => table.getKeysCount({ limit: 1 }) === 0);
}
