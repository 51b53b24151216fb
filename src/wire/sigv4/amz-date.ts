// SPDX-License-Identifier: Apache-2.0

const basicFormat = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
const httpFormat = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** `20261121T100000Z` in ms since the epoch; undefined when it is not of that form or names no moment. */
export function parseAmzDate(text: string): number | undefined {
  if (text === latest.text) return latest.timeMs;
  const timeMs = parseBasic(text);
  if (timeMs !== undefined) latest = { text, timeMs };
  return timeMs;
}

/** Clients sign for the second that it is: the time that was read last is mostly the one that is read next. */
let latest = { text: '', timeMs: Number.NaN };

function parseBasic(text: string): number | undefined {
  const parts = basicFormat.exec(text);
  if (parts === null) return undefined;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC carries over (32 January is 1 February): only what comes back unchanged is a day.
  const isDay =
    time.getUTCFullYear() === year && time.getUTCMonth() === month - 1 && time.getUTCDate() === day;
  return isDay ? time.getTime() : undefined;
}

/** The `Date` header (RFC 9110, IMF-fixdate) in ms since the epoch. */
export function parseHttpDate(text: string): number | undefined {
  if (!httpFormat.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** `20261121T100000Z` */
export function formatAmzDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** `2026-11-21T10:00:00Z` */
export function formatIsoSeconds(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}/, '');
}
