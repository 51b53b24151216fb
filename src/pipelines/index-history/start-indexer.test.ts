// SPDX-License-Identifier: Apache-2.0
// Oracle: the log itself. What the store was given must be the log's entries, in order, each once.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../ports/clock.js';
import type { LogEntry, Position } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import { until } from '../../testing/until.js';
import { dropEveryMs, gatherEntriesMin, gatherSteadyMs, readEntriesMax } from './limits.js';
import { type Indexer, indexReader, startIndexer } from './start-indexer.js';
import { ScriptedEventLog, ScriptedEventStore } from './testing/scripted-stores.js';

const dayMs = 86_400_000;
const call: LogEntry = { kind: 'call', records: [], changes: [] };
const imported: LogEntry = {
  kind: 'import',
  accountId: '111122223333',
  source: 'x',
  eventCount: 1,
  gzip: false,
  bytes: new Uint8Array(),
};

describe('indexer', () => {
  let eventLog: ScriptedEventLog;
  let eventStore: ScriptedEventStore;
  let clock: ManualClock;
  let indexer: Indexer;

  const start = () => startIndexer({ eventLog, eventStore, clock, historyMs: 90 * dayMs, log: silentLog });
  const positions = () => eventStore.ingested.flat().map(({ position }) => position);
  const inLog = () => eventLog.entries.map(({ position }) => position);

  beforeEach(() => {
    eventLog = new ScriptedEventLog();
    eventStore = new ScriptedEventStore();
    clock = new ManualClock(Date.UTC(2026, 10, 21));
    indexer = start();
  });
  afterEach(() => indexer.stop());

  test('brings in what is appended, in order', async () => {
    for (let i = 0; i < 20; i++) await indexer.caughtUpTo(await eventLog.append(call));
    assert.deepEqual(positions(), inLog());
  });

  test('takes a backlog in pieces of bounded size', async () => {
    await indexer.stop();
    for (let i = 0; i < readEntriesMax * 2 + 5; i++) void eventLog.append(call);
    indexer = start();
    await indexer.caughtUpTo(eventLog.head());
    assert.deepEqual(
      eventStore.ingested.map((batch) => batch.length),
      [readEntriesMax, readEntriesMax, 5],
    );
    assert.deepEqual(positions(), inLog());
  });

  test('a steady trickle is gathered, and who waits is not made to wait for it', async (t) => {
    const turns = async () => {
      for (let i = 0; i < 20; i++) await turn();
    };
    const pass = async () => {
      t.mock.timers.tick(gatherSteadyMs);
      await turns();
    };
    const append = (count: number) => {
      for (let n = 0; n < count; n++) void eventLog.append(call);
    };
    const sizes = () => eventStore.ingested.map((batch) => batch.length);
    await indexer.stop();
    t.mock.timers.enable({ apis: ['setTimeout'] });
    indexer = start();
    try {
      await turns();
      append(2);
      await turns();
      append(3);
      await turns();
      assert.deepEqual(sizes(), [], 'the first ones ring, the others come while it gathers');
      await pass();
      append(gatherEntriesMin);
      await turns();
      assert.deepEqual(sizes(), [5], 'behind a few it gathers again');
      await pass();
      append(1);
      await turns();
      await pass();
      assert.deepEqual(sizes(), [5, gatherEntriesMin, 1]);
      // What has rung meanwhile is gathered for too: then it rests.
      for (let i = 0; i < 3; i++) await pass();
      const found = indexer.caughtUpTo(String(eventLog.entries.length + 1).padStart(8, '0') as Position);
      append(1);
      await turns();
      assert.deepEqual(sizes(), [5, gatherEntriesMin, 1, 1]);
      await found;
    } finally {
      const stopped = indexer.stop();
      await pass();
      await stopped;
      t.mock.timers.reset();
    }
  });

  test('goes on where the store stands after a restart', async () => {
    await indexer.caughtUpTo(await eventLog.append(call));
    await indexer.stop();
    void eventLog.append(call);
    indexer = start();
    await indexer.caughtUpTo(eventLog.head());
    assert.deepEqual(positions(), inLog());
  });

  test('tries again when the store or the log fails, and loses nothing', async () => {
    eventStore.faults.push(new Error('disk'), new Error('disk'));
    eventLog.readFaults.push(new Error('busy'));
    const last = [call, call, call].map((entry) => eventLog.append(entry)).at(-1)!;
    await indexer.caughtUpTo(await last);
    assert.deepEqual(positions(), inLog());
  });

  test('counts imports apart from calls', async () => {
    for (const entry of [call, imported, imported, call, imported]) void eventLog.append(entry);
    await indexer.caughtUpTo(eventLog.head());
    assert.deepEqual(indexer.importTotals(), { added: 3, duplicates: 0 });
    assert.deepEqual(positions(), inLog());
  });

  test('has a checkpoint before anything else, and one behind everything when it stops', async () => {
    await indexer.caughtUpTo(await eventLog.append(call));
    assert.ok(eventLog.checkpoints.has(indexReader));
    await indexer.stop();
    assert.equal(eventLog.checkpoints.get(indexReader)?.position, eventLog.head());
    assert.equal(eventLog.subscriberCount, 0);
  });

  test('tells those who wait when it stops', async () => {
    const waiting = indexer.caughtUpTo('99999999' as Position);
    const refused = assert.rejects(waiting, /stopped/);
    await indexer.stop();
    await refused;
    await assert.rejects(indexer.caughtUpTo('99999999' as Position), /stopped/);
  });

  test('stops while the store keeps failing', async () => {
    for (let i = 0; i < 1000; i++) eventStore.faults.push(new Error('disk'));
    await eventLog.append(call);
    await until(() => indexer.failingMs() > 0);
    assert.ok(indexer.failingMs() > 0);
    await indexer.stop();
    assert.deepEqual(positions(), []);
  });

  test('drops what left the look-up window, at the start and then once an hour, whatever the clock does', async () => {
    /** One more event, and the upkeep behind it: the one after it is not brought in before. */
    const step = async (drops: number) => {
      await indexer.caughtUpTo(await eventLog.append(call));
      await indexer.caughtUpTo(await eventLog.append(call));
      await until(() => eventStore.dropped.length >= drops);
    };
    await step(1);
    const first = clock.now();
    assert.deepEqual(eventStore.dropped, [first - 90 * dayMs]);
    await step(1);
    assert.equal(eventStore.dropped.length, 1);
    clock.advance(dropEveryMs);
    await step(2);
    clock.set(first - 10 * dayMs);
    await step(3);
    assert.deepEqual(
      eventStore.dropped,
      [first, first + dropEveryMs, first - 10 * dayMs].map((now) => now - 90 * dayMs),
    );
  });
});
