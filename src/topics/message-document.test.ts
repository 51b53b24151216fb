// SPDX-License-Identifier: Apache-2.0
// Oracle: SNS Developer Guide, "Verifying the signatures of Amazon SNS messages" (strings to sign), "HTTP/HTTPS notification
// JSON format" (members, order, spacing); node:crypto verifies.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { type MessageFacts, messageDocument, signMessage, stringToSign } from './message-document.js';

const topicArn = 'arn:aws:sns:us-east-2:123456789012:MyTopic';
const notification: MessageFacts = {
  Type: 'Notification',
  MessageId: 'b88ea6c4-0000-4000-8000-000000000001',
  TopicArn: topicArn,
  Subject: 'My subject',
  Message: 'Test message\n"quoted", größe',
  Timestamp: '2026-11-21T10:00:00.000Z',
};
const confirmation: MessageFacts = {
  Type: 'SubscriptionConfirmation',
  MessageId: 'b88ea6c4-0000-4000-8000-000000000002',
  Token: 'abc',
  TopicArn: topicArn,
  Message: 'You have chosen to subscribe.',
  SubscribeURL: 'https://host/?Action=ConfirmSubscription&TopicArn=x&Token=abc',
  Timestamp: '2026-11-21T10:00:00.000Z',
};

describe('what is signed', () => {
  test('a notification', () => {
    assert.equal(
      stringToSign(notification),
      'Message\nTest message\n"quoted", größe\nMessageId\nb88ea6c4-0000-4000-8000-000000000001\n' +
        `Subject\nMy subject\nTimestamp\n2026-11-21T10:00:00.000Z\nTopicArn\n${topicArn}\nType\nNotification\n`,
    );
  });

  test('a notification without a subject has no line of it', () => {
    const { Subject: _, ...without } = notification;
    assert.doesNotMatch(stringToSign(without), /Subject/);
  });

  test('a confirmation, with its address and token', () => {
    assert.equal(
      stringToSign(confirmation),
      'Message\nYou have chosen to subscribe.\nMessageId\nb88ea6c4-0000-4000-8000-000000000002\n' +
        'SubscribeURL\nhttps://host/?Action=ConfirmSubscription&TopicArn=x&Token=abc\n' +
        `Timestamp\n2026-11-21T10:00:00.000Z\nToken\nabc\nTopicArn\n${topicArn}\nType\nSubscriptionConfirmation\n`,
    );
  });

  test('version 1 is SHA-1, version 2 is SHA-256', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const digests = { 1: 'sha1', 2: 'sha256' } as const;
    for (const version of ['1', '2'] as const) {
      const signature = Buffer.from(signMessage(notification, version, privateKey), 'base64');
      const holds = (digest: string) =>
        verify(digest, Buffer.from(stringToSign(notification)), createPublicKey(privateKey), signature);
      assert.equal(holds(digests[version]), true);
      assert.equal(holds(digests[version === '1' ? 2 : 1]), false);
    }
  });
});

describe('what is sent', () => {
  const signature = { version: '1', value: 'c2ln', certificateUrl: 'https://host/x.pem' } as const;

  test('members in AWS’s order, and as they were', () => {
    const text = messageDocument(notification, signature, {
      unsubscribeUrl: 'https://host/?u',
      attributes: { store: { type: 'String', value: 'a "b"' } },
    });
    const parsed = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(Object.keys(parsed), [
      'Type',
      'MessageId',
      'TopicArn',
      'Subject',
      'Message',
      'Timestamp',
      'SignatureVersion',
      'Signature',
      'SigningCertURL',
      'UnsubscribeURL',
      'MessageAttributes',
    ]);
    assert.equal(parsed.Message, notification.Message);
    assert.deepEqual(parsed.MessageAttributes, { store: { Type: 'String', Value: 'a "b"' } });
    assert.ok(text.startsWith('{\n  "Type" : "Notification",\n  "MessageId" : "'));
  });

  test('a confirmation', () => {
    const parsed = JSON.parse(messageDocument(confirmation, signature)) as object;
    assert.deepEqual(Object.keys(parsed), [
      'Type',
      'MessageId',
      'Token',
      'TopicArn',
      'Message',
      'SubscribeURL',
      'Timestamp',
      'SignatureVersion',
      'Signature',
      'SigningCertURL',
    ]);
  });
});
