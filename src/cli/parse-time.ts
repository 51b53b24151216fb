// SPDX-License-Identifier: Apache-2.0

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const ago = /^(\d{1,6})([smhdw])$/;
const dayAndTime =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

export interface TimeReading {
  readonly nowMs: number;
  /** Read times without a zone as UTC, not as local time. */
  readonly utc: boolean;
  /** A day, minute or second without its parts means its last millisecond, not its first. */
  readonly end?: boolean;
}

/**
 * A time as people write it: `2h` (ago; s, m, h, d, w), `2026-11-20`, `2026-11-20 14:00`, ISO 8601 with or without a
 * zone, `now`. In ms since the epoch; undefined for anything else.
 */
export function parseTime(text: string, reading: TimeReading): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'now') return reading.nowMs;
  const span = ago.exec(trimmed);
  if (span !== null) return reading.nowMs - Number(span[1]) * unitMs[span[2]!]!;
  return parseCalendar(trimmed, reading);
}

function parseCalendar(text: string, { utc, end = false }: TimeReading): number | undefined {
  const match = dayAndTime.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  if (zone !== undefined && hour === undefined) return undefined;
  const parts = [year, month, day, hour ?? 0, minute ?? 0, second ?? 0].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!isRealTime(parts)) return undefined;
  const [y, mo, ...rest] = parts;
  const inUtc = Date.UTC(y, mo - 1, ...rest, Math.round(Number(fraction ?? 0) * 1000));
  const start = zone === undefined && !utc ? toLocal(inUtc) : inUtc - zoneMs(zone);
  return end ? start + leftOut(hour, second, fraction) - 1 : start;
}

/** How long what was left out lasts, at least a millisecond. */
function leftOut(hour: string | undefined, second: string | undefined, fraction: string | undefined): number {
  if (hour === undefined) return 86_400_000;
  if (second === undefined) return 60_000;
  return fraction === undefined ? 1_000 : 1;
}

function isRealTime([year, month, day, hour, minute, second]: [
  number,
  number,
  number,
  number,
  number,
  number,
]): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return (
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  );
}

/** The same wall-clock time in the local zone. */
function toLocal(utcMs: number): number {
  const wall = new Date(utcMs);
  return new Date(
    wall.getUTCFullYear(),
    wall.getUTCMonth(),
    wall.getUTCDate(),
    wall.getUTCHours(),
    wall.getUTCMinutes(),
    wall.getUTCSeconds(),
    wall.getUTCMilliseconds(),
  ).getTime();
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
