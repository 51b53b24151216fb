// SPDX-License-Identifier: Apache-2.0
// Oracle: SNS Developer Guide, "Amazon SNS message delivery retries": phases, defaults, limits.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeliveryPolicyError,
  defaultRetryPolicy,
  effectiveDeliveryPolicy,
  effectiveTopicPolicyText,
  type RetryPolicy,
  retryDelayMs,
  verifySubscriptionDeliveryPolicy,
  verifyTopicDeliveryPolicy,
} from './delivery-policy.js';

function delaysS(policy: Partial<RetryPolicy>): (number | undefined)[] {
  const whole = { ...defaultRetryPolicy, ...policy };
  return Array.from({ length: whole.numRetries + 1 }, (_, at) => {
    const ms = retryDelayMs(whole, at + 1);
    return ms === undefined ? undefined : ms / 1_000;
  });
}

describe('delays between tries', () => {
  test('by default three retries, 20 seconds apart', () =>
    assert.deepEqual(delaysS({}), [20, 20, 20, undefined]));

  test('the four phases follow each other', () => {
    const policy = {
      minDelayTarget: 1,
      maxDelayTarget: 60,
      numRetries: 10,
      numNoDelayRetries: 3,
      numMinDelayRetries: 2,
      numMaxDelayRetries: 3,
    };
    // Backoff: two retries, from the minimum to the maximum.
    assert.deepEqual(delaysS(policy), [0, 0, 0, 1, 1, 1, 60, 60, 60, 60, undefined]);
  });

  test('every function goes from the minimum to the maximum, and only up', () => {
    for (const backoffFunction of ['linear', 'arithmetic', 'geometric', 'exponential'] as const) {
      const delays = delaysS({ minDelayTarget: 2, maxDelayTarget: 200, numRetries: 9, backoffFunction });
      assert.equal(delays[0], 2, backoffFunction);
      assert.equal(delays[8], 200, backoffFunction);
      for (let at = 1; at < 9; at++) assert.ok((delays[at] ?? 0) > (delays[at - 1] ?? 0), backoffFunction);
    }
  });

  test('no retries at all', () => assert.deepEqual(delaysS({ numRetries: 0 }), [undefined]));
});

describe('which policy holds', () => {
  const topic = JSON.stringify({
    http: {
      defaultHealthyRetryPolicy: { numRetries: 5 },
      defaultThrottlePolicy: { maxReceivesPerSecond: 7 },
    },
  });
  const own = JSON.stringify({
    healthyRetryPolicy: { numRetries: 1 },
    requestPolicy: { headerContentType: 'application/json' },
  });

  test('the subscription’s before the topic’s before the default', () => {
    const both = effectiveDeliveryPolicy(topic, own);
    assert.deepEqual(
      [both.retry.numRetries, both.maxReceivesPerSecond, both.contentType],
      [1, 7, 'application/json'],
    );
    assert.equal(effectiveDeliveryPolicy(topic, undefined).retry.numRetries, 5);
    assert.equal(effectiveDeliveryPolicy(undefined, undefined).contentType, 'text/plain; charset=UTF-8');
  });

  test('unless the topic says that its own holds', () => {
    const strict = JSON.stringify({
      http: { ...JSON.parse(topic).http, disableSubscriptionOverrides: true },
    });
    assert.equal(effectiveDeliveryPolicy(strict, own).retry.numRetries, 5);
    assert.equal(effectiveDeliveryPolicy(strict, own).contentType, 'text/plain; charset=UTF-8');
  });

  test('the default as GetTopicAttributes shows it', () => {
    assert.deepEqual(JSON.parse(effectiveTopicPolicyText(undefined)), {
      http: {
        defaultHealthyRetryPolicy: {
          minDelayTarget: 20,
          maxDelayTarget: 20,
          numRetries: 3,
          numMaxDelayRetries: 0,
          numNoDelayRetries: 0,
          numMinDelayRetries: 0,
          backoffFunction: 'linear',
        },
        disableSubscriptionOverrides: false,
        defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
      },
    });
  });
});

describe('policies that are refused', () => {
  const retry = (policy: object) => JSON.stringify({ healthyRetryPolicy: policy });
  const refused: [name: string, text: string][] = [
    ['no JSON', '{'],
    ['no object', '[]'],
    ['an unknown member', '{"healthyRetries":{}}'],
    ['more than 100 retries', retry({ numRetries: 101 })],
    ['a fraction', retry({ numRetries: 1.5 })],
    ['a text for a number', retry({ numRetries: '3' })],
    ['a minimum of zero', retry({ minDelayTarget: 0 })],
    ['a maximum below the minimum', retry({ minDelayTarget: 30, maxDelayTarget: 20 })],
    ['phases of more retries than there are', retry({ numRetries: 2, numMinDelayRetries: 3 })],
    ['more than an hour in all', retry({ minDelayTarget: 1000, maxDelayTarget: 1000, numRetries: 4 })],
    ['a function that there is not', retry({ backoffFunction: 'quadratic' })],
    ['a rate of zero', '{"throttlePolicy":{"maxReceivesPerSecond":0}}'],
    [
      'a content type that splits the header',
      '{"requestPolicy":{"headerContentType":"text/plain\\r\\nX: y"}}',
    ],
    ['a content type that SNS does not know', '{"requestPolicy":{"headerContentType":"image/png"}}'],
  ];
  for (const [name, text] of refused) {
    test(name, () => assert.throws(() => verifySubscriptionDeliveryPolicy(text), DeliveryPolicyError));
  }

  test('the forms of topic and subscription are not exchanged', () => {
    const topic = '{"http":{"defaultHealthyRetryPolicy":{"numRetries":5}}}';
    verifyTopicDeliveryPolicy(topic);
    assert.throws(() => verifySubscriptionDeliveryPolicy(topic), DeliveryPolicyError);
    assert.throws(() => verifyTopicDeliveryPolicy('{"healthyRetryPolicy":{}}'), DeliveryPolicyError);
  });
});
