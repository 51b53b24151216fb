// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../../ports/operator-log.js';
import type { Environment, Table } from '../../lmdb/open-environment.js';
import { openTables } from '../../lmdb/open-tables.js';
import { encodeObjectKey, encodeVersionKey } from './index-key.js';
import { decodeKeyRow, decodeVersionRow, type KeyRow, type VersionRow } from './object-row.js';
import { nullVersionId, orderOf } from './version-id.js';

/**
 * Raise it with every change of what lies in the tables, and read or convert the older ones.
 * 2: bytes as they are. 3: bytes encrypted; those that format 2 wrote stay readable as they are.
 */
const indexFormat = 3;
const olderFormats: ReadonlySet<string> = new Set(['2']);

/** The stored index was written by another version than this program can read. */
export class ObjectIndexFormatError extends Error {
  override readonly name = 'ObjectIndexFormatError';
}

/** The store was written under another key: with this one nothing in it could be read. */
export class ObjectStoreKeyError extends Error {
  override readonly name = 'ObjectStoreKeyError';
}

/** The tables of the index and how they are read; `IndexTransaction` writes them. */
export interface ObjectIndex {
  readonly env: Environment;
  /** `bucket NUL key` → KeyRow. */
  readonly keys: Table;
  /** Key id and complement of the order → VersionRow: all versions but the newest of each key. */
  readonly versions: Table;
  /** The bytes of small objects. */
  readonly inline: Table;
  /** Blob id → u32, how many versions use the file. */
  readonly refs: Table;
  /** `format`, `keyCheck`, and `counter` for key ids and version orders. */
  readonly meta: Table;
}

/**
 * Throws ObjectIndexFormatError, ObjectStoreKeyError and DamagedStoreError.
 * @param keyCheck tells whether the store's key is the one that it was written under (blob-keys.ts)
 */
export function openObjectIndex(dir: string, keyCheck: string, log: OperatorLog): Promise<ObjectIndex> {
  const names = { keys: 'keys', versions: 'versions', inline: 'inline', refs: 'refs', meta: 'meta' };
  return openTables(dir, log, names, (index) => {
    verifyFormat(index, dir);
    verifyKey(index, keyCheck, dir);
  });
}

const formatKey = Buffer.from('format');
const keyCheckKey = Buffer.from('keyCheck');

function verifyFormat({ meta, keys }: ObjectIndex, dir: string): void {
  const stored = meta.getBinary(formatKey)?.toString();
  if (stored === String(indexFormat)) return;
  const isNew = stored === undefined && keys.getKeysCount({ limit: 1 }) === 0;
  if (!isNew && (stored === undefined || !olderFormats.has(stored))) {
    throw new ObjectIndexFormatError(
      `the object index in ${dir} has the stored format ${stored ?? '(none)'}, this version reads format ${indexFormat}; nothing was changed`,
    );
  }
  // Before anything of the new format is written: an older program must refuse the store from here on.
  meta.putSync(formatKey, Buffer.from(String(indexFormat)));
}

function verifyKey({ meta }: ObjectIndex, keyCheck: string, dir: string): void {
  const stored = meta.getBinary(keyCheckKey)?.toString();
  if (stored === undefined) meta.putSync(keyCheckKey, Buffer.from(keyCheck));
  else if (stored !== keyCheck) {
    throw new ObjectStoreKeyError(
      `the objects in ${dir} are encrypted under another master key; nothing was changed`,
    );
  }
}

export interface FoundVersion {
  readonly row: VersionRow;
  readonly isLatest: boolean;
  readonly keyRow: KeyRow;
}

export function readKeyRow(index: ObjectIndex, bucket: string, key: string): KeyRow | undefined {
  // Decoded at once: the bytes are lmdb's own, good until the next read.
  const value = index.keys.getBinaryFast(encodeObjectKey(bucket, key));
  return value === undefined ? undefined : decodeKeyRow(value);
}

/** The version by its id; the newest one without an id. */
export function findVersion(
  index: ObjectIndex,
  keyRow: KeyRow,
  versionId: string | undefined,
): FoundVersion | undefined {
  const { latest } = keyRow;
  if (versionId === undefined || versionId === latest.versionId)
    return { row: latest, isLatest: true, keyRow };
  const row = findOlder(index, keyRow, versionId);
  return row === undefined ? undefined : { row, isLatest: false, keyRow };
}

/** The row under the order that the id claims (of the `null` version: that the key's row tells), if the row is its own. */
function findOlder({ versions }: ObjectIndex, keyRow: KeyRow, versionId: string): VersionRow | undefined {
  const order = versionId === nullVersionId ? keyRow.nullOrder : orderOf(versionId);
  const value = order === undefined ? undefined : versions.getBinary(encodeVersionKey(keyRow.id, order));
  if (value === undefined) return undefined;
  const row = decodeVersionRow(value);
  return row.versionId === versionId ? row : undefined;
}
