// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';

/** Plain facts about one stored version of an object. */
export interface ObjectInfo {
  readonly bucket: string;
  readonly key: string;
  /** `null` (the S3 word) for the version of an unversioned bucket. */
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly size: number;
  /** Without quotes: MD5 in hex, or `md5-of-md5s-N` for multipart objects. */
  readonly etag: string;
  /** ms since the epoch. */
  readonly lastModifiedMs: number;
  /** SHA-256 of the bytes in hex, known for every object. */
  readonly sha256: string;
  /** What the writer said of the object: content headers, `x-amz-meta-*`, tags, owner, checksums, encryption. */
  readonly attributes: ObjectAttributes;
}

export interface ObjectAttributes {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly contentLanguage?: string;
  readonly cacheControl?: string;
  readonly expires?: string;
  readonly storageClass?: string;
  readonly websiteRedirectLocation?: string;
  /** User metadata, names in lower case without `x-amz-meta-`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Checksums that were asked for, by S3's name (`ChecksumCRC32`, …), base64. */
  readonly checksums?: Readonly<Record<string, string>>;
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE';
  /** Sizes of the parts of a multipart object, in order. */
  readonly partSizes?: readonly number[];
  /** `AES256`, `aws:kms`, … and the key. */
  readonly serverSideEncryption?: string;
  readonly kmsKeyId?: string;
  /** SSE-KMS: the object's data key, encrypted by KMS, base64. */
  readonly encryptedDataKey?: string;
  /** SSE-KMS: the encryption context under which the data key was made, beyond KMS's own checks. */
  readonly encryptionContext?: Readonly<Record<string, string>>;
  readonly bucketKeyEnabled?: boolean;
  /** Object Lock. Source: S3 User Guide, "Locking objects with Object Lock". */
  readonly retention?: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly untilMs: number };
  readonly legalHold?: 'ON' | 'OFF';
  /** Of an upload in progress: how the finished object is to be locked. It locks nothing itself. */
  readonly uploadLock?: Pick<ObjectAttributes, 'retention' | 'legalHold'>;
  /** The account that owns the object. */
  readonly ownerAccountId?: string;
  readonly acl?: unknown;
}

export interface PutConditions {
  /** `*`: only when the key has no current object. */
  readonly ifNoneMatch?: '*';
  /** Only when the current object has this ETag; NoSuchKey when there is none. */
  readonly ifMatch?: string;
}

export interface PutOptions extends PutConditions {
  readonly attributes?: ObjectAttributes;
  /** Keep older versions (an enabled bucket) or write over the `null` version (never versioned, or suspended). */
  readonly versioned?: boolean;
  /** Given when it is known beforehand (multipart objects); else the MD5 of the bytes. */
  readonly etag?: string;
  /**
   * 32 bytes that the bytes of the object are encrypted under, where its owner has a key for it (SSE-KMS). The store does not
   * keep it: who reads must bring it again. Without it the store encrypts under a key of its own.
   */
  readonly dataKey?: Uint8Array;
  /**
   * Called once all bytes are there and before anything becomes visible; what it throws aborts the put.
   * What it returns is added to the attributes (checksums that are known only at the end of the stream).
   */
  readonly beforeCommit?: (facts: {
    size: number;
    md5: string;
    sha256: string;
  }) => Partial<ObjectAttributes> | undefined;
}

export interface ListOptions {
  readonly prefix?: string;
  /** Only keys behind this one, by bytes. */
  readonly after?: string;
  /**
   * With `versions`: only versions of `after` behind this one, then the keys behind it. When that version is gone, all
   * that `after` has left: who deletes each page before asking for the next misses none.
   */
  readonly afterVersionId?: string;
  readonly limit: number;
  /** All versions and delete markers, newest first a key; otherwise current objects only. */
  readonly versions?: boolean;
}

export interface GetOptions {
  readonly versionId?: string;
  readonly start?: number;
  readonly end?: number;
  /** The key that the object was put under (PutOptions.dataKey); others ignore it. */
  readonly dataKey?: Uint8Array;
}

export interface ChangeOptions {
  /** Retention in GOVERNANCE mode does not hold for this caller. */
  readonly bypassGovernance?: boolean;
}

export interface DeleteOptions extends ChangeOptions {
  readonly versionId?: string;
  readonly versioned?: 'enabled' | 'suspended';
}

/** Attributes to replace; `undefined` takes one away. */
export type AttributeChange = {
  readonly [Name in keyof ObjectAttributes]?: ObjectAttributes[Name] | undefined;
};

export type ObjectStoreErrorCode =
  | 'NoSuchKey'
  | 'NoSuchVersion'
  | 'PreconditionFailed'
  | 'ConditionalRequestConflict'
  | 'NoSpace'
  | 'InvalidRange'
  /** The version is retained or under a legal hold. */
  | 'Locked'
  /** The object is encrypted under a `dataKey` that was not given, or under another one. */
  | 'DataKeyMismatch'
  /** What is stored is not what was put: altered, cut off, or under another store's key. */
  | 'Damaged';

export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
  constructor(
    readonly code: ObjectStoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

/** A stream of bytes that are in memory already: who knows it takes `bytes`, and nothing has to flow or to be closed. */
export class BytesStream extends Readable {
  constructor(readonly bytes: Uint8Array) {
    super();
  }

  override _read(): void {
    if (this.bytes.length > 0) this.push(this.bytes);
    this.push(null);
  }
}

/**
 * Buckets full of objects. Which buckets exist and how they are set up is state (src/buckets/); this port holds
 * bytes under (bucket, key).
 *
 * Obligations of every adapter:
 * - `put` MUST make the object visible all at once or not at all, only after its bytes are durable, and MUST
 *   leave nothing behind (but space that is reclaimed later) when the source throws.
 * - The conditions of a put MUST be checked at the moment when it becomes visible: of two racing
 *   `ifNoneMatch: '*'` puts exactly one succeeds, the other rejects with PreconditionFailed.
 * - A reader of `get` MUST get the bytes of the version it was promised, even when it is overwritten or deleted meanwhile.
 * - Keys are any UTF-8 up to 1,024 bytes; they MUST NOT reach a file name.
 * - `list` MUST be in byte order of the UTF-8 keys.
 * - Bytes MUST be encrypted wherever they are stored, from the first one on, and MUST NOT reach a reader unless they are
 *   those that were put: else `get` rejects, or its stream fails, with Damaged. An object that was put under a `dataKey`
 *   MUST NOT be readable without it (DataKeyMismatch).
 * - A version whose `legalHold` is ON, or whose `retention` ends in the future by the store's clock, MUST NOT be removed,
 *   nor replaced by another `null` version: Locked. `bypassGovernance` lifts a retention in GOVERNANCE mode, nothing
 *   lifts one in COMPLIANCE mode. A running retention MUST NOT get another mode or an earlier end, nor be taken away
 *   (Locked), but by `bypassGovernance` in GOVERNANCE mode. All of that MUST be decided at the moment of the change: of a
 *   lock and a delete that race, either the delete was first or it is refused.
 */
export interface ObjectStore {
  put(bucket: string, key: string, body: ByteSource, options?: PutOptions): Promise<ObjectInfo>;
  /** The current object (or the version). Rejects NoSuchKey / NoSuchVersion; a delete marker answers itself. */
  head(bucket: string, key: string, versionId?: string): Promise<ObjectInfo>;
  /** Bytes `start` to `end`, both inclusive; all of them by default. Of a small object the body may be a BytesStream. */
  get(bucket: string, key: string, options?: GetOptions): Promise<{ info: ObjectInfo; body: Readable }>;
  list(bucket: string, options: ListOptions): Promise<{ objects: readonly ObjectInfo[]; truncated: boolean }>;
  /**
   * Without `versionId`: an unversioned delete removes the object (its `null` version, never one with an id);
   * `versioned` adds a delete marker (`enabled`), or replaces the `null` version by one (`suspended`). With it: removes
   * that version for good. Resolves to the delete marker made or removed, if any. Deleting what is not there is no error.
   */
  delete(bucket: string, key: string, options?: DeleteOptions): Promise<ObjectInfo | undefined>;
  /** Replaces attributes of a version (tags, ACL, …) in place, atomically; bytes, ETag and time stay. */
  setAttributes(
    bucket: string,
    key: string,
    versionId: string | undefined,
    change: AttributeChange,
    options?: ChangeOptions,
  ): Promise<ObjectInfo>;
  /**
   * Makes one object of several, in order, without the caller moving the bytes (multipart completion). The sources stay.
   * `dataKey` encrypts the whole, and reads those sources that were put under it.
   */
  compose(
    bucket: string,
    key: string,
    sources: readonly { bucket: string; key: string }[],
    options?: PutOptions,
  ): Promise<ObjectInfo>;
  close(): Promise<void>;
}
