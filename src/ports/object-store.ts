// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';

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

export type ObjectStoreErrorCode =
  | 'NoSuchKey'
  | 'NoSuchVersion'
  | 'PreconditionFailed'
  | 'ConditionalRequestConflict'
  | 'NoSpace'
  | 'InvalidRange';

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
 */
export interface ObjectStore {
  put(bucket: string, key: string, body: ByteSource, options?: PutOptions): Promise<ObjectInfo>;
  /** The current object (or the version). Rejects NoSuchKey / NoSuchVersion; a delete marker answers itself. */
  head(bucket: string, key: string, versionId?: string): Promise<ObjectInfo>;
  /** Bytes `start` to `end`, both inclusive; all of them by default. */
  get(
    bucket: string,
    key: string,
    options?: { versionId?: string; start?: number; end?: number; dataKey?: Uint8Array },
  ): Promise<{ info: ObjectInfo; body: Readable }>;
  list(bucket: string, options: ListOptions): Promise<{ objects: readonly ObjectInfo[]; truncated: boolean }>;
  /**
   * Without `versionId`: an unversioned delete removes the object (its `null` version, never one with an id);
   * `versioned` adds a delete marker (`enabled`), or replaces the `null` version by one (`suspended`). With it: removes
   * that version for good. Resolves to the delete marker made or removed, if any. Deleting what is not there is no error.
   */
  delete(
    bucket: string,
    key: string,
    options?: { versionId?: string; versioned?: 'enabled' | 'suspended' },
  ): Promise<ObjectInfo | undefined>;
  /** Replaces attributes of a version (tags, ACL, …) in place, atomically; bytes, ETag and time stay. */
  setAttributes(
    bucket: string,
    key: string,
    versionId: string | undefined,
    change: Partial<ObjectAttributes>,
  ): Promise<ObjectInfo>;
  /** Makes one object of several, in order, without the caller moving the bytes (multipart completion). The sources stay. */
  compose(
    bucket: string,
    key: string,
    sources: readonly { bucket: string; key: string }[],
    options?: PutOptions,
  ): Promise<ObjectInfo>;
  close(): Promise<void>;
}
