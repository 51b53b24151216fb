// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import type { QueryCaller } from './query-job.js';

/** On whose behalf objects are read and written, by which service, in which Region. */
export interface ObjectsCaller extends QueryCaller {
  readonly region: string;
  /** `athena.amazonaws.com`: what records and policies are told of who made the call for the caller. */
  readonly service: string;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  /** Absent where the store does not say. */
  readonly modifiedAtMs?: number;
}

export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  /** `after` of the next page; absent on the last one. */
  readonly next?: string;
}

export interface ReadObject {
  /** Must be read to its end or destroyed. */
  readonly body: Readable | Uint8Array;
  readonly etag: string;
  readonly contentEncoding?: string;
  /** Under a KMS key of somebody's: its bytes may not be kept in plain. */
  readonly isKmsEncrypted: boolean;
}

export interface WrittenObject {
  readonly body: Readable | Uint8Array;
  /** Bytes of the body. */
  readonly size: number;
  readonly contentType: string;
  readonly encryption?: { readonly kind: 'SSE_S3' } | { readonly kind: 'SSE_KMS'; readonly keyId?: string };
  readonly acl?: 'bucket-owner-full-control';
  readonly expectedBucketOwner?: string;
}

/** S3 said no. Code and message are S3's own: `NoSuchBucket`, `AccessDenied`, … */
export class ObjectRefusedError extends Error {
  override readonly name = 'ObjectRefusedError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Objects as somebody who asked for something earlier may read and write them: every call is S3's own, decided by all
 * policies and keys that have a say now, and recorded where a trail selects it. Rejects with ObjectRefusedError.
 */
export interface CallerObjects {
  list(caller: ObjectsCaller, bucket: string, prefix: string, after?: string): Promise<ObjectPage>;
  /** @param etag refused (`PreconditionFailed`) when the object is another by now */
  get(caller: ObjectsCaller, bucket: string, key: string, etag?: string): Promise<ReadObject>;
  put(caller: ObjectsCaller, bucket: string, key: string, object: WrittenObject): Promise<void>;
}
