// SPDX-License-Identifier: Apache-2.0
import { isColumn, type Typed } from '../typed.js';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

/** Microseconds of units that are all of one length, and of which one begins so long before 1970. */
const UNITS: Readonly<Record<string, readonly [length: number, before?: number]>> = {
  millisecond: [1_000],
  second: [SECOND],
  minute: [60 * SECOND],
  hour: [3_600 * SECOND],
  day: [DAY],
  // Weeks begin on Mondays, 1970 on a Thursday.
  week: [7 * DAY, 3 * DAY],
};

/**
 * The beginning of a time's hour, day, … in UTC, as microseconds since 1970: by a division, which takes a third of what a calendar takes.
 * That holds for times since 1970; all others are asked of the calendar.
 *
 * @param local the same as the calendar gives it, a TIMESTAMP
 * @returns undefined where a time is neither a column nor read from one
 */
export function truncatedByNumber(
  unit: string,
  { sql, type, near, odd }: Typed,
  local: string,
): string | undefined {
  const [length, before = 0] = UNITS[unit] ?? [];
  if (length === undefined || (type.kind === 'timestampTz' && type.zone !== undefined)) return undefined;
  const isRead = near !== undefined && odd !== undefined;
  if (!isRead && !(type.kind === 'timestamp' && isColumn(sql))) return undefined;
  const time = isRead ? near : sql;
  const counted = before === 0 ? `epoch_us(${time})` : `(epoch_us(${time}) + ${before})`;
  const begins = `${counted} // ${length} * ${length}${before === 0 ? '' : ` - ${before}`}`;
  const usual = `${isRead ? `${odd} IS NULL AND ` : ''}${time} >= TIMESTAMP '1970-01-01'`;
  return `(CASE WHEN ${usual} THEN ${begins} ELSE epoch_us(${local}) END)`;
}
