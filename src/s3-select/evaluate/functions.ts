// SPDX-License-Identifier: Apache-2.0
import type { ExtractPart } from '../language/syntax.js';
import { SelectError } from '../select-error.js';
import { isWholeNumber } from '../values/arithmetic.js';
import { isEqual, isNumeric } from '../values/compare.js';
import { addToDate, dateDifference } from '../values/date-arithmetic.js';
import { type DatePart, Timestamp } from '../values/timestamp.js';
import { formatTimestamp, parseTimestamp } from '../values/timestamp-format.js';
import { isAbsent, isStruct, type Value } from '../values/value.js';
import type { Evaluate } from './bindings.js';

/** Source: S3 User Guide, "SQL functions" with its pages on conditional, date and string functions. */
const strict: Readonly<Record<string, (first: Value, second: Value, third: Value) => Value>> = {
  char_length: (text) => [...asText(text)].length,
  character_length: (text) => [...asText(text)].length,
  lower: (text) => asText(text).toLowerCase(),
  upper: (text) => asText(text).toUpperCase(),
  substring: (text, start, length) =>
    substring(asText(text), asInteger(start), length === undefined ? undefined : asInteger(length)),
  size: sizeOf,
  to_string: (time, pattern) => formatTimestamp(asTimestamp(time), asText(pattern)),
  to_timestamp: (text, pattern) =>
    toTimestamp(asText(text), pattern === undefined ? undefined : asText(pattern)),
};

/** @param nowMs what UTCNOW() says, ms since the epoch */
export function callFunction(name: string, given: readonly Evaluate[], nowMs: number): Evaluate {
  if (name === 'utcnow') return () => Timestamp.fromMs(nowMs);
  if (name === 'coalesce') return (row) => coalesce(given, row);
  if (name === 'nullif') return (row) => nullIf(given[0]!(row), given[1]!(row));
  const apply = strict[name];
  if (apply === undefined) throw new SelectError('UnsupportedFunction', name.toUpperCase());
  return (row) => {
    const values = given.map((each) => each(row));
    if (values.some(isAbsent)) return values.includes(undefined) ? undefined : null;
    return apply(values[0], values[1], values[2]);
  };
}

function coalesce(given: readonly Evaluate[], row: Value): Value {
  for (const each of given) {
    const value = each(row);
    if (!isAbsent(value)) return value;
  }
  return null;
}

function nullIf(first: Value, second: Value): Value {
  if (isAbsent(first)) return null;
  return !isAbsent(second) && isEqual(first, second) ? null : first;
}

function asText(value: Value): string {
  if (typeof value !== 'string')
    throw new SelectError('IncorrectSqlFunctionArgumentType', 'A string is wanted.');
  return value;
}

/** Also of a field that is text with nothing but digits: CSV has no other numbers. */
function asInteger(value: Value): number {
  const number = typeof value === 'string' && /^[+-]?\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  if (!isNumeric(number) || !isWholeNumber(number))
    throw new SelectError('IncorrectSqlFunctionArgumentType', 'A whole number is wanted.');
  return Number(number);
}

/** A text in the form of a timestamp is one too. */
function asTimestamp(value: Value): Timestamp {
  const time = typeof value === 'string' ? Timestamp.parse(value) : value;
  if (time instanceof Timestamp) return time;
  throw new SelectError(
    typeof value === 'string' ? 'ValueParseFailure' : 'IncorrectSqlFunctionArgumentType',
    'A timestamp is wanted.',
  );
}

/** Characters from `start` (the first is 1); those before the first count into the length and are not there. */
function substring(text: string, start: number, length: number | undefined): string {
  const characters = [...text];
  if (length === undefined) return characters.slice(Math.max(0, start - 1)).join('');
  if (length < 0) throw new SelectError('EvaluatorInvalidArguments', 'SUBSTRING has a negative length.');
  const end = start - 1 + length;
  return end <= 0 ? '' : characters.slice(Math.max(0, start - 1), end).join('');
}

function sizeOf(value: Value): number {
  if (Array.isArray(value)) return value.length;
  if (isStruct(value)) return Object.keys(value).length;
  throw new SelectError('IncorrectSqlFunctionArgumentType', 'SIZE wants a list or a structure.');
}

function toTimestamp(text: string, pattern: string | undefined): Timestamp {
  const time = pattern === undefined ? Timestamp.parse(text) : parseTimestamp(text, pattern);
  if (time === undefined) throw new SelectError('ValueParseFailure');
  return time;
}

export function extractPart(part: ExtractPart, value: Value): number {
  const time = asTimestamp(value);
  if (part === 'timezone_hour') return Math.trunc((time.offsetMinutes ?? 0) / 60) + 0;
  if (part === 'timezone_minute') return ((time.offsetMinutes ?? 0) % 60) + 0;
  return time.civil()[part];
}

export function dateFunction(
  kind: 'dateAdd' | 'dateDiff',
  part: DatePart,
  first: Value,
  second: Value,
): Value {
  if (kind === 'dateAdd') return addToDate(part, asInteger(first), asTimestamp(second));
  return dateDifference(part, asTimestamp(first), asTimestamp(second));
}

export function trimText(side: 'leading' | 'trailing' | 'both', characters: Value, value: Value): string {
  const removed = new Set(asText(characters));
  const text = [...asText(value)];
  let start = 0;
  let end = text.length;
  if (side !== 'trailing') while (start < end && removed.has(text[start] as string)) start++;
  if (side !== 'leading') while (end > start && removed.has(text[end - 1] as string)) end--;
  return text.slice(start, end).join('');
}
