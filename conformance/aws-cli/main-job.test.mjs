// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI. Every command of the main walk, against a server started for it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { writeGuideEvents } from '../guide-events.mjs';
import { CairnServer, eventually } from '../harness.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const bucket = 'my-trail-logs';
const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
let accountId;

/** The AWS CLI prints times as the wire has them (seconds since the epoch) or as ISO text, by its version. */
function timeMs({ EventTime }) {
  return typeof EventTime === 'number' ? EventTime * 1_000 : Date.parse(EventTime);
}

async function lookup(...args) {
  return (await cairn.awsOk('cloudtrail', 'lookup-events', ...args)).Events;
}

before(async () => {
  await cairn.start();
});
after(() => cairn.remove());

describe('the main walk with the AWS CLI', () => {
  test('sts get-caller-identity names the root', async () => {
    const identity = await cairn.awsOk('sts', 'get-caller-identity');
    accountId = identity.Account;
    assert.match(accountId, /^\d{12}$/);
    assert.equal(identity.Arn, `arn:aws:iam::${accountId}:root`);
    assert.equal(identity.UserId, accountId);
  });

  test('lookup-events shows that very call', async () => {
    const events = await eventually(async () => {
      const found = await lookup(
        '--lookup-attributes',
        'AttributeKey=EventName,AttributeValue=GetCallerIdentity',
      );
      assert.equal(found.length, 1);
      return found;
    });
    const [event] = events;
    const record = JSON.parse(event.CloudTrailEvent);
    assert.equal(event.Username, 'root');
    assert.equal(event.ReadOnly, 'true');
    assert.equal(event.EventSource, 'sts.amazonaws.com');
    assert.equal(record.eventVersion, '1.11');
    assert.equal(record.userIdentity.type, 'Root');
    assert.equal(record.sourceIPAddress, '127.0.0.1');
    assert.match(record.userAgent, /aws-cli/);
    assert.equal(record.recipientAccountId, accountId);
    assert.equal(record.eventID, event.EventId);
  });

  test('imported events are found beside it', async () => {
    const folder = join(cairn.dir, 'guide-events');
    const written = writeGuideEvents(folder);
    const { code, stdout, stderr } = await cairn.cairn('import', folder);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`${written.count} events`));
    const again = await cairn.cairn('import', folder);
    assert.equal(again.code, 0, again.stderr);
    const { stdout: lines } = await cairn.cairn('lookup', '--user', written.username, '--json', '--all');
    assert.equal(lines.trim().split('\n').length, written.ofUser);
  });

  test('lookup-events pages to --max-items 100', async () => {
    const events = await lookup('--max-items', '100');
    assert.equal(events.length, 100);
    assert.equal(new Set(events.map((event) => event.EventId)).size, 100);
    const times = events.map(timeMs);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
  });

  test('lookup-events by day', async () => {
    const events = await lookup('--start-time', '2019-12-01', '--end-time', '2019-12-02');
    assert.equal(events.length, 7);
    for (const event of events) assert.match(new Date(timeMs(event)).toISOString(), /^2019-12-01/);
  });

  test('lookup-events by user name and start time', async () => {
    const events = await lookup(
      '--lookup-attributes',
      'AttributeKey=Username,AttributeValue=guide-user',
      '--start-time',
      '2017-06-01 12:00 AM',
    );
    assert.equal(events.length, 60);
    assert.deepEqual([...new Set(events.map((event) => event.Username))], ['guide-user']);
  });

  test('lookup-events by event name', async () => {
    const events = await lookup(
      '--lookup-attributes',
      'AttributeKey=EventName,AttributeValue=TerminateInstances',
    );
    assert.equal(events.length, 3);
    assert.ok(
      events.every((event) =>
        event.Resources.some((resource) => resource.ResourceType === 'AWS::EC2::Instance'),
      ),
    );
  });

  test('lookup-events by event name between two times of day', async () => {
    const events = await lookup(
      ...['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=CreateStack'],
      ...['--start-time', '2017-06-01 1:00 pm', '--end-time', '2017-06-02 5:00 pm'],
    );
    assert.deepEqual(
      events.map((event) => JSON.parse(event.CloudTrailEvent).requestParameters.stackName),
      ['late-stack', 'early-stack'],
    );
  });

  test('s3 mb and put-bucket-policy', async () => {
    await cairn.awsOk('s3', 'mb', `s3://${bucket}`);
    writeFileSync(join(cairn.dir, 'policy.json'), JSON.stringify(cloudTrailBucketPolicy(bucket, accountId)));
    await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', bucket, '--policy', 'file://policy.json');
  });

  test('create-trail and start-logging', async () => {
    const trail = await cairn.awsOk(
      'cloudtrail',
      'create-trail',
      '--name',
      'my-trail',
      '--s3-bucket-name',
      bucket,
      '--is-multi-region-trail',
    );
    assert.equal(trail.TrailARN, `arn:aws:cloudtrail:us-east-1:${accountId}:trail/my-trail`);
    assert.equal(trail.IsMultiRegionTrail, true);
    await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'my-trail');
  });

  test('log files arrive, and get-trail-status says so', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'another-bucket');
    const keys = await eventually(async () => {
      const listing = await cairn.awsOk('s3', 'ls', '--recursive', `s3://${bucket}/`);
      const found = listing.match(/AWSLogs\/\S+/g) ?? [];
      const names = [];
      for (const key of found) names.push(...(await recordsOf(key)).map((record) => record.eventName));
      assert.ok(names.includes('CreateBucket'));
      return found;
    });
    const form = new RegExp(
      `^AWSLogs/${accountId}/CloudTrail/us-east-1/\\d{4}/\\d\\d/\\d\\d/${accountId}_CloudTrail_us-east-1_\\d{8}T\\d{4}Z_\\w{16}\\.json\\.gz$`,
    );
    for (const key of keys) assert.match(key, form);
    const status = await cairn.awsOk('cloudtrail', 'get-trail-status', '--name', 'my-trail');
    assert.equal(status.IsLogging, true);
    assert.ok(status.LatestDeliveryTime);
    assert.equal(status.LatestDeliveryError ?? '', '');
  });

  test('every event is in one file once', async () => {
    const listing = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', bucket);
    const ids = [];
    for (const { Key } of listing.Contents)
      ids.push(...(await recordsOf(Key)).map((record) => record.eventID));
    assert.equal(new Set(ids).size, ids.length);
  });
});

let downloads = 0;
async function recordsOf(key) {
  downloads += 1;
  const file = join(cairn.dir, `download-${downloads}.json.gz`);
  await cairn.awsOk('s3api', 'get-object', '--bucket', bucket, '--key', key, file);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()).Records;
}
