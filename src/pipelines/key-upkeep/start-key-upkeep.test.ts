// SPDX-License-Identifier: Apache-2.0
// Oracle: a rejection that nobody handles ends the process (Node's default), and no run may keep the next one from coming.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { SecretBox } from '../../identity/secret-box.js';
import { KeyMaterials } from '../../keys/key-material.js';
import { ManualClock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import { startKeyUpkeep } from './start-key-upkeep.js';

test('runs at once and every minute; a run that fails is told, and the next one comes', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let runs = 0;
  const told: string[] = [];
  const upkeep = startKeyUpkeep({
    stateStore: {
      get: () => undefined,
      list: () => {
        runs += 1;
        throw new Error('the state cannot be read');
      },
      watch: () => () => {},
    },
    eventLog: {} as EventLog,
    materials: new KeyMaterials(new SecretBox(randomBytes(32))),
    clock: new ManualClock(0),
    log: { ...silentLog, error: (_facts, message) => told.push(message) },
  });
  for (let run = 1; run <= 3; run += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([runs, told.length], [run, run]);
    t.mock.timers.tick(60_000);
  }
  await upkeep.stop();
});
