// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations of imports at the head of ports/event-store.ts; the records of the files given to `ingest`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  call,
  EventStoreUnderTest,
  idsOf,
  importOf,
  importOfRecords,
  newId,
  type OpenEventStore,
  query,
  recordJson,
} from './event-store-under-test.js';

export function testImports(open: OpenEventStore): void {
  for (const gzip of [true, false]) {
    test(`events of a ${gzip ? 'gzip' : 'plain'} file go to the importing account, in the Regions that they name`, () =>
      EventStoreUnderTest.with(open, async (at) => {
        const [here, there] = [newId(), newId()];
        const records = [
          { id: here, accountId: '999988887777' },
          { id: there, region: 'us-west-2' },
        ];
        assert.deepEqual(await at.ingest(importOfRecords(records, { gzip })), { added: 2, duplicates: 0 });
        assert.deepEqual(idsOf((await at.store.lookup(query())).events), [here]);
        assert.deepEqual(idsOf((await at.store.lookup(query({ region: 'us-west-2' }))).events), [there]);
        assert.deepEqual((await at.store.lookup(query({ accountId: '999988887777' }))).events, []);
      }));
  }

  test('the same file again, and the same event live, change nothing', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const records = Array.from({ length: 300 }, () => ({ id: newId() }));
      await at.ingest(importOfRecords(records));
      assert.deepEqual(await at.ingest(importOfRecords(records, { gzip: false })), {
        added: 0,
        duplicates: 300,
      });
      assert.deepEqual(await at.ingest(call(...records.slice(0, 5))), { added: 0, duplicates: 5 });
      assert.equal(await at.store.count(), 300);
    }));

  const broken: [string, string][] = [
    ['no JSON', '{"Records":[{"eventName":'],
    ['broken behind good records', `{"Records":[${recordJson({})},`],
    ['empty', ''],
    ['no records', '{"hello":"world"}'],
  ];
  test('files that cannot be read are left out whole; what comes behind them goes in', () =>
    EventStoreUnderTest.with(open, async (at) => {
      for (const [what, text] of broken) {
        const good = newId();
        const entries = at.entries(
          importOf(text),
          importOf(text, { gzip: false }),
          importOfRecords([{ id: good, note: what }]),
        );
        assert.equal((await at.store.ingest(entries)).added, 1, what);
        assert.equal(await at.store.ingestedUpTo(), entries[2]!.position);
        const found = await at.store.lookup(query({ attributes: [{ key: 'EventId', value: good }] }));
        assert.deepEqual(idsOf(found.events), [good], what);
      }
      assert.equal(await at.store.count(), broken.length);
    }));

  test('a gzip file whose bytes are cut is left out whole', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const whole = importOfRecords(Array.from({ length: 50 }, () => ({})));
      await at.ingest({ ...whole, bytes: whole.bytes.subarray(0, whole.bytes.length >> 1) });
      assert.equal(await at.store.count(), 0);
    }));

  test('the bytes of an entry stay the caller’s', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const entry = importOfRecords([{}]);
      const copy = Buffer.from(entry.bytes);
      await at.ingest(entry);
      assert.deepEqual(Buffer.from(entry.bytes), copy);
    }));
}
