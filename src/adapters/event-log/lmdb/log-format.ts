// SPDX-License-Identifier: Apache-2.0
import type { LogTables } from './log-tables.js';

/** Raise it with every change of what lies in the tables, and read or convert the older ones. 2: batches in Brotli too. */
export const logFormat = 2;

/** Older ones that are read as they are. */
const formatsRead: ReadonlySet<string | undefined> = new Set(['1']);

const formatKey = Buffer.from('format');

/** The stored log was written by another version than this program can read. */
export class LogFormatError extends Error {
  override readonly name = 'LogFormatError';
}

/**
 * Writes the format into a new log, and into an older one that is read as it is: from then on older versions refuse it, who
 * would take newer batches for damaged ones. Throws LogFormatError when the log has a format that is not read.
 */
export function verifyLogFormat(tables: LogTables, dir: string): void {
  const stored = tables.meta.getBinary(formatKey)?.toString();
  if (stored === String(logFormat)) return;
  if (formatsRead.has(stored) || (stored === undefined && isEmpty(tables))) {
    tables.meta.putSync(formatKey, Buffer.from(String(logFormat)));
    return;
  }
  throw new LogFormatError(
    `the log in ${dir} has the stored format ${stored ?? '(none)'}, this version reads format ${logFormat} and older ones; nothing was changed. Use the version of the program that wrote it, or a newer one`,
  );
}

function isEmpty({ batches, state, meta }: LogTables): boolean {
  return [batches, state, meta].every((table) => table.getKeysCount({ limit: 1 }) === 0);
}
