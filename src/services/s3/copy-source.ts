// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import type { BucketDocument } from '../../buckets/bucket.js';
import { verifyObjectKey } from '../../buckets/object-key.js';
import type { DataKeys } from '../../keys/data-keys.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import type { ByteRange } from './byte-range.js';
import { readAction } from './get-object.js';
import { dataKeyOf } from './object-encryption.js';
import { findBucket, headOrUndefined, verifyMayAct, verifyMayActOnObject } from './open-bucket.js';
import { verifyCopyConditions } from './read-conditions.js';
import { invalidArgument, noSuchKey, noSuchVersion, s3Error } from './s3-error.js';
import { uploadBytesMax } from './upload-body.js';

export interface CopySourceInput {
  readonly CopySource?: string | undefined;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

export interface CopySource {
  readonly bucket: BucketDocument;
  readonly info: ObjectInfo;
  /** Set when the request names the version itself. */
  readonly versionId: string | undefined;
}

/** The object that is copied, whose caller may read it and whose conditions hold. */
export async function openCopySource(
  store: ObjectStore,
  call: Call,
  input: CopySourceInput,
): Promise<CopySource> {
  const { name, key, versionId } = parseCopySource(input.CopySource);
  if (input.CopySourceSSECustomerAlgorithm !== undefined) throw s3Error('NotImplemented');
  const bucket = findBucket(call, { Bucket: name, ExpectedBucketOwner: input.ExpectedSourceBucketOwner });
  verifyObjectKey(key);
  await verifyMayActOnObject(store, call, bucket, readAction(versionId), key, versionId);
  const info = await headOrUndefined(store, bucket.name, key, versionId);
  if (info === undefined) {
    // Who may not list must not learn which keys exist, by copying no more than by reading.
    verifyMayAct(call, bucket, { action: 's3:ListBucket' });
    throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
  }
  if (info.isDeleteMarker) {
    if (versionId === undefined) throw noSuchKey(key);
    throw s3Error(
      'InvalidRequest',
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  }
  verifyCopyConditions(
    {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    info,
  );
  return { bucket, info, versionId };
}

/** The source's bytes, or a range of them; of an object under a KMS key the caller must be allowed to decrypt. */
export async function openSourceBody(
  store: ObjectStore,
  dataKeys: DataKeys,
  call: Call,
  { bucket, info }: CopySource,
  range?: ByteRange,
): Promise<Readable> {
  const key = await dataKeyOf(dataKeys, call, bucket, info);
  const { versionId } = info;
  return (await store.get(bucket.name, info.key, { versionId, ...key, ...range })).body;
}

export function verifyCopySize(size: number): void {
  if (size <= uploadBytesMax) return;
  throw s3Error(
    'InvalidRequest',
    `The specified copy source is larger than the maximum allowable size for a copy source: ${uploadBytesMax}`,
  );
}

/** `bucket/key?versionId=…`, percent-encoded, a slash in front allowed. Source: S3 API Reference, CopyObject, x-amz-copy-source. */
function parseCopySource(header: string | undefined): {
  name: string;
  key: string;
  versionId: string | undefined;
} {
  const text = (header ?? '').replace(/^\//, '');
  if (text.startsWith('arn:')) throw s3Error('NotImplemented', 'Access points are not implemented');
  const [path = '', versionId] = splitVersion(text);
  const decoded = decodedPath(path, header);
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) throw invalidSource(header);
  return { name: decoded.slice(0, slash), key: decoded.slice(slash + 1), versionId };
}

/** Only the last `?versionId=` counts: clients that do not encode may have a `?` in the key. */
function splitVersion(text: string): [string, string | undefined] {
  const at = text.lastIndexOf('?versionId=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + '?versionId='.length)];
}

function decodedPath(path: string, header: string | undefined): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidSource(header);
  }
}

function invalidSource(header: string | undefined): Error {
  return invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    header ?? '',
  );
}
