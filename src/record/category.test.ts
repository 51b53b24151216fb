// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 user guide, "Amazon S3 CloudTrail events"; CloudTrail user guide, "Logging data events"; for S3 every
// operation of the SDK is one or the other. recorded-events.test.ts holds the rule against every recorded event.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as s3 from '@aws-sdk/client-s3';
import { callCategoryOf } from './category.js';
import { eventNameOf } from './event-names.js';

const dataEvents = [
  'cloudtrail-data PutAuditEvents',
  'lambda Invoke',
  's3 DeleteObjects',
  's3 GetObject',
  's3 HeadBucket',
  's3 ListObjects',
  's3 ListObjectVersions',
  's3 ListParts',
  's3 UploadPart',
  'sns Publish',
  'sns PublishBatch',
  'sqs SendMessage',
];
const managementEvents = [
  'cloudtrail CreateTrail',
  'cloudtrail LookupEvents',
  'kms Decrypt',
  'kms GenerateDataKey',
  's3 CreateBucket',
  's3 GetBucketObjectLockConfiguration',
  's3 ListBuckets',
  's3 ListMultipartUploads',
  's3 PutBucketPolicy',
  'sns CreateTopic',
  'sts AssumeRole',
  'constructor toString',
];

describe('category of a call', () => {
  for (const [category, calls] of [
    ['Data', dataEvents],
    ['Management', managementEvents],
  ] as const) {
    for (const call of calls) {
      const [service = '', eventName = ''] = call.split(' ');
      test(`${call} is ${category}`, () => assert.equal(callCategoryOf(service, eventName), category));
    }
  }

  test('no operation on an S3 object is a management event', () => {
    const operations = Object.values(s3).flatMap((value) =>
      Array.isArray(value) && value[0] === 9 ? [String(value[2])] : [],
    );
    const isAboutObjects = (name: string) =>
      /Object(?!LockConfiguration)|UploadPart|MultipartUpload$/.test(name);
    const wrong = operations.filter(
      (name) => isAboutObjects(name) && callCategoryOf('s3', eventNameOf('s3', name)) !== 'Data',
    );
    assert.deepEqual(wrong, []);
  });
});
