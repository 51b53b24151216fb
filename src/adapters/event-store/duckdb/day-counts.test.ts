// SPDX-License-Identifier: Apache-2.0
// Oracle: sums done by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DayCounts, dayMs } from './day-counts.js';

function counts(): DayCounts {
  const days = new DayCounts();
  days.add(0, 0, 10, 5, 10.9 * dayMs);
  days.add(0, 0, 12, 2, 12.5 * dayMs);
  days.add(1, 0, 11, 4, 11.1 * dayMs);
  days.add(0, 1, 12, 100, 12.9 * dayMs);
  return days;
}

const cases: [string, readonly number[], number | undefined, number, number, number | undefined][] = [
  ['the newest day is just enough', [0], 0, 13, 2, 12],
  ['half of what the newest day had up to its newest event', [0], undefined, 13, 51, 12.45],
  ['half of the day up to the bound', [0], 0, 10.5, 2.5, 10.25],
  ['over the gap', [0], 0, 13, 3, 10.8],
  ['two places', [0, 1], 0, 13, 6, 11],
  ['all categories', [0], undefined, 13, 102, 12],
  ['only days up to the bound', [0, 1], 0, 11, 4, 11],
  ['fewer than asked for', [0], 0, 13, 8, undefined],
  ['a place without events', [7], 0, 13, 1, undefined],
];
for (const [name, places, category, untilDay, events, expectedDay] of cases) {
  test(name, () => {
    const startMs = counts().startOfNewest(places, category, untilDay * dayMs, events);
    if (expectedDay === undefined) assert.equal(startMs, undefined);
    else assert.ok(Math.abs(startMs! - expectedDay * dayMs) <= 2, `${startMs! / dayMs}, not ${expectedDay}`);
  });
}
