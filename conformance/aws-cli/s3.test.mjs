// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI: `aws s3` on files and folders, `aws s3api` for the set-up of buckets.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer } from '../harness.mjs';

const cairn = new CairnServer();
const tree = join(cairn.dir, 'tree');
const big = Buffer.from(Array.from({ length: 9_000_000 }, (_, at) => (at * 31 + (at >> 8)) & 255));

const s3 = (...args) => cairn.awsOk('s3', ...args);
const api = (...args) => cairn.awsOk('s3api', ...args);

async function refused(code, ...args) {
  const { code: exit, stderr } = await cairn.aws('s3api', ...args);
  assert.notEqual(exit, 0, `s3api ${args.join(' ')} was not refused`);
  assert.match(stderr, new RegExp(`\\(${code}\\)`));
}

before(async () => {
  await cairn.start();
  mkdirSync(join(tree, 'a', 'b'), { recursive: true });
  writeFileSync(join(tree, 'big.bin'), big);
  writeFileSync(join(tree, 'a', 'x.txt'), 'hi');
  writeFileSync(join(tree, 'a', 'b', 'ü y+%.txt'), 'ho');
});
after(() => cairn.remove());

describe('aws s3', () => {
  test('mb, also of a bucket that is mine already', async () => {
    await s3('mb', 's3://cli-one');
    await s3('mb', 's3://cli-one');
    assert.match(await s3('ls'), /cli-one/);
  });

  test('sync up and down again gives the same files', async () => {
    await s3('sync', tree, 's3://cli-one/tree', '--no-progress');
    const back = join(cairn.dir, 'back');
    await s3('sync', 's3://cli-one/tree', back, '--no-progress');
    const files = readdirSync(tree, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    assert.equal(files.length, 3);
    for (const { parentPath, name } of files) {
      const copy = join(parentPath.replace(tree, back), name);
      assert.deepEqual(readFileSync(copy), readFileSync(join(parentPath, name)));
    }
  });

  test('a second sync has nothing to do', async () => {
    assert.equal((await s3('sync', tree, 's3://cli-one/tree', '--no-progress')).trim(), '');
  });

  test('ls shows folders, and everything with --recursive', async () => {
    assert.match(await s3('ls', 's3://cli-one/tree/'), /PRE a\/[\s\S]*big\.bin/);
    assert.match(await s3('ls', '--recursive', '--summarize', 's3://cli-one/'), /Total Objects: 3/);
  });

  test('cp to and from a stream, mv, rm', async () => {
    await s3('cp', 's3://cli-one/tree/a/x.txt', 's3://cli-one/copy.txt');
    assert.equal(await s3('cp', 's3://cli-one/copy.txt', '-'), 'hi');
    await s3('mv', 's3://cli-one/copy.txt', 's3://cli-one/moved.txt');
    await s3('rm', 's3://cli-one/moved.txt');
    assert.doesNotMatch(await s3('ls', 's3://cli-one/'), /moved|copy/);
  });

  test('rb refuses a full bucket and takes it with --force', async () => {
    const { code, stderr } = await cairn.aws('s3', 'rb', 's3://cli-one');
    assert.notEqual(code, 0);
    assert.match(stderr, /BucketNotEmpty/);
    await s3('rb', '--force', 's3://cli-one');
    assert.doesNotMatch(await s3('ls'), /cli-one/);
  });
});

describe('aws s3api', () => {
  const bucket = ['--bucket', 'cli-two'];

  test('create-bucket in a Region, get-bucket-location, head-bucket', async () => {
    await api('create-bucket', ...bucket, '--create-bucket-configuration', 'LocationConstraint=eu-west-1');
    assert.equal((await api('get-bucket-location', ...bucket)).LocationConstraint, 'eu-west-1');
    assert.equal((await api('head-bucket', ...bucket)).BucketRegion, 'eu-west-1');
    await refused('404', 'head-bucket', '--bucket', 'cli-none');
    await refused('InvalidBucketName', 'create-bucket', '--bucket', 'Cli_Two');
  });

  test('the defaults of a new bucket', async () => {
    const block = (await api('get-public-access-block', ...bucket)).PublicAccessBlockConfiguration;
    assert.ok(Object.values(block).every((value) => value === true));
    const { Rules } = (await api('get-bucket-ownership-controls', ...bucket)).OwnershipControls;
    assert.deepEqual(Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const encryption = (await api('get-bucket-encryption', ...bucket)).ServerSideEncryptionConfiguration;
    assert.equal(encryption.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, 'AES256');
    assert.equal((await api('get-bucket-acl', ...bucket)).Grants[0].Permission, 'FULL_CONTROL');
    assert.equal((await api('get-bucket-request-payment', ...bucket)).Payer, 'BucketOwner');
    await refused('NoSuchBucketPolicy', 'get-bucket-policy', ...bucket);
    await refused('NoSuchTagSet', 'get-bucket-tagging', ...bucket);
    await refused('NoSuchLifecycleConfiguration', 'get-bucket-lifecycle-configuration', ...bucket);
    await refused('AccessControlListNotSupported', 'put-bucket-acl', ...bucket, '--acl', 'public-read');
  });

  test('policy: put, get, public ones refused, malformed ones named', async () => {
    const statement = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::cli-two/closed/*',
    };
    const policy = (change) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] });
    await api('put-bucket-policy', ...bucket, '--policy', policy({}));
    assert.deepEqual(JSON.parse((await api('get-bucket-policy', ...bucket)).Policy).Statement, [statement]);
    await refused('AccessDenied', 'put-bucket-policy', ...bucket, '--policy', policy({ Effect: 'Allow' }));
    await refused('MalformedPolicy', 'put-bucket-policy', ...bucket, '--policy', '{"bad');
    await refused(
      'MalformedPolicy',
      'put-bucket-policy',
      ...bucket,
      '--policy',
      policy({ Resource: 'arn:aws:s3:::other/*' }),
    );
    await api('put-object', ...bucket, '--key', 'closed/x', '--body', join(tree, 'a', 'x.txt'));
    await refused('AccessDenied', 'get-object', ...bucket, '--key', 'closed/x', join(cairn.dir, 'never'));
    await api('delete-bucket-policy', ...bucket);
    await api('get-object', ...bucket, '--key', 'closed/x', join(cairn.dir, 'now'));
  });

  test('versions, delete markers, removal of one version', async () => {
    await api('put-bucket-versioning', ...bucket, '--versioning-configuration', 'Status=Enabled');
    for (const name of ['x.txt', 'b/ü y+%.txt'])
      await api('put-object', ...bucket, '--key', 'v', '--body', join(tree, 'a', name));
    const { DeleteMarker, VersionId } = await api('delete-object', ...bucket, '--key', 'v');
    assert.equal(DeleteMarker, true);
    await refused('NoSuchKey', 'get-object', ...bucket, '--key', 'v', join(cairn.dir, 'never'));
    const listing = await api('list-object-versions', ...bucket, '--prefix', 'v');
    assert.equal(listing.Versions.length, 2);
    assert.deepEqual(
      listing.DeleteMarkers.map((marker) => marker.VersionId),
      [VersionId],
    );
    await api('delete-object', ...bucket, '--key', 'v', '--version-id', VersionId);
    const file = join(cairn.dir, 'restored');
    await api('get-object', ...bucket, '--key', 'v', file);
    assert.equal(readFileSync(file, 'utf8'), 'ho');
  });

  test('lifecycle, tagging, request payment', async () => {
    const rule = { ID: 'old', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 30 } };
    await api(
      'put-bucket-lifecycle-configuration',
      ...bucket,
      '--lifecycle-configuration',
      JSON.stringify({ Rules: [rule] }),
    );
    assert.deepEqual((await api('get-bucket-lifecycle-configuration', ...bucket)).Rules, [rule]);
    await api('put-bucket-tagging', ...bucket, '--tagging', 'TagSet=[{Key=team,Value=audit}]');
    assert.deepEqual((await api('get-bucket-tagging', ...bucket)).TagSet, [{ Key: 'team', Value: 'audit' }]);
    await api('put-bucket-request-payment', ...bucket, '--request-payment-configuration', 'Payer=Requester');
    const { code, stderr } = await cairn.aws(
      'cloudtrail',
      'create-trail',
      '--name',
      'paid',
      '--s3-bucket-name',
      'cli-two',
    );
    assert.notEqual(code, 0, 'a Requester Pays bucket cannot hold logs');
    assert.match(stderr, /InsufficientS3BucketPolicyException/);
  });

  test('metadata, checksums, conditions, ranges, attributes', async () => {
    const put = ['put-object', ...bucket, '--key', 'm', '--body', join(tree, 'a', 'x.txt')];
    const { ChecksumSHA256 } = await api(
      ...put,
      '--metadata',
      'colour=green',
      '--checksum-algorithm',
      'SHA256',
    );
    const head = await api('head-object', ...bucket, '--key', 'm', '--checksum-mode', 'ENABLED');
    assert.deepEqual(
      [head.Metadata, head.ChecksumSHA256, head.ContentLength],
      [{ colour: 'green' }, ChecksumSHA256, 2],
    );
    await refused('PreconditionFailed', ...put, '--if-none-match', '*');
    const part = await api(
      'get-object',
      ...bucket,
      '--key',
      'm',
      '--range',
      'bytes=1-',
      join(cairn.dir, 'part'),
    );
    assert.equal(part.ContentRange, 'bytes 1-1/2');
    await refused(
      'InvalidRange',
      'get-object',
      ...bucket,
      '--key',
      'm',
      '--range',
      'bytes=9-',
      join(cairn.dir, 'part'),
    );
    const attributes = await api(
      'get-object-attributes',
      ...bucket,
      '--key',
      'm',
      '--object-attributes',
      'ObjectSize',
      'ETag',
    );
    assert.equal(attributes.ObjectSize, 2);
  });

  test('what is not there says so', () => refused('NotImplemented', 'get-bucket-website', ...bucket));

  test('bucket calls are in the history, object calls are not', async () => {
    const { Events } = await cairn.awsOk(
      'cloudtrail',
      'lookup-events',
      '--max-items',
      '200',
      '--lookup-attributes',
      'AttributeKey=EventSource,AttributeValue=s3.amazonaws.com',
    );
    const names = new Set(Events.map((event) => event.EventName));
    for (const name of ['CreateBucket', 'PutBucketPolicy', 'PutBucketLifecycle'])
      assert.ok(names.has(name), `no ${name} in ${[...names]}`);
    for (const name of ['PutObject', 'GetObject', 'DeleteObject'])
      assert.ok(!names.has(name), `${name} is a data event`);
  });
});
