// SPDX-License-Identifier: Apache-2.0
// Oracle: what a policy says of a request must hold for what is served; Service Authorization Reference, "Condition keys for
// Amazon S3". Each request says one thing to a careless reader of conditions and another to the handler.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { openScene, type S3Scene, stranger } from './testing/s3-scene.js';

let scene: S3Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const open: Partial<BucketDocument> = { objectOwnership: 'BucketOwnerEnforced' };

/** A bucket that a stranger may do some things to. */
async function sharedBucket(
  name: string,
  statements: readonly object[],
  change: Partial<BucketDocument> = {},
): Promise<void> {
  await scene.makeBucket(name, { ...open, ...change });
  const filled = statements.map((statement) => ({
    Effect: 'Allow',
    Principal: { AWS: stranger.kind === 'root' ? stranger.accountId : '' },
    Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
    ...statement,
  }));
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: filled });
  const bucket = scene.state.get<BucketDocument>(bucketKey(name));
  scene.state.put(bucketKey(name), { ...bucket, policy });
}

const asStranger = (rawQuery = '', headers: Record<string, string> = {}) => ({
  principal: stranger,
  request: { rawQuery, headers },
});

describe('a listing is judged by the prefix that is listed', () => {
  const list = (Bucket: string, Prefix: string, rawQuery: string) =>
    scene.run('ListObjectsV2', { Bucket, Prefix }, asStranger(`list-type=2&${rawQuery}`));
  const refuseList = (Bucket: string, Prefix: string, rawQuery: string) =>
    scene.refuse('AccessDenied', 'ListObjectsV2', { Bucket, Prefix }, asStranger(`list-type=2&${rawQuery}`));
  before(() =>
    sharedBucket('by-prefix', [
      { Action: 's3:ListBucket', Condition: { StringLike: { 's3:prefix': ['public/*', 'a b', 'a%'] } } },
      {
        Effect: 'Deny',
        Action: 's3:ListBucket',
        Condition: { StringEquals: { 's3:prefix': 'public/my file' } },
      },
    ]),
  );

  test('of two prefixes the first is served, and judged', async () => {
    await refuseList('by-prefix', 'secret/', 'prefix=secret%2F&prefix=public%2Fx');
    await list('by-prefix', 'public/x', 'prefix=public%2Fx&prefix=secret%2F');
  });
  test('a + is a space to both', async () => {
    await refuseList('by-prefix', 'public/my file', 'prefix=public%2Fmy+file');
    await list('by-prefix', 'a b', 'prefix=a+b');
  });
});

describe('headers in a query count for a policy only where they count for the upload', () => {
  before(() =>
    sharedBucket('needs-acl', [
      {
        Action: ['s3:PutObject', 's3:PutObjectAcl'],
        Condition: { StringEquals: { 's3:x-amz-acl': 'private' } },
      },
    ]),
  );
  const put = { Bucket: 'needs-acl', Key: 'k', Body: new Uint8Array(1) };

  test('not in a request signed by its headers', async () => {
    await scene.refuse('AccessDenied', 'PutObject', put, asStranger('x-amz-acl=private'));
  });
  test('in a presigned URL, the first value', async () => {
    const signed = 'X-Amz-Signature=0';
    await scene.run('PutObject', { ...put, ACL: 'private' }, asStranger(`x-amz-acl=private&${signed}`));
    const later = asStranger(`x-amz-acl=public-read&x-amz-acl=private&${signed}`);
    await scene.refuse('AccessDenied', 'PutObject', { ...put, ACL: 'public-read' }, later);
  });
  test('a header goes before it', async () => {
    const both = asStranger('x-amz-acl=private&X-Amz-Signature=0', { 'x-amz-acl': 'public-read' });
    await scene.refuse('AccessDenied', 'PutObject', { ...put, ACL: 'public-read' }, both);
  });
});

test('DeleteObjects and copies are judged by the version that they name in body and header', async () => {
  await scene.makeBucket('copies');
  await sharedBucket('kept', [{ Action: 's3:*' }], { versioning: 'Enabled' });
  const { VersionId: kept } = await scene.put('kept', 'k', 'one');
  const { VersionId: other } = await scene.put('kept', 'k', 'two');
  const bucket = scene.state.get<BucketDocument>(bucketKey('kept'));
  const { Statement } = JSON.parse(bucket?.policy ?? '{}') as { Statement: object[] };
  const denied = {
    ...Statement[0],
    Effect: 'Deny',
    Action: ['s3:DeleteObjectVersion', 's3:GetObjectVersion'],
    Resource: 'arn:aws:s3:::kept/*',
    Condition: { StringEquals: { 's3:VersionId': kept } },
  };
  scene.state.put(bucketKey('kept'), {
    ...bucket,
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [...Statement, denied] }),
  });
  const answer = await scene.run(
    'DeleteObjects',
    { Bucket: 'kept', Delete: { Objects: [kept, other].map((VersionId) => ({ Key: 'k', VersionId })) } },
    asStranger('delete'),
  );
  const errors = answer.Errors as { VersionId: string; Code: string }[];
  assert.deepEqual(
    errors.map(({ VersionId, Code }) => [VersionId, Code]),
    [[kept, 'AccessDenied']],
  );
  const copy = { Bucket: 'kept', Key: 'copy', CopySource: `kept/k?versionId=${String(kept)}` };
  await scene.refuse('AccessDenied', 'CopyObject', copy, asStranger());
});

describe('a copy is no way around what its caller may not read or write', () => {
  before(async () => {
    await sharedBucket('tagged', [{ Action: 's3:GetObject', Resource: 'arn:aws:s3:::tagged/*' }]);
    await scene.makeBucket('mine');
    const mine = scene.state.get<BucketDocument>(bucketKey('mine'));
    scene.state.put(bucketKey('mine'), {
      ...mine,
      accountId: stranger.kind === 'root' ? stranger.accountId : '',
    });
    await scene.put('tagged', 'k', 'text', { Tagging: 'owner=payroll' });
    await scene.put('tagged', 'plain', 'text');
  });
  const copy = (key: string, more: object = {}) => ({
    Bucket: 'mine',
    Key: 'copy',
    CopySource: `tagged/${key}`,
    ...more,
  });

  test('tags need GetObjectTagging', async () => {
    await scene.refuse('AccessDenied', 'CopyObject', copy('k'), asStranger());
    await scene.run('CopyObject', copy('k', { TaggingDirective: 'REPLACE' }), asStranger());
    await scene.run('CopyObject', copy('plain'), asStranger());
  });
  test('which keys exist needs ListBucket', async () => {
    await scene.refuse('AccessDenied', 'CopyObject', copy('nothing'), asStranger());
  });
});

describe('names of any length are answered, not failed on', () => {
  const long = 'k'.repeat(15_000);
  before(() => scene.makeBucket('for-names'));
  for (const [operation, input] of [
    ['ListMultipartUploads', { KeyMarker: long, UploadIdMarker: 'x' }],
    ['ListMultipartUploads', { Prefix: long, KeyMarker: long, UploadIdMarker: long }],
    ['ListObjects', { Prefix: long, Marker: long, Delimiter: long }],
    ['ListObjectsV2', { StartAfter: long, Delimiter: '/' }],
    ['ListObjectVersions', { KeyMarker: long, VersionIdMarker: long }],
    ['ListBuckets', { Prefix: long }],
  ] as const) {
    test(`${operation} ${Object.keys(input).join(', ')}`, async () => {
      const { IsTruncated = false } = await scene.run(operation, { Bucket: 'for-names', ...input });
      assert.equal(IsTruncated, false);
    });
  }
});
