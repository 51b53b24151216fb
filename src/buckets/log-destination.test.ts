// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail": the policy printed there is enough, and each part of
// it is needed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BucketDocument } from './bucket.js';
import { canCloudTrailWrite, mayCloudTrailPut } from './log-destination.js';

const trailArn = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/my-trail';
const accountId = '111122223333';

function documentedPolicy(prefix: string): { Version: string; Statement: Record<string, unknown>[] } {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailAclCheck20150319',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:GetBucketAcl',
        Resource: 'arn:aws:s3:::my-logs',
        Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
      },
      {
        Sid: 'AWSCloudTrailWrite20150319',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::my-logs/${prefix}AWSLogs/111122223333/*`,
        Condition: {
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': trailArn },
        },
      },
    ],
  };
}

function bucketWith(policy: object | undefined, change: Partial<BucketDocument> = {}): BucketDocument {
  return {
    name: 'my-logs',
    accountId,
    region: 'us-east-1',
    createdAtMs: 0,
    objectOwnership: 'BucketOwnerEnforced',
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    ...(policy === undefined ? undefined : { policy: JSON.stringify(policy) }),
    ...change,
  };
}

const without = (index: number) => ({
  Version: '2012-10-17',
  Statement: documentedPolicy('').Statement.filter((_, at) => at !== index),
});
const changed = (index: number, change: object) => ({
  Version: '2012-10-17',
  Statement: documentedPolicy('').Statement.map((statement, at) =>
    at === index ? { ...statement, ...change } : statement,
  ),
});
const denied = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::my-logs/*',
  Condition: { Bool: { 'aws:SecureTransport': 'true' } },
};

const cases: [string, BucketDocument, string | undefined, 'ok' | 'policy' | 'requesterPays'][] = [
  ['the documented policy', bucketWith(documentedPolicy('')), undefined, 'ok'],
  ['the documented policy with a prefix', bucketWith(documentedPolicy('a/b/')), 'a/b', 'ok'],
  ['the prefix of another trail', bucketWith(documentedPolicy('a/')), 'b', 'policy'],
  ['no prefix where the policy has one', bucketWith(documentedPolicy('a/')), undefined, 'policy'],
  ['no policy', bucketWith(undefined), undefined, 'policy'],
  ['without the ACL check', bucketWith(without(0)), undefined, 'policy'],
  ['without the write', bucketWith(without(1)), undefined, 'policy'],
  [
    'another service',
    bucketWith(changed(1, { Principal: { Service: 'config.amazonaws.com' } })),
    undefined,
    'policy',
  ],
  [
    'another account’s folder',
    bucketWith(changed(1, { Resource: 'arn:aws:s3:::my-logs/AWSLogs/999999999999/*' })),
    undefined,
    'policy',
  ],
  [
    'another trail',
    bucketWith(changed(1, { Condition: { StringEquals: { 'aws:SourceArn': `${trailArn}2` } } })),
    undefined,
    'policy',
  ],
  [
    'the source account',
    bucketWith(changed(1, { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } })),
    undefined,
    'ok',
  ],
  [
    'a Deny on top',
    bucketWith({ ...documentedPolicy(''), Statement: [...documentedPolicy('').Statement, denied] }),
    undefined,
    'policy',
  ],
  [
    'a Requester Pays bucket',
    bucketWith(documentedPolicy(''), { requestPayer: 'Requester' }),
    undefined,
    'requesterPays',
  ],
];

describe('CloudTrail may write into a bucket', () => {
  for (const [what, bucket, keyPrefix, expected] of cases) {
    test(`${what}: ${expected}`, () => {
      const verdict = canCloudTrailWrite({ bucket, trailArn, accountId, keyPrefix });
      assert.equal(verdict.ok ? 'ok' : verdict.reason, expected);
    });
  }

  test('one key at a time', () => {
    const bucket = bucketWith(documentedPolicy(''));
    assert.equal(
      mayCloudTrailPut(bucket, { trailArn, accountId, key: 'AWSLogs/111122223333/CloudTrail/x.json.gz' }),
      true,
    );
    assert.equal(mayCloudTrailPut(bucket, { trailArn, accountId, key: 'elsewhere/x.json.gz' }), false);
  });
});
