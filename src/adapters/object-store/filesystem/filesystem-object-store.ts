// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Clock } from '../../../ports/clock.js';
import {
  type ByteSource,
  type ListOptions,
  type ObjectAttributes,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from '../../../ports/object-store.js';
import { GroupCommit } from '../../lmdb/group-commit.js';
import type { BlobFiles } from './blob-files.js';
import { resolveRange } from './byte-range.js';
import { composeBody } from './compose-body.js';
import { encodeObjectKey } from './index-key.js';
import { IndexTransaction, type NewVersion } from './index-transaction.js';
import { listObjects, type ObjectPage } from './list-objects.js';
import { noSpaceError, toObjectStoreError } from './no-space.js';
import { type FoundVersion, findVersion, type ObjectIndex, readKeyRow } from './object-index.js';
import { inlineBytesMax, queueLimits } from './object-limits.js';
import { type BlobRef, type BodyRef, toObjectInfo, type VersionRow } from './object-row.js';
import { readSlices, slicesOf } from './read-body.js';
import { type ReceivedBody, receiveBody } from './receive-body.js';
import { nullVersionId } from './version-id.js';

export interface FilesystemObjectStoreOptions {
  readonly clock: Clock;
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
 */
export class FilesystemObjectStore implements ObjectStore {
  readonly #index: ObjectIndex;
  readonly #files: BlobFiles;
  readonly #options: FilesystemObjectStoreOptions;
  readonly #writer: GroupCommit<IndexTransaction>;
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
      const id = newBlobId();
      const received = await receiveBody(source, this.#files, id, (bytes) => this.#checkRoom(bytes));
      const attributes = finalAttributes(options, received);
      if (received.isFile) await this.#files.finish(id);
      return this.#commit(bucket, key, { received, body: bodyOf(id, received) }, options, attributes);
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
    const readInline = (id: string) => this.#readInline(id);
    if (bytes <= inlineBytesMax && bodies.every((body) => body === null || 'inline' in body)) {
      return this.put(
        bucket,
        key,
        Buffer.concat(bodies.flatMap((body) => (body === null ? [] : readInline(body.inline)))),
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
        const received = await composeBody(bodies, this.#files, readInline, newBlobId);
        const attributes = finalAttributes(options, received);
        return this.#commit(bucket, key, { received, body: { blobs: received.blobs } }, options, attributes);
      });
    } finally {
      this.#files.unpin(taken);
    }
  }

  async head(bucket: string, key: string, versionId?: string): Promise<ObjectInfo> {
    const { row, isLatest } = this.#find(bucket, key, versionId);
    return toObjectInfo(bucket, key, row, isLatest);
  }

  async get(
    bucket: string,
    key: string,
    options: { versionId?: string; start?: number; end?: number } = {},
  ): Promise<{ info: ObjectInfo; body: Readable }> {
    const { row, isLatest } = this.#find(bucket, key, options.versionId);
    const info = toObjectInfo(bucket, key, row, isLatest);
    if (row.deleteMarker) return { info, body: bytesStream(Buffer.alloc(0)) };
    const { start, end } = resolveRange(row.size, options.start, options.end);
    if (row.body === null) return { info, body: bytesStream(Buffer.alloc(0)) };
    if ('inline' in row.body)
      return { info, body: bytesStream(this.#readInline(row.body.inline).subarray(start, end)) };
    return { info, body: await readSlices(this.#files, slicesOf(row.body.blobs, start, end)) };
  }

  list(bucket: string, options: ListOptions): Promise<ObjectPage> {
    return listObjects(this.#index, bucket, options);
  }

  async delete(
    bucket: string,
    key: string,
    options: { versionId?: string; versioned?: 'enabled' | 'suspended' } = {},
  ): Promise<ObjectInfo | undefined> {
    encodeObjectKey(bucket, key);
    if (options.versionId === undefined && options.versioned !== undefined) {
      const marker = this.#deleteMarker(options.versioned);
      const row = await this.#writer.run(0, (group) => group.put(bucket, key, marker, {}, undefined), true);
      return toObjectInfo(bucket, key, row, true);
    }
    const versionId = options.versionId ?? nullVersionId;
    const removed = await this.#writer.run(0, (group) => group.removeVersion(bucket, key, versionId), true);
    return removed?.row.deleteMarker ? toObjectInfo(bucket, key, removed.row, removed.isLatest) : undefined;
  }

  async setAttributes(
    bucket: string,
    key: string,
    versionId: string | undefined,
    change: Partial<ObjectAttributes>,
  ): Promise<ObjectInfo> {
    encodeObjectKey(bucket, key);
    const merge = (row: VersionRow) => ({ ...row, attributes: { ...row.attributes, ...change } });
    const changed = await this.#writer.run(0, (group) => group.change(bucket, key, versionId, merge));
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
    const row = await this.#writer.run(inline?.length ?? 0, (group) =>
      group.put(bucket, key, version, options, inline),
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

  #readInline(id: string): Buffer {
    const bytes = this.#index.inline.getBinary(Buffer.from(id));
    if (bytes === undefined) throw new ObjectStoreError('NoSuchKey', 'the object was removed meanwhile');
    return bytes;
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

function bodyOf(id: string, { size, isFile }: ReceivedBody): BodyRef {
  if (size === 0) return null;
  if (!isFile) return { inline: id };
  const blob: BlobRef = { id, bytes: size };
  return { blobs: [blob] };
}

function bytesStream(bytes: Buffer): Readable {
  return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
}

function notFound(key: string, versionId: string | undefined): ObjectStoreError {
  if (versionId === undefined) return new ObjectStoreError('NoSuchKey', `the key ${key} has no object`);
  return new ObjectStoreError('NoSuchVersion', `the key ${key} has no version ${versionId}`);
}
