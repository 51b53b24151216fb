// SPDX-License-Identifier: Apache-2.0
// Oracle: a rejection that nobody handles ends the process (Node's default), and no run may keep the next one from coming.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../ports/clock.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { silentLog } from '../../ports/operator-log.js';
import { startObjectExpiry } from './start-object-expiry.js';

test('a run that fails as a whole is told, and the next one comes', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let runs = 0;
  const told: string[] = [];
  const expiry = startObjectExpiry({
    stateStore: {
      get: () => undefined,
      list: () => {
        runs += 1;
        throw new Error('the state cannot be read');
      },
      watch: () => () => {},
    },
    objectStore: {} as ObjectStore,
    clock: new ManualClock(0),
    log: { ...silentLog, error: (_facts, message) => told.push(message) },
  });
  for (let hour = 1; hour <= 2; hour += 1) {
    t.mock.timers.tick(60 * 60_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(runs, hour);
    assert.equal(told.length, hour);
  }
  await expiry.stop();
});
