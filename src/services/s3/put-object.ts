// SPDX-License-Identifier: Apache-2.0
import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import type { ObjectInfo, ObjectStore, PutConditions, PutOptions } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { expirationHeader } from './expiration-header.js';
import { toAttributes } from './object-attributes.js';
import { encryptionOutput, etagOption, sealingOf } from './object-encryption.js';
import {
  type LockInput,
  lockActions,
  lockOfNewVersion,
  requestedLock,
  verifyLockedWriteHasDigest,
} from './object-lock.js';
import { headOrUndefined, openObject, verifyStillThere } from './open-bucket.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { noSuchKey, s3Error } from './s3-error.js';
import { measuredBody, verifyUploadLength, wantedChecksum } from './upload-body.js';

export function putObjectOperation(deps: S3Dependencies): HandlerMap {
  return { PutObject: (input: PutObjectCommandInput, call: Call) => putObject(deps, input, call) };
}

async function putObject(
  { objectStore: store, dataKeys, clock, randomId }: S3Dependencies,
  input: PutObjectCommandInput,
  call: Call,
): Promise<Partial<PutObjectCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, ...writeActions(input));
  if (input.WriteOffsetBytes !== undefined) throw s3Error('NotImplemented');
  verifyUploadLength(call);
  const attributes = toAttributes(input, call, bucket);
  const lock = requestedLock(input, call, bucket);
  const checksum = wantedChecksum(input, call);
  verifyLockedWriteHasDigest(lock, bucket, input.ContentMD5 !== undefined || checksum?.cameWithBody === true);
  const body = measuredBody(input, checksum);
  const conditions = await putConditions(store, bucket.name, key, input);
  const sealing = await sealingOf(dataKeys, call, bucket, key, input);
  const info = await store.put(bucket.name, key, body.source, {
    ...conditions,
    ...versionedIn(bucket),
    ...sealing,
    ...etagOption(sealing, randomId),
    attributes: { ...attributes, ...sealing.attributes },
    beforeCommit: (facts) => {
      const current = verifyStillThere(call, bucket);
      return { ...lockOfNewVersion(lock, current, clock.now()), ...body.verify(facts) };
    },
  });
  return { ...writtenOutput(bucket, info), ...expirationHeader(bucket, info) };
}

interface WriteInput extends LockInput {
  readonly ACL?: string | undefined;
  readonly Tagging?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

/** What the writer of an object must be allowed to do. Source: S3 API Reference, PutObject, Permissions. */
export function writeActions(input: WriteInput): string[] {
  const { ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWriteACP } = input;
  const setsAcl = [ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWriteACP].some(
    (header) => header !== undefined,
  );
  return [
    's3:PutObject',
    // The ACL that gives the bucket's owner everything is how others are asked to write; it needs no permission more.
    ...(setsAcl && ACL !== 'bucket-owner-full-control' ? ['s3:PutObjectAcl'] : []),
    ...(input.Tagging === undefined ? [] : ['s3:PutObjectTagging']),
    ...lockActions(input),
  ];
}

/**
 * Conditional writes. The store checks again at the moment when the object becomes visible; a missing object is told
 * apart here, as NoSuchKey. Source: S3 User Guide, "How to prevent object overwrites with conditional writes".
 */
export async function putConditions(
  store: ObjectStore,
  bucket: string,
  key: string,
  {
    IfMatch,
    IfNoneMatch,
  }: { readonly IfMatch?: string | undefined; readonly IfNoneMatch?: string | undefined },
): Promise<PutConditions> {
  if (IfNoneMatch !== undefined && IfNoneMatch !== '*') throw s3Error('NotImplemented');
  if (IfMatch === undefined && IfNoneMatch === undefined) return {};
  if (IfMatch !== undefined && IfNoneMatch !== undefined) throw s3Error('NotImplemented');
  const current = await headOrUndefined(store, bucket, key);
  const exists = current !== undefined && !current.isDeleteMarker;
  if (IfMatch === undefined) {
    if (exists) throw s3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
    return { ifNoneMatch: '*' };
  }
  if (!exists) throw noSuchKey(key);
  const ifMatch = withoutQuotes(IfMatch);
  if (ifMatch !== current.etag) throw s3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  return { ifMatch };
}

export function withoutQuotes(etag: string): string {
  return /^"(.*)"$/.exec(etag.trim())?.[1] ?? etag.trim();
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function versionedIn(bucket: BucketDocument): Pick<PutOptions, 'versioned'> {
  return bucket.versioning === 'Enabled' ? { versioned: true } : {};
}

/** `VersionId` is told wherever versioning was ever switched on. */
export function versionIdIn(bucket: BucketDocument, info: ObjectInfo): { VersionId?: string } {
  return bucket.versioning === undefined ? {} : { VersionId: info.versionId };
}

/** What every kind of write answers of the object it made. */
export function writtenOutput(bucket: BucketDocument, info: ObjectInfo): Partial<PutObjectCommandOutput> {
  return {
    ETag: quoted(info.etag),
    ...encryptionOutput(info.attributes),
    ...versionIdIn(bucket, info),
    ...info.attributes.checksums,
    ...(info.attributes.checksumType === undefined
      ? undefined
      : { ChecksumType: info.attributes.checksumType }),
  };
}
