// SPDX-License-Identifier: Apache-2.0
// Oracle: the AWS SDK for JavaScript v3: its types of answers, its error classes, its paginators and waiters.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as s3 from '@aws-sdk/client-s3';
import * as sts from '@aws-sdk/client-sts';
import { writeGuideEvents } from '../guide-events.mjs';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
let config;
let accountId;

before(async () => {
  await cairn.start();
  config = {
    endpoint: cairn.url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: cairn.env.AWS_ACCESS_KEY_ID,
      secretAccessKey: cairn.env.AWS_SECRET_ACCESS_KEY,
    },
    forcePathStyle: true,
  };
  accountId = (await new sts.STSClient(config).send(new sts.GetCallerIdentityCommand({}))).Account;
});
after(() => cairn.remove());

describe('the main walk with the JavaScript SDK', () => {
  test('LookupEvents pages through own calls, each once', async () => {
    const identity = new sts.STSClient(config);
    for (let call = 0; call < 30; call += 1) await identity.send(new sts.GetCallerIdentityCommand({}));
    await eventually(async () => {
      const ids = [];
      const pages = cloudtrail.paginateLookupEvents(
        { client: new cloudtrail.CloudTrailClient(config), pageSize: 4 },
        { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'GetCallerIdentity' }] },
      );
      for await (const page of pages) ids.push(...page.Events.map((event) => event.EventId));
      assert.equal(ids.length, 31);
      assert.equal(new Set(ids).size, 31);
    });
  });

  test('imported events are found by day, user, name and time, and paged', async () => {
    const folder = join(cairn.dir, 'guide-events');
    const written = writeGuideEvents(folder);
    const { code, stderr } = await cairn.cairn('import', folder);
    assert.equal(code, 0, stderr);
    const client = new cloudtrail.CloudTrailClient(config);
    const lookup = async (input) => {
      const events = [];
      for await (const page of cloudtrail.paginateLookupEvents({ client }, input))
        events.push(...page.Events);
      return events;
    };
    const by = (AttributeKey, AttributeValue) => [{ AttributeKey, AttributeValue }];
    const day = { StartTime: new Date('2019-12-01T00:00:00Z'), EndTime: new Date('2019-12-02T00:00:00Z') };
    assert.equal((await lookup(day)).length, 7);
    const user = await lookup({
      LookupAttributes: by('Username', written.username),
      StartTime: new Date('2017-06-01T00:00:00Z'),
    });
    assert.equal(user.length, 60);
    assert.equal((await lookup({ LookupAttributes: by('EventName', 'TerminateInstances') })).length, 3);
    const stacks = await lookup({
      LookupAttributes: by('EventName', 'CreateStack'),
      StartTime: new Date('2017-06-01T13:00:00Z'),
      EndTime: new Date('2017-06-02T17:00:00Z'),
    });
    assert.deepEqual(
      stacks.map((event) => JSON.parse(event.CloudTrailEvent).requestParameters.stackName),
      ['late-stack', 'early-stack'],
    );
    const all = await lookup({ EndTime: new Date('2020-01-01T00:00:00Z') });
    assert.equal(new Set(all.map((event) => event.EventId)).size, written.count);
  });

  test('events of another Region stay there', async () => {
    const elsewhere = { ...config, region: 'eu-central-1' };
    const client = new cloudtrail.CloudTrailClient(elsewhere);
    await client.send(new cloudtrail.DescribeTrailsCommand({}));
    await eventually(async () => {
      const { Events } = await client.send(new cloudtrail.LookupEventsCommand({}));
      assert.ok(Events.some((event) => event.EventName === 'DescribeTrails'));
      assert.ok(Events.every((event) => JSON.parse(event.CloudTrailEvent).awsRegion === 'eu-central-1'));
    });
  });

  test('errors are recorded and come out as their classes', async () => {
    const client = new cloudtrail.CloudTrailClient(config);
    await assert.rejects(
      client.send(new cloudtrail.GetTrailCommand({ Name: 'no-such-trail' })),
      cloudtrail.TrailNotFoundException,
    );
    await assert.rejects(
      client.send(new cloudtrail.LookupEventsCommand({ MaxResults: 51 })),
      cloudtrail.InvalidMaxResultsException,
    );
    await eventually(async () => {
      const { Events } = await client.send(
        new cloudtrail.LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'GetTrail' }],
        }),
      );
      const record = JSON.parse(Events[0].CloudTrailEvent);
      assert.equal(record.errorCode, 'TrailNotFoundException');
      assert.equal(record.requestParameters.name, 'no-such-trail');
      assert.equal(record.responseElements, null);
    });
  });

  test('objects: put, head, get, range, copy, list, delete', async () => {
    const client = new s3.S3Client(config);
    await client.send(new s3.CreateBucketCommand({ Bucket: 'sdk-bucket' }));
    await s3.waitUntilBucketExists({ client, minDelay: 1, maxWaitTime: 5 }, { Bucket: 'sdk-bucket' });
    await client.send(
      new s3.PutObjectCommand({
        Bucket: 'sdk-bucket',
        Key: 'a/ü +.txt',
        Body: 'hello world',
        ChecksumAlgorithm: 'SHA256',
      }),
    );
    const got = await client.send(
      new s3.GetObjectCommand({ Bucket: 'sdk-bucket', Key: 'a/ü +.txt', Range: 'bytes=6-' }),
    );
    assert.equal(await got.Body.transformToString(), 'world');
    assert.equal(got.ContentRange, 'bytes 6-10/11');
    await client.send(
      new s3.CopyObjectCommand({
        Bucket: 'sdk-bucket',
        Key: 'b',
        CopySource: `sdk-bucket/${encodeURIComponent('a/ü +.txt')}`,
      }),
    );
    const { Contents } = await client.send(new s3.ListObjectsV2Command({ Bucket: 'sdk-bucket' }));
    assert.deepEqual(
      Contents.map((item) => item.Key),
      ['a/ü +.txt', 'b'],
    );
    const race = new s3.PutObjectCommand({ Bucket: 'sdk-bucket', Key: 'b', Body: 'x', IfNoneMatch: '*' });
    await assert.rejects(client.send(race), (error) => error.$metadata.httpStatusCode === 412);
    await client.send(
      new s3.DeleteObjectsCommand({
        Bucket: 'sdk-bucket',
        Delete: { Objects: Contents.map(({ Key }) => ({ Key })) },
      }),
    );
    await assert.rejects(
      client.send(new s3.GetObjectCommand({ Bucket: 'sdk-bucket', Key: 'b' })),
      s3.NoSuchKey,
    );
    await client.send(new s3.DeleteBucketCommand({ Bucket: 'sdk-bucket' }));
    await assert.rejects(client.send(new s3.ListObjectsV2Command({ Bucket: 'sdk-bucket' })), s3.NoSuchBucket);
  });

  test('a streamed upload of unknown signature (trailing checksum) and a presigned part', async () => {
    const client = new s3.S3Client(config);
    await client.send(new s3.CreateBucketCommand({ Bucket: 'sdk-multipart' }));
    const { UploadId } = await client.send(
      new s3.CreateMultipartUploadCommand({ Bucket: 'sdk-multipart', Key: 'big' }),
    );
    const parts = [];
    for (const [index, size] of [5 << 20, 1 << 20].entries()) {
      const Body = Buffer.alloc(size, index + 1);
      const { ETag } = await client.send(
        new s3.UploadPartCommand({
          Bucket: 'sdk-multipart',
          Key: 'big',
          UploadId,
          PartNumber: index + 1,
          Body,
        }),
      );
      parts.push({ ETag, PartNumber: index + 1 });
    }
    await client.send(
      new s3.CompleteMultipartUploadCommand({
        Bucket: 'sdk-multipart',
        Key: 'big',
        UploadId,
        MultipartUpload: { Parts: parts },
      }),
    );
    const head = await client.send(new s3.HeadObjectCommand({ Bucket: 'sdk-multipart', Key: 'big' }));
    assert.equal(head.ContentLength, 6 << 20);
    assert.match(head.ETag, /-2"$/);
  });

  test('a trail in one Region delivers what is called there, and only that', async () => {
    const client = new cloudtrail.CloudTrailClient(config);
    const bucket = 'sdk-trail-logs';
    const storage = new s3.S3Client(config);
    await storage.send(new s3.CreateBucketCommand({ Bucket: bucket }));
    await storage.send(
      new s3.PutBucketPolicyCommand({
        Bucket: bucket,
        Policy: JSON.stringify(cloudTrailBucketPolicy(bucket, accountId, 'logs/')),
      }),
    );
    await client.send(
      new cloudtrail.CreateTrailCommand({ Name: 'sdk-trail', S3BucketName: bucket, S3KeyPrefix: 'logs' }),
    );
    await client.send(new cloudtrail.StartLoggingCommand({ Name: 'sdk-trail' }));
    await new cloudtrail.CloudTrailClient({ ...config, region: 'eu-west-1' }).send(
      new cloudtrail.ListTrailsCommand({}),
    );
    const { $metadata } = await client.send(new cloudtrail.ListTrailsCommand({}));
    await eventually(async () => {
      const { Contents = [] } = await storage.send(
        new s3.ListObjectsV2Command({ Bucket: bucket, Prefix: 'logs/AWSLogs/' }),
      );
      const records = [];
      for (const { Key } of Contents) {
        const { Body } = await storage.send(new s3.GetObjectCommand({ Bucket: bucket, Key }));
        records.push(...JSON.parse(gunzipSync(await Body.transformToByteArray()).toString()).Records);
      }
      assert.equal(records.filter((record) => record.requestID === $metadata.requestId).length, 1);
      assert.ok(records.every((record) => record.awsRegion === 'us-east-1'));
    });
  });
});
