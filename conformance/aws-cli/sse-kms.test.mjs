// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI: objects under KMS keys by `aws s3api` and `aws s3`, the keys by `aws kms`. What it should answer: S3
// User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)"; KMS Developer Guide, "Key states of AWS KMS keys".
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const bucket = 'kms-bucket';
const file = join(cairn.dir, 'object.txt');
const out = join(cairn.dir, 'out.txt');
const big = Buffer.from(Array.from({ length: 9_000_000 }, (_, at) => (at * 31 + (at >> 8)) & 255));
let accountId;
let keyArn;

const api = (...args) => cairn.awsOk('s3api', ...args);
const kms = (...args) => cairn.awsOk('kms', ...args);
const at = (key) => ['--bucket', bucket, '--key', key];
const sealed = () => ['--server-side-encryption', 'aws:kms', '--ssekms-key-id', keyArn];

async function refused(code, ...args) {
  const { code: exit, stderr } = await cairn.aws('s3api', ...args);
  assert.notEqual(exit, 0, `s3api ${args.join(' ')} was not refused`);
  assert.ok(stderr.includes(`(${code})`), stderr);
  return stderr;
}

before(async () => {
  writeFileSync(file, 'secret');
  writeFileSync(join(cairn.dir, 'big.bin'), big);
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  keyArn = (await kms('create-key')).KeyMetadata.Arn;
  await api('create-bucket', '--bucket', bucket);
});
after(() => cairn.remove());

describe('an object under a key', () => {
  test('is told by the write and by head, and comes back', async () => {
    const answer = await api('put-object', ...at('a'), '--body', file, ...sealed());
    assert.deepEqual([answer.ServerSideEncryption, answer.SSEKMSKeyId], ['aws:kms', keyArn]);
    const head = await api('head-object', ...at('a'));
    assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms', keyArn]);
    await api('get-object', ...at('a'), out);
    assert.equal(readFileSync(out, 'utf8'), 'secret');
    await api('get-object', ...at('a'), '--range', 'bytes=1-3', out);
    assert.equal(readFileSync(out, 'utf8'), 'ecr');
  });

  test('aws s3 cp in parts, there and back', async () => {
    const big1 = `s3://${bucket}/big`;
    await cairn.awsOk(
      's3',
      'cp',
      join(cairn.dir, 'big.bin'),
      big1,
      '--sse',
      'aws:kms',
      '--sse-kms-key-id',
      keyArn,
    );
    const head = await api('head-object', ...at('big'));
    assert.equal(head.SSEKMSKeyId, keyArn);
    assert.match(head.ETag, /-2"$/);
    await cairn.awsOk('s3', 'cp', big1, out);
    assert.ok(readFileSync(out).equals(big));
    await cairn.awsOk('s3', 'cp', big1, `s3://${bucket}/big-copy`);
    assert.equal((await api('head-object', ...at('big-copy'))).ServerSideEncryption, 'AES256');
    await cairn.awsOk('s3', 'cp', `s3://${bucket}/big-copy`, out);
    assert.ok(readFileSync(out).equals(big));
  });

  test('the AWS managed key comes to be when nobody names one', async () => {
    const answer = await api('put-object', ...at('m'), '--body', file, '--server-side-encryption', 'aws:kms');
    const { KeyMetadata } = await kms('describe-key', '--key-id', 'alias/aws/s3');
    assert.equal(answer.SSEKMSKeyId, KeyMetadata.Arn);
    assert.equal(KeyMetadata.KeyManager, 'AWS');
    await api('get-object', ...at('m'), out);
    assert.equal(readFileSync(out, 'utf8'), 'secret');
  });

  test('an alias, an encryption context, a bucket key', async () => {
    await kms('create-alias', '--alias-name', 'alias/objects', '--target-key-id', keyArn);
    const context = Buffer.from('{"team":"audit"}').toString('base64');
    const answer = await api(
      'put-object',
      ...at('c'),
      '--body',
      file,
      '--server-side-encryption',
      'aws:kms',
      '--ssekms-key-id',
      'alias/objects',
      '--ssekms-encryption-context',
      context,
      '--bucket-key-enabled',
    );
    assert.deepEqual([answer.SSEKMSKeyId, answer.BucketKeyEnabled], [keyArn, true]);
    await api('get-object', ...at('c'), out);
    assert.equal(readFileSync(out, 'utf8'), 'secret');
  });

  test('the default of the bucket goes to objects that say nothing', async () => {
    const rule = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn };
    const configuration = { Rules: [{ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled: true }] };
    const name = '--server-side-encryption-configuration';
    await api('create-bucket', '--bucket', 'kms-default');
    await api('put-bucket-encryption', '--bucket', 'kms-default', name, JSON.stringify(configuration));
    const { ServerSideEncryptionConfiguration } = await api(
      'get-bucket-encryption',
      '--bucket',
      'kms-default',
    );
    assert.deepEqual(ServerSideEncryptionConfiguration, configuration);
    await cairn.awsOk('s3', 'cp', file, 's3://kms-default/d');
    const head = await api('head-object', '--bucket', 'kms-default', '--key', 'd');
    assert.deepEqual([head.SSEKMSKeyId, head.BucketKeyEnabled], [keyArn, true]);
    assert.equal(await cairn.awsOk('s3', 'cp', 's3://kms-default/d', '-'), 'secret');
  });
});

describe('what the key’s owner decides', () => {
  test('a disabled key, one to be deleted, one that is not there', async () => {
    await kms('disable-key', '--key-id', keyArn);
    await refused('KMS.DisabledException', 'get-object', ...at('a'), out);
    await refused('KMS.DisabledException', 'put-object', ...at('a'), '--body', file, ...sealed());
    await api('head-object', ...at('a'));
    await kms('schedule-key-deletion', '--key-id', keyArn, '--pending-window-in-days', '7');
    await refused('KMS.KMSInvalidStateException', 'get-object', ...at('a'), out);
    await kms('cancel-key-deletion', '--key-id', keyArn);
    await kms('enable-key', '--key-id', keyArn);
    await api('get-object', ...at('a'), out);
    const nobody = ['--server-side-encryption', 'aws:kms', '--ssekms-key-id', 'no-such-key'];
    await refused('KMS.NotFoundException', 'put-object', ...at('x'), '--body', file, ...nobody);
  });

  test('a policy that lets the caller encrypt and not decrypt', async () => {
    const Principal = { AWS: `arn:aws:iam::${accountId}:root` };
    const allow = { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' };
    const deny = { Effect: 'Deny', Principal, Action: 'kms:Decrypt', Resource: '*' };
    const put = (...Statement) =>
      kms(
        'put-key-policy',
        '--key-id',
        keyArn,
        '--policy-name',
        'default',
        '--policy',
        JSON.stringify({ Version: '2012-10-17', Statement }),
      );
    await put(allow, deny);
    await api('put-object', ...at('write-only'), '--body', file, ...sealed());
    await refused('AccessDenied', 'get-object', ...at('write-only'), out);
    await refused('AccessDenied', 'copy-object', ...at('copy'), '--copy-source', `${bucket}/write-only`);
    await put(allow);
    await api('get-object', ...at('write-only'), out);
  });

  test('rotation: older objects still open', async () => {
    await kms('rotate-key-on-demand', '--key-id', keyArn);
    await api('put-object', ...at('after'), '--body', file, ...sealed());
    for (const key of ['a', 'after']) {
      await api('get-object', ...at(key), out);
      assert.equal(readFileSync(out, 'utf8'), 'secret');
    }
  });
});

test('log files under a trail’s key: head tells, who may decrypt reads them', async () => {
  const logs = 'kms-logs';
  await api('create-bucket', '--bucket', logs);
  const policy = JSON.stringify(cloudTrailBucketPolicy(logs, accountId));
  await api('put-bucket-policy', '--bucket', logs, '--policy', policy);
  const root = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  const trail = {
    Effect: 'Allow',
    Principal,
    Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
  };
  const keyPolicy = JSON.stringify({ Version: '2012-10-17', Statement: [root, trail] });
  const { Arn } = (await kms('create-key', '--policy', keyPolicy)).KeyMetadata;
  const args = ['--name', 'sealed', '--s3-bucket-name', logs, '--kms-key-id', Arn];
  await cairn.awsOk('cloudtrail', 'create-trail', ...args);
  await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'sealed');
  const key = await eventually(async () => {
    const { Contents = [] } = await api('list-objects-v2', '--bucket', logs);
    const found = Contents.find(({ Key }) => Key.endsWith('.json.gz'));
    assert.ok(found);
    return found.Key;
  });
  const target = ['--bucket', logs, '--key', key];
  const head = await api('head-object', ...target);
  assert.deepEqual([head.ServerSideEncryption, head.SSEKMSKeyId], ['aws:kms', Arn]);
  await api('get-object', ...target, out);
  assert.ok(JSON.parse(gunzipSync(readFileSync(out)).toString()).Records.length > 0);
  await kms('disable-key', '--key-id', Arn);
  await refused('KMS.DisabledException', 'get-object', ...target, out);
});
