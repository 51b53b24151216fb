// SPDX-License-Identifier: Apache-2.0

/** One finished log file (or digest) on its way to a bucket. */
export interface LogFileUpload {
  readonly trailArn: string;
  /** The account whose events these are. */
  readonly accountId: string;
  /** Of an organization trail: the organization in whose folder the file is. */
  readonly organizationId?: string;
  readonly bucket: string;
  /** The part of the key that the trail's owner chose; empty for none. */
  readonly prefix: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** SHA-256 of the bytes, hex. */
  readonly sha256: string;
  /** User metadata (`x-amz-meta-…` without the prefix): the signature of a digest. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the object says that it is; absent: `application/json`, gzipped. */
  readonly content?: { readonly type: string; readonly encoding?: string };
  /** The KMS key (ARN) to encrypt under; absent: SSE-S3. */
  readonly kmsKeyArn?: string;
  /** The bytes from their start; each call opens them anew. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export type UploadOutcome =
  | { readonly kind: 'stored' }
  /** The key is taken; `sha256` (hex) of the bytes that lie there, empty when their number alone shows that they are others. */
  | { readonly kind: 'exists'; readonly sha256: string }
  /** The destination said no: S3's code (`NoSuchBucket`, `AccessDenied`, …). Nothing was stored. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/**
 * Where log files go.
 *
 * Obligations of every destination:
 * - `put` MUST store under a key only when nothing lies there (a conditional put), MUST make the object visible whole
 *   or not at all, and MUST answer 'stored' only once it is durable.
 * - It MUST NOT answer 'refused' when the object may have been stored; when it does not know, it rejects.
 * - It MUST be safe to call again after a rejection, also while the first call still runs.
 * - Objects are what `content` says, encrypted, and belong to the owner of the bucket.
 */
export interface LogDestination {
  put(upload: LogFileUpload, signal: AbortSignal): Promise<UploadOutcome>;
}

/** Log files and digests. */
const jsonGzip = { type: 'application/json', encoding: 'gzip' } as const;

export function contentOf({ content }: LogFileUpload): NonNullable<LogFileUpload['content']> {
  return content ?? jsonGzip;
}
