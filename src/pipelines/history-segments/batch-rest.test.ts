// SPDX-License-Identifier: Apache-2.0
// Oracle: rests counted by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchRest } from './batch-rest.js';
import { batchRestMsMax, busyEventsPerSecond } from './limits.js';

test('batches rest where events pour in, for a multiple of what they take, up to a limit', () => {
  const rest = new BatchRest();
  let nowMs = 0;
  const batch = (tookMs: number, events: number, isFull = false): number => {
    const beganAtMs = nowMs;
    nowMs += tookMs;
    rest.note({ beganAtMs, endedAtMs: nowMs, events, isFull });
    return rest.leftMs(nowMs);
  };
  assert.equal(rest.leftMs(nowMs), 0);
  assert.equal(batch(100, 1_000_000), 0, 'of the first nobody knows in what time they came');
  assert.equal(batch(50, busyEventsPerSecond / 10), 200, 'a tenth of a second since the last one began');
  nowMs += 150;
  assert.equal(rest.leftMs(nowMs), 50);
  assert.equal(batch(100, busyEventsPerSecond / 10), 0, 'in two tenths as many are a trickle');
  assert.equal(batch(800, busyEventsPerSecond), batchRestMsMax);
  assert.equal(batch(800, busyEventsPerSecond, true), 0, 'there is more, which waits already');
});
