// SPDX-License-Identifier: Apache-2.0
// Oracle: the log entries in the KMS developer guide ("Logging AWS KMS API calls with AWS CloudTrail") and the IAM user
// guide, and what the names say. recorded-events.test.ts holds the rule against every recorded event.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isReadOnly } from './read-only.js';

const readOnly = `
  cloudtrail LookupEvents, cloudtrail DescribeTrails, cloudtrail GetTrailStatus, cloudtrail ListTags,
  kms Decrypt, kms Encrypt, kms GenerateDataKey, kms GenerateDataKeyWithoutPlaintext, kms ReEncrypt, kms Sign,
  sts AssumeRole, sts AssumeRoleWithSAML, sts AssumeRoleWithWebIdentity, sts GetCallerIdentity,
  s3 ListBuckets, s3 ListObjects, s3 GetObject, s3 HeadObject, s3 HeadBucket, s3 GetBucketLifecycle, s3 ListParts,
  iam ListUsers, iam GenerateCredentialReport, iam SimulatePrincipalPolicy, ec2 DescribeInstances,
  logs FilterLogEvents, events TestEventPattern, dynamodb Scan, lambda GetFunction20150331v2`;
const writes = `
  cloudtrail CreateTrail, cloudtrail StartLogging, cloudtrail AddTags, cloudtrail-data PutAuditEvents,
  kms CreateKey, kms ScheduleKeyDeletion, sts GetSessionToken, sts GetFederationToken,
  s3 CreateBucket, s3 PutObject, s3 DeleteObjects, s3 CopyObject, s3 UploadPart, s3 PutBucketPolicy,
  iam CreateUser, iam PassRole, sns Publish, lambda CreateFunction20150331, signin GetSigninToken,
  unheard-of CreateThing, constructor __proto__`;

function calls(list: string): [service: string, eventName: string][] {
  return list.split(',').map((call) => {
    const [service = '', eventName = ''] = call.trim().split(' ');
    return [service, eventName];
  });
}

describe('readOnly', () => {
  for (const [service, eventName] of calls(readOnly)) {
    test(`${service} ${eventName} is true`, () => assert.equal(isReadOnly(service, eventName), true));
  }
  for (const [service, eventName] of calls(writes)) {
    test(`${service} ${eventName} is false`, () => assert.equal(isReadOnly(service, eventName), false));
  }
  test('a service whose IAM prefix differs is looked up under that', () => {
    assert.equal(isReadOnly('monitoring', 'GenerateQuery'), true);
    assert.equal(isReadOnly('unheard-of', 'TestEventPattern'), false);
    assert.equal(isReadOnly('unheard-of', 'TestEventPattern', 'events'), true);
  });
});
