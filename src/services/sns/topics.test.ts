// SPDX-License-Identifier: Apache-2.0
// Oracle: SNS API Reference (CreateTopic, DeleteTopic, ListTopics, Get/SetTopicAttributes, Add/RemovePermission, tags) with
// its error codes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Principal } from '../../identity/principal.js';
import { SnsScene } from './testing/sns-scene.js';

const own = '111122223333';
const arnOf = (name: string) => `arn:aws:sns:us-east-1:${own}:${name}`;
const stranger: Principal = { kind: 'root', accountId: '999988887777', accessKeyId: 'AKIAOTHER' };

async function refused(run: Promise<unknown>, code: string, message?: RegExp): Promise<void> {
  await assert.rejects(run, (error: { code?: string; message: string }) => {
    assert.equal(error.code, code);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

describe('CreateTopic', () => {
  test('answers the ARN, again too; another topic under the name is refused', async () => {
    const scene = new SnsScene();
    const input = { Name: 'a_B-1', Attributes: { DisplayName: 'x' }, Tags: [{ Key: 'k', Value: 'v' }] };
    assert.deepEqual(await scene.call('CreateTopic', input), { TopicArn: arnOf('a_B-1') });
    assert.deepEqual(await scene.call('CreateTopic', { Name: 'a_B-1' }), { TopicArn: arnOf('a_B-1') });
    assert.deepEqual(await scene.call('CreateTopic', input), { TopicArn: arnOf('a_B-1') });
    const other = scene.call('CreateTopic', { ...input, Attributes: { DisplayName: 'y' } });
    await refused(
      other,
      'InvalidParameterException',
      /Attributes Reason: Topic already exists with different attributes/,
    );
    const tagged = scene.call('CreateTopic', { Name: 'a_B-1', Tags: [{ Key: 'k', Value: 'w' }] });
    await refused(
      tagged,
      'InvalidParameterException',
      /Tags Reason: Topic already exists with different tags/,
    );
  });

  for (const name of ['', 'a b', 'a.b', 'a'.repeat(257), 'größe'])
    test(`not ${JSON.stringify(name.slice(0, 12))}`, () =>
      refused(new SnsScene().call('CreateTopic', { Name: name }), 'InvalidParameterException', /Topic Name/));

  test('what is not there yet says so', async () => {
    const scene = new SnsScene();
    const fifo = { Name: 'a.fifo', Attributes: { FifoTopic: 'true' } };
    await refused(scene.call('CreateTopic', fifo), 'NotImplemented', /FIFO/);
    const encrypted = { Name: 'a', Attributes: { KmsMasterKeyId: 'alias/x' } };
    await refused(scene.call('CreateTopic', encrypted), 'NotImplemented', /KmsMasterKeyId/);
  });
});

describe('lists', () => {
  test('a hundred a page, each once, of one account and Region', async () => {
    const scene = new SnsScene();
    const names = Array.from({ length: 230 }, (_, at) => `t-${at}`);
    for (const name of names) await scene.topic(name);
    await scene.topic('elsewhere', { region: 'eu-west-1' });
    await scene.topic('foreign', { principal: stranger });
    const pages: string[][] = [];
    for (let token: unknown; pages.length < 5; ) {
      const page = await scene.call('ListTopics', token === undefined ? {} : { NextToken: token });
      pages.push((page.Topics as { TopicArn: string }[]).map(({ TopicArn }) => TopicArn));
      token = page.NextToken;
      if (token === undefined) break;
    }
    assert.deepEqual(
      pages.map(({ length }) => length),
      [100, 100, 30],
    );
    assert.deepEqual(pages.flat().sort(), names.map(arnOf).sort());
    await refused(scene.call('ListTopics', { NextToken: '!' }), 'InvalidParameterException', /NextToken/);
  });
});

describe('attributes', () => {
  test('defaults, and what was set', async () => {
    const scene = new SnsScene();
    const TopicArn = await scene.topic();
    const attributes = async () =>
      (await scene.call('GetTopicAttributes', { TopicArn })).Attributes as Record<string, string>;
    const before = await attributes();
    assert.deepEqual(
      [
        before.DisplayName,
        before.Owner,
        before.TopicArn,
        before.SubscriptionsConfirmed,
        before.SignatureVersion,
      ],
      ['', own, TopicArn, '0', undefined],
    );
    assert.equal(JSON.parse(before.Policy!).Id, '__default_policy_ID');
    const set = (AttributeName: string, AttributeValue: string) =>
      scene.call('SetTopicAttributes', { TopicArn, AttributeName, AttributeValue });
    await set('SignatureVersion', '2');
    await set('DisplayName', 'Name');
    await set('DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"numRetries":5}}}');
    const later = await attributes();
    assert.deepEqual([later.SignatureVersion, later.DisplayName], ['2', 'Name']);
    assert.equal(JSON.parse(later.EffectiveDeliveryPolicy!).http.defaultHealthyRetryPolicy.numRetries, 5);
    await set('DeliveryPolicy', '');
    assert.equal((await attributes()).DeliveryPolicy, undefined);
  });

  const bad: [name: string, value: string, message: RegExp][] = [
    ['Owner', 'x', /^Invalid parameter: AttributeName$/],
    ['FifoTopic', 'true', /^Invalid parameter: AttributeName$/],
    ['constructor', 'x', /^Invalid parameter: AttributeName$/],
    ['SignatureVersion', '3', /SignatureVersion/],
    ['TracingConfig', 'Sometimes', /TracingConfig/],
    ['DisplayName', 'x'.repeat(101), /DisplayName/],
    ['Policy', '', /^Invalid parameter: Policy Error: null$/],
    ['Policy', 'no json', /^Invalid parameter: Policy Error: /],
    [
      'Policy',
      '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}',
      /out of service scope/,
    ],
    ['DeliveryPolicy', '{"http":{"x":1}}', /^Invalid parameter: DeliveryPolicy: /],
    ['HTTPSuccessFeedbackSampleRate', '101', /HTTPSuccessFeedbackSampleRate/],
  ];
  for (const [AttributeName, AttributeValue, message] of bad) {
    test(`${AttributeName} is not ${JSON.stringify(AttributeValue.slice(0, 20))}`, async () => {
      const scene = new SnsScene();
      const input = { TopicArn: await scene.topic(), AttributeName, AttributeValue };
      await refused(scene.call('SetTopicAttributes', input), 'InvalidParameterException', message);
    });
  }
});

describe('which topic', () => {
  test('one that is not there, one elsewhere, one of somebody else, no ARN', async () => {
    const scene = new SnsScene();
    const foreign = await scene.topic('theirs', { principal: stranger });
    const get = (TopicArn: string, options = {}) => scene.call('GetTopicAttributes', { TopicArn }, options);
    await refused(get(arnOf('none')), 'NotFoundException', /^Topic does not exist$/);
    await refused(
      get(foreign),
      'AuthorizationErrorException',
      /not authorized to perform: SNS:GetTopicAttributes/,
    );
    const unknown = 'arn:aws:sns:us-east-1:999988887777:none';
    await refused(get(unknown), 'AuthorizationErrorException');
    await refused(get(arnOf('x'), { region: 'eu-west-1' }), 'InvalidParameterException', /TopicArn$/);
    const short = /^Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1$/;
    await refused(get('topic'), 'InvalidParameterException', short);
  });

  test('deleting is idempotent for one’s own, and takes the subscriptions along', async () => {
    const scene = new SnsScene();
    const TopicArn = await scene.topic();
    await scene.subscribed(TopicArn);
    await scene.call('DeleteTopic', { TopicArn });
    await scene.call('DeleteTopic', { TopicArn });
    assert.deepEqual((await scene.call('ListSubscriptions', {})).Subscriptions, []);
    const theirs = await scene.topic('theirs', { principal: stranger });
    await refused(scene.call('DeleteTopic', { TopicArn: theirs }), 'AuthorizationErrorException');
  });
});

describe('permissions', () => {
  test('another account may what was added, until it is removed', async () => {
    const scene = new SnsScene();
    const TopicArn = await scene.topic();
    const publish = () => scene.call('Publish', { TopicArn, Message: 'm' }, { principal: stranger });
    await refused(publish(), 'AuthorizationErrorException');
    const added = { TopicArn, Label: 'theirs', AWSAccountId: ['999988887777'], ActionName: ['Publish'] };
    await scene.call('AddPermission', added);
    await publish();
    await refused(
      scene.call('AddPermission', added),
      'InvalidParameterException',
      /Statement already exists/,
    );
    await scene.call('RemovePermission', { TopicArn, Label: 'theirs' });
    await refused(publish(), 'AuthorizationErrorException');
    await scene.call('RemovePermission', { TopicArn, Label: '__default_statement_ID' });
    await scene.call('Publish', { TopicArn, Message: 'the owner still may' });
  });

  for (const change of [
    { Label: 'no label' },
    { AWSAccountId: ['1'] },
    { AWSAccountId: [] },
    { ActionName: ['Fly'] },
  ]) {
    test(`not with ${JSON.stringify(change)}`, async () => {
      const scene = new SnsScene();
      const good = { Label: 'l', AWSAccountId: ['999988887777'], ActionName: ['Publish'] };
      const input = { TopicArn: await scene.topic(), ...good, ...change };
      await refused(scene.call('AddPermission', input), 'InvalidParameterException');
    });
  }
});

describe('tags', () => {
  test('set, replaced, taken away', async () => {
    const scene = new SnsScene();
    const ResourceArn = await scene.topic();
    await scene.call('TagResource', {
      ResourceArn,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ],
    });
    await scene.call('TagResource', { ResourceArn, Tags: [{ Key: 'a', Value: '2' }] });
    await scene.call('UntagResource', { ResourceArn, TagKeys: ['b', 'none'] });
    assert.deepEqual(await scene.call('ListTagsForResource', { ResourceArn }), {
      Tags: [{ Key: 'a', Value: '2' }],
    });
  });

  test('not on what is not there, not too many, none of AWS’s own', async () => {
    const scene = new SnsScene();
    const ResourceArn = await scene.topic();
    const list = scene.call('ListTagsForResource', { ResourceArn: arnOf('none') });
    await refused(list, 'ResourceNotFoundException', /^Resource does not exist$/);
    const Tags = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' }));
    await refused(scene.call('TagResource', { ResourceArn, Tags }), 'TagLimitExceededException');
    const reserved = [{ Key: 'aws:x', Value: '' }];
    await refused(scene.call('TagResource', { ResourceArn, Tags: reserved }), 'InvalidParameterException');
  });
});
