// SPDX-License-Identifier: Apache-2.0
import { type AccessPermission, decideAccess } from '../../buckets/access.js';
import { type Acl, ownerFullControl } from '../../buckets/acl.js';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { verifyBucketName } from '../../buckets/bucket-name.js';
import { verifyObjectKey } from '../../buckets/object-key.js';
import { principalAccountId } from '../../identity/principal.js';
import { type ObjectInfo, type ObjectStore, ObjectStoreError } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { noteResources } from './audit.js';
import { requestContext } from './request-context.js';
import { noSuchBucket, s3Error } from './s3-error.js';

interface BucketInput {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

interface ObjectInput extends BucketInput {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** The bucket that a call names, whose caller may do `action` (`s3:ListBucket`) to it. */
export function openBucket(call: Call, input: BucketInput, action: string): BucketDocument {
  const bucket = findBucket(call, input);
  noteResources(call, bucket);
  if (!mayAct(call, bucket, { action })) throw accessDenied();
  return bucket;
}

/** The bucket and the key of a call on one object. All of `actions` must be allowed. */
export async function openObject(
  store: ObjectStore,
  call: Call,
  input: ObjectInput,
  ...actions: readonly string[]
): Promise<{ bucket: BucketDocument; key: string }> {
  const bucket = findBucket(call, input);
  const { Key: key } = input;
  verifyObjectKey(key);
  noteResources(call, bucket, [key]);
  for (const action of actions) {
    if (!(await mayActOnObject(store, call, bucket, action, key, input.VersionId))) throw accessDenied();
  }
  return { bucket, key };
}

/** Without an access check. Throws InvalidBucketName, NoSuchBucket, or AccessDenied for another owner than expected. */
export function findBucket(call: Call, input: BucketInput): BucketDocument {
  const { Bucket: name, ExpectedBucketOwner: expectedOwner } = input;
  verifyBucketName(name);
  const bucket = call.state.get<BucketDocument>(bucketKey(name));
  if (bucket === undefined) throw noSuchBucket(name);
  if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) throw accessDenied();
  return bucket;
}

/** A bucket may go while a long upload runs: nothing may become visible in it any more. Gives it as it is by now. */
export function verifyStillThere(call: Call, bucket: BucketDocument): BucketDocument {
  const now = call.state.get<BucketDocument>(bucketKey(bucket.name));
  if (now?.createdAtMs !== bucket.createdAtMs || now.accountId !== bucket.accountId)
    throw noSuchBucket(bucket.name);
  return now;
}

export async function mayActOnObject(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  action: string,
  key: string,
  versionId?: string,
): Promise<boolean> {
  const existing = needsObject(call, bucket)
    ? await headOrUndefined(store, bucket.name, key, versionId)
    : undefined;
  return mayAct(call, bucket, {
    action,
    key,
    ...(existing === undefined ? undefined : { existing }),
    ...(versionId === undefined ? undefined : { versionId }),
  });
}

interface Act {
  readonly action: string;
  readonly key?: string;
  readonly existing?: ObjectInfo;
  readonly versionId?: string;
  /** Condition keys that only the handler knows. */
  readonly context?: Readonly<Record<string, string>>;
}

export function mayAct(
  call: Call,
  bucket: BucketDocument,
  { action, key, existing, versionId, context: own }: Act,
): boolean {
  if (!mayUseRequesterPays(call, bucket)) return false;
  // Only a policy has conditions: without one nobody asks for the context.
  const context =
    bucket.policy === undefined ? undefined : conditionContext(call, bucket, versionId, existing, own);
  const permission: AccessPermission = {
    action,
    ...(context === undefined ? undefined : { context }),
    ...(key === undefined ? undefined : { key }),
    ...(existing === undefined ? undefined : { objectAcl: aclOf(existing, bucket) }),
  };
  return decideAccess(bucket, call.principal, permission);
}

function conditionContext(
  call: Call,
  bucket: BucketDocument,
  versionId: string | undefined,
  existing: ObjectInfo | undefined,
  own: Act['context'],
): AccessPermission['context'] {
  const context: Record<string, string | readonly string[]> = {
    ...requestContext(call, bucket.accountId, versionId),
    ...own,
  };
  for (const [name, value] of Object.entries(existing?.attributes.tags ?? {}))
    context[`s3:ExistingObjectTag/${name}`] = value;
  return context;
}

/** Everybody but the owner must say that they will pay. Source: S3 User Guide, "Using Requester Pays buckets". */
function mayUseRequesterPays(call: Call, bucket: BucketDocument): boolean {
  if (bucket.requestPayer !== 'Requester' || call.principal.kind === 'service') return true;
  if (call.principal.kind === 'anonymous') return false;
  if (principalAccountId(call.principal) === bucket.accountId) return true;
  return (
    call.request.headers['x-amz-request-payer'] === 'requester' ||
    call.request.rawQuery.includes('x-amz-request-payer=requester')
  );
}

/** Looking at the object costs a read: only where its tags or its ACL can change the decision. */
function needsObject(call: Call, bucket: BucketDocument): boolean {
  if (/s3:ExistingObjectTag/i.test(bucket.policy ?? '')) return true;
  const isOwner = call.principal.kind === 'root' && call.principal.accountId === bucket.accountId;
  return !isOwner && bucket.objectOwnership !== 'BucketOwnerEnforced';
}

export function aclOf(object: ObjectInfo, bucket: BucketDocument): Acl {
  const isEnforced = bucket.objectOwnership === 'BucketOwnerEnforced';
  const acl = isEnforced ? undefined : (object.attributes.acl as Acl | undefined);
  return (
    acl ??
    ownerFullControl(isEnforced ? bucket.accountId : (object.attributes.ownerAccountId ?? bucket.accountId))
  );
}

export async function headOrUndefined(
  store: ObjectStore,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<ObjectInfo | undefined> {
  try {
    return await store.head(bucket, key, versionId);
  } catch (error) {
    if (error instanceof ObjectStoreError && (error.code === 'NoSuchKey' || error.code === 'NoSuchVersion'))
      return undefined;
    throw error;
  }
}

export function accessDenied(): Error {
  return s3Error('AccessDenied');
}
