// SPDX-License-Identifier: Apache-2.0
import type { ServerSideEncryptionConfiguration } from '@aws-sdk/client-s3';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import type { ServicePrincipal } from '../../identity/principal.js';
import { KeyError } from '../../keys/data-keys.js';
import { cloudTrailEncryptionContext } from '../../keys/encryption-context.js';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { decideKeyAccess } from '../../keys/key-access.js';
import { resolveKey } from '../../keys/resolve-key.js';
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/** A key ID, its ARN, an alias (`alias/…`) or its ARN. */
const keyForm =
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+|alias\/.+|(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/;

const cloudTrail: ServicePrincipal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };

/**
 * The ARN of the key that a trail's log files are to be encrypted under, found and let in by its policy as AWS checks it.
 * Sources: CloudTrail API Reference, "CreateTrail" (KmsKeyId, errors); CloudTrail User Guide, "Configure AWS KMS key policies
 * for CloudTrail".
 * @param keyId as CreateTrail and UpdateTrail take it (KmsKeyId), not empty
 * @param trail as it will be
 */
export function resolveTrailKey(keyId: string, trail: TrailDocument, call: Call): string {
  if (!keyForm.test(keyId))
    throw new WireError('InvalidKmsKeyIdException', `KMS key ID ${keyId} is not valid.`);
  const bucket = call.state.get<BucketDocument>(bucketKey(trail.s3BucketName));
  const key = existingKey(keyId, call);
  verifyPlace(key, keyId, bucket);
  verifyUsable(key);
  verifyLetsIn(key, trail, bucket, call);
  return keyArn(key);
}

function existingKey(keyId: string, call: Call): KeyDocument {
  const region = /^arn:[^:]*:kms:([^:]+):/.exec(keyId)?.[1] ?? call.region;
  try {
    return resolveKey(keyId, { accountId: call.accountId, region, nowMs: call.receivedAtMs }, call.state).key;
  } catch (error) {
    if (error instanceof KeyError) throw keyNotFound(keyId);
    throw error;
  }
}

function keyNotFound(keyId: string): WireError {
  return new WireError('KmsKeyNotFoundException', `KMS key ${keyId} does not exist.`);
}

/** A bucket that is somewhere else (an S3-compatible endpoint) has no Region that could be compared. */
function verifyPlace(key: KeyDocument, keyId: string, bucket: BucketDocument | undefined): void {
  if (bucket === undefined || bucket.region === key.region) return;
  const message = `KMS key ${keyId} does not exist in the Region of the S3 bucket ${bucket.name}: ${bucket.region}.`;
  throw new WireError('KmsKeyNotFoundException', message);
}

function verifyUsable(key: KeyDocument): void {
  if (key.spec !== 'SYMMETRIC_DEFAULT')
    throw new WireError('KmsException', `KMS key ${keyArn(key)} is not a symmetric encryption key.`);
  if (key.state === 'Enabled') return;
  const state = key.state === 'Disabled' ? 'disabled' : 'pending deletion';
  throw new WireError('KmsException', `KMS key ${keyArn(key)} is ${state}.`);
}

/**
 * CloudTrail asks in the words in which files will be encrypted: for the trail, as its source, below the folder of its files.
 * Where the bucket has a bucket key, S3 must be able to open that, too.
 */
function verifyLetsIn(
  key: KeyDocument,
  trail: TrailDocument,
  bucket: BucketDocument | undefined,
  call: Call,
): void {
  const { arn: trailArn, accountId, organizationId, s3BucketName, s3KeyPrefix } = trail;
  const prefix = s3KeyPrefix === undefined || s3KeyPrefix === '' ? '' : `${s3KeyPrefix}/`;
  const folder = organizationId === undefined ? accountId : `${organizationId}/${accountId}`;
  const folderArn = `arn:aws:s3:::${s3BucketName}/${prefix}AWSLogs/${folder}/`;
  const context = {
    'aws:SourceArn': trailArn,
    'aws:SourceAccount': accountId,
    'aws:RequestedRegion': key.region,
    'aws:SecureTransport': 'true',
  };
  const encryptionContext = cloudTrailEncryptionContext(trailArn, folderArn);
  const asked = [
    { action: 'kms:GenerateDataKey', encryptionContext },
    { action: 'kms:DescribeKey' },
    ...(hasBucketKey(bucket) ? [{ action: 'kms:Decrypt', encryptionContext }] : []),
  ];
  const isLetIn = asked.every(
    (access) => decideKeyAccess(key, { ...access, principal: cloudTrail, context }, call.state).isAllowed,
  );
  if (isLetIn) return;
  const message = `Insufficient permissions to access S3 bucket ${s3BucketName} or KMS key ${keyArn(key)}.`;
  throw new WireError('InsufficientEncryptionPolicyException', message);
}

function hasBucketKey(bucket: BucketDocument | undefined): boolean {
  const encryption = bucket?.encryption as ServerSideEncryptionConfiguration | undefined;
  return encryption?.Rules?.some(({ BucketKeyEnabled: enabled }) => enabled === true) ?? false;
}
