// SPDX-License-Identifier: Apache-2.0
// Oracle: SNS API Reference (Subscribe, ConfirmSubscription, Unsubscribe, Get/SetSubscriptionAttributes, the lists); a password and
// tokens that may be seen nowhere.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Principal } from '../../identity/principal.js';
import { buildRecord } from '../../record/build-record.js';
import { exampleCall } from '../../record/testing/example-call.js';
import { cpuMsSince, linearCpuMsMax } from '../../testing/cpu-ms.js';
import { tokenMsMax } from '../../topics/confirmation-token.js';
import { endedSubscriptionKey, subscriptionKey } from '../../topics/subscription.js';
import { fakeCall } from '../testing/call.js';
import { SnsScene } from './testing/sns-scene.js';

const startMs = Date.UTC(2026, 10, 21, 10, 0, 0);
const stranger: Principal = { kind: 'root', accountId: '999988887777', accessKeyId: 'AKIAOTHER' };
const nobody: Principal = { kind: 'anonymous' };

async function refused(run: Promise<unknown>, code: string, message?: RegExp): Promise<void> {
  await assert.rejects(run, (error: { code?: string; message: string }) => {
    assert.equal(error.code, code);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

async function scene(): Promise<{ at: SnsScene; TopicArn: string }> {
  const at = new SnsScene();
  return { at, TopicArn: await at.topic() };
}

const http = { Protocol: 'http', Endpoint: 'http://example.com/notices' };

describe('Subscribe', () => {
  test('is pending until the token is brought, which only the endpoint gets', async () => {
    const { at, TopicArn } = await scene();
    const answer = await at.call('Subscribe', { TopicArn, ...http });
    assert.deepEqual(answer, { SubscriptionArn: 'pending confirmation' });
    const listed = await at.call('ListSubscriptionsByTopic', { TopicArn });
    assert.deepEqual(listed.Subscriptions, [
      { SubscriptionArn: 'PendingConfirmation', Owner: '111122223333', TopicArn, ...renamed(http) },
    ]);
    const token = at.lastToken();
    assert.match(token, /^[0-9a-f]{288}$/);
    const everything = JSON.stringify([
      answer,
      listed,
      at.state.list(''),
      Buffer.from(at.put[0]!.body).toString(),
    ]);
    assert.ok(!everything.includes(token));
    const confirmed = await at.call('ConfirmSubscription', { TopicArn, Token: token });
    assert.match(String(confirmed.SubscriptionArn), new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
    assert.deepEqual(await at.call('ConfirmSubscription', { TopicArn, Token: token }), confirmed);
    assert.deepEqual(await at.call('Subscribe', { TopicArn, ...http }), confirmed);
    const { Attributes } = await at.call('GetTopicAttributes', { TopicArn });
    const { SubscriptionsConfirmed, SubscriptionsPending } = Attributes as Record<string, string>;
    assert.deepEqual([SubscriptionsConfirmed, SubscriptionsPending], ['1', '0']);
  });

  test('again while pending: another token, the first one is worth nothing', async () => {
    const { at, TopicArn } = await scene();
    const first = await at.call('Subscribe', { TopicArn, ...http, ReturnSubscriptionArn: true });
    const token = at.lastToken();
    assert.deepEqual(await at.call('Subscribe', { TopicArn, ...http, ReturnSubscriptionArn: true }), first);
    await refused(
      at.call('ConfirmSubscription', { TopicArn, Token: token }),
      'InvalidParameterException',
      /Token/,
    );
    await at.call('ConfirmSubscription', { TopicArn, Token: at.lastToken() });
  });

  test('a token is good for two days; then the subscription is as good as gone', async () => {
    const { at, TopicArn } = await scene();
    await at.call('Subscribe', { TopicArn, ...http });
    const late = { receivedAtMs: startMs + tokenMsMax };
    const confirm = at.call('ConfirmSubscription', { TopicArn, Token: at.lastToken() }, late);
    await refused(confirm, 'InvalidParameterException', /Token/);
    assert.deepEqual((await at.call('ListSubscriptions', {}, late)).Subscriptions, []);
    await at.call('Subscribe', { TopicArn, ...http, Endpoint: 'http://example.com/other' }, late);
    assert.equal(at.state.list('topic-subscription/').length, 1, 'cleared away');
  });

  test('a password is kept out of lists, attributes, state and the record', async () => {
    const { at, TopicArn } = await scene();
    const input = {
      TopicArn,
      Protocol: 'https',
      Endpoint: 'https://bob:s3cret@example.com/',
      ReturnSubscriptionArn: true,
    };
    const { output } = await at.run('Subscribe', input);
    const record = buildRecord(exampleCall('sns', 'Subscribe', { input, output }));
    const seen = [
      output,
      record,
      at.state.list(''),
      await at.call('ListSubscriptions', {}),
      await at.call('GetSubscriptionAttributes', { SubscriptionArn: output.SubscriptionArn }),
    ];
    assert.ok(!JSON.stringify(seen).includes('s3cret'));
    assert.equal(record.requestParameters?.endpoint, 'https://bob:****@example.com/');
  });

  test('a protocol of any length is refused at once, whatever the policy says', async () => {
    const { at, TopicArn } = await scene();
    const Condition = { StringLike: { 'sns:Protocol': `*${'?a'.repeat(13_000)}b*` } };
    const Statement = [
      { Effect: 'Deny', Principal: '*', Action: 'SNS:Subscribe', Resource: TopicArn, Condition },
    ];
    const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement });
    await at.call('SetTopicAttributes', { TopicArn, AttributeName: 'Policy', AttributeValue });
    const started = process.cpuUsage();
    const subscribe = at.call('Subscribe', { TopicArn, ...http, Protocol: 'a'.repeat(500_000) });
    await refused(subscribe, 'InvalidParameterException');
    assert.ok(cpuMsSince(started) < linearCpuMsMax);
  });

  const bad: [name: string, input: object, code: string, message: RegExp][] = [
    [
      'an unknown protocol',
      { Protocol: 'carrier-pigeon' },
      'InvalidParameterException',
      /does not support this protocol string/,
    ],
    [
      'a protocol that comes later',
      { Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:1:q' },
      'NotImplemented',
      /protocol sqs/,
    ],
    [
      'another scheme',
      { Endpoint: 'https://example.com' },
      'InvalidParameterException',
      /Endpoint must match the specified protocol/,
    ],
    ['no URL', { Endpoint: 'http://exa mple' }, 'InvalidParameterException', /Endpoint/],
    [
      'a bad attribute',
      { Attributes: { X: 'y' } },
      'InvalidParameterException',
      /^Invalid parameter: Attributes Reason: AttributeName$/,
    ],
    [
      'a bad filter',
      { Attributes: { FilterPolicy: '{' } },
      'InvalidParameterException',
      /FilterPolicy: failed to parse JSON/,
    ],
    [
      'a queue for the dead',
      { Attributes: { RedrivePolicy: '{"deadLetterTargetArn":"x"}' } },
      'NotImplemented',
      /RedrivePolicy/,
    ],
  ];
  for (const [name, input, code, message] of bad) {
    test(`not with ${name}`, async () => {
      const { at, TopicArn } = await scene();
      await refused(at.call('Subscribe', { TopicArn, ...http, ...input }), code, message);
      assert.deepEqual(at.put, []);
    });
  }

  test('another account subscribes where the policy lets it, and owns the subscription', async () => {
    const { at, TopicArn } = await scene();
    const theirs = { principal: stranger };
    await refused(at.call('Subscribe', { TopicArn, ...http }, theirs), 'AuthorizationErrorException');
    const added = { TopicArn, Label: 'l', AWSAccountId: ['999988887777'], ActionName: ['Subscribe'] };
    await at.call('AddPermission', added);
    await at.call('Subscribe', { TopicArn, ...http }, theirs);
    const mine = await at.call('ListSubscriptions', {}, theirs);
    assert.equal((mine.Subscriptions as { Owner: string }[])[0]?.Owner, '999988887777');
    assert.deepEqual((await at.call('ListSubscriptions', {})).Subscriptions, []);
  });
});

describe('Unsubscribe', () => {
  const unsigned = { principal: nobody };

  test('by its owner: gone, without a last message; again: no error', async () => {
    const { at, TopicArn } = await scene();
    const SubscriptionArn = await at.subscribed(TopicArn);
    const before = at.put.length;
    await at.call('Unsubscribe', { SubscriptionArn });
    await at.call('Unsubscribe', { SubscriptionArn });
    assert.equal(at.put.length, before);
    assert.deepEqual((await at.call('ListSubscriptions', {})).Subscriptions, []);
    const { Attributes } = await at.call('GetTopicAttributes', { TopicArn });
    assert.equal((Attributes as Record<string, string>).SubscriptionsDeleted, '1');
  });

  test('by the link: gone, with a last message whose token brings it back', async () => {
    const { at, TopicArn } = await scene();
    const SubscriptionArn = await at.subscribed(TopicArn, 'http://example.com/', {
      Attributes: { RawMessageDelivery: 'true' },
    });
    await at.call('Unsubscribe', { SubscriptionArn }, unsigned);
    assert.equal(at.last().type, 'UnsubscribeConfirmation');
    assert.deepEqual(at.put.at(-1)?.lanes, [SubscriptionArn]);
    assert.deepEqual((await at.call('ListSubscriptions', {})).Subscriptions, []);
    const again = await at.call('ConfirmSubscription', { TopicArn, Token: at.lastToken() }, unsigned);
    assert.deepEqual(again, { SubscriptionArn });
    const { Attributes } = await at.call('GetSubscriptionAttributes', { SubscriptionArn });
    const { RawMessageDelivery, PendingConfirmation } = Attributes as Record<string, string>;
    assert.deepEqual([RawMessageDelivery, PendingConfirmation], ['true', 'false']);
  });

  test('who comes back needs room; of those who ended, a limited number can', async () => {
    const { at, TopicArn } = await scene();
    const SubscriptionArn = await at.subscribed(TopicArn);
    await at.call('Unsubscribe', { SubscriptionArn }, unsigned);
    const Token = at.lastToken();
    const place = { accountId: '111122223333', region: 'us-east-1', name: 'topic' };
    const others = Array.from({ length: 5_000 }, (_, index) => ({ ...place, id: `other-${index}` }));
    for (const arn of others) at.state.put(subscriptionKey(arn), { confirmedAtMs: startMs });
    const confirm = at.call('ConfirmSubscription', { TopicArn, Token }, unsigned);
    await refused(confirm, 'SubscriptionLimitExceededException');
    for (const arn of others) at.state.delete(subscriptionKey(arn));
    await at.call('ConfirmSubscription', { TopicArn, Token }, unsigned);

    for (const arn of others) at.state.put(endedSubscriptionKey(arn), { tokenExpiresAtMs: startMs + 1 });
    const before = at.put.length;
    await at.call('Unsubscribe', { SubscriptionArn }, unsigned);
    assert.equal(at.put.length, before, 'no last message: it could not come back');
    assert.equal(at.state.list('topic-subscription-ended/').length, 5_000);
    assert.equal(at.state.list('topic-subscription/').length, 0);
  });

  test('AuthenticateOnUnsubscribe asks for a signature', async () => {
    const { at, TopicArn } = await scene();
    await at.call('Subscribe', { TopicArn, ...http });
    const confirm = { TopicArn, Token: at.lastToken(), AuthenticateOnUnsubscribe: 'true' };
    const { SubscriptionArn } = await at.call('ConfirmSubscription', confirm);
    await refused(at.call('Unsubscribe', { SubscriptionArn }, unsigned), 'AuthorizationErrorException');
    const place = (operation: string, input: object) =>
      at.service.unsigned?.(operation, input, at.state, startMs, fakeCall().request);
    assert.equal(place('Unsubscribe', { SubscriptionArn }), undefined);
    await at.call('Unsubscribe', { SubscriptionArn });
  });

  test('somebody else’s: not', async () => {
    const { at, TopicArn } = await scene();
    const SubscriptionArn = await at.subscribed(TopicArn);
    const theirs = at.call('Unsubscribe', { SubscriptionArn }, { principal: stranger });
    await refused(theirs, 'AuthorizationErrorException');
    await refused(at.call('Unsubscribe', { SubscriptionArn: 'x' }), 'InvalidParameterException', /not 1$/);
    await refused(
      at.call('Unsubscribe', { SubscriptionArn: TopicArn }),
      'InvalidParameterException',
      /SubscriptionId/,
    );
  });
});

describe('without a signature', () => {
  test('only who has a token or names a subscription is heard, in the account and Region of the topic', async () => {
    const at = new SnsScene();
    const TopicArn = await at.topic('abroad', { region: 'eu-west-1' });
    await at.call('Subscribe', { TopicArn, ...http }, { region: 'eu-west-1' });
    const place = (operation: string, input: object) =>
      at.service.unsigned?.(operation, input, at.state, startMs, fakeCall().request);
    const home = { accountId: '111122223333', region: 'eu-west-1' };
    assert.deepEqual(place('ConfirmSubscription', { TopicArn, Token: at.lastToken() }), home);
    const wrong = at.lastToken().replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    assert.throws(() => place('ConfirmSubscription', { TopicArn, Token: wrong }), /Invalid parameter: Token/);
    assert.throws(() => place('ConfirmSubscription', { TopicArn, Token: '' }), /Invalid parameter: Token/);
    assert.throws(() => place('Unsubscribe', { SubscriptionArn: `${TopicArn}:${'0'.repeat(36)}` }));
    for (const operation of ['Publish', 'DeleteTopic', 'Subscribe', 'ListTopics'])
      assert.equal(place(operation, { TopicArn }), undefined, operation);
  });
});

describe('attributes of a subscription', () => {
  test('set, shown, taken back', async () => {
    const { at, TopicArn } = await scene();
    const SubscriptionArn = await at.subscribed(TopicArn);
    const set = (AttributeName: string, AttributeValue: string) =>
      at.call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue });
    const get = async () =>
      (await at.call('GetSubscriptionAttributes', { SubscriptionArn })).Attributes as Record<string, string>;
    await set('RawMessageDelivery', 'True');
    await set('FilterPolicy', '{"store":["x"]}');
    await set('DeliveryPolicy', '{"healthyRetryPolicy":{"numRetries":7}}');
    const after = await get();
    assert.deepEqual(
      [
        after.RawMessageDelivery,
        after.FilterPolicy,
        after.FilterPolicyScope,
        after.ConfirmationWasAuthenticated,
      ],
      ['true', '{"store":["x"]}', 'MessageAttributes', 'true'],
    );
    assert.equal(JSON.parse(after.EffectiveDeliveryPolicy!).healthyRetryPolicy.numRetries, 7);
    await set('FilterPolicy', '{}');
    assert.equal((await get()).FilterPolicy, undefined);
  });

  test('scope and policy must fit', async () => {
    const { at, TopicArn } = await scene();
    const SubscriptionArn = await at.subscribed(TopicArn, 'http://example.com/', {
      Attributes: { FilterPolicy: '{"a":{"b":["x"]}}', FilterPolicyScope: 'MessageBody' },
    });
    const input = {
      SubscriptionArn,
      AttributeName: 'FilterPolicyScope',
      AttributeValue: 'MessageAttributes',
    };
    await refused(at.call('SetSubscriptionAttributes', input), 'InvalidParameterException', /nested/);
  });
});

function renamed({ Protocol, Endpoint }: typeof http) {
  return { Protocol, Endpoint };
}
