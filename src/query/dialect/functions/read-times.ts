// SPDX-License-Identifier: Apache-2.0
import { fromJoda, fromMysql } from '../date-patterns.js';
import { sqlOfColumn } from '../scope.js';
import { quoteText, TIMESTAMP, TIMESTAMP_TZ } from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { fromLocal, readZone } from '../zones.js';
import { type FunctionCall, type FunctionTable, scalar } from './function-call.js';
import { text } from './strings.js';

function fromIso8601(call: FunctionCall): Typed {
  call.takes(1);
  const { column, constant } = call.arg(0);
  // A text that stands in the statement shows its zone; of others the zone is not known before they are read.
  const [, time, zone] = /^(\d{4}-\d{2}-\d{2}T[\d:.]+)([+-]\d{2}:\d{2})$/.exec(constant ?? '') ?? [];
  if (time !== undefined && zone !== undefined && readZone(zone) !== undefined)
    return typed(fromLocal(`CAST(${quoteText(time)} AS TIMESTAMP)`, zone), { kind: 'timestampTz', zone });
  const { near, odd } = nearOf(call.arg(0));
  if (near !== undefined && odd !== undefined) {
    const readOdd = (of: string): string =>
      `CASE WHEN starts_with(${odd}, '~') THEN ${near} ELSE cairn_utc(CAST(${of} AS TIMESTAMPTZ)) END`;
    const utc = timeOfText(near, odd, readOdd);
    return typed(fromLocal(utc, undefined), TIMESTAMP_TZ, { near, odd, utc });
  }
  const read = `CAST(${text(call, 0)} AS TIMESTAMPTZ)`;
  if (near === undefined) return typed(read, TIMESTAMP_TZ);
  if (column?.faster.fallback === undefined) return typed(read, TIMESTAMP_TZ, { near });
  // Reading a text takes ten times as long as its time from the column, which is not the text's where there is none.
  const fallback = sqlOfColumn(column.relation, column.faster.fallback);
  const utc =
    `(CASE WHEN ${text(call, 0)} IS NULL THEN NULL WHEN ${near} <> ${fallback} THEN ${near} ` +
    `ELSE cairn_utc(${read}) END)`;
  return typed(fromLocal(utc, undefined), TIMESTAMP_TZ, { near, utc });
}

/** Without the column of texts, which alone is as large as all columns of times: of an odd one the text stands beside it. */
function timeOfText(near: string, odd: string, readOdd: (text: string) => string): string {
  return `(CASE WHEN ${odd} IS NULL THEN ${near} WHEN ${odd} <> '' THEN ${readOdd(`substring(${odd}, 2)`)} END)`;
}

/** A column of ISO texts has a column of their times beside it, and perhaps one of those that are oddly written. */
function nearOf({ column, type }: Typed): Pick<Typed, 'near' | 'odd'> {
  const { timestamp, odd } = column?.faster ?? {};
  if (!column || timestamp === undefined || type.kind !== 'varchar') return {};
  const near = sqlOfColumn(column.relation, timestamp);
  return odd === undefined ? { near } : { near, odd: sqlOfColumn(column.relation, odd) };
}

/** The pattern in which CloudTrail writes eventTime, as guides read it. */
const ISO_FORMAT = '%Y-%m-%dT%H:%M:%SZ';

function parsed(call: FunctionCall, format: string): Typed {
  const { near, odd } = nearOf(call.arg(0));
  if (format === ISO_FORMAT && near !== undefined && odd !== undefined)
    return typed(
      timeOfText(near, odd, (of) => `strptime(${of}, ${quoteText(format)})`),
      TIMESTAMP,
      { near, odd },
    );
  const { text: readText, format: whole } = wholeDate(text(call, 0), format);
  const time = `strptime(${readText}, ${quoteText(whole)})`;
  return typed(
    whole.includes('%n') ? `date_trunc('millisecond', CAST(${time} AS TIMESTAMP))` : time,
    TIMESTAMP,
    format === ISO_FORMAT && near !== undefined ? { near } : {},
  );
}

/**
 * What a pattern leaves out is as in Joda-Time: the year 1970, and the first half of the day. The engine's year is 1900, its
 * fraction has at most six digits, and an hour of a half without the half is one of the day.
 */
function wholeDate(value: string, format: string): { readonly text: string; readonly format: string } {
  let [text, whole] = [value, format.replaceAll('%f', '%n')];
  if (!/%[YyG]/.test(whole)) [text, whole] = [`'1970 ' || ${text}`, `%Y ${whole}`];
  if (/%-?I/.test(whole) && !whole.includes('%p')) [text, whole] = [`${text} || ' AM'`, `${whole} %p`];
  return { text: text === value ? value : `(${text})`, format: whole };
}

function parseDatetime(call: FunctionCall): Typed {
  call.takes(2);
  const { format, zoned } = fromJoda(call.text(1), 'UTC', true);
  if (zoned)
    return typed(
      `CAST(strptime(regexp_replace(${text(call, 0)}, 'Z$', '+00:00'), ${quoteText(format)}) AS TIMESTAMPTZ)`,
      TIMESTAMP_TZ,
    );
  const { sql: utc, type: _, ...rest } = parsed(call, format);
  return typed(fromLocal(utc, undefined), TIMESTAMP_TZ, { ...rest, utc });
}

/** Times that are read from texts (Trino, "Date and time functions and operators"). */
export const TIME_READING_FUNCTIONS: FunctionTable = {
  from_iso8601_timestamp: scalar(fromIso8601),
  date_parse: scalar((call) => {
    call.takes(2);
    return parsed(call, fromMysql(call.text(1)));
  }),
  parse_datetime: scalar(parseDatetime),
};
