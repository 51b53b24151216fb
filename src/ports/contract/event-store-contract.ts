// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/event-store.ts; for random histories a plain list that is filtered and
// sorted here (event-store-model.ts).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { START } from '../event-log.js';
import type { LookupQuery } from '../event-store.js';
import { testImports } from './event-store-imports-contract.js';
import { testRandomHistories } from './event-store-model.js';
import { testPages, testPageTokens } from './event-store-pages-contract.js';
import { testReads, testScans } from './event-store-scan-contract.js';
import {
  accountId,
  allPages,
  baseTimeMs,
  call,
  EventStoreUnderTest,
  idsOf,
  importOfRecords,
  newId,
  type OpenEventStore,
  query,
  type RecordFacts,
  toPosition,
} from './event-store-under-test.js';

/** Registers the contract of EventStore for one adapter. */
export function testEventStoreContract(name: string, open: OpenEventStore): void {
  describe(`EventStore contract: ${name}`, () => {
    describe('what goes in comes out', () => testRoundTrip(open));
    describe('attributes', () => testAttributes(open));
    describe('bounds', () => testBounds(open));
    describe('exactly once', () => testExactlyOnce(open));
    describe('pages', () => testPages(open));
    describe('page tokens', () => testPageTokens(open));
    describe('imports', () => testImports(open));
    describe('dropping', () => testDropping(open));
    describe('scans', () => testScans(open));
    describe('reads by place', () => testReads(open));
    describe('random histories', () => testRandomHistories(open));
  });
}

function testRoundTrip(open: OpenEventStore): void {
  test('an empty store has nothing and stands at START', () =>
    EventStoreUnderTest.with(open, async ({ store }) => {
      assert.deepEqual(await store.lookup(query()), { events: [] });
      assert.equal(await store.ingestedUpTo(), START);
      assert.equal(await store.count(), 0);
    }));

  test('an event is found as soon as its ingest resolved, with everything that was derived from it', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const facts = {
        id: newId(),
        resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' }],
        readOnly: false,
      } as const;
      const entry = call(facts);
      assert.deepEqual(await at.ingest(entry), { added: 1, duplicates: 0 });
      const [event] = (await at.store.lookup(query())).events;
      assert.equal(event?.json, entry.records[0]?.json);
      assert.equal(event?.eventId, facts.id);
      assert.equal(event?.eventName, 'GetCallerIdentity');
      assert.equal(event?.eventSource, 'sts.amazonaws.com');
      assert.equal(event?.eventTimeMs, baseTimeMs);
      assert.equal(event?.region, 'eu-central-1');
      assert.equal(event?.readOnly, 'false');
      assert.equal(event?.username, 'alice');
      assert.equal(event?.accessKeyId, 'AKIAALICE');
      assert.ok(event?.resources.some(({ type }) => type === 'AWS::S3::Bucket'));
    }));

  test('events and position are there again after reopening', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({ second: 1 }), call({ second: 2 }));
      const before = await at.store.lookup(query());
      await at.reopen();
      assert.deepEqual(await at.store.lookup(query()), before);
      assert.equal(await at.store.ingestedUpTo(), toPosition(2));
      assert.equal(await at.store.count(), 2);
    }));

  const texts = [
    'żółw 🐢 \u{10ffff}',
    'a\u0000b',
    'line\nbreak\ttab',
    '"quoted" \\ back',
    "o'; DROP TABLE events; --",
    '',
    ' ',
    '\ud800',
    'x'.repeat(5000),
  ];
  test('any text survives and is found', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const entries = texts.map((text) => call({ user: `${text}.`, name: `${text}?`, note: text }));
      await at.ingest(...entries);
      for (const [index, text] of texts.entries()) {
        const json = entries[index]!.records[0]!.json;
        for (const [key, value] of [
          ['Username', `${text}.`],
          ['EventName', `${text}?`],
        ] as const) {
          const found = await at.store.lookup(query({ attributes: [{ key, value }] }));
          assert.deepEqual(
            found.events.map((event) => event.json),
            [json],
            JSON.stringify(value.slice(0, 40)),
          );
        }
      }
    }));
}

function testAttributes(open: OpenEventStore): void {
  const target: RecordFacts = {
    id: '3f2b6c1e-0000-4000-8000-00000000cafe',
    name: 'PutBucketPolicy',
    source: 's3.amazonaws.com',
    user: 'Bob',
    key: 'AKIABOB',
    readOnly: false,
    resources: [
      { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::first-bucket' },
      { type: 'AWS::KMS::Key', ARN: 'arn:aws:kms:eu-central-1:111122223333:key/second' },
    ],
  };
  const hits: [LookupQuery['attributes'][number]['key'], string][] = [
    ['EventId', target.id!],
    ['EventName', 'PutBucketPolicy'],
    ['EventSource', 's3.amazonaws.com'],
    ['Username', 'Bob'],
    ['AccessKeyId', 'AKIABOB'],
    ['ReadOnly', 'false'],
    ['ReadOnly', 'FALSE'],
    ['ResourceType', 'AWS::S3::Bucket'],
    ['ResourceType', 'AWS::KMS::Key'],
  ];
  const misses: typeof hits = [
    ['EventId', target.id!.toUpperCase()],
    ['EventId', ''],
    ['EventName', 'putbucketpolicy'],
    ['EventName', 'PutBucketPolic'],
    ['EventSource', 's3.amazonaws.com '],
    ['Username', 'bob'],
    ['AccessKeyId', 'AKIABO%'],
    ['ReadOnly', 'no'],
    ['ResourceType', 'AWS::S3::bucket'],
    ['ResourceName', 'no-such-name'],
  ];
  test('each attribute finds the event and no other', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({}, target, {}));
      for (const [key, value] of hits) {
        const found = await at.store.lookup(query({ attributes: [{ key, value }] }));
        assert.deepEqual(idsOf(found.events), [target.id], `${key} ${value}`);
      }
    }));

  test('values that are not quite the same find nothing', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call(target, {}));
      for (const [key, value] of misses) {
        const found = await at.store.lookup(query({ attributes: [{ key, value }] }));
        assert.deepEqual(found.events, [], `${key} ${value}`);
      }
    }));

  test('every resource name of an event finds it', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call(target, {}));
      const [event] = (await at.store.lookup(query({ attributes: [{ key: 'EventId', value: target.id! }] })))
        .events;
      const names = event!.resources.flatMap(({ name }) => (name === undefined ? [] : [name]));
      assert.ok(names.length >= 2);
      for (const value of names) {
        const found = await at.store.lookup(query({ attributes: [{ key: 'ResourceName', value }] }));
        assert.deepEqual(idsOf(found.events), [target.id], value);
      }
    }));

  test('several attributes must all hold', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const [both, first, second] = [newId(), newId(), newId()];
      const bucket = [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' }];
      await at.ingest(
        call(
          { id: both, user: 'eve', resources: bucket },
          { id: first, user: 'eve' },
          { id: second, resources: bucket },
        ),
      );
      const eve = { key: 'Username', value: 'eve' } as const;
      const ofType = { key: 'ResourceType', value: 'AWS::S3::Bucket' } as const;
      assert.deepEqual(idsOf((await at.store.lookup(query({ attributes: [eve, ofType] }))).events), [both]);
      assert.deepEqual(
        (await at.store.lookup(query({ attributes: [eve, { key: 'Username', value: 'alice' }] }))).events,
        [],
      );
      const names = (
        await at.store.lookup(query({ attributes: [eve, ofType] }))
      ).events[0]!.resources.flatMap(({ name }) => name ?? []);
      for (const value of names) {
        const found = await at.store.lookup(
          query({ attributes: [ofType, { key: 'ResourceName', value }, eve] }),
        );
        assert.deepEqual(idsOf(found.events), [both]);
      }
    }));
}

function testBounds(open: OpenEventStore): void {
  test('newest first by eventTime; of the same second the last that came', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const [a, b, c, d] = [newId(), newId(), newId(), newId()];
      await at.ingest(
        call({ id: a, second: 5 }),
        call({ id: b, second: 9 }),
        call({ id: c, second: 5 }, { id: d, second: 5 }),
      );
      assert.deepEqual(idsOf((await at.store.lookup(query())).events), [b, d, c, a]);
    }));

  test('start and end time are inclusive', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = [newId(), newId(), newId(), newId()] as const;
      await at.ingest(call(...ids.map((id, second) => ({ id, second }))));
      const bounded = query({ startTimeMs: baseTimeMs + 1000, endTimeMs: baseTimeMs + 2000 });
      assert.deepEqual(idsOf((await at.store.lookup(bounded)).events), [ids[2], ids[1]]);
      const halfSecond = query({ startTimeMs: baseTimeMs + 1001, endTimeMs: baseTimeMs + 2999 });
      assert.deepEqual(idsOf((await at.store.lookup(halfSecond)).events), [ids[2]]);
    }));

  test('accounts, Regions and categories are kept apart', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = { here: newId(), otherRegion: newId(), otherAccount: newId(), data: newId() };
      await at.ingest(
        call(
          { id: ids.here, second: 4 },
          { id: ids.otherRegion, second: 3, region: 'us-east-1' },
          { id: ids.otherAccount, second: 2, accountId: '999988887777' },
          { id: ids.data, second: 1, category: 'Data' },
        ),
      );
      const { region: _region, ...everywhere } = query();
      const { category: _category, ...ofAnyKind } = query();
      const ask = async (asked: LookupQuery): Promise<string[]> =>
        idsOf((await at.store.lookup(asked)).events);
      assert.deepEqual(await ask(query()), [ids.here]);
      assert.deepEqual(await ask(everywhere), [ids.here, ids.otherRegion]);
      assert.deepEqual(await ask(query({ accountId: '999988887777' })), [ids.otherAccount]);
      assert.deepEqual(await ask(query({ accountId: '000000000000' })), []);
      assert.deepEqual(await ask(query({ region: 'nowhere-1' })), []);
      assert.deepEqual(await ask(query({ category: 'Data' })), [ids.data]);
      assert.deepEqual(await ask(ofAnyKind), [ids.here, ids.data]);
    }));

  test('enteredSinceMs counts from when an event entered, whatever its own time', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const [early, late] = [newId(), newId()];
      await at.ingest(call({ id: early, second: 50 }));
      at.appendedAtMs += 1000;
      await at.ingest(call({ id: late, second: 1 }));
      const since = async (enteredSinceMs: number): Promise<string[]> =>
        idsOf((await at.store.lookup(query({ enteredSinceMs }))).events);
      assert.deepEqual(await since(baseTimeMs), [early, late]);
      assert.deepEqual(await since(baseTimeMs + 1000), [late]);
      assert.deepEqual(await since(baseTimeMs + 1001), []);
    }));
}

function testExactlyOnce(open: OpenEventStore): void {
  test('entries that were ingested before change nothing', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const entries = at.entries(call({}), call({}), call({}));
      await at.store.ingest(entries);
      await at.store.ingest(entries.slice(1));
      await at.reopen();
      await at.store.ingest(entries);
      assert.equal(await at.store.count(), 3);
      assert.equal(await at.store.ingestedUpTo(), entries[2]!.position);
    }));

  test('a list of which the front was ingested before adds the rest', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const entries = at.entries(call({}), call({}), call({}));
      await at.store.ingest(entries.slice(0, 2));
      assert.equal((await at.store.ingest(entries)).added, 1);
    }));

  test('an event that comes again is left out: the first one stays', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const id = newId();
      assert.deepEqual(await at.ingest(call({ id, note: 'first' }, { id, note: 'same call' })), {
        added: 1,
        duplicates: 1,
      });
      assert.deepEqual(await at.ingest(call({ id, note: 'later', second: 7, category: 'Data' })), {
        added: 0,
        duplicates: 1,
      });
      await at.reopen();
      assert.deepEqual(await at.ingest(call({ id, note: 'reopened' }, {})), { added: 1, duplicates: 1 });
      const found = await at.store.lookup(query({ attributes: [{ key: 'EventId', value: id }] }));
      assert.equal(found.events.length, 1);
      assert.match(found.events[0]!.json, /"note":"first"/);
    }));

  test('the same event ID in another account or Region is another event', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const id = newId();
      assert.equal(
        (await at.ingest(call({ id }, { id, region: 'us-east-1' }, { id, accountId: '999988887777' }))).added,
        3,
      );
      assert.equal(
        (await at.ingest(call({ id }, { id, region: 'us-east-1' }, { id, accountId: '999988887777' }))).added,
        0,
      );
    }));

  test('event IDs of any form are told apart', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = [
        '1',
        '1 ',
        '\u00c9',
        'E\u0301',
        'ABCDEF00-0000-4000-8000-000000000001',
        'abcdef00-0000-4000-8000-000000000001',
        'x'.repeat(2000),
        `${'x'.repeat(1999)}y`,
      ];
      const calls = ids.map((id) => call({ id }));
      assert.equal((await at.ingest(...calls)).added, ids.length);
      assert.equal((await at.ingest(...calls)).duplicates, ids.length);
      for (const id of ids) {
        const found = await at.store.lookup(query({ attributes: [{ key: 'EventId', value: id }] }));
        assert.deepEqual(idsOf(found.events), [id]);
      }
    }));

  test('an entry without records moves the position', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const entries = at.entries(call({}), call());
      await at.store.ingest(entries);
      assert.equal(await at.store.ingestedUpTo(), entries[1]!.position);
      assert.deepEqual(await at.store.ingest([]), { added: 0, duplicates: 0 });
    }));
}

function testDropping(open: OpenEventStore): void {
  test('only what entered before the time goes', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const [old, young, file] = [newId(), newId(), newId()];
      await at.ingest(
        call({ id: old, second: 90, resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' }] }),
      );
      at.appendedAtMs += 10;
      await at.ingest(call({ id: young, second: 1 }), importOfRecords([{ id: file, second: 2 }]));
      assert.equal(await at.store.dropEnteredBefore(baseTimeMs), 0);
      assert.equal(await at.store.dropEnteredBefore(baseTimeMs + 10), 1);
      assert.deepEqual(idsOf((await at.store.lookup(query())).events), [file, young]);
      assert.deepEqual(
        (await at.store.lookup(query({ attributes: [{ key: 'ResourceType', value: 'AWS::S3::Bucket' }] })))
          .events,
        [],
      );
      assert.equal(await at.store.count(), 2);
      await at.reopen();
      assert.equal(await at.store.count(), 2);
      assert.equal(await at.store.dropEnteredBefore(baseTimeMs + 11), 2);
      assert.equal(await at.store.count(), 0);
    }));

  test('the position stays, and dropped events may come again', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const id = newId();
      const entries = at.entries(call({ id }));
      await at.store.ingest(entries);
      await at.store.dropEnteredBefore(baseTimeMs + 1);
      assert.equal(await at.store.ingestedUpTo(), entries[0]!.position);
      assert.equal((await at.store.ingest(entries)).added, 0);
      assert.equal((await at.ingest(call({ id }))).added, 1);
      await at.reopen();
      assert.deepEqual(idsOf((await at.store.lookup(query())).events), [id]);
    }));

  test('pages go on over what was dropped between them', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const [old, young] = [Array.from({ length: 5 }, newId), Array.from({ length: 5 }, newId)];
      await at.ingest(call(...old.map((id, index) => ({ id, second: 20 - index }))));
      at.appendedAtMs += 10;
      await at.ingest(call(...young.map((id, index) => ({ id, second: 10 - index }))));
      let pages = 0;
      const seen = await allPages(at.store, query({ limit: 2, accountId }), async () => {
        if (++pages === 1) await at.store.dropEnteredBefore(baseTimeMs + 10);
      });
      assert.deepEqual(idsOf(seen), [...old.slice(0, 2), ...young]);
    }));
}
