// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Filtering data events by using advanced event selectors" (Example 3: DeleteObject events of the
// type AwsServiceEvent are the individual objects deleted by DeleteObjects).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildRecord } from './build-record.js';
import { deletedObjectRecords } from './deleted-objects.js';
import { exampleCall } from './testing/example-call.js';

const Objects = [
  { Key: 'a' },
  { Key: 'b', VersionId: 'v1' },
  { Key: 'b', VersionId: 'v2' },
  { Key: 'locked' },
];
const input = { Bucket: 'bucket', Delete: { Objects, Quiet: true } };
const output = {
  Errors: [
    { Key: 'locked', Code: 'AccessDenied' },
    { Key: 'b', VersionId: 'v2' },
  ],
};

function recordsOf(operation = 'DeleteObjects', facts: Parameters<typeof exampleCall>[2] = {}) {
  const record = buildRecord(exampleCall('s3', operation, { input, output, ...facts }));
  let ids = 0;
  return deletedObjectRecords(record, { input, output }, () => `id-${++ids}`);
}

test('every object that was deleted has a record, none that was not', () => {
  assert.deepEqual(
    recordsOf().map((record) => [
      record.eventName,
      record.eventType,
      record.eventID,
      record.requestParameters,
    ]),
    [
      ['DeleteObject', 'AwsServiceEvent', 'id-1', { bucketName: 'bucket', key: 'a' }],
      ['DeleteObject', 'AwsServiceEvent', 'id-2', { bucketName: 'bucket', key: 'b', versionId: 'v1' }],
    ],
  );
});

test('they name object and bucket, and are data events that write, by the same caller', () => {
  const [record] = recordsOf();
  assert.deepEqual(record?.resources, [
    { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::bucket/a' },
    { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::bucket' },
  ]);
  assert.deepEqual(
    [record?.eventCategory, record?.managementEvent, record?.readOnly, record?.userIdentity.type],
    ['Data', false, false, 'Root'],
  );
});

test('other calls and refused ones have none', () => {
  assert.deepEqual(recordsOf('DeleteObject'), []);
  assert.deepEqual(recordsOf('DeleteObjects', { error: { code: 'AccessDenied', message: '' } }), []);
});
