// SPDX-License-Identifier: Apache-2.0
// Oracle: the contracts at Undo, unreadyReason and LmdbStores.fullReason.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openLmdbStores } from '../adapters/event-log/lmdb/open-lmdb-stores.js';
import { unreadyReason } from '../composition-readiness.js';
import { Undo } from '../composition-undo.js';
import { Metrics } from '../http/metrics.js';
import { systemClock } from '../ports/clock.js';
import { LogFullError } from '../ports/event-log.js';
import { temporaryFolder } from './cairn-process.js';

describe('undo', () => {
  test('goes backwards, does every step, and tells the first failure', async () => {
    const done: string[] = [];
    const undo = new Undo();
    for (const name of ['a', 'b', 'c']) {
      undo.add(async () => {
        done.push(name);
        if (name !== 'a') throw new Error(name);
      });
    }
    await assert.rejects(undo.run(), /^Error: c$/);
    assert.deepEqual(done, ['c', 'b', 'a']);
    await undo.run();
    assert.equal(done.length, 3, 'once');
  });
});

describe('readiness', () => {
  const failing = (ms: number) => ({ failingMs: () => ms });
  const well = {
    delivery: failing(0),
    digests: failing(0),
    logGroups: failing(0),
    aggregation: failing(0),
    queries: failing(0),
  };
  const state = (full: string | undefined, indexFailsMs: number, readers: Partial<typeof well> = {}) =>
    unreadyReason(
      {
        logRoom: { fullReason: () => full, liveBytes: () => 0 },
        indexer: { failingMs: () => indexFailsMs } as never,
      },
      { ...well, ...readers },
    );

  test('is lost to a full log, and to a reader that fails for a while', () => {
    assert.equal(state(undefined, 0), undefined);
    assert.equal(
      state(undefined, 1_000, { delivery: failing(1_000) }),
      undefined,
      'one failure is tried again',
    );
    assert.match(String(state('the log is full', 0)), /^the log is full/);
    assert.match(String(state(undefined, 60_000)), /history/);
    assert.match(String(state(undefined, 0, { delivery: failing(60_000) })), /log files/);
    assert.match(String(state(undefined, 0, { digests: failing(60_000) })), /digests/);
    assert.match(String(state(undefined, 0, { logGroups: failing(60_000) })), /log groups/);
    assert.match(String(state(undefined, 0, { aggregation: failing(60_000) })), /aggregated/);
    assert.match(String(state(undefined, 0, { queries: failing(60_000) })), /queries/);
  });

  test('each reader is a value of one metric', async () => {
    const metrics = new Metrics();
    const failingS = { digests: 3, history: 0 };
    metrics.gauges('cairn_reader_failing_seconds', 'how long', 'reader', () => failingS);
    assert.match(await metrics.text(), /^cairn_reader_failing_seconds\{reader="digests"\} 3$/m);
    failingS.digests = 0;
    assert.match(await metrics.text(), /^cairn_reader_failing_seconds\{reader="digests"\} 0$/m);
  });

  test("the log knows when it is full, by its own limit and by the disk's", async (context) => {
    const folder = temporaryFolder(context);
    let free = 1e9;
    const stores = await openLmdbStores(folder, {
      clock: systemClock,
      logBytesMax: 20_000,
      diskFreeBytesMin: 1e6,
      diskFreeBytes: () => free,
    });
    try {
      assert.equal(stores.fullReason(), undefined);
      free = 1e6;
      assert.match(String(stores.fullReason()), /disk/);
      free = 1e9;
      const changes = [{ key: 'k', value: 'x'.repeat(3_000) }];
      const fill = async () => {
        for (let i = 0; i < 100; i += 1) await stores.eventLog.append({ kind: 'call', records: [], changes });
      };
      await assert.rejects(fill(), LogFullError);
      assert.match(String(stores.fullReason()), /the log is full/);
      assert.ok(stores.liveBytes() > 15_000);
    } finally {
      await stores.close();
    }
  });
});
