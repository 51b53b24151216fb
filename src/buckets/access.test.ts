// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "How Amazon S3 authorizes a request", "Blocking public access to your Amazon S3 storage", "Access control
// list (ACL) overview"; S3 API Reference, PutBucketPolicy (the owner's root is never locked out of the policy).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Principal } from '../identity/principal.js';
import { type AccessPermission, decideAccess } from './access.js';
import { cannedAcl } from './acl.js';
import type { BucketDocument } from './bucket.js';

const owner: Principal = { kind: 'root', accountId: '111122223333', accessKeyId: 'A' };
const other: Principal = { kind: 'root', accountId: '444455556666', accessKeyId: 'B' };
const anybody: Principal = { kind: 'anonymous' };
const service: Principal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };

function bucketWith(statements: object[] | undefined, change: Partial<BucketDocument> = {}): BucketDocument {
  return {
    name: 'b-1',
    accountId: '111122223333',
    region: 'us-east-1',
    createdAtMs: 0,
    objectOwnership: 'BucketOwnerEnforced',
    ...(statements === undefined
      ? undefined
      : { policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }),
    ...change,
  };
}

const toAll = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b-1/*' };
const toOther = { ...toAll, Principal: { AWS: '444455556666' } };
const toService = { ...toAll, Principal: { Service: 'cloudtrail.amazonaws.com' } };
const denyAll = {
  ...toAll,
  Effect: 'Deny',
  Action: 's3:*',
  Resource: ['arn:aws:s3:::b-1', 'arn:aws:s3:::b-1/*'],
};
const allFour = {
  blockPublicAcls: true,
  ignorePublicAcls: true,
  blockPublicPolicy: true,
  restrictPublicBuckets: true,
};
const read: AccessPermission = { action: 's3:GetObject', key: 'k' };
const publicAcl = cannedAcl('public-read', '111122223333', '111122223333');
const withAcls = { objectOwnership: 'ObjectWriter' } as const;

const cases: [string, BucketDocument, Principal, AccessPermission, boolean][] = [
  ['the owner without a policy', bucketWith(undefined), owner, read, true],
  ['another account without a policy', bucketWith(undefined), other, read, false],
  ['anybody without a policy', bucketWith(undefined), anybody, read, false],
  ['a service without a policy', bucketWith(undefined), service, read, false],
  ['the owner against a Deny', bucketWith([denyAll]), owner, read, false],
  [
    'the owner reading the policy that denies',
    bucketWith([denyAll]),
    owner,
    { action: 's3:GetBucketPolicy' },
    true,
  ],
  [
    'the owner removing the policy that denies',
    bucketWith([denyAll]),
    owner,
    { action: 's3:DeleteBucketPolicy' },
    true,
  ],
  ['another account against Allow and Deny', bucketWith([toOther, denyAll]), other, read, false],
  ['another account that is allowed', bucketWith([toOther]), other, read, true],
  [
    'another account doing what is not allowed',
    bucketWith([toOther]),
    other,
    { action: 's3:PutObject', key: 'k' },
    false,
  ],
  ['anybody by a public policy', bucketWith([toAll]), anybody, read, true],
  [
    'anybody when public buckets are restricted',
    bucketWith([toAll], { publicAccessBlock: allFour }),
    anybody,
    read,
    false,
  ],
  [
    'another account when public buckets are restricted',
    bucketWith([toAll, toOther], { publicAccessBlock: allFour }),
    other,
    read,
    false,
  ],
  [
    'the owner when public buckets are restricted',
    bucketWith([toAll], { publicAccessBlock: allFour }),
    owner,
    read,
    true,
  ],
  [
    'a service when public buckets are restricted',
    bucketWith([toAll, toService], { publicAccessBlock: allFour }),
    service,
    read,
    true,
  ],
  [
    'an account that is named, restricted or not',
    bucketWith([toOther], { publicAccessBlock: allFour }),
    other,
    read,
    true,
  ],
  ['a policy that cannot be read', bucketWith(undefined, { policy: '{' }), owner, read, false],
  [
    'a policy that cannot be read, to its repair',
    bucketWith(undefined, { policy: '{' }),
    owner,
    { action: 's3:PutBucketPolicy' },
    true,
  ],
  ['a public object', bucketWith(undefined, withAcls), anybody, { ...read, objectAcl: publicAcl }, true],
  [
    'a public object is not written',
    bucketWith(undefined, withAcls),
    anybody,
    { action: 's3:PutObjectAcl', key: 'k', objectAcl: publicAcl },
    false,
  ],
  [
    'a public object when such ACLs are ignored',
    bucketWith(undefined, { ...withAcls, publicAccessBlock: allFour }),
    anybody,
    { ...read, objectAcl: publicAcl },
    false,
  ],
  [
    'a public object against a Deny',
    bucketWith([denyAll], withAcls),
    anybody,
    { ...read, objectAcl: publicAcl },
    false,
  ],
  [
    'a public object where ACLs are disabled',
    bucketWith(undefined),
    anybody,
    { ...read, objectAcl: publicAcl },
    false,
  ],
  [
    'an object for those with an account, to one',
    bucketWith(undefined, withAcls),
    other,
    { ...read, objectAcl: cannedAcl('authenticated-read', '111122223333', '111122223333') },
    true,
  ],
  [
    'an object for those with an account, to anybody',
    bucketWith(undefined, withAcls),
    anybody,
    { ...read, objectAcl: cannedAcl('authenticated-read', '111122223333', '111122223333') },
    false,
  ],
  [
    'the writer of an object in another account’s bucket',
    bucketWith(undefined, withAcls),
    other,
    { ...read, objectAcl: cannedAcl('private', '444455556666', '111122223333') },
    true,
  ],
  [
    'a bucket that everybody may list',
    bucketWith(undefined, { ...withAcls, acl: publicAcl }),
    anybody,
    { action: 's3:ListBucket' },
    true,
  ],
  [
    'a bucket that everybody may list is not read from',
    bucketWith(undefined, { ...withAcls, acl: publicAcl }),
    anybody,
    read,
    false,
  ],
];

describe('access to a bucket', () => {
  for (const [what, bucket, principal, permission, expected] of cases) {
    test(`${what}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(decideAccess(bucket, principal, permission), expected);
    });
  }

  test('conditions see the request', () => {
    const bucket = bucketWith([{ ...toAll, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }]);
    assert.equal(
      decideAccess(bucket, anybody, { ...read, context: { 'aws:SourceIp': '203.0.113.9' } }),
      true,
    );
    assert.equal(
      decideAccess(bucket, anybody, { ...read, context: { 'aws:SourceIp': '198.51.100.9' } }),
      false,
    );
  });
});
