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
  return decimalOf(text, whole.replace(/^0+/, '').length, fraction.length);
}

/** `DECIMAL '0012.50'`: every digit counts (Trino, "Decimal functions and operators": decimal literals). */
function decimalLiteral(text: string): Typed {
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
  return decimalOf(text, whole.length, fraction.length);
}

function decimalOf(text: string, whole: number, scale: number): Typed {
  const precision = Math.max(1, whole + scale);
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
  if (type === 'decimal' && /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)\s*$/.test(text))
    return decimalLiteral(text.trim());
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

/** Units from the greatest on, what stands between them, and what makes an interval of each. */
const DAY_UNITS = ['day', 'hour', 'minute', 'second'];
const MONTH_UNITS = ['year', 'month'];

/** `INTERVAL '2' DAY`, `INTERVAL '1 12:30:00' DAY TO SECOND`, `INTERVAL '1-6' YEAR TO MONTH`. */
function intervalLiteral({ text, negative, unit, toUnit }: Extract<Literal, { kind: 'interval' }>): Typed {
  const first = unit.replace(/s$/, '');
  const last = toUnit?.replace(/s$/, '') ?? first;
  if (first === 'week' && last === first) return weeks(text, negative);
  const units = DAY_UNITS.includes(first) ? DAY_UNITS : MONTH_UNITS;
  const [from, to] = [units.indexOf(first), units.indexOf(last)];
  if (from < 0 || to < from) throw new QueryError('SYNTAX_ERROR', `Unknown unit of an interval: ${unit}`);
  const found = intervalPattern(units.slice(from, to + 1)).exec(text);
  if (!found) throw invalidInterval(text, toUnit === undefined ? first : `${first} to ${last}`);
  const sign = (found[1] === '-') !== negative ? '-' : '';
  const parts = found
    .slice(2)
    .flatMap((number, index) => (number === undefined ? [] : `to_${units[from + index]}s(${sign}${number})`));
  const kind = units === DAY_UNITS ? 'intervalDay' : 'intervalMonth';
  return typed(parts.length === 1 ? (parts[0] as string) : `(${parts.join(' + ')})`, { kind });
}

function weeks(text: string, negative: boolean): Typed {
  const found = /^\s*([+-]?)(\d{1,9})\s*$/.exec(text);
  if (!found) throw invalidInterval(text, 'week');
  return typed(`to_weeks(${(found[1] === '-') !== negative ? '-' : ''}${found[2]})`, { kind: 'intervalDay' });
}

/** The first unit has to be there, those after it may be left out from the end. */
function intervalPattern(units: readonly string[]): RegExp {
  const number = (unit: string): string => (unit === 'second' ? '(\\d{1,9}(?:\\.\\d{1,9})?)' : '(\\d{1,9})');
  const separator = (unit: string): string => (unit === 'hour' ? '\\s+' : unit === 'month' ? '-' : ':');
  const rest = units
    .slice(1)
    .reduceRight((inner, unit) => `(?:${separator(unit)}${number(unit)}${inner})?`, '');
  return new RegExp(`^\\s*([+-]?)${number(units[0] as string)}${rest}\\s*$`);
}

function invalidInterval(text: string, unit: string): QueryError {
  return new QueryError('SYNTAX_ERROR', `Invalid INTERVAL ${unit.toUpperCase()} value: ${text.slice(0, 60)}`);
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
