// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 API Reference, pages CreateMultipartUpload, UploadPart, UploadPartCopy, CompleteMultipartUpload, ListParts,
// ListMultipartUploads; S3 User Guide, "Amazon S3 multipart upload limits". Digests of wholes are computed by node:crypto and
// node:zlib over all bytes, the composite ones from their definition.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { partsNamespace, uploadsNamespace } from '../../buckets/upload-namespace.js';
import { openScene, type S3Scene, textOf } from './testing/s3-scene.js';

let scene: S3Scene;
const Bucket = 'uploads';
before(async () => {
  scene = await openScene();
  await scene.makeBucket(Bucket);
});
after(() => scene.close());

const mebibyte5 = 5 * 1024 ** 2;
const first = Buffer.alloc(mebibyte5, 'a');
const second = Buffer.from('the end');
const whole = Buffer.concat([first, second]);

async function begin(
  Key: string,
  more: object = {},
): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId } = await scene.run('CreateMultipartUpload', { Bucket, Key, ...more });
  return { Bucket, Key, UploadId: String(UploadId) };
}

async function part(
  upload: object,
  PartNumber: number,
  bytes: Uint8Array,
  more: object = {},
): Promise<Record<string, unknown>> {
  const answer = await scene.run('UploadPart', {
    ...upload,
    PartNumber,
    Body: Readable.from([bytes]),
    ...more,
  });
  return { PartNumber, ...answer, ServerSideEncryption: undefined };
}

const complete = (upload: object, Parts: object[], more: object = {}) =>
  scene.run('CompleteMultipartUpload', { ...upload, MultipartUpload: { Parts }, ...more });

describe('a multipart upload', () => {
  test('becomes one object and leaves nothing behind', async () => {
    const upload = await begin('big', { ContentType: 'text/plain', Metadata: { m: '1' }, Tagging: 't=1' });
    const parts = [
      await part(upload, 1, first),
      await part(upload, 2, Buffer.from('replaced')),
      await part(upload, 2, second),
    ];
    await scene.refuse('NoSuchKey', 'HeadObject', { Bucket, Key: 'big' });
    const done = await complete(upload, [parts[0]!, parts[2]!]);
    const md5s = [first, second].map((bytes) => createHash('md5').update(bytes).digest());
    assert.equal(done.ETag, `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-2"`);
    assert.equal(await scene.read(Bucket, 'big'), whole.toString());
    const head = await scene.run('HeadObject', { Bucket, Key: 'big', PartNumber: 2 });
    assert.deepEqual(
      [head.PartsCount, head.ContentLength, head.ContentRange],
      [2, 7, `bytes ${mebibyte5}-${whole.length - 1}/${whole.length}`],
    );
    assert.deepEqual([head.ContentType, head.Metadata, head.TagCount], ['text/plain', { m: '1' }, 1]);
    const { Body } = await scene.run('GetObject', { Bucket, Key: 'big', PartNumber: 2 });
    assert.equal(await textOf(Body), 'the end');
    await scene.refuse('NoSuchUpload', 'ListParts', upload);
    for (const namespace of [uploadsNamespace(Bucket), partsNamespace(Bucket)]) {
      assert.deepEqual((await scene.store.list(namespace, { versions: true, limit: 10 })).objects, []);
    }
  });

  test('refuses wrong lists of parts, and stays', async () => {
    const upload = await begin('wrong');
    const [one, two] = [await part(upload, 1, Buffer.from('small')), await part(upload, 2, second)];
    const refuse = (code: string, Parts: object[], more: object = {}) =>
      scene.refuse(code, 'CompleteMultipartUpload', { ...upload, MultipartUpload: { Parts }, ...more });
    await refuse('MalformedXML', []);
    await refuse('InvalidPartOrder', [two, one]);
    await refuse('InvalidPartOrder', [one, one]);
    await refuse('InvalidPart', [one, { PartNumber: 3, ETag: two.ETag }]);
    await refuse('InvalidPart', [{ ...one, ETag: two.ETag }]);
    const small = await refuse('EntityTooSmall', [one, two]);
    assert.deepEqual(
      [small.fields.PartNumber, small.fields.ProposedSize, small.fields.MinSizeAllowed],
      [1, 5, mebibyte5],
    );
    await refuse('InvalidRequest', [two], { MpuObjectSize: 8 });
    await refuse('NotImplemented', [two], { IfNoneMatch: 'x' });
    await complete(upload, [two], { MpuObjectSize: 7, IfNoneMatch: '*' });
    assert.equal(await scene.read(Bucket, 'wrong'), 'the end');
  });

  test('a condition is checked at the end', async () => {
    const upload = await begin('raced');
    const one = await part(upload, 1, second);
    await scene.put(Bucket, 'raced', 'faster');
    await scene.refuse('PreconditionFailed', 'CompleteMultipartUpload', {
      ...upload,
      MultipartUpload: { Parts: [one] },
      IfNoneMatch: '*',
    });
    assert.equal(await scene.read(Bucket, 'raced'), 'faster');
  });

  test('aborted, it is gone with its parts', async () => {
    const upload = await begin('aborted');
    await part(upload, 1, second);
    await scene.run('AbortMultipartUpload', upload);
    await scene.refuse('NoSuchUpload', 'AbortMultipartUpload', upload);
    await scene.refuse('NoSuchUpload', 'UploadPart', { ...upload, PartNumber: 1, Body: Readable.from([]) });
    await scene.refuse('NoSuchUpload', 'ListParts', { ...upload, UploadId: 'nonsense' });
    assert.deepEqual(
      (await scene.store.list(partsNamespace(Bucket), { prefix: 'aborted', limit: 1 })).objects,
      [],
    );
  });

  test('a part that comes in while its upload is aborted leaves nothing', async () => {
    const upload = await begin('aborting');
    const slow = Readable.from(
      (async function* () {
        yield Buffer.from('x');
        await scene.run('AbortMultipartUpload', upload);
      })(),
    );
    await scene.refuse('NoSuchUpload', 'UploadPart', { ...upload, PartNumber: 1, Body: slow });
    const { objects } = await scene.store.list(partsNamespace(Bucket), { limit: 100 });
    assert.deepEqual(
      objects.filter(({ key }) => upload.UploadId.endsWith(key.split('/')[0]!)),
      [],
    );
  });

  for (const PartNumber of [0, 10_001, undefined]) {
    test(`part number ${PartNumber} is none`, async () => {
      await scene.refuse('InvalidArgument', 'UploadPart', { Bucket, Key: 'k', UploadId: 'u', PartNumber });
    });
  }

  test('parts are listed by number, in pages', async () => {
    const upload = await begin('listed');
    for (const n of [10_000, 2, 11]) await part(upload, n, Buffer.from(`part ${n}`));
    const page = await scene.run('ListParts', { ...upload, MaxParts: 2 });
    const numbers = (answer: Record<string, unknown>) =>
      (answer.Parts as { PartNumber: number }[]).map(({ PartNumber }) => PartNumber);
    assert.deepEqual([numbers(page), page.IsTruncated, page.NextPartNumberMarker], [[2, 11], true, '11']);
    const rest = await scene.run('ListParts', { ...upload, PartNumberMarker: page.NextPartNumberMarker });
    assert.deepEqual([numbers(rest), rest.IsTruncated], [[10_000], false]);
  });

  test('in a versioned bucket it makes a version', async () => {
    await scene.makeBucket('versioned-uploads', { versioning: 'Enabled' });
    const { UploadId } = await scene.run('CreateMultipartUpload', { Bucket: 'versioned-uploads', Key: 'k' });
    const upload = { Bucket: 'versioned-uploads', Key: 'k', UploadId: String(UploadId) };
    const done = await complete(upload, [await part(upload, 1, second)]);
    assert.equal(await scene.read('versioned-uploads', 'k', { VersionId: done.VersionId }), 'the end');
  });
});

describe('UploadPartCopy', () => {
  before(() => scene.put(Bucket, 'source', '0123456789'));
  test('copies a range as a part', async () => {
    const upload = await begin('copied');
    const { CopyPartResult } = await scene.run('UploadPartCopy', {
      ...upload,
      PartNumber: 1,
      CopySource: 'uploads/source',
      CopySourceRange: 'bytes=2-5',
    });
    await complete(upload, [{ PartNumber: 1, ...(CopyPartResult as object) }]);
    assert.equal(await scene.read(Bucket, 'copied'), '2345');
  });
  for (const CopySourceRange of ['bytes=2-', 'bytes=-2', 'bytes=5-2', 'bytes=0-10', '0-1']) {
    test(`range ${CopySourceRange} is refused`, async () => {
      const upload = await begin('ranges');
      await scene.refuse('InvalidArgument', 'UploadPartCopy', {
        ...upload,
        PartNumber: 1,
        CopySource: 'uploads/source',
        CopySourceRange,
      });
    });
  }
});

describe('checksums of multipart uploads', () => {
  const crcOf = (bytes: Uint8Array) => {
    const out = Buffer.alloc(4);
    out.writeUInt32BE(crc32(bytes));
    return out.toString('base64');
  };

  test('FULL_OBJECT: that of all bytes, from the parts alone', async () => {
    const upload = await begin('full-sum', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = [await part(upload, 1, first), await part(upload, 2, second)];
    await scene.refuse('BadDigest', 'CompleteMultipartUpload', {
      ...upload,
      MultipartUpload: { Parts: parts },
      ChecksumCRC32: crcOf(second),
    });
    const done = await complete(upload, parts, { ChecksumCRC32: crcOf(whole) });
    assert.deepEqual([done.ChecksumCRC32, done.ChecksumType], [crcOf(whole), 'FULL_OBJECT']);
  });

  for (const algorithm of ['CRC32C', 'CRC64NVME']) {
    test(`${algorithm} of a whole put at once is the same as of its parts`, async () => {
      const upload = await begin(`same-${algorithm}`, {
        ChecksumAlgorithm: algorithm,
        ChecksumType: 'FULL_OBJECT',
      });
      const done = await complete(upload, [await part(upload, 1, first), await part(upload, 2, second)]);
      const atOnce = await scene.put(Bucket, 'at-once', whole, { ChecksumAlgorithm: algorithm });
      assert.equal(done[`Checksum${algorithm}`], atOnce[`Checksum${algorithm}`]);
    });
  }

  test('COMPOSITE: the checksum of the checksums, with the number of parts', async () => {
    const upload = await begin('composite', { ChecksumAlgorithm: 'SHA256' });
    const parts = [await part(upload, 1, first), await part(upload, 2, second)];
    const digests = [first, second].map((bytes) => createHash('sha256').update(bytes).digest());
    const expected = `${createHash('sha256').update(Buffer.concat(digests)).digest('base64')}-2`;
    const missing = parts.map(({ ChecksumSHA256: _left, ...rest }) => rest);
    await scene.refuse('InvalidRequest', 'CompleteMultipartUpload', {
      ...upload,
      MultipartUpload: { Parts: missing },
    });
    const swapped = [{ ...parts[0], ChecksumSHA256: parts[1]?.ChecksumSHA256 }, parts[1]!];
    await scene.refuse('InvalidPart', 'CompleteMultipartUpload', {
      ...upload,
      MultipartUpload: { Parts: swapped },
    });
    const done = await complete(upload, parts, { ChecksumSHA256: expected });
    assert.deepEqual([done.ChecksumSHA256, done.ChecksumType], [expected, 'COMPOSITE']);
  });

  const refused: [string, object][] = [
    ['FULL_OBJECT of a hash', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' }],
    ['COMPOSITE of CRC64NVME', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }],
    ['a type without an algorithm', { ChecksumType: 'FULL_OBJECT' }],
    ['an algorithm that is none', { ChecksumAlgorithm: 'CRC16' }],
  ];
  for (const [what, more] of refused) {
    test(`${what} is refused`, async () => {
      await scene.refuse('InvalidRequest', 'CreateMultipartUpload', { Bucket, Key: 'k', ...more });
    });
  }
  test('a part with another algorithm than promised is refused', async () => {
    const upload = await begin('mismatch', { ChecksumAlgorithm: 'CRC32' });
    await scene.refuse('InvalidRequest', 'UploadPart', {
      ...upload,
      PartNumber: 1,
      ChecksumSHA1: createHash('sha1').digest('base64'),
      Body: Readable.from([]),
    });
  });
});

describe('ListMultipartUploads', () => {
  const name = 'many-uploads';
  const ids: string[] = [];
  before(async () => {
    await scene.makeBucket(name);
    for (const Key of ['b', 'a/1', 'b', 'a/2', 'b', 'c']) {
      scene.clock.advance(1000);
      const { UploadId } = await scene.run('CreateMultipartUpload', { Bucket: name, Key });
      ids.push(String(UploadId));
    }
  });
  const list = (more: object) => scene.run('ListMultipartUploads', { Bucket: name, ...more });
  const found = (answer: Record<string, unknown>) =>
    ((answer.Uploads ?? []) as { Key: string; UploadId: string }[]).map(({ Key, UploadId }) => [
      Key,
      ids.indexOf(UploadId),
    ]);

  test('by key, then by the time when they began', async () => {
    assert.deepEqual(found(await list({})), [
      ['a/1', 1],
      ['a/2', 3],
      ['b', 0],
      ['b', 2],
      ['b', 4],
      ['c', 5],
    ]);
  });
  for (const MaxUploads of [1, 2, 3, 4, 5]) {
    test(`pages of ${MaxUploads} show each upload once, in order`, async () => {
      const all: unknown[] = [];
      let markers = {};
      for (;;) {
        const page = await list({ MaxUploads, ...markers });
        all.push(...found(page));
        if (page.IsTruncated !== true) break;
        markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
      assert.deepEqual(all, found(await list({})));
    });
  }
  test('delimiter and prefix', async () => {
    const rolled = await list({ Delimiter: '/' });
    assert.deepEqual([rolled.CommonPrefixes, found(rolled).length], [[{ Prefix: 'a/' }], 4]);
    assert.deepEqual(found(await list({ Prefix: 'a/', Delimiter: '/' })), [
      ['a/1', 1],
      ['a/2', 3],
    ]);
    const page = await list({ Delimiter: '/', MaxUploads: 1 });
    assert.deepEqual(
      [page.IsTruncated, page.NextKeyMarker, page.CommonPrefixes],
      [true, 'a/', [{ Prefix: 'a/' }]],
    );
    assert.deepEqual(
      found(await list({ Delimiter: '/', MaxUploads: 1, KeyMarker: 'a/', UploadIdMarker: '' })),
      [['b', 0]],
    );
  });
});
