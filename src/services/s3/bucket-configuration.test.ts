// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 API Reference, the page of each operation, for the answers and the codes; S3 User Guide, "Default settings for new S3
// buckets". State goes through JSON as in the log, so a value that would not survive that fails here.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { canonicalUserId } from '../../buckets/canonical-user.js';
import { anonymous, openScene, type S3Scene, stranger, textOf } from './testing/s3-scene.js';

let scene: S3Scene;
const Bucket = 'configured';
before(async () => {
  scene = await openScene();
  await scene.makeBucket(Bucket);
});
after(() => scene.close());

const run = (operation: string, more: object = {}) => scene.run(operation, { Bucket, ...more });
const refuse = (code: string, operation: string, more: object = {}) =>
  scene.refuse(code, operation, { Bucket, ...more });
const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers';
const ID = canonicalUserId('111122223333');

describe('the bucket policy', () => {
  const toService = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:GetBucketAcl',
        Resource: `arn:aws:s3:::${Bucket}`,
      },
    ],
  };
  const toAll = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
    ],
  };

  test('is answered as the text that was put; none is NoSuchBucketPolicy', async () => {
    await refuse('NoSuchBucketPolicy', 'GetBucketPolicy');
    await refuse('NoSuchBucketPolicy', 'GetBucketPolicyStatus');
    const text = JSON.stringify(toService, null, 3);
    await run('PutBucketPolicy', { Policy: text });
    assert.deepEqual(await run('GetBucketPolicy'), { Policy: text });
    assert.deepEqual(await run('GetBucketPolicyStatus'), { PolicyStatus: { IsPublic: false } });
    await run('DeleteBucketPolicy');
    await run('DeleteBucketPolicy');
    await refuse('NoSuchBucketPolicy', 'GetBucketPolicy');
  });

  test('a public one is blocked, until that is switched off; then anybody reads', async () => {
    await refuse('AccessDenied', 'PutBucketPolicy', { Policy: JSON.stringify(toAll) });
    await run('DeletePublicAccessBlock');
    await run('PutBucketPolicy', { Policy: JSON.stringify(toAll) });
    assert.deepEqual(await run('GetBucketPolicyStatus'), { PolicyStatus: { IsPublic: true } });
    await scene.put(Bucket, 'open', 'to all');
    const answer = await scene.run('GetObject', { Bucket, Key: 'open' }, { principal: anonymous });
    assert.equal(await textOf(answer.Body), 'to all');
    await scene.refuse(
      'InvalidRequest',
      'GetObject',
      { Bucket, Key: 'open', ResponseContentType: 'text/html' },
      { principal: anonymous },
    );
    await scene.refuse('AccessDenied', 'ListObjectsV2', { Bucket }, { principal: anonymous });
    await run('PutBucketPolicy', { Policy: JSON.stringify(toService) });
  });

  const refused: [string, string, string][] = [
    ['no JSON', 'MalformedPolicy', 'nonsense'],
    ['nothing', 'MissingRequestBodyError', ''],
    [
      'another bucket',
      'MalformedPolicy',
      JSON.stringify({
        ...toAll,
        Statement: [{ ...toAll.Statement[0], Resource: 'arn:aws:s3:::another/*' }],
      }),
    ],
    ['more than 20 KB', 'PolicyTooLarge', JSON.stringify({ ...toService, Id: 'x'.repeat(20 * 1024) })],
  ];
  for (const [what, code, Policy] of refused) {
    test(`refuses ${what}: ${code}`, async () => {
      await refuse(code, 'PutBucketPolicy', { Policy });
    });
  }

  test('an object tag that a policy asks for is looked at', async () => {
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { AWS: '444455556666' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/*`,
        Condition: { StringEquals: { 's3:ExistingObjectTag/open': 'yes' } },
      },
    ];
    await run('PutBucketPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    await scene.put(Bucket, 'tagged', 'x', { Tagging: 'open=yes' });
    await scene.put(Bucket, 'untagged', 'x');
    await textOf((await scene.run('GetObject', { Bucket, Key: 'tagged' }, { principal: stranger })).Body);
    await scene.refuse('AccessDenied', 'GetObject', { Bucket, Key: 'untagged' }, { principal: stranger });
    await run('DeleteBucketPolicy');
  });
});

describe('public access block', () => {
  test('all four are on for a new bucket, none after Delete', async () => {
    await scene.makeBucket('new-bucket');
    const on = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    assert.deepEqual(await scene.run('GetPublicAccessBlock', { Bucket: 'new-bucket' }), {
      PublicAccessBlockConfiguration: on,
    });
    await scene.run('PutPublicAccessBlock', {
      Bucket: 'new-bucket',
      PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    });
    const one = {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    };
    assert.deepEqual(await scene.run('GetPublicAccessBlock', { Bucket: 'new-bucket' }), {
      PublicAccessBlockConfiguration: one,
    });
    await scene.run('DeletePublicAccessBlock', { Bucket: 'new-bucket' });
    await scene.refuse('NoSuchPublicAccessBlockConfiguration', 'GetPublicAccessBlock', {
      Bucket: 'new-bucket',
    });
    await scene.refuse('MalformedXML', 'PutPublicAccessBlock', { Bucket: 'new-bucket' });
  });
});

describe('ownership controls and ACLs', () => {
  const controls = (ObjectOwnership: string) => ({ OwnershipControls: { Rules: [{ ObjectOwnership }] } });

  test('ACLs are disabled at first', async () => {
    assert.deepEqual(await run('GetBucketOwnershipControls'), controls('BucketOwnerEnforced'));
    const acl = {
      Owner: { ID },
      Grants: [{ Grantee: { Type: 'CanonicalUser', ID }, Permission: 'FULL_CONTROL' }],
    };
    assert.deepEqual(await run('GetBucketAcl'), acl);
    const error = await refuse('AccessControlListNotSupported', 'PutBucketAcl', { ACL: 'public-read' });
    assert.equal(error.status, 400);
    await run('PutBucketAcl', { AccessControlPolicy: acl });
    await refuse('MissingSecurityHeader', 'PutBucketAcl');
  });

  test('can be allowed, put, and must be private again before they are disabled', async () => {
    await run('PutBucketOwnershipControls', controls('BucketOwnerPreferred'));
    await run('PutBucketAcl', { GrantRead: `uri="${allUsers}", id=${'a'.repeat(64)}` });
    const { Grants } = await run('GetBucketAcl');
    assert.deepEqual(Grants, [
      { Grantee: { Type: 'Group', URI: allUsers }, Permission: 'READ' },
      { Grantee: { Type: 'CanonicalUser', ID: 'a'.repeat(64) }, Permission: 'READ' },
    ]);
    await refuse(
      'InvalidBucketAclWithObjectOwnership',
      'PutBucketOwnershipControls',
      controls('BucketOwnerEnforced'),
    );
    await run('PutBucketAcl', { ACL: 'private' });
    await run('PutBucketOwnershipControls', controls('BucketOwnerEnforced'));
  });

  test('Delete leaves a bucket without controls', async () => {
    await run('DeleteBucketOwnershipControls');
    await refuse('OwnershipControlsNotFoundError', 'GetBucketOwnershipControls');
    await scene.put(Bucket, 'with-acl', 'x', { ACL: 'authenticated-read' });
    await refuse('MalformedXML', 'PutBucketOwnershipControls', controls('Nobody'));
  });

  const refused: [string, string, object][] = [
    ['a canned name that is none', 'InvalidArgument', { ACL: 'everybody' }],
    ['a canned ACL and grants', 'InvalidRequest', { ACL: 'private', GrantRead: `uri="${allUsers}"` }],
    ['a group that is none', 'InvalidArgument', { GrantRead: 'uri="http://example.com"' }],
    ['an id that is none', 'InvalidArgument', { GrantRead: 'id="me"' }],
    ['an e-mail address', 'UnresolvableGrantByEmailAddress', { GrantRead: 'emailAddress="a@example.com"' }],
    [
      'a permission that is none',
      'MalformedACLError',
      {
        AccessControlPolicy: {
          Owner: { ID },
          Grants: [{ Grantee: { Type: 'CanonicalUser', ID }, Permission: 'ALL' }],
        },
      },
    ],
    ['another owner', 'AccessDenied', { AccessControlPolicy: { Owner: { ID: 'a'.repeat(64) }, Grants: [] } }],
  ];
  for (const [what, code, more] of refused) {
    test(`refuses ${what}: ${code}`, async () => {
      await refuse(code, 'PutBucketAcl', more);
    });
  }
});

describe('the other subresources', () => {
  test('encryption is AES256 unless it is said', async () => {
    const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false };
    assert.deepEqual(await run('GetBucketEncryption'), {
      ServerSideEncryptionConfiguration: { Rules: [rule] },
    });
    await run('PutBucketEncryption', {
      ServerSideEncryptionConfiguration: { Rules: [{ ...rule, BucketKeyEnabled: true }] },
    });
    assert.deepEqual(await run('GetBucketEncryption'), {
      ServerSideEncryptionConfiguration: { Rules: [{ ...rule, BucketKeyEnabled: true }] },
    });
    await run('DeleteBucketEncryption');
    assert.deepEqual(await run('GetBucketEncryption'), {
      ServerSideEncryptionConfiguration: { Rules: [rule] },
    });
    await refuse('NotImplemented', 'PutBucketEncryption', {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' } }],
      },
    });
    await refuse('MalformedXML', 'PutBucketEncryption', { ServerSideEncryptionConfiguration: { Rules: [] } });
  });

  test('versioning', async () => {
    assert.deepEqual(await run('GetBucketVersioning'), {});
    await run('PutBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    assert.deepEqual(await run('GetBucketVersioning'), { Status: 'Enabled' });
    await refuse('IllegalVersioningConfigurationException', 'PutBucketVersioning', {
      VersioningConfiguration: {},
    });
    await refuse('NotImplemented', 'PutBucketVersioning', {
      VersioningConfiguration: { Status: 'Enabled', MFADelete: 'Enabled' },
    });
  });

  test('lifecycle: dates come back as dates; objects tell when they expire', async () => {
    await refuse('NoSuchLifecycleConfiguration', 'GetBucketLifecycleConfiguration');
    const Rules = [
      {
        ID: 'dated',
        Status: 'Enabled',
        Filter: { Prefix: 'a/' },
        Expiration: { Date: new Date(Date.UTC(2027, 0, 1)) },
      },
      {
        ID: 'days one',
        Status: 'Enabled',
        Filter: { Prefix: 'b/' },
        Expiration: { Days: 1 },
        Transitions: [{ Date: new Date(Date.UTC(2027, 0, 1)), StorageClass: 'GLACIER' }],
      },
    ];
    await run('PutBucketLifecycleConfiguration', { LifecycleConfiguration: { Rules } });
    assert.deepEqual((await run('GetBucketLifecycleConfiguration')).Rules, Rules);
    const put = await scene.put(Bucket, 'b/1', 'x');
    assert.equal(put.Expiration, 'expiry-date="Mon, 23 Nov 2026 00:00:00 GMT", rule-id="days%20one"');
    await run('DeleteBucketLifecycle');
    await refuse('NoSuchLifecycleConfiguration', 'GetBucketLifecycleConfiguration');
  });

  test('request payment: others must say that they pay', async () => {
    assert.deepEqual(await run('GetBucketRequestPayment'), { Payer: 'BucketOwner' });
    await run('PutBucketRequestPayment', { RequestPaymentConfiguration: { Payer: 'Requester' } });
    assert.deepEqual(await run('GetBucketRequestPayment'), { Payer: 'Requester' });
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { AWS: '444455556666' },
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${Bucket}`,
      },
    ];
    await run('PutBucketPolicy', { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    await scene.refuse('AccessDenied', 'HeadBucket', { Bucket }, { principal: stranger });
    await scene.run(
      'HeadBucket',
      { Bucket },
      { principal: stranger, request: { headers: { 'x-amz-request-payer': 'requester' } } },
    );
    await refuse('MalformedXML', 'PutBucketRequestPayment', {
      RequestPaymentConfiguration: { Payer: 'Nobody' },
    });
  });

  test('tags', async () => {
    await refuse('NoSuchTagSet', 'GetBucketTagging');
    const TagSet = [
      { Key: 'a', Value: '1' },
      { Key: '__proto__', Value: '2' },
    ];
    await run('PutBucketTagging', { Tagging: { TagSet } });
    assert.deepEqual(await run('GetBucketTagging'), { TagSet });
    const many = Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
    await refuse('BadRequest', 'PutBucketTagging', { Tagging: { TagSet: many } });
    await refuse('MalformedXML', 'PutBucketTagging');
    await run('DeleteBucketTagging');
    await refuse('NoSuchTagSet', 'GetBucketTagging');
  });
});
