// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "CreateChannel" … "DeleteChannel"; CloudTrail Data Service API Reference, "PutAuditEvents" (limits,
// error codes); CloudTrail User Guide, "CloudTrail Lake integrations event schema", "Resource-based policy examples for
// channels"; OpenSSL for checksums; the real AWS CLI as the client of all of them, and Lake queries for what is there afterwards.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, refusalOf, run } from '../harness.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const partnerAccount = '210987654321';
let accountId;
let storeArn;
let channelArn;
let partner;

const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;
const destinations = (...arns) =>
  JSON.stringify(arns.map((Location) => ({ Type: 'EVENT_DATA_STORE', Location })));
const selectors = (category) =>
  JSON.stringify([{ FieldSelectors: [{ Field: 'eventCategory', Equals: [category] }] }]);

async function newStore(name, category) {
  const made = await trail(
    ...['create-event-data-store', '--name', name, '--no-termination-protection-enabled'],
    ...['--advanced-event-selectors', selectors(category)],
  );
  return made.EventDataStoreArn;
}

const event = (uid, more = {}) => ({
  version: '1.0',
  userIdentity: { type: 'User', principalId: 'alice@example.com', details: { team: 'billing' } },
  eventSource: 'billing.example.com',
  eventName: 'RefundIssued',
  eventTime: '2026-11-21T10:00:00Z',
  UID: uid,
  requestParameters: { invoice: 'in_1', amount: 4200 },
  recipientAccountId: accountId,
  ...more,
});
const entry = (id, data = event(id), more = {}) => ({
  id,
  eventData: typeof data === 'string' ? data : JSON.stringify(data),
  ...more,
});

let files = 0;
function putArgs(entries, channel = channelArn, ...args) {
  const file = join(cairn.dir, `events-${++files}.json`);
  writeFileSync(file, JSON.stringify(entries));
  return [
    'cloudtrail-data',
    'put-audit-events',
    '--audit-events',
    `file://${file}`,
    '--channel-arn',
    channel,
    ...args,
  ];
}
const put = (entries, ...args) => cairn.awsOk(...putArgs(entries, ...args));
const putRefused = async (...args) => (await cairn.awsRefused(...putArgs(...args))).code;

async function query(sql) {
  const { QueryId } = await trail('start-query', '--query-statement', sql);
  return eventually(async () => {
    const answer = await trail('get-query-results', '--query-id', QueryId);
    assert.equal(answer.QueryStatus, 'FINISHED', JSON.stringify(answer));
    return answer.QueryResultRows.map((row) => Object.assign({}, ...row));
  });
}

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  storeArn = await newStore('activity', 'ActivityAuditLog');
  const made = await cairn.cairn(
    ...['account', 'create', '--name', 'partner', '--email', 'p@example.com', '--account-id', partnerAccount],
  );
  assert.equal(made.code, 0, made.stderr);
  partner = JSON.parse(made.stdout);
});
after(() => cairn.remove());

describe('a channel', () => {
  test('brings events into stores of the account for them, and nowhere else', async () => {
    const create = (name, source, ...arns) => [
      ...['create-channel', '--name', name, '--source', source, '--destinations', destinations(...arns)],
    ];
    const management = await newStore('management', 'Management');
    assert.equal(
      await refusal(...create('apps', 'Custom', management)),
      'InvalidEventDataStoreCategoryException',
    );
    assert.equal(await refusal(...create('apps', 'Nobody', storeArn)), 'InvalidSourceException');
    assert.equal(await refusal(...create('apps', 'Custom', storeArn, storeArn)), 'InvalidParameterException');
    assert.equal(
      await refusal(...create('apps', 'Custom', `${storeArn}0`)),
      'EventDataStoreNotFoundException',
    );
    assert.equal(
      await refusal(...create('apps', 'Custom', storeArn.replace(accountId, '444455556666'))),
      'EventDataStoreARNInvalidException',
    );
    const made = await trail(...create('apps', 'Custom', storeArn), '--tags', 'Key=team,Value=audit');
    channelArn = made.ChannelArn;
    assert.match(channelArn, new RegExp(`^arn:aws:cloudtrail:us-east-1:${accountId}:channel/[0-9a-f-]{36}$`));
    assert.deepEqual(
      { Name: made.Name, Source: made.Source, Destinations: made.Destinations, Tags: made.Tags },
      {
        Name: 'apps',
        Source: 'Custom',
        Destinations: [{ Type: 'EVENT_DATA_STORE', Location: storeArn }],
        Tags: [{ Key: 'team', Value: 'audit' }],
      },
    );
    assert.equal(await refusal(...create('apps', 'Custom', storeArn)), 'ChannelAlreadyExistsException');
    await trail(...create('okta', 'OktaSystemLogEvents', storeArn));
    assert.equal(
      await refusal(...create('okta-2', 'OktaSystemLogEvents', storeArn)),
      'ChannelAlreadyExistsException',
    );
  });

  test('is found by ARN and id, renamed, listed, and keeps its store from being deleted', async () => {
    const id = channelArn.split('/')[1];
    assert.equal((await trail('get-channel', '--channel', id)).ChannelArn, channelArn);
    const renamed = await trail('update-channel', '--channel', channelArn, '--name', 'applications');
    assert.equal(renamed.Name, 'applications');
    const { Channels } = await trail('list-channels');
    assert.deepEqual(Channels.map(({ Name }) => Name).sort(), ['applications', 'okta']);
    assert.equal(
      await refusal('update-channel', '--channel', id, '--name', 'okta'),
      'ChannelAlreadyExistsException',
    );
    assert.equal(await refusal('get-channel', '--channel', `${id}0`), 'ChannelNotFoundException');
    assert.equal(await refusal('get-channel', '--channel', storeArn), 'ChannelARNInvalidException');
    assert.equal(
      await refusal('delete-event-data-store', '--event-data-store', storeArn),
      'ChannelExistsForEDSException',
    );
    const { ResourceTagList } = await trail('list-tags', '--resource-id-list', channelArn);
    assert.deepEqual(ResourceTagList[0].TagsList, [{ Key: 'team', Value: 'audit' }]);
  });
});

describe('put-audit-events', () => {
  test('takes what is in order and says what is wrong with the rest, one by one', async () => {
    const text = JSON.stringify(event('sum'));
    const sum = await run('sh', ['-c', 'printf %s "$1" | openssl dgst -binary -sha256 | base64', '-', text]);
    const answer = await put([
      entry('good'),
      entry('sum', text, { eventDataChecksum: sum.stdout.trim() }),
      entry('bad-sum', text, { eventDataChecksum: 'AAAA' }),
      entry('no-json', '{'),
      entry('no-name', event('x', { eventName: undefined })),
      entry('long-name', event('x', { eventName: 'x'.repeat(1_025) })),
      entry('stranger', event('x', { recipientAccountId: '444455556666' })),
      entry('no-time', event('x', { eventTime: 'yesterday' })),
    ]);
    assert.deepEqual(
      answer.successful.map(({ id }) => id),
      ['good', 'sum'],
    );
    assert.deepEqual(
      answer.failed.map(({ id, errorCode }) => [id, errorCode]),
      [
        ['bad-sum', 'InvalidChecksum'],
        ['no-json', 'InvalidData'],
        ['no-name', 'FieldNotFound'],
        ['long-name', 'FieldTooLong'],
        ['stranger', 'InvalidRecipient'],
        ['no-time', 'InvalidData'],
      ],
    );
    const { IngestionStatus } = await trail('get-channel', '--channel', channelArn);
    assert.equal(IngestionStatus.LatestIngestionSuccessEventID, answer.successful[1].eventID);
    assert.equal(IngestionStatus.LatestIngestionErrorCode, 'InvalidData');
  });

  test('refuses a request as a whole: two of one id, too many, too much, no such channel', async () => {
    assert.equal(await putRefused([entry('a'), entry('a')]), 'DuplicatedAuditEventId');
    const many = Array.from({ length: 101 }, (_, at) => entry(`e${at}`));
    assert.equal(await putRefused(many), 'ValidationException');
    const large = Array.from({ length: 5 }, (_, at) =>
      entry(`e${at}`, event('x', { own: 'x'.repeat(220_000) })),
    );
    assert.equal(await putRefused(large), 'ValidationException');
    assert.equal(await putRefused([entry('a')], `${channelArn}0`), 'ChannelNotFound');
    assert.equal(await putRefused([entry('a')], storeArn), 'InvalidChannelARN');
  });

  test('what was taken is there at once, whole, once, also after kill -9, and in no history', async () => {
    const storeId = storeArn.split('/')[1];
    const sql = `SELECT eventID, eventData.eventName AS name, eventData.userIdentity.principalId AS who, eventData.UID AS uid, metadata.channelARN AS channel FROM ${storeId} ORDER BY uid`;
    const expected = (rows) => rows.map(({ name, who, uid, channel }) => [uid, name, who, channel]);
    const rows = await query(sql);
    const both = [
      ['good', 'RefundIssued', 'alice@example.com', channelArn],
      ['sum', 'RefundIssued', 'alice@example.com', channelArn],
    ];
    assert.deepEqual(expected(rows), both);
    await put([entry('third')]);
    await cairn.kill();
    await cairn.start();
    assert.deepEqual(expected(await query(sql)), [
      ...both,
      ['third', 'RefundIssued', 'alice@example.com', channelArn],
    ]);
    const { Events } = await trail(
      ...['lookup-events', '--lookup-attributes', 'AttributeKey=EventName,AttributeValue=RefundIssued'],
    );
    assert.deepEqual(Events, []);
  });

  test('is a data event of the channel, without the events', async () => {
    const { EventDataStoreArn } = await trail(
      ...['create-event-data-store', '--name', 'calls', '--no-termination-protection-enabled'],
      '--advanced-event-selectors',
      JSON.stringify([
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Data'] },
            { Field: 'resources.type', Equals: ['AWS::CloudTrail::Channel'] },
          ],
        },
      ]),
    );
    await put([entry('recorded')]);
    const rows = await query(
      `SELECT eventName AS name, eventSource AS source, element_at(requestParameters, 'channelArn') AS channel, element_at(requestParameters, 'auditEvents') AS events FROM ${EventDataStoreArn.split('/')[1]}`,
    );
    assert.equal(rows.length, 1);
    const { name, source, channel, events } = rows[0];
    assert.deepEqual(
      [name, source, channel],
      ['PutAuditEvents', 'cloudtrail-data.amazonaws.com', channelArn],
    );
    assert.ok(events === undefined || events === null || events === '', String(events));
  });
});

describe('another account', () => {
  const asPartner = (...args) =>
    cairn.awsWith(
      { AWS_ACCESS_KEY_ID: partner.accessKeyId, AWS_SECRET_ACCESS_KEY: partner.secretAccessKey },
      ...args,
    );
  const refusedPartner = async (...args) => refusalOf(await asPartner(...args), args).code;
  const setPolicy = (Condition) =>
    trail(
      ...['put-resource-policy', '--resource-arn', channelArn, '--resource-policy'],
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'partner',
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${partnerAccount}:root` },
            Action: 'cloudtrail-data:PutAuditEvents',
            Resource: channelArn,
            ...(Condition && { Condition }),
          },
        ],
      }),
    );

  test('puts events only by the policy of the channel', async () => {
    assert.equal(await refusedPartner(...putArgs([entry('p1')])), 'ChannelInsufficientPermission');
    await setPolicy();
    const { code, stdout } = await asPartner(...putArgs([entry('p1')]));
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).successful.length, 1);
  });

  test('and by the external id that the policy asks for', async () => {
    await setPolicy({ StringEquals: { 'cloudtrail:ExternalId': 'secret-id' } });
    assert.equal(await refusedPartner(...putArgs([entry('p2')])), 'ChannelInsufficientPermission');
    const wrong = putArgs([entry('p2')], channelArn, '--external-id', 'other-id');
    assert.equal(await refusedPartner(...wrong), 'ChannelInsufficientPermission');
    const right = await asPartner(...putArgs([entry('p2')], channelArn, '--external-id', 'secret-id'));
    assert.equal(right.code, 0, right.stderr);
    assert.equal((await put([entry('own')])).successful.length, 1);
  });
});

test('a deleted channel is gone, and its store can go', async () => {
  for (const { ChannelArn } of (await trail('list-channels')).Channels)
    await trail('delete-channel', '--channel', ChannelArn);
  assert.equal(await putRefused([entry('late')]), 'ChannelNotFound');
  assert.deepEqual((await trail('list-channels')).Channels, []);
  await trail('delete-event-data-store', '--event-data-store', storeArn);
});
