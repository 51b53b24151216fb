// SPDX-License-Identifier: Apache-2.0
import type { SqlDialect } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import type { Expression, Literal } from './ast.js';
import { castValue } from './casts.js';
import { QueryParser } from './parse-query.js';
import { readTokens } from './tokens.js';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  INTEGER,
  quoteText,
  TIMESTAMP,
  TIMESTAMP_TZ,
  UNKNOWN,
  VARBINARY,
  VARCHAR,
} from './trino-type.js';
import { type Typed, typed } from './typed.js';
import { fromLocal, readZone } from './zones.js';

const TIMESTAMP_TEXT =
  /^\s*(\d{4,}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,12})?)?)?)(?:\s*([+-]\d{2}:?\d{2}|Z)|\s+([A-Za-z][\w+/-]*))?\s*$/;

export function literal(node: Literal): Typed {
  switch (node.kind) {
    case 'string':
      return typed(quoteText(node.text), VARCHAR, { constant: node.text });
    case 'number':
      return numberLiteral(node.text);
    case 'boolean':
      return typed(String(node.value), BOOLEAN);
    case 'null':
      return typed('NULL', UNKNOWN);
    case 'binary':
      return typed(`unhex('${node.hex}')`, VARBINARY);
    case 'typed':
      return typedLiteral(node.type, node.text);
    case 'interval':
      return intervalLiteral(node);
  }
}

const INTEGER_MAX = 2_147_483_647n;
const BIGINT_MAX = 9_223_372_036_854_775_807n;

/** Whole numbers are integers or bigints, numbers with a point decimals, numbers with an exponent doubles. */
function numberLiteral(text: string): Typed {
  const sql = text.startsWith('-') ? `(${text})` : text;
  if (/[eE]/.test(text)) return typed(`CAST('${text}' AS DOUBLE)`, DOUBLE);
  if (!text.includes('.')) {
    const value = BigInt(text);
    const size = value < 0n ? -value - 1n : value;
    if (size > BIGINT_MAX) throw new QueryError('SYNTAX_ERROR', `Invalid numeric literal: ${text}`);
    return size > INTEGER_MAX ? typed(`CAST('${value}' AS BIGINT)`, BIGINT) : typed(sql, INTEGER);
  }
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const scale = fraction.length;
  const precision = Math.max(1, whole.replace(/^0+/, '').length + scale);
  if (precision > 38) throw new QueryError('SYNTAX_ERROR', `Invalid numeric literal: ${text.slice(0, 60)}`);
  return typed(`CAST('${text}' AS DECIMAL(${precision},${scale}))`, { kind: 'decimal', precision, scale });
}

function typedLiteral(type: string, text: string): Typed {
  if (type === 'timestamp') return timestampLiteral(text);
  if (type === 'date') {
    if (!/^\s*\d{4,}-\d{1,2}-\d{1,2}\s*$/.test(text) || !isDate(text.trim()))
      throw new QueryError('SYNTAX_ERROR', `'${text.slice(0, 60)}' is not a valid DATE literal`);
    return typed(`DATE ${quoteText(text.trim())}`, DATE);
  }
  if (type === 'decimal' && /^\s*-?\d+(\.\d*)?\s*$/.test(text))
    return numberLiteral(text.trim().includes('.') ? text.trim() : `${text.trim()}.`);
  return castValue(
    typed(quoteText(text), VARCHAR, { constant: text }),
    type === 'json' ? 'json literal' : type,
    false,
  );
}

/** The day is in the calendar: the engine would say so in words of its own. */
function isDate(day: string): boolean {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const time = new Date(Date.UTC(year, month - 1, date));
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === date;
}

function timestampLiteral(text: string): Typed {
  const [, local, offset, name] = TIMESTAMP_TEXT.exec(text) ?? [];
  if (local === undefined || !isDate(local.split(/[ T]/)[0] as string))
    throw new QueryError('SYNTAX_ERROR', `'${text.slice(0, 60)}' is not a valid TIMESTAMP literal`);
  const sql = `CAST(${quoteText(local)} AS TIMESTAMP)`;
  const zoneText = offset ?? name;
  if (zoneText === undefined) return typed(sql, TIMESTAMP);
  const zone = readZone(zoneText);
  if (zone === undefined) return typed(fromLocal(sql, zone), TIMESTAMP_TZ, { utc: sql });
  return typed(fromLocal(sql, zone), { kind: 'timestampTz', zone });
}

const INTERVALS: Readonly<
  Record<string, readonly [kind: 'intervalDay' | 'intervalMonth', makers: readonly string[]]>
> = {
  second: ['intervalDay', ['to_seconds']],
  minute: ['intervalDay', ['to_minutes', 'to_seconds']],
  hour: ['intervalDay', ['to_hours', 'to_minutes', 'to_seconds']],
  day: ['intervalDay', ['to_days', 'to_hours', 'to_minutes', 'to_seconds']],
  week: ['intervalDay', ['to_weeks']],
  month: ['intervalMonth', ['to_months']],
  year: ['intervalMonth', ['to_years', 'to_months']],
};

/** `INTERVAL '2' DAY`, `INTERVAL '1 12:30:00' DAY TO SECOND`, `INTERVAL '1-6' YEAR TO MONTH`. */
function intervalLiteral({ text, negative, unit }: Extract<Literal, { kind: 'interval' }>): Typed {
  const [kind, makers] = INTERVALS[unit.replace(/s$/, '')] ?? [];
  if (kind === undefined || makers === undefined)
    throw new QueryError('SYNTAX_ERROR', `Unknown unit of an interval: ${unit}`);
  const found = /^\s*([+-]?)\s*([\d.:\s-]+)$/.exec(text);
  const numbers = found?.[2]?.trim().split(/[\s:-]+/) ?? [];
  if (
    numbers.length === 0 ||
    numbers.length > makers.length ||
    numbers.some((number) => !/^\d{1,9}(\.\d{1,9})?$/.test(number))
  ) {
    throw new QueryError('SYNTAX_ERROR', `Invalid INTERVAL literal: ${text.slice(0, 60)}`);
  }
  const sign = (found?.[1] === '-') !== negative ? '-' : '';
  const parts = numbers.map((number, index) => `${makers[index]}(${sign}${number})`);
  return typed(parts.length === 1 ? (parts[0] as string) : `(${parts.join(' + ')})`, { kind });
}

/**
 * The value of a `?`: Athena takes literals of SQL only (Amazon Athena User Guide, "Use parameterized queries").
 */
export function parameterLiteral(text: string | undefined, dialect: SqlDialect): Typed {
  const fail = (): never => {
    throw new QueryError(
      'SYNTAX_ERROR',
      'The value of a parameter must be a literal: a text in single quotes, a number, a date.',
    );
  };
  if (text === undefined) return fail();
  const parser = new QueryParser(text, readTokens(text, dialect));
  const expression: Expression = parser.expression();
  if (parser.token.kind !== 'end') return fail();
  switch (expression.kind) {
    case 'negate':
      return expression.of.kind === 'number'
        ? literal({ ...expression.of, text: `-${expression.of.text}` })
        : fail();
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'binary':
    case 'typed':
    case 'interval':
      return literal(expression);
    default:
      return fail();
  }
}
