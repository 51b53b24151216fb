// SPDX-License-Identifier: Apache-2.0
import { failure } from './typed.js';

const DURATION = "'^\\s*([0-9]+(?:\\.[0-9]+)?)\\s*([a-zA-Z]+)\\s*$'";
const UNITS_MS: Readonly<Record<string, string>> = {
  ns: '1e-6',
  us: '1e-3',
  ms: '1',
  s: '1e3',
  m: '6e4',
  h: '36e5',
  d: '864e5',
};
const unitCases = Object.entries(UNITS_MS)
  .map(([unit, ms]) => `WHEN '${unit}' THEN ${ms}`)
  .join(' ');

const counted = (count: string, unit: string): string =>
  `CASE ${count} WHEN 0 THEN NULL WHEN 1 THEN '1 ${unit}' ELSE CAST(${count} AS VARCHAR) || ' ${unit}s' END`;

const two = (sql: string): string => `lpad(CAST(${sql} AS VARCHAR), 2, '0')`;

export const TIME_MACROS: Readonly<Record<string, string>> = {
  // What timezone('UTC', …) says, which asks a calendar for each row: three times as long as all else in counting by the hour.
  'cairn_instant(t)': 'make_timestamptz(epoch_us(CAST(t AS TIMESTAMP)))',
  'cairn_utc(t)': 'make_timestamp(epoch_us(CAST(t AS TIMESTAMPTZ)))',
  'cairn_duration(v)': `CASE WHEN v IS NULL THEN NULL WHEN NOT regexp_matches(v, ${DURATION}) THEN ${failure('duration is not a valid data duration string', 'v')} ELSE to_milliseconds(round(CAST(regexp_extract(v, ${DURATION}, 1) AS DOUBLE) * CASE regexp_extract(v, ${DURATION}, 2) ${unitCases} ELSE ${failure('Unknown time unit', `regexp_extract(v, ${DURATION}, 2)`)} END)) END`,
  'cairn_readable_seconds(s)': `CASE WHEN s = 0 THEN '0 seconds' WHEN s IS NOT NULL THEN concat_ws(', ', ${counted('s // 604800', 'week')}, ${counted('s // 86400 % 7', 'day')}, ${counted('s // 3600 % 24', 'hour')}, ${counted('s // 60 % 60', 'minute')}, ${counted('s % 60', 'second')}) END`,
  // As Athena prints intervals: `2 03:04:05.678`, `1-2`.
  'cairn_days_text(m)': `CASE WHEN m < 0 THEN '-' ELSE '' END || CAST(abs(m) // 86400000 AS VARCHAR) || ' ' || ${two('abs(m) // 3600000 % 24')} || ':' || ${two('abs(m) // 60000 % 60')} || ':' || ${two('abs(m) // 1000 % 60')} || '.' || lpad(CAST(abs(m) % 1000 AS VARCHAR), 3, '0')`,
  'cairn_months_text(m)':
    "CASE WHEN m < 0 THEN '-' ELSE '' END || CAST(abs(m) // 12 AS VARCHAR) || '-' || CAST(abs(m) % 12 AS VARCHAR)",
  // Days of weeks, days of the year, days of the calendar.
  'cairn_iso_date(v)':
    "CASE WHEN regexp_full_match(v, '[0-9]{4}-W[0-9]{2}') THEN CAST(strptime(v || '-1', '%G-W%V-%u') AS DATE) WHEN regexp_full_match(v, '[0-9]{4}-W[0-9]{2}-[1-7]') THEN CAST(strptime(v, '%G-W%V-%u') AS DATE) WHEN regexp_full_match(v, '[0-9]{4}-[0-9]{3}') THEN CAST(strptime(v, '%Y-%j') AS DATE) ELSE CAST(v AS DATE) END",
};
