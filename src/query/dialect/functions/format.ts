// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import { castTo } from '../cast-to.js';
import { castValue } from '../casts.js';
import {
  BIGINT,
  DOUBLE,
  isInteger,
  isNumber,
  printTrinoType,
  quoteText,
  TIMESTAMP,
  VARCHAR,
} from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { toLocal } from '../zones.js';
import { invalidArgument } from './checked-arguments.js';
import type { FunctionCall } from './function-call.js';

/** Java SE API, "Formatter": `%[argument$][flags][width][.precision]conversion`. */
const SPECIFIER = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT]?[a-zA-Z%])/g;

interface Specifier {
  readonly text: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

/** `format('%s: %,.2f', …)`: the pattern is taken apart here, so it has to stand in the statement. */
export function format(call: FunctionCall): Typed {
  call.takes(2, Number.MAX_SAFE_INTEGER);
  const pattern = call.text(0);
  const pieces: string[] = [];
  let [end, next, previous] = [0, 1, 0];
  for (const found of pattern.matchAll(SPECIFIER)) {
    pieces.push(plain(pattern.slice(end, found.index)));
    end = found.index + found[0].length;
    const specifier = specifierOf(found);
    if (specifier.conversion === '%' || specifier.conversion === 'n') {
      pieces.push(quoteText(specifier.conversion === '%' ? '%' : '\n'));
      continue;
    }
    const place = found[1] !== undefined ? Number(found[1]) : found[2] !== undefined ? previous : next++;
    previous = place;
    if (place < 1 || place >= call.count)
      throw invalid(pattern, `the argument of '${specifier.text}' is missing`);
    pieces.push(`(${formatted(specifier, call.arg(place), pattern)})`);
  }
  pieces.push(plain(pattern.slice(end)));
  return typed(`(${pieces.filter((piece) => piece !== "''").join(' || ') || "''"})`, VARCHAR);

  function plain(text: string): string {
    if (text.includes('%')) throw invalid(pattern, `'${text.slice(0, 40)}'`);
    return quoteText(text);
  }
}

function invalid(pattern: string, problem: string): QueryError {
  return invalidArgument(`Invalid format string: ${pattern.slice(0, 200)} (${problem})`);
}

function specifierOf(found: RegExpExecArray): Specifier {
  const [text, , , flags = '', width, precision, conversion = ''] = found;
  const problem =
    new Set(flags).size < flags.length
      ? 'DuplicateFormatFlags'
      : flags.includes('-') && flags.includes('0')
        ? 'IllegalFormatFlags'
        : (flags.includes('-') || flags.includes('0')) && width === undefined
          ? 'MissingFormatWidth'
          : precision !== undefined && /^[dxXonc%]|^[tT]/.test(conversion)
            ? 'IllegalFormatPrecision'
            : /[+ ,(0]/.test(flags) && /^[sSbBcC]$/.test(conversion)
              ? 'FormatFlagsConversionMismatch'
              : undefined;
  if (problem !== undefined) throw invalid(text, problem);
  return {
    text,
    flags,
    width: Math.min(Number(width ?? 0), 10_000),
    precision: precision === undefined ? undefined : Math.min(Number(precision), 300),
    conversion,
  };
}

function formatted(specifier: Specifier, value: Typed, pattern: string): string {
  const { conversion, flags, width } = specifier;
  const lower = conversion.toLowerCase();
  const isUpper = conversion !== lower && !lower.startsWith('t');
  const text = `coalesce(${body(specifier, lower, value, pattern)}, ${lower === 'b' ? "'false'" : "'null'"})`;
  const cased = isUpper ? `upper(${text})` : text;
  if (width === 0) return cased;
  const filler = `repeat(' ', greatest(0, ${width} - length(${cased})))`;
  return flags.includes('-') ? `${cased} || ${filler}` : `${filler} || ${cased}`;
}

function body(specifier: Specifier, lower: string, value: Typed, pattern: string): string {
  const { type, sql } = value;
  switch (lower) {
    case 's': {
      if (type.kind === 'array' || type.kind === 'map' || type.kind === 'row')
        throw new QueryError('NOT_SUPPORTED', `Type not supported for formatting: ${printTrinoType(type)}`);
      const text = type.kind === 'json' ? `CAST(${sql} AS VARCHAR)` : castValue(value, 'varchar', false).sql;
      return specifier.precision === undefined ? text : `left(${text}, ${specifier.precision})`;
    }
    case 'b':
      return type.kind === 'boolean'
        ? `CAST(${sql} AS VARCHAR)`
        : `CASE WHEN ${sql} IS NOT NULL THEN 'true' END`;
    case 'd':
      if (!isInteger(type) && type.kind !== 'unknown') throw wrongType(specifier, value, pattern);
      return signed(specifier, `CAST(${castTo(value, BIGINT)} AS VARCHAR)`);
    case 'x':
    case 'o': {
      if (!isInteger(type)) throw wrongType(specifier, value, pattern);
      const whole = `CASE WHEN ${sql} < 0 THEN CAST(${sql} AS HUGEINT) + ${type.kind === 'bigint' ? '18446744073709551616' : '4294967296'} ELSE ${sql} END`;
      return `lower(to_base(CAST(${whole} AS BIGINT), ${lower === 'x' ? 16 : 8}))`;
    }
    case 'f': {
      if (!isNumber(type) || isInteger(type)) throw wrongType(specifier, value, pattern);
      const places = specifier.precision ?? 6;
      const exact = type.kind === 'decimal' && places + type.precision - type.scale <= 38;
      return signed(
        specifier,
        exact
          ? `CAST(CAST(round(${sql}, ${places}) AS DECIMAL(38,${places})) AS VARCHAR)`
          : `printf('%.${places}f', round(${castTo(value, DOUBLE)}, ${places}))`,
      );
    }
    default:
      if (lower.length === 2 && lower.startsWith('t')) return timePart(specifier, value, pattern);
      throw new QueryError('NOT_SUPPORTED', `'${specifier.text}' in a format string is not supported.`);
  }
}

function wrongType({ conversion, text }: Specifier, { type }: Typed, pattern: string): QueryError {
  return invalid(
    pattern,
    `IllegalFormatConversion: ${conversion} of '${text}' does not take ${printTrinoType(type)}`,
  );
}

/** Groups of three digits, a plus, zeros up to the width. */
function signed({ flags, width }: Specifier, digits: string): string {
  if (flags.includes('(') || flags.includes('#'))
    throw new QueryError('NOT_SUPPORTED', `The flags '${flags}' in a format string are not supported.`);
  const grouped = flags.includes(',') ? `cairn_grouped(${digits})` : digits;
  const plus = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const own =
    plus === '' ? grouped : `CASE WHEN starts_with(${grouped}, '-') THEN '' ELSE '${plus}' END || ${grouped}`;
  if (!flags.includes('0')) return own;
  const sign = `regexp_extract(${own}, '^[-+ ]?')`;
  return `${sign} || lpad(substring(${own}, length(${sign}) + 1), CAST(greatest(${width}, length(${own})) - length(${sign}) AS INTEGER), '0')`;
}

/** Java SE API, "Formatter": date/time conversions, in the words of strftime. */
const TIME_PARTS: Readonly<Record<string, string>> = {
  A: '%A',
  a: '%a',
  B: '%B',
  b: '%b',
  h: '%b',
  Y: '%Y',
  y: '%y',
  m: '%m',
  d: '%d',
  e: '%-d',
  j: '%j',
  H: '%H',
  k: '%-H',
  I: '%I',
  l: '%-I',
  M: '%M',
  S: '%S',
  L: '%g',
  R: '%H:%M',
  T: '%H:%M:%S',
  r: '%I:%M:%S %p',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
};

function timePart(specifier: Specifier, value: Typed, pattern: string): string {
  const part = TIME_PARTS[specifier.conversion[1] as string];
  if (part === undefined)
    throw new QueryError('NOT_SUPPORTED', `'${specifier.text}' in a format string is not supported.`);
  const { kind } = value.type;
  if (kind !== 'date' && kind !== 'timestamp' && kind !== 'timestampTz' && kind !== 'time')
    throw wrongType(specifier, value, pattern);
  const local =
    kind === 'timestampTz'
      ? toLocal(value)
      : kind === 'time'
        ? `(DATE '1970-01-01' + ${value.sql})`
        : castTo(value, TIMESTAMP);
  return `strftime(${local}, '${part}')`;
}
