// SPDX-License-Identifier: Apache-2.0
// Oracle: the contracts at Undo, unreadyReason and LmdbStores.fullReason.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openLmdbStores } from '../adapters/event-log/lmdb/open-lmdb-stores.js';
import { unreadyReason } from '../composition-readiness.js';
import { Undo } from '../composition-undo.js';
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
  const state = (full: string | undefined, indexFailsMs: number, deliveryFailsMs: number) =>
    unreadyReason(
      {
        logRoom: { fullReason: () => full, liveBytes: () => 0 },
        indexer: { failingMs: () => indexFailsMs } as never,
      },
      { failingMs: () => deliveryFailsMs },
    );

  test('is lost to a full log, and to a reader that fails for a while', () => {
    assert.equal(state(undefined, 0, 0), undefined);
    assert.equal(state(undefined, 1_000, 1_000), undefined, 'one failure is tried again');
    assert.match(String(state('the log is full', 0, 0)), /^the log is full/);
    assert.match(String(state(undefined, 60_000, 0)), /history/);
    assert.match(String(state(undefined, 0, 60_000)), /log files/);
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
