// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI: `aws s3api` on buckets with Object Lock, and log files delivered into one. What it should
// answer: S3 User Guide, "Locking objects with Object Lock".
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const bucket = 'locked-bucket';
const canary = 'CANARY-in-an-object-77c1';
const file = join(cairn.dir, 'object.txt');
const at = ['--bucket', bucket, '--key', 'k'];
const bypass = '--bypass-governance-retention';
const protectedMessage = 'Access Denied because object protected by object lock.';

const api = (...args) => cairn.awsOk('s3api', ...args);
const refused = async (code, ...args) => {
  const refusal = await cairn.awsRefused('s3api', ...args);
  assert.equal(refusal.code, code, refusal.message);
  return refusal.message;
};
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const retention = (Mode, days) => JSON.stringify({ Mode, RetainUntilDate: inDays(days) });
const put = async (...args) => (await api('put-object', ...at, '--body', file, ...args)).VersionId;
const lock = (mode, days) => ['--object-lock-mode', mode, '--object-lock-retain-until-date', inDays(days)];

before(async () => {
  writeFileSync(file, canary);
  await cairn.start();
  await api('create-bucket', '--bucket', bucket, '--object-lock-enabled-for-bucket');
});
after(() => cairn.remove());

describe('a bucket with Object Lock', () => {
  test('is versioned, and can never be otherwise', async () => {
    assert.equal((await api('get-bucket-versioning', '--bucket', bucket)).Status, 'Enabled');
    const status = ['--versioning-configuration', 'Status=Suspended'];
    await refused('InvalidBucketState', 'put-bucket-versioning', '--bucket', bucket, ...status);
  });

  test('configuration: as it was put', async () => {
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Years: 1 } };
    const configuration = { ObjectLockEnabled: 'Enabled', Rule };
    const name = '--object-lock-configuration';
    await api('put-object-lock-configuration', '--bucket', bucket, name, JSON.stringify(configuration));
    const answer = await api('get-object-lock-configuration', '--bucket', bucket);
    assert.deepEqual(answer, { ObjectLockConfiguration: configuration });
    const version = await put();
    const head = await api('head-object', ...at);
    assert.equal(head.ObjectLockMode, 'GOVERNANCE');
    const days = (Date.parse(head.ObjectLockRetainUntilDate) - Date.now()) / 86_400_000;
    assert.ok(days > 364.9 && days <= 365, `${days} days`);
    await api('delete-object', ...at, '--version-id', version, bypass);
    await api('put-object-lock-configuration', '--bucket', bucket, name, '{"ObjectLockEnabled":"Enabled"}');
    await refused('MalformedXML', 'put-object-lock-configuration', '--bucket', bucket, name, '{}');
  });

  test('buckets without', async () => {
    await api('create-bucket', '--bucket', 'unlocked-bucket');
    await api('put-object', '--bucket', 'unlocked-bucket', '--key', 'k', '--body', file);
    const other = ['--bucket', 'unlocked-bucket'];
    await refused('ObjectLockConfigurationNotFoundError', 'get-object-lock-configuration', ...other);
    const enabled = ['--object-lock-configuration', '{"ObjectLockEnabled":"Enabled"}'];
    await refused('InvalidBucketState', 'put-object-lock-configuration', ...other, ...enabled);
    const hold = ['--legal-hold', 'Status=ON'];
    await refused('InvalidRequest', 'put-object-legal-hold', ...other, '--key', 'k', ...hold);
    await refused('InvalidArgument', 'delete-object', ...other, '--key', 'k', bypass);
  });
});

describe('versions', () => {
  test('GOVERNANCE: a marker comes and goes; the version goes by bypass alone', async () => {
    const version = ['--version-id', await put(...lock('GOVERNANCE', 2))];
    const marker = await api('delete-object', ...at);
    assert.equal(marker.DeleteMarker, true);
    await api('delete-object', ...at, '--version-id', marker.VersionId);
    assert.equal(await refused('AccessDenied', 'delete-object', ...at, ...version), protectedMessage);
    const shorter = ['--retention', retention('GOVERNANCE', 1)];
    await refused('AccessDenied', 'put-object-retention', ...at, ...version, ...shorter);
    await api('put-object-retention', ...at, ...version, '--retention', retention('GOVERNANCE', 3));
    await api('put-object-retention', ...at, ...version, ...shorter, bypass);
    await api('put-object-retention', ...at, ...version, '--retention', '{}', bypass);
    await refused('NoSuchObjectLockConfiguration', 'get-object-retention', ...at, ...version);
    await api('delete-object', ...at, ...version);
  });

  test('COMPLIANCE: not the root, not by bypass; only longer', async () => {
    const id = await put(...lock('COMPLIANCE', 2));
    const version = ['--version-id', id];
    await refused('AccessDenied', 'delete-object', ...at, ...version, bypass);
    for (const wrong of [retention('COMPLIANCE', 1), retention('GOVERNANCE', 5), '{}'])
      await refused('AccessDenied', 'put-object-retention', ...at, ...version, '--retention', wrong, bypass);
    await api('put-object-retention', ...at, ...version, '--retention', retention('COMPLIANCE', 5));
    const kept = (await api('get-object-retention', ...at, ...version)).Retention;
    assert.equal(kept.Mode, 'COMPLIANCE');
    const target = JSON.stringify({ Objects: [{ Key: 'k', VersionId: id }] });
    const { Errors } = await api('delete-objects', '--bucket', bucket, '--delete', target, bypass);
    assert.deepEqual(
      [Errors[0].Key, Errors[0].Code, Errors[0].Message],
      ['k', 'AccessDenied', protectedMessage],
    );
    await refused('BucketNotEmpty', 'delete-bucket', '--bucket', bucket);
    const out = join(cairn.dir, 'out.txt');
    await api('get-object', ...at, ...version, out);
    assert.equal(readFileSync(out, 'utf8'), canary);
  });

  test('a legal hold stands until it is taken away', async () => {
    const version = ['--version-id', await put('--object-lock-legal-hold-status', 'ON')];
    assert.equal((await api('head-object', ...at, ...version)).ObjectLockLegalHoldStatus, 'ON');
    await refused('AccessDenied', 'delete-object', ...at, ...version, bypass);
    await api('put-object-legal-hold', ...at, ...version, '--legal-hold', 'Status=OFF');
    assert.equal((await api('get-object-legal-hold', ...at, ...version)).LegalHold.Status, 'OFF');
    await api('delete-object', ...at, ...version);
  });

  test('a date that is past is refused', async () => {
    await refused('InvalidArgument', 'put-object', ...at, '--body', file, ...lock('GOVERNANCE', -1));
  });
});

test('log files in a bucket with a default retention: the root cannot remove them early', async () => {
  const logs = 'locked-logs';
  await api('create-bucket', '--bucket', logs, '--object-lock-enabled-for-bucket');
  const { Account } = await cairn.awsOk('sts', 'get-caller-identity');
  const policy = JSON.stringify(cloudTrailBucketPolicy(logs, Account));
  await api('put-bucket-policy', '--bucket', logs, '--policy', policy);
  const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } };
  const configuration = JSON.stringify({ ObjectLockEnabled: 'Enabled', Rule });
  await api('put-object-lock-configuration', '--bucket', logs, '--object-lock-configuration', configuration);
  await cairn.awsOk('cloudtrail', 'create-trail', '--name', 'kept', '--s3-bucket-name', logs);
  await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'kept');
  const { Key, VersionId } = await eventually(async () => {
    const { Versions } = await api('list-object-versions', '--bucket', logs);
    const found = Versions.find((version) => version.Key.endsWith('.json.gz'));
    assert.ok(found);
    return found;
  });
  const target = ['--bucket', logs, '--key', Key, '--version-id', VersionId];
  const head = await api('head-object', ...target);
  assert.equal(head.ObjectLockMode, 'COMPLIANCE');
  await refused('AccessDenied', 'delete-object', ...target, bypass);
});

test('nothing that was put is in plain text below the data directory', async () => {
  const entries = readdirSync(cairn.dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  assert.ok(files.length > 5);
  for (const { parentPath, name } of files)
    assert.ok(!readFileSync(join(parentPath, name)).includes(canary), join(parentPath, name));
});
