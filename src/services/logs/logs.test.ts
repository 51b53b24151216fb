// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudWatch Logs API Reference ("PutLogEvents", "GetLogEvents", "FilterLogEvents", "DescribeLogGroups", …); the
// whole way over the wire is in conformance/aws-cli/logs.test.mjs.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openLmdbLogEventStore } from '../../adapters/log-event-store/lmdb/open-lmdb-log-event-store.js';
import { logGroupsOf } from '../../log-groups/log-group.js';
import { ManualClock } from '../../ports/clock.js';
import { type LogEventStore, LogEventStoreFullError } from '../../ports/log-event-store.js';
import { fakeCall, MemoryCallState } from '../testing/call.js';
import { translateLogsError } from './logs-errors.js';
import { createLogsService } from './logs-service.js';
import { logsModel } from './model.js';

const nowMs = Date.UTC(2026, 10, 21, 10);
const dayMs = 86_400_000;

interface Scene {
  readonly store: LogEventStore;
  readonly clock: ManualClock;
  readonly state: MemoryCallState;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many operations
  ask(operation: string, input?: object, region?: string): Promise<any>;
}

async function within(check: (scene: Scene) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-logs-'));
  const store = await openLmdbLogEventStore(dir);
  const clock = new ManualClock(nowMs);
  const state = new MemoryCallState();
  let id = 0;
  const { handlers } = createLogsService({
    model: logsModel,
    logEventStore: store,
    clock,
    randomId: () => `id-${++id}`,
  });
  try {
    await check({
      store,
      clock,
      state,
      async ask(operation, input = {}, region = 'us-east-1') {
        return handlers[operation]?.(input, fakeCall({ state, region }));
      },
    });
  } finally {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
}

const g = { logGroupName: 'g' };
const s = { ...g, logStreamName: 's' };

async function withStream(check: (scene: Scene) => Promise<void>): Promise<void> {
  await within(async (scene) => {
    await scene.ask('CreateLogGroup', g);
    await scene.ask('CreateLogStream', s);
    await check(scene);
  });
}

const events = (...list: readonly (readonly [number, string])[]) =>
  list.map(([timestamp, message]) => ({ timestamp, message }));

test('every operation that is served is in the model', () => {
  const { handlers, partly = {} } = createLogsService({ model: logsModel } as never);
  for (const name of [...Object.keys(handlers), ...Object.keys(partly)])
    assert.ok(logsModel.operations.has(name), name);
  for (const name of Object.keys(partly)) assert.ok(name in handlers, name);
});

describe('refusals', () => {
  const cases: readonly (readonly [operation: string, input: object, code: string, message: RegExp])[] = [
    [
      'CreateLogGroup',
      { logGroupName: '' },
      'InvalidParameterException',
      /length greater than or equal to 1/,
    ],
    [
      'CreateLogGroup',
      { logGroupName: 'x'.repeat(513) },
      'InvalidParameterException',
      /length less than or equal to 512/,
    ],
    [
      'CreateLogGroup',
      { logGroupName: 'a b' },
      'InvalidParameterException',
      /regular expression pattern: \[\\.\\-_\/#A-Za-z0-9\]\+/,
    ],
    [
      'CreateLogGroup',
      { logGroupName: 'x', logGroupClass: 'OTHER' },
      'InvalidParameterException',
      /enum value set: \[STANDARD, INFREQUENT_ACCESS, DELIVERY\]/,
    ],
    [
      'CreateLogGroup',
      { logGroupName: 'x', tags: { 'aws:x': '1' } },
      'InvalidParameterException',
      /reserved/,
    ],
    [
      'CreateLogGroup',
      { logGroupName: 'x', tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])) },
      'InvalidParameterException',
      /at most 50/,
    ],
    [
      'CreateLogGroup',
      { logGroupName: 'x', kmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/x' },
      'NotImplemented',
      /kmsKeyId/,
    ],
    ['CreateLogGroup', g, 'ResourceAlreadyExistsException', /already exists/],
    ['CreateLogStream', s, 'ResourceAlreadyExistsException', /already exists/],
    ['CreateLogStream', { ...g, logStreamName: 'a:b' }, 'InvalidParameterException', /\[\^:\*\]\*/],
    [
      'CreateLogStream',
      { logGroupName: 'none', logStreamName: 's' },
      'ResourceNotFoundException',
      /log group/,
    ],
    ['DeleteLogStream', { ...g, logStreamName: 'none' }, 'ResourceNotFoundException', /log stream/],
    ['PutRetentionPolicy', { ...g, retentionInDays: 2 }, 'InvalidParameterException', /\[1, 3, 5, 7, /],
    ['DescribeLogGroups', { limit: 51 }, 'InvalidParameterException', /Value '51' at 'limit'/],
    [
      'DescribeLogGroups',
      { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' },
      'InvalidParameterException',
      /mutually exclusive/,
    ],
    ['DescribeLogGroups', { nextToken: 'nonsense' }, 'InvalidParameterException', /nextToken/],
    ['DescribeLogStreams', {}, 'InvalidParameterException', /name or id/],
    [
      'DescribeLogStreams',
      { ...g, orderBy: 'Other' },
      'InvalidParameterException',
      /\[LogStreamName, LastEventTime\]/,
    ],
    ['PutLogEvents', { ...s, logEvents: [] }, 'InvalidParameterException', /'logEvents'/],
    [
      'PutLogEvents',
      { ...s, logEvents: events([nowMs, '']) },
      'InvalidParameterException',
      /logEvents\.1\.member\.message/,
    ],
    [
      'PutLogEvents',
      { ...s, logEvents: events([-1, 'x']) },
      'InvalidParameterException',
      /logEvents\.1\.member\.timestamp/,
    ],
    ['GetLogEvents', { ...s, nextToken: 'f/12/s' }, 'InvalidParameterException', /nextToken/],
    ['GetLogEvents', { ...s, limit: 10_001 }, 'InvalidParameterException', /less than or equal to 10000/],
    [
      'FilterLogEvents',
      { ...g, logStreamNames: ['s'], logStreamNamePrefix: 's' },
      'InvalidParameterException',
      /cannot both/,
    ],
    ['FilterLogEvents', { ...g, filterPattern: 'x'.repeat(1025) }, 'InvalidParameterException', /1024/],
    ['FilterLogEvents', { ...g, filterPattern: '{ $.a = ' }, 'InvalidParameterException', /position 8/],
    ['FilterLogEvents', { ...g, nextToken: 'x' }, 'InvalidParameterException', /nextToken/],
    [
      'FilterLogEvents',
      { logGroupIdentifier: 'arn:aws:logs:eu-west-1:111122223333:log-group:g' },
      'ResourceNotFoundException',
      /log group/,
    ],
    [
      'TagResource',
      {
        resourceArn: 'arn:aws:logs:us-east-1:111122223333:log-group:g',
        tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])),
      },
      'TooManyTagsException',
      /at most 50/,
    ],
    [
      'TagResource',
      { resourceArn: 'arn:aws:s3:::x', tags: { a: 'b' } },
      'InvalidParameterException',
      /not the ARN/,
    ],
    [
      'TestMetricFilter',
      { filterPattern: '', logEventMessages: [] },
      'InvalidParameterException',
      /logEventMessages/,
    ],
    [
      'TestMetricFilter',
      { filterPattern: 'x', logEventMessages: ['y'.repeat(600_000), 'y'.repeat(600_000)] },
      'InvalidParameterException',
      /1200000 bytes, more than 1048576/,
    ],
    [
      'PutResourcePolicy',
      { policyName: 'p', policyDocument: 'no json' },
      'InvalidParameterException',
      /not valid/,
    ],
    ['DeleteResourcePolicy', { policyName: 'p' }, 'ResourceNotFoundException', /\[p\]/],
  ];
  for (const [operation, input, code, message] of cases)
    test(`${operation}: ${JSON.stringify(input).slice(0, 60)}`, () =>
      withStream(({ ask }) => assert.rejects(ask(operation, input), { code, message })));
});

describe('groups and streams', () => {
  test('another Region has its own groups', () =>
    withStream(async ({ ask }) => {
      assert.deepEqual((await ask('DescribeLogGroups', {}, 'eu-west-1')).logGroups, []);
      await ask('CreateLogGroup', g, 'eu-west-1');
      assert.equal((await ask('DescribeLogGroups')).logGroups.length, 1);
    }));

  test('a protected group is not deleted', () =>
    withStream(async ({ ask }) => {
      await ask('PutLogGroupDeletionProtection', {
        logGroupIdentifier: 'g',
        deletionProtectionEnabled: true,
      });
      await assert.rejects(ask('DeleteLogGroup', g), { code: 'ValidationException' });
      await ask('PutLogGroupDeletionProtection', {
        logGroupIdentifier: 'g',
        deletionProtectionEnabled: false,
      });
      await ask('DeleteLogGroup', g);
      assert.deepEqual((await ask('DescribeLogGroups')).logGroups, []);
    }));

  test('groups by class, by pattern, by name; stored bytes', () =>
    withStream(async ({ ask, state }) => {
      for (let i = 0; i < 60; i++)
        await ask('CreateLogGroup', {
          logGroupName: `p/${String(i).padStart(2, '0')}`,
          logGroupClass: i % 2 ? 'STANDARD' : 'INFREQUENT_ACCESS',
        });
      const seen: string[] = [];
      for (let nextToken: string | undefined; ; ) {
        const page = await ask('DescribeLogGroups', {
          logGroupClass: 'INFREQUENT_ACCESS',
          limit: 7,
          nextToken,
        });
        seen.push(...page.logGroups.map(({ logGroupName }: { logGroupName: string }) => logGroupName));
        assert.ok(page.logGroups.length <= 7);
        if (page.nextToken === undefined) break;
        nextToken = page.nextToken;
      }
      assert.deepEqual(
        seen,
        Array.from({ length: 30 }, (_, i) => `p/${String(2 * i).padStart(2, '0')}`),
      );
      assert.equal(
        (await ask('DescribeLogGroups', { logGroupIdentifiers: ['g', 'p/01'] })).logGroups.length,
        2,
      );
      assert.equal(state.list(logGroupsOf('111122223333', 'us-east-1')).length, 61);
      await ask('PutLogEvents', { ...s, logEvents: events([nowMs, 'ab']) });
      const [found] = (await ask('DescribeLogGroups', { logGroupNamePrefix: 'g' })).logGroups;
      assert.equal(found.storedBytes, 28);
    }));

  test('names of streams that are longer than a key', () =>
    withStream(async ({ ask }) => {
      const names = ['ü', '字'].flatMap((c) => [c.repeat(512), `${c.repeat(511)}a`, c.repeat(400)]);
      for (const logStreamName of names) await ask('CreateLogStream', { ...g, logStreamName });
      for (const logStreamName of names) {
        await ask('PutLogEvents', { ...g, logStreamName, logEvents: events([nowMs, logStreamName]) });
        const { events: found } = await ask('GetLogEvents', { ...g, logStreamName });
        assert.deepEqual(
          found.map(({ message }: { message: string }) => message),
          [logStreamName],
        );
      }
      const { logStreams } = await ask('DescribeLogStreams', { ...g, logStreamNamePrefix: '字'.repeat(511) });
      assert.equal(logStreams.length, 2);
      assert.equal(
        (await ask('FilterLogEvents', { ...g, logStreamNamePrefix: 'ü'.repeat(511) })).events.length,
        2,
      );
    }));
});

describe('events', () => {
  test('expired ones are refused at the door, and hidden from everybody once they expire', () =>
    withStream(async ({ ask, clock }) => {
      await ask('PutLogEvents', {
        ...s,
        logEvents: events([nowMs - 2 * dayMs, 'two days'], [nowMs - 1.5 * dayMs, 'newer']),
      });
      await ask('PutRetentionPolicy', { ...g, retentionInDays: 3 });
      const old = await ask('PutLogEvents', {
        ...s,
        logEvents: events([nowMs - 4 * dayMs, 'x'], [nowMs, 'now']),
      });
      assert.deepEqual(old.rejectedLogEventsInfo, { expiredLogEventEndIndex: 1 });
      clock.advance(1.2 * dayMs);
      const messages = async (operation: string) =>
        (await ask(operation, s)).events.map(({ message }: { message: string }) => message);
      assert.deepEqual(await messages('GetLogEvents'), ['newer', 'now']);
      assert.deepEqual((await ask('FilterLogEvents', g)).events.length, 2);
      const [stream] = (await ask('DescribeLogStreams', g)).logStreams;
      assert.equal(stream.firstEventTimestamp, clock.now() - 3 * dayMs);
      await ask('DeleteRetentionPolicy', g);
      assert.deepEqual(await messages('GetLogEvents'), ['two days', 'newer', 'now']);
    }));

  test('the limits of a batch, to the byte and the millisecond', () =>
    withStream(async ({ ask }) => {
      const put = (...list: readonly (readonly [number, string])[]) =>
        ask('PutLogEvents', { ...s, logEvents: events(...list) });
      await put([nowMs, 'x'.repeat(1_048_550)]);
      await assert.rejects(put([nowMs, 'x'.repeat(1_048_551)]), /1048577 bytes exceeds limit of 1048576/);
      await assert.rejects(put([nowMs, 'ü'.repeat(524_276)]), /Upload too large/);
      await put([nowMs - dayMs, 'a'], [nowMs, 'b']);
      await assert.rejects(put([nowMs - dayMs - 1, 'a'], [nowMs, 'b']), /24 hours/);
      const hourMs = 3_600_000;
      assert.equal((await put([nowMs + 2 * hourMs, 'x'])).rejectedLogEventsInfo, undefined);
      assert.deepEqual((await put([nowMs + 2 * hourMs + 1, 'x'])).rejectedLogEventsInfo, {
        tooNewLogEventStartIndex: 0,
      });
      assert.equal((await put([nowMs - 14 * dayMs, 'x'])).rejectedLogEventsInfo, undefined);
      assert.deepEqual((await put([nowMs - 14 * dayMs - 1, 'x'])).rejectedLogEventsInfo, {
        tooOldLogEventEndIndex: 1,
      });
    }));

  test('tokens of an empty stream find what comes later; the token of the end stays', () =>
    withStream(async ({ ask }) => {
      const { events: none, nextForwardToken, nextBackwardToken } = await ask('GetLogEvents', s);
      assert.deepEqual(none, []);
      assert.equal(
        (await ask('GetLogEvents', { ...s, nextToken: nextForwardToken })).nextForwardToken,
        nextForwardToken,
      );
      assert.equal(
        (await ask('GetLogEvents', { ...s, nextToken: nextBackwardToken })).nextBackwardToken,
        nextBackwardToken,
      );
      await ask('PutLogEvents', { ...s, logEvents: events([nowMs, 'one'], [nowMs + 1, 'two']) });
      const later = await ask('GetLogEvents', { ...s, nextToken: nextForwardToken, limit: 1 });
      assert.deepEqual(
        later.events.map(({ message }: { message: string }) => message),
        ['one'],
      );
      const back = await ask('GetLogEvents', { ...s, limit: 1 });
      assert.deepEqual(
        back.events.map(({ message }: { message: string }) => message),
        ['two'],
      );
      const before = await ask('GetLogEvents', { ...s, limit: 1, nextToken: back.nextBackwardToken });
      assert.deepEqual(
        before.events.map(({ message }: { message: string }) => message),
        ['one'],
      );
    }));

  test('pages of a search end at 1 MiB, at their limit, and lead through everything once', () =>
    withStream(async ({ ask }) => {
      const text = 'x'.repeat(200_000);
      for (let i = 0; i < 12; i++)
        await ask('PutLogEvents', {
          ...s,
          logEvents: events([nowMs + i, `${i % 3 === 0 ? 'ERROR' : 'INFO'} ${i} ${text}`]),
        });
      const all = async (input: object) => {
        const pages: string[][] = [];
        for (let nextToken: string | undefined; ; ) {
          const page = await ask('FilterLogEvents', { ...g, ...input, nextToken });
          pages.push(page.events.map(({ message }: { message: string }) => message.split(' ')[1]));
          if (page.nextToken === undefined) return pages;
          nextToken = page.nextToken;
        }
      };
      assert.deepEqual(await all({}), [
        ['0', '1', '2', '3', '4'],
        ['5', '6', '7', '8', '9'],
        ['10', '11'],
      ]);
      assert.deepEqual(await all({ filterPattern: 'ERROR', limit: 2 }), [['0', '3'], ['6', '9'], []]);
      assert.deepEqual(await all({ filterPattern: 'NONE' }), [[]]);
      const first = await ask('FilterLogEvents', { ...g, limit: 1 });
      await ask('CreateLogGroup', { logGroupName: 'other' });
      await assert.rejects(
        ask('FilterLogEvents', { logGroupName: 'other', nextToken: first.nextToken }),
        /nextToken/,
      );
    }));

  test('a deleted stream is nowhere, though its events still lie in the store', () =>
    withStream(async ({ ask, store }) => {
      await ask('PutLogEvents', { ...s, logEvents: events([nowMs, 'x']) });
      await ask('DeleteLogStream', s);
      assert.equal((await store.groups()).length, 1);
      assert.deepEqual((await ask('FilterLogEvents', g)).events, []);
      await ask('CreateLogStream', s);
      assert.deepEqual((await ask('GetLogEvents', s)).events, []);
    }));
});

test('no room: come again', () => {
  const translated = translateLogsError(new LogEventStoreFullError('full'));
  assert.equal((translated as { code: string }).code, 'ServiceUnavailableException');
  const other = new Error('x');
  assert.equal(translateLogsError(other), other);
});

test('resource policies: put, listed, deleted, ten at most', () =>
  within(async ({ ask }) => {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'es.amazonaws.com' },
      Action: 'logs:*',
      Resource: '*',
    };
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await assert.rejects(ask('PutResourcePolicy', { policyName: 'p', policyDocument: '{"Statement":[]}' }), {
      code: 'InvalidParameterException',
    });
    for (let i = 0; i < 10; i++) await ask('PutResourcePolicy', { policyName: `p${i}`, policyDocument });
    await ask('PutResourcePolicy', { policyName: 'p0', policyDocument });
    await assert.rejects(ask('PutResourcePolicy', { policyName: 'p10', policyDocument }), {
      code: 'LimitExceededException',
    });
    const page = await ask('DescribeResourcePolicies', { limit: 6 });
    const rest = await ask('DescribeResourcePolicies', { nextToken: page.nextToken });
    assert.equal(page.resourcePolicies.length + rest.resourcePolicies.length, 10);
    await ask('DeleteResourcePolicy', { policyName: 'p0' });
    assert.equal((await ask('DescribeResourcePolicies')).resourcePolicies.length, 9);
  }));
