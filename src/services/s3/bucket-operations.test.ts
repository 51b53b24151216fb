// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 API Reference, pages CreateBucket, HeadBucket, ListBuckets, DeleteBucket, GetBucketLocation; S3 User Guide,
// "General purpose bucket naming rules". Each case names the code that S3 documents.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openScene, type S3Scene, stranger } from './testing/s3-scene.js';

let scene: S3Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const constraint = (LocationConstraint: string) => ({ CreateBucketConfiguration: { LocationConstraint } });

describe('CreateBucket', () => {
  test('is in us-east-1 without a constraint, and answers its path', async () => {
    assert.deepEqual(await scene.run('CreateBucket', { Bucket: 'plain-one' }), { Location: '/plain-one' });
    assert.deepEqual(await scene.run('GetBucketLocation', { Bucket: 'plain-one' }), {});
    assert.equal((await scene.run('HeadBucket', { Bucket: 'plain-one' })).BucketRegion, 'us-east-1');
  });

  test('takes the constraint of the Region that was called', async () => {
    const answer = await scene.run(
      'CreateBucket',
      { Bucket: 'in-europe', ...constraint('eu-west-1') },
      { region: 'eu-west-1' },
    );
    assert.deepEqual(answer, { Location: 'http://in-europe.s3.amazonaws.com/' });
    assert.deepEqual(await scene.run('GetBucketLocation', { Bucket: 'in-europe' }), {
      LocationConstraint: 'eu-west-1',
    });
  });

  const refused: [string, string, object, string][] = [
    ['no constraint outside us-east-1', 'IllegalLocationConstraintException', {}, 'eu-west-1'],
    [
      'another Region than the called one',
      'IllegalLocationConstraintException',
      constraint('eu-central-1'),
      'eu-west-1',
    ],
    ['us-east-1 by name', 'InvalidLocationConstraint', constraint('us-east-1'), 'us-east-1'],
    ['a Region that is none', 'InvalidLocationConstraint', constraint('mars-north-1'), 'us-east-1'],
    [
      'a canned ACL where ACLs are disabled',
      'InvalidBucketAclWithObjectOwnership',
      { ACL: 'public-read' },
      'us-east-1',
    ],
    [
      'a public ACL where they are not',
      'InvalidBucketAclWithBlockPublicAccessError',
      { ACL: 'public-read', ObjectOwnership: 'ObjectWriter' },
      'us-east-1',
    ],
  ];
  for (const [what, code, more, region] of refused) {
    test(`refuses ${what}: ${code}`, async () =>
      void (await scene.refuse(code, 'CreateBucket', { Bucket: 'refused-one', ...more }, { region })));
  }

  test('again by its owner: 200 in us-east-1, BucketAlreadyOwnedByYou elsewhere', async () => {
    await scene.makeBucket('mine-twice');
    assert.deepEqual(await scene.run('CreateBucket', { Bucket: 'mine-twice' }), { Location: '/mine-twice' });
    const elsewhere = { Bucket: 'mine-europe', ...constraint('eu-west-1') };
    await scene.run('CreateBucket', elsewhere, { region: 'eu-west-1' });
    const error = await scene.refuse('BucketAlreadyOwnedByYou', 'CreateBucket', elsewhere, {
      region: 'eu-west-1',
    });
    assert.equal(error.status, 409);
  });

  test('somebody else has the name: BucketAlreadyExists', async () => {
    await scene.makeBucket('taken-name');
    const error = await scene.refuse(
      'BucketAlreadyExists',
      'CreateBucket',
      { Bucket: 'taken-name' },
      { principal: stranger },
    );
    assert.deepEqual([error.status, error.fields.BucketName], [409, 'taken-name']);
  });

  test('what an upload left under the name before is gone', async () => {
    await scene.store.put('ghost-bucket', 'secret', Buffer.from('of the owner before'));
    scene.clock.advance(1000);
    await scene.makeBucket('ghost-bucket');
    assert.equal((await scene.run('ListObjectsV2', { Bucket: 'ghost-bucket' })).KeyCount, 0);
  });

  for (const name of [
    'ab',
    'a'.repeat(64),
    'Upper',
    'under_score',
    '.dot',
    'dash-',
    'two..dots',
    '192.168.5.4',
    'xn--abc',
    'sthree-x',
    'x-s3alias',
    '.uploads.mine',
    'a/b',
  ]) {
    test(`${name} is no bucket name`, async () =>
      void (await scene.refuse('InvalidBucketName', 'CreateBucket', { Bucket: name })));
  }
  for (const name of ['abc', 'a'.repeat(63), '1.2.3', 'a.b-c', '192.168.5.4x']) {
    test(`${name} is a bucket name`, async () => void (await scene.run('CreateBucket', { Bucket: name })));
  }
});

describe('the bucket that a call names', () => {
  test('must exist', async () => {
    const error = await scene.refuse('NoSuchBucket', 'HeadBucket', { Bucket: 'not-there' });
    assert.deepEqual([error.status, error.fields.BucketName], [404, 'not-there']);
  });
  test('must be of the expected owner', async () => {
    await scene.makeBucket('owned-bucket');
    await scene.run('HeadBucket', { Bucket: 'owned-bucket', ExpectedBucketOwner: '111122223333' });
    await scene.refuse('AccessDenied', 'HeadBucket', {
      Bucket: 'owned-bucket',
      ExpectedBucketOwner: '999999999999',
    });
  });
  test('is closed to other accounts', async () =>
    void (await scene.refuse(
      'AccessDenied',
      'HeadBucket',
      { Bucket: 'owned-bucket' },
      { principal: stranger },
    )));
});

describe('DeleteBucket', () => {
  test('removes an empty bucket', async () => {
    await scene.makeBucket('to-delete');
    await scene.run('DeleteBucket', { Bucket: 'to-delete' });
    await scene.refuse('NoSuchBucket', 'DeleteBucket', { Bucket: 'to-delete' });
  });
  test('an object, an old version, a delete marker or an upload keeps it', async () => {
    await scene.makeBucket('not-empty', { versioning: 'Enabled' });
    await scene.put('not-empty', 'k', 'v');
    await scene.refuse('BucketNotEmpty', 'DeleteBucket', { Bucket: 'not-empty' });
    const { VersionId: marker } = await scene.run('DeleteObject', { Bucket: 'not-empty', Key: 'k' });
    const { Versions: versions } = await scene.run('ListObjectVersions', { Bucket: 'not-empty' });
    await scene.refuse('BucketNotEmpty', 'DeleteBucket', { Bucket: 'not-empty' });
    await scene.run('DeleteObject', {
      Bucket: 'not-empty',
      Key: 'k',
      VersionId: (versions as { VersionId: string }[])[0]?.VersionId,
    });
    await scene.refuse('BucketNotEmpty', 'DeleteBucket', { Bucket: 'not-empty' });
    await scene.run('DeleteObject', { Bucket: 'not-empty', Key: 'k', VersionId: marker });
    const { UploadId } = await scene.run('CreateMultipartUpload', { Bucket: 'not-empty', Key: 'k' });
    await scene.refuse('BucketNotEmpty', 'DeleteBucket', { Bucket: 'not-empty' });
    await scene.run('AbortMultipartUpload', { Bucket: 'not-empty', Key: 'k', UploadId });
    await scene.run('DeleteBucket', { Bucket: 'not-empty' });
  });
});

describe('ListBuckets', () => {
  test('pages over the own buckets, by name', async () => {
    const names: string[] = [];
    let ContinuationToken: unknown;
    do {
      const page = await scene.run('ListBuckets', { MaxBuckets: 2, Prefix: 'a', ContinuationToken });
      const buckets = page.Buckets as { Name: string; BucketRegion: string }[];
      assert.ok(buckets.length <= 2);
      names.push(...buckets.map(({ Name }) => Name));
      ContinuationToken = page.ContinuationToken;
    } while (ContinuationToken !== undefined);
    assert.deepEqual(names, ['a.b-c', 'a'.repeat(63), 'abc']);
  });
  test('by Region; nobody sees the buckets of others', async () => {
    const inEurope = await scene.run('ListBuckets', { BucketRegion: 'eu-west-1' });
    assert.deepEqual(
      (inEurope.Buckets as { Name: string }[]).map(({ Name }) => Name),
      ['in-europe', 'mine-europe'],
    );
    assert.deepEqual((await scene.run('ListBuckets', {}, { principal: stranger })).Buckets, []);
  });
  test('a token of another listing is refused', async () =>
    void (await scene.refuse('InvalidArgument', 'ListBuckets', { ContinuationToken: 'nonsense' })));
  test('MaxBuckets is 1 to 10,000', async () =>
    void (await scene.refuse('InvalidArgument', 'ListBuckets', { MaxBuckets: 0 })));
});
