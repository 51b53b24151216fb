// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';
import { isNumeric } from './compare.js';
import { Decimal, precisionMax } from './decimal.js';
import { Float, Scalar } from './scalar.js';
import { Timestamp } from './timestamp.js';
import { isAbsent, toInteger, type Value } from './value.js';

export type CastType = 'bool' | 'int' | 'string' | 'float' | 'decimal' | 'timestamp';

/** The types of the language by every name that they have. Source: S3 User Guide, "Data types" and "Reserved keywords". */
export const castTypes: Readonly<Record<string, CastType>> = {
  bool: 'bool',
  boolean: 'bool',
  int: 'int',
  integer: 'int',
  smallint: 'int',
  string: 'string',
  char: 'string',
  character: 'string',
  varchar: 'string',
  float: 'float',
  real: 'float',
  double: 'float',
  dec: 'decimal',
  decimal: 'decimal',
  numeric: 'decimal',
  timestamp: 'timestamp',
};

const casts: Readonly<Record<CastType, (value: Value) => Value | undefined>> = {
  bool: toBool,
  int: toInt,
  string: toText,
  float: toFloat,
  decimal: toDecimal,
  timestamp: toTimestamp,
};

/** NULL and MISSING stay what they are. Throws CastFailed. Source: S3 User Guide, "Conversion functions", CAST. */
export function cast(value: Value, type: CastType): Value {
  if (isAbsent(value)) return value;
  const result = casts[type](value);
  if (result === undefined) throw new SelectError('CastFailed');
  return result;
}

function toBool(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (isNumeric(value)) return Number(value.toString()) !== 0;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function toInt(value: Value): Value | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    const text = value.trim();
    return /^[+-]?\d{1,20}$/.test(text) ? toInteger(BigInt(text.replace('+', ''))) : undefined;
  }
  if (value instanceof Float)
    return Number.isFinite(value.value) ? toInteger(BigInt(Math.trunc(value.value))) : undefined;
  return value instanceof Decimal ? toInteger(value.toInteger()) : undefined;
}

function toText(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  const isScalar = value instanceof Scalar || typeof value !== 'object';
  return isScalar ? String(value) : undefined;
}

function toFloat(value: Value): Float | undefined {
  if (value instanceof Float) return value;
  if (typeof value === 'boolean') return new Float(Number(value));
  const number = isNumeric(value)
    ? Number(value.toString())
    : typeof value === 'string'
      ? readFloat(value)
      : NaN;
  return Number.isNaN(number) ? undefined : new Float(number);
}

function readFloat(text: string): number {
  return Decimal.parse(text.trim())?.toNumber() ?? Number.NaN;
}

function toDecimal(value: Value): Decimal | undefined {
  if (value instanceof Decimal) return value;
  if (value instanceof Float) return Decimal.fromFloat(value.value);
  if (typeof value === 'boolean') return Decimal.of(Number(value));
  if (typeof value === 'number' || typeof value === 'bigint') return Decimal.of(value);
  const decimal = typeof value === 'string' ? Decimal.parse(value.trim()) : undefined;
  const digits = decimal?.digits.toString().replace('-', '').length ?? 0;
  return digits > precisionMax ? undefined : decimal;
}

function toTimestamp(value: Value): Timestamp | undefined {
  if (value instanceof Timestamp) return value;
  return typeof value === 'string' ? Timestamp.parse(value.trim()) : undefined;
}

/** What a field of a CSV file means where a number is wanted: itself when it does not read as one. */
export function looseNumber(value: Value): Value {
  if (typeof value !== 'string' || value === '') return value;
  return toInt(value) ?? Decimal.parse(value.trim()) ?? value;
}
