// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/event-store.ts: what its page tokens promise.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LookupEvent, lookupFieldsOf } from '../../record/lookup-event-text.js';
import { InvalidPageTokenError, type LookupQuery, type LookupText } from '../event-store.js';
import {
  allPages,
  baseTimeMs,
  call,
  EventStoreUnderTest,
  idsOf,
  importOfRecords,
  newId,
  type OpenEventStore,
  query,
} from './event-store-under-test.js';

export function testPages(open: OpenEventStore): void {
  test('pages show every event once, whatever their size', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = Array.from({ length: 23 }, newId);
      await at.ingest(call(...ids.map((id, index) => ({ id, second: Math.floor(index / 4) }))));
      for (const limit of [1, 7, 22, 23, 24, 50]) {
        assert.deepEqual(
          idsOf(await allPages(at.store, query({ limit }))),
          [...ids].reverse(),
          `limit ${limit}`,
        );
      }
    }));

  test('pages as LookupEvents shows them are the same pages', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const users = ['alice', 'a "quoted" \\ one', 'ünï 🗿'];
      await at.ingest(
        ...Array.from({ length: 9 }, (_, second) => call({ user: users[second % 3]!, second })),
        importOfRecords([{ readOnly: true, second: 20 }]),
      );
      if (at.store.lookupText === undefined) return;
      const lookupText = (asked: LookupQuery): Promise<LookupText> => at.store.lookupText!(asked);
      for (const user of [undefined, ...users]) {
        const attributes = user === undefined ? [] : [{ key: 'Username' as const, value: user }];
        let after: { after?: string } = {};
        // Twice each: a store may keep what it has read.
        for (let page = 0; page < 8; page++) {
          const asked = query({ limit: 2, attributes, ...after });
          const { events: text, next } = await lookupText(asked);
          const { events } = await at.store.lookup(asked);
          const shown = (JSON.parse(`[${text}]`) as LookupEvent[]).map((event) => ({
            ...lookupFieldsOf(event),
            json: event.CloudTrailEvent,
          }));
          assert.deepEqual(
            shown,
            events.map(({ accountId: _, region: __, ...event }) => event),
          );
          assert.deepEqual(await lookupText(asked), { events: text, ...(next && { next }) });
          if (next === undefined) break;
          after = { after: next };
        }
      }
    }));

  test('a page that ends with the last event has no next', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({}, {}, {}));
      assert.equal((await at.store.lookup(query({ limit: 3 }))).next, undefined);
      assert.notEqual((await at.store.lookup(query({ limit: 2 }))).next, undefined);
    }));

  test('events that come between two pages do not move the pages', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = Array.from({ length: 20 }, newId);
      await at.ingest(...ids.map((id, second) => call({ id, second })));
      let second = 0;
      const seen = await allPages(at.store, query({ limit: 3 }), () =>
        at.ingest(call({ second: 100 }, { second }, { second: second++ })),
      );
      assert.deepEqual(idsOf(seen), [...ids].reverse());
    }));

  test('pages go on after reopening, and with another page size', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = Array.from({ length: 5 }, newId);
      await at.ingest(...ids.map((id, second) => call({ id, second })));
      const first = await at.store.lookup(query({ limit: 2 }));
      await at.reopen();
      const rest = await at.store.lookup(query({ limit: 50, after: first.next! }));
      assert.deepEqual(idsOf([...first.events, ...rest.events]), [...ids].reverse());
    }));

  test('the look-up window of the first page holds for the next ones', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({ second: 1 }, { second: 2 }, { second: 3 }));
      const first = await at.store.lookup(query({ limit: 1, enteredSinceMs: baseTimeMs }));
      const rest = await at.store.lookup(query({ enteredSinceMs: baseTimeMs + 1, after: first.next! }));
      assert.equal(rest.events.length, 2);
    }));

  test('look-ups are answered while much is ingested', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({ second: 999 }));
      const files = Array.from({ length: 8 }, (_, file) =>
        importOfRecords(
          Array.from({ length: 1000 }, (_, index) => ({ second: (file * 1000 + index) % 900 })),
        ),
      );
      const ingest = at.ingest(...files);
      let isDone = false;
      void ingest.finally(() => (isDone = true));
      let answers = 0;
      for (; !isDone; answers++) assert.equal((await at.store.lookup(query({ limit: 1 }))).events.length, 1);
      assert.ok(answers > 1, `${answers} answers`);
      assert.equal((await ingest).added, 8000);
      assert.equal((await allPages(at.store, query({ limit: 1000 }))).length, 8001);
    }));
}

export function testPageTokens(open: OpenEventStore): void {
  async function withToken(
    work: (at: EventStoreUnderTest, token: string, asked: LookupQuery) => Promise<void>,
  ): Promise<void> {
    await EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({}, {}, {}));
      const asked = query({
        limit: 1,
        attributes: [{ key: 'Username', value: 'alice' }],
        startTimeMs: baseTimeMs,
      });
      const { next } = await at.store.lookup(asked);
      await work(at, next!, asked);
    });
  }

  const others: [string, Partial<LookupQuery>][] = [
    ['another account', { accountId: '999988887777' }],
    ['another Region', { region: 'us-east-1' }],
    ['another category', { category: 'Data' }],
    ['another value', { attributes: [{ key: 'Username', value: 'bob' }] }],
    ['another attribute', { attributes: [{ key: 'EventName', value: 'alice' }] }],
    ['no attribute', { attributes: [] }],
    ['another start', { startTimeMs: baseTimeMs + 1 }],
    ['an end', { endTimeMs: baseTimeMs + 1_000_000 }],
  ];
  test('a token fits no other arguments', () =>
    withToken(async (at, after, asked) => {
      for (const [what, change] of others) {
        await assert.rejects(at.store.lookup({ ...asked, ...change, after }), InvalidPageTokenError, what);
      }
    }));

  test('a token of another store is refused', () =>
    withToken((_at, after, asked) =>
      EventStoreUnderTest.with(open, async (other) => {
        await other.ingest(call({}, {}, {}));
        await assert.rejects(other.store.lookup({ ...asked, after }), InvalidPageTokenError);
      }),
    ));

  test('a token that was changed anywhere is refused', () =>
    withToken(async (at, token, asked) => {
      for (let index = 0; index < token.length; index++) {
        const after = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
        await assert.rejects(
          at.store.lookup({ ...asked, after }),
          InvalidPageTokenError,
          `changed at ${index}`,
        );
      }
    }));

  test('what is no token is refused', () =>
    withToken(async (at, token, asked) => {
      for (const after of [
        '',
        'A',
        '???',
        ' ',
        `${token}A`,
        token.slice(1),
        `${token}=`,
        "' OR 1=1",
        '\u0000',
        'x'.repeat(100_000),
      ]) {
        await assert.rejects(at.store.lookup({ ...asked, after }), InvalidPageTokenError, after.slice(0, 20));
      }
    }));
}
