// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';
import { type DateFormat, dateFormat } from './date-format.js';

/** A partition column whose values are told by the table's properties. */
export interface ProjectedColumn {
  readonly type: 'enum' | 'integer' | 'date' | 'injected';
  /** An expression without groups that values fit. */
  readonly source: string;
  holds(value: string): boolean;
  /** Every value that holds, in order; undefined when there are more than `max`, or when only the query can tell (injected). */
  values(max: number): readonly string[] | undefined;
  /** A value as conditions write it (numbers without leading zeros), as it stands in paths. */
  inPath(value: string): string;
}

/** The expression of values that can be any text. */
export const anyValue = '[^/]+';

/** With more values the expression is `anyValue`. */
const namedValuesMax = 200;

/**
 * Source: Athena User Guide, "Supported types for partition projection".
 * @param nowMs what `NOW` in ranges of dates means
 */
export function projectedColumn(
  key: string,
  properties: Readonly<Record<string, string>>,
  nowMs: number,
): ProjectedColumn {
  const property = (name: string) => properties[`projection.${key}.${name}`];
  const type = property('type')?.trim().toLowerCase();
  switch (type) {
    case 'enum':
      return enumColumn((property('values') ?? '').split(',').map((value) => value.trim()));
    case 'integer':
      return integerColumn(key, property('range'), property('interval'), property('digits'));
    case 'date': {
      const format = property('format');
      if (format === undefined) throw invalid(`projection.${key}.format is missing`);
      const read = dateFormat(format);
      const [from = 0, to = 0] = range(key, property('range')).map((text) => boundMs(key, text, read, nowMs));
      return dateColumn(read, from, to);
    }
    case 'injected':
      return {
        type,
        source: anyValue,
        holds: (value) => value !== '',
        values: () => undefined,
        inPath: (value) => value,
      };
    default:
      throw invalid(
        type === undefined
          ? `projection.${key}.type is missing`
          : `projection.${key}.type must be enum, integer, date or injected`,
      );
  }
}

function enumColumn(given: readonly string[]): ProjectedColumn {
  const values = new Set(given);
  // The longest first: of two that a text begins with it is the longer one.
  const named = [...values].sort((a, b) => b.length - a.length).map(escapeRegex);
  return {
    type: 'enum',
    source: values.size > namedValuesMax ? anyValue : `(?:${named.join('|')})`,
    holds: (value) => values.has(value),
    values: (max) => (values.size > max ? undefined : [...values]),
    inPath: (value) => value,
  };
}

function integerColumn(
  key: string,
  between: string | undefined,
  interval: string | undefined,
  digits: string | undefined,
): ProjectedColumn {
  const [from, to] = range(key, between).map(Number) as [number, number];
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    throw invalid(`projection.${key}.range must be two whole numbers`);
  const step = positive(key, 'interval', interval) ?? 1;
  const width = positive(key, 'digits', digits) ?? 0;
  // Source: the same page, `digits`: leading zeros to the given number of digits, and none without it.
  const inPath = (value: string) =>
    value.startsWith('-') ? `-${value.slice(1).padStart(width, '0')}` : value.padStart(width, '0');
  return {
    type: 'integer',
    source: '-?[0-9]{1,32}',
    holds: (value) => {
      const number = Number(value);
      const isOne = number >= from && number <= to && (number - from) % step === 0;
      return isOne && value === inPath(String(number));
    },
    values: (max) => {
      const count = Math.floor((to - from) / step) + 1;
      if (count > max) return undefined;
      return Array.from({ length: Math.max(0, count) }, (_, at) => inPath(String(from + at * step)));
    },
    inPath,
  };
}

/** Every value of the format in the range, whatever the interval: too many partitions only show more. */
function dateColumn(
  { source, stepMs, toMs, toText, next }: DateFormat,
  from: number,
  to: number,
): ProjectedColumn {
  return {
    type: 'date',
    source,
    holds: (value) => {
      const ms = toMs(value);
      return ms !== undefined && ms >= from && ms <= to && toText(ms) === value;
    },
    values: (max) => {
      if ((to - from) / stepMs > max) return undefined;
      const found: string[] = [];
      const first = toMs(toText(from));
      // A format that does not say the year, or not the month of a day: its texts come again and again.
      if (first === undefined || first > from || from - first > 2 * stepMs) return undefined;
      for (let ms = first < from ? next(first) : first; ms <= to; ms = next(ms)) found.push(toText(ms));
      return found;
    },
    inPath: (value) => value,
  };
}

function range(key: string, text: string | undefined): [string, string] {
  const [from, to, ...rest] = (text ?? '').split(',').map((part) => part.trim());
  if (from === undefined || to === undefined || from === '' || to === '' || rest.length > 0)
    throw invalid(`projection.${key}.range must be two values with a comma between`);
  return [from, to];
}

function positive(key: string, name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\s*\d{1,15}\s*$/.test(text) || Number(text) < 1)
    throw invalid(`projection.${key}.${name} must be a positive whole number`);
  return name === 'digits' ? Math.min(Number(text), 32) : Number(text);
}

const unitMs: Readonly<Record<string, number>> = {
  SECOND: 1_000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 7 * 86_400_000,
  MONTH: 31 * 86_400_000,
  YEAR: 366 * 86_400_000,
};

/** A date in the column's format, or `NOW`, `NOW-3YEARS`, `NOW+1DAY`. Months and years are taken long: too early shows more. */
function boundMs(key: string, text: string, { toMs }: DateFormat, nowMs: number): number {
  const match = /^NOW(?:\s*([-+])\s*(\d{1,6})\s*(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)S?)?$/i.exec(text);
  if (match !== null) {
    const [, sign, count = '0', unit = 'DAY'] = match;
    const ms = Number(count) * (unitMs[unit.toUpperCase()] ?? 0);
    return sign === '-' ? nowMs - ms : nowMs + ms;
  }
  const ms = toMs(text);
  if (ms === undefined)
    throw invalid(`projection.${key}.range: '${text.slice(0, 64)}' is not in the column's format`);
  return ms;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function invalid(message: string): QueryError {
  return new QueryError('SYNTAX_ERROR', `INVALID_TABLE_PROPERTY: ${message}`);
}
