// SPDX-License-Identifier: Apache-2.0
// Oracle: what each route says it takes; nothing that a caller sends may reach a store unchecked.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '../ports/clock.js';
import { type EventLog, LogFullError, type Position } from '../ports/event-log.js';
import { type EventStore, InvalidPageTokenError, type LookupQuery } from '../ports/event-store.js';
import { LogFileError } from '../record/log-file.js';
import { WireError } from '../wire/wire-error.js';
import type { OwnRequest } from './own-api.js';
import { ownRoutes, type TailRequest } from './own-routes.js';

const main = '111122223333';
const other = '444455556666';
const nowMs = Date.UTC(2026, 10, 21);

function scene(fault?: Error) {
  const lookups: LookupQuery[] = [];
  const tails: TailRequest[] = [];
  const imports: [source: string, bytes: number, account: string][] = [];
  const failing = async <T>(result: T): Promise<T> => {
    if (fault !== undefined) throw fault;
    return result;
  };
  const routes = ownRoutes({
    eventLog: { head: () => '0000000010' as Position } as EventLog,
    eventStore: {
      lookup: (query: LookupQuery) => {
        lookups.push(query);
        return failing({ events: [] });
      },
    } as unknown as EventStore,
    clock: new ManualClock(nowMs),
    historyMs: 1_000,
    root: { accountId: main },
    importer: {
      importFile: (source, bytes, account) => {
        imports.push([source, bytes.length, account]);
        return failing({});
      },
    },
    indexer: { caughtUpTo: () => Promise.resolve(), importTotals: () => ({ added: 1, duplicates: 2 }) },
    tail: (request) => {
      tails.push(request);
      return failing({ events: [] });
    },
  });
  const asked: string[] = [];
  const call = async (
    route: string,
    body: unknown,
    query: Record<string, string> = {},
    accountId = main,
    caller: 'root' | 'user' = 'root',
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const request = {
      query: new Map(Object.entries(query)),
      body: Buffer.from(text),
      principal: {
        kind: caller,
        accountId,
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        userName: 'jane',
        userId: 'AIDAJANE',
        arn: `arn:aws:iam::${accountId}:user/jane`,
      },
      region: 'us-east-1',
      authorize: ({ action }: { action: string }) => void asked.push(action),
      wire: {} as OwnRequest['wire'],
    } as OwnRequest;
    const found = routes.get(route);
    assert.ok(found !== undefined, route);
    try {
      return await found(request);
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
      return error.code;
    }
  };
  return { call, asked, lookups, tails, imports };
}

const lookupRoute = 'POST /cairn/v1/lookup';
const tailRoute = 'POST /cairn/v1/tail';
const question = { accountId: main, attributes: [], limit: 10 };

describe('lookup', () => {
  test('asks the store what was asked, within the window', async () => {
    const { call, lookups } = scene();
    const attributes = [{ key: 'EventName', value: 'CreateTrail' }];
    await call(lookupRoute, {
      ...question,
      attributes,
      category: 'Data',
      region: 'eu-west-1',
      startTimeMs: 1,
      evil: 1,
    });
    assert.deepEqual(lookups, [
      {
        accountId: main,
        region: 'eu-west-1',
        category: 'Data',
        attributes,
        startTimeMs: 1,
        enteredSinceMs: nowMs - 1_000,
        limit: 10,
      },
    ]);
  });

  const bad: [name: string, body: unknown][] = [
    ['no JSON', '{'],
    ['no object', []],
    ['null', 'null'],
    ['no account', { ...question, accountId: undefined }],
    ['an account of eleven digits', { ...question, accountId: '11112222333' }],
    ['no limit', { ...question, limit: undefined }],
    ['a limit of 0', { ...question, limit: 0 }],
    ['a limit over 1,000', { ...question, limit: 1_001 }],
    ['half a limit', { ...question, limit: 1.5 }],
    ['no attributes', { ...question, attributes: undefined }],
    ['an attribute that is none', { ...question, attributes: [{ key: 'Evil', value: 'x' }] }],
    ['an attribute without a value', { ...question, attributes: [{ key: 'EventName' }] }],
    ['an attribute of null', { ...question, attributes: [null] }],
    ['a category that is none', { ...question, category: 'Evil' }],
    ['a Region that is no text', { ...question, region: 1 }],
    ['a time that is no number', { ...question, startTimeMs: '1' }],
    ['a time that is no whole number', { ...question, endTimeMs: 1e300 }],
    ['a token that is no text', { ...question, after: 1 }],
  ];
  for (const [name, body] of bad) {
    test(`${name} is refused`, async () => {
      const { call, lookups } = scene();
      assert.deepEqual([await call(lookupRoute, body), lookups], ['ValidationException', []]);
    });
  }

  test('a token of another question is told', async () =>
    assert.equal(
      await scene(new InvalidPageTokenError('no')).call(lookupRoute, { ...question, after: 'x' }),
      'InvalidNextToken',
    ));
});

describe('accounts', () => {
  test('the main account reaches all, others their own', async () => {
    const { call, lookups, tails, imports } = scene();
    const filter = { accountId: main, attributes: [] };
    await call(lookupRoute, { ...question, accountId: other });
    await call(lookupRoute, { ...question, accountId: other }, {}, other);
    assert.equal(lookups.length, 2);
    assert.equal(await call(lookupRoute, question, {}, other), 'AccessDenied');
    assert.equal(await call(tailRoute, { filter, waitMs: 1 }, {}, other), 'AccessDenied');
    assert.equal(
      await call('POST /cairn/v1/import', '', { source: 'a', account: main }, other),
      'AccessDenied',
    );
    assert.deepEqual([lookups.length, tails, imports], [2, [], []]);
  });
});

describe('tail', () => {
  test('waits no longer than it may', async () => {
    const { call, tails } = scene();
    const filter = { accountId: main, attributes: [] };
    await call(tailRoute, { filter, waitMs: 1e9, from: '0000000001' });
    await call(tailRoute, { filter, waitMs: -5 });
    assert.deepEqual(
      tails.map(({ waitMs, from }) => [waitMs, from]),
      [
        [20_000, '0000000001'],
        [0, undefined],
      ],
    );
  });
  test('a position of another log is refused', async () => {
    const { call } = scene(new RangeError('no such position'));
    const body = { filter: { accountId: main, attributes: [] }, waitMs: 1, from: 'elsewhere' };
    assert.equal(await call(tailRoute, body), 'ValidationException');
  });
  for (const body of [
    {},
    { filter: 1, waitMs: 1 },
    { filter: { accountId: main, attributes: [] }, waitMs: 'x' },
  ]) {
    test(`${JSON.stringify(body)} is refused`, async () =>
      assert.equal(await scene().call(tailRoute, body), 'ValidationException'));
  }
});

describe('import', () => {
  const route = 'POST /cairn/v1/import';
  test("goes to the caller's account by default", async () => {
    const { call, imports } = scene();
    await call(route, 'file', { source: 'a.json' });
    assert.deepEqual(imports, [['a.json', 4, main]]);
  });
  test('needs a source, of a bounded length', async () => {
    const { call, imports } = scene();
    assert.equal(await call(route, 'file', {}), 'ValidationException');
    assert.equal(await call(route, 'file', { source: 'x'.repeat(3_000) }), 'ValidationException');
    assert.deepEqual(imports, []);
  });
  test('a broken file and a full log are told apart', async () => {
    const query = { source: 'a.json' };
    assert.equal(await scene(new LogFileError('not JSON')).call(route, '', query), 'InvalidLogFile');
    assert.equal(await scene(new LogFullError('full')).call(route, '', query), 'SlowDown');
  });
  test('totals wait for a position of the log only', async () => {
    const { call } = scene();
    const totals = 'GET /cairn/v1/import-totals';
    assert.deepEqual(await call(totals, '', { position: '0000000010' }), { added: 1, duplicates: 2 });
    assert.equal(await call(totals, '', { position: '0000000011' }), 'ValidationException');
  });
});

describe('what callers must be allowed', () => {
  const routes: [route: string, body: unknown, query: Record<string, string>, action: string][] = [
    [lookupRoute, question, {}, 'cloudtrail:LookupEvents'],
    [tailRoute, { filter: question, waitMs: 0 }, {}, 'cloudtrail:LookupEvents'],
    ['POST /cairn/v1/import', 'x', { source: 'a.json' }, 'cairn:ImportEvents'],
    ['GET /cairn/v1/import-totals', '', {}, 'cairn:ImportEvents'],
  ];
  for (const [route, body, query, action] of routes) {
    test(`${route}: ${action}`, async () => {
      const { call, asked } = scene();
      await call(route, body, query);
      assert.deepEqual(asked, [action]);
    });
  }
  test('a user of the main account reaches no history but its own', async () => {
    const { call, lookups, imports } = scene();
    const theirs = { ...question, accountId: other };
    assert.equal(await call(lookupRoute, theirs, {}, main, 'user'), 'AccessDenied');
    assert.equal(
      await call('POST /cairn/v1/import', 'x', { source: 'a', account: other }, main, 'user'),
      'AccessDenied',
    );
    assert.deepEqual([lookups, imports], [[], []]);
  });
});
