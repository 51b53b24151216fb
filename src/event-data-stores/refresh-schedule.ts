// SPDX-License-Identifier: Apache-2.0
import type { RefreshSchedule } from './dashboard.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Hours between refreshes that a custom dashboard may have. Source: CloudTrail API Reference, "RefreshScheduleFrequency". */
export const refreshHours: readonly number[] = [1, 6, 12, 24];
export const timeOfDayForm = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** The first time of a schedule behind `afterMs`: counted from its time of day in UTC; of hourly ones only the minutes count. */
export function nextRefreshMs({ unit, value, timeOfDay }: RefreshSchedule, afterMs: number): number {
  const [, hours = '0', minutes = '0'] = timeOfDayForm.exec(timeOfDay) ?? [];
  const everyMs = unit === 'DAYS' ? value * dayMs : value * hourMs;
  const offsetMs = (Number(hours) * hourMs + Number(minutes) * 60_000) % everyMs;
  return Math.floor((afterMs - offsetMs) / everyMs) * everyMs + everyMs + offsetMs;
}
