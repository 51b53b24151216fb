// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI: calls that were made against the events in the objects that it downloads; GetTrailStatus as it
// reads it. CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail": with a disabled key CloudTrail cannot
// deliver; S3's codes for it (`KMS.DisabledException`, `KMS.KMSInvalidStateException`).
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';
import { recordsBelow } from '../records-below.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const bucket = 'sealed-logs';
const slow = { everyMs: 300 };
let accountId;
let keyArn;

const kms = (...args) => cairn.awsOk('kms', ...args);
const trail = (...args) => cairn.awsOk('cloudtrail', ...args);

async function newKey() {
  const root = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const like = { 'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:*:${accountId}:trail/*` };
  const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Resource: '*' };
  const Statement = [
    root,
    { ...service, Action: 'kms:GenerateDataKey*', Condition: { StringLike: like } },
    { ...service, Action: 'kms:DescribeKey' },
  ];
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  return (await kms('create-key', '--policy', policy)).KeyMetadata.Arn;
}

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  keyArn = await newKey();
  await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
  const policy = JSON.stringify(cloudTrailBucketPolicy(bucket, accountId));
  await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', policy);
  await trail('create-trail', '--name', 'sealed', '--s3-bucket-name', bucket, '--kms-key-id', keyArn);
  await trail('start-logging', '--name', 'sealed');
});
after(() => cairn.remove());

let downloads = 0;
async function delivered() {
  const folder = join(cairn.dir, `download-${++downloads}`);
  mkdirSync(folder);
  await cairn.awsOk('s3', 'sync', '--quiet', `s3://${bucket}`, folder);
  const records = recordsBelow(folder);
  rmSync(folder, { recursive: true });
  return records;
}

let calls = 0;
async function makeCalls(count) {
  const names = Array.from({ length: count }, () => `sealed-${++calls}`);
  for (const name of names) await cairn.awsOk('s3api', 'create-bucket', '--bucket', name);
  return names;
}

const allThere = (names) =>
  eventually(async () => {
    const records = await delivered();
    const found = records.map(({ requestParameters }) => requestParameters?.bucketName);
    assert.deepEqual(
      names.filter((name) => !found.includes(name)),
      [],
    );
    assert.equal(new Set(records.map(({ eventID }) => eventID)).size, records.length);
  }, slow);

const statusWith = (holds) =>
  eventually(async () => {
    const status = await trail('get-trail-status', '--name', 'sealed');
    assert.ok(holds(status), JSON.stringify(status));
  }, slow);

async function keysOfObjects() {
  const { Contents } = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket);
  const heads = Contents.map(({ Key }) =>
    cairn.awsOk('s3api', 'head-object', '--bucket', bucket, '--key', Key),
  );
  return new Set((await Promise.all(heads)).map(({ SSEKMSKeyId }) => SSEKMSKeyId));
}

test('a disabled key stops delivery, and loses nothing', async () => {
  await allThere(await makeCalls(1));
  await statusWith((status) => status.LatestDeliveryError === undefined);
  // The call itself can no longer be delivered either, until the key is back.
  await kms('disable-key', '--key-id', keyArn);
  const names = await makeCalls(2);
  await statusWith((status) => status.LatestDeliveryError === 'KMS.DisabledException');
  await kms('enable-key', '--key-id', keyArn);
  await allThere(names);
  await statusWith((status) => status.LatestDeliveryError === undefined);
  assert.deepEqual(await keysOfObjects(), new Set([keyArn]));
});

test('a key whose policy keeps CloudTrail out: AccessDenied', async () => {
  const { Policy } = await kms('get-key-policy', '--key-id', keyArn, '--policy-name', 'default');
  const document = JSON.parse(Policy);
  const put = (policy) =>
    kms('put-key-policy', '--key-id', keyArn, '--policy-name', 'default', '--policy', JSON.stringify(policy));
  await put({ ...document, Statement: document.Statement.slice(0, 1) });
  const names = await makeCalls(1);
  await statusWith((status) => status.LatestDeliveryError === 'AccessDenied');
  await put(document);
  await allThere(names);
});

test('a key that waits for its deletion; the trail gets another, and what waited goes under that', async () => {
  await kms('schedule-key-deletion', '--key-id', keyArn, '--pending-window-in-days', '7');
  const names = await makeCalls(2);
  await statusWith((status) => status.LatestDeliveryError === 'KMS.KMSInvalidStateException');
  const other = await newKey();
  await trail('update-trail', '--name', 'sealed', '--kms-key-id', other);
  await statusWith((status) => status.LatestDeliveryError === undefined);
  // What was encrypted before is read again when its key is back.
  await kms('cancel-key-deletion', '--key-id', keyArn);
  await kms('enable-key', '--key-id', keyArn);
  await allThere(names);
  assert.deepEqual(await keysOfObjects(), new Set([keyArn, other]));
});
