// SPDX-License-Identifier: Apache-2.0
import { decideForService } from '../identity/policy/decide-for-service.js';
import type { ServicePrincipal } from '../identity/principal.js';
import { type AccessPermission, bucketNeed } from './access.js';
import type { BucketDocument } from './bucket.js';

export interface LogDestinationCheck {
  readonly bucket: BucketDocument;
  readonly trailArn: string;
  /** The account whose log files are written: the trail's own, or a member of its organization. */
  readonly accountId: string;
  /** Of an organization trail: the folder of its members' files. */
  readonly organizationId?: string | undefined;
  /** The trail's S3 key prefix, without a slash at its end. */
  readonly keyPrefix?: string | undefined;
  /** Folders below the account's; absent: those of log files and digests. */
  readonly folders?: readonly string[];
}

const logFolders: readonly string[] = ['CloudTrail', 'CloudTrail-Digest'];

export type LogDestinationVerdict =
  | { readonly ok: true }
  /** `requesterPays`: such buckets cannot hold logs. `policy`: the bucket policy lets CloudTrail not in far enough. */
  | { readonly ok: false; readonly reason: 'requesterPays' | 'policy'; readonly message: string };

const cloudTrail: ServicePrincipal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };

/**
 * Whether CloudTrail may write the log files of a trail into a bucket: it must be allowed to read the bucket's ACL and to put
 * objects under `[prefix/]AWSLogs/[o-…/]ACCOUNT/`, in the words in which it asks (the bucket's owner gets full control; the
 * trail is the source). Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail".
 */
export function canCloudTrailWrite({
  bucket,
  trailArn,
  accountId,
  organizationId,
  keyPrefix,
  folders = logFolders,
}: LogDestinationCheck): LogDestinationVerdict {
  if (bucket.requestPayer === 'Requester') {
    return {
      ok: false,
      reason: 'requesterPays',
      message: `The bucket ${bucket.name} is a Requester Pays bucket.`,
    };
  }
  const source = sourceContext(trailArn, accountId);
  if (!mayCloudTrail(bucket, { action: 's3:GetBucketAcl', context: () => source }))
    return refused(bucket, 's3:GetBucketAcl', '');
  const prefix = keyPrefix === undefined || keyPrefix === '' ? '' : `${keyPrefix}/`;
  for (const folder of folders) {
    const key = `${prefix}AWSLogs/${organizationId === undefined ? '' : `${organizationId}/`}${accountId}/${folder}/`;
    if (!mayCloudTrailPut(bucket, { trailArn, accountId, key }))
      return refused(bucket, 's3:PutObject', `/${key}`);
  }
  return { ok: true };
}

/** The same question for one key; a key that ends with a slash stands for what is below it. */
export function mayCloudTrailPut(
  bucket: BucketDocument,
  {
    trailArn,
    accountId,
    key,
  }: { readonly trailArn: string; readonly accountId: string; readonly key: string },
): boolean {
  if (bucket.requestPayer === 'Requester') return false;
  const context = { ...sourceContext(trailArn, accountId), 's3:x-amz-acl': 'bucket-owner-full-control' };
  return mayCloudTrail(bucket, { action: 's3:PutObject', key, context: () => context });
}

function mayCloudTrail(bucket: BucketDocument, permission: AccessPermission): boolean {
  return decideForService(cloudTrail, bucketNeed(bucket, cloudTrail, permission)).isAllowed;
}

function sourceContext(trailArn: string, accountId: string): Readonly<Record<string, string>> {
  return {
    'aws:SourceArn': trailArn,
    'aws:SourceAccount': accountOfArn(trailArn) ?? accountId,
    'aws:SecureTransport': 'true',
  };
}

function refused(bucket: BucketDocument, action: string, path: string): LogDestinationVerdict {
  return {
    ok: false,
    reason: 'policy',
    message: `The bucket policy does not let CloudTrail do ${action} on ${bucket.name}${path}.`,
  };
}

function accountOfArn(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
}
