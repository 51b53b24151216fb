// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "StartImport", "GetImport", "ListImportFailures"; CloudTrail User Guide, "IAM permissions for
// copying trail events" (trust policy, role policy), read by the real AWS CLI; the files that a real trail delivers are counted
// by what they hold.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CairnServer, eventually } from '../harness.mjs';
import { recordsBelow } from '../records-below.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const managementEvents = JSON.stringify([
  { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
]);
let accountId;
let storeArn;
let roleArn;

const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;
const source = (uri, role = roleArn, region = 'us-east-1') =>
  JSON.stringify({ S3: { S3LocationUri: uri, S3BucketRegion: region, S3BucketAccessRoleArn: role } });
const start = (uri, ...args) =>
  trail('start-import', '--destinations', storeArn, '--import-source', source(uri), ...args);

function ended(id) {
  return eventually(async () => {
    const found = await trail('get-import', '--import-id', id);
    assert.match(found.ImportStatus, /COMPLETED|FAILED|STOPPED/);
    return found;
  });
}

async function putRole(name, Condition) {
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  const trust = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition && { Condition }) }];
  const document = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  const { Role } = await cairn.awsOk(
    'iam',
    'create-role',
    '--role-name',
    name,
    '--assume-role-policy-document',
    document,
  );
  return Role.Arn;
}

async function allow(name, Statement) {
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await cairn.awsOk(
    'iam',
    'put-role-policy',
    '--role-name',
    name,
    '--policy-name',
    'p',
    '--policy-document',
    policy,
  );
}

const reading = (bucket) => [
  { Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketAcl'], Resource: `arn:aws:s3:::${bucket}` },
  { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` },
];

async function put(bucket, key, bytes) {
  const file = join(cairn.dir, 'upload');
  writeFileSync(file, bytes);
  await cairn.awsOk('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', file);
}

const record = (n, eventTime = '2026-11-20T10:00:00Z') => ({
  eventVersion: '1.11',
  userIdentity: { type: 'Root', accountId, arn: `arn:aws:iam::${accountId}:root`, principalId: accountId },
  eventTime,
  eventSource: 'iam.amazonaws.com',
  eventName: 'ListUsers',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.1',
  userAgent: 'x',
  requestParameters: null,
  responseElements: null,
  eventID: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  readOnly: true,
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: accountId,
  eventCategory: 'Management',
});
const fileOf = (Records) => gzipSync(JSON.stringify({ Records }));
const logFile = (...numbers) => fileOf(numbers.map((n) => record(n)));
const keyOf = (day, name, folder = 'CloudTrail') =>
  `AWSLogs/${accountId}/${folder}/us-east-1/2026/11/${day}/${accountId}_CloudTrail_us-east-1_202611${day}T1000Z_${name}.json.gz`;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  const made = await trail(
    ...['create-event-data-store', '--name', 'imported', '--no-termination-protection-enabled'],
    ...['--advanced-event-selectors', managementEvents],
  );
  storeArn = made.EventDataStoreArn;
  roleArn = await putRole('importer', {
    StringEquals: { 'aws:SourceAccount': accountId, 'aws:SourceArn': storeArn },
  });
  for (const bucket of ['import-logs', 'trail-logs'])
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
  await allow('importer', [...reading('import-logs'), ...reading('trail-logs')]);
});
after(() => cairn.remove());

describe('what is refused at once', () => {
  const startArgs = (destination, importSource) => [
    ...['start-import', '--destinations', destination, '--import-source', importSource],
  ];
  test('no bucket, no role, a role for somebody else, another Region, no store', async () => {
    const stranger = await putRole('stranger', { StringEquals: { 'aws:SourceAccount': '444455556666' } });
    const code = 'InvalidImportSourceException';
    assert.equal(await refusal(...startArgs(storeArn, source('s3://no-such-logs/'))), code);
    assert.equal(await refusal(...startArgs(storeArn, source('import-logs'))), code);
    assert.equal(await refusal(...startArgs(storeArn, source('s3://import-logs/', `${roleArn}x`))), code);
    assert.equal(await refusal(...startArgs(storeArn, source('s3://import-logs/', stranger))), code);
    assert.equal(
      await refusal(...startArgs(storeArn, source('s3://import-logs/', roleArn, 'eu-west-1'))),
      code,
    );
    const other = storeArn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000');
    assert.equal(
      await refusal(...startArgs(other, source('s3://import-logs/'))),
      'EventDataStoreNotFoundException',
    );
    assert.equal(
      await refusal('get-import', '--import-id', '00000000-0000-4000-8000-000000000000'),
      'ImportNotFoundException',
    );
  });
});

describe('an import', () => {
  let first;

  test('takes the log files of CloudTrail, counts them, and names what it could not read', async () => {
    await put('import-logs', keyOf('19', 'a'), logFile(1, 2, 3));
    await put('import-logs', keyOf('19', 'b'), logFile(4));
    await put('import-logs', keyOf('20', 'c'), logFile(5, 6));
    await put('import-logs', keyOf('20', 'd'), 'no gzip');
    await put('import-logs', keyOf('20', 'e', 'CloudTrail-Digest'), logFile(7));
    await put('import-logs', keyOf('20', 'f', 'Config'), logFile(8));
    first = await start('s3://import-logs/');
    assert.equal(first.ImportStatus, 'INITIALIZING');
    const done = await ended(first.ImportId);
    assert.equal(done.ImportStatus, 'FAILED');
    assert.deepEqual(done.ImportStatistics, {
      PrefixesFound: 2,
      PrefixesCompleted: 2,
      FilesCompleted: 3,
      EventsCompleted: 6,
      FailedEntries: 1,
    });
    const { Failures } = await trail('list-import-failures', '--import-id', first.ImportId);
    assert.deepEqual(
      Failures.map(({ Location, Status, ErrorType }) => ({ Location, Status, ErrorType })),
      [{ Location: `s3://import-logs/${keyOf('20', 'd')}`, Status: 'FAILED', ErrorType: 'InvalidLogFile' }],
    );
  });

  test('is tried again by its id: only what had failed', async () => {
    await put('import-logs', keyOf('20', 'd'), logFile(9, 10));
    const again = await trail('start-import', '--import-id', first.ImportId);
    assert.equal(again.ImportId, first.ImportId);
    const done = await ended(first.ImportId);
    assert.equal(done.ImportStatus, 'COMPLETED');
    assert.deepEqual(done.ImportStatistics, {
      PrefixesFound: 2,
      PrefixesCompleted: 2,
      FilesCompleted: 4,
      EventsCompleted: 8,
      FailedEntries: 0,
    });
    const { Failures } = await trail('list-import-failures', '--import-id', first.ImportId);
    assert.deepEqual(
      Failures.map(({ Status }) => Status),
      ['SUCCEEDED'],
    );
    assert.equal(await refusal('start-import', '--import-id', first.ImportId), 'InvalidParameterException');
    assert.equal(await refusal('stop-import', '--import-id', first.ImportId), 'InvalidParameterException');
  });

  test('of a time takes the files whose names are of it', async () => {
    const times = ['--start-event-time', '2026-11-20T00:00:00Z', '--end-event-time', '2026-11-20T23:59:59Z'];
    const { ImportId } = await start('s3://import-logs/', ...times);
    const done = await ended(ImportId);
    assert.deepEqual([done.ImportStatus, done.ImportStatistics.EventsCompleted], ['COMPLETED', 4]);
  });

  test('through a role that may not get the objects fails, file by file', async () => {
    await allow('importer', [reading('import-logs')[0], ...reading('trail-logs')]);
    const { ImportId } = await start('s3://import-logs/');
    const done = await ended(ImportId);
    assert.deepEqual([done.ImportStatus, done.ImportStatistics.FailedEntries], ['FAILED', 4]);
    const { Failures } = await trail('list-import-failures', '--import-id', ImportId, '--max-results', '3');
    assert.deepEqual(
      Failures.map(({ ErrorType }) => ErrorType),
      ['AccessDenied', 'AccessDenied', 'AccessDenied'],
    );
  });

  test('takes what a trail has delivered, and goes on after kill -9', async () => {
    await allow('importer', reading('trail-logs'));
    const policy = join(cairn.dir, 'policy.json');
    writeFileSync(policy, JSON.stringify(cloudTrailBucketPolicy('trail-logs', accountId)));
    await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', 'trail-logs', '--policy', `file://${policy}`);
    await trail('create-trail', '--name', 'copied', '--s3-bucket-name', 'trail-logs');
    await trail('start-logging', '--name', 'copied');
    await cairn.awsOk('iam', 'list-users');
    const folder = join(cairn.dir, 'delivered');
    const synced = async () => {
      await cairn.awsOk('s3', 'sync', '--quiet', 's3://trail-logs', folder);
      return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json.gz'));
    };
    await eventually(async () => assert.ok((await synced()).length > 0));
    await trail('stop-logging', '--name', 'copied');
    // What was recorded before is delivered first, in intervals of a second.
    await eventually(async () => {
      const before = await synced();
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      assert.deepEqual(await synced(), before);
    });
    const { ImportId } = await start('s3://trail-logs/');
    await cairn.kill();
    await cairn.start();
    const done = await ended(ImportId);
    const events = recordsBelow(folder);
    assert.deepEqual(
      [done.ImportStatus, done.ImportStatistics.EventsCompleted],
      ['COMPLETED', events.length],
    );
  });

  test('of objects under a KMS key takes the key for the role', async () => {
    const { KeyId, Arn } = (await cairn.awsOk('kms', 'create-key')).KeyMetadata;
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'sealed-logs');
    const file = join(cairn.dir, 'sealed');
    writeFileSync(file, logFile(21, 22));
    const sse = ['--server-side-encryption', 'aws:kms', '--ssekms-key-id', KeyId];
    const key = keyOf('20', 'sealed');
    await cairn.awsOk('s3api', 'put-object', '--bucket', 'sealed-logs', '--key', key, '--body', file, ...sse);
    await allow('importer', reading('sealed-logs'));
    const without = await ended((await start('s3://sealed-logs/')).ImportId);
    assert.equal(without.ImportStatus, 'FAILED');
    const { Failures } = await trail('list-import-failures', '--import-id', without.ImportId);
    assert.deepEqual(
      Failures.map(({ ErrorType }) => ErrorType),
      ['AccessDeniedException'],
    );
    await allow('importer', [
      ...reading('sealed-logs'),
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: Arn },
    ]);
    const done = await ended((await start('s3://sealed-logs/')).ImportId);
    assert.deepEqual([done.ImportStatus, done.ImportStatistics.EventsCompleted], ['COMPLETED', 2]);
    await allow('importer', reading('trail-logs'));
  });

  test('leaves out, and does not count, what is older than the event data store keeps', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'old-logs');
    await allow('importer', reading('old-logs'));
    const events = [record(31), record(32, '2001-01-01T00:00:00Z'), record(33, '2020-01-01T00:00:00Z')];
    await put('old-logs', keyOf('20', 'mixed'), fileOf(events));
    await put('old-logs', keyOf('20', 'old'), fileOf([record(34, '2001-01-01T00:00:00Z')]));
    const done = await ended((await start('s3://old-logs/')).ImportId);
    assert.equal(done.ImportStatus, 'COMPLETED');
    assert.deepEqual([done.ImportStatistics.FilesCompleted, done.ImportStatistics.EventsCompleted], [2, 1]);
    await allow('importer', reading('trail-logs'));
  });

  test('is listed by status and destination', async () => {
    const all = (await trail('list-imports')).Imports;
    assert.equal(all.length, 7);
    const completed = (await trail('list-imports', '--import-status', 'COMPLETED')).Imports;
    assert.equal(completed.length, 5);
    assert.equal((await trail('list-imports', '--destination', storeArn)).Imports.length, 7);
    assert.deepEqual(all[0].Destinations, [storeArn]);
  });
});
