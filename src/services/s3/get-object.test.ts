// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 API Reference, pages PutObject, GetObject, HeadObject, GetObjectAttributes; RFC 9110, 13.2.2 and 14.2. Digests are
// computed by node:crypto.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { openScene, type S3Scene, stranger, textOf } from './testing/s3-scene.js';

let scene: S3Scene;
const bucket = 'objects';
before(async () => {
  scene = await openScene();
  await scene.makeBucket(bucket);
});
after(() => scene.close());

const md5 = (text: string) => createHash('md5').update(text).digest();

describe('PutObject', () => {
  test('answers the ETag; what was said of the object comes back', async () => {
    const put = await scene.put(bucket, 'full', 'hello', {
      ContentType: 'text/plain',
      CacheControl: 'max-age=1',
      ContentDisposition: 'inline',
      ContentEncoding: 'aws-chunked,gzip',
      ContentLanguage: 'de',
      Metadata: { Colour: 'red' },
      StorageClass: 'STANDARD_IA',
      Tagging: 'a=1&b=two%20words',
      WebsiteRedirectLocation: '/there',
    });
    assert.equal(put.ETag, `"${md5('hello').toString('hex')}"`);
    assert.equal(put.ServerSideEncryption, 'AES256');
    const head = await scene.run('HeadObject', { Bucket: bucket, Key: 'full' });
    const {
      ContentType,
      CacheControl,
      ContentDisposition,
      ContentEncoding,
      ContentLanguage,
      Metadata,
      StorageClass,
      TagCount,
      WebsiteRedirectLocation,
    } = head;
    assert.deepEqual(
      {
        ContentType,
        CacheControl,
        ContentDisposition,
        ContentEncoding,
        ContentLanguage,
        Metadata,
        StorageClass,
        TagCount,
        WebsiteRedirectLocation,
      },
      {
        ContentType: 'text/plain',
        CacheControl: 'max-age=1',
        ContentDisposition: 'inline',
        ContentEncoding: 'gzip',
        ContentLanguage: 'de',
        Metadata: { colour: 'red' },
        StorageClass: 'STANDARD_IA',
        TagCount: 2,
        WebsiteRedirectLocation: '/there',
      },
    );
    assert.deepEqual([head.ContentLength, head.AcceptRanges, head.ContentRange], [5, 'bytes', undefined]);
  });

  test('Expires is answered as it was put, even when it is no date', async () => {
    await scene.run(
      'PutObject',
      { Bucket: bucket, Key: 'exp', Body: Readable.from([]), Expires: new Date(Number.NaN) },
      { request: { headers: { expires: 'soon' } } },
    );
    assert.equal((await scene.run('HeadObject', { Bucket: bucket, Key: 'exp' })).ExpiresString, 'soon');
  });

  const keyOf = (bytes: number) => 'ä'.repeat(bytes / 2);
  test('a key of 1,024 bytes goes, one more does not', async () => {
    await scene.put(bucket, keyOf(1024), 'x');
    const error = await scene.refuse('KeyTooLongError', 'PutObject', {
      Bucket: bucket,
      Key: `${keyOf(1024)}x`,
    });
    assert.deepEqual(error.fields, { Size: 1025, MaxSizeAllowed: 1024 });
    await scene.run('DeleteObject', { Bucket: bucket, Key: keyOf(1024) });
  });

  test('2 KB of metadata go, one byte more does not', async () => {
    await scene.put(bucket, 'meta', '', { Metadata: { name: 'v'.repeat(2044) } });
    const error = await scene.refuse('MetadataTooLarge', 'PutObject', {
      Bucket: bucket,
      Key: 'meta',
      Metadata: { name: 'v'.repeat(2045) },
    });
    assert.deepEqual(error.fields, { Size: 2049, MaxSizeAllowed: 2048 });
  });

  const refused: [string, string, object, Record<string, string>?][] = [
    ['more than 5 GiB', 'EntityTooLarge', {}, { 'content-length': String(5 * 1024 ** 3 + 1) }],
    ['a class that is none', 'InvalidStorageClass', { StorageClass: 'GOLD' }],
    ['an archive class', 'NotImplemented', { StorageClass: 'GLACIER' }],
    ['two layers of encryption', 'NotImplemented', { ServerSideEncryption: 'aws:kms:dsse' }],
    ['a key of the customer', 'NotImplemented', { SSECustomerAlgorithm: 'AES256' }],
    ['an encryption that is none', 'InvalidArgument', { ServerSideEncryption: 'ROT13' }],
    ['Object Lock without a configuration', 'InvalidRequest', { ObjectLockLegalHoldStatus: 'ON' }],
    ['a redirect that is none', 'InvalidRedirectLocation', { WebsiteRedirectLocation: 'there' }],
    ['11 tags', 'BadRequest', { Tagging: Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&') }],
    ['a tag twice', 'InvalidArgument', { Tagging: 'a=1&a=2' }],
    ['a system tag', 'InvalidTag', { Tagging: 'aws:x=1' }],
    ['a tag key of 129 characters', 'InvalidTag', { Tagging: `${'k'.repeat(129)}=1` }],
    ['a Content-MD5 that is none', 'InvalidDigest', { ContentMD5: 'abc' }],
    ['the Content-MD5 of other bytes', 'BadDigest', { ContentMD5: md5('other').toString('base64') }],
    [
      'the checksum of other bytes',
      'BadDigest',
      { ChecksumSHA256: createHash('sha256').update('other').digest('base64') },
    ],
    ['two checksums', 'InvalidRequest', { ChecksumCRC32: 'AAAAAA==', ChecksumCRC32C: 'AAAAAA==' }],
    ['an ACL where they are disabled', 'AccessControlListNotSupported', { ACL: 'public-read' }],
    [
      'grants where ACLs are disabled',
      'AccessControlListNotSupported',
      { GrantRead: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' },
    ],
    ['If-None-Match with an ETag', 'NotImplemented', { IfNoneMatch: '"abc"' }],
  ];
  for (const [what, code, more, headers] of refused) {
    test(`refuses ${what}: ${code}`, async () => {
      const options = headers === undefined ? {} : { request: { headers } };
      await scene.refuse(
        code,
        'PutObject',
        { Bucket: bucket, Key: 'refused', Body: Readable.from([Buffer.from('hello')]), ...more },
        options,
      );
      await scene.refuse('NoSuchKey', 'HeadObject', { Bucket: bucket, Key: 'refused' });
    });
  }

  for (const ACL of ['bucket-owner-full-control', 'private']) {
    test(`takes the ACL ${ACL}, which changes nothing`, async () =>
      void (await scene.put(bucket, 'acl', 'x', { ACL })));
  }

  test('a body that breaks off leaves nothing', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('gone');
      })(),
    );
    await assert.rejects(scene.run('PutObject', { Bucket: bucket, Key: 'broken', Body: broken }), /gone/);
    await scene.refuse('NoSuchKey', 'HeadObject', { Bucket: bucket, Key: 'broken' });
  });

  test('a bucket that goes meanwhile gets no object', async () => {
    await scene.makeBucket('vanishing');
    const slow = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        await scene.run('DeleteBucket', { Bucket: 'vanishing' });
      })(),
    );
    await scene.refuse('NoSuchBucket', 'PutObject', { Bucket: 'vanishing', Key: 'k', Body: slow });
    assert.deepEqual((await scene.store.list('vanishing', { limit: 1 })).objects, []);
  });

  test('conditions: only a new key, only this ETag', async () => {
    await scene.put(bucket, 'cond', 'one', { IfNoneMatch: '*' });
    const error = await scene.refuse('PreconditionFailed', 'PutObject', {
      Bucket: bucket,
      Key: 'cond',
      IfNoneMatch: '*',
    });
    assert.deepEqual([error.status, error.fields.Condition], [412, 'If-None-Match']);
    await scene.put(bucket, 'cond', 'two', { IfMatch: `"${md5('one').toString('hex')}"` });
    await scene.refuse('PreconditionFailed', 'PutObject', {
      Bucket: bucket,
      Key: 'cond',
      IfMatch: `"${md5('one').toString('hex')}"`,
    });
    await scene.refuse('NoSuchKey', 'PutObject', { Bucket: bucket, Key: 'nowhere', IfMatch: '"x"' });
  });
});

describe('GetObject', () => {
  before(() => scene.put(bucket, 'digits', '0123456789'));
  const get = (more: object) => scene.run('GetObject', { Bucket: bucket, Key: 'digits', ...more });

  const ranges: [string, string, string | undefined][] = [
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-', '456789', 'bytes 4-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
    ['bytes=5-4', '0123456789', undefined],
    ['bytes=0-1,3-4', '0123456789', undefined],
    ['lines=0-1', '0123456789', undefined],
    ['bytes=-', '0123456789', undefined],
  ];
  for (const [Range, text, contentRange] of ranges) {
    test(`Range ${Range}`, async () => {
      const answer = await get({ Range });
      assert.deepEqual(
        [await textOf(answer.Body), answer.ContentRange, answer.ContentLength],
        [text, contentRange, text.length],
      );
      assert.equal(scene.lastCall().audit.additionalEventData.bytesTransferredOut, text.length);
    });
  }
  for (const Range of ['bytes=10-', 'bytes=-0']) {
    test(`Range ${Range} is not satisfiable`, async () => {
      const error = await scene.refuse('InvalidRange', 'GetObject', { Bucket: bucket, Key: 'digits', Range });
      assert.deepEqual(
        [error.status, error.fields.ActualObjectSize, error.headers['content-range']],
        [416, 10, 'bytes */10'],
      );
    });
  }

  const etag = `"${md5('0123456789').toString('hex')}"`;
  const written = new Date(Date.UTC(2026, 10, 21, 10, 0, 0));
  const earlier = new Date(written.getTime() - 60_000);
  const conditions: [string, object, 200 | 304 | 412][] = [
    ['If-Match holds', { IfMatch: etag }, 200],
    ['If-Match without quotes holds', { IfMatch: etag.slice(1, -1) }, 200],
    ['If-Match *', { IfMatch: '*' }, 200],
    ['If-Match of a list', { IfMatch: `"x", ${etag}` }, 200],
    ['If-Match fails', { IfMatch: '"x"' }, 412],
    ['If-None-Match fails', { IfNoneMatch: etag }, 304],
    ['If-None-Match holds', { IfNoneMatch: '"x"' }, 200],
    ['If-Modified-Since: not modified', { IfModifiedSince: written }, 304],
    ['If-Modified-Since: modified', { IfModifiedSince: earlier }, 200],
    ['If-Unmodified-Since: unmodified', { IfUnmodifiedSince: written }, 200],
    ['If-Unmodified-Since: modified', { IfUnmodifiedSince: earlier }, 412],
    ['If-Match holds outweighs If-Unmodified-Since', { IfMatch: etag, IfUnmodifiedSince: earlier }, 200],
    ['If-None-Match fails outweighs If-Modified-Since', { IfNoneMatch: etag, IfModifiedSince: earlier }, 304],
    [
      'If-None-Match holds outweighs If-Modified-Since',
      { IfNoneMatch: '"x"', IfModifiedSince: written },
      200,
    ],
    ['a failed If-Match comes before 304', { IfMatch: '"x"', IfNoneMatch: etag }, 412],
  ];
  for (const [what, more, status] of conditions) {
    test(`${what}: ${status}`, async () => {
      if (status === 200) await textOf((await get(more)).Body);
      else {
        const code = status === 304 ? 'NotModified' : 'PreconditionFailed';
        const error = await scene.refuse(code, 'GetObject', { Bucket: bucket, Key: 'digits', ...more });
        assert.equal(error.status, status);
        if (status === 304) assert.equal(error.headers.etag, etag);
      }
    });
  }

  test('response overrides', async () => {
    const answer = await get({ ResponseContentType: 'text/csv', ResponseContentDisposition: 'attachment' });
    assert.deepEqual([answer.ContentType, answer.ContentDisposition], ['text/csv', 'attachment']);
  });

  test('partNumber of an object put at once', async () => {
    const answer = await get({ PartNumber: 1 });
    assert.deepEqual(
      [await textOf(answer.Body), answer.ContentRange, answer.PartsCount],
      ['0123456789', 'bytes 0-9/10', undefined],
    );
    await scene.refuse('InvalidPartNumber', 'GetObject', { Bucket: bucket, Key: 'digits', PartNumber: 2 });
    await scene.refuse('InvalidArgument', 'GetObject', { Bucket: bucket, Key: 'digits', PartNumber: 0 });
    await scene.refuse('InvalidRequest', 'GetObject', {
      Bucket: bucket,
      Key: 'digits',
      PartNumber: 1,
      Range: 'bytes=0-1',
    });
  });

  test('an empty object', async () => {
    await scene.put(bucket, 'empty');
    assert.equal(await scene.read(bucket, 'empty'), '');
    await scene.refuse('InvalidRange', 'GetObject', { Bucket: bucket, Key: 'empty', Range: 'bytes=0-' });
  });

  test('a missing key is NoSuchKey to who may list, AccessDenied to others', async () => {
    const error = await scene.refuse('NoSuchKey', 'GetObject', { Bucket: bucket, Key: 'missing' });
    assert.equal(error.fields.Key, 'missing');
    await scene.refuse(
      'AccessDenied',
      'GetObject',
      { Bucket: bucket, Key: 'missing' },
      { principal: stranger },
    );
  });

  test('a reader keeps the bytes that were there when it began', async () => {
    await scene.put(bucket, 'replaced', 'old'.repeat(50_000));
    const { Body } = await scene.run('GetObject', { Bucket: bucket, Key: 'replaced' });
    await scene.put(bucket, 'replaced', 'new');
    assert.equal(await textOf(Body), 'old'.repeat(50_000));
  });
});

describe('checksums', () => {
  const algorithms: [string, string][] = [
    // Of "123456789": the check values of the CRC catalogue; hashes by node:crypto.
    ['CRC32', Buffer.from('cbf43926', 'hex').toString('base64')],
    ['CRC32C', Buffer.from('e3069283', 'hex').toString('base64')],
    ['CRC64NVME', Buffer.from('ae8b14860a799888', 'hex').toString('base64')],
    ['SHA1', createHash('sha1').update('123456789').digest('base64')],
    ['SHA256', createHash('sha256').update('123456789').digest('base64')],
  ];
  for (const [name, value] of algorithms) {
    test(`${name}: computed when only the algorithm is named, answered when asked for`, async () => {
      const put = await scene.put(bucket, `sum-${name}`, '123456789', { ChecksumAlgorithm: name });
      assert.deepEqual([put[`Checksum${name}`], put.ChecksumType], [value, 'FULL_OBJECT']);
      const plain = await scene.run('HeadObject', { Bucket: bucket, Key: `sum-${name}` });
      assert.equal(plain[`Checksum${name}`], undefined);
      const asked = await scene.run('HeadObject', {
        Bucket: bucket,
        Key: `sum-${name}`,
        ChecksumMode: 'ENABLED',
      });
      assert.equal(asked[`Checksum${name}`], value);
      const attributes = await scene.run('GetObjectAttributes', {
        Bucket: bucket,
        Key: `sum-${name}`,
        ObjectAttributes: ['Checksum', 'ETag', 'ObjectSize', 'StorageClass'],
      });
      assert.deepEqual(attributes.Checksum, { [`Checksum${name}`]: value, ChecksumType: 'FULL_OBJECT' });
      assert.deepEqual(
        [attributes.ObjectSize, attributes.StorageClass, attributes.ETag],
        [9, 'STANDARD', md5('123456789').toString('hex')],
      );
    });
  }
  test('an attribute that is none', async () =>
    void (await scene.refuse('InvalidArgument', 'GetObjectAttributes', {
      Bucket: bucket,
      Key: 'digits',
      ObjectAttributes: ['Colour'],
    })));
});
