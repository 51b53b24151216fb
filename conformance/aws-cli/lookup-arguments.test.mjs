// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "LookupEvents" (attributes, limits, error codes), read by the real AWS CLI. The
// events looked up are the server's own calls, counted by hand.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const cairn = new CairnServer();
const bucket = 'looked-up';

before(async () => {
  await cairn.start();
  await cairn.awsOk('sts', 'get-caller-identity');
  await cairn.awsOk('sts', 'get-caller-identity');
  await cairn.awsOk('s3api', 'create-bucket', '--bucket', bucket);
  await eventually(async () => assert.equal((await namesBy('ResourceName', bucket)).length, 1));
});
after(() => cairn.remove());

async function lookup(...args) {
  return cairn.awsOk('cloudtrail', 'lookup-events', ...args);
}

function by(key, value) {
  return ['--lookup-attributes', `AttributeKey=${key},AttributeValue=${value}`];
}

async function namesBy(key, value) {
  return (await lookup(...by(key, value))).Events.map((event) => event.EventName);
}

describe('the eight attributes', () => {
  const identity = 'GetCallerIdentity';
  const cases = [
    ['EventName', 'GetCallerIdentity', [identity, identity]],
    ['EventSource', 'sts.amazonaws.com', [identity, identity]],
    ['EventSource', 's3.amazonaws.com', ['CreateBucket']],
    ['ReadOnly', 'false', ['CreateBucket']],
    ['ResourceType', 'AWS::S3::Bucket', ['CreateBucket']],
    ['ResourceName', bucket, ['CreateBucket']],
    ['ResourceName', 'Looked-Up', []],
    ['Username', 'nobody', []],
    ['EventId', '00000000-0000-4000-8000-000000000000', []],
  ];
  for (const [key, value, expected] of cases) {
    test(`${key} ${value}`, async () => assert.deepEqual(await namesBy(key, value), expected));
  }

  test('EventId, Username and AccessKeyId of an event find it again', async () => {
    const [event] = (await lookup(...by('EventName', 'CreateBucket'))).Events;
    assert.equal(event.Username, 'root');
    assert.deepEqual(event.Resources[0], { ResourceType: 'AWS::S3::Bucket', ResourceName: bucket });
    for (const [key, value] of [
      ['EventId', event.EventId],
      ['Username', event.Username],
      ['AccessKeyId', event.AccessKeyId],
    ]) {
      const found = (await lookup(...by(key, value))).Events.map(({ EventId }) => EventId);
      assert.ok(found.includes(event.EventId), key);
    }
  });

  test('several attributes at once: all of them must hold', async () => {
    const both = ['AttributeKey=Username,AttributeValue=root', 'AttributeKey=ReadOnly,AttributeValue=false'];
    const { Events } = await lookup('--lookup-attributes', ...both);
    assert.deepEqual(
      Events.map((event) => event.EventName),
      ['CreateBucket'],
    );
  });
});

describe('what is refused', () => {
  const cases = [
    ['InvalidLookupAttributesException', by('Colour', 'red')],
    ['InvalidMaxResultsException', ['--max-results', '51']],
    ['InvalidTimeRangeException', ['--start-time', '2020-01-02', '--end-time', '2020-01-01']],
    ['InvalidNextTokenException', ['--next-token', 'none-of-yours', '--max-results', '1']],
    ['InvalidEventCategoryException', ['--event-category', 'other']],
    ['InvalidLookupAttributesException', ['--event-category', 'insight', ...by('Username', 'root')]],
  ];
  for (const [code, args] of cases) {
    test(`${args.join(' ')}: ${code}`, async () => {
      assert.equal((await cairn.awsRefused('cloudtrail', 'lookup-events', ...args)).code, code);
    });
  }

  test('there are no Insights events yet', async () => {
    assert.deepEqual((await lookup('--event-category', 'insight')).Events, []);
  });
});

describe('times', () => {
  test('a zone in the text counts', async () => {
    const [event] = (await lookup(...by('EventName', 'CreateBucket'))).Events;
    const atMs = Date.parse(JSON.parse(event.CloudTrailEvent).eventTime);
    // The wall clock of UTC-5, with and without saying so: five hours apart.
    const wall = new Date(atMs - 5 * 3_600_000).toISOString().slice(0, 19);
    const span = (zone) => ['--start-time', `${wall}${zone}`, '--end-time', `${wall}${zone}`];
    const filter = by('EventName', 'CreateBucket');
    assert.equal((await lookup(...filter, ...span('-05:00'))).Events.length, 1);
    assert.equal((await lookup(...filter, ...span('Z'))).Events.length, 0);
  });
});

describe('pages', () => {
  test('no repeat and no gap while every page is itself an event; a token belongs to its arguments', async () => {
    const page = (token) =>
      lookup('--max-results', '3', ...by('Username', 'root'), ...(token ? ['--next-token', token] : []));
    const before = (await lookup(...by('Username', 'root'))).Events.map((event) => event.EventId);
    assert.ok(before.length > 6);
    const seen = [];
    let next;
    let first;
    do {
      const answer = await page(next);
      seen.push(...answer.Events.map((event) => event.EventId));
      next = answer.NextToken;
      first ??= next;
    } while (next !== undefined);
    assert.equal(new Set(seen).size, seen.length, 'no repeat');
    assert.deepEqual(seen.slice(-before.length), before, 'no gap');
    const elsewhere = ['--max-results', '3', ...by('Username', 'other'), '--next-token', first];
    const refusal = await cairn.awsRefused('cloudtrail', 'lookup-events', ...elsewhere);
    assert.equal(refusal.code, 'InvalidNextTokenException');
    const otherRegion = ['--max-results', '3', ...by('Username', 'root'), '--next-token', first];
    const abroad = await cairn.awsRefused(
      'cloudtrail',
      'lookup-events',
      '--region',
      'eu-west-1',
      ...otherRegion,
    );
    assert.equal(abroad.code, 'InvalidNextTokenException');
  });
});
