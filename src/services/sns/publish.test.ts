// SPDX-License-Identifier: Apache-2.0
// Oracle: SNS API Reference, "Publish" and "PublishBatch" (sizes, rules, codes); Developer Guide, "Amazon SNS message attributes".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Notification } from '../../topics/topic-message.js';
import { messageBytesMax } from './read-message.js';
import { SnsScene } from './testing/sns-scene.js';

async function refused(run: Promise<unknown>, code: string, message?: RegExp): Promise<void> {
  await assert.rejects(run, (error: { code?: string; message: string }) => {
    assert.equal(error.code, code);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

const string = (StringValue: string) => ({ DataType: 'String', StringValue });

describe('Publish', () => {
  test('puts the message for every confirmed subscription, and answers its id', async () => {
    const at = new SnsScene();
    const TopicArn = await at.topic();
    const one = await at.subscribed(TopicArn, 'http://example.com/1');
    const two = await at.subscribed(TopicArn, 'http://example.com/2');
    await at.call('Subscribe', { TopicArn, Protocol: 'http', Endpoint: 'http://example.com/pending' });
    const { MessageId } = await at.call('Publish', {
      TopicArn,
      Message: 'größe',
      Subject: 's',
      MessageAttributes: { a: string('b'), n: { DataType: 'Binary', BinaryValue: Buffer.from('x') } },
    });
    const put = at.put.at(-1)!;
    assert.equal(put.id, MessageId);
    assert.deepEqual([...put.lanes].sort(), [one, two].sort());
    const { messageId, message, subject, attributes } = at.last() as Notification;
    assert.deepEqual([messageId, message, subject], [MessageId, 'größe', 's']);
    assert.deepEqual(attributes, { a: { type: 'String', value: 'b' }, n: { type: 'Binary', value: 'eA==' } });
  });

  test('TargetArn may be a topic', async () => {
    const at = new SnsScene();
    await at.call('Publish', { TargetArn: await at.topic(), Message: 'm' });
  });

  test('filters decide who gets it', async () => {
    const at = new SnsScene();
    const TopicArn = await at.topic();
    const filtered = (path: string, Attributes: object) =>
      at.subscribed(TopicArn, `http://example.com/${path}`, { Attributes });
    const shop = await filtered('shop', { FilterPolicy: '{"store":["shop"]}' });
    const gold = await filtered('gold', {
      FilterPolicy: '{"tier":["gold"]}',
      FilterPolicyScope: 'MessageBody',
    });
    await at.call('Publish', { TopicArn, Message: 'm', MessageAttributes: { store: string('shop') } });
    assert.deepEqual(at.put.at(-1)?.lanes, [shop]);
    await at.call('Publish', { TopicArn, Message: '{"tier":"gold"}' });
    assert.deepEqual(at.put.at(-1)?.lanes, [gold]);
    await at.call('Publish', { TopicArn, Message: 'for nobody' });
    assert.deepEqual(at.put.at(-1)?.lanes, []);
  });

  test('MessageStructure json: a text for each protocol', async () => {
    const at = new SnsScene();
    const Message = JSON.stringify({ default: 'd', http: 'h', email: 'e', https: 7 });
    await at.call('Publish', { TopicArn: await at.topic(), Message, MessageStructure: 'json' });
    const { message, byProtocol } = at.last() as Notification;
    assert.deepEqual([message, byProtocol], ['d', { http: 'h' }]);
  });

  test('256 KB, attributes included, and not a byte more', async () => {
    const at = new SnsScene();
    const TopicArn = await at.topic();
    const MessageAttributes = { a: string('b') };
    // a + String + b
    const room = messageBytesMax - 8;
    await at.call('Publish', { TopicArn, Message: 'ö'.repeat(room / 2), MessageAttributes });
    const more = at.call('Publish', { TopicArn, Message: `${'ö'.repeat(room / 2)}x`, MessageAttributes });
    await refused(more, 'InvalidParameterException', /^Invalid parameter: Message too long$/);
  });

  const bad: [name: string, input: object, code: string, message: RegExp][] = [
    ['an empty message', { Message: '' }, 'InvalidParameterException', /Empty message/],
    ['an empty subject', { Subject: '' }, 'InvalidParameterException', /Subject/],
    ['a subject of two lines', { Subject: 'a\nb' }, 'InvalidParameterException', /Subject/],
    ['a subject of 101 characters', { Subject: 'x'.repeat(101) }, 'InvalidParameterException', /Subject/],
    [
      'a structure that is none',
      { MessageStructure: 'xml' },
      'InvalidParameterException',
      /MessageStructure/,
    ],
    [
      'json that is none',
      { MessageStructure: 'json', Message: '{' },
      'InvalidParameterException',
      /JSON message body failed to parse/,
    ],
    [
      'json without a default',
      { MessageStructure: 'json', Message: '{"http":"x"}' },
      'InvalidParameterException',
      /No default entry in JSON message body/,
    ],
    [
      'json whose default is no text',
      { MessageStructure: 'json', Message: '{"default":1}' },
      'InvalidParameterException',
      /No default entry/,
    ],
    [
      'json that is no object',
      { MessageStructure: 'json', Message: '["default"]' },
      'InvalidParameterException',
      /No default entry/,
    ],
    [
      'a deduplication id',
      { MessageDeduplicationId: 'x' },
      'InvalidParameterException',
      /MessageDeduplicationId/,
    ],
    ['a phone number', { PhoneNumber: '+123' }, 'NotImplemented', /phone/],
  ];
  for (const [name, input, code, message] of bad) {
    test(`not with ${name}`, async () => {
      const at = new SnsScene();
      const whole = { TopicArn: await at.topic(), Message: 'm', ...input };
      await refused(at.call('Publish', whole), code, message);
      assert.deepEqual(at.put, []);
    });
  }

  const attributes: [name: string, attributes: object, message: RegExp][] = [
    ['.a', string('x'), /starting with character '.'/],
    ['a.', string('x'), /ending with character '.'/],
    ['a..b', string('x'), /successive '.'/],
    ['a b', string('x'), /character '#x20'/],
    ['a'.repeat(257), string('x'), /less than 256 bytes/],
    ['a', { DataType: 'Text', StringValue: 'x' }, /invalid message attribute type/],
    ['a', { DataType: 'String' }, /must contain non-empty message attribute value/],
    ['a', { DataType: 'String', StringValue: '' }, /must contain non-empty/],
    ['a', { DataType: 'String', BinaryValue: Buffer.from('x') }, /must use field 'String'/],
    ['a', { DataType: 'Binary', StringValue: 'x' }, /must use field 'Binary'/],
    ['a', { DataType: 'Number', StringValue: 'seven' }, /to number/],
  ];
  for (const [name, attribute, message] of attributes) {
    test(`not with the attribute ${name.slice(0, 8)}: ${JSON.stringify(attribute)}`, async () => {
      const at = new SnsScene();
      const input = { TopicArn: await at.topic(), Message: 'm', MessageAttributes: { [name]: attribute } };
      await refused(at.call('Publish', input), 'InvalidParameterValueException', message);
    });
  }

  test('a full queue says: later', async () => {
    const at = new SnsScene();
    const TopicArn = await at.topic();
    at.isFull = true;
    await refused(at.call('Publish', { TopicArn, Message: 'm' }), 'ThrottledException', /Rate exceeded/);
  });
});

describe('PublishBatch', () => {
  const entries = (...ids: string[]) => ids.map((Id) => ({ Id, Message: `message ${Id}` }));

  test('answers each entry, good and bad', async () => {
    const at = new SnsScene();
    const PublishBatchRequestEntries = [
      ...entries('a', 'b'),
      { Id: 'c', Message: 'm', Subject: 'x\ny' },
      { Id: 'd', Message: 'm', MessageAttributes: { '.': string('x') } },
    ];
    const answer = await at.call('PublishBatch', { TopicArn: await at.topic(), PublishBatchRequestEntries });
    const successful = answer.Successful as { Id: string; MessageId: string }[];
    assert.deepEqual(
      successful.map(({ Id }) => Id),
      ['a', 'b'],
    );
    assert.deepEqual(
      at.put.map(({ id }) => id),
      successful.map(({ MessageId }) => MessageId),
    );
    const failed = answer.Failed as { Id: string; Code: string; SenderFault: boolean }[];
    assert.deepEqual(
      failed.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
      [
        ['c', 'InvalidParameter', true],
        ['d', 'ParameterValueInvalid', true],
      ],
    );
  });

  const bad: [name: string, batch: object[], code: string][] = [
    ['none', [], 'EmptyBatchRequestException'],
    ['eleven', entries(...'abcdefghijk'), 'TooManyEntriesInBatchRequestException'],
    ['two of one id', entries('a', 'a'), 'BatchEntryIdsNotDistinctException'],
    ['an id that is none', entries('a b'), 'InvalidBatchEntryIdException'],
    ['an id of 81 characters', entries('a'.repeat(81)), 'InvalidBatchEntryIdException'],
    [
      'more than 256 KB together',
      entries('a', 'b').map((entry) => ({ ...entry, Message: 'x'.repeat(131_073) })),
      'BatchRequestTooLongException',
    ],
  ];
  for (const [name, PublishBatchRequestEntries, code] of bad) {
    test(`not ${name}`, async () => {
      const at = new SnsScene();
      const input = { TopicArn: await at.topic(), PublishBatchRequestEntries };
      await refused(at.call('PublishBatch', input), code);
      assert.deepEqual(at.put, []);
    });
  }
});
