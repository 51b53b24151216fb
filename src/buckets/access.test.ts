// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "How Amazon S3 authorizes a request", "Blocking public access to your Amazon S3 storage", "Access control
// list (ACL) overview"; S3 API Reference, PutBucketPolicy (the owner's root is never locked out of the policy).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NamedPolicy } from '../identity/access.js';
import { decideAccess } from '../identity/policy/decide-access.js';
import { parsePolicy } from '../identity/policy/parse-policy.js';
import type { Principal, UserPrincipal } from '../identity/principal.js';
import { type AccessPermission, bucketNeed } from './access.js';
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
  [
    'a public object',
    bucketWith(undefined, withAcls),
    anybody,
    { ...read, object: { ownerAccountId: '111122223333', acl: publicAcl } },
    true,
  ],
  [
    'a public object is not written',
    bucketWith(undefined, withAcls),
    anybody,
    { action: 's3:PutObjectAcl', key: 'k', object: { ownerAccountId: '111122223333', acl: publicAcl } },
    false,
  ],
  [
    'a public object when such ACLs are ignored',
    bucketWith(undefined, { ...withAcls, publicAccessBlock: allFour }),
    anybody,
    { ...read, object: { ownerAccountId: '111122223333', acl: publicAcl } },
    false,
  ],
  [
    'a public object against a Deny',
    bucketWith([denyAll], withAcls),
    anybody,
    { ...read, object: { ownerAccountId: '111122223333', acl: publicAcl } },
    false,
  ],
  [
    'a public object where ACLs are disabled',
    bucketWith(undefined),
    anybody,
    { ...read, object: { ownerAccountId: '111122223333', acl: publicAcl } },
    false,
  ],
  [
    'an object for those with an account, to one',
    bucketWith(undefined, withAcls),
    other,
    {
      ...read,
      object: {
        ownerAccountId: '111122223333',
        acl: cannedAcl('authenticated-read', '111122223333', '111122223333'),
      },
    },
    true,
  ],
  [
    'an object for those with an account, to anybody',
    bucketWith(undefined, withAcls),
    anybody,
    {
      ...read,
      object: {
        ownerAccountId: '111122223333',
        acl: cannedAcl('authenticated-read', '111122223333', '111122223333'),
      },
    },
    false,
  ],
  [
    'the writer of an object in another account’s bucket',
    bucketWith(undefined, withAcls),
    other,
    {
      ...read,
      object: { ownerAccountId: '444455556666', acl: cannedAcl('private', '444455556666', '111122223333') },
    },
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

/** As the request path asks, for callers without policies of their own but those that are given. */
function isAllowed(
  bucket: BucketDocument,
  principal: Principal,
  permission: AccessPermission,
  identity: readonly NamedPolicy[] = [],
): boolean {
  const policies = { identity, serviceControl: [] };
  return decideAccess({ ...bucketNeed(bucket, principal, permission), principal, policies }).isAllowed;
}

describe('access to a bucket', () => {
  for (const [what, bucket, principal, permission, expected] of cases) {
    test(`${what}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(isAllowed(bucket, principal, permission), expected);
    });
  }

  test('conditions see the request', () => {
    const bucket = bucketWith([{ ...toAll, Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }]);
    assert.equal(
      isAllowed(bucket, anybody, { ...read, context: () => ({ 'aws:SourceIp': '203.0.113.9' }) }),
      true,
    );
    assert.equal(
      isAllowed(bucket, anybody, { ...read, context: () => ({ 'aws:SourceIp': '198.51.100.9' }) }),
      false,
    );
  });
});

function user(accountId: string): UserPrincipal {
  return {
    kind: 'user',
    accountId,
    userName: 'jane',
    userId: 'AIDAJANE',
    arn: `arn:aws:iam::${accountId}:user/jane`,
    accessKeyId: 'C',
  };
}

const own = user('111122223333');
const foreign = user('444455556666');
const mayRead: NamedPolicy = {
  name: 'read',
  policy: parsePolicy(
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b-1/*' },
    }),
    'identity',
  ),
};
const toJane = { ...toAll, Principal: { AWS: own.arn } };
const toOwnAccount = { ...toAll, Principal: { AWS: '111122223333' } };

describe('users and the bucket of an account', () => {
  const users: [string, BucketDocument, UserPrincipal, readonly NamedPolicy[], boolean][] = [
    ['a user of the owner without any policy', bucketWith(undefined), own, [], false],
    ['a user of the owner by his own policy', bucketWith(undefined), own, [mayRead], true],
    ['a user of the owner by the bucket policy alone', bucketWith([toJane]), own, [], true],
    [
      'a user of the owner, whose account the bucket policy names',
      bucketWith([toOwnAccount]),
      own,
      [],
      false,
    ],
    [
      'a user of the owner, restricted or not, by a public policy',
      bucketWith([toAll], { publicAccessBlock: allFour }),
      own,
      [],
      true,
    ],
    ['a foreign user by his own policy alone', bucketWith(undefined), foreign, [mayRead], false],
    ['a foreign user by the bucket policy alone', bucketWith([toOther]), foreign, [], false],
    ['a foreign user by both', bucketWith([toOther]), foreign, [mayRead], true],
    [
      'a foreign user by both, but the bucket policy is public and restricted',
      bucketWith([toAll, toOther], { publicAccessBlock: allFour }),
      foreign,
      [mayRead],
      false,
    ],
    ['a user of the owner against a Deny', bucketWith([denyAll]), own, [mayRead], false],
  ];
  for (const [what, bucket, principal, identity, expected] of users) {
    test(`${what}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(isAllowed(bucket, principal, read, identity), expected);
    });
  }

  test('an ACL grants to an account, whose own policies say to which user', () => {
    const granting = cannedAcl('private', '444455556666', '111122223333');
    const object = { ownerAccountId: '444455556666', acl: granting };
    assert.equal(isAllowed(bucketWith(undefined, withAcls), foreign, { ...read, object }, []), false);
    assert.equal(isAllowed(bucketWith(undefined, withAcls), foreign, { ...read, object }, [mayRead]), true);
  });

  test('a public object is read by users of its account without a policy, by others only with one of theirs', () => {
    const object = { ownerAccountId: '111122223333', acl: publicAcl };
    assert.equal(isAllowed(bucketWith(undefined, withAcls), own, { ...read, object }, []), true);
    assert.equal(isAllowed(bucketWith(undefined, withAcls), foreign, { ...read, object }, []), false);
    assert.equal(isAllowed(bucketWith(undefined, withAcls), foreign, { ...read, object }, [mayRead]), true);
  });
});

describe('an object that its writer kept', () => {
  const theirs = {
    ownerAccountId: '444455556666',
    acl: cannedAcl('private', '444455556666', '111122223333'),
  };
  const given = {
    ownerAccountId: '444455556666',
    acl: cannedAcl('bucket-owner-full-control', '444455556666', '111122223333'),
  };
  test('is closed to the bucket owner, whatever his policy says', () => {
    assert.equal(isAllowed(bucketWith(undefined, withAcls), owner, { ...read, object: theirs }), false);
    const toOwner = { ...toAll, Principal: { AWS: '111122223333' } };
    assert.equal(isAllowed(bucketWith([toOwner], withAcls), owner, { ...read, object: theirs }), false);
  });
  test('is open to him by its ACL', () => {
    assert.equal(isAllowed(bucketWith(undefined, withAcls), owner, { ...read, object: given }), true);
  });
  test('can be denied by the bucket policy to its own writer', () => {
    assert.equal(isAllowed(bucketWith([denyAll], withAcls), other, { ...read, object: theirs }), false);
  });
  test('can be deleted by the bucket owner', () => {
    const permission = { action: 's3:DeleteObject', key: 'k', object: theirs };
    assert.equal(isAllowed(bucketWith(undefined, withAcls), owner, permission), true);
  });
  test('is the bucket owner’s where ACLs are disabled', () => {
    assert.equal(isAllowed(bucketWith(undefined), owner, { ...read, object: theirs }), true);
  });
});
