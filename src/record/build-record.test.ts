// SPDX-License-Identifier: Apache-2.0
// Oracles: whole records written by hand after recorded events and the entries in AWS's guides (each test names its
// page), for calls that no recorded event at hand shows. recorded-events.test.ts compares with recorded events.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { buildRecord, type CallFacts } from './build-record.js';
import { exampleCall } from './testing/example-call.js';
import { shapesOfCall } from './testing/recorded-call.js';
import { toJson } from './to-json.js';
import type { CloudTrailRecord } from './types.js';

const tls = { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256' };

function modelled(service: string, operation: string, facts: Partial<CallFacts>): CallFacts {
  return exampleCall(service, operation, { shapes: shapesOfCall(service, operation), ...facts });
}

function parts<Name extends keyof CloudTrailRecord>(
  record: CloudTrailRecord,
  ...names: Name[]
): Partial<CloudTrailRecord> {
  return Object.fromEntries(
    names.filter((name) => record[name] !== undefined).map((name) => [name, record[name]]),
  );
}

describe('the record of a call', () => {
  test('LookupEvents over TLS, whole', () => {
    const call = modelled('cloudtrail', 'LookupEvents', {
      tls,
      input: {
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateStack' }],
        StartTime: new Date('2017-06-01T13:00:00Z'),
        MaxResults: 50,
        NextToken: undefined,
      },
      output: { Events: [], $metadata: {} },
    });
    assert.equal(
      toJson(buildRecord(call)),
      JSON.stringify({
        eventVersion: '1.11',
        userIdentity: call.userIdentity,
        eventTime: '2026-11-21T10:00:00Z',
        eventSource: 'cloudtrail.amazonaws.com',
        eventName: 'LookupEvents',
        awsRegion: 'eu-central-1',
        sourceIPAddress: '192.0.2.1',
        userAgent: 'aws-cli/2.31.0',
        requestParameters: {
          lookupAttributes: [{ attributeKey: 'EventName', attributeValue: 'CreateStack' }],
          startTime: 'Jun 1, 2017, 1:00:00 PM',
          maxResults: 50,
        },
        responseElements: null,
        requestID: call.requestId,
        eventID: call.eventId,
        readOnly: true,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: '111122223333',
        eventCategory: 'Management',
        tlsDetails: { ...tls, clientProvidedHostHeader: 'cloudtrail.eu-central-1.amazonaws.com' },
      }),
    );
  });

  test('CreateTrail names the trail, the bucket and the key', () => {
    const trail = 'arn:aws:cloudtrail:eu-central-1:111122223333:trail/my-trail';
    const key = 'arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const output = { Name: 'my-trail', S3BucketName: 'logs', TrailARN: trail, KmsKeyId: key };
    const record = buildRecord(
      modelled('cloudtrail', 'CreateTrail', { input: { Name: 'my-trail', S3BucketName: 'logs' }, output }),
    );
    assert.deepEqual(record.resources, [
      { accountId: '111122223333', type: 'AWS::CloudTrail::Trail', ARN: trail },
      { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' },
      { accountId: '444455556666', type: 'AWS::KMS::Key', ARN: key },
    ]);
    assert.deepEqual(record.responseElements, {
      name: 'my-trail',
      s3BucketName: 'logs',
      trailARN: trail,
      kmsKeyId: key,
    });
  });

  // S3 user guide, "CloudTrail log file entries for Amazon S3 and S3 on Outposts".
  test('PutObject is a data event with headers, not bodies', () => {
    const record = buildRecord(
      modelled('s3', 'PutObject', {
        host: 'logs.s3.amazonaws.com',
        input: {
          Bucket: 'logs',
          Key: 'a/b.txt',
          Body: Readable.from(['secret']),
          ACL: 'private',
          ContentType: 'text/plain',
          ServerSideEncryption: 'aws:kms',
          SSEKMSKeyId: 'alias/k',
          Metadata: { a: 'b' },
        },
        output: { ETag: '"e"', VersionId: 'v1', ServerSideEncryption: 'aws:kms', ChecksumCRC32: 'x' },
      }),
    );
    assert.deepEqual(
      parts(
        record,
        'requestParameters',
        'responseElements',
        'readOnly',
        'resources',
        'managementEvent',
        'eventCategory',
      ),
      {
        requestParameters: {
          bucketName: 'logs',
          key: 'a/b.txt',
          'x-amz-acl': 'private',
          'x-amz-server-side-encryption': 'aws:kms',
          'x-amz-server-side-encryption-aws-kms-key-id': 'alias/k',
          Host: 'logs.s3.amazonaws.com',
        },
        responseElements: { 'x-amz-version-id': 'v1', 'x-amz-server-side-encryption': 'aws:kms' },
        readOnly: false,
        resources: [
          { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::logs/a/b.txt' },
          { accountId: '111122223333', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' },
        ],
        managementEvent: false,
        eventCategory: 'Data',
      },
    );
  });

  test('ListObjectsV2 is recorded as ListObjects, with the prefix as its resource', () => {
    const record = buildRecord(
      modelled('s3', 'ListObjectsV2', {
        input: { Bucket: 'logs', Prefix: 'a/', MaxKeys: 5 },
        shapes: { ...shapesOfCall('s3', 'ListObjects'), uri: '/{Bucket}?list-type=2' },
      }),
    );
    assert.deepEqual(parts(record, 'eventName', 'readOnly', 'eventCategory'), {
      eventName: 'ListObjects',
      readOnly: true,
      eventCategory: 'Data',
    });
    assert.deepEqual(record.resources?.[0], { type: 'AWS::S3::Object', ARNPrefix: 'arn:aws:s3:::logs/a/' });
    assert.deepEqual(record.requestParameters, {
      bucketName: 'logs',
      prefix: 'a/',
      'max-keys': '5',
      Host: 's3.eu-central-1.amazonaws.com',
      'list-type': '2',
    });
  });

  test('documents are recorded by their XML names; a DeleteObjects without its keys', () => {
    const grant = { Grantee: { Type: 'CanonicalUser', ID: 'x' }, Permission: 'READ' };
    const acl = buildRecord(
      modelled('s3', 'PutBucketAcl', {
        input: { Bucket: 'b', AccessControlPolicy: { Grants: [grant, grant] } },
      }),
    );
    const written = { Grantee: { 'xsi:type': 'CanonicalUser', ID: 'x' }, Permission: 'READ' };
    assert.deepEqual(acl.requestParameters?.AccessControlPolicy, {
      xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
      AccessControlList: { Grant: [written, written] },
    });
    const deletion = buildRecord(
      modelled('s3', 'DeleteObjects', {
        input: { Bucket: 'b', Delete: { Objects: [{ Key: 'k' }] } },
        output: { Deleted: [{ Key: 'k' }] },
      }),
    );
    assert.deepEqual(deletion.requestParameters, {
      bucketName: 'b',
      delete: '',
      Host: 's3.eu-central-1.amazonaws.com',
    });
    assert.equal(deletion.responseElements, null);
  });

  test('a refused call: AccessDenied whatever the model calls it, without parameters but in S3', () => {
    const error = { code: 'AccessDeniedException', message: 'User: … is not authorized' };
    const facts = { input: { Name: 'my-trail', Bucket: 'b' }, error };
    const refused = [
      'errorCode',
      'errorMessage',
      'requestParameters',
      'responseElements',
      'resources',
    ] as const;
    assert.deepEqual(parts(buildRecord(modelled('cloudtrail', 'StopLogging', facts)), ...refused), {
      errorCode: 'AccessDenied',
      errorMessage: error.message,
      requestParameters: null,
      responseElements: null,
    });
    const s3Record = buildRecord(
      modelled('s3', 'DeleteBucket', { ...facts, error: { code: 'AccessDenied', message: 'Access Denied' } }),
    );
    assert.deepEqual(s3Record.requestParameters, { bucketName: 'b', Host: 's3.eu-central-1.amazonaws.com' });
  });

  test('a call that failed its checks keeps what was asked', () => {
    const error = { code: 'InvalidTrailNameException', message: 'Trail name too short' };
    const record = buildRecord(
      modelled('cloudtrail', 'CreateTrail', { input: { Name: 'x', S3BucketName: 'b' }, error }),
    );
    assert.deepEqual(
      parts(record, 'errorCode', 'errorMessage', 'requestParameters', 'responseElements', 'resources'),
      {
        errorCode: 'InvalidTrailNameException',
        errorMessage: error.message,
        requestParameters: { name: 'x', s3BucketName: 'b' },
        responseElements: null,
      },
    );
  });

  test('a request that could not be read has no parameters', () => {
    const error = { code: 'SerializationException', message: '' };
    const record = buildRecord(modelled('cloudtrail', 'CreateTrail', { input: undefined, error }));
    assert.deepEqual(parts(record, 'errorCode', 'errorMessage', 'requestParameters'), {
      errorCode: 'SerializationException',
      requestParameters: null,
    });
  });

  test('what the handler says goes before what follows from the call', () => {
    const resource = { accountId: '1', type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::b' };
    const notes = {
      resources: [resource],
      additionalEventData: { a: 1 },
      requestParameters: { b: 2 },
      responseElements: null,
    };
    const record = buildRecord(
      modelled('cloudtrail', 'CreateTrail', { input: { Name: 'x' }, output: { Name: 'x' }, notes }),
    );
    assert.deepEqual(
      parts(record, 'resources', 'additionalEventData', 'requestParameters', 'responseElements'),
      {
        resources: [resource],
        additionalEventData: { a: 1 },
        requestParameters: { b: 2 },
        responseElements: null,
      },
    );
  });

  test('map keys are the caller’s and stay; blobs, streams and unset members are left out', () => {
    const input = {
      PolicyArns: undefined,
      RoleArn: 'arn:aws:iam::1:role/r',
      Tags: [{ Key: 'Team', Value: 'x' }],
      Blob: Uint8Array.of(1),
      Stream: Readable.from([]),
    };
    assert.deepEqual(buildRecord(modelled('sts', 'AssumeRole', { input })).requestParameters, {
      roleArn: 'arn:aws:iam::1:role/r',
      tags: [{ key: 'Team', value: 'x' }],
    });
    const context = { EncryptionContext: { Project: 'Alpha', __proto__key: 'x' } };
    assert.deepEqual(buildRecord(exampleCall('kms', 'Encrypt', { input: context })).requestParameters, {
      encryptionContext: { Project: 'Alpha', __proto__key: 'x' },
    });
  });

  test('global services and the global STS endpoint record into us-east-1', () => {
    const region = (service: string, host: string) =>
      buildRecord(exampleCall(service, 'GetCallerIdentity', { host })).awsRegion;
    assert.equal(region('iam', 'iam.amazonaws.com'), 'us-east-1');
    assert.equal(region('organizations', '127.0.0.1:4577'), 'us-east-1');
    assert.equal(region('sts', 'sts.amazonaws.com'), 'us-east-1');
    assert.equal(region('sts', 'sts.eu-central-1.amazonaws.com'), 'eu-central-1');
    assert.equal(region('sts', '127.0.0.1:4577'), 'eu-central-1');
    assert.equal(region('s3', 's3.amazonaws.com'), 'eu-central-1');
  });

  test('a call that a service made for somebody has no tlsDetails', () => {
    const call = exampleCall('kms', 'Decrypt', { tls });
    assert.ok(buildRecord(call).tlsDetails);
    assert.equal(
      buildRecord({ ...call, userIdentity: { ...call.userIdentity, invokedBy: 's3.amazonaws.com' } })
        .tlsDetails,
      undefined,
    );
  });

  test('no input makes it throw, and its text is JSON', () => {
    const value = fc.anything({
      withDate: true,
      withTypedArray: true,
      withBigInt: true,
      withMap: true,
      withNullPrototype: true,
      maxDepth: 4,
    });
    const input = fc.dictionary(
      fc.oneof(
        fc.string(),
        fc.constantFrom('__proto__', 'Bucket', 'Key', 'Policy', 'Tags', 'AccessControlPolicy', 'toString'),
      ),
      value,
    );
    const operations = [
      ['s3', 'PutBucketAcl'],
      ['s3', 'PutBucketPolicy'],
      ['cloudtrail', 'PutEventSelectors'],
      ['sts', 'AssumeRole'],
      ['kms', 'CreateKey'],
      ['constructor', '__proto__'],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...operations), input, input, ([service, operation], given, output) => {
        const text = toJson(buildRecord(modelled(service, operation, { input: given, output })));
        assert.equal((JSON.parse(text) as CloudTrailRecord).eventVersion, '1.11');
      }),
      { numRuns: 500, verbose: true },
    );
  });

  test('a value as deep as one likes does not overflow the stack', () => {
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 100_000; level += 1) deep = { Next: deep };
    for (const service of ['kms', 's3'])
      assert.ok(toJson(buildRecord(exampleCall(service, 'CreateThing', { input: deep }))).length < 10_000);
  });

  test('a policy of nothing but brackets is recorded as the text that it is', () => {
    const policy = `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    const record = buildRecord(modelled('s3', 'PutBucketPolicy', { input: { Bucket: 'b', Policy: policy } }));
    assert.equal(record.requestParameters?.bucketPolicy, policy);
    assert.ok(JSON.parse(toJson(record)));
  });
});
