// SPDX-License-Identifier: Apache-2.0
import { type AccessPermission, bucketNeed } from '../../buckets/access.js';
import { type Acl, ownerFullControl } from '../../buckets/acl.js';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { verifyBucketName } from '../../buckets/bucket-name.js';
import { verifyObjectKey } from '../../buckets/object-key.js';
import type { AccessDecision, AccessNeed } from '../../identity/access.js';
import { accessDeniedMessage } from '../../identity/policy/access-denied-message.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { principalAccountId } from '../../identity/principal.js';
import { areRelated } from '../../identity/related-accounts.js';
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
  verifyMayAct(call, bucket, { action });
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
    await verifyMayActOnObject(store, call, bucket, action, key, input.VersionId);
  }
  return { bucket, key };
}

/** Without an access check. Throws InvalidBucketName, NoSuchBucket, or AccessDenied for another owner than expected. */
export function findBucket(call: Call, input: BucketInput): BucketDocument {
  const { Bucket: name, ExpectedBucketOwner: expectedOwner } = input;
  verifyBucketName(name);
  const bucket = call.state.get<BucketDocument>(bucketKey(name));
  if (bucket === undefined) throw noSuchBucket(name);
  if (expectedOwner !== undefined && expectedOwner !== bucket.accountId) {
    // The true owner is told, whomever the caller took for it.
    const { Key: key }: ObjectInput = input;
    noteResources(call, bucket, key === undefined ? [] : [key]);
    throw accessDenied();
  }
  return bucket;
}

/** A bucket may go while a long upload runs: nothing may become visible in it any more. Gives it as it is by now. */
export function verifyStillThere(call: Call, bucket: BucketDocument): BucketDocument {
  const now = call.state.get<BucketDocument>(bucketKey(bucket.name));
  if (now?.createdAtMs !== bucket.createdAtMs || now.accountId !== bucket.accountId)
    throw noSuchBucket(bucket.name);
  return now;
}

type OnObject = readonly [action: string, key: string, versionId?: string | undefined];

export async function mayActOnObject(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  ...on: OnObject
): Promise<boolean> {
  return mayAct(call, bucket, await actOn(store, call, bucket, ...on));
}

/** Throws AccessDenied. */
export async function verifyMayActOnObject(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  ...on: OnObject
): Promise<void> {
  verifyMayAct(call, bucket, await actOn(store, call, bucket, ...on));
}

async function actOn(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  action: string,
  key: string,
  versionId?: string,
): Promise<Act> {
  const existing = needsObject(call, bucket)
    ? await headOrUndefined(store, bucket.name, key, versionId)
    : undefined;
  return {
    action,
    key,
    ...(existing === undefined ? undefined : { existing }),
    ...(versionId === undefined ? undefined : { versionId }),
  };
}

interface Act {
  readonly action: string;
  readonly key?: string;
  readonly existing?: ObjectInfo;
  readonly versionId?: string;
  /** Condition keys that only the handler knows. */
  readonly context?: Readonly<Record<string, string>>;
}

function mayAct(call: Call, bucket: BucketDocument, act: Act): boolean {
  return mayUseRequesterPays(call, bucket) && call.decide(needOf(call, bucket, act)).isAllowed;
}

/** Throws AccessDenied: with the reason to callers who may know it. */
export function verifyMayAct(call: Call, bucket: BucketDocument, act: Act): void {
  if (!mayUseRequesterPays(call, bucket)) throw accessDenied();
  const need = needOf(call, bucket, act);
  const decision = call.decide(need);
  if (!decision.isAllowed) throw accessDeniedTo(call, need, decision);
}

function needOf(
  call: Call,
  bucket: BucketDocument,
  { action, key, existing, versionId, context: own }: Act,
): AccessNeed {
  const permission: AccessPermission = {
    action,
    context: () => conditionContext(call, bucket, versionId, existing, own),
    ...(key === undefined ? undefined : { key }),
    ...(existing === undefined
      ? undefined
      : { object: { ownerAccountId: ownerAccountOf(existing, bucket), acl: aclOf(existing, bucket) } }),
  };
  return bucketNeed(bucket, call.principal, permission);
}

function conditionContext(
  call: Call,
  bucket: BucketDocument,
  versionId: string | undefined,
  existing: ObjectInfo | undefined,
  own: Act['context'],
): ContextValues {
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

/**
 * Looking at the object costs a read: only where its tags, its owner or its ACL can change the decision. Any policy of a
 * user or role may ask for tags.
 */
function needsObject({ principal }: Call, bucket: BucketDocument): boolean {
  if (/s3:ExistingObjectTag/i.test(bucket.policy ?? '')) return true;
  const hasPolicies =
    principal.kind !== 'root' && principal.kind !== 'anonymous' && principal.kind !== 'service';
  return hasPolicies || bucket.objectOwnership !== 'BucketOwnerEnforced';
}

export function aclOf(object: ObjectInfo, bucket: BucketDocument): Acl {
  const isEnforced = bucket.objectOwnership === 'BucketOwnerEnforced';
  const acl = isEnforced ? undefined : (object.attributes.acl as Acl | undefined);
  return acl ?? ownerFullControl(ownerAccountOf(object, bucket));
}

function ownerAccountOf({ attributes }: ObjectInfo, bucket: BucketDocument): string {
  const isEnforced = bucket.objectOwnership === 'BucketOwnerEnforced';
  return isEnforced ? bucket.accountId : (attributes.ownerAccountId ?? bucket.accountId);
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

/**
 * Callers of the owner's account and of its organization are told why, others nothing.
 * Source: S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3".
 */
export function accessDeniedTo(
  call: Call,
  need: AccessNeed,
  decision: Extract<AccessDecision, { isAllowed: false }>,
): Error {
  const accountId = principalAccountId(call.principal);
  const owner = need.resourceAccountId ?? accountId;
  if (accountId === undefined || owner === undefined || !areRelated(accountId, owner, call.state))
    return accessDenied();
  return s3Error('AccessDenied', accessDeniedMessage(call.principal, need, decision));
}
