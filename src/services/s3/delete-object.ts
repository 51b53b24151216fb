// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteObjectCommandInput,
  DeleteObjectCommandOutput,
  DeleteObjectsCommandInput,
  DeleteObjectsCommandOutput,
  ObjectIdentifier,
} from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { verifyObjectKey } from '../../buckets/object-key.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { noteResources } from './audit.js';
import { bypassesGovernance, verifyBypassApplies } from './object-lock.js';
import { findBucket, headOrUndefined, openObject, verifyMayActOnObject } from './open-bucket.js';
import { withoutQuotes } from './put-object.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument, malformedXml, noSuchKey, s3Error, translateError } from './s3-error.js';

/** Source: S3 API Reference, DeleteObjects: a request names up to 1,000 keys. */
const deletedKeysMax = 1000;

export function deleteObjectOperations({ objectStore }: S3Dependencies): HandlerMap {
  return {
    DeleteObject: (input: DeleteObjectCommandInput, call: Call) => deleteObject(objectStore, input, call),
    DeleteObjects: (input: DeleteObjectsCommandInput, call: Call) => deleteObjects(objectStore, input, call),
  };
}

async function deleteObject(
  store: ObjectStore,
  input: DeleteObjectCommandInput,
  call: Call,
): Promise<Partial<DeleteObjectCommandOutput>> {
  const { bucket, key } = await openObject(store, call, input, deleteAction(input.VersionId));
  verifyBypassApplies(input.BypassGovernanceRetention, bucket);
  const { VersionId: versionId } = input;
  return await deleteOne(store, bucket, key, {
    versionId,
    bypassGovernance: await bypassesGovernance(store, call, bucket, input.BypassGovernanceRetention, {
      key,
      versionId,
    }),
    etag: input.IfMatch,
    lastModified: input.IfMatchLastModifiedTime,
    size: input.IfMatchSize,
  });
}

interface DeleteTarget {
  readonly versionId?: string | undefined;
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  readonly size?: number | undefined;
  readonly bypassGovernance: boolean;
}

/** Deleting what is not there succeeds. Source: S3 API Reference, DeleteObject. */
async function deleteOne(
  store: ObjectStore,
  bucket: BucketDocument,
  key: string,
  target: DeleteTarget,
): Promise<Partial<DeleteObjectCommandOutput>> {
  const { versionId, bypassGovernance } = target;
  if (versionId === '') throw invalidArgument('Version id cannot be the empty string', 'versionId', '');
  await verifyDeleteConditions(store, bucket, key, target);
  if (versionId !== undefined) {
    const removed = await store.delete(bucket.name, key, { versionId, bypassGovernance });
    return {
      VersionId: versionId,
      ...(removed?.isDeleteMarker === true ? { DeleteMarker: true } : undefined),
    };
  }
  if (bucket.versioning === undefined) {
    await store.delete(bucket.name, key);
    return {};
  }
  const marker = await store.delete(bucket.name, key, {
    versioned: bucket.versioning === 'Enabled' ? 'enabled' : 'suspended',
  });
  return { DeleteMarker: true, ...(marker === undefined ? undefined : { VersionId: marker.versionId }) };
}

/** Source: S3 User Guide, "How to perform conditional deletes". */
async function verifyDeleteConditions(
  store: ObjectStore,
  bucket: BucketDocument,
  key: string,
  target: DeleteTarget,
): Promise<void> {
  const { etag, lastModified, size, versionId } = target;
  if (etag === undefined && lastModified === undefined && size === undefined) return;
  const info = await headOrUndefined(store, bucket.name, key, versionId);
  if (info === undefined || info.isDeleteMarker) throw noSuchKey(key);
  const holds =
    (etag === undefined || etag === '*' || withoutQuotes(etag) === info.etag) &&
    (lastModified === undefined ||
      Math.floor(lastModified.getTime() / 1000) === Math.floor(info.lastModifiedMs / 1000)) &&
    (size === undefined || size === info.size);
  if (!holds) throw s3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
}

async function deleteObjects(
  store: ObjectStore,
  input: DeleteObjectsCommandInput,
  call: Call,
): Promise<Partial<DeleteObjectsCommandOutput>> {
  const bucket = findBucket(call, input);
  const targets = input.Delete?.Objects ?? [];
  noteResources(call, bucket);
  const { BypassGovernanceRetention: bypass } = input;
  verifyBypassApplies(bypass, bucket);
  if (targets.length === 0 || targets.length > deletedKeysMax) throw malformedXml();
  const outcomes: DeleteOutcome[] = [];
  for (let at = 0; at < targets.length; at += deletesAtOnce) {
    const some = targets.slice(at, at + deletesAtOnce);
    outcomes.push(
      ...(await Promise.all(some.map((target) => outcomeOf(store, call, bucket, { target, bypass })))),
    );
  }
  const Deleted = outcomes.flatMap((outcome) => ('done' in outcome ? [outcome.done] : []));
  const Errors = outcomes.flatMap((outcome) => ('refused' in outcome ? [outcome.refused] : []));
  return {
    ...(Deleted.length === 0 || input.Delete?.Quiet === true ? undefined : { Deleted }),
    ...(Errors.length === 0 ? undefined : { Errors }),
  };
}

/** Deletes under way together share the store's commits. */
const deletesAtOnce = 50;

type DeleteOutcome =
  | { readonly done: NonNullable<DeleteObjectsCommandOutput['Deleted']>[number] }
  | { readonly refused: NonNullable<DeleteObjectsCommandOutput['Errors']>[number] };

interface AskedDelete {
  readonly target: ObjectIdentifier;
  readonly bypass: boolean | undefined;
}

async function outcomeOf(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  asked: AskedDelete,
): Promise<DeleteOutcome> {
  const { target } = asked;
  try {
    return { done: await deleteTarget(store, call, bucket, asked) };
  } catch (error) {
    const known = translateError(error);
    if (!(known instanceof WireError)) throw error;
    return {
      refused: { Key: target.Key, VersionId: target.VersionId, Code: known.code, Message: known.message },
    };
  }
}

async function deleteTarget(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  { target, bypass }: AskedDelete,
): Promise<NonNullable<DeleteObjectsCommandOutput['Deleted']>[number]> {
  const { Key: key, VersionId: versionId } = target;
  verifyObjectKey(key);
  await verifyMayActOnObject(store, call, bucket, deleteAction(versionId), key, versionId);
  const done = await deleteOne(store, bucket, key, {
    versionId,
    bypassGovernance: await bypassesGovernance(store, call, bucket, bypass, { key, versionId }),
    etag: target.ETag,
    lastModified: target.LastModifiedTime,
    size: target.Size,
  });
  return {
    Key: key,
    ...(versionId === undefined ? undefined : { VersionId: versionId }),
    ...(done.DeleteMarker === true
      ? { DeleteMarker: true, DeleteMarkerVersionId: done.VersionId }
      : undefined),
  };
}

function deleteAction(versionId: string | undefined): string {
  return versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
}
