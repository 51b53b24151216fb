// SPDX-License-Identifier: Apache-2.0
// Oracle: the npm package `sns-validator`, which fetches the certificate over TLS and verifies; for the message that it reads
// otherwise than the SNS Developer Guide ("Verifying the signatures of Amazon SNS messages"), node:crypto over the guide's
// string. For kill -9: what was answered to the publisher.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get, globalAgent } from 'node:https';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import { seeded, seedOfRun } from '../testing/random.js';
import { patienceMs, pause, until } from '../testing/until.js';
import { serve, temporaryFolder } from './cairn-process.js';
import { fixture } from './checkout.js';
import { Client } from './client.js';
import { Subscriber } from './subscriber.js';

interface Validator {
  validate(message: object, callback: (error: Error | null, message?: object) => void): void;
}
const SnsValidator = createRequire(import.meta.url)('sns-validator') as new (hosts: RegExp) => Validator;

const cert = fixture('tls/test-only-cert.pem');
const key = fixture('tls/test-only-key.pem');
globalAgent.options.ca = readFileSync(cert);

function sns(client: Client, Action: string, parameters: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({ Action, Version: '2010-03-31', ...parameters }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return client.call({ service: 'sns', method: 'POST', path: '/', headers, body });
}

function element(name: string, xml: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}

function fetched(url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    }).on('error', reject);
  });
}

describe('messages over TLS', () => {
  test('sns-validator accepts what subscribers get, in both versions, and nothing altered', async (context) => {
    const server = await serve(temporaryFolder(context), { args: ['--tls-cert', cert, '--tls-key', key] });
    const client = new Client(server.url);
    const subscriber = new Subscriber();
    const Endpoint = await subscriber.listen();
    try {
      const validator = new SnsValidator(/^127\.0\.0\.1:\d+$/);
      const validated = (document: object) =>
        new Promise<void>((resolve, reject) =>
          validator.validate({ ...document }, (error) => (error === null ? resolve() : reject(error))),
        );
      const TopicArn = element('TopicArn', (await sns(client, 'CreateTopic', { Name: 'signed' })).text);
      await sns(client, 'Subscribe', { TopicArn, Protocol: 'http', Endpoint });
      const { document: confirmation } = await subscriber.message('SubscriptionConfirmation');
      await validated(confirmation);
      assert.ok(confirmation.SubscribeURL?.startsWith(`${server.url}/?Action=ConfirmSubscription`));
      assert.equal((await fetched(String(confirmation.SubscribeURL))).status, 200);

      for (const version of ['1', '2']) {
        const attribute = { AttributeName: 'SignatureVersion', AttributeValue: version };
        await sns(client, 'SetTopicAttributes', { TopicArn, ...attribute });
        subscriber.received.length = 0;
        const published = await sns(client, 'Publish', { TopicArn, Message: 'größe\n2', Subject: 'subject' });
        const { document, headers } = await subscriber.message('Notification');
        assert.equal(document.SignatureVersion, version);
        assert.equal(document.MessageId, element('MessageId', published.text));
        assert.equal(headers['x-amz-sns-topic-arn'], TopicArn);
        await validated(document);
        for (const name of ['Message', 'Subject', 'MessageId', 'Timestamp', 'TopicArn'])
          await assert.rejects(validated({ ...document, [name]: 'altered' }), /signature is invalid/, name);
      }

      const { UnsubscribeURL = '' } = (await subscriber.message('Notification')).document;
      assert.equal((await fetched(UnsubscribeURL)).status, 200);
      const last = (await subscriber.message('UnsubscribeConfirmation')).document;
      await verifyByTheGuide(last);
      assert.equal((await fetched(last.SubscribeURL ?? '')).status, 200, 'it can come back');
    } finally {
      subscriber.close();
      client.close();
      await server.process.end('SIGTERM');
    }
  });
});

/** sns-validator leaves the token of an UnsubscribeConfirmation out of what it verifies; the guide has it in. */
async function verifyByTheGuide(document: Readonly<Record<string, string>>): Promise<void> {
  const { status, text } = await fetched(document.SigningCertURL ?? '');
  assert.equal(status, 200);
  const names = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signed = names.map((name) => `${name}\n${document[name]}\n`).join('');
  const signature = Buffer.from(document.Signature ?? '', 'base64');
  const digest = document.SignatureVersion === '1' ? 'sha1' : 'sha256';
  assert.ok(verify(digest, Buffer.from(signed), createPublicKey(text), signature));
}

describe('without a signature', () => {
  test('links work; nothing else of SNS does, and a stranger leaves nothing in the history', async (context) => {
    const server = await serve(temporaryFolder(context));
    const client = new Client(server.url);
    const subscriber = new Subscriber();
    const Endpoint = await subscriber.listen();
    try {
      const TopicArn = element('TopicArn', (await sns(client, 'CreateTopic', { Name: 'open' })).text);
      await sns(client, 'Subscribe', { TopicArn, Protocol: 'http', Endpoint });
      const { document } = await subscriber.message('SubscriptionConfirmation');
      const link = (Action: string, rest: object) =>
        `/?${new URLSearchParams({ Action, ...rest } as Record<string, string>).toString()}`;
      const refused: [path: string, status: number, code: string][] = [
        [link('Publish', { TopicArn, Message: 'm' }), 403, 'MissingAuthenticationToken'],
        [link('ListTopics', {}), 403, 'MissingAuthenticationToken'],
        [link('GetCallerIdentity', {}), 403, 'MissingAuthenticationToken'],
        [link('ConfirmSubscription', { TopicArn, Token: 'x' }), 400, 'InvalidParameter'],
        [
          link('ConfirmSubscription', { TopicArn, Token: `${document.Token?.slice(0, -1)}g` }),
          400,
          'InvalidParameter',
        ],
        [link('ConfirmSubscription', {}), 400, 'InvalidParameter'],
        [
          link('Unsubscribe', { SubscriptionArn: `${TopicArn}:00000000-0000-4000-8000-000000000000` }),
          404,
          'NotFound',
        ],
        ['/SimpleNotificationService-00000000000000000000000000000000.pem', 403, 'AccessDenied'],
      ];
      for (const [path, status, code] of refused) {
        const answer = await client.get(path);
        assert.deepEqual([answer.status, element('Code', answer.text)], [status, code], path);
      }
      const certificate = await client.get(new URL(document.SigningCertURL ?? '').pathname);
      assert.match(certificate.text, /^-----BEGIN CERTIFICATE-----\n/);
      const confirmed = await client.get(link('ConfirmSubscription', { TopicArn, Token: document.Token }));
      assert.equal(confirmed.status, 200);
      const names = await eventNames(client, 3);
      assert.deepEqual(names.sort(), ['ConfirmSubscription', 'CreateTopic', 'Subscribe']);
    } finally {
      subscriber.close();
      client.close();
      await server.process.end('SIGTERM');
    }
  });
});

/** Names of the recorded SNS calls, once there are so many. */
async function eventNames(client: Client, count: number): Promise<string[]> {
  for (const deadline = Date.now() + patienceMs; ; await pause(100)) {
    const filter = [{ AttributeKey: 'EventSource', AttributeValue: 'sns.amazonaws.com' }];
    const answer = await client.cloudtrail('LookupEvents', { LookupAttributes: filter });
    const { Events } = JSON.parse(answer.text) as { Events: { EventName: string }[] };
    if (Events.length >= count || Date.now() > deadline) return Events.map(({ EventName }) => EventName);
  }
}

describe('nothing is lost', () => {
  const rounds = 6;
  test(`kill -9 while publishing, ${rounds} times: what was answered is delivered`, async (context) => {
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const random = seeded(seed);
    const dataDir = temporaryFolder(context);
    const subscriber = new Subscriber();
    const Endpoint = await subscriber.listen();
    const acknowledged: string[] = [];
    let TopicArn = '';
    try {
      for (let round = 0; round < rounds; round++) {
        const server = await serve(dataDir);
        const client = new Client(server.url);
        if (round === 0) TopicArn = await subscribed(client, subscriber, Endpoint);
        const load = Array.from({ length: 4 }, () => publishUntilGone(client, TopicArn, acknowledged));
        // The subscriber is down now and then: what it misses has to come later.
        subscriber.status = round % 2 === 0 ? 500 : 200;
        const publishedBefore = acknowledged.length;
        await pause(100 + random() * 400);
        await until(() => acknowledged.length > publishedBefore + 1);
        await server.process.end('SIGKILL');
        await Promise.all(load);
        client.close();
      }
      subscriber.status = 200;
      const server = await serve(dataDir);
      const missing = await missingOf(acknowledged, subscriber);
      await server.process.end('SIGTERM');
      assert.deepEqual(missing, []);
      assert.ok(acknowledged.length > rounds, `only ${acknowledged.length} were published`);
      const ids = subscriber.received.map(({ document }) => document.MessageId);
      console.log(
        `${acknowledged.length} acknowledged, ${ids.length} received, ${new Set(ids).size} different`,
      );
    } finally {
      subscriber.close();
    }
  });
});

/** Retries come after a second, so that a round's failures are over within the test. */
async function subscribed(client: Client, subscriber: Subscriber, Endpoint: string): Promise<string> {
  const TopicArn = element('TopicArn', (await sns(client, 'CreateTopic', { Name: 'killed' })).text);
  const policy = {
    http: { defaultHealthyRetryPolicy: { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 100 } },
  };
  const value = { AttributeName: 'DeliveryPolicy', AttributeValue: JSON.stringify(policy) };
  const set = await sns(client, 'SetTopicAttributes', { TopicArn, ...value });
  assert.equal(set.status, 200, set.text);
  await sns(client, 'Subscribe', { TopicArn, Protocol: 'http', Endpoint });
  const { document } = await subscriber.message('SubscriptionConfirmation');
  await sns(client, 'ConfirmSubscription', { TopicArn, Token: document.Token ?? '' });
  return TopicArn;
}

async function publishUntilGone(client: Client, TopicArn: string, acknowledged: string[]): Promise<void> {
  for (let n = 0; ; n++) {
    try {
      const { status, text } = await sns(client, 'Publish', { TopicArn, Message: `message ${n}` });
      if (status === 200) acknowledged.push(element('MessageId', text));
    } catch {
      return;
    }
  }
}

async function missingOf(acknowledged: readonly string[], subscriber: Subscriber): Promise<string[]> {
  for (const deadline = Date.now() + patienceMs; ; await pause(200)) {
    const received = new Set(subscriber.received.map(({ document }) => document.MessageId));
    const missing = acknowledged.filter((id) => !received.has(id));
    if (missing.length === 0 || Date.now() > deadline) return missing.slice(0, 5);
  }
}
