// SPDX-License-Identifier: Apache-2.0
import { ObjectStoreError, type PutConditions } from '../../../ports/object-store.js';
import { type GroupTransaction, JobRefused } from '../../lmdb/group-commit.js';
import { encodeObjectKey, encodeVersionKey, versionRange } from './index-key.js';
import { type FoundVersion, findVersion, type ObjectIndex, readKeyRow } from './object-index.js';
import { type BodyRef, decodeVersionRow, encodeRow, type KeyRow, type VersionRow } from './object-row.js';
import { newVersionId, nullVersionId } from './version-id.js';
import { type LockJudge, verifyRemovable } from './version-lock.js';

/** A version before the index gave it its place and, with it, its id. */
export interface NewVersion extends Omit<VersionRow, 'order' | 'versionId'> {
  /** False: it takes the place of the `null` version. */
  readonly versioned: boolean;
}

const counterKey = Buffer.from('counter');

export interface IndexTransactionHooks {
  /** Files that no version uses any more, once that is durable. */
  readonly onUnused: (blobIds: readonly string[]) => void;
}

/**
 * One group of changes to the index inside one LMDB transaction. Every method checks everything before it writes, so
 * that a refusal (JobRefused) leaves nothing behind.
 */
export class IndexTransaction implements GroupTransaction {
  readonly #index: ObjectIndex;
  readonly #hooks: IndexTransactionHooks;
  readonly #unused: string[] = [];
  #counter: number | undefined;

  constructor(index: ObjectIndex, hooks: IndexTransactionHooks) {
    this.#index = index;
    this.#hooks = hooks;
  }

  /**
   * Makes a version the newest of its key. `inline`: the bytes of a small object. `nowMs`: by which a lock of the
   * `null` version that it would replace is judged; nothing lifts that lock.
   */
  put(
    bucket: string,
    key: string,
    { versioned, ...version }: NewVersion,
    conditions: PutConditions,
    inline: Buffer | undefined,
    nowMs: number,
  ): VersionRow {
    const before = readKeyRow(this.#index, bucket, key);
    verifyConditions(key, before, conditions);
    if (!versioned) this.#verifyNullRemovable(before, nowMs);
    const order = this.#next();
    const row: VersionRow = { versionId: versioned ? newVersionId(order) : nullVersionId, order, ...version };
    this.#hold(row.body, inline);
    const rest = versioned ? before : this.#withoutNull(before);
    this.#putKeyRow(
      bucket,
      key,
      rest === undefined ? { id: this.#next(), latest: row } : this.#pushOlder(rest, row),
    );
    return row;
  }

  /** Removes a version for good, unless it is locked. undefined when there is none such. */
  removeVersion(bucket: string, key: string, versionId: string, judge: LockJudge): FoundVersion | undefined {
    const keyRow = readKeyRow(this.#index, bucket, key);
    const found = keyRow && findVersion(this.#index, keyRow, versionId);
    if (found === undefined) return undefined;
    verifyRemovable(found.row, judge);
    const rest = this.#without(found.keyRow, found.row);
    if (rest === undefined) this.#index.keys.removeSync(encodeObjectKey(bucket, key));
    else this.#putKeyRow(bucket, key, rest);
    return found;
  }

  /**
   * Replaces a version's row in place; `change` may refuse by throwing JobRefused. undefined when there is none such,
   * or it is a delete marker.
   */
  change(
    bucket: string,
    key: string,
    versionId: string | undefined,
    change: (row: VersionRow) => VersionRow,
  ) {
    const keyRow = readKeyRow(this.#index, bucket, key);
    const found = keyRow && findVersion(this.#index, keyRow, versionId);
    if (found === undefined || found.row.deleteMarker) return undefined;
    const row = change(found.row);
    if (found.isLatest) this.#putKeyRow(bucket, key, { ...found.keyRow, latest: row });
    else this.#index.versions.putSync(encodeVersionKey(found.keyRow.id, row.order), encodeRow(row));
    return { row, isLatest: found.isLatest };
  }

  seal(): void {
    if (this.#counter !== undefined) this.#index.meta.putSync(counterKey, Buffer.from(String(this.#counter)));
  }

  committed(): void {}

  announce(): void {
    if (this.#unused.length > 0) this.#hooks.onUnused(this.#unused);
  }

  #putKeyRow(bucket: string, key: string, keyRow: KeyRow): void {
    this.#index.keys.putSync(encodeObjectKey(bucket, key), encodeRow(keyRow));
  }

  #next(): number {
    this.#counter ??= Number(this.#index.meta.getBinary(counterKey)?.toString() ?? '0');
    return ++this.#counter;
  }

  /** The newest version goes to the older ones, `row` takes its place. */
  #pushOlder(keyRow: KeyRow, row: VersionRow): KeyRow {
    const { latest } = keyRow;
    this.#index.versions.putSync(encodeVersionKey(keyRow.id, latest.order), encodeRow(latest));
    const nullOrder = latest.versionId === nullVersionId ? latest.order : keyRow.nullOrder;
    return withNullOrder({ id: keyRow.id, latest: row }, nullOrder);
  }

  #verifyNullRemovable(keyRow: KeyRow | undefined, nowMs: number): void {
    const found = keyRow && findVersion(this.#index, keyRow, nullVersionId);
    if (found !== undefined) verifyRemovable(found.row, { nowMs, bypassGovernance: false });
  }

  #withoutNull(keyRow: KeyRow | undefined): KeyRow | undefined {
    const found = keyRow && findVersion(this.#index, keyRow, nullVersionId);
    return found === undefined ? keyRow : this.#without(found.keyRow, found.row);
  }

  /** The key's row once one of its versions is gone; undefined when it was the last one. */
  #without(keyRow: KeyRow, row: VersionRow): KeyRow | undefined {
    this.#release(row.body);
    if (row.order === keyRow.latest.order) return this.#promoteOlder(keyRow);
    this.#index.versions.removeSync(encodeVersionKey(keyRow.id, row.order));
    return withNullOrder(keyRow, row.versionId === nullVersionId ? undefined : keyRow.nullOrder);
  }

  #promoteOlder(keyRow: KeyRow): KeyRow | undefined {
    for (const versionKey of Array.from(
      this.#index.versions.getKeys({ ...versionRange(keyRow.id), limit: 1 }),
    )) {
      const value = this.#index.versions.getBinary(versionKey);
      if (value === undefined) break;
      const latest = decodeVersionRow(value);
      this.#index.versions.removeSync(versionKey);
      return withNullOrder(
        { id: keyRow.id, latest },
        latest.versionId === nullVersionId ? undefined : keyRow.nullOrder,
      );
    }
    return undefined;
  }

  #hold(body: BodyRef, inline: Buffer | undefined): void {
    if (body === null) return;
    if ('inline' in body) this.#index.inline.putSync(Buffer.from(body.inline), inline as Buffer);
    else for (const { id } of body.blobs) this.#count(id, 1);
  }

  #release(body: BodyRef): void {
    if (body === null) return;
    if ('inline' in body) this.#index.inline.removeSync(Buffer.from(body.inline));
    else for (const { id } of body.blobs) if (this.#count(id, -1) === 0) this.#unused.push(id);
  }

  #count(blobId: string, by: 1 | -1): number {
    const refKey = Buffer.from(blobId);
    const refs = (this.#index.refs.getBinary(refKey)?.readUInt32BE(0) ?? 0) + by;
    if (refs <= 0) {
      this.#index.refs.removeSync(refKey);
      return 0;
    }
    const value = Buffer.alloc(4);
    value.writeUInt32BE(refs, 0);
    this.#index.refs.putSync(refKey, value);
    return refs;
  }
}

function withNullOrder({ id, latest }: KeyRow, nullOrder: number | undefined): KeyRow {
  return nullOrder === undefined ? { id, latest } : { id, latest, nullOrder };
}

/** Source: S3 User Guide, "How to prevent object overwrites with conditional writes": If-Match on a missing key is 404. */
function verifyConditions(
  key: string,
  keyRow: KeyRow | undefined,
  { ifNoneMatch, ifMatch }: PutConditions,
): void {
  const current = keyRow === undefined || keyRow.latest.deleteMarker ? undefined : keyRow.latest;
  if (ifNoneMatch === '*' && current !== undefined) {
    throw new JobRefused(new ObjectStoreError('PreconditionFailed', `the key ${key} has an object already`));
  }
  if (ifMatch === undefined) return;
  if (current === undefined)
    throw new JobRefused(new ObjectStoreError('NoSuchKey', `the key ${key} has no object`));
  if (current.etag !== ifMatch) {
    throw new JobRefused(
      new ObjectStoreError('PreconditionFailed', `the object under ${key} has another ETag`),
    );
  }
}
