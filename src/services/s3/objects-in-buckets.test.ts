// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 API Reference, pages CopyObject, DeleteObject, DeleteObjects, PutObjectTagging, PutObjectAcl, ListObjectVersions; S3 User
// Guide, "Working with delete markers" and "How S3 Versioning works".
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { canonicalUserId } from '../../buckets/canonical-user.js';
import { openScene, type S3Scene, stranger, textOf } from './testing/s3-scene.js';

let scene: S3Scene;
const bucket = 'plain';
const versioned = 'versioned';
before(async () => {
  scene = await openScene();
  await scene.makeBucket(bucket);
  await scene.makeBucket(versioned, { versioning: 'Enabled' });
});
after(() => scene.close());

describe('CopyObject', () => {
  before(() =>
    scene.put(bucket, 'a/source key+', 'text', {
      ContentType: 'text/plain',
      Metadata: { m: '1' },
      Tagging: 't=1',
      StorageClass: 'STANDARD_IA',
    }),
  );
  const copy = (CopySource: string, more: object = {}, Key = 'copy') =>
    scene.run('CopyObject', { Bucket: bucket, Key, CopySource, ...more });
  const head = (Key: string) => scene.run('HeadObject', { Bucket: bucket, Key });

  test('takes content headers, metadata and tags along, but not the storage class', async () => {
    const { CopyObjectResult: result } = await copy('/plain/a/source%20key%2B');
    assert.match((result as { ETag: string }).ETag, /^"[0-9a-f]{32}"$/);
    const { ContentType, Metadata, TagCount, StorageClass } = await head('copy');
    assert.deepEqual(
      { ContentType, Metadata, TagCount, StorageClass },
      { ContentType: 'text/plain', Metadata: { m: '1' }, TagCount: 1, StorageClass: undefined },
    );
  });
  test('REPLACE takes the request instead', async () => {
    await copy('plain/a/source%20key%2B', {
      MetadataDirective: 'REPLACE',
      Metadata: { n: '2' },
      TaggingDirective: 'REPLACE',
      Tagging: '',
    });
    const { ContentType, Metadata, TagCount } = await head('copy');
    assert.deepEqual(
      { ContentType, Metadata, TagCount },
      { ContentType: 'binary/octet-stream', Metadata: { n: '2' }, TagCount: undefined },
    );
  });
  test('a checksum is kept over the whole copy, another on request', async () => {
    await scene.put(bucket, 'summed', '123456789', { ChecksumAlgorithm: 'CRC32' });
    const { CopyObjectResult: kept } = await copy('plain/summed');
    assert.equal(
      (kept as { ChecksumCRC32: string }).ChecksumCRC32,
      Buffer.from('cbf43926', 'hex').toString('base64'),
    );
    const { CopyObjectResult: other } = await copy('plain/summed', { ChecksumAlgorithm: 'CRC32C' });
    assert.equal(
      (other as { ChecksumCRC32C: string }).ChecksumCRC32C,
      Buffer.from('e3069283', 'hex').toString('base64'),
    );
  });
  test('onto itself only with a change', async () => {
    await scene.put(bucket, 'self', 'x');
    const same = { Bucket: bucket, Key: 'self', CopySource: 'plain/self' };
    await scene.refuse('InvalidRequest', 'CopyObject', same);
    await scene.run('CopyObject', { ...same, MetadataDirective: 'REPLACE' });
    assert.equal(await scene.read(bucket, 'self'), 'x');
  });
  test('an older version comes back onto itself', async () => {
    const { VersionId } = await scene.put(versioned, 'back', 'one');
    await scene.put(versioned, 'back', 'two');
    const answer = await scene.run('CopyObject', {
      Bucket: versioned,
      Key: 'back',
      CopySource: `versioned/back?versionId=${String(VersionId)}`,
    });
    assert.equal(answer.CopySourceVersionId, VersionId);
    assert.equal(await scene.read(versioned, 'back'), 'one');
  });

  const refused: [string, string, object][] = [
    ['a source without a key', 'InvalidArgument', { CopySource: 'plain' }],
    ['a source that is not there', 'NoSuchKey', { CopySource: 'plain/nothing' }],
    ['a bucket that is not there', 'NoSuchBucket', { CopySource: 'no-such-bucket/k' }],
    ['a version that is not there', 'NoSuchVersion', { CopySource: 'plain/copy?versionId=nothing' }],
    ['a directive that is none', 'InvalidArgument', { CopySource: 'plain/copy', MetadataDirective: 'MAYBE' }],
    ['a failed condition', 'PreconditionFailed', { CopySource: 'plain/copy', CopySourceIfMatch: '"x"' }],
    [
      'a source not modified since',
      'PreconditionFailed',
      { CopySource: 'plain/copy', CopySourceIfModifiedSince: new Date(Date.UTC(2030, 0)) },
    ],
  ];
  for (const [what, code, more] of refused) {
    test(`refuses ${what}: ${code}`, async () => {
      await scene.refuse(code, 'CopyObject', { Bucket: bucket, Key: 'other', ...more });
    });
  }
  test('a source that others own is closed', async () => {
    await scene.run('CreateBucket', { Bucket: 'of-a-stranger' }, { principal: stranger });
    await scene.refuse('AccessDenied', 'CopyObject', {
      Bucket: bucket,
      Key: 'k',
      CopySource: 'of-a-stranger/k',
    });
  });
});

describe('versions', () => {
  test('each put makes one; a delete marker hides them; deleting the marker brings them back', async () => {
    const first = await scene.put(versioned, 'life', 'one');
    const second = await scene.put(versioned, 'life', 'two');
    assert.notEqual(first.VersionId, second.VersionId);
    assert.equal(await scene.read(versioned, 'life', { VersionId: first.VersionId }), 'one');
    const deleted = await scene.run('DeleteObject', { Bucket: versioned, Key: 'life' });
    assert.equal(deleted.DeleteMarker, true);

    const gone = await scene.refuse('NoSuchKey', 'GetObject', { Bucket: versioned, Key: 'life' });
    assert.deepEqual(
      [gone.headers['x-amz-delete-marker'], gone.headers['x-amz-version-id']],
      ['true', deleted.VersionId],
    );
    const marker = await scene.refuse('MethodNotAllowed', 'HeadObject', {
      Bucket: versioned,
      Key: 'life',
      VersionId: deleted.VersionId,
    });
    assert.deepEqual([marker.status, marker.headers.allow], [405, 'DELETE']);

    const undone = await scene.run('DeleteObject', {
      Bucket: versioned,
      Key: 'life',
      VersionId: deleted.VersionId,
    });
    assert.deepEqual(undone, { VersionId: deleted.VersionId, DeleteMarker: true });
    assert.equal(await scene.read(versioned, 'life'), 'two');
    await scene.refuse('NoSuchVersion', 'GetObject', {
      Bucket: versioned,
      Key: 'life',
      VersionId: 'nothing',
    });
    await scene.refuse('InvalidArgument', 'GetObject', { Bucket: versioned, Key: 'life', VersionId: '' });
  });

  test('suspended: the null version is written over, the others stay', async () => {
    await scene.makeBucket('suspended');
    await scene.put('suspended', 'k', 'before');
    await scene.run('PutBucketVersioning', {
      Bucket: 'suspended',
      VersioningConfiguration: { Status: 'Enabled' },
    });
    const kept = await scene.put('suspended', 'k', 'versioned');
    await scene.run('PutBucketVersioning', {
      Bucket: 'suspended',
      VersioningConfiguration: { Status: 'Suspended' },
    });
    assert.equal((await scene.put('suspended', 'k', 'after')).VersionId, 'null');
    assert.equal(await scene.read('suspended', 'k', { VersionId: 'null' }), 'after');
    assert.equal(await scene.read('suspended', 'k', { VersionId: kept.VersionId }), 'versioned');
    const marker = await scene.run('DeleteObject', { Bucket: 'suspended', Key: 'k' });
    assert.deepEqual(marker, { DeleteMarker: true, VersionId: 'null' });
    const listing = await scene.run('ListObjectVersions', { Bucket: 'suspended' });
    assert.deepEqual(
      [(listing.Versions as unknown[]).length, (listing.DeleteMarkers as unknown[]).length],
      [1, 1],
    );
  });

  test('a bucket that never was versioned tells no version', async () => {
    const put = await scene.put(bucket, 'nv', 'x');
    assert.equal('VersionId' in put, false);
    assert.deepEqual(await scene.run('DeleteObject', { Bucket: bucket, Key: 'nv' }), {});
    assert.deepEqual(
      await scene.run('DeleteObject', { Bucket: bucket, Key: 'nv' }),
      {},
      'deleting nothing succeeds',
    );
  });

  test('conditional deletes', async () => {
    await scene.put(bucket, 'cd', 'x');
    await scene.refuse('PreconditionFailed', 'DeleteObject', { Bucket: bucket, Key: 'cd', IfMatch: '"y"' });
    await scene.run('DeleteObject', { Bucket: bucket, Key: 'cd', IfMatch: '*' });
    await scene.refuse('NoSuchKey', 'DeleteObject', { Bucket: bucket, Key: 'cd', IfMatch: '*' });
  });
});

describe('DeleteObjects', () => {
  const remove = (Objects: object[], more: object = {}) =>
    scene.run('DeleteObjects', { Bucket: bucket, Delete: { Objects, ...more } });
  test('tells each key; what was not there counts as deleted; a bad one does not stop the others', async () => {
    await scene.put(bucket, 'd1', 'x');
    const answer = await remove([{ Key: 'd1' }, { Key: 'k'.repeat(1025) }, { Key: 'never' }]);
    assert.deepEqual(answer.Deleted, [{ Key: 'd1' }, { Key: 'never' }]);
    assert.deepEqual(
      (answer.Errors as { Code: string }[]).map(({ Code }) => Code),
      ['KeyTooLongError'],
    );
  });
  test('quiet: only errors', async () => {
    assert.deepEqual(await remove([{ Key: 'd1' }], { Quiet: true }), {});
  });
  test('access is decided key by key', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: '444455556666' },
        Action: 's3:DeleteObject',
        Resource: `arn:aws:s3:::${bucket}/open/*`,
      },
    };
    await scene.run('PutBucketPolicy', { Bucket: bucket, Policy: JSON.stringify(policy) });
    const answer = await scene.run(
      'DeleteObjects',
      { Bucket: bucket, Delete: { Objects: [{ Key: 'open/1' }, { Key: 'shut/1' }] } },
      { principal: stranger },
    );
    assert.deepEqual(answer.Deleted, [{ Key: 'open/1' }]);
    assert.deepEqual(answer.Errors, [
      { Key: 'shut/1', VersionId: undefined, Code: 'AccessDenied', Message: 'Access Denied' },
    ]);
  });
  test('markers are told', async () => {
    await scene.put(versioned, 'dm', 'x');
    const { Deleted } = await scene.run('DeleteObjects', {
      Bucket: versioned,
      Delete: { Objects: [{ Key: 'dm' }] },
    });
    const [entry] = Deleted as { DeleteMarker: boolean; DeleteMarkerVersionId: string }[];
    assert.equal(entry?.DeleteMarker, true);
    assert.ok(entry?.DeleteMarkerVersionId);
  });
  test('none, or more than 1,000: MalformedXML', async () => {
    await scene.refuse('MalformedXML', 'DeleteObjects', { Bucket: bucket, Delete: { Objects: [] } });
    const many = Array.from({ length: 1001 }, (_, n) => ({ Key: `k${n}` }));
    await scene.refuse('MalformedXML', 'DeleteObjects', { Bucket: bucket, Delete: { Objects: many } });
  });
});

describe('tags and ACLs of objects', () => {
  test('tags are put, read and removed as a whole', async () => {
    await scene.put(bucket, 'tagged', 'x', { Tagging: 'a=1' });
    await scene.run('PutObjectTagging', {
      Bucket: bucket,
      Key: 'tagged',
      Tagging: { TagSet: [{ Key: 'b', Value: '2' }] },
    });
    assert.deepEqual((await scene.run('GetObjectTagging', { Bucket: bucket, Key: 'tagged' })).TagSet, [
      { Key: 'b', Value: '2' },
    ]);
    await scene.run('DeleteObjectTagging', { Bucket: bucket, Key: 'tagged' });
    assert.deepEqual((await scene.run('GetObjectTagging', { Bucket: bucket, Key: 'tagged' })).TagSet, []);
    const eleven = Array.from({ length: 11 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
    await scene.refuse('BadRequest', 'PutObjectTagging', {
      Bucket: bucket,
      Key: 'tagged',
      Tagging: { TagSet: eleven },
    });
    await scene.refuse('NoSuchKey', 'GetObjectTagging', { Bucket: bucket, Key: 'nothing' });
  });

  test('an ACL is the owner alone while ACLs are disabled', async () => {
    await scene.put(bucket, 'acl', 'x');
    const ID = canonicalUserId('111122223333');
    assert.deepEqual(await scene.run('GetObjectAcl', { Bucket: bucket, Key: 'acl' }), {
      Owner: { ID },
      Grants: [{ Grantee: { Type: 'CanonicalUser', ID }, Permission: 'FULL_CONTROL' }],
    });
    await scene.refuse('AccessControlListNotSupported', 'PutObjectAcl', {
      Bucket: bucket,
      Key: 'acl',
      ACL: 'authenticated-read',
    });
    await scene.run('PutObjectAcl', { Bucket: bucket, Key: 'acl', ACL: 'bucket-owner-full-control' });
  });

  test('where they are not, a public one opens the object unless that is blocked', async () => {
    await scene.makeBucket('with-acls', { objectOwnership: 'ObjectWriter' });
    await scene.refuse('AccessDenied', 'PutObject', { Bucket: 'with-acls', Key: 'k', ACL: 'public-read' });
    await scene.run('DeletePublicAccessBlock', { Bucket: 'with-acls' });
    await scene.put('with-acls', 'k', 'open', { ACL: 'public-read' });
    const { Body } = await scene.run(
      'GetObject',
      { Bucket: 'with-acls', Key: 'k' },
      { principal: { kind: 'anonymous' }, accountId: '111122223333' },
    );
    assert.equal(await textOf(Body), 'open');
    await scene.run('PutPublicAccessBlock', {
      Bucket: 'with-acls',
      PublicAccessBlockConfiguration: { IgnorePublicAcls: true },
    });
    await scene.refuse(
      'AccessDenied',
      'GetObject',
      { Bucket: 'with-acls', Key: 'k' },
      { principal: { kind: 'anonymous' }, accountId: '111122223333' },
    );
  });
});
