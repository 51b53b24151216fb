// SPDX-License-Identifier: Apache-2.0

/**
 * A digest file's content, its members in AWS's order. Times are UTC to the second (`2026-11-21T10:01:31Z`), hashes and
 * signatures lower-case hex. Hashes are over uncompressed content.
 * Source: CloudTrail User Guide, "CloudTrail digest file structure".
 */
export interface DigestDocument extends DigestHead {
  readonly logFiles: readonly DigestedFile[];
}

/** Everything but the list of files, which may be far longer than all the rest. */
export interface DigestHead {
  readonly awsAccountId: string;
  readonly digestStartTime: string;
  readonly digestEndTime: string;
  readonly digestS3Bucket: string;
  readonly digestS3Object: string;
  readonly digestPublicKeyFingerprint: string;
  readonly digestSignatureAlgorithm: string;
  /** Null in a digest without log files. */
  readonly newestEventTime: string | null;
  readonly oldestEventTime: string | null;
  /** Null in a starting digest, as the four after it. */
  readonly previousDigestS3Bucket: string | null;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestHashAlgorithm: string | null;
  readonly previousDigestSignature: string | null;
}

/** One log file as its digest lists it. */
export interface DigestedFile {
  readonly s3Bucket: string;
  readonly s3Object: string;
  readonly hashValue: string;
  readonly hashAlgorithm: string;
  readonly newestEventTime: string;
  readonly oldestEventTime: string;
}

export const digestSignatureAlgorithm = 'SHA256withRSA';
export const digestHashAlgorithm = 'SHA-256';

/**
 * User metadata of a digest object (`x-amz-meta-…` without the prefix). The last one is on backfill digests only, and a
 * backfill digest without it is invalid to the AWS CLI (`customizations/cloudtrail/validation.py`, `fetch_digest`).
 */
export const signatureMetadata = 'signature';
export const signatureAlgorithmMetadata = 'signature-algorithm';
export const backfillTimeMetadata = 'backfill-generation-timestamp';

/** Files handed out at a time. */
const filesPerPiece = 200;

/** The document's text in pieces: a digest may list hundreds of thousands of files. */
export async function* digestPieces(
  head: DigestHead,
  files: AsyncIterable<DigestedFile> | Iterable<DigestedFile>,
): AsyncGenerator<string> {
  let piece = `${JSON.stringify(orderedHead(head)).slice(0, -1)},"logFiles":[`;
  let count = 0;
  for await (const file of files) {
    piece += `${count === 0 ? '' : ','}${JSON.stringify(orderedFile(file))}`;
    if (++count % filesPerPiece === 0) {
      yield piece;
      piece = '';
    }
  }
  yield `${piece}]}`;
}

/** `2026-11-21T10:01:31Z` */
export function toDigestTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}

/**
 * A digest's document from its text. Undefined for what no validator could use: no JSON, or a member that is missing or
 * of another type. What it says is not verified.
 */
export function parseDigest(text: string): DigestDocument | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isDigest(value) ? value : undefined;
}

const textMembers = [
  'awsAccountId',
  'digestStartTime',
  'digestEndTime',
  'digestS3Bucket',
  'digestS3Object',
  'digestPublicKeyFingerprint',
  'digestSignatureAlgorithm',
] as const;
const textOrNullMembers = [
  'newestEventTime',
  'oldestEventTime',
  'previousDigestS3Bucket',
  'previousDigestS3Object',
  'previousDigestHashValue',
  'previousDigestHashAlgorithm',
  'previousDigestSignature',
] as const;
const fileMembers = [
  's3Bucket',
  's3Object',
  'hashValue',
  'hashAlgorithm',
  'newestEventTime',
  'oldestEventTime',
] as const;

function isDigest(value: unknown): value is DigestDocument {
  if (!isObject(value)) return false;
  return (
    textMembers.every((name) => typeof value[name] === 'string') &&
    textOrNullMembers.every((name) => value[name] === null || typeof value[name] === 'string') &&
    Array.isArray(value.logFiles) &&
    value.logFiles.every(
      (file: unknown) => isObject(file) && fileMembers.every((name) => typeof file[name] === 'string'),
    )
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function orderedHead(head: DigestHead): Record<string, string | null> {
  return Object.fromEntries([...textMembers, ...textOrNullMembers].map((name) => [name, head[name]]));
}

function orderedFile(file: DigestedFile): Record<string, string> {
  return Object.fromEntries(fileMembers.map((name) => [name, file[name]]));
}
