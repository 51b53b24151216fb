// SPDX-License-Identifier: Apache-2.0
// Oracle: the contract at the head of pipelines/delivery/trail-notices.ts; CloudTrail User Guide, "Amazon SNS topic policy for
// CloudTrail".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../ports/clock.js';
import { type MessageQueue, MessageQueueFullError, type NewMessage } from '../../ports/message-queue.js';
import type { StateStore } from '../../ports/state-store.js';
import { decodeMessage } from '../../topics/topic-message.js';
import { TopicTrailNotices } from './topic-trail-notices.js';

const account = '111122223333';
const topicArn = `arn:aws:sns:us-east-1:${account}:notices`;
const trailArn = `arn:aws:cloudtrail:us-east-1:${account}:trail/audit`;
const subscriptionArn = `${topicArn}:00000000-0000-4000-8000-000000000001`;

function scene({ isFull = false, policy = {} as object | null } = {}) {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: 'SNS:Publish',
  };
  const whole = JSON.stringify({ Statement: [{ ...statement, Resource: topicArn, ...policy }] });
  const topic = {
    arn: topicArn,
    accountId: account,
    attributes: policy === null ? {} : { Policy: whole },
    tags: {},
  };
  const subscription = { arn: subscriptionArn, topicArn, protocol: 'http', confirmedAtMs: 1, attributes: {} };
  const put: NewMessage[] = [];
  const stateStore = {
    get: (key: string) => (key === `topic/${account}/us-east-1/notices` ? { value: topic } : undefined),
    list: (prefix: string) =>
      prefix === `topic-subscription/${account}/us-east-1/notices/` ? [{ value: subscription }] : [],
  } as unknown as StateStore;
  const queue = {
    put: async (messages: readonly NewMessage[]) => {
      if (isFull) throw new MessageQueueFullError('full');
      put.push(...messages);
    },
  } as unknown as MessageQueue;
  const notices = new TopicTrailNotices({ stateStore, queue, clock: new ManualClock(5), newId: () => 'id' });
  return { notices, put };
}

test('a notice is put for the subscribers of the topic', async () => {
  const { notices, put } = scene({ policy: { Condition: { StringEquals: { 'aws:SourceArn': trailArn } } } });
  await notices.publish(topicArn, trailArn, '{"s3Bucket":"b"}');
  assert.deepEqual(
    put.map(({ id, lanes }) => [id, lanes]),
    [['id', [subscriptionArn]]],
  );
  assert.deepEqual(decodeMessage(put[0]!.body), {
    type: 'Notification',
    messageId: 'id',
    topicArn,
    message: '{"s3Bucket":"b"}',
    publishedAtMs: 5,
  });
});

test('refused, in SNS’s words: a topic that is gone, a policy that no longer allows it, no room', async () => {
  const publish = (at: ReturnType<typeof scene>, topic = topicArn) =>
    at.notices.publish(topic, trailArn, 'm');
  await assert.rejects(publish(scene(), `${topicArn}2`), { code: 'NotFound' });
  await assert.rejects(publish(scene(), 'no ARN'), { code: 'NotFound' });
  await assert.rejects(publish(scene({ policy: null })), { code: 'AuthorizationError' });
  const another = { Condition: { StringEquals: { 'aws:SourceArn': `${trailArn}2` } } };
  await assert.rejects(publish(scene({ policy: another })), { code: 'AuthorizationError' });
  await assert.rejects(publish(scene({ isFull: true })), { code: 'Throttled' });
});
