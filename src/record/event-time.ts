// SPDX-License-Identifier: Apache-2.0

const isoTime = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:?\d{2})?$/;

/**
 * The time that a record's `eventTime` tells, in ms since the epoch; undefined for anything that is no ISO 8601 time.
 * AWS writes `2026-11-21T10:00:00Z`; other writers add fractions or an offset. A time without a zone is UTC.
 */
export function parseIsoTime(text: string): number | undefined {
  const match = isoTime.exec(text);
  if (match === null) return undefined;
  const [, day, time, fraction = '', zone = 'Z'] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const ms = Date.parse(`${day}T${time}${fraction.slice(0, 4)}${offset}`);
  return Number.isNaN(ms) || !isRealDay(day!) ? undefined : ms;
}

/** Date.parse rolls 2026-02-31 over into March. */
function isRealDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** Byte offsets of the digits of `"YYYY-MM-DDTHH:MM:SSZ"`, and of what stands between them. */
const digitsAt = [1, 2, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19];
const marksAt = [5, 8, 11, 14, 17, 20];
const marks = [...'--T::Z'].map((mark) => mark.charCodeAt(0));

/**
 * The same for the JSON string `bytes[start, end)`, quotes included, when it is written as AWS writes it, else
 * undefined. Without making a string or a Date: this runs twice for every imported event.
 */
export function parseAwsTime(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (end - start !== 22) return undefined;
  for (let i = 0; i < marks.length; i++) if (bytes[start + marksAt[i]!] !== marks[i]) return undefined;
  for (let i = 0; i < digitsAt.length; i++) {
    const digit = bytes[start + digitsAt[i]!]!;
    if (digit < 0x30 || digit > 0x39) return undefined;
  }
  const year = twoDigits(bytes, start + 1) * 100 + twoDigits(bytes, start + 3);
  const month = twoDigits(bytes, start + 6);
  const day = twoDigits(bytes, start + 9);
  const hour = twoDigits(bytes, start + 12);
  const minute = twoDigits(bytes, start + 15);
  const second = twoDigits(bytes, start + 18);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return ((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 10 + bytes[at + 1]! - 0x30 * 11;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Of the proleptic Gregorian calendar; years count from March so that the leap day comes last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}
