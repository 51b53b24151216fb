// SPDX-License-Identifier: Apache-2.0
// Oracle: the real AWS CLI as the client; `openssl x509` and `openssl dgst` for certificate and signatures (SNS Developer Guide,
// "Verifying the signatures of Amazon SNS messages"); CloudTrail User Guide, "Configuring Amazon SNS notifications for
// CloudTrail" (the message of a delivery); the objects in the bucket for what a trail's notices name.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, run } from '../harness.mjs';
import { recordsBelow } from '../records-below.mjs';
import { cloudTrailBucketPolicy } from '../trail-policy.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const subscriber = { received: [], status: 200, url: '' };
const endpoint = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text) => {
    body += text;
  });
  request.on('end', () => {
    subscriber.received.push({ headers: request.headers, body, status: subscriber.status });
    response.statusCode = subscriber.status;
    response.end();
  });
});
let accountId;

before(async () => {
  await new Promise((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  subscriber.url = `http://127.0.0.1:${endpoint.address().port}/notices`;
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
});
after(async () => {
  endpoint.closeAllConnections();
  endpoint.close();
  await cairn.remove();
});

const sns = (operation, ...args) => cairn.awsOk('sns', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('sns', operation, ...args)).code;

async function topic(name, attributes = {}) {
  const given = Object.keys(attributes).length === 0 ? [] : ['--attributes', JSON.stringify(attributes)];
  return (await sns('create-topic', '--name', name, ...given)).TopicArn;
}

/** The newest message of a type that the subscriber took or refused, once there is one that fits. */
function message(type, fits = () => true) {
  return eventually(() => {
    const found = subscriber.received.filter(({ headers }) => headers['x-amz-sns-message-type'] === type);
    const last = found.map((one) => ({ ...one, document: JSON.parse(one.body) })).findLast(fits);
    assert.ok(last, `no ${type} among ${subscriber.received.length}`);
    return last;
  });
}

async function subscribed(arn, ...args) {
  subscriber.received.length = 0;
  await sns(
    'subscribe',
    '--topic-arn',
    arn,
    '--protocol',
    'http',
    '--notification-endpoint',
    subscriber.url,
    ...args,
  );
  const { document } = await message('SubscriptionConfirmation');
  const confirm = ['--topic-arn', arn, '--token', document.Token];
  return (await sns('confirm-subscription', ...confirm)).SubscriptionArn;
}

/** Verifies a message as the guide does: by its certificate, over the string of its members. */
async function verifyWithOpenssl(document) {
  const path = (name) => join(cairn.dir, name);
  const certificate = await (await fetch(document.SigningCertURL)).text();
  writeFileSync(path('certificate.pem'), certificate);
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signed = names.filter((name) => name in document).map((name) => `${name}\n${document[name]}\n`);
  writeFileSync(path('signed'), signed.join(''));
  writeFileSync(path('signature'), Buffer.from(document.Signature, 'base64'));
  const key = await run('openssl', ['x509', '-in', path('certificate.pem'), '-pubkey', '-noout']);
  assert.equal(key.code, 0, key.stderr);
  writeFileSync(path('public.pem'), key.stdout);
  const trusted = ['verify', '-x509_strict', '-CAfile', path('certificate.pem'), path('certificate.pem')];
  assert.equal((await run('openssl', trusted)).code, 0);
  const digest = document.SignatureVersion === '1' ? '-sha1' : '-sha256';
  const checked = [
    'dgst',
    digest,
    '-verify',
    path('public.pem'),
    '-signature',
    path('signature'),
    path('signed'),
  ];
  assert.match((await run('openssl', checked)).stdout, /Verified OK/);
}

describe('topics', () => {
  test('made, listed, changed, tagged, deleted', async () => {
    const arn = await topic('life');
    assert.equal(arn, `arn:aws:sns:us-east-1:${accountId}:life`);
    assert.equal(await topic('life'), arn);
    assert.deepEqual((await sns('list-topics')).Topics, [{ TopicArn: arn }]);
    const set = (name, value) =>
      sns('set-topic-attributes', '--topic-arn', arn, '--attribute-name', name, '--attribute-value', value);
    await set('DisplayName', 'Life');
    const { Attributes } = await sns('get-topic-attributes', '--topic-arn', arn);
    assert.equal(Attributes.DisplayName, 'Life');
    assert.equal(JSON.parse(Attributes.Policy).Id, '__default_policy_ID');
    assert.equal(JSON.parse(Attributes.EffectiveDeliveryPolicy).http.defaultHealthyRetryPolicy.numRetries, 3);
    await sns('tag-resource', '--resource-arn', arn, '--tags', 'Key=team,Value=audit');
    assert.deepEqual((await sns('list-tags-for-resource', '--resource-arn', arn)).Tags, [
      { Key: 'team', Value: 'audit' },
    ]);
    await sns('untag-resource', '--resource-arn', arn, '--tag-keys', 'team');
    const added = ['--label', 'l', '--aws-account-id', '999988887777', '--action-name', 'Publish'];
    await sns('add-permission', '--topic-arn', arn, ...added);
    await sns('remove-permission', '--topic-arn', arn, '--label', 'l');
    await sns('delete-topic', '--topic-arn', arn);
    await sns('delete-topic', '--topic-arn', arn);
    assert.equal(await refusal('get-topic-attributes', '--topic-arn', arn), 'NotFound');
  });

  test('errors by their codes', async () => {
    const arn = await topic('errors');
    assert.equal(await refusal('create-topic', '--name', 'a b'), 'InvalidParameter');
    assert.equal(
      await refusal('create-topic', '--name', 'a.fifo', '--attributes', 'FifoTopic=true'),
      'NotImplemented',
    );
    assert.equal(await refusal('get-topic-attributes', '--topic-arn', 'x'), 'InvalidParameter');
    const foreign = arn.replace(accountId, '999988887777');
    assert.equal(await refusal('publish', '--topic-arn', foreign, '--message', 'm'), 'AuthorizationError');
    const queue = ['--protocol', 'sqs', '--notification-endpoint', 'arn:aws:sqs:us-east-1:1:q'];
    assert.equal(await refusal('subscribe', '--topic-arn', arn, ...queue), 'NotImplemented');
    const entries = Array.from({ length: 11 }, (_, at) => ({ Id: `${at}`, Message: 'm' }));
    const batch = (list) =>
      refusal('publish-batch', '--topic-arn', arn, '--publish-batch-request-entries', JSON.stringify(list));
    assert.equal(await batch(entries), 'TooManyEntriesInBatchRequest');
    assert.equal(await batch([entries[0], entries[0]]), 'BatchEntryIdsNotDistinct');
    assert.equal(await batch([{ Id: 'a b', Message: 'm' }]), 'InvalidBatchEntryId');
  });
});

describe('a subscriber', () => {
  test('confirms, gets signed messages of both versions, and leaves by the link', async () => {
    const arn = await topic('signed');
    const subscription = await subscribed(arn);
    await verifyWithOpenssl((await message('SubscriptionConfirmation')).document);
    for (const version of ['1', '2']) {
      const value = ['--attribute-name', 'SignatureVersion', '--attribute-value', version];
      await sns('set-topic-attributes', '--topic-arn', arn, ...value);
      const attributes = '{"store":{"DataType":"String","StringValue":"shop"}}';
      const text = [
        '--message',
        `größe ${version}`,
        '--subject',
        'subject',
        '--message-attributes',
        attributes,
      ];
      const { MessageId } = await sns('publish', '--topic-arn', arn, ...text);
      const { document, headers } = await message(
        'Notification',
        (one) => one.document.MessageId === MessageId,
      );
      assert.deepEqual(
        [document.Message, document.Subject, document.SignatureVersion, document.TopicArn],
        [`größe ${version}`, 'subject', version, arn],
      );
      assert.deepEqual(document.MessageAttributes, { store: { Type: 'String', Value: 'shop' } });
      assert.equal(headers['x-amz-sns-subscription-arn'], subscription);
      assert.equal(headers['content-type'], 'text/plain; charset=UTF-8');
      await verifyWithOpenssl(document);
    }
    const { document } = await message('Notification');
    assert.equal((await fetch(document.UnsubscribeURL)).status, 200);
    await verifyWithOpenssl((await message('UnsubscribeConfirmation')).document);
    assert.deepEqual((await sns('list-subscriptions-by-topic', '--topic-arn', arn)).Subscriptions, []);
  });

  test('gets raw messages, batches, and only what its filter lets pass', async () => {
    const arn = await topic('filtered');
    const attributes = JSON.stringify({ RawMessageDelivery: 'true', FilterPolicy: '{"store":["shop"]}' });
    const subscription = await subscribed(arn, '--attributes', attributes);
    const { Attributes } = await sns('get-subscription-attributes', '--subscription-arn', subscription);
    assert.equal(Attributes.RawMessageDelivery, 'true');
    subscriber.received.length = 0;
    const entry = (Id, store) => ({
      Id,
      Message: `raw ${Id}`,
      MessageAttributes: { store: { DataType: 'String', StringValue: store } },
    });
    const entries = JSON.stringify([entry('one', 'shop'), entry('two', 'other'), entry('three', 'shop')]);
    const { Successful } = await sns(
      'publish-batch',
      '--topic-arn',
      arn,
      '--publish-batch-request-entries',
      entries,
    );
    assert.equal(Successful.length, 3);
    await eventually(() => {
      const bodies = subscriber.received.map(({ body }) => body).sort();
      assert.deepEqual(bodies, ['raw one', 'raw three']);
    });
    assert.equal(subscriber.received[0].headers['x-amz-sns-rawdelivery'], 'true');
    await sns('unsubscribe', '--subscription-arn', subscription);
  });

  test('that is down for a while gets it when it is back', async () => {
    const policy = {
      http: { defaultHealthyRetryPolicy: { minDelayTarget: 1, maxDelayTarget: 1, numRetries: 20 } },
    };
    const arn = await topic('retried', { DeliveryPolicy: JSON.stringify(policy) });
    await subscribed(arn);
    subscriber.received.length = 0;
    subscriber.status = 500;
    const { MessageId } = await sns('publish', '--topic-arn', arn, '--message', 'again');
    await eventually(() => assert.ok(subscriber.received.length >= 2, 'two tries'));
    subscriber.status = 200;
    const taken = await message('Notification', ({ status }) => status === 200);
    assert.equal(taken.document.MessageId, MessageId);
    const count = subscriber.received.length;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(subscriber.received.length, count, 'and not again');
  });

  test('that no longer wants it: given up, told in the log and in the metrics', async () => {
    const arn = await topic('given-up');
    await subscribed(arn);
    subscriber.status = 404;
    const { MessageId } = await sns('publish', '--topic-arn', arn, '--message', 'secret text');
    await eventually(() => assert.ok(cairn.output.includes(MessageId), cairn.output));
    subscriber.status = 200;
    assert.match(cairn.output, /"reason":"HTTP 404"/);
    assert.ok(!cairn.output.includes('secret text'));
    const metrics = await (await fetch(`${cairn.url}/metrics`)).text();
    assert.match(metrics, /^cairn_notices_dead_letters 1$/m);
    assert.match(metrics, /^cairn_notices_total\{outcome="dead"\} 1$/m);
  });
});

describe('records', () => {
  test('tokens are hidden; publishing is no management event', async () => {
    const lookup = ['--lookup-attributes', 'AttributeKey=EventSource,AttributeValue=sns.amazonaws.com'];
    const events = await eventually(async () => {
      const { Events } = await cairn.awsOk('cloudtrail', 'lookup-events', ...lookup);
      assert.ok(Events.some(({ EventName }) => EventName === 'Unsubscribe'));
      return Events;
    });
    const names = new Set(events.map(({ EventName }) => EventName));
    for (const name of ['CreateTopic', 'Subscribe', 'ConfirmSubscription', 'Unsubscribe'])
      assert.ok(names.has(name), name);
    for (const name of ['Publish', 'PublishBatch']) assert.ok(!names.has(name), name);
    const confirmations = events.filter(({ EventName }) => EventName === 'ConfirmSubscription');
    for (const { CloudTrailEvent } of confirmations)
      assert.equal(JSON.parse(CloudTrailEvent).requestParameters.token, 'HIDDEN_DUE_TO_SECURITY_REASONS');
  });
});

describe('a trail with a topic', () => {
  const policyFor = (arn) => ({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailSNSPolicy20131101',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'SNS:Publish',
        Resource: arn,
        Condition: {
          StringEquals: { 'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${accountId}:trail/told` },
        },
      },
    ],
  });
  const create = (...args) => ['create-trail', '--name', 'told', '--s3-bucket-name', 'told-logs', ...args];

  test('is refused a topic that is not there or does not let it in', async () => {
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'told-logs');
    const policy = JSON.stringify(cloudTrailBucketPolicy('told-logs', accountId));
    await cairn.awsOk('s3api', 'put-bucket-policy', '--bucket', 'told-logs', '--policy', policy);
    const code = async (name) =>
      (await cairn.awsRefused('cloudtrail', ...create('--sns-topic-name', name))).code;
    assert.equal(await code('no topic'), 'InvalidSnsTopicNameException');
    assert.equal(await code('nowhere'), 'InsufficientSnsTopicPolicyException');
    await topic('told');
    assert.equal(await code('told'), 'InsufficientSnsTopicPolicyException');
  });

  test('tells of every file, in the documented form, signed', async () => {
    const arn = await topic('told');
    const value = ['--attribute-name', 'Policy', '--attribute-value', JSON.stringify(policyFor(arn))];
    await sns('set-topic-attributes', '--topic-arn', arn, ...value);
    await subscribed(arn);
    subscriber.received.length = 0;
    const made = await cairn.awsOk('cloudtrail', ...create('--sns-topic-name', 'told'));
    assert.deepEqual([made.SnsTopicName, made.SnsTopicARN], ['told', arn]);
    await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'told');
    await cairn.awsOk('s3api', 'create-bucket', '--bucket', 'something-to-log');
    await cairn.awsOk('cloudtrail', 'stop-logging', '--name', 'told');
    await eventually(async () => {
      const { Contents } = await cairn.awsOk('s3api', 'list-objects-v2', '--bucket', 'told-logs');
      const told = subscriber.received.map(({ body }) => JSON.parse(JSON.parse(body).Message));
      for (const { s3Bucket, s3ObjectKey } of told) {
        assert.equal(s3Bucket, 'told-logs');
        assert.ok(Array.isArray(s3ObjectKey));
      }
      const keys = told.flatMap(({ s3ObjectKey }) => s3ObjectKey);
      const files = Contents.map(({ Key }) => Key).filter((key) => key.endsWith('.json.gz'));
      assert.ok(files.length > 0);
      assert.deepEqual([...new Set(keys)].sort(), files.sort());
    });
    await verifyWithOpenssl((await message('Notification')).document);
    const status = await cairn.awsOk('cloudtrail', 'get-trail-status', '--name', 'told');
    assert.ok(status.LatestNotificationTime);
    assert.equal(status.LatestNotificationError, undefined);
  });

  test('records what is published where it selects that, without the text', async () => {
    const arn = await topic('told');
    const field = (Field, ...Equals) => ({ Field, Equals });
    const FieldSelectors = [field('eventCategory', 'Data'), field('resources.type', 'AWS::SNS::Topic')];
    const selectors = JSON.stringify([{ Name: 'published', FieldSelectors }]);
    const put = ['put-event-selectors', '--trail-name', 'told', '--advanced-event-selectors', selectors];
    await cairn.awsOk('cloudtrail', ...put);
    await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'told');
    const attributes = '{"a":{"DataType":"String","StringValue":"hidden too"}}';
    const text = [
      '--message',
      'secret text',
      '--subject',
      'secret subject',
      '--message-attributes',
      attributes,
    ];
    const { MessageId } = await sns('publish', '--topic-arn', arn, ...text);
    const record = await eventually(async () => {
      const folder = join(cairn.dir, 'told');
      await cairn.awsOk('s3', 'sync', '--quiet', 's3://told-logs', folder);
      const records = recordsBelow(folder);
      const found = records.find(({ eventName }) => eventName === 'Publish');
      assert.ok(found, `no Publish among ${records.map(({ eventName }) => eventName)}`);
      return found;
    });
    await cairn.awsOk('cloudtrail', 'stop-logging', '--name', 'told');
    const management = '[{"ReadWriteType":"All","IncludeManagementEvents":true}]';
    await cairn.awsOk(
      'cloudtrail',
      'put-event-selectors',
      '--trail-name',
      'told',
      '--event-selectors',
      management,
    );
    const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
    assert.deepEqual(record.requestParameters, {
      topicArn: arn,
      message: hidden,
      subject: hidden,
      messageAttributes: hidden,
    });
    assert.deepEqual(record.responseElements, { messageId: MessageId });
    assert.deepEqual([record.eventCategory, record.managementEvent, record.readOnly], ['Data', false, false]);
    assert.deepEqual(
      record.resources.map(({ type, ARN }) => [type, ARN]),
      [['AWS::SNS::Topic', arn]],
    );
  });

  test('shows in its status that the topic is gone', async () => {
    await sns('delete-topic', '--topic-arn', await topic('told'));
    await cairn.awsOk('cloudtrail', 'start-logging', '--name', 'told');
    await eventually(async () => {
      const status = await cairn.awsOk('cloudtrail', 'get-trail-status', '--name', 'told');
      assert.equal(status.LatestNotificationError, 'NotFound');
    });
  });
});
