// SPDX-License-Identifier: Apache-2.0
import type { TimestampFormat } from '../shape.js';

const dateTime = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(Z|z|[+-]\d\d:?\d\d)?$/;
const seconds = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Without a time zone, JavaScript would take an HTTP date as local time. */
const httpDate = /^[A-Za-z]{3,9},? .*\b(?:GMT|UTC)$/;

/** Reads any of the three formats, whichever the model names, as AWS's own servers do; undefined when it is none. */
export function readTimestamp(text: string): Date | undefined {
  const trimmed = text.trim();
  if (seconds.test(trimmed)) return validDate(Number(trimmed) * 1000);
  const match = dateTime.exec(trimmed);
  if (match !== null) {
    const iso = trimmed.replace(' ', 'T');
    // A date alone is UTC already; a time without a zone would be local time.
    return validDate(Date.parse(match[1] === undefined && iso.includes('T') ? `${iso}Z` : iso));
  }
  return httpDate.test(trimmed) ? validDate(Date.parse(trimmed)) : undefined;
}

/** @param secondsSinceEpoch as JSON carries it, fractions allowed */
export function readEpochSeconds(secondsSinceEpoch: number): Date | undefined {
  return validDate(Math.round(secondsSinceEpoch * 1000));
}

export function writeTimestamp(date: Date, format: TimestampFormat): string {
  switch (format) {
    case 'dateTime':
      return date.toISOString();
    case 'httpDate':
      return date.toUTCString();
    case 'epochSeconds':
      return String(date.getTime() / 1000);
  }
}

function validDate(timeMs: number): Date | undefined {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
