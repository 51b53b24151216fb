// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations of `scan` and `records` at the head of ports/event-store.ts; the records are those given to `ingest`.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EventCategory } from '../event-log.js';
import { type EventStore, InvalidPageTokenError } from '../event-store.js';
import {
  accountId,
  baseTimeMs,
  call,
  EventStoreUnderTest,
  importOf,
  importOfRecords,
  newId,
  type OpenEventStore,
  query,
  recordJson,
  region,
} from './event-store-under-test.js';

interface ScannedLine {
  readonly place: string;
  readonly account: string;
  readonly region: string;
  readonly category: EventCategory;
  readonly entered: number;
  readonly record: { readonly eventID: string };
}

const wide = { eventsMax: 10_000, bytesMax: 64 * 1024 * 1024 };

function linesOf(bytes: Uint8Array): ScannedLine[] {
  const text = Buffer.from(bytes).toString('utf8');
  assert.ok(text === '' || text.endsWith('\n'));
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ScannedLine);
}

async function scanAll(
  store: EventStore,
  limits = wide,
  between: () => Promise<unknown> = async () => {},
): Promise<ScannedLine[]> {
  const lines: ScannedLine[] = [];
  let after = '';
  for (;;) {
    const scanned = await store.scan(after, limits);
    const found = linesOf(scanned.lines);
    assert.equal(found.length, scanned.count);
    assert.deepEqual(new Set(scanned.accounts), new Set(found.map(({ account }) => account)));
    lines.push(...found);
    if (scanned.next === after) return lines;
    after = scanned.next;
    await between();
  }
}

function scannedIds(lines: readonly ScannedLine[]): string[] {
  return lines.map(({ record }) => record.eventID);
}

export function testScans(open: OpenEventStore): void {
  test('an empty store has nothing to scan', () =>
    EventStoreUnderTest.with(open, async ({ store }) => {
      const { lines, count, accounts, next } = await store.scan('', wide);
      assert.deepEqual([lines.length, count, accounts, next], [0, 0, [], '']);
    }));

  test('every event comes once, in order of arrival, with what the log knows of it', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const [first, second, third, file] = [newId(), newId(), newId(), newId()];
      const other = '999988887777';
      await at.ingest(call({ id: first, second: 9 }, { id: second, category: 'Data', second: 1 }));
      at.appendedAtMs += 5;
      await at.ingest(call({ id: third, accountId: other, region: 'us-east-1' }, { id: first }));
      await at.ingest(importOfRecords([{ id: file, accountId: other, region: 'us-west-2' }, { id: first }]));
      const lines = await scanAll(at.store);
      assert.deepEqual(
        lines.map(({ record, account, region: at_, category, entered }) => [
          record.eventID,
          account,
          at_,
          category,
          entered,
        ]),
        [
          [first, accountId, region, 'Management', baseTimeMs],
          [second, accountId, region, 'Data', baseTimeMs],
          [third, other, 'us-east-1', 'Management', baseTimeMs + 5],
          [file, accountId, 'us-west-2', 'Management', baseTimeMs + 5],
        ],
      );
      const places = lines.map(({ place }) => BigInt(place));
      assert.deepEqual(
        places,
        [...places].sort((a, b) => (a < b ? -1 : 1)),
      );
      assert.equal(new Set(places).size, 4);
    }));

  test('records keep every value, and no line end stands in them', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const texts = ['line\nbreak\r\n', 'żółw 🐢 \u{10ffff}', 'a\u0000b', '"', 'x'.repeat(100_000)];
      const records = texts.map((note) => JSON.parse(recordJson({ note })) as { eventID: string });
      await at.ingest(importOf(JSON.stringify({ Records: records }, undefined, 2).replaceAll('\n', '\r\n')));
      assert.deepEqual(
        (await scanAll(at.store)).map(({ record }) => record),
        records,
      );
    }));

  test('what no history has is not in it', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const id = newId();
      await at.ingest(call({ category: 'Aggregated' }, { category: 'ActivityAuditLog' }, { id }), {
        ...importOfRecords([{}, {}]),
        eventDataStore: '3f2b6c1e-0000-4000-8000-00000000cafe',
      });
      assert.deepEqual(scannedIds(await scanAll(at.store)), [id]);
      assert.equal(await at.store.count(), 1);
    }));

  test('a scan ends with the event that passes a limit', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = Array.from({ length: 7 }, newId);
      await at.ingest(call(...ids.slice(0, 4).map((id) => ({ id }))), call({ id: ids[4]! }));
      await at.ingest(call({ id: ids[5]! }, { id: ids[6]! }));
      assert.equal((await at.store.scan('', { ...wide, eventsMax: 1 })).count, 1);
      assert.equal((await at.store.scan('', { ...wide, eventsMax: 5 })).count, 5);
      assert.equal((await at.store.scan('', { ...wide, bytesMax: 1 })).count, 1);
      assert.deepEqual(scannedIds(await scanAll(at.store, { ...wide, eventsMax: 1 })), ids);
      assert.deepEqual(scannedIds(await scanAll(at.store, { ...wide, bytesMax: 1_500 })), ids);
    }));

  test('a scan goes on where one ended, also after reopening, with what came since', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const ids = Array.from({ length: 4 }, newId);
      await at.ingest(call({ id: ids[0]! }, { id: ids[1]! }));
      const { next } = await at.store.scan('', wide);
      assert.equal((await at.store.scan(next, wide)).count, 0);
      assert.equal((await at.store.scan(next, wide)).next, next);
      await at.ingest(call({ id: ids[1]! }, { id: ids[2]! }));
      await at.reopen();
      await at.ingest(call({ id: ids[3]! }));
      assert.deepEqual(scannedIds(linesOf((await at.store.scan(next, wide)).lines)), ids.slice(2));
    }));

  test('what arrives and is looked up meanwhile disturbs no scan', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const before = Array.from({ length: 400 }, newId);
      const later = Array.from({ length: 60 }, newId);
      await at.ingest(importOfRecords(before.map((id) => ({ id }))));
      let next = 0;
      const found = await scanAll(at.store, { ...wide, eventsMax: 30 }, async () => {
        const id = later[next++];
        if (id === undefined) return;
        await Promise.all([at.ingest(call({ id })), at.store.lookup(query())]);
      });
      assert.deepEqual(scannedIds(found), [...before, ...later.slice(0, next)]);
    }));

  test('what was dropped is left out, and the scan goes on behind it', () =>
    EventStoreUnderTest.with(open, async (at) => {
      const [old, young] = [Array.from({ length: 5 }, newId), Array.from({ length: 5 }, newId)];
      await at.ingest(call(...old.map((id) => ({ id }))));
      const { next } = await at.store.scan('', { ...wide, eventsMax: 2 });
      at.appendedAtMs += 10;
      await at.ingest(call(...young.map((id) => ({ id }))));
      await at.store.dropEnteredBefore(baseTimeMs + 10);
      assert.deepEqual(scannedIds(linesOf((await at.store.scan(next, wide)).lines)), young);
      assert.deepEqual(scannedIds(await scanAll(at.store)), young);
    }));

  test('random histories in random pieces', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 6_000 }),
        (batches, eventsMax, bytesMax) =>
          EventStoreUnderTest.with(open, async (at) => {
            for (const batch of batches) await at.ingest(call(...batch.map((id) => ({ id: `event-${id}` }))));
            const expected = [...new Set(batches.flat())].map((id) => `event-${id}`);
            assert.deepEqual(scannedIds(await scanAll(at.store, { eventsMax, bytesMax })), expected);
          }),
      ),
      { numRuns: 12 },
    ));

  test('an `after` that is no place is refused', () =>
    EventStoreUnderTest.with(open, async ({ store }) => {
      for (const after of ['x', '-1', '1.5', '1e3', '9'.repeat(30)])
        await assert.rejects(store.scan(after, wide), InvalidPageTokenError, after);
    }));
}

export function testReads(open: OpenEventStore): void {
  test('records are read by their places, in the order asked for', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({ second: 3, region: 'us-east-1' }, { user: 'bob' }), call({}));
      await at.ingest(importOfRecords(Array.from({ length: 700 }, (_, second) => ({ second }))));
      const lines = await scanAll(at.store);
      const places = lines.map(({ place }) => place);
      const asked = [...places].reverse().concat(places[0]!);
      const found = (await recordsAt(at, asked)).map((text) => JSON.parse(text!) as { eventID: string });
      assert.deepEqual(
        found.map(({ eventID }) => eventID),
        [...scannedIds(lines)].reverse().concat(lines[0]!.record.eventID),
      );
      const [bob] = (await at.store.lookup(query({ attributes: [{ key: 'Username', value: 'bob' }] })))
        .events;
      assert.deepEqual(await recordsAt(at, [places[1]!]), [bob?.json]);
      assert.deepEqual(await recordsAt(at, []), []);
    }));

  test('records of another account are left out, and those that would be too many bytes', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({}, { second: 1 }, { accountId: '999988887777' }));
      const places = (await scanAll(at.store)).map(({ place }) => place);
      const [first, second, other] = await recordsAt(at, places);
      assert.ok(first !== undefined && second !== undefined);
      assert.equal(other, undefined);
      assert.deepEqual(
        (await recordsAt(at, places, '999988887777')).map((text) => text !== undefined),
        [false, false, true],
      );
      assert.deepEqual(await recordsAt(at, places, '000011112222'), [undefined, undefined, undefined]);
      assert.deepEqual(await recordsAt(at, places, accountId, first.length + 1), [
        first,
        undefined,
        undefined,
      ]);
    }));

  test('places of nothing are undefined', () =>
    EventStoreUnderTest.with(open, async (at) => {
      await at.ingest(call({}));
      const [line] = await scanAll(at.store);
      at.appendedAtMs += 10;
      await at.ingest(call({}));
      const never = ['', 'x', '-1', '9007199254740993', '123456789012', '9'.repeat(40)];
      for (const account of [accountId, '999988887777'])
        assert.deepEqual(
          await recordsAt(at, never, account),
          never.map(() => undefined),
        );
      const [record] = await recordsAt(at, [line!.place]);
      await at.store.dropEnteredBefore(baseTimeMs + 10);
      const [after] = await recordsAt(at, [line!.place]);
      assert.ok(after === undefined || after === record);
    }));
}

async function recordsAt(
  { store }: EventStoreUnderTest,
  places: readonly string[],
  account = accountId,
  bytesMax = 1e9,
): Promise<(string | undefined)[]> {
  const { bytes, lengths } = await store.records(account, places, bytesMax);
  assert.equal(lengths.length, places.length);
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return length === 0 ? undefined : Buffer.from(bytes.subarray(at - length, at)).toString('utf8');
  });
}
