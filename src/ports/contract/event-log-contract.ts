// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/event-log.ts; what was handed to `append` is what must be read.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ImportEntry,
  type LogEntry,
  LogFullError,
  type Position,
  START,
  StaleRevisionError,
} from '../event-log.js';
import type { Revision } from '../state-store.js';
import { noise } from './object-store-under-test.js';
import {
  call,
  eventIds,
  type OpenStores,
  readAll,
  record,
  testTimeMs,
  withStores,
} from './stores-under-test.js';

function importEntry(source: string, bytes: Uint8Array): ImportEntry {
  return { kind: 'import', accountId: '111122223333', source, eventCount: 7, gzip: true, bytes };
}

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

function testAppendAndRead(open: OpenStores): void {
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

function testCompareAndSet(open: OpenStores): void {
  test('a stale revision rejects with the key and writes neither record nor any change', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('a', [{ key: 'k', value: 1 }]));
      const stale = stateStore.get('k')?.revision as Revision;
      await eventLog.append(call('b', [{ key: 'k', value: 2, expected: stale }]));
      const refused = eventLog.append(
        call('c', [
          { key: 'other', value: 1 },
          { key: 'k', value: 3, expected: stale },
        ]),
      );
      await assert.rejects(refused, (error) => error instanceof StaleRevisionError && error.key === 'k');
      assert.equal(stateStore.get('k')?.value, 2);
      assert.equal(stateStore.get('other'), undefined);
      assert.deepEqual(eventIds(await readAll(eventLog)), ['a', 'b']);
    }));

  test('null means: there must be nothing', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('a', [{ key: 'k', value: 1, expected: null }]));
      await assert.rejects(
        eventLog.append(call('b', [{ key: 'k', value: 2, expected: null }])),
        StaleRevisionError,
      );
      await eventLog.append(call('c', [{ key: 'k', value: null }]));
      await eventLog.append(call('d', [{ key: 'k', value: 3, expected: null }]));
      assert.equal(stateStore.get('k')?.value, 3);
    }));

  test('a revision does not hold once the key was removed, nor after it came back with the same value', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('a', [{ key: 'k', value: 1 }]));
      const expected = stateStore.get('k')?.revision as Revision;
      await eventLog.append(call('b', [{ key: 'k', value: null, expected }]));
      await assert.rejects(
        eventLog.append(call('c', [{ key: 'k', value: 1, expected }])),
        StaleRevisionError,
      );
      await eventLog.append(call('d', [{ key: 'k', value: 1 }]));
      await assert.rejects(
        eventLog.append(call('e', [{ key: 'k', value: 1, expected }])),
        StaleRevisionError,
      );
    }));

  test('of 50 racing appends with one revision exactly one wins; their neighbours all go in', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('first', [{ key: 'k', value: 'first' }]));
      const expected = stateStore.get('k')?.revision as Revision;
      const racers = Array.from({ length: 50 }, (_, i) =>
        eventLog.append(call(`race-${i}`, [{ key: 'k', value: i, expected }])),
      );
      const others = Array.from({ length: 50 }, (_, i) =>
        eventLog.append(call(`other-${i}`, [{ key: `o/${i}`, value: i }])),
      );
      const outcomes = await Promise.allSettled(racers);
      await Promise.all(others);
      const winners = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [i] : []));
      assert.equal(winners.length, 1);
      assert.equal(stateStore.get('k')?.value, winners[0]);
      const losses = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      assert.ok(losses.every(({ reason }) => reason instanceof StaleRevisionError));
      const ids = eventIds(await readAll(eventLog));
      assert.equal(ids.length, 1 + 1 + 50);
      assert.ok(ids.includes(`race-${winners[0]}`));
    }));

  test('a change later in the same group sees the earlier one', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      const outcomes = await Promise.allSettled([
        eventLog.append(call('a', [{ key: 'k', value: 1, expected: null }])),
        eventLog.append(call('b', [{ key: 'k', value: 2, expected: null }])),
        eventLog.append(call('c', [{ key: 'k', value: null }])),
        eventLog.append(call('d', [{ key: 'k', value: 4, expected: null }])),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
      );
      assert.equal(stateStore.get('k')?.value, 4);
    }));
}

function testImports(open: OpenStores, importBytesMax: number): void {
  for (const bytes of [0, 1, 300_000, 3_000_000]) {
    test(`an import of ${bytes} bytes comes back, between other entries and after reopening`, () =>
      withStores(open, async (at) => {
        const entry = importEntry('s3://logs/one.json.gz', noise(bytes));
        await Promise.all([
          at.eventLog.append(call('a')),
          at.eventLog.append(entry),
          at.eventLog.append(call('b')),
        ]);
        await at.reopen();
        const all = await readAll(at.eventLog);
        const found = all[1]?.entry as ImportEntry;
        assert.deepEqual({ ...found, bytes: null }, { ...entry, bytes: null });
        assert.ok(Buffer.from(found.bytes).equals(entry.bytes));
        assert.deepEqual(eventIds(all), ['a', 'b']);
      }));
  }

  test('the bytes of an import count for bytesMax', () =>
    withStores(open, async ({ eventLog }) => {
      for (const source of ['1', '2', '3']) await eventLog.append(importEntry(source, noise(100_000)));
      assert.equal((await eventLog.read(START, { bytesMax: 150_000 })).length, 2);
    }));

  test('an import larger than the limit is refused', () =>
    withStores(open, async ({ eventLog }) => {
      await assert.rejects(
        eventLog.append(importEntry('large', Buffer.alloc(importBytesMax + 1))),
        RangeError,
      );
      assert.deepEqual(await eventLog.read(START), []);
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

function testCheckpointsAndTrim(open: OpenStores): void {
  test('a checkpoint is kept with its document, replaced, forgotten, and survives reopening', () =>
    withStores(open, async (at) => {
      const position = await at.eventLog.append(call('a'));
      assert.equal(await at.eventLog.checkpoint('indexer'), undefined);
      await at.eventLog.saveCheckpoint('indexer', { position: START, state: null });
      await at.eventLog.saveCheckpoint('indexer', { position, state: { open: ['ü', 1] } });
      await at.eventLog.saveCheckpoint('delivery', { position, state: 'x'.repeat(300_000) });
      await at.reopen();
      assert.deepEqual(await at.eventLog.checkpoint('indexer'), { position, state: { open: ['ü', 1] } });
      assert.deepEqual((await at.eventLog.checkpoint('delivery'))?.state, 'x'.repeat(300_000));
      await at.eventLog.saveCheckpoint('indexer', null);
      await at.reopen();
      assert.equal(await at.eventLog.checkpoint('indexer'), undefined);
    }));

  test('a checkpoint beyond the end of the log is refused', () =>
    withStores(open, async (at) => {
      await at.eventLog.append(call('a'));
      const position = await at.eventLog.append(call('b'));
      const other = await withSecondLog(open, position);
      assert.equal(other, 'RangeError');
    }));

  test('nothing is trimmed while no reader ever saved a checkpoint', () =>
    withStores(open, async ({ eventLog }) => {
      await eventLog.append(call('a'));
      assert.equal(await eventLog.trim(), 0);
      assert.deepEqual(eventIds(await readAll(eventLog)), ['a']);
    }));

  test('trim keeps what the slowest reader has not passed', () =>
    withStores(open, async (at) => {
      const positions: Position[] = [];
      for (let i = 0; i < 20; i++)
        positions.push(await at.eventLog.append(call(`id-${i}`, [{ key: 'k', value: i }])));
      await at.eventLog.saveCheckpoint('fast', { position: positions[19] as Position, state: null });
      await at.eventLog.saveCheckpoint('slow', { position: positions[11] as Position, state: null });
      const trimmed = await at.eventLog.trim();
      assert.ok(trimmed <= 12);
      const rest = eventIds(await readAll(at.eventLog, positions[11]));
      assert.deepEqual(rest, ['id-12', 'id-13', 'id-14', 'id-15', 'id-16', 'id-17', 'id-18', 'id-19']);
      assert.equal((await readAll(at.eventLog)).length, 20 - trimmed);
      await at.eventLog.saveCheckpoint('slow', null);
      assert.equal(trimmed + (await at.eventLog.trim()), 20);
      assert.deepEqual(await readAll(at.eventLog), []);
      assert.equal(at.stateStore.get('k')?.value, 19);
    }));

  test('positions go on after everything was trimmed, also after reopening', () =>
    withStores(open, async (at) => {
      const before = await at.eventLog.append(call('a', [{ key: 'k', value: 1 }]));
      const revision = at.stateStore.get('k')?.revision;
      await at.eventLog.saveCheckpoint('r', { position: before, state: null });
      assert.equal(await at.eventLog.trim(), 1);
      await at.reopen();
      assert.equal(at.eventLog.head(), before);
      const after = await at.eventLog.append(call('b', [{ key: 'k', value: 1 }]));
      assert.ok(after > before);
      assert.notEqual(at.stateStore.get('k')?.revision, revision);
      assert.deepEqual(eventIds(await at.eventLog.read(before)), ['b']);
    }));

  test('imports are trimmed with their bytes', () =>
    withStores(open, async (at) => {
      await at.eventLog.append(importEntry('a', noise(600_000)));
      const position = await at.eventLog.append(importEntry('b', noise(600_000)));
      await at.eventLog.saveCheckpoint('r', { position, state: null });
      assert.equal(await at.eventLog.trim(), 2);
      await at.eventLog.append(importEntry('c', noise(10)));
      await at.reopen();
      const all = await readAll(at.eventLog);
      assert.deepEqual(
        all.map(({ entry }) => (entry as ImportEntry).source),
        ['c'],
      );
    }));
}

/** How a log that is one entry long answers a checkpoint at a position beyond its end. */
async function withSecondLog(open: OpenStores, position: Position): Promise<string> {
  let name = 'accepted';
  await withStores(open, async ({ eventLog }) => {
    await eventLog.append(call('only'));
    await eventLog.saveCheckpoint('r', { position, state: null }).catch((error: Error) => {
      name = error.name;
    });
  });
  return name;
}

function testLimitsAndClose(open: OpenStores): void {
  test('a full log refuses, keeps what it has, and takes entries again once readers moved on', () =>
    withStores(
      open,
      async ({ eventLog, stateStore }) => {
        const full = await fill(eventLog.append.bind(eventLog));
        assert.ok(full.error instanceof LogFullError, String(full.error));
        const ids = eventIds(await readAll(eventLog));
        assert.deepEqual(ids, full.appended);
        assert.equal(stateStore.get('last')?.value, full.appended.at(-1));
        await eventLog.saveCheckpoint('r', { position: eventLog.head(), state: null });
        await eventLog.trim();
        await eventLog.append(call('again'));
        assert.deepEqual(eventIds(await readAll(eventLog)), ['again']);
      },
      200_000,
    ));

  test('many appends at once do not pass the byte limit', () =>
    withStores(
      open,
      async ({ eventLog }) => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 300 }, (_, i) => eventLog.append(call(`${i}`, [], 10_000))),
        );
        const taken = outcomes.filter(({ status }) => status === 'fulfilled').length;
        assert.ok(taken > 0 && taken * 10_000 <= 200_000, `${taken} entries of 10,000 bytes`);
        assert.equal((await readAll(eventLog)).length, taken);
      },
      200_000,
    ));

  test('close waits for appends under way; after it appends reject', () =>
    withStores(open, async (at) => {
      const { eventLog } = at;
      const appended = Promise.all(Array.from({ length: 20 }, (_, i) => eventLog.append(call(String(i)))));
      await Promise.all([appended, eventLog.close()]);
      await assert.rejects(eventLog.append(call('late')));
      await at.reopen();
      assert.equal((await readAll(at.eventLog)).length, 20);
    }));
}

async function fill(
  append: (entry: LogEntry) => Promise<Position>,
): Promise<{ appended: string[]; error: unknown }> {
  const appended: string[] = [];
  for (let i = 0; i < 1_000; i++) {
    try {
      await append(call(`id-${i}`, [{ key: 'last', value: `id-${i}` }], 10_000));
      appended.push(`id-${i}`);
    } catch (error) {
      return { appended, error };
    }
  }
  return { appended, error: undefined };
}
