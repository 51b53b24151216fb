// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/event-log.ts; what was handed to `append` is what must be read.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type LogEntry, type Position, type RecordBundle, START } from '../event-log.js';
import { testCompareAndSet } from './event-log-changes-contract.js';
import { testImports } from './event-log-imports-contract.js';
import { testCheckpointsAndTrim, testLimitsAndClose } from './event-log-limits-contract.js';
import {
  call,
  eventIds,
  type OpenStores,
  readAll,
  record,
  testTimeMs,
  withStores,
} from './stores-under-test.js';

/** Registers the contract of EventLog for one adapter. `importBytesMax` is the adapter's limit for an import. */
export function testEventLogContract(
  name: string,
  open: OpenStores,
  limits: { readonly importBytesMax: number },
): void {
  describe(`EventLog contract: ${name}`, () => {
    describe('append and read', () => testAppendAndRead(open));
    describe('compare and set', () => testCompareAndSet(open));
    describe('imports', () => testImports(open, limits.importBytesMax));
    describe('time and order', () => testTimeAndOrder(open));
    describe('checkpoints and trim', () => testCheckpointsAndTrim(open));
    describe('limits and close', () => testLimitsAndClose(open));
  });
}

/** A bundle, with the texts that it is made of. */
function bundleOf(...texts: readonly string[]): RecordBundle {
  return {
    accountId: '111122223333',
    region: 'eu-west-1',
    category: 'ActivityAuditLog',
    forEventDataStores: ['one', 'two'],
    texts: Buffer.from(texts.join('')),
    textBytes: Uint32Array.from(texts, (text) => Buffer.byteLength(text)),
  };
}

/** Texts may be given as any kind of byte array. */
function plain({ entry }: { readonly entry: LogEntry }): unknown {
  if (entry.kind !== 'call' || entry.bundle === undefined) return entry;
  const { texts, textBytes, ...place } = entry.bundle;
  return { ...entry, bundle: { ...place, texts: Buffer.from(texts).toString(), textBytes: [...textBytes] } };
}

function testAppendAndRead(open: OpenStores): void {
  test('bundles come back as they were given, beside records or alone, whatever becomes of what was given', () =>
    withStores(open, async (at) => {
      const many = Array.from({ length: 100 }, (_, each) => `{"eventID":"${each}"}`);
      const entries: LogEntry[] = [
        { ...call('a'), bundle: bundleOf('{"é":"😀"}', '{}', '') },
        { kind: 'call', records: [], changes: [], bundle: bundleOf('{"eventID":"b"}') },
        { ...call('c', [{ key: 'k', value: 1 }]), bundle: bundleOf(...many) },
        call('d'),
      ];
      const expected = entries.map((entry) => plain({ entry }));
      for (const entry of entries) {
        await at.eventLog.append(entry);
        if (entry.kind === 'call') entry.bundle?.texts.fill(0);
        if (entry.kind === 'call') entry.bundle?.textBytes.fill(0);
      }
      assert.deepEqual((await readAll(at.eventLog)).map(plain), expected);
      await at.reopen();
      assert.deepEqual((await readAll(at.eventLog)).map(plain), expected);
    }));

  test('a bundle that is none is refused: no record, other bytes than it says', () =>
    withStores(open, async ({ eventLog }) => {
      const [sound, empty] = [bundleOf('{}'), bundleOf()];
      for (const bundle of [
        empty,
        { ...sound, texts: Buffer.from('{} ') },
        { ...sound, texts: Buffer.from('{') },
      ])
        await assert.rejects(eventLog.append({ kind: 'call', records: [], changes: [], bundle }), TypeError);
      assert.deepEqual(await readAll(eventLog), []);
    }));

  test('an empty log has nothing and stands at START', () =>
    withStores(open, async ({ eventLog }) => {
      assert.deepEqual(await eventLog.read(START), []);
      assert.equal(eventLog.head(), START);
    }));

  test('entries come back as they were given', () =>
    withStores(open, async (at) => {
      const entries: LogEntry[] = [
        call('a'),
        {
          kind: 'call',
          records: [record('b'), { ...record('c'), category: 'Data', region: 'eu-west-1' }],
          changes: [],
        },
        {
          kind: 'call',
          records: [],
          changes: [{ key: 'k/ü/😀', value: { text: 'ü😀\u0000\u2028', list: [1, null, true] } }],
        },
        call('d', [
          { key: 'k/1', value: 'text', expected: null },
          { key: 'k/2', value: null },
          { key: 'k/3', value: 0 },
        ]),
        { kind: 'call', records: [{ ...record('e'), json: '{"eventID":"e","text":"ü😀"}' }], changes: [] },
        {
          kind: 'call',
          records: [
            record('f'),
            { ...record('g'), eventContext: '{"requestContext":{"k":"ü😀"}}' },
            { ...record('h'), eventContext: '{}', largeJson: `{"text":"ü${'x'.repeat(300_000)}"}` },
          ],
          changes: [],
        },
      ];
      for (const entry of entries) await at.eventLog.append(entry);
      assert.deepEqual(
        (await readAll(at.eventLog)).map(({ entry }) => entry),
        entries,
      );
      await at.reopen();
      assert.deepEqual(
        (await readAll(at.eventLog)).map(({ entry }) => entry),
        entries,
      );
    }));

  test('what the caller does to an entry after append changes nothing', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      const value = { list: [1] };
      const appended = eventLog.append(call('a', [{ key: 'k', value }]));
      value.list.push(2);
      await appended;
      assert.deepEqual(stateStore.get('k')?.value, { list: [1] });
    }));

  test('append resolves to the position of its entry, and head is the last of them', () =>
    withStores(open, async ({ eventLog }) => {
      const positions: Position[] = [];
      for (const id of ['a', 'b', 'c']) positions.push(await eventLog.append(call(id)));
      assert.deepEqual(
        (await readAll(eventLog)).map(({ position }) => position),
        positions,
      );
      assert.equal(eventLog.head(), positions[2]);
    }));

  test('500 appends at once: each once, in one order, from every position, whatever the batch size', () =>
    withStores(open, async (at) => {
      const ids = Array.from({ length: 500 }, (_, i) => `id-${i}`);
      const positions = await Promise.all(ids.map((id) => at.eventLog.append(call(id))));
      const whole = await readAll(at.eventLog);
      assert.deepEqual(eventIds(whole).toSorted(), ids.toSorted());
      const byPosition = new Map(whole.map((stored) => [stored.position, eventIds([stored])[0]]));
      assert.deepEqual(
        positions.map((position) => byPosition.get(position)),
        ids,
      );
      for (const entriesMax of [1, 3, 7, 64, 499])
        assert.deepEqual(await readAll(at.eventLog, START, entriesMax), whole);
      for (let i = 0; i < whole.length; i += 23) {
        const behind = await readAll(at.eventLog, whole[i]?.position, 100);
        assert.deepEqual(behind, whole.slice(i + 1));
      }
    }));

  test('positions sort as strings in log order', () =>
    withStores(open, async ({ eventLog }) => {
      await Promise.all(Array.from({ length: 300 }, (_, i) => eventLog.append(call(String(i)))));
      const positions = (await readAll(eventLog)).map(({ position }) => position);
      assert.ok(
        positions.every((position, i) => position > (i === 0 ? START : (positions[i - 1] as Position))),
      );
    }));

  test('bytesMax is soft: the entry that passes it is the last, and one entry always comes', () =>
    withStores(open, async ({ eventLog }) => {
      for (const id of ['a', 'b', 'c', 'd']) await eventLog.append(call(id, [], 10_000));
      assert.deepEqual(eventIds(await eventLog.read(START, { bytesMax: 15_000 })), ['a', 'b']);
      assert.deepEqual(eventIds(await eventLog.read(START, { bytesMax: 1 })), ['a']);
      assert.equal((await readAll(eventLog)).length, 4);
    }));

  test('an entry of 100 records of 100 KB goes through', () =>
    withStores(open, async ({ eventLog }) => {
      const records = Array.from({ length: 100 }, (_, i) => record(`r-${i}`, 100_000));
      await eventLog.append({ kind: 'call', records, changes: [] });
      assert.deepEqual(await readAll(eventLog).then((all) => all[0]?.entry), {
        kind: 'call',
        records,
        changes: [],
      });
    }));

  const notEntries: [string, LogEntry][] = [
    ['no record and no change', { kind: 'call', records: [], changes: [] }],
    [
      'the same key twice',
      call('x', [
        { key: 'k', value: 1 },
        { key: 'k', value: 2 },
      ]),
    ],
    ['a value that JSON cannot say', call('x', [{ key: 'k', value: () => 1 }])],
    ['a value that JSON would turn into null', call('x', [{ key: 'k', value: Number.NaN }])],
    ['an empty key', call('x', [{ key: '', value: 1 }])],
    ['a key of 1,001 bytes', call('x', [{ key: `${'ü'.repeat(500)}x`, value: 1 }])],
    ['a key that is no UTF-8', call('x', [{ key: 'k/\ud800', value: 1 }])],
  ];
  for (const [what, entry] of notEntries) {
    test(`refused as a mistake of the caller: ${what}`, () =>
      withStores(open, async ({ eventLog }) => {
        await assert.rejects(eventLog.append(entry), TypeError);
        await eventLog.append(call('next'));
        assert.deepEqual(eventIds(await readAll(eventLog)), ['next']);
      }));
  }

  test('a position that this log did not write is refused', () =>
    withStores(open, async ({ eventLog }) => {
      await assert.rejects(eventLog.read('elsewhere' as Position), TypeError);
    }));
}

function testTimeAndOrder(open: OpenStores): void {
  test('appendedAtMs is the clock, and never goes back when the clock does, also after reopening', () =>
    withStores(open, async (at) => {
      await at.eventLog.append(call('a'));
      at.clock.advance(5_000);
      await at.eventLog.append(call('b'));
      at.clock.advance(-60_000);
      await at.eventLog.append(call('c'));
      await at.reopen();
      await at.eventLog.append(call('d'));
      at.clock.set(testTimeMs + 9_000);
      await at.eventLog.append(call('e'));
      const times = (await readAll(at.eventLog)).map(({ appendedAtMs }) => appendedAtMs - testTimeMs);
      assert.deepEqual(times, [0, 5_000, 5_000, 5_000, 9_000]);
    }));

  test('subscribers hear of appends, the one that left does not, and one that throws harms nobody', () =>
    withStores(open, async ({ eventLog }) => {
      let heard = 0;
      let left = 0;
      eventLog.subscribe(() => {
        throw new Error('a subscriber of this test');
      });
      const calls = new Promise<void>((resolve) => {
        eventLog.subscribe(() => {
          heard++;
          resolve();
        });
      });
      eventLog.subscribe(() => left++)();
      await eventLog.append(call('a'));
      await calls;
      assert.ok(heard >= 1);
      assert.equal(left, 0);
    }));

  test('a subscriber can read what it was called for', () =>
    withStores(open, async ({ eventLog }) => {
      const read = new Promise<readonly unknown[]>((resolve) => {
        eventLog.subscribe(() => resolve(eventLog.read(START)));
      });
      await eventLog.append(call('a'));
      assert.equal((await read).length, 1);
    }));
}
