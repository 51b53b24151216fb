// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/log-event-store.ts, and a sorted list as the model of what was appended.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  eventOverheadBytes,
  type LogBatch,
  type LogEventQuery,
  type LogEventStore,
  type StoredLogEvent,
} from '../log-event-store.js';

/** Opens the store named by `place` (a folder of its own): the same place again is the same store. */
export type OpenLogEventStore = (place: string, freeBytes?: () => number) => Promise<LogEventStore>;

/** Registers the contract of LogEventStore for one adapter. */
export function testLogEventStoreContract(name: string, open: OpenLogEventStore): void {
  describe(`LogEventStore contract: ${name}`, () => {
    testReading(open);
    testMarks(open);
    testRemoval(open);
    testRoom(open);
    testModel(open);
  });
}

interface Place {
  store: LogEventStore;
  reopen(): Promise<void>;
}

async function within(
  open: OpenLogEventStore,
  check: (at: Place) => Promise<void>,
  freeBytes?: () => number,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-log-events-'));
  const at: Place = {
    store: await open(dir, freeBytes),
    async reopen() {
      await at.store.close();
      at.store = await open(dir, freeBytes);
    },
  };
  try {
    await check(at);
  } finally {
    await at.store.close();
    await rm(dir, { recursive: true, force: true });
  }
}

const group = 'group-1';
const all = { groupId: group, order: 'oldestFirst', eventsMax: 10_000, bytesMax: 10 ** 9 } as const;

function batch(streamId: string, events: readonly (readonly [number, string])[], groupId = group): LogBatch {
  return { groupId, streamId, events: events.map(([timestampMs, message]) => ({ timestampMs, message })) };
}

/** Every event of a query, over all of its pages. */
async function readAll(store: LogEventStore, query: LogEventQuery): Promise<StoredLogEvent[]> {
  const found: StoredLogEvent[] = [];
  for (let at: LogEventQuery = query; ; ) {
    const { events, next } = await store.read(at);
    assert.ok(events.length <= query.eventsMax);
    found.push(...events);
    if (next === undefined) return found;
    at = query.order === 'oldestFirst' ? { ...at, after: next } : { ...at, before: next };
  }
}

const messages = (events: readonly StoredLogEvent[]) => events.map(({ message }) => message);

function testReading(open: OpenLogEventStore): void {
  test('what was appended is read in the order of time, by stream and by group, also after reopening', () =>
    within(open, async (at) => {
      await at.store.append(
        [
          batch('a', [
            [10, 'a10'],
            [30, 'a30'],
          ]),
          batch('b', [[20, 'b20']]),
        ],
        { ingestedAtMs: 99 },
      );
      await at.store.append(
        [
          batch('a', [
            [5, 'ü😀\u0000'],
            [30, 'a30 again'],
          ]),
        ],
        { ingestedAtMs: 100 },
      );
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(messages(await readAll(at.store, all)), [
          'ü😀\u0000',
          'a10',
          'b20',
          'a30',
          'a30 again',
        ]);
        assert.deepEqual(messages(await readAll(at.store, { ...all, streamIds: ['a'] })), [
          'ü😀\u0000',
          'a10',
          'a30',
          'a30 again',
        ]);
        assert.deepEqual(
          messages(await readAll(at.store, { ...all, order: 'newestFirst', streamIds: ['a', 'none'] })),
          ['a30 again', 'a30', 'a10', 'ü😀\u0000'],
        );
        assert.deepEqual(messages(await readAll(at.store, { ...all, fromMs: 10, toMs: 30 })), ['a10', 'b20']);
        await at.reopen();
      }
      const [first] = (await at.store.read({ ...all, fromMs: 20 })).events;
      assert.deepEqual([first?.streamId, first?.timestampMs, first?.ingestedAtMs], ['b', 20, 99]);
    }));

  test('a group, a stream or a time without events is empty', () =>
    within(open, async ({ store }) => {
      await store.append([batch('a', [[10, 'x']])], { ingestedAtMs: 1 });
      for (const query of [
        { groupId: 'other' },
        { streamIds: [] },
        { streamIds: ['b'] },
        { fromMs: 11 },
        { toMs: 10 },
        { fromMs: 10, toMs: 10 },
      ])
        assert.deepEqual(await store.read({ ...all, ...query }), { events: [], next: undefined });
      assert.deepEqual(await store.stats('other'), []);
      assert.deepEqual(await store.stats(group, 'b'), []);
      assert.equal(await store.mark('nobody'), undefined);
    }));

  test('a page ends at its events and at its bytes, and one event may be larger by itself', () =>
    within(open, async ({ store }) => {
      await store.append(
        [
          batch('a', [
            [1, 'x'.repeat(100)],
            [2, 'y'.repeat(50)],
            [3, 'z'.repeat(50)],
          ]),
        ],
        { ingestedAtMs: 1 },
      );
      const sizes = async (limits: object) => (await store.read({ ...all, ...limits })).events.length;
      assert.equal(await sizes({ eventsMax: 2 }), 2);
      assert.equal(await sizes({ bytesMax: 10 }), 1);
      assert.equal(await sizes({ bytesMax: 150 }), 2);
      assert.equal(await sizes({ bytesMax: 200 }), 3);
      assert.equal((await store.read({ ...all, eventsMax: 3 })).next, undefined);
    }));

  test('who reads on after an append meets the newer events, and nothing twice', () =>
    within(open, async ({ store }) => {
      await store.append(
        [
          batch('a', [
            [10, 'one'],
            [20, 'two'],
          ]),
        ],
        { ingestedAtMs: 1 },
      );
      const { events } = await store.read(all);
      const after = events.at(-1)?.position as StoredLogEvent['position'];
      await store.append(
        [
          batch('a', [
            [15, 'older'],
            [20, 'two again'],
            [30, 'three'],
          ]),
        ],
        { ingestedAtMs: 2 },
      );
      assert.deepEqual(messages(await readAll(store, { ...all, after })), ['two again', 'three']);
      assert.deepEqual(messages(await readAll(store, { ...all, before: after, order: 'newestFirst' })), [
        'older',
        'one',
      ]);
    }));

  test('counts are those of what is there', () =>
    within(open, async ({ store }) => {
      await store.append(
        [
          batch('a', [
            [10, 'ü'],
            [20, 'two'],
          ]),
          batch('b', [[5, 'x']]),
        ],
        { ingestedAtMs: 50 },
      );
      await store.append([batch('a', [[7, 'x']])], { ingestedAtMs: 40 });
      const a = {
        streamId: 'a',
        eventCount: 3,
        bytes: 6 + 3 * eventOverheadBytes,
        firstEventMs: 7,
        lastEventMs: 20,
        lastIngestedMs: 50,
      };
      assert.deepEqual(await store.stats(group, 'a'), [a]);
      assert.deepEqual(
        (await store.stats(group)).map(({ streamId }) => streamId),
        ['a', 'b'],
      );
      assert.deepEqual(await store.groups(), [{ groupId: group, bytes: 7 + 4 * eventOverheadBytes }]);
    }));

  test('what is no batch is refused', () =>
    within(open, async ({ store }) => {
      await assert.rejects(
        store.append(
          [
            batch('a', [
              [2, 'x'],
              [1, 'y'],
            ]),
          ],
          { ingestedAtMs: 1 },
        ),
        TypeError,
      );
      await assert.rejects(store.append([batch('a', [[-1, 'x']])], { ingestedAtMs: 1 }), RangeError);
      await assert.rejects(store.append([batch('', [[1, 'x']])], { ingestedAtMs: 1 }), TypeError);
      assert.deepEqual(await store.groups(), []);
    }));
}

function testMarks(open: OpenLogEventStore): void {
  test('a writer that repeats itself adds nothing, after reopening too', () =>
    within(open, async (at) => {
      const append = (key: string, message: string) =>
        at.store.append([batch('a', [[1, message]])], {
          ingestedAtMs: 1,
          writer: 'w',
          mark: { key, note: { key } },
        });
      assert.equal(await append('2', 'two'), true);
      await at.reopen();
      assert.equal(await append('2', 'two'), false);
      assert.equal(await append('1', 'one'), false);
      assert.equal(await append('3', 'three'), true);
      assert.deepEqual(messages(await readAll(at.store, all)), ['two', 'three']);
      assert.deepEqual(await at.store.mark('w'), { key: '3', note: { key: '3' } });
      await at.store.dropGroup(group);
      assert.equal(await append('3', 'three'), false);
      await at.store.saveMark('w', null);
      assert.equal(await append('1', 'one'), true);
    }));

  test('a mark goes forward with nothing to write, and writers do not know of each other', () =>
    within(open, async ({ store }) => {
      assert.equal(await store.append([], { ingestedAtMs: 1, writer: 'w', mark: { key: '5' } }), true);
      assert.equal((await store.mark('w'))?.key, '5');
      assert.equal(
        await store.append([batch('a', [[1, 'x']])], { ingestedAtMs: 1, writer: 'v', mark: { key: '1' } }),
        true,
      );
    }));
}

function testRemoval(open: OpenLogEventStore): void {
  test('trimming frees what is older, and can be repeated', () =>
    within(open, async (at) => {
      for (let i = 0; i < 600; i++)
        await at.store.append([batch(i % 2 ? 'a' : 'b', [[i, `m${i}`]])], { ingestedAtMs: 1 });
      await at.store.trim(group, 590);
      await at.store.trim(group, 590);
      await at.reopen();
      assert.deepEqual(
        messages(await readAll(at.store, all)),
        Array.from({ length: 10 }, (_, i) => `m${590 + i}`),
      );
      assert.deepEqual(
        (await at.store.stats(group)).map(({ eventCount, firstEventMs }) => [eventCount, firstEventMs]),
        [
          [5, 591],
          [5, 590],
        ],
      );
      await at.store.trim(group, 10_000);
      assert.deepEqual(await at.store.stats(group), []);
    }));

  test('a dropped stream or group is gone, its neighbours are not, and its ids can be used again', () =>
    within(open, async ({ store }) => {
      await store.append(
        [batch('a', [[1, 'a']]), batch('ab', [[2, 'ab']]), batch('a', [[3, 'other']], 'group-10')],
        { ingestedAtMs: 1 },
      );
      await store.dropStream(group, 'a');
      assert.deepEqual(messages(await readAll(store, all)), ['ab']);
      await store.append([batch('a', [[1, 'new']])], { ingestedAtMs: 1 });
      assert.deepEqual(messages(await readAll(store, all)), ['new', 'ab']);
      await store.dropGroup(group);
      assert.deepEqual(await readAll(store, all), []);
      assert.deepEqual(messages(await readAll(store, { ...all, groupId: 'group-10' })), ['other']);
      assert.deepEqual(
        (await store.groups()).map(({ groupId }) => groupId),
        ['group-10'],
      );
    }));
}

function testRoom(open: OpenLogEventStore): void {
  test('without room appends are refused, removals go on, and it goes on by itself when there is room', async () => {
    let free = 10 ** 10;
    await within(
      open,
      async ({ store }) => {
        await store.append([batch('a', [[1, 'one']])], { ingestedAtMs: 1 });
        free = 1_000;
        const refused = store.append([batch('a', [[2, 'two']])], {
          ingestedAtMs: 1,
          writer: 'w',
          mark: { key: '1' },
        });
        await assert.rejects(refused, { name: 'LogEventStoreFullError' });
        assert.equal(await store.mark('w'), undefined);
        await store.trim(group, 10);
        free = 10 ** 10;
        await store.append([batch('a', [[2, 'two']])], { ingestedAtMs: 1, writer: 'w', mark: { key: '1' } });
        assert.deepEqual(messages(await readAll(store, all)), ['two']);
      },
      () => free,
    );
  });
}

const times = fc.array(fc.nat(60), { minLength: 1, maxLength: 12 }).map((list) => list.sort((a, b) => a - b));
const batches = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), times), { minLength: 1, maxLength: 12 });
const query = fc.record({
  order: fc.constantFrom('oldestFirst' as const, 'newestFirst' as const),
  streamIds: fc.option(fc.subarray(['a', 'b', 'c', 'none']), { nil: undefined }),
  fromMs: fc.option(fc.nat(60), { nil: undefined }),
  toMs: fc.option(fc.nat(61), { nil: undefined }),
  eventsMax: fc.integer({ min: 1, max: 9 }),
  bytesMax: fc.constantFrom(1, 30, 10_000),
});

function testModel(open: OpenLogEventStore): void {
  test('any batches, any query, page by page: as the sorted list has it', async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.array(query, { minLength: 1, maxLength: 4 }), (given, queries) =>
        within(open, async ({ store }) => {
          const model: { timestampMs: number; arrival: number; streamId: string; message: string }[] = [];
          for (const [streamId, list] of given) {
            const events = list.map(
              (timestampMs, i) => [timestampMs, `${streamId}-${model.length}-${i}`] as const,
            );
            await store.append([batch(streamId, events)], { ingestedAtMs: 1 });
            for (const [timestampMs, message] of events)
              model.push({ timestampMs, arrival: model.length, streamId, message });
          }
          model.sort((a, b) => a.timestampMs - b.timestampMs || a.arrival - b.arrival);
          for (const { streamIds, fromMs, toMs, ...rest } of queries) {
            const expected = model
              .filter((event) => streamIds === undefined || streamIds.includes(event.streamId))
              .filter(({ timestampMs }) => timestampMs >= (fromMs ?? 0) && timestampMs < (toMs ?? 1_000))
              .map(({ message }) => message);
            const asked = {
              groupId: group,
              ...rest,
              ...(streamIds && { streamIds }),
              ...(fromMs !== undefined && { fromMs }),
              ...(toMs !== undefined && { toMs }),
            };
            const found = await readAll(store, asked);
            assert.deepEqual(messages(found), rest.order === 'oldestFirst' ? expected : expected.reverse());
            const positions = found.map(({ position }) => position);
            assert.deepEqual(
              positions,
              rest.order === 'oldestFirst' ? [...positions].sort() : [...positions].sort().reverse(),
            );
            assert.equal(new Set(positions).size, positions.length);
          }
        }),
      ),
      { numRuns: 120 },
    );
  });
}
