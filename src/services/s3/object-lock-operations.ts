// SPDX-License-Identifier: Apache-2.0
import type {
  GetObjectLegalHoldCommandInput,
  GetObjectLegalHoldCommandOutput,
  GetObjectLockConfigurationCommandInput,
  GetObjectLockConfigurationCommandOutput,
  GetObjectRetentionCommandInput,
  GetObjectRetentionCommandOutput,
  ObjectLockRetention,
  PutObjectLegalHoldCommandInput,
  PutObjectLockConfigurationCommandInput,
  PutObjectRetentionCommandInput,
} from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import { isMode, newRetention, type Retention, toObjectLockDocument } from '../../buckets/object-lock.js';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { changeBucket } from './bucket-configuration.js';
import { currentObject } from './current-object.js';
import { bypassesGovernance, verifyBypassApplies, verifyLockBucket } from './object-lock.js';
import { openBucket, openObject, verifyMayAct } from './open-bucket.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { malformedXml, s3Error } from './s3-error.js';

/** Object Lock of buckets and of versions. Source: S3 User Guide, "Locking objects with Object Lock". */
export function objectLockOperations({ objectStore }: S3Dependencies): HandlerMap {
  return {
    PutObjectLockConfiguration: putConfiguration,
    GetObjectLockConfiguration: getConfiguration,
    PutObjectRetention: (input: PutObjectRetentionCommandInput, call: Call) =>
      putRetention(objectStore, input, call),
    GetObjectRetention: (input: GetObjectRetentionCommandInput, call: Call) =>
      getRetention(objectStore, input, call),
    PutObjectLegalHold: (input: PutObjectLegalHoldCommandInput, call: Call) =>
      putLegalHold(objectStore, input, call),
    GetObjectLegalHold: (input: GetObjectLegalHoldCommandInput, call: Call) =>
      getLegalHold(objectStore, input, call),
  };
}

function putConfiguration(input: PutObjectLockConfigurationCommandInput, call: Call): object {
  const bucket = openBucket(call, input, 's3:PutBucketObjectLockConfiguration');
  if (input.ObjectLockConfiguration?.Rule?.DefaultRetention?.DefaultEventHold !== undefined)
    throw s3Error('NotImplemented');
  const objectLock = toObjectLockDocument(input.ObjectLockConfiguration);
  if (bucket.versioning !== 'Enabled') {
    throw s3Error(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  return changeBucket(call, bucket, { objectLock });
}

function getConfiguration(
  input: GetObjectLockConfigurationCommandInput,
  call: Call,
): Partial<GetObjectLockConfigurationCommandOutput> {
  const { name, objectLock } = openBucket(call, input, 's3:GetBucketObjectLockConfiguration');
  if (objectLock === undefined)
    throw s3Error('ObjectLockConfigurationNotFoundError', undefined, { BucketName: name });
  const rule = objectLock.defaultRetention;
  return {
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      ...(rule === undefined
        ? undefined
        : { Rule: { DefaultRetention: { Mode: rule.mode, Days: rule.days, Years: rule.years } } }),
    },
  };
}

async function putRetention(
  store: ObjectStore,
  input: PutObjectRetentionCommandInput,
  call: Call,
): Promise<object> {
  const { bucket, key } = await openObject(store, call, input, 's3:PutObjectRetention');
  const retention = retentionOf(input.Retention, call.receivedAtMs);
  verifyLockBucket(bucket);
  verifyPolicyAllows(call, bucket, key, input.VersionId, retention);
  verifyBypassApplies(input.BypassGovernanceRetention, bucket);
  const info = await currentObject(store, call, bucket, key, input.VersionId);
  const bypassGovernance = await bypassesGovernance(store, call, bucket, input.BypassGovernanceRetention, {
    key,
    versionId: input.VersionId,
  });
  await store.setAttributes(bucket.name, key, info.versionId, { retention }, { bypassGovernance });
  return {};
}

/** undefined for an empty element, which takes the retention away (from who may). */
function retentionOf(sent: ObjectLockRetention | undefined, nowMs: number): Retention | undefined {
  if (sent === undefined) throw malformedXml();
  if (sent.EventHold !== undefined || sent.EventHoldDuration !== undefined) throw s3Error('NotImplemented');
  const { Mode: mode, RetainUntilDate: until } = sent;
  if (mode === undefined && until === undefined) return undefined;
  if (!isMode(mode) || until === undefined) throw malformedXml();
  return newRetention(mode, until, nowMs, 'RetainUntilDate');
}

/** Policies may limit modes and days, which this request says in its body and not in headers. */
function verifyPolicyAllows(
  call: Call,
  bucket: BucketDocument,
  key: string,
  versionId: string | undefined,
  retention: Retention | undefined,
): void {
  if (retention === undefined) return;
  const context = retentionContext(retention, call.receivedAtMs);
  const act = { action: 's3:PutObjectRetention', key, context };
  verifyMayAct(call, bucket, versionId === undefined ? act : { ...act, versionId });
}

/** Source: Service Authorization Reference, "Condition keys for Amazon S3", s3:object-lock-…. */
function retentionContext({ mode, untilMs }: Retention, nowMs: number): Record<string, string> {
  return {
    's3:object-lock-mode': mode,
    's3:object-lock-retain-until-date': new Date(untilMs).toISOString(),
    's3:object-lock-remaining-retention-days': String(Math.ceil((untilMs - nowMs) / 86_400_000)),
  };
}

async function getRetention(
  store: ObjectStore,
  input: GetObjectRetentionCommandInput,
  call: Call,
): Promise<Partial<GetObjectRetentionCommandOutput>> {
  const { attributes } = await lockableVersion(store, input, call, 's3:GetObjectRetention');
  const { retention } = attributes;
  if (retention === undefined) throw s3Error('NoSuchObjectLockConfiguration');
  return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.untilMs) } };
}

async function putLegalHold(
  store: ObjectStore,
  input: PutObjectLegalHoldCommandInput,
  call: Call,
): Promise<object> {
  const { bucket, key } = await openObject(store, call, input, 's3:PutObjectLegalHold');
  const status = input.LegalHold?.Status;
  if (status !== 'ON' && status !== 'OFF') throw malformedXml();
  verifyLockBucket(bucket);
  const { versionId } = await currentObject(store, call, bucket, key, input.VersionId);
  await store.setAttributes(bucket.name, key, versionId, { legalHold: status });
  return {};
}

async function getLegalHold(
  store: ObjectStore,
  input: GetObjectLegalHoldCommandInput,
  call: Call,
): Promise<Partial<GetObjectLegalHoldCommandOutput>> {
  const { attributes } = await lockableVersion(store, input, call, 's3:GetObjectLegalHold');
  if (attributes.legalHold === undefined) throw s3Error('NoSuchObjectLockConfiguration');
  return { LegalHold: { Status: attributes.legalHold } };
}

async function lockableVersion(
  store: ObjectStore,
  input: GetObjectRetentionCommandInput,
  call: Call,
  action: string,
): Promise<ObjectInfo> {
  const { bucket, key } = await openObject(store, call, input, action);
  verifyLockBucket(bucket);
  return currentObject(store, call, bucket, key, input.VersionId);
}
