// SPDX-License-Identifier: Apache-2.0
import type { ListOptions, ObjectInfo } from '../../../ports/object-store.js';
import { bucketPrefix, endOfPrefix, keyOf, versionRange } from './index-key.js';
import { findVersion, type ObjectIndex } from './object-index.js';
import { keyBytesMax, listSliceRows } from './object-limits.js';
import { decodeKeyRow, decodeVersionRow, type KeyRow, toObjectInfo, type VersionRow } from './object-row.js';

export interface ObjectPage {
  readonly objects: readonly ObjectInfo[];
  readonly truncated: boolean;
}

/** Reads a page of a bucket, a slice of rows at a time: between slices others have their turn. */
export async function listObjects(
  index: ObjectIndex,
  bucket: string,
  options: ListOptions,
): Promise<ObjectPage> {
  const found: ObjectInfo[] = [];
  if (Buffer.byteLength(options.prefix ?? '') > keyBytesMax) return { objects: found, truncated: false };
  const range = keyRange(bucket, options);
  for (;;) {
    const last = readSlice(index, bucket, options, range, found);
    if (found.length > options.limit) return { objects: found.slice(0, options.limit), truncated: true };
    if (last === undefined) return { objects: found, truncated: false };
    range.start = Buffer.concat([last, Buffer.of(0)]);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface KeyRange {
  start: Buffer;
  readonly end: Buffer;
}

function keyRange(bucket: string, { prefix, after, versions, afterVersionId }: ListOptions): KeyRange {
  const all = bucketPrefix(bucket);
  const prefixed = Buffer.concat([all, Buffer.from(prefix ?? '')]);
  if (after === undefined) return { start: prefixed, end: endOfPrefix(prefixed) };
  // Callers hand on what strangers send: what is longer than any key is cut to a key's length, which LMDB can take.
  const place = Buffer.from(after).subarray(0, keyBytesMax);
  // The key `after` itself is read again where some of its versions may follow.
  const behind = versions && afterVersionId !== undefined ? Buffer.alloc(0) : Buffer.of(0);
  const start = Buffer.concat([all, place, behind]);
  return { start: start.compare(prefixed) > 0 ? start : prefixed, end: endOfPrefix(prefixed) };
}

/** Adds what some rows hold to `found`, at most one more than the limit. Gives the last key read, if there may be more. */
function readSlice(
  index: ObjectIndex,
  bucket: string,
  options: ListOptions,
  range: KeyRange,
  found: ObjectInfo[],
): Buffer | undefined {
  let rows = 0;
  for (const { key: encoded, value } of index.keys.getRange({ ...range })) {
    const key = keyOf(bucket, encoded);
    const keyRow = decodeKeyRow(value);
    if (!options.versions) {
      if (!keyRow.latest.deleteMarker) found.push(toObjectInfo(bucket, key, keyRow.latest, true));
    } else {
      for (const row of versionsOf(
        index,
        keyRow,
        key === options.after ? options.afterVersionId : undefined,
      )) {
        found.push(toObjectInfo(bucket, key, row, row === keyRow.latest));
        if (found.length > options.limit) break;
      }
    }
    if (found.length > options.limit || ++rows === listSliceRows) return Buffer.from(encoded);
  }
  return undefined;
}

/**
 * The versions of a key, newest first, behind `afterVersionId`. When that one is gone, all that are left: who deletes
 * each page before it asks for the next must not be made to miss any.
 */
function versionsOf(
  index: ObjectIndex,
  keyRow: KeyRow,
  afterVersionId: string | undefined,
): Iterable<VersionRow> {
  const seen = afterVersionId === undefined ? undefined : findVersion(index, keyRow, afterVersionId);
  if (seen === undefined) return newestFirst(index, keyRow);
  return older(index, keyRow, seen.isLatest ? undefined : seen.row.order);
}

function* newestFirst(index: ObjectIndex, keyRow: KeyRow): Iterable<VersionRow> {
  yield keyRow.latest;
  yield* older(index, keyRow);
}

/** The older versions, or those behind the one with `behindOrder`. */
function* older(index: ObjectIndex, { id }: KeyRow, behindOrder?: number): Iterable<VersionRow> {
  for (const { value } of index.versions.getRange(versionRange(id, behindOrder)))
    yield decodeVersionRow(value);
}
