// SPDX-License-Identifier: Apache-2.0
import type {
  CreateBucketCommandInput,
  CreateBucketCommandOutput,
  DeleteBucketCommandInput,
  GetBucketLocationCommandInput,
  HeadBucketCommandInput,
  ListBucketsCommandInput,
  ListBucketsCommandOutput,
} from '@aws-sdk/client-s3';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { bucketArn, verifyBucketName } from '../../buckets/bucket-name.js';
import { canonicalUserId } from '../../buckets/canonical-user.js';
import { bucketTagsMax, toTagRecord } from '../../buckets/tag-rules.js';
import { partsNamespace, uploadsNamespace } from '../../buckets/upload-namespace.js';
import { principalAccountId } from '../../identity/principal.js';
import { isRegion } from '../../identity/regions.js';
import { type ObjectStore, ObjectStoreError } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { newBucketAcl } from './bucket-acl.js';
import { accessDenied, accessDeniedTo, openBucket } from './open-bucket.js';
import { pageToken, readPageToken } from './page-token.js';
import { requestContext } from './request-context.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { invalidArgument, s3Error } from './s3-error.js';

/** Source: S3 User Guide, "General purpose bucket quotas, restrictions, and limitations": 10,000 by default. */
const bucketsPerAccountMax = 10_000;

const allBuckets = bucketKey('');
const bucketsPageMax = 10_000;

export function bucketOperations({ objectStore }: S3Dependencies): HandlerMap {
  return {
    CreateBucket: (input: CreateBucketCommandInput, call: Call) => createBucket(objectStore, input, call),
    HeadBucket: (input: HeadBucketCommandInput, call: Call) => {
      const bucket = openBucket(call, input, 's3:ListBucket');
      return { BucketRegion: bucket.region, AccessPointAlias: false };
    },
    ListBuckets: listBuckets,
    DeleteBucket: (input: DeleteBucketCommandInput, call: Call) => deleteBucket(objectStore, input, call),
    GetBucketLocation: (input: GetBucketLocationCommandInput, call: Call) => {
      const { region } = openBucket(call, input, 's3:GetBucketLocation');
      return region === 'us-east-1' ? {} : { LocationConstraint: region };
    },
  };
}

async function createBucket(
  store: ObjectStore,
  input: CreateBucketCommandInput,
  call: Call,
): Promise<Partial<CreateBucketCommandOutput>> {
  const { Bucket: name } = input;
  verifyBucketName(name);
  for (const action of creatingActions(input)) verifyMayOwn(call, action, bucketArn(name));
  verifyKindOfBucket(input);
  const region = regionFor(input.CreateBucketConfiguration?.LocationConstraint, call.region);
  const location = { Location: region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/` };
  const existing = call.state.get<BucketDocument>(bucketKey(name));
  if (existing !== undefined) {
    verifyRepeatable(existing, call, region);
    return location;
  }
  const owned = call.state
    .list<BucketDocument>(allBuckets)
    .filter(({ value }) => value.accountId === call.accountId);
  if (owned.length >= bucketsPerAccountMax) throw s3Error('TooManyBuckets');
  const document = newBucket(name, region, input, call);
  await removeLeftovers(store, name, call.receivedAtMs);
  call.state.put(bucketKey(name), document);
  return location;
}

/** What the maker of a bucket must be allowed to do. Source: S3 API Reference, CreateBucket, Permissions. */
function creatingActions(input: CreateBucketCommandInput): string[] {
  const { ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP } = input;
  const headers = [GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP];
  const setsAcl = (ACL !== undefined && ACL !== 'private') || headers.some((header) => header !== undefined);
  return [
    's3:CreateBucket',
    ...(setsAcl ? ['s3:PutBucketAcl'] : []),
    ...(input.ObjectLockEnabledForBucket === true
      ? ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning']
      : []),
    ...(input.ObjectOwnership === undefined ? [] : ['s3:PutBucketOwnershipControls']),
    ...((input.CreateBucketConfiguration?.Tags ?? []).length === 0 ? [] : ['s3:TagResource']),
  ];
}

/** For what has no bucket policy yet: the caller's own policies decide. Nobody anonymous may. */
function verifyMayOwn(call: Call, action: string, resource: string): void {
  if (principalAccountId(call.principal) === undefined) throw accessDenied();
  const need = { action, resource, context: requestContext(call, call.accountId, undefined) };
  const decision = call.decide(need);
  if (!decision.isAllowed) throw accessDeniedTo(call, need, decision);
}

/** In us-east-1 a repeat by the owner succeeds. Source: S3 API Reference, CreateBucket, BucketAlreadyOwnedByYou. */
function verifyRepeatable(existing: BucketDocument, call: Call, region: string): void {
  const fields = { BucketName: existing.name };
  if (existing.accountId !== call.accountId) throw s3Error('BucketAlreadyExists', undefined, fields);
  if (existing.region !== 'us-east-1' || region !== 'us-east-1')
    throw s3Error('BucketAlreadyOwnedByYou', undefined, fields);
}

function verifyKindOfBucket(input: CreateBucketCommandInput): void {
  const { Bucket: directory, Location: zone } = input.CreateBucketConfiguration ?? {};
  if (directory !== undefined || zone !== undefined) throw s3Error('NotImplemented');
}

/**
 * Source: S3 API Reference, CreateBucket: without a constraint the bucket is in us-east-1, which only that Region's
 * endpoint accepts; another Region's endpoint takes its own name alone.
 */
function regionFor(constraint: string | undefined, callRegion: string): string {
  if (constraint === undefined || constraint === '') {
    if (callRegion === 'us-east-1') return callRegion;
    throw s3Error('IllegalLocationConstraintException');
  }
  const region = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (region === 'us-east-1' || !isRegion(region)) {
    throw s3Error('InvalidLocationConstraint', undefined, { LocationConstraint: constraint });
  }
  if (callRegion === 'us-east-1' || callRegion === region) return region;
  const message = `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`;
  throw s3Error('IllegalLocationConstraintException', message);
}

/** New buckets block public access and have ACLs disabled. Source: S3 User Guide, "Default settings for new S3 buckets". */
function newBucket(
  name: string,
  region: string,
  input: CreateBucketCommandInput,
  call: Call,
): BucketDocument {
  const objectOwnership = input.ObjectOwnership ?? 'BucketOwnerEnforced';
  if (!['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(objectOwnership)) {
    throw invalidArgument(
      `Invalid x-amz-object-ownership header: ${objectOwnership}`,
      'x-amz-object-ownership',
      objectOwnership,
    );
  }
  const acl = newBucketAcl(input, objectOwnership, call.accountId);
  const tags = input.CreateBucketConfiguration?.Tags;
  return {
    name,
    accountId: call.accountId,
    region,
    createdAtMs: call.receivedAtMs,
    objectOwnership,
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    ...(acl === undefined ? undefined : { acl }),
    // Object Lock keeps versions, so versioning comes with it. Source: S3 User Guide, "Configuring S3 Object Lock".
    ...(input.ObjectLockEnabledForBucket === true ? { objectLock: {}, versioning: 'Enabled' } : undefined),
    ...(tags === undefined || tags.length === 0 ? undefined : { tags: toTagRecord(tags, bucketTagsMax) }),
  };
}

/**
 * Removes what an upload may have left that finished in the same moment as its bucket went, so that a new owner of the
 * name never sees it. What is as new as this call belongs to somebody who was faster in creating the bucket.
 */
async function removeLeftovers(store: ObjectStore, name: string, beforeMs: number): Promise<void> {
  for (const namespace of [name, uploadsNamespace(name), partsNamespace(name)]) {
    let position: { after?: string; afterVersionId?: string } = {};
    for (;;) {
      const page = await store.list(namespace, { ...position, versions: true, limit: 1000 });
      for (const { key, versionId, lastModifiedMs } of page.objects) {
        if (lastModifiedMs < beforeMs) await removeLeftover(store, namespace, key, versionId);
      }
      const last = page.objects.at(-1);
      if (!page.truncated || last === undefined) break;
      position = { after: last.key, afterVersionId: last.versionId };
    }
  }
}

/** A locked one keeps the name from everybody until its lock ends: nobody may remove it, nor see it as a new owner. */
async function removeLeftover(
  store: ObjectStore,
  namespace: string,
  key: string,
  versionId: string,
): Promise<void> {
  try {
    await store.delete(namespace, key, { versionId });
  } catch (error) {
    if (error instanceof ObjectStoreError && error.code === 'Locked') throw s3Error('OperationAborted');
    throw error;
  }
}

/** Paged when any of the newer parameters is there. Source: S3 API Reference, ListBuckets. */
function listBuckets(input: ListBucketsCommandInput, call: Call): Partial<ListBucketsCommandOutput> {
  verifyMayOwn(call, 's3:ListAllMyBuckets', '*');
  const { MaxBuckets: limit = bucketsPageMax, Prefix: prefix = '', BucketRegion: region } = input;
  if (!Number.isInteger(limit) || limit < 1 || limit > bucketsPageMax) {
    throw invalidArgument(
      `Argument max-buckets must be an integer between 1 and ${bucketsPageMax}`,
      'max-buckets',
      limit,
    );
  }
  const after =
    input.ContinuationToken === undefined ? undefined : readPageToken('buckets', input.ContinuationToken);
  const isPaged =
    input.MaxBuckets !== undefined ||
    input.ContinuationToken !== undefined ||
    region !== undefined ||
    prefix !== '';
  const found = call.state
    .list<BucketDocument>(bucketKey(prefix), after === undefined ? {} : { after: bucketKey(after) })
    .map(({ value }) => value)
    .filter(
      (bucket) => bucket.accountId === call.accountId && (region === undefined || bucket.region === region),
    );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    Buckets: page.map((bucket) => ({
      Name: bucket.name,
      CreationDate: new Date(bucket.createdAtMs),
      ...(isPaged ? { BucketRegion: bucket.region } : undefined),
    })),
    Owner: { ID: canonicalUserId(call.accountId) },
    ...(prefix === '' ? undefined : { Prefix: prefix }),
    ...(found.length > page.length && last !== undefined
      ? { ContinuationToken: pageToken('buckets', last.name) }
      : undefined),
  };
}

/** Refused while anything is left: objects, older versions, delete markers, uploads in progress. */
async function deleteBucket(
  store: ObjectStore,
  input: DeleteBucketCommandInput,
  call: Call,
): Promise<object> {
  const bucket = openBucket(call, input, 's3:DeleteBucket');
  for (const namespace of [bucket.name, uploadsNamespace(bucket.name)]) {
    const { objects } = await store.list(namespace, { versions: true, limit: 1 });
    if (objects.length > 0) throw s3Error('BucketNotEmpty', undefined, { BucketName: bucket.name });
  }
  call.state.delete(bucketKey(bucket.name));
  return {};
}
