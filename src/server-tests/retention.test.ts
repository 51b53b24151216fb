// SPDX-License-Identifier: Apache-2.0
// Oracle: the events that were appended to the real log, counted in the files that arrive after the history has
// dropped them and the log was trimmed as far as it can be.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLmdbStores } from '../adapters/event-log/lmdb/open-lmdb-stores.js';
import { openDuckdbEventStore } from '../adapters/event-store/duckdb/open-duckdb-event-store.js';
import { type OutboxDisk, openOutboxDisk } from '../pipelines/delivery/outbox-disk.js';
import { startDelivery } from '../pipelines/delivery/start-delivery.js';
import { account, never, record, startMs, trail } from '../pipelines/delivery/testing/delivery-scene.js';
import { MemoryDestination } from '../pipelines/delivery/testing/memory-destination.js';
import { startIndexer } from '../pipelines/index-history/start-indexer.js';
import { ManualClock } from '../ports/clock.js';
import { type EventLog, START } from '../ports/event-log.js';
import { silentLog } from '../ports/operator-log.js';
import { until } from '../testing/until.js';
import { trailKey } from '../trails/trail.js';
import { temporaryFolder } from './cairn-process.js';

const dayMs = 86_400_000;

async function entriesOf(eventLog: EventLog): Promise<number> {
  return (await eventLog.read(START, { entriesMax: 1_000 })).length;
}

test('history and log are trimmed without touching what a trail has not delivered yet', async (context) => {
  const folder = temporaryFolder(context);
  const clock = new ManualClock(startMs);
  const stores = await openLmdbStores(join(folder, 'log'), { clock });
  const eventStore = await openDuckdbEventStore(join(folder, 'history'), { log: silentLog });
  const { eventLog } = stores;
  const destination = new MemoryDestination();
  const disk = await openOutboxDisk(join(folder, 'outbox'));
  let isFull = true;
  const fullDisk: OutboxDisk = {
    ...disk,
    create: (name) => (isFull ? Promise.reject(new Error('no room')) : disk.create(name)),
  };
  const deliver = () =>
    startDelivery({
      eventLog,
      destination,
      clock,
      log: silentLog,
      dir: '',
      disk: fullDisk,
      intervalMs: 60_000,
      after: never,
    });
  const known = async () =>
    (await eventStore.lookup({ accountId: account, attributes: [], limit: 1_000 })).events.length;
  /** The history takes in everything, drops what has left its window, and lets the log be trimmed. */
  const keepHistory = async (left: number) => {
    const indexer = startIndexer({ eventLog, eventStore, clock, historyMs: dayMs, log: silentLog });
    await indexer.caughtUpTo(eventLog.head());
    await until(async () => (await known()) === left, { everyMs: 20 });
    assert.equal(await known(), left, 'events in the history');
    await indexer.stop();
    await eventLog.trim();
  };

  try {
    let delivery = await deliver();
    const change = { key: trailKey(account, 'us-east-1', 'main'), value: trail('main') };
    await eventLog.append({ kind: 'call', records: [record('e0')], changes: [change] });
    for (let count = 1; count < 50; count++)
      await eventLog.append({ kind: 'call', records: [record(`e${count}`)], changes: [] });
    await assert.rejects(delivery.flushNow());
    await keepHistory(50);
    assert.equal(await entriesOf(eventLog), 50);

    // Days later the history has none of them; the log keeps them all, for no file holds them yet.
    clock.advance(3 * dayMs);
    await keepHistory(0);
    assert.equal(await entriesOf(eventLog), 50);

    // In finished files they need the log no more; the files wait for their bucket.
    isFull = false;
    destination.refuse.set('main-logs', 'NoSuchBucket');
    await delivery.flushNow();
    assert.ok((await eventLog.trim()) > 0);
    assert.equal(await entriesOf(eventLog), 0);
    assert.equal(delivery.status(trail('main').arn)?.waitingFiles, 1);
    await delivery.stop();
    clock.advance(20 * dayMs);
    await keepHistory(0);

    delivery = await deliver();
    destination.refuse.clear();
    await delivery.flushNow();
    const expected = Array.from({ length: 50 }, (_, count) => `e${count}`);
    assert.deepEqual(destination.eventIds('main-logs'), expected);
    await delivery.stop();
  } finally {
    await eventStore.close();
    await stores.close();
  }
});
