// SPDX-License-Identifier: Apache-2.0
// Oracle: the recorded S3 events in fixtures/cloudtrail (see fixtures/SOURCES.md): which facts a record has beside the request,
// under which names, and how it lists its resources.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { fixtureEvents } from '../../record/testing/recorded-events.js';
import { openScene, type S3Scene } from './testing/s3-scene.js';

let scene: S3Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const signed = {
  request: {
    headers: { authorization: 'AWS4-HMAC-SHA256 …', 'content-length': '5' },
    tls: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256' },
  },
};
/** Known only when the answer is written, which is after the record. */
const ofTheAnswer = ['bytesTransferredOut'];

const events = fixtureEvents().filter(
  (event) =>
    event.eventSource === 's3.amazonaws.com' &&
    event.eventName === 'GetBucketAcl' &&
    event.errorCode === undefined,
);

test('there are recorded events to compare with', () => assert.ok(events.length > 0));

describe('a recorded GetBucketAcl', () => {
  for (const [index, event] of events.entries()) {
    test(`number ${index}: the same facts, the same resources`, async () => {
      const bucket = String(event.requestParameters?.bucketName);
      const owner = event.resources?.[0]?.accountId ?? '';
      const principal = { kind: 'root', accountId: owner, accessKeyId: 'A' } as const;
      await scene.run('CreateBucket', { Bucket: bucket }, { principal });
      await scene.run('GetBucketAcl', { Bucket: bucket }, { principal, ...signed });
      const { additionalEventData, resources } = scene.lastCall().audit;
      const names = Object.keys(event.additionalEventData ?? {}).filter(
        (name) => !ofTheAnswer.includes(name),
      );
      assert.deepEqual(Object.keys(additionalEventData).sort(), names.sort());
      assert.deepEqual(
        [additionalEventData.SignatureVersion, additionalEventData.AuthenticationMethod],
        ['SigV4', 'AuthHeader'],
      );
      assert.deepEqual(resources, event.resources);
    });
  }
});

test('a caller who takes somebody else for the owner: the record names the true one, and is also his', async () => {
  await scene.makeBucket('mistaken');
  const principal = { kind: 'root', accountId: '444455556666', accessKeyId: 'B' } as const;
  const input = { Bucket: 'mistaken', Key: 'k', ExpectedBucketOwner: '444455556666' };
  await assert.rejects(scene.run('GetObject', input, { principal }), { code: 'AccessDenied' });
  const { resources, sharedWith } = scene.lastCall().audit;
  const bucket = { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::mistaken' };
  assert.deepEqual(resources, [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::mistaken/k' }, bucket]);
  assert.deepEqual([...(sharedWith ?? [])], ['111122223333']);
});

describe('what a record says of the transfer', () => {
  test('bytes in are those of the object, not of its chunks', async () => {
    await scene.makeBucket('measured');
    const headers = {
      ...signed.request.headers,
      'content-length': '90',
      'x-amz-decoded-content-length': '5',
    };
    await scene.run(
      'PutObject',
      { Bucket: 'measured', Key: 'k', Body: Readable.from([Buffer.from('hello')]) },
      { request: { headers } },
    );
    const { additionalEventData, resources } = scene.lastCall().audit;
    assert.deepEqual(
      [additionalEventData.bytesTransferredIn, additionalEventData.bytesTransferredOut],
      [5, 0],
    );
    assert.deepEqual(resources, [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::measured/k' },
      { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::measured' },
    ]);
  });

  test('a presigned URL is told; a refused call names its resources too', async () => {
    const request = { rawQuery: 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc' };
    await scene.refuse('NoSuchKey', 'GetObject', { Bucket: 'measured', Key: 'missing' }, { request });
    const { additionalEventData, resources } = scene.lastCall().audit;
    assert.equal(additionalEventData.AuthenticationMethod, 'QueryString');
    assert.equal(resources.length, 2);
  });

  const silent = fixtureEvents().filter(
    (event) => event.eventSource === 's3.amazonaws.com' && event.errorCode === undefined,
  );
  test('no bytes out is said of the operations whose recorded events say it', async () => {
    const named = new Map(silent.map((event) => [event.eventName, event.additionalEventData]));
    for (const [eventName, operation, more] of [
      ['CreateBucket', 'CreateBucket', {}],
      ['PutBucketTagging', 'PutBucketTagging', { Tagging: { TagSet: [] } }],
      ['DeleteBucketPolicy', 'DeleteBucketPolicy', {}],
      ['DeleteBucket', 'DeleteBucket', {}],
    ] as const) {
      const recorded = named.get(eventName)?.bytesTransferredOut;
      if (recorded !== undefined) assert.equal(recorded, 0, eventName);
      await scene.run(operation, { Bucket: 'silent', ...more });
      assert.equal(scene.lastCall().audit.additionalEventData.bytesTransferredOut, 0, operation);
    }
    await scene.run('GetBucketAcl', { Bucket: 'measured' });
    assert.equal('bytesTransferredOut' in scene.lastCall().audit.additionalEventData, false);
  });

  test('a call on a bucket that is not there has no resources', async () => {
    await scene.refuse('NoSuchBucket', 'GetObject', { Bucket: 'not-there', Key: 'k' });
    assert.deepEqual(scene.lastCall().audit.resources, []);
  });
});

test('an unsigned call belongs to the owner of the bucket', async () => {
  const { anonymousAccount } = scene.service;
  assert.equal(
    anonymousAccount?.('GetObject', { Bucket: 'measured', Key: 'k' }, scene.state),
    '111122223333',
  );
  assert.equal(anonymousAccount?.('GetObject', { Bucket: 'not-there', Key: 'k' }, scene.state), undefined);
  assert.equal(anonymousAccount?.('ListBuckets', {}, scene.state), undefined);
});
