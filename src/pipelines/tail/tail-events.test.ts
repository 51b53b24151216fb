// SPDX-License-Identifier: Apache-2.0
// Oracle: the entries that the test appended itself.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { EventCategory, Position } from '../../ports/event-log.js';
import type { LookupAttribute } from '../../ports/event-store.js';
import { ScriptedEventLog } from '../index-history/testing/scripted-stores.js';
import { tailEvents, tailEventsMax } from './tail-events.js';

const accountId = '111122223333';
const json = (id: string) =>
  JSON.stringify({
    eventTime: '2026-11-21T10:00:00Z',
    eventID: id,
    eventName: 'CreateBucket',
    eventSource: 's3.amazonaws.com',
    readOnly: false,
    userIdentity: { type: 'IAMUser', userName: 'Alice', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    requestParameters: { bucketName: 'b' },
  });

describe('tailEvents', () => {
  let eventLog: ScriptedEventLog;
  beforeEach(() => {
    eventLog = new ScriptedEventLog();
  });

  const append = (
    id: string,
    facts: { accountId?: string; region?: string; category?: EventCategory } = {},
  ) =>
    eventLog.append({
      kind: 'call',
      changes: [],
      records: [{ accountId, region: 'us-east-1', category: 'Management', ...facts, json: json(id) }],
    });
  const filter = { accountId, attributes: [] };
  const ids = async (request: Parameters<typeof tailEvents>[1]) =>
    (await tailEvents(eventLog, request)).events.map(({ eventId }) => eventId);

  test('gives what comes after the question, soon after it came', async () => {
    await append('old');
    const startedAt = performance.now();
    const answer = tailEvents(eventLog, { filter, waitMs: 60_000 });
    setTimeout(() => void append('new'), 20);
    assert.deepEqual(
      (await answer).events.map(({ eventId }) => eventId),
      ['new'],
    );
    assert.ok(performance.now() - startedAt < 30_000);
    assert.equal(eventLog.subscriberCount, 0);
  });

  test('goes on from a position without gap or repeat', async () => {
    const seen: string[] = [];
    let from = '' as Position;
    for (let i = 0; i < 1_300; i++) void append(String(i));
    while (seen.length < 1_300) {
      const answer = await tailEvents(eventLog, { from, filter, waitMs: 0 });
      assert.ok(answer.events.length <= tailEventsMax);
      seen.push(...answer.events.map(({ eventId }) => eventId));
      from = answer.position;
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 1_300 }, (_, i) => String(i)),
    );
    assert.deepEqual(await ids({ from, filter, waitMs: 0 }), []);
  });

  test('answers nothing when nothing came in time', async () => {
    const startedAt = performance.now();
    const answer = await tailEvents(eventLog, { filter, waitMs: 60 });
    assert.deepEqual(answer.events, []);
    assert.ok(performance.now() - startedAt >= 55);
    assert.equal(eventLog.subscriberCount, 0);
  });

  test('leaves out other accounts, Regions, categories and imports', async () => {
    const from = '' as Position;
    await append('other account', { accountId: '444455556666' });
    await append('other Region', { region: 'eu-west-1' });
    await append('data', { category: 'Data' });
    await eventLog.append({
      kind: 'import',
      accountId,
      source: 'x',
      eventCount: 1,
      gzip: false,
      bytes: Buffer.from(json('imported')),
    });
    await append('here');
    assert.deepEqual(
      await ids({ from, filter: { ...filter, region: 'us-east-1', category: 'Management' }, waitMs: 0 }),
      ['here'],
    );
    assert.deepEqual(await ids({ from, filter, waitMs: 0 }), ['other Region', 'data', 'here']);
  });

  const attributes: [LookupAttribute, string, string][] = [
    ['EventId', '1', '2'],
    ['EventName', 'CreateBucket', 'createbucket'],
    ['ReadOnly', 'False', 'true'],
    ['Username', 'Alice', 'alice'],
    ['EventSource', 's3.amazonaws.com', 's3'],
    ['AccessKeyId', 'AKIAIOSFODNN7EXAMPLE', 'AKIA'],
    ['ResourceType', 'AWS::S3::Bucket', 'AWS::S3::Object'],
    ['ResourceName', 'b', 'c'],
  ];
  for (const [key, right, wrong] of attributes) {
    test(`selects by ${key}`, async () => {
      await append('1');
      const select = (value: string) =>
        ids({ from: '' as Position, filter: { accountId, attributes: [{ key, value }] }, waitMs: 0 });
      assert.deepEqual(await select(right), ['1']);
      assert.deepEqual(await select(wrong), []);
    });
  }

  test('all attributes must hold', async () => {
    await append('1');
    const select = (userName: string) =>
      ids({
        from: '' as Position,
        filter: {
          accountId,
          attributes: [
            { key: 'EventId', value: '1' },
            { key: 'Username', value: userName },
          ],
        },
        waitMs: 0,
      });
    assert.deepEqual(await select('Alice'), ['1']);
    assert.deepEqual(await select('Bob'), []);
  });
});
