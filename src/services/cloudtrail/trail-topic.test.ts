// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "CreateTrail" (SnsTopicName, InvalidSnsTopicNameException,
// InsufficientSnsTopicPolicyException); CloudTrail User Guide, "Configuring Amazon SNS notifications for CloudTrail".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TrailDocument } from '../../trails/trail.js';
import { fakeCall, MemoryCallState, testAccountId } from '../testing/call.js';
import { resolveTrailTopic } from './trail-topic.js';

const arnIn = (region: string, name = 'notices') => `arn:aws:sns:${region}:${testAccountId}:${name}`;
const trailArn = `arn:aws:cloudtrail:us-east-1:${testAccountId}:trail/audit`;
const trail = { arn: trailArn, accountId: testAccountId, homeRegion: 'us-east-1' } as TrailDocument;

function resolved(topic: string, { region = 'us-east-1', condition = {}, allowed = true } = {}) {
  const state = new MemoryCallState();
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: 'SNS:Publish',
    Resource: arnIn(region),
    Condition: condition,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  state.put(`topic/${testAccountId}/${region}/notices`, {
    arn: arnIn(region),
    name: 'notices',
    accountId: testAccountId,
    region,
    createdAtMs: 0,
    attributes: allowed ? { Policy } : {},
    tags: {},
  });
  return resolveTrailTopic(topic, trail, fakeCall({ state }));
}

describe('the topic of a trail', () => {
  test('by its name, in the trail’s account and home Region', () =>
    assert.deepEqual(resolved('notices'), { name: 'notices', arn: arnIn('us-east-1') }));

  test('by its ARN, in another Region too', () => {
    const arn = arnIn('eu-west-1');
    assert.deepEqual(resolved(arn, { region: 'eu-west-1' }), { name: arn, arn });
    assert.throws(() => resolved('notices', { region: 'eu-west-1' }), {
      code: 'InsufficientSnsTopicPolicyException',
    });
  });

  test('with a policy for this trail alone', () => {
    const condition = { StringEquals: { 'aws:SourceArn': trailArn } };
    assert.equal(resolved('notices', { condition }).name, 'notices');
  });

  for (const [name, options] of [
    ['the default policy', { allowed: false }],
    ['a policy for another trail', { condition: { StringEquals: { 'aws:SourceArn': `${trailArn}2` } } }],
  ] as const) {
    test(`not with ${name}`, () =>
      assert.throws(() => resolved('notices', options), {
        code: 'InsufficientSnsTopicPolicyException',
        message: 'SNS Topic does not exist or the topic policy is incorrect!',
      }));
  }

  for (const name of [
    'no topic!',
    'a.fifo',
    'x'.repeat(257),
    'arn:aws:sqs:us-east-1:111122223333:q',
    `${arnIn('us-east-1')}:x`,
  ])
    test(`not ${name.slice(0, 50)}`, () =>
      assert.throws(() => resolved(name), { code: 'InvalidSnsTopicNameException' }));
});
