// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "Locking objects with Object Lock", "Object Lock considerations", "Configuring S3 Object Lock";
// S3 API Reference, the page of each operation and "Error responses".
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { openScene, type S3Scene, stranger } from './testing/s3-scene.js';

let scene: S3Scene;
const Bucket = 'locked';
const Key = 'k';
const dayMs = 86_400_000;
const in10Days = () => new Date(scene.clock.now() + 10 * dayMs);
const in9Days = () => new Date(scene.clock.now() + 9 * dayMs);
const in11Days = () => new Date(scene.clock.now() + 11 * dayMs);
const lockedMessage = 'Access Denied because object protected by object lock.';

before(async () => {
  scene = await openScene();
  await scene.run('CreateBucket', { Bucket, ObjectLockEnabledForBucket: true });
  await scene.makeBucket('plain');
  await scene.makeBucket('versioned', { versioning: 'Enabled' });
});
after(() => scene.close());

const governance = () => ({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: in10Days() });
const compliance = () => ({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: in10Days() });
/** The integrity header that S3 wants of locked writes; the scene's bodies are 'x'. */
const digest = { ContentMD5: createHash('md5').update('x').digest('base64') };

async function put(more: object = {}, bucket = Bucket): Promise<string> {
  return String((await scene.put(bucket, Key, 'x', { ...digest, ...more })).VersionId);
}

const remove = (VersionId: string, more: object = {}) =>
  scene.run('DeleteObject', { Bucket, Key, VersionId, ...more });
const refuseRemove = async (VersionId: string, more: object = {}) => {
  const error = await scene.refuse('AccessDenied', 'DeleteObject', { Bucket, Key, VersionId, ...more });
  assert.deepEqual([error.status, error.message], [403, lockedMessage]);
};

describe('a bucket with Object Lock', () => {
  test('is versioned and stays so', async () => {
    assert.deepEqual(await scene.run('GetBucketVersioning', { Bucket }), { Status: 'Enabled' });
    const error = await scene.refuse('InvalidBucketState', 'PutBucketVersioning', {
      Bucket,
      VersioningConfiguration: { Status: 'Suspended' },
    });
    assert.equal(error.status, 409);
    await scene.run('PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  });

  test('has a configuration, which can get a default retention and lose it, but never goes', async () => {
    const plain = { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
    assert.deepEqual(await scene.run('GetObjectLockConfiguration', { Bucket }), plain);
    const withRule = {
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3, Years: undefined } },
      },
    };
    await scene.run('PutObjectLockConfiguration', { Bucket, ...withRule });
    assert.deepEqual(await scene.run('GetObjectLockConfiguration', { Bucket }), withRule);
    await scene.run('PutObjectLockConfiguration', { Bucket, ...plain });
    assert.deepEqual(await scene.run('GetObjectLockConfiguration', { Bucket }), plain);
    await scene.refuse('MalformedXML', 'PutObjectLockConfiguration', { Bucket });
  });

  test('a bucket without: none to answer; not versioned: none to put; versioned: it is switched on', async () => {
    for (const name of ['plain', 'versioned']) {
      const error = await scene.refuse('ObjectLockConfigurationNotFoundError', 'GetObjectLockConfiguration', {
        Bucket: name,
      });
      assert.equal(error.status, 404);
    }
    const configuration = { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } };
    await scene.refuse('InvalidBucketState', 'PutObjectLockConfiguration', {
      Bucket: 'plain',
      ...configuration,
    });
    await scene.makeBucket('switched-on', { versioning: 'Enabled' });
    await scene.run('PutObjectLockConfiguration', { Bucket: 'switched-on', ...configuration });
    await put(governance(), 'switched-on');
  });

  test('without it locks are refused: of objects, of writes, and what would bypass them', async () => {
    await scene.put('plain', Key, 'x');
    const target = { Bucket: 'plain', Key };
    const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: in10Days() };
    for (const [operation, more] of [
      ['PutObjectRetention', { Retention }],
      ['GetObjectRetention', {}],
      ['PutObjectLegalHold', { LegalHold: { Status: 'ON' } }],
      ['GetObjectLegalHold', {}],
      ['PutObject', governance()],
      ['CreateMultipartUpload', { ObjectLockLegalHoldStatus: 'ON' }],
      ['CopyObject', { CopySource: 'plain/k', MetadataDirective: 'REPLACE', ...governance() }],
    ] as const) {
      const error = await scene.refuse('InvalidRequest', operation, { ...target, ...more });
      assert.equal(error.message, 'Bucket is missing Object Lock Configuration', operation);
    }
    for (const BypassGovernanceRetention of [true, false]) {
      await scene.refuse('InvalidArgument', 'DeleteObject', { ...target, BypassGovernanceRetention });
      const Delete = { Objects: [{ Key }] };
      await scene.refuse('InvalidArgument', 'DeleteObjects', {
        Bucket: 'plain',
        Delete,
        BypassGovernanceRetention,
      });
    }
  });

  test('cannot go while a version is in it', async () => {
    await scene.run('CreateBucket', { Bucket: 'to-stay', ObjectLockEnabledForBucket: true });
    await put(compliance(), 'to-stay');
    await scene.run('DeleteObject', { Bucket: 'to-stay', Key });
    await scene.refuse('BucketNotEmpty', 'DeleteBucket', { Bucket: 'to-stay' });
  });
});

describe('a version that is locked by its writer', () => {
  test('GOVERNANCE: deleted only by bypass; a marker needs none', async () => {
    const version = await put(governance());
    await refuseRemove(version);
    await refuseRemove(version, { BypassGovernanceRetention: false });
    const marker = await scene.run('DeleteObject', { Bucket, Key });
    assert.equal(marker.DeleteMarker, true);
    await remove(String(marker.VersionId));
    await remove(version, { BypassGovernanceRetention: true });
  });

  test('COMPLIANCE: deleted by nobody, until it ends', async () => {
    const version = await put(compliance());
    await refuseRemove(version);
    await refuseRemove(version, { BypassGovernanceRetention: true });
    scene.clock.advance(10 * dayMs);
    await remove(version);
  });

  test('a legal hold: by nobody until it is taken away; bypass does not help', async () => {
    const version = await put({ ObjectLockLegalHoldStatus: 'ON' });
    await refuseRemove(version, { BypassGovernanceRetention: true });
    await scene.run('PutObjectLegalHold', {
      Bucket,
      Key,
      VersionId: version,
      LegalHold: { Status: 'OFF' },
    });
    await remove(version);
  });

  test('DeleteObjects tells it of each key', async () => {
    const [free, locked] = [await put(), await put(compliance())];
    const Objects = [
      { Key, VersionId: free },
      { Key, VersionId: locked },
    ];
    const answer = await scene.run('DeleteObjects', {
      Bucket,
      Delete: { Objects },
      BypassGovernanceRetention: true,
    });
    assert.deepEqual(answer.Deleted, [{ Key, VersionId: free }]);
    assert.deepEqual(answer.Errors, [
      { Key, VersionId: locked, Code: 'AccessDenied', Message: lockedMessage },
    ]);
  });

  test('GET and HEAD tell of it', async () => {
    const until = in10Days();
    const version = await put({ ...compliance(), ObjectLockLegalHoldStatus: 'ON' });
    for (const operation of ['HeadObject', 'GetObject']) {
      const answer = await scene.run(operation, { Bucket, Key, VersionId: version });
      assert.deepEqual(
        [answer.ObjectLockMode, answer.ObjectLockRetainUntilDate, answer.ObjectLockLegalHoldStatus],
        ['COMPLIANCE', until, 'ON'],
      );
    }
    await put();
    const free = await scene.run('HeadObject', { Bucket, Key });
    assert.equal('ObjectLockMode' in free || 'ObjectLockLegalHoldStatus' in free, false);
  });

  for (const [what, code, more] of [
    ['a mode alone', 'InvalidArgument', { ObjectLockMode: 'GOVERNANCE' }],
    ['a date alone', 'InvalidArgument', { ObjectLockRetainUntilDate: new Date(Date.UTC(2030, 0)) }],
    [
      'a mode that is none',
      'InvalidArgument',
      { ObjectLockMode: 'governance', ObjectLockRetainUntilDate: new Date(Date.UTC(2030, 0)) },
    ],
    [
      'a date that is past',
      'InvalidArgument',
      { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(Date.UTC(2020, 0)) },
    ],
    ['a hold that is none', 'InvalidArgument', { ObjectLockLegalHoldStatus: 'on' }],
    ['an event hold', 'NotImplemented', { ObjectLockEventHold: 'ON' }],
    [
      'a lock without a digest of the bytes',
      'InvalidRequest',
      { ObjectLockLegalHoldStatus: 'ON', ContentMD5: undefined },
    ],
  ] as const) {
    test(`refuses ${what}: ${code}`, async () => {
      await scene.refuse(code, 'PutObject', { Bucket, Key, Body: Buffer.from('x'), ...digest, ...more });
    });
  }
});

describe('retention of a version that is there', () => {
  const retain = (VersionId: string, Retention: object | undefined, more: object = {}) =>
    scene.run('PutObjectRetention', { Bucket, Key, VersionId, Retention, ...more });
  const refuseRetain = (code: string, VersionId: string, Retention: object | undefined, more: object = {}) =>
    scene.refuse(code, 'PutObjectRetention', { Bucket, Key, VersionId, Retention, ...more });
  const bypass = { BypassGovernanceRetention: true };

  test('none at first; put, it is answered', async () => {
    const version = await put();
    for (const operation of ['GetObjectRetention', 'GetObjectLegalHold']) {
      const error = await scene.refuse('NoSuchObjectLockConfiguration', operation, {
        Bucket,
        Key,
        VersionId: version,
      });
      assert.equal(error.status, 404);
    }
    const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: in10Days() };
    await retain(version, Retention);
    assert.deepEqual(await scene.run('GetObjectRetention', { Bucket, Key, VersionId: version }), {
      Retention,
    });
    await scene.run('PutObjectLegalHold', { Bucket, Key, LegalHold: { Status: 'ON' } });
    assert.deepEqual(await scene.run('GetObjectLegalHold', { Bucket, Key }), {
      LegalHold: { Status: 'ON' },
    });
    await scene.run('PutObjectLegalHold', { Bucket, Key, LegalHold: { Status: 'OFF' } });
  });

  test('GOVERNANCE: longer by anybody who may; shorter, another mode or none only by bypass', async () => {
    const version = await put(governance());
    await retain(version, { Mode: 'GOVERNANCE', RetainUntilDate: in11Days() });
    const error = await refuseRetain('AccessDenied', version, {
      Mode: 'GOVERNANCE',
      RetainUntilDate: in10Days(),
    });
    assert.equal(error.message, lockedMessage);
    await refuseRetain('AccessDenied', version, { Mode: 'COMPLIANCE', RetainUntilDate: in11Days() });
    await refuseRetain('AccessDenied', version, {});
    await retain(version, { Mode: 'GOVERNANCE', RetainUntilDate: in9Days() }, bypass);
    await retain(version, {}, bypass);
    await remove(version);
  });

  test('COMPLIANCE: only longer, bypass or not', async () => {
    const version = await put(compliance());
    for (const more of [{}, bypass]) {
      await refuseRetain('AccessDenied', version, { Mode: 'COMPLIANCE', RetainUntilDate: in9Days() }, more);
      await refuseRetain('AccessDenied', version, { Mode: 'GOVERNANCE', RetainUntilDate: in11Days() }, more);
      await refuseRetain('AccessDenied', version, {}, more);
    }
    await retain(version, { Mode: 'COMPLIANCE', RetainUntilDate: in11Days() });
  });

  test('a delete marker holds none', async () => {
    await put();
    const { VersionId } = await scene.run('DeleteObject', { Bucket, Key });
    const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: in10Days() };
    await refuseRetain('MethodNotAllowed', String(VersionId), Retention);
    await scene.refuse('NoSuchKey', 'PutObjectRetention', { Bucket, Key, Retention });
    await remove(String(VersionId));
  });

  for (const [what, code, Retention] of [
    ['nothing', 'MalformedXML', undefined],
    ['a mode alone', 'MalformedXML', { Mode: 'GOVERNANCE' }],
    ['a date alone', 'MalformedXML', { RetainUntilDate: new Date(Date.UTC(2030, 0)) }],
    ['a mode that is none', 'MalformedXML', { Mode: 'ANY', RetainUntilDate: new Date(Date.UTC(2030, 0)) }],
    ['the past', 'InvalidArgument', { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.UTC(2020, 0)) }],
    ['an event hold', 'NotImplemented', { EventHold: 'ON' }],
  ] as const) {
    test(`refuses ${what}: ${code}`, async () => {
      await refuseRetain(code, await put(), Retention);
    });
  }
  test('refuses a hold that is none: MalformedXML', async () => {
    for (const LegalHold of [undefined, {}, { Status: 'on' }])
      await scene.refuse('MalformedXML', 'PutObjectLegalHold', { Bucket, Key, LegalHold });
  });
});

describe('the default retention of a bucket', () => {
  const byDefault = 'by-default';
  before(async () => {
    await scene.run('CreateBucket', { Bucket: byDefault, ObjectLockEnabledForBucket: true });
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: 2 };
    await scene.run('PutObjectLockConfiguration', {
      Bucket: byDefault,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
    });
  });
  const head = (key = Key) => scene.run('HeadObject', { Bucket: byDefault, Key: key });

  test('goes to every new version: put, copied, completed; what its writer says goes before', async () => {
    const until = new Date(scene.clock.now() + 2 * dayMs);
    await put({}, byDefault);
    assert.deepEqual((await head()).ObjectLockRetainUntilDate, until);
    await scene.run('CopyObject', { Bucket: byDefault, Key: 'copy', CopySource: 'plain/k' });
    assert.deepEqual((await head('copy')).ObjectLockRetainUntilDate, until);
    await put(governance(), byDefault);
    assert.equal((await head()).ObjectLockMode, 'GOVERNANCE');
    await put({ ObjectLockLegalHoldStatus: 'ON' }, byDefault);
    assert.deepEqual(
      [(await head()).ObjectLockMode, (await head()).ObjectLockLegalHoldStatus],
      ['COMPLIANCE', 'ON'],
    );
  });

  test('a write must bring a digest', async () => {
    await scene.refuse('InvalidRequest', 'PutObject', { Bucket: byDefault, Key, Body: Buffer.from('x') });
  });

  test('counts from when a multipart upload is completed; the upload itself can be ended', async () => {
    for (const isAsked of [false, true]) {
      const asked = isAsked ? { ...governance(), ObjectLockLegalHoldStatus: 'ON' } : {};
      const target = { Bucket: byDefault, Key: 'parts' };
      const { UploadId } = await scene.run('CreateMultipartUpload', { ...target, ...asked });
      const part = { ...target, UploadId, PartNumber: 1 };
      const { ETag } = await scene.run('UploadPart', { ...part, Body: Buffer.from('part') });
      scene.clock.advance(dayMs);
      const Parts = [{ PartNumber: 1, ETag }];
      await scene.run('CompleteMultipartUpload', { ...target, UploadId, MultipartUpload: { Parts } });
      const { ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus } = await head('parts');
      const [mode, days, hold] = isAsked ? ['GOVERNANCE', 9, 'ON'] : ['COMPLIANCE', 2, undefined];
      assert.deepEqual(
        [ObjectLockMode, ObjectLockRetainUntilDate, ObjectLockLegalHoldStatus],
        [mode, new Date(scene.clock.now() + Number(days) * dayMs), hold],
      );
      const aborted = await scene.run('CreateMultipartUpload', { ...target, ...compliance() });
      await scene.run('AbortMultipartUpload', { ...target, UploadId: aborted.UploadId });
    }
    assert.equal('Uploads' in (await scene.run('ListMultipartUploads', { Bucket: byDefault })), false);
  });

  test('a copy does not take its source’s lock along', async () => {
    await put(compliance());
    await scene.run('CopyObject', { Bucket, Key: 'copied', CopySource: `${Bucket}/${Key}` });
    const copied = await scene.run('HeadObject', { Bucket, Key: 'copied' });
    assert.equal('ObjectLockMode' in copied, false);
  });
});

describe('others than the owner', () => {
  const shared = 'shared-lock';
  const asStranger = { principal: stranger };
  async function allow(...Action: string[]): Promise<void> {
    const Principal = { AWS: stranger.kind === 'root' ? stranger.accountId : '' };
    const Resource = `arn:aws:s3:::${shared}/*`;
    const Statement = [{ Effect: 'Allow', Principal, Action, Resource }];
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const document = scene.state.get<BucketDocument>(bucketKey(shared));
    scene.state.put(bucketKey(shared), { ...document, policy });
  }
  before(() => scene.run('CreateBucket', { Bucket: shared, ObjectLockEnabledForBucket: true }));

  test('need a permission to bypass, one to lock, and one to see a lock', async () => {
    const VersionId = await put(governance(), shared);
    const target = { Bucket: shared, Key, VersionId };
    const bypass = { BypassGovernanceRetention: true };
    await allow('s3:DeleteObjectVersion', 's3:PutObject', 's3:GetObjectVersion');
    await scene.refuse('AccessDenied', 'DeleteObject', { ...target, ...bypass }, asStranger);
    const { Errors } = await scene.run(
      'DeleteObjects',
      { Bucket: shared, Delete: { Objects: [{ Key, VersionId }] }, ...bypass },
      asStranger,
    );
    assert.equal((Errors as { Code: string }[])[0]?.Code, 'AccessDenied');
    const write = { Bucket: shared, Key, Body: Buffer.from('x'), ...digest };
    await scene.run('PutObject', write, asStranger);
    await scene.refuse('AccessDenied', 'PutObject', { ...write, ...governance() }, asStranger);
    await scene.refuse(
      'AccessDenied',
      'PutObject',
      { ...write, ObjectLockLegalHoldStatus: 'OFF' },
      asStranger,
    );
    const seen = await scene.run('HeadObject', target, asStranger);
    assert.equal('ObjectLockMode' in seen, false);
    await allow('s3:DeleteObjectVersion', 's3:BypassGovernanceRetention');
    await scene.run('DeleteObject', { ...target, ...bypass }, asStranger);
  });

  test('a policy may limit for how long, in a body and in headers', async () => {
    const VersionId = await put({}, shared);
    const limit = { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '10' } };
    const Resource = `arn:aws:s3:::${shared}/*`;
    const deny = {
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:PutObjectRetention'],
      Resource,
      Condition: limit,
    };
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
    const document = scene.state.get<BucketDocument>(bucketKey(shared));
    scene.state.put(bucketKey(shared), { ...document, policy });
    const until = (RetainUntilDate: Date) => ({
      Bucket: shared,
      Key,
      VersionId,
      Retention: { Mode: 'GOVERNANCE', RetainUntilDate },
    });
    await scene.refuse('AccessDenied', 'PutObjectRetention', until(in11Days()));
    await scene.run('PutObjectRetention', until(in10Days()));
    const lockHeaders = (date: Date) => ({
      request: {
        headers: {
          'x-amz-object-lock-mode': 'GOVERNANCE',
          'x-amz-object-lock-retain-until-date': date.toISOString(),
        },
      },
    });
    const write = { Bucket: shared, Key, Body: Buffer.from('x'), ...digest, ObjectLockMode: 'GOVERNANCE' };
    const [long, short] = [in11Days(), in10Days()];
    await scene.refuse(
      'AccessDenied',
      'PutObject',
      { ...write, ObjectLockRetainUntilDate: long },
      lockHeaders(long),
    );
    await scene.run('PutObject', { ...write, ObjectLockRetainUntilDate: short }, lockHeaders(short));
  });
});
