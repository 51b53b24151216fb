// SPDX-License-Identifier: Apache-2.0
import type { BucketDocument } from '../../buckets/bucket.js';
import { defaultRetention, isMode, newRetention, type Retention } from '../../buckets/object-lock.js';
import type { ObjectAttributes, ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import type { Call } from '../service.js';
import { mayActOnObject, verifyMayActOnObject } from './open-bucket.js';
import { invalidArgument, s3Error } from './s3-error.js';

/** How a version is locked, as its writer asks for it or as it is kept. */
export type Lock = Pick<ObjectAttributes, 'retention' | 'legalHold'>;

export interface LockInput {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
  readonly ObjectLockLegalHoldStatus?: string | undefined;
  readonly ObjectLockEventHold?: string | undefined;
  readonly ObjectLockEventHoldDurationDays?: number | undefined;
  readonly ObjectLockEventHoldDurationYears?: number | undefined;
}

/** What the headers of a write need beyond its own permission. Source: S3 API Reference, PutObject, Permissions. */
export function lockActions(input: LockInput): string[] {
  return [
    ...(input.ObjectLockMode === undefined && input.ObjectLockRetainUntilDate === undefined
      ? []
      : ['s3:PutObjectRetention']),
    ...(input.ObjectLockLegalHoldStatus === undefined ? [] : ['s3:PutObjectLegalHold']),
  ];
}

/** The lock that the headers of a write ask for; the headers are checked before the bucket is. */
export function requestedLock(input: LockInput, call: Call, bucket: BucketDocument): Lock {
  const retention = requestedRetention(input, call.receivedAtMs);
  const { ObjectLockLegalHoldStatus: hold } = input;
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') {
    throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", 'x-amz-object-lock-legal-hold', hold);
  }
  if (
    input.ObjectLockEventHold !== undefined ||
    input.ObjectLockEventHoldDurationDays !== undefined ||
    input.ObjectLockEventHoldDurationYears !== undefined
  )
    throw s3Error('NotImplemented');
  const lock: Lock = {
    ...(retention === undefined ? undefined : { retention }),
    ...(hold === undefined ? undefined : { legalHold: hold }),
  };
  if (Object.keys(lock).length > 0) verifyLockBucket(bucket);
  return lock;
}

function requestedRetention(input: LockInput, nowMs: number): Retention | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined) {
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      mode === undefined ? 'x-amz-object-lock-mode' : 'x-amz-object-lock-retain-until-date',
      '',
    );
  }
  if (!isMode(mode)) throw invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode);
  return newRetention(mode, until, nowMs, 'x-amz-object-lock-retain-until-date');
}

/** The lock of a version that is made now: what was asked for, else the bucket's default retention. */
export function lockOfNewVersion(asked: Lock, bucket: BucketDocument, nowMs: number): Lock {
  const retention = asked.retention ?? defaultRetention(bucket, nowMs);
  return { ...asked, ...(retention === undefined ? undefined : { retention }) };
}

/**
 * A write that will be locked must say what its bytes are: Content-MD5, or a checksum in a header or trailer.
 * Source: S3 API Reference, PutObject.
 */
export function verifyLockedWriteHasDigest(lock: Lock, bucket: BucketDocument, hasDigest: boolean): void {
  const isLocked = Object.keys(lockOfNewVersion(lock, bucket, 0)).length > 0;
  if (!isLocked || hasDigest) return;
  throw s3Error(
    'InvalidRequest',
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

export function verifyLockBucket(bucket: BucketDocument): void {
  if (bucket.objectLock === undefined)
    throw s3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

/**
 * Whether the caller asks to be freed of GOVERNANCE mode, and may.
 * Source: S3 User Guide, "Locking objects with Object Lock", Governance mode.
 */
export async function bypassesGovernance(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  wanted: boolean | undefined,
  { key, versionId }: { readonly key: string; readonly versionId: string | undefined },
): Promise<boolean> {
  if (wanted !== true) return false;
  await verifyMayActOnObject(store, call, bucket, 's3:BypassGovernanceRetention', key, versionId);
  return true;
}

/** The header itself is refused, whatever it says, where there is nothing to bypass. */
export function verifyBypassApplies(wanted: boolean | undefined, bucket: BucketDocument): void {
  if (wanted === undefined || bucket.objectLock !== undefined) return;
  throw invalidArgument(
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
    'x-amz-bypass-governance-retention',
    String(wanted),
  );
}

/** What GET and HEAD tell of a lock, to who may know. Source: S3 API Reference, HeadObject. */
export async function lockOutput(
  store: ObjectStore,
  call: Call,
  bucket: BucketDocument,
  { key, versionId, attributes }: ObjectInfo,
): Promise<{
  ObjectLockMode?: Retention['mode'];
  ObjectLockRetainUntilDate?: Date;
  ObjectLockLegalHoldStatus?: 'ON' | 'OFF';
}> {
  const { retention, legalHold } = attributes;
  const may = (action: string) => mayActOnObject(store, call, bucket, action, key, versionId);
  return {
    ...(retention !== undefined && (await may('s3:GetObjectRetention'))
      ? { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: new Date(retention.untilMs) }
      : undefined),
    ...(legalHold !== undefined && (await may('s3:GetObjectLegalHold'))
      ? { ObjectLockLegalHoldStatus: legalHold }
      : undefined),
  };
}
