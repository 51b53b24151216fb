// SPDX-License-Identifier: Apache-2.0
// Oracle: what was acknowledged; the free space is a number that the test sets.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '../../../ports/clock.js';
import { call, eventIds, readAll, testTimeMs } from '../../../ports/contract/stores-under-test.js';
import { LogFullError } from '../../../ports/event-log.js';
import { openLmdbStores } from './open-lmdb-stores.js';

test('on a full disk appends reject, checkpoints and trims go on, and appends come back with the space', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-full-'));
  let free = 2_000_000;
  const { eventLog, stateStore, close } = await openLmdbStores(dir, {
    clock: new ManualClock(testTimeMs),
    diskFreeBytesMin: 1_500_000,
    diskFreeBytes: () => free,
  });
  try {
    await eventLog.append(call('a', [{ key: 'k', value: 'a' }], 100_000));
    await assert.rejects(eventLog.append(call('too large', [], 600_000)), LogFullError);
    free = 1_499_000;
    await assert.rejects(eventLog.append(call('b', [{ key: 'k', value: 'b' }])), LogFullError);
    assert.equal(stateStore.get('k')?.value, 'a');
    await eventLog.saveCheckpoint('r', { position: eventLog.head(), state: null });
    assert.equal(await eventLog.trim(), 1);
    free = 1_600_000;
    await eventLog.append(call('c'));
    assert.deepEqual(eventIds(await readAll(eventLog)), ['c']);
  } finally {
    await close();
    await rm(dir, { recursive: true, force: true });
  }
});

test('the appends of one group do not pass the reserve together', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-full-'));
  const { eventLog, close } = await openLmdbStores(dir, {
    clock: new ManualClock(testTimeMs),
    diskFreeBytesMin: 1_500_000,
    diskFreeBytes: () => 1_600_000,
  });
  try {
    // Nine of them fit into the 100,000 bytes above the reserve; each is a little larger than its padding.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => eventLog.append(call(`${i}`, [], 10_000))),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 9);
  } finally {
    await close();
    await rm(dir, { recursive: true, force: true });
  }
});

test('a full disk is named at open', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-full-'));
  try {
    const options = { clock: new ManualClock(testTimeMs), diskFreeBytes: () => 1_000 };
    await assert.rejects(
      openLmdbStores(dir, options),
      (error) => error instanceof LogFullError && error.message.includes(dir),
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
