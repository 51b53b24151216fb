// SPDX-License-Identifier: Apache-2.0
// Oracle: counted by hand.
import assert from 'node:assert/strict';
import { availableParallelism, type CpuInfo } from 'node:os';
import { test } from 'node:test';
import { idleCoresSince } from './idle-cores.js';

/** As many processors as the machine lets us have, each with these times. */
function processors(idle: number, busy: number): CpuInfo[] {
  const times = { idle, user: busy, nice: 0, sys: 0, irq: 0 };
  return Array.from({ length: availableParallelism() }, () => ({ model: '', speed: 0, times }));
}

test('idle processors are counted from one question to the next', () => {
  const cores = availableParallelism();
  const looks = [
    processors(1_000, 0),
    processors(1_100, 100),
    processors(1_100, 200),
    processors(1_200, 200),
    processors(1_200, 200),
  ];
  const idle = idleCoresSince(() => looks.shift() ?? []);
  assert.equal(idle(), cores / 2);
  assert.equal(idle(), 0);
  assert.equal(idle(), cores);
  assert.equal(idle(), 0, 'no time has passed: nothing is known to be idle');
});
