// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Clock } from '../../../ports/clock.js';
import {
  type AttributeChange,
  type ByteSource,
  BytesStream,
  type ChangeOptions,
  type DeleteOptions,
  type GetOptions,
  type ListOptions,
  type ObjectAttributes,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from '../../../ports/object-store.js';
import { GroupCommit } from '../../lmdb/group-commit.js';
import type { BlobFiles } from './blob-files.js';
import type { BlobKeys, Sealing } from './blob-keys.js';
import { resolveRange } from './byte-range.js';
import { composeBody } from './compose-body.js';
import { encodeObjectKey } from './index-key.js';
import { IndexTransaction, type NewVersion } from './index-transaction.js';
import { listObjects, type ObjectPage } from './list-objects.js';
import { noSpaceError, toObjectStoreError } from './no-space.js';
import { type FoundVersion, findVersion, type ObjectIndex, readKeyRow } from './object-index.js';
import { inlineBytesMax, lookedMax, queueLimits } from './object-limits.js';
import {
  type BlobRef,
  type BodyRef,
  type InlineRef,
  type KeyRow,
  toObjectInfo,
  type VersionRow,
} from './object-row.js';
import { type CipherOf, readSlices, slicesOf } from './read-body.js';
import { type ReceivedBody, receiveBody } from './receive-body.js';
import { nullVersionId } from './version-id.js';
import { type LockJudge, verifyLockChange } from './version-lock.js';

export interface FilesystemObjectStoreOptions {
  readonly clock: Clock;
  readonly keys: BlobKeys;
  /** Puts reject with NoSpace rather than leave less than this free on the disk. */
  readonly diskFreeBytesMin: number;
  readonly diskFreeBytes: () => number;
}

/** What is put under a key: the bytes' facts, and where they are. */
interface Content {
  readonly received: ReceivedBody;
  readonly body: BodyRef;
}

/**
 * Objects as files with an LMDB index; see README.md in this folder for the life of an object.
 *
 * Invariants:
 * - An object exists when the index says so; a file that the index does not know is rubbish.
 * - A blob is written once and never changed; versions share blobs and the index counts them.
 * - Bytes reach the disk encrypted only, and a reader only when they were authenticated.
 * - Whether a version may go is decided inside the transaction that removes it.
 */
export class FilesystemObjectStore implements ObjectStore {
  readonly #index: ObjectIndex;
  readonly #files: BlobFiles;
  readonly #options: FilesystemObjectStoreOptions;
  readonly #writer: GroupCommit<IndexTransaction>;
  /**
   * What was looked at last: calls look at an object each, then open it. Good until a commit of this process, which is the
   * only one that writes, is acknowledged.
   */
  readonly #looked = new Map<string, KeyRow>();
  /** Settles once the rubbish of an earlier process is gone. */
  readonly swept: Promise<number>;
  #closing: Promise<void> | undefined;

  constructor(index: ObjectIndex, files: BlobFiles, options: FilesystemObjectStoreOptions) {
    this.#index = index;
    this.#files = files;
    this.#options = options;
    this.#writer = new GroupCommit(index.env, {
      ...queueLimits,
      begin: () => new IndexTransaction(index, { onUnused: (ids) => files.removeUnused(ids) }),
      toFull: noSpaceError,
    });
    this.swept = files.sweep();
  }

  async put(bucket: string, key: string, source: ByteSource, options: PutOptions = {}): Promise<ObjectInfo> {
    encodeObjectKey(bucket, key);
    return this.#withNewBlobs(async (newBlobId) => {
      const blobId = newBlobId();
      const { cipher, sealing } = this.#options.keys.begin(blobId, options.dataKey);
      const target = { files: this.#files, blobId, cipher };
      const received = await receiveBody(source, target, (bytes) => this.#checkRoom(bytes));
      const attributes = finalAttributes(options, received);
      if (received.isFile) await this.#files.finish(blobId);
      const body = bodyOf(blobId, received, sealing);
      return this.#commit(bucket, key, { received, body }, options, attributes);
    });
  }

  async compose(
    bucket: string,
    key: string,
    sources: readonly { bucket: string; key: string }[],
    options: PutOptions = {},
  ): Promise<ObjectInfo> {
    encodeObjectKey(bucket, key);
    const rows = sources.map((source) => this.#current(source.bucket, source.key).row);
    const bytes = rows.reduce((sum, row) => sum + row.size, 0);
    const bodies = rows.map((row) => row.body);
    const { dataKey } = options;
    const readInline = (ref: InlineRef) => this.#readInline(ref, dataKey);
    if (bytes <= inlineBytesMax && bodies.every((body) => body === null || 'inline' in body)) {
      return this.put(
        bucket,
        key,
        Buffer.concat(bodies.flatMap((body) => (body === null ? [] : readInline(body)))),
        options,
      );
    }
    const taken = bodies.flatMap((body) =>
      body !== null && 'blobs' in body ? body.blobs.map(({ id }) => id) : [],
    );
    this.#files.pin(taken);
    try {
      return await this.#withNewBlobs(async (newBlobId) => {
        this.#checkRoom(0);
        const received = await composeBody(bodies, {
          files: this.#files,
          keys: this.#options.keys,
          cipherOf: this.#cipherOf(dataKey),
          dataKey,
          readInline,
          newBlobId,
        });
        const attributes = finalAttributes(options, received);
        return this.#commit(bucket, key, { received, body: { blobs: received.blobs } }, options, attributes);
      });
    } finally {
      this.#files.unpin(taken);
    }
  }

  async head(bucket: string, key: string, versionId?: string): Promise<ObjectInfo> {
    const { row, isLatest, keyRow } = this.#find(bucket, key, versionId);
    if (this.#looked.size >= lookedMax) this.#looked.delete(this.#looked.keys().next().value as string);
    this.#looked.set(lookedId(bucket, key), keyRow);
    return toObjectInfo(bucket, key, row, isLatest);
  }

  async get(
    bucket: string,
    key: string,
    options: GetOptions = {},
  ): Promise<{ info: ObjectInfo; body: Readable }> {
    const { row, isLatest } = this.#findLooked(bucket, key, options.versionId);
    const info = toObjectInfo(bucket, key, row, isLatest);
    if (row.deleteMarker) return { info, body: new BytesStream(Buffer.alloc(0)) };
    const { start, end } = resolveRange(row.size, options.start, options.end);
    if (row.body === null) return { info, body: new BytesStream(Buffer.alloc(0)) };
    if ('inline' in row.body)
      return {
        info,
        body: new BytesStream(this.#readInline(row.body, options.dataKey).subarray(start, end)),
      };
    const slices = slicesOf(row.body.blobs, start, end);
    return { info, body: await readSlices(this.#files, slices, this.#cipherOf(options.dataKey)) };
  }

  list(bucket: string, options: ListOptions): Promise<ObjectPage> {
    return listObjects(this.#index, bucket, options);
  }

  async delete(bucket: string, key: string, options: DeleteOptions = {}): Promise<ObjectInfo | undefined> {
    encodeObjectKey(bucket, key);
    if (options.versionId === undefined && options.versioned !== undefined) {
      const marker = this.#deleteMarker(options.versioned);
      const putMarker = (group: IndexTransaction) =>
        group.put(bucket, key, marker, {}, undefined, this.#options.clock.now());
      const row = await this.#write(0, putMarker, true);
      return toObjectInfo(bucket, key, row, true);
    }
    const versionId = options.versionId ?? nullVersionId;
    const remove = (group: IndexTransaction) =>
      group.removeVersion(bucket, key, versionId, this.#judge(options));
    const removed = await this.#write(0, remove, true);
    return removed?.row.deleteMarker ? toObjectInfo(bucket, key, removed.row, removed.isLatest) : undefined;
  }

  async setAttributes(
    bucket: string,
    key: string,
    versionId: string | undefined,
    change: AttributeChange,
    options: ChangeOptions = {},
  ): Promise<ObjectInfo> {
    encodeObjectKey(bucket, key);
    const merge = (row: VersionRow) => {
      verifyLockChange(row, change, this.#judge(options));
      return { ...row, attributes: changedAttributes(row.attributes, change) };
    };
    const changed = await this.#write(0, (group) => group.change(bucket, key, versionId, merge));
    if (changed === undefined) throw notFound(key, versionId);
    return toObjectInfo(bucket, key, changed.row, changed.isLatest);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    await this.#files.close();
    await this.swept;
    await this.#index.env.close();
  }

  /**
   * Runs `write` with a source of ids for new blobs. They stay pinned until it ends; when it fails, what was written
   * of them is removed.
   */
  async #withNewBlobs<T>(write: (newBlobId: () => string) => Promise<T>): Promise<T> {
    const ids: string[] = [];
    const newBlobId = () => {
      const id = randomBytes(16).toString('hex');
      ids.push(id);
      this.#files.pin([id]);
      return id;
    };
    try {
      return await write(newBlobId);
    } catch (error) {
      for (const id of ids) await this.#files.discard(id);
      throw toObjectStoreError(error);
    } finally {
      this.#files.unpin(ids);
    }
  }

  async #commit(
    bucket: string,
    key: string,
    { received, body }: Content,
    options: PutOptions,
    attributes: ObjectAttributes,
  ): Promise<ObjectInfo> {
    const version: NewVersion = {
      versioned: options.versioned === true,
      size: received.size,
      etag: options.etag ?? received.md5,
      lastModifiedMs: this.#options.clock.now(),
      sha256: received.sha256,
      attributes,
      body,
    };
    const inline = body !== null && 'inline' in body ? received.inline : undefined;
    const row = await this.#write(inline?.length ?? 0, (group) =>
      group.put(bucket, key, version, options, inline, this.#options.clock.now()),
    );
    return toObjectInfo(bucket, key, row, true);
  }

  #deleteMarker(versioned: 'enabled' | 'suspended'): NewVersion {
    return {
      versioned: versioned === 'enabled',
      deleteMarker: true,
      size: 0,
      etag: '',
      lastModifiedMs: this.#options.clock.now(),
      sha256: '',
      attributes: {},
      body: null,
    };
  }

  #findLooked(bucket: string, key: string, versionId: string | undefined): FoundVersion {
    const id = lookedId(bucket, key);
    const looked = this.#looked.get(id);
    this.#looked.delete(id);
    const found = looked && findVersion(this.#index, looked, versionId);
    return found ?? this.#find(bucket, key, versionId);
  }

  /** Every write of the index: what was looked at before it is not what is there. */
  async #write<T>(bytes: number, work: (group: IndexTransaction) => T, isUpkeep = false): Promise<T> {
    try {
      return await this.#writer.run(bytes, work, isUpkeep);
    } finally {
      this.#looked.clear();
    }
  }

  #find(bucket: string, key: string, versionId: string | undefined): FoundVersion {
    const keyRow = readKeyRow(this.#index, bucket, key);
    const found = keyRow && findVersion(this.#index, keyRow, versionId);
    if (found === undefined) throw notFound(key, versionId);
    return found;
  }

  #current(bucket: string, key: string): FoundVersion {
    const found = this.#find(bucket, key, undefined);
    if (found.row.deleteMarker) throw notFound(key, undefined);
    return found;
  }

  #readInline({ inline, sealed }: InlineRef, dataKey: Uint8Array | undefined): Buffer {
    const bytes = this.#index.inline.getBinary(Buffer.from(inline));
    if (bytes === undefined) throw new ObjectStoreError('NoSuchKey', 'the object was removed meanwhile');
    return sealed === undefined
      ? bytes
      : this.#options.keys.open(inline, sealed, dataKey).open(bytes, 0, true);
  }

  #cipherOf(dataKey: Uint8Array | undefined): CipherOf {
    return ({ id, sealed }) =>
      sealed === undefined ? undefined : this.#options.keys.open(id, sealed, dataKey);
  }

  /** Asked inside the transaction: between a look at the lock and the change nothing can come. */
  #judge({ bypassGovernance }: ChangeOptions): LockJudge {
    return { nowMs: this.#options.clock.now(), bypassGovernance: bypassGovernance === true };
  }

  #checkRoom(bytes: number): void {
    const { diskFreeBytes, diskFreeBytesMin } = this.#options;
    const free = diskFreeBytes();
    if (free - bytes < diskFreeBytesMin) {
      throw noSpaceError(
        `the disk of the object store has ${free} bytes free, ${diskFreeBytesMin} must stay free`,
      );
    }
  }
}

/** Calls the writer's last word and adds what it says. It throws to abort the put. */
function finalAttributes(options: PutOptions, { size, md5, sha256 }: ReceivedBody): ObjectAttributes {
  return { ...options.attributes, ...options.beforeCommit?.({ size, md5, sha256 }) };
}

/** `undefined` takes an attribute away. */
function changedAttributes(attributes: ObjectAttributes, change: AttributeChange): ObjectAttributes {
  const entries = Object.entries({ ...attributes, ...change }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as ObjectAttributes;
}

/** No name of a bucket has a NUL. */
function lookedId(bucket: string, key: string): string {
  return `${bucket}\0${key}`;
}

function bodyOf(id: string, { size, isFile }: ReceivedBody, sealed: Sealing): BodyRef {
  if (size === 0) return null;
  if (!isFile) return { inline: id, sealed };
  const blob: BlobRef = { id, bytes: size, sealed };
  return { blobs: [blob] };
}

function notFound(key: string, versionId: string | undefined): ObjectStoreError {
  if (versionId === undefined) return new ObjectStoreError('NoSuchKey', `the key ${key} has no object`);
  return new ObjectStoreError('NoSuchVersion', `the key ${key} has no version ${versionId}`);
}
