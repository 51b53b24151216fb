// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import { castTo } from '../cast-to.js';
import { castValue } from '../casts.js';
import { fromJoda, fromMysql } from '../date-patterns.js';
import { shifted } from '../operators.js';
import {
  BIGINT,
  DATE,
  DOUBLE,
  isInteger,
  printTrinoType,
  quoteText,
  TIMESTAMP,
  TIMESTAMP_TZ,
  type TrinoType,
  VARCHAR,
} from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { fromLocal, readZone, toLocal } from '../zones.js';
import { invalidArgument, literalNumber } from './checked-arguments.js';
import { type FunctionCall, type FunctionTable, type FunctionTranslation, scalar } from './function-call.js';
import { TIME_READING_FUNCTIONS } from './read-times.js';
import { text } from './strings.js';
import { truncatedByNumber } from './truncated-times.js';

/** How many of what DuckDB counts a unit of Trino's is. */
const UNITS: Readonly<Record<string, readonly [maker: string, factor: number]>> = {
  millisecond: ['to_milliseconds', 1],
  second: ['to_seconds', 1],
  minute: ['to_minutes', 1],
  hour: ['to_hours', 1],
  day: ['to_days', 1],
  week: ['to_days', 7],
  month: ['to_months', 1],
  quarter: ['to_months', 3],
  year: ['to_years', 1],
};

const PARTS: Readonly<Record<string, string>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  week_of_year: 'week',
  day: 'day',
  day_of_month: 'day',
  day_of_week: 'isodow',
  dow: 'isodow',
  day_of_year: 'doy',
  doy: 'doy',
  year_of_week: 'isoyear',
  yow: 'isoyear',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
};

/** The wall clock's TIMESTAMP of a date, a timestamp or an instant. */
function wallClock(value: Typed): string {
  const { kind } = value.type;
  if (kind === 'timestampTz') return toLocal(value);
  if (kind === 'timestamp' || kind === 'date' || kind === 'unknown') return castTo(value, TIMESTAMP);
  if (kind === 'time') return `(DATE '1970-01-01' + ${value.sql})`;
  throw new QueryError(
    'SYNTAX_ERROR',
    `TYPE_MISMATCH: Expected a date or a timestamp, not ${printTrinoType(value.type)}`,
  );
}

/** Of the milliseconds of an interval: how many make one, and how many of them there are in the next greater unit. */
const INTERVAL_PARTS: Readonly<Record<string, readonly [ms: number, next?: number]>> = {
  day: [86_400_000],
  hour: [3_600_000, 24],
  minute: [60_000, 60],
  second: [1_000, 60],
  millisecond: [1, 1_000],
};

/** `EXTRACT(part FROM value)`, `year(value)`, … */
export function datePart(part: string, value: Typed): Typed {
  const bigint = (sql: string): Typed => typed(`CAST(${sql} AS BIGINT)`, BIGINT);
  if (part === 'timezone_hour') return typed(`(${offsetMinutesOf(value)} // 60)`, BIGINT);
  if (part === 'timezone_minute') return typed(`(${offsetMinutesOf(value)} % 60)`, BIGINT);
  if (value.type.kind === 'intervalDay') {
    const [ms, next] = INTERVAL_PARTS[part === 'day_of_month' ? 'day' : part] ?? [];
    if (ms === undefined) throw notSupported(part);
    const count = `CAST(epoch_ms(${value.sql}) AS BIGINT) // ${ms}`;
    return typed(next === undefined ? `(${count})` : `(${count} % ${next})`, BIGINT);
  }
  if (value.type.kind === 'intervalMonth')
    return bigint(`date_part(${quoteText(partOf(part))}, ${value.sql})`);
  if (part === 'millisecond') return bigint(`date_part('millisecond', ${wallClock(value)}) % 1000`);
  return bigint(`date_part(${quoteText(partOf(part))}, ${wallClock(value)})`);
}

/** By how much the wall clock of an instant's zone is ahead of UTC, which is also the session's zone. */
function offsetMinutesOf(value: Typed): string {
  if (value.type.kind !== 'timestampTz') {
    wallClock(value);
    return '0';
  }
  return `CAST((epoch(${toLocal(value)}) - epoch(${value.sql})) / 60 AS BIGINT)`;
}

function notSupported(part: string): QueryError {
  return new QueryError('NOT_SUPPORTED', `EXTRACT of '${part}' is not supported.`);
}

function partOf(part: string): string {
  const found = Object.hasOwn(PARTS, part) ? PARTS[part] : undefined;
  if (found === undefined) throw notSupported(part);
  return found;
}

export function atTimeZone(value: Typed, zone: Typed): Typed {
  if (zone.constant === undefined) throw new QueryError('NOT_SUPPORTED', 'A time zone has to be a literal.');
  const name = readZone(zone.constant);
  const type: TrinoType = name === undefined ? TIMESTAMP_TZ : { kind: 'timestampTz', zone: name };
  if (value.type.kind === 'timestampTz')
    return typed(value.sql, type, {
      ...(value.utc !== undefined && { utc: value.utc }),
      ...(value.near !== undefined && { near: value.near }),
    });
  const utc = wallClock(value);
  return typed(fromLocal(utc, undefined), type, { utc });
}

function unitOf(call: FunctionCall): string {
  const unit = call.text(0).toLowerCase();
  if (!Object.hasOwn(UNITS, unit))
    throw call.fail(`INVALID_FUNCTION_ARGUMENT: '${unit.slice(0, 60)}' is not a valid TIMESTAMP field`);
  return unit;
}

/** `date_add('day', -7, now())` */
function dateAdd(call: FunctionCall): Typed {
  call.takes(3);
  const [maker, factor] = UNITS[unitOf(call)] as readonly [string, number];
  const [count, time] = [call.arg(1), call.arg(2)];
  if (!isInteger(count.type) && count.type.kind !== 'unknown') throw call.mismatch();
  if (!['date', 'timestamp', 'timestampTz', 'time'].includes(time.type.kind)) throw call.mismatch();
  const counted = factor === 1 ? count.sql : `(${count.sql} * ${factor})`;
  const wide = ['to_days', 'to_months', 'to_years'].includes(maker) ? `CAST(${counted} AS INTEGER)` : counted;
  return shifted(time, `+ ${maker}(${wide})`);
}

/** Whole units from one to the other, where DuckDB's date_diff counts the boundaries between them. */
function dateDiff(call: FunctionCall): Typed {
  call.takes(3);
  const unit = unitOf(call);
  const [from, to] = [call.arg(1), call.arg(2)];
  const zoned = from.type.kind === 'timestampTz' ? from.type.zone : undefined;
  const asZone = (value: Typed): Typed =>
    value.type.kind === 'timestampTz'
      ? { ...value, type: zoned === undefined ? TIMESTAMP_TZ : { kind: 'timestampTz', zone: zoned } }
      : value;
  return typed(`date_sub(${quoteText(unit)}, ${wallClock(asZone(from))}, ${wallClock(asZone(to))})`, BIGINT);
}

function dateTrunc(call: FunctionCall): Typed {
  call.takes(2);
  const unit = unitOf(call);
  const value = call.arg(1);
  if (value.type.kind === 'date')
    return typed(`CAST(date_trunc(${quoteText(unit)}, ${value.sql}) AS DATE)`, DATE);
  const local = `date_trunc(${quoteText(unit)}, ${wallClock(value)})`;
  if (value.type.kind === 'time') return typed(`CAST(${local} AS TIME)`, value.type);
  const micros = truncatedByNumber(unit, value, local);
  if (micros !== undefined) {
    const utc = `make_timestamp(${micros})`;
    return value.type.kind === 'timestamp'
      ? typed(utc, TIMESTAMP)
      : typed(`make_timestamptz(${micros})`, value.type, { utc });
  }
  if (value.type.kind !== 'timestampTz') return typed(local, TIMESTAMP);
  const { zone } = value.type;
  return typed(fromLocal(local, zone), value.type, zone === undefined ? { utc: local } : {});
}

function formatted(call: FunctionCall, read: (pattern: string, zone: string) => string): Typed {
  call.takes(2);
  const value = call.arg(0);
  const zone = value.type.kind === 'timestampTz' ? (value.type.zone ?? 'UTC') : 'UTC';
  return typed(`strftime(${wallClock(value)}, ${quoteText(read(call.text(1), zone))})`, VARCHAR);
}

function toDate(call: FunctionCall): Typed {
  call.takes(1);
  return castValue(call.arg(0), 'date', false);
}

function toIso8601(call: FunctionCall): Typed {
  call.takes(1);
  const value = call.arg(0);
  if (value.type.kind === 'date') return typed(`strftime(${value.sql}, '%Y-%m-%d')`, VARCHAR);
  const zone = value.type.kind === 'timestampTz' ? value.type.zone : undefined;
  if (zone !== undefined && !/^[+-]/.test(zone))
    throw new QueryError('NOT_SUPPORTED', 'to_iso8601 of an instant in a named zone is not supported.');
  const end = value.type.kind === 'timestampTz' ? (zone ?? 'Z') : '';
  return typed(`strftime(${wallClock(value)}, ${quoteText(`%Y-%m-%dT%H:%M:%S.%g${end}`)})`, VARCHAR);
}

function fromUnixtime(call: FunctionCall): Typed {
  call.takes(1, 3);
  const instant = typed(`to_timestamp(${castTo(call.arg(0), DOUBLE)})`, TIMESTAMP_TZ);
  if (call.count === 3) return atTimeZone(instant, offsetZone(call));
  return call.count === 2 ? atTimeZone(instant, call.arg(1)) : instant;
}

/** `from_unixtime(t, hours, minutes)`: an offset of at most fourteen hours, as zones have. */
function offsetZone(call: FunctionCall): Typed {
  const [hours, minutes] = [literalNumber(call.arg(1).sql), literalNumber(call.arg(2).sql)];
  if (hours === undefined || minutes === undefined)
    throw new QueryError('NOT_SUPPORTED', 'A time zone has to be a literal.');
  const total = Math.abs(hours) * 60 + Math.abs(minutes);
  if (total > 14 * 60 || Math.abs(minutes) > 59) throw invalidArgument(`Invalid offset ${hours}:${minutes}`);
  const sign = hours < 0 || minutes < 0 ? '-' : '+';
  const constant = `${sign}${String(Math.abs(hours)).padStart(2, '0')}:${String(Math.abs(minutes)).padStart(2, '0')}`;
  return typed(quoteText(constant), VARCHAR, { constant });
}

/** The query's own time, to the millisecond, in UTC, which is Athena's zone. */
function nowText(call: FunctionCall): string {
  return new Date(call.nowMs).toISOString().slice(0, 23).replace('T', ' ');
}

const now: FunctionTranslation = scalar((call) => {
  call.takes(0);
  const utc = `TIMESTAMP ${quoteText(nowText(call))}`;
  return typed(fromLocal(utc, undefined), TIMESTAMP_TZ, { utc });
});

const partFunctions = Object.fromEntries(
  [...Object.keys(PARTS), 'millisecond', 'timezone_hour', 'timezone_minute'].map((part) => [
    part,
    scalar((call) => {
      call.takes(1);
      return datePart(part, call.arg(0));
    }),
  ]),
);

/** Trino, "Date and time functions and operators". */
export const DATE_FUNCTIONS: FunctionTable = {
  ...partFunctions,
  ...TIME_READING_FUNCTIONS,
  now,
  current_timestamp: now,
  current_date: scalar((call) => typed(`DATE ${quoteText(nowText(call).slice(0, 10))}`, DATE)),
  localtimestamp: scalar((call) => typed(`TIMESTAMP ${quoteText(nowText(call))}`, TIMESTAMP)),
  localtime: scalar((call) => typed(`TIME ${quoteText(nowText(call).slice(11))}`, { kind: 'time' })),
  current_timezone: scalar(() => typed("'UTC'", VARCHAR)),
  date: scalar(toDate),
  from_iso8601_date: scalar((call) => {
    call.takes(1);
    return typed(`cairn_iso_date(${text(call, 0)})`, DATE);
  }),
  from_unixtime_nanos: scalar((call) => {
    call.takes(1);
    return typed(`to_timestamp(CAST(${call.arg(0).sql} AS DOUBLE) / 1e9)`, TIMESTAMP_TZ);
  }),
  timezone: scalar((call) => {
    call.takes(1);
    const { type, sql } = call.arg(0);
    if (type.kind !== 'timestampTz') throw call.mismatch();
    return typed(`(CASE WHEN ${sql} IS NOT NULL THEN ${quoteText(type.zone ?? 'UTC')} END)`, VARCHAR);
  }),
  parse_duration: scalar((call) => {
    call.takes(1);
    return typed(`cairn_duration(${text(call, 0)})`, { kind: 'intervalDay' });
  }),
  human_readable_seconds: scalar((call) => {
    call.takes(1);
    return typed(`cairn_readable_seconds(CAST(round(${castTo(call.arg(0), DOUBLE)}) AS BIGINT))`, VARCHAR);
  }),
  to_iso8601: scalar(toIso8601),
  from_unixtime: scalar(fromUnixtime),
  to_unixtime: scalar((call) => {
    call.takes(1);
    const value = call.arg(0);
    const isInstant = value.type.kind === 'timestampTz' && value.utc === undefined;
    return typed(`epoch(${isInstant ? value.sql : (value.utc ?? wallClock(value))})`, DOUBLE);
  }),
  at_timezone: scalar((call) => {
    call.takes(2);
    return atTimeZone(call.arg(0), call.arg(1));
  }),
  with_timezone: scalar((call) => {
    call.takes(2);
    const zone = readZone(call.text(1));
    return typed(
      fromLocal(wallClock(call.arg(0)), zone),
      zone === undefined ? TIMESTAMP_TZ : { kind: 'timestampTz', zone },
    );
  }),
  date_add: scalar(dateAdd),
  date_diff: scalar(dateDiff),
  date_trunc: scalar(dateTrunc),
  date_format: scalar((call) => formatted(call, fromMysql)),
  format_datetime: scalar((call) =>
    formatted(call, (pattern, zone) => fromJoda(pattern, zone, false).format),
  ),
  last_day_of_month: scalar((call) => typed(`last_day(${wallClock(call.arg(0))})`, DATE)),
  to_milliseconds: scalar((call) => typed(`CAST(epoch_ms(${call.arg(0).sql}) AS BIGINT)`, BIGINT)),
};
