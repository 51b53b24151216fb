// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';
import { type CivilTime, type DatePart, precisions, Timestamp } from './timestamp.js';

/** The timestamp moved; it becomes as precise as the part. Source: S3 User Guide, "Date functions", DATE_ADD. */
export function addToDate(part: DatePart, quantity: number, time: Timestamp): Timestamp {
  const moved =
    part === 'year' || part === 'month' ? byMonths(part, quantity, time) : bySeconds(part, quantity, time);
  const { year } = moved.civil();
  if (!Number.isFinite(moved.epochSeconds) || year < 1 || year > 9999)
    throw new SelectError('ValueParseFailure');
  const wanted = part === 'hour' ? 'minute' : part;
  const precision = precisions.indexOf(wanted) > precisions.indexOf(time.precision) ? wanted : time.precision;
  return new Timestamp(moved.epochSeconds, moved.fraction, precision, moved.offsetMinutes);
}

const secondsOf = { day: 86_400, hour: 3600, minute: 60, second: 1 } as const;

function bySeconds(part: keyof typeof secondsOf, quantity: number, time: Timestamp): Timestamp {
  const { fraction, precision, offsetMinutes } = time;
  return new Timestamp(time.epochSeconds + quantity * secondsOf[part], fraction, precision, offsetMinutes);
}

/** The last day of a shorter month stands for one that it lacks. */
function byMonths(part: 'year' | 'month', quantity: number, time: Timestamp): Timestamp {
  const civil = time.civil();
  const months = civil.year * 12 + civil.month - 1 + quantity * (part === 'year' ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  if (!Number.isSafeInteger(months) || year < 1 || year > 9999) throw new SelectError('ValueParseFailure');
  const day = Math.min(civil.day, new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate());
  const moved = Timestamp.fromCivil(
    { ...civil, year, month, day },
    time.fraction,
    time.precision,
    time.offsetMinutes,
  );
  if (moved === undefined) throw new SelectError('ValueParseFailure');
  return moved;
}

/**
 * Whole parts from the first to the second: two moments are a day apart when 24 hours lie between them.
 * Source: S3 User Guide, "Date functions", DATE_DIFF.
 */
export function dateDifference(part: DatePart, from: Timestamp, to: Timestamp): number {
  if (part === 'year' || part === 'month') {
    const months = monthsBetween(from, to);
    return withoutMinusZero(part === 'month' ? months : Math.trunc(months / 12));
  }
  const seconds = to.epochSeconds - from.epochSeconds;
  const carry = fractionOrder(from, to);
  const whole = seconds > 0 && carry > 0 ? seconds - 1 : seconds < 0 && carry < 0 ? seconds + 1 : seconds;
  return withoutMinusZero(Math.trunc(whole / secondsOf[part]));
}

function fractionOrder(from: Timestamp, to: Timestamp): number {
  const length = Math.max(from.fraction.length, to.fraction.length);
  const [first, second] = [from.fraction.padEnd(length, '0'), to.fraction.padEnd(length, '0')];
  return first > second ? 1 : first < second ? -1 : 0;
}

function monthsBetween(from: Timestamp, to: Timestamp): number {
  const [first, second] = [from.civil(), to.civil()];
  const months = (second.year - first.year) * 12 + second.month - first.month;
  const rest = withinMonth(second) - withinMonth(first);
  if (months > 0 && rest < 0) return months - 1;
  return months < 0 && rest > 0 ? months + 1 : months;
}

function withinMonth({ day, hour, minute, second }: CivilTime): number {
  return ((day * 24 + hour) * 60 + minute) * 60 + second;
}

function withoutMinusZero(value: number): number {
  return value === 0 ? 0 : value;
}
