// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../../ports/operator-log.js';
import type { Environment, Table } from '../../lmdb/open-environment.js';
import { openTables } from '../../lmdb/open-tables.js';
import { otherFormat } from '../../lmdb/stored-format.js';

/** Raise it with every change of what lies in the tables, and read or convert the older ones. */
const storeFormat = 1;

/** The stored log events were written by another version than this program can read. */
export class LogEventStoreFormatError extends Error {
  override readonly name = 'LogEventStoreFormatError';
}

export interface StoreTables {
  readonly env: Environment;
  /** Stream, time → the chunk's value. */
  readonly streamChunks: Table;
  /** Group, time → nothing: the order of all chunks of a group. */
  readonly groupChunks: Table;
  /** `group NUL stream` → StreamRow. */
  readonly streams: Table;
  /** `group` → GroupRow. */
  readonly groups: Table;
  /** Writer → WriterMark. */
  readonly marks: Table;
  /** `format`; `counter` for the numbers of groups, streams and chunks. */
  readonly meta: Table;
}

export interface GroupRow {
  readonly number: number;
  /** The longest time that one chunk of the group ever spanned. */
  readonly spanMaxMs: number;
  readonly bytes: number;
}

export interface StreamRow {
  readonly number: number;
  readonly spanMaxMs: number;
  readonly bytes: number;
  readonly eventCount: number;
  readonly lastEventMs: number;
  readonly lastIngestedMs: number;
}

/** Throws LogEventStoreFormatError and DamagedStoreError. */
export function openStoreTables(dir: string, log: OperatorLog): Promise<StoreTables> {
  const names = {
    streamChunks: 'stream-chunks',
    groupChunks: 'group-chunks',
    streams: 'streams',
    groups: 'groups',
    marks: 'marks',
    meta: 'meta',
  };
  return openTables(dir, log, names, (tables) => verifyFormat(tables, dir));
}

function verifyFormat({ meta, streams }: StoreTables, dir: string): void {
  const stored = otherFormat(meta, () => streams.getKeysCount({ limit: 1 }) === 0, storeFormat);
  if (stored === undefined) return;
  throw new LogEventStoreFormatError(
    `the log events in ${dir} have the stored format ${stored}, this version reads format ${storeFormat}; nothing was changed`,
  );
}

export function streamKey(groupId: string, streamId: string): Buffer {
  return Buffer.from(`${groupId}\0${streamId}`);
}

/** All streams of a group, in the order of their ids. */
export function streamRange(groupId: string): { readonly start: Buffer; readonly end: Buffer } {
  return { start: Buffer.from(`${groupId}\0`), end: Buffer.from(`${groupId}\x01`) };
}

export function streamIdOf(key: Buffer): string {
  return key.toString('utf8', key.indexOf(0) + 1);
}

export function readRow<T>(table: Table, key: Buffer): T | undefined {
  const value = table.getBinary(key);
  return value === undefined ? undefined : (JSON.parse(value.toString()) as T);
}

export function writeRow(table: Table, key: Buffer, row: object): void {
  table.putSync(key, Buffer.from(JSON.stringify(row)));
}
