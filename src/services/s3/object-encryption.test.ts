// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)", "Specifying server-side encryption with
// AWS KMS", "Setting default server-side encryption behavior"; S3 API Reference, PutObject, CopyObject,
// CreateMultipartUpload, PutBucketEncryption, and "Error responses" (KMS.…).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { KeyError } from '../../keys/data-keys.js';
import { isCode } from '../../ports/contract/object-store-under-test.js';
import { anonymous, openScene, type S3Scene, stranger, textOf } from './testing/s3-scene.js';

let scene: S3Scene;
const Bucket = 'kms';
const keyArn = (id: string) => `arn:aws:kms:us-east-1:111122223333:key/${id}`;
const managed = keyArn('alias/aws/s3');
const kms = { ServerSideEncryption: 'aws:kms' };
const mine = { ...kms, SSEKMSKeyId: 'my-key' };
const objectContext = (key: string) => ({ 'aws:s3:arn': `arn:aws:s3:::${Bucket}/${key}` });
const lastUse = () => scene.dataKeys.uses.at(-1);

before(async () => {
  scene = await openScene();
  await scene.makeBucket(Bucket);
});
after(() => scene.close());

const facts = ({
  ServerSideEncryption,
  SSEKMSKeyId,
  BucketKeyEnabled,
}: Readonly<Record<string, unknown>>) => [ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled];

describe('an object under a KMS key', () => {
  test('is told so by the write and by reads; its data key is asked under the object’s ARN, as the caller', async () => {
    assert.deepEqual(facts(await scene.put(Bucket, 'a', 'secret', mine)), [
      'aws:kms',
      keyArn('my-key'),
      undefined,
    ]);
    const use = lastUse();
    assert.deepEqual(
      [use?.action, use?.keyId, use?.encryptionContext],
      ['kms:GenerateDataKey', 'my-key', objectContext('a')],
    );
    assert.deepEqual(use?.caller, {
      principal: { kind: 'root', accountId: '111122223333', accessKeyId: 'AKIDEXAMPLE' },
      accountId: '111122223333',
      region: 'us-east-1',
      viaService: 's3.us-east-1.amazonaws.com',
    });
    assert.deepEqual(facts(await scene.run('HeadObject', { Bucket, Key: 'a' })), [
      'aws:kms',
      keyArn('my-key'),
      undefined,
    ]);
    assert.equal(lastUse()?.action, 'kms:GenerateDataKey', 'HEAD decrypts nothing');
    const got = await scene.run('GetObject', { Bucket, Key: 'a' });
    assert.equal(await textOf(got.Body), 'secret');
    assert.deepEqual([lastUse()?.action, lastUse()?.encryptionContext], ['kms:Decrypt', objectContext('a')]);
    assert.equal(await scene.read(Bucket, 'a', { Range: 'bytes=2-3' }), 'cr');
  });

  test('the store cannot read it without KMS; its ETag is no MD5', async () => {
    const { ETag } = await scene.put(Bucket, 'etag', 'secret', mine);
    assert.match(String(ETag), /^"[0-9a-f]{32}"$/);
    assert.notEqual(ETag, `"${createHash('md5').update('secret').digest('hex')}"`);
    await assert.rejects(scene.store.get(Bucket, 'etag'), isCode('DataKeyMismatch'));
    const digest = createHash('md5').update('other').digest('base64');
    await scene.refuse('BadDigest', 'PutObject', {
      Bucket,
      Key: 'etag',
      Body: Buffer.from('secret'),
      ...mine,
      ContentMD5: digest,
    });
  });

  test('checksums, which tell of the bytes, are for who may decrypt', async () => {
    const Key = 'checksum';
    await scene.put(Bucket, Key, 'secret', { ...mine, ChecksumAlgorithm: 'CRC32' });
    const { UploadId } = await scene.run('CreateMultipartUpload', { Bucket, Key, ...mine });
    await scene.run('UploadPart', { Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.from('part') });
    const checksum = { Bucket, Key, ObjectAttributes: ['Checksum', 'ETag'] };
    assert.ok((await scene.run('GetObjectAttributes', checksum)).Checksum);
    scene.dataKeys.refusal = new KeyError('AccessDeniedException', 'no');
    try {
      await scene.refuse('AccessDenied', 'GetObjectAttributes', checksum);
      await scene.refuse('AccessDenied', 'HeadObject', { Bucket, Key, ChecksumMode: 'ENABLED' });
      await scene.refuse('AccessDenied', 'ListParts', { Bucket, Key, UploadId });
      await scene.refuse('AccessDenied', 'CopyObject', {
        Bucket,
        Key: 'copy',
        CopySource: `${Bucket}/${Key}`,
      });
      const part = { Bucket, Key: 'parts', UploadId: '', PartNumber: 1, CopySource: `${Bucket}/${Key}` };
      const plain = await scene.run('CreateMultipartUpload', { Bucket, Key: 'parts' });
      await scene.refuse('AccessDenied', 'UploadPartCopy', { ...part, UploadId: plain.UploadId });
      await scene.run('GetObjectAttributes', { ...checksum, ObjectAttributes: ['ETag', 'ObjectSize'] });
    } finally {
      scene.dataKeys.refusal = undefined;
    }
  });

  test('no key named is aws/s3; an alias is one; SSE-S3 asks KMS nothing', async () => {
    assert.deepEqual(facts(await scene.put(Bucket, 'b', 'x', kms)), ['aws:kms', managed, undefined]);
    await scene.put(Bucket, 'b', 'x', { ...kms, SSEKMSKeyId: 'alias/mine' });
    const before = scene.dataKeys.uses.length;
    for (const asked of [{}, { ServerSideEncryption: 'AES256' }])
      assert.deepEqual(facts(await scene.put(Bucket, 'b', 'x', asked)), ['AES256', undefined, undefined]);
    assert.equal(await scene.read(Bucket, 'b'), 'x');
    assert.equal(scene.dataKeys.uses.length, before);
  });

  test('a bucket key: the bucket’s ARN is the context, and the answers tell', async () => {
    const answer = await scene.put(Bucket, 'c', 'x', { ...mine, BucketKeyEnabled: true });
    assert.deepEqual(facts(answer), ['aws:kms', keyArn('my-key'), true]);
    assert.deepEqual(lastUse()?.encryptionContext, { 'aws:s3:arn': `arn:aws:s3:::${Bucket}` });
    assert.equal(await scene.read(Bucket, 'c'), 'x');
  });

  test('the caller’s encryption context goes with S3’s own; it cannot replace that', async () => {
    const header = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
    const context = { team: 'audit', 'aws:s3:arn': 'arn:aws:s3:::other/x' };
    await scene.put(Bucket, 'd', 'x', { ...mine, SSEKMSEncryptionContext: header(context) });
    assert.deepEqual(lastUse()?.encryptionContext, { team: 'audit', ...objectContext('d') });
    assert.equal(await scene.read(Bucket, 'd'), 'x');
    for (const wrong of ['no base64 of JSON', header([1]), header({ a: 1 }), header('text'), header(null)]) {
      await scene.refuse('InvalidArgument', 'PutObject', {
        Bucket,
        Key: 'd',
        ...mine,
        SSEKMSEncryptionContext: wrong,
      });
    }
  });

  test('a record of the write tells how the object was encrypted', async () => {
    for (const [asked, expected] of [
      [mine, 'SSE_KMS'],
      [{ ServerSideEncryption: 'AES256' }, 'SSE_S3'],
      [{}, 'Default_SSE_S3'],
    ] as const) {
      await scene.put(Bucket, 'noted', 'x', asked);
      assert.equal(scene.lastCall().audit.additionalEventData.SSEApplied, expected);
    }
  });
});

describe('what is refused', () => {
  for (const [what, code, more] of [
    ['a key without aws:kms', 'InvalidArgument', { SSEKMSKeyId: 'my-key' }],
    ['a key with AES256', 'InvalidArgument', { ServerSideEncryption: 'AES256', SSEKMSKeyId: 'my-key' }],
    ['a context without aws:kms', 'InvalidArgument', { SSEKMSEncryptionContext: 'e30=' }],
    ['two layers', 'NotImplemented', { ServerSideEncryption: 'aws:kms:dsse' }],
    ['a key of the customer', 'NotImplemented', { SSECustomerAlgorithm: 'AES256' }],
    ['what is no encryption', 'InvalidArgument', { ServerSideEncryption: 'ROT13' }],
    ['a key that is not there', 'KMS.NotFoundException', { ...kms, SSEKMSKeyId: 'other' }],
  ] as const) {
    test(`${what}: ${code}`, async () => {
      for (const operation of ['PutObject', 'CreateMultipartUpload'])
        await scene.refuse(code, operation, { Bucket, Key: 'refused', ...more });
    });
  }

  test('what KMS refuses, in S3’s words; a refused write leaves nothing', async () => {
    await scene.put(Bucket, 'there', 'x', mine);
    for (const [code, expected, status] of [
      ['DisabledException', 'KMS.DisabledException', 400],
      ['KMSInvalidStateException', 'KMS.KMSInvalidStateException', 400],
      ['InvalidKeyUsageException', 'KMS.InvalidKeyUsageException', 400],
      ['AccessDeniedException', 'AccessDenied', 403],
      ['ThrottlingException', 'SlowDown', 503],
    ] as const) {
      scene.dataKeys.refusal = new KeyError(code, `because of ${code}`);
      const asked: [string, object][] = [
        ['PutObject', { Bucket, Key: 'not-there', Body: Buffer.from('x'), ...mine }],
        ['GetObject', { Bucket, Key: 'there' }],
        ['CopyObject', { Bucket, Key: 'not-there', CopySource: `${Bucket}/there` }],
      ];
      for (const [operation, input] of asked) {
        const error = await scene.refuse(expected, operation, input);
        assert.equal(error.status, status);
        if (status !== 503) assert.equal(error.message, `because of ${code}`);
      }
      await scene.run('HeadObject', { Bucket, Key: 'there' });
      scene.dataKeys.refusal = undefined;
    }
    await scene.refuse('NoSuchKey', 'HeadObject', { Bucket, Key: 'not-there' });
  });

  test('without a signature nothing under a key is read or written, whatever the policy says', async () => {
    await scene.put(Bucket, 'public', 'x', mine);
    const document = scene.state.get<BucketDocument>(bucketKey(Bucket));
    const Action = ['s3:GetObject', 's3:PutObject'];
    const Statement = [{ Effect: 'Allow', Principal: '*', Action, Resource: `arn:aws:s3:::${Bucket}/*` }];
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const open = { blockPublicAcls: false, ignorePublicAcls: false };
    const publicAccessBlock = { ...open, blockPublicPolicy: false, restrictPublicBuckets: false };
    scene.state.put(bucketKey(Bucket), { ...document, policy, publicAccessBlock });
    const by = { principal: anonymous };
    const error = await scene.refuse('InvalidArgument', 'GetObject', { Bucket, Key: 'public' }, by);
    assert.match(error.message, /require AWS Signature Version 4/);
    await scene.refuse('InvalidArgument', 'PutObject', { Bucket, Key: 'public', ...mine }, by);
    await textOf((await scene.run('GetObject', { Bucket, Key: 'public' }, { principal: stranger })).Body);
    assert.deepEqual(lastUse()?.caller.principal, stranger);
    scene.state.put(bucketKey(Bucket), document);
  });

  test('a checksum is shown only to who may decrypt', async () => {
    await scene.put(Bucket, 'summed', 'x', { ...mine, ChecksumAlgorithm: 'SHA256' });
    scene.dataKeys.refusal = new KeyError('AccessDeniedException', 'no');
    await scene.run('HeadObject', { Bucket, Key: 'summed' });
    await scene.refuse('AccessDenied', 'HeadObject', { Bucket, Key: 'summed', ChecksumMode: 'ENABLED' });
    scene.dataKeys.refusal = undefined;
    const head = await scene.run('HeadObject', { Bucket, Key: 'summed', ChecksumMode: 'ENABLED' });
    assert.equal(head.ChecksumSHA256, createHash('sha256').update('x').digest('base64'));
  });
});

describe('copies', () => {
  test('decrypt under the source’s context and encrypt anew; nothing of the encryption is copied', async () => {
    await scene.put(Bucket, 'from', 'copied', mine);
    const plain = await scene.run('CopyObject', { Bucket, Key: 'plain-copy', CopySource: `${Bucket}/from` });
    assert.deepEqual(facts(plain), ['AES256', undefined, undefined]);
    assert.deepEqual(
      [lastUse()?.action, lastUse()?.encryptionContext],
      ['kms:Decrypt', objectContext('from')],
    );
    const sealed = await scene.run('CopyObject', {
      Bucket,
      Key: 'sealed-copy',
      CopySource: `${Bucket}/plain-copy`,
      ...kms,
    });
    assert.deepEqual(facts(sealed), ['aws:kms', managed, undefined]);
    assert.equal(await scene.read(Bucket, 'sealed-copy'), 'copied');
    assert.deepEqual(lastUse()?.encryptionContext, objectContext('sealed-copy'));
  });

  test('onto itself: another key is a change', async () => {
    await scene.put(Bucket, 'self', 'x', mine);
    const answer = await scene.run('CopyObject', {
      Bucket,
      Key: 'self',
      CopySource: `${Bucket}/self`,
      ...kms,
    });
    assert.equal(answer.SSEKMSKeyId, managed);
    assert.equal(await scene.read(Bucket, 'self'), 'x');
  });
});

describe('multipart uploads', () => {
  const mebibyte5 = Buffer.alloc(5 * 1024 ** 2, 'p');

  test('one data key for all parts; asked again by each, and to complete', async () => {
    const target = { Bucket, Key: 'parts' };
    const begun = await scene.run('CreateMultipartUpload', { ...target, ...mine });
    assert.deepEqual(facts(begun), ['aws:kms', keyArn('my-key'), undefined]);
    const { UploadId } = begun;
    await scene.put(Bucket, 'source', 'the end', kms);
    const first = await scene.run('UploadPart', { ...target, UploadId, PartNumber: 1, Body: mebibyte5 });
    const again = await scene.run('UploadPart', { ...target, UploadId, PartNumber: 1, Body: mebibyte5 });
    assert.notEqual(first.ETag, again.ETag, 'no MD5');
    assert.deepEqual(facts(again), ['aws:kms', keyArn('my-key'), undefined]);
    const copied = await scene.run('UploadPartCopy', {
      ...target,
      UploadId,
      PartNumber: 2,
      CopySource: `${Bucket}/source`,
      CopySourceRange: 'bytes=4-6',
    });
    const { ETag } = copied.CopyPartResult as { ETag: string };
    const Parts = [
      { PartNumber: 1, ETag: again.ETag },
      { PartNumber: 2, ETag },
    ];
    const uses = scene.dataKeys.uses.length;
    const done = await scene.run('CompleteMultipartUpload', {
      ...target,
      UploadId,
      MultipartUpload: { Parts },
    });
    assert.deepEqual(facts(done), ['aws:kms', keyArn('my-key'), undefined]);
    assert.deepEqual(
      scene.dataKeys.uses.slice(uses).map(({ action }) => action),
      ['kms:Decrypt'],
    );
    assert.equal(await scene.read(Bucket, 'parts'), `${mebibyte5.toString()}end`);
    assert.equal(await scene.read(Bucket, 'parts', { PartNumber: 2 }), 'end');
    await assert.rejects(scene.store.get(Bucket, 'parts'), isCode('DataKeyMismatch'));
  });

  test('a key that is disabled meanwhile stops parts and completion, and loses nothing', async () => {
    const target = { Bucket, Key: 'stopped' };
    const { UploadId } = await scene.run('CreateMultipartUpload', { ...target, ...mine });
    const part = { ...target, UploadId, PartNumber: 1, Body: Buffer.from('part') };
    const { ETag } = await scene.run('UploadPart', part);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    scene.dataKeys.refusal = new KeyError('DisabledException', 'disabled');
    await scene.refuse('KMS.DisabledException', 'UploadPart', part);
    await scene.refuse('KMS.DisabledException', 'CompleteMultipartUpload', {
      ...target,
      UploadId,
      MultipartUpload,
    });
    scene.dataKeys.refusal = undefined;
    await scene.run('CompleteMultipartUpload', { ...target, UploadId, MultipartUpload });
    assert.equal(await scene.read(Bucket, 'stopped'), 'part');
  });
});

describe('the default encryption of a bucket', () => {
  const byDefault = 'kms-default';
  before(() => scene.makeBucket(byDefault));
  const set = (rule: object, more: object = {}) =>
    scene.run('PutBucketEncryption', {
      Bucket: byDefault,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: rule, ...more }] },
    });
  const kmsRule = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'my-key' };

  test('is answered as it was put', async () => {
    await set(kmsRule, { BucketKeyEnabled: true });
    const { ServerSideEncryptionConfiguration } = await scene.run('GetBucketEncryption', {
      Bucket: byDefault,
    });
    assert.deepEqual(ServerSideEncryptionConfiguration, {
      Rules: [{ ApplyServerSideEncryptionByDefault: kmsRule, BucketKeyEnabled: true }],
    });
    await set({ SSEAlgorithm: 'aws:kms' });
    assert.equal((await scene.put(byDefault, 'k', 'x')).SSEKMSKeyId, managed);
    await scene.refuse('NotImplemented', 'PutBucketEncryption', {
      Bucket: byDefault,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse' } }],
      },
    });
  });

  test('goes to new objects, copies and uploads that say nothing; what a request says goes before', async () => {
    await set(kmsRule, { BucketKeyEnabled: true });
    const expected = ['aws:kms', keyArn('my-key'), true];
    assert.deepEqual(facts(await scene.put(byDefault, 'k', 'x')), expected);
    assert.equal(scene.lastCall().audit.additionalEventData.SSEApplied, 'Default_SSE_KMS');
    const copy = { Bucket: byDefault, Key: 'copy', CopySource: `${byDefault}/k` };
    assert.deepEqual(facts(await scene.run('CopyObject', copy)), expected);
    const upload = await scene.run('CreateMultipartUpload', { Bucket: byDefault, Key: 'upload' });
    assert.deepEqual(facts(upload), expected);
    assert.deepEqual(facts(await scene.put(byDefault, 'k', 'x', { ServerSideEncryption: 'AES256' })), [
      'AES256',
      undefined,
      undefined,
    ]);
    assert.deepEqual(facts(await scene.put(byDefault, 'k', 'x', kms)), ['aws:kms', managed, true]);
    assert.deepEqual(facts(await scene.put(byDefault, 'k', 'x', { ...mine, BucketKeyEnabled: false })), [
      'aws:kms',
      keyArn('my-key'),
      undefined,
    ]);
  });

  test('a policy may ask for a key, by the headers', async () => {
    const Resource = `arn:aws:s3:::${byDefault}/*`;
    const Condition = {
      StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn('my-key') },
    };
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource, Condition }];
    const document = scene.state.get<BucketDocument>(bucketKey(byDefault));
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    scene.state.put(bucketKey(byDefault), { ...document, policy });
    const put = { Bucket: byDefault, Key: 'k', ...mine };
    const headers = (value: string) => ({
      request: { headers: { 'x-amz-server-side-encryption-aws-kms-key-id': value } },
    });
    await scene.refuse('AccessDenied', 'PutObject', put, headers(keyArn('other')));
    await scene.run('PutObject', put, headers(keyArn('my-key')));
  });
});
