// SPDX-License-Identifier: Apache-2.0
/** Oracle: CloudTrail API Reference, "RefreshSchedule" (Frequency, TimeOfDay): times worked out by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRefreshMs } from './refresh-schedule.js';

for (const [unit, value, timeOfDay, after, next] of [
  ['HOURS', 1, '00:00', '2026-11-21T10:00:00Z', '2026-11-21T11:00:00Z'],
  ['HOURS', 1, '17:30', '2026-11-21T10:00:00Z', '2026-11-21T10:30:00Z'],
  ['HOURS', 6, '02:15', '2026-11-21T10:00:00Z', '2026-11-21T14:15:00Z'],
  ['HOURS', 12, '06:00', '2026-11-21T19:00:00Z', '2026-11-22T06:00:00Z'],
  ['HOURS', 24, '03:00', '2026-11-21T03:00:00Z', '2026-11-22T03:00:00Z'],
  ['DAYS', 1, '23:59', '2026-11-21T10:00:00Z', '2026-11-21T23:59:00Z'],
] as const)
  test(`every ${value} ${unit} at ${timeOfDay}: behind ${after} comes ${next}`, () => {
    const schedule = { unit, value, timeOfDay, status: 'ENABLED' } as const;
    const nextMs = nextRefreshMs(schedule, Date.parse(after));
    assert.equal(new Date(nextMs).toISOString(), new Date(next).toISOString());
  });
