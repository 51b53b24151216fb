// SPDX-License-Identifier: Apache-2.0
// Oracle: moto_server as a foreign S3 that the AWS CLI has put log files into; the events of those files. CloudTrail API
// Reference, "StartImport", "ListImportFailures".
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CairnServer, eventually } from '../harness.mjs';
import { Moto, motoSecret as secret } from '../moto.mjs';

const moto = new Moto();
let cairn;
let accountId;
let storeArn;

const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const record = (n) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'Root', accountId, arn: `arn:aws:iam::${accountId}:root`, principalId: accountId },
  eventTime: new Date().toISOString().replace(/\.\d+/, ''),
  eventSource: 'iam.amazonaws.com',
  eventName: 'ListUsers',
  awsRegion: 'us-east-1',
  sourceIPAddress: '203.0.113.1',
  userAgent: 'x',
  eventID: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  eventType: 'AwsApiCall',
  recipientAccountId: accountId,
  eventCategory: 'Management',
});
const keyOf = (n) =>
  `AWSLogs/${accountId}/CloudTrail/us-east-1/2026/11/20/${accountId}_CloudTrail_us-east-1_20261120T1000Z_${n}.json.gz`;

before(async () => {
  await moto.start();
  await moto.awsOk('s3', 'mb', 's3://foreign-logs');
  cairn = new CairnServer({
    CAIRN_S3_ENDPOINT: moto.url,
    CAIRN_S3_ACCESS_KEY_ID: 'foreign',
    CAIRN_S3_SECRET_ACCESS_KEY: secret,
  });
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  storeArn = (await trail('create-event-data-store', '--name', 'imported')).EventDataStoreArn;
});
after(async () => {
  await cairn?.remove();
  await moto.stop();
});

async function imported(uri) {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const roleName = `importer-${Math.random().toString(36).slice(2)}`;
  const { Role } = await cairn.awsOk(
    ...['iam', 'create-role', '--role-name', roleName],
    ...['--assume-role-policy-document', JSON.stringify(trust)],
  );
  const S3 = { S3LocationUri: uri, S3BucketRegion: 'us-east-1', S3BucketAccessRoleArn: Role.Arn };
  const { ImportId } = await trail(
    ...['start-import', '--destinations', storeArn, '--import-source', JSON.stringify({ S3 })],
  );
  return eventually(async () => {
    const found = await trail('get-import', '--import-id', ImportId);
    assert.match(found.ImportStatus, /COMPLETED|FAILED/);
    return found;
  });
}

test('files in a foreign bucket, more than one page of them, are imported and can be queried', async () => {
  const folder = join(cairn.dir, 'files');
  for (let at = 0; at < 230; at++) {
    const path = join(folder, keyOf(String(at).padStart(4, '0')));
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, gzipSync(JSON.stringify({ Records: [record(2 * at), record(2 * at + 1)] })));
  }
  await moto.awsOk('s3', 'cp', '--quiet', '--recursive', folder, 's3://foreign-logs');
  const done = await imported('s3://foreign-logs/');
  assert.equal(done.ImportStatus, 'COMPLETED');
  assert.deepEqual([done.ImportStatistics.FilesCompleted, done.ImportStatistics.EventsCompleted], [230, 460]);
  const statement = `SELECT count(*) FROM ${storeArn.split('/')[1]} WHERE eventName = 'ListUsers'`;
  const { QueryId } = await trail('start-query', '--query-statement', statement);
  const rows = await eventually(async () => {
    const { QueryStatus, QueryResultRows } = await trail('get-query-results', '--query-id', QueryId);
    assert.equal(QueryStatus, 'FINISHED');
    return QueryResultRows;
  });
  assert.deepEqual(Object.values(rows[0][0]), ['460']);
});

test('a file that is no log file is named, the others go in', async () => {
  const file = join(cairn.dir, 'bad');
  writeFileSync(file, 'no gzip');
  await moto.awsOk('s3', 'cp', '--quiet', file, `s3://foreign-logs/${keyOf('bad')}`);
  const done = await imported('s3://foreign-logs/');
  assert.deepEqual([done.ImportStatus, done.ImportStatistics.FailedEntries], ['FAILED', 1]);
  const { Failures } = await trail('list-import-failures', '--import-id', done.ImportId);
  assert.deepEqual(
    Failures.map(({ Location, ErrorType }) => [Location, ErrorType]),
    [[`s3://foreign-logs/${keyOf('bad')}`, 'InvalidLogFile']],
  );
});
