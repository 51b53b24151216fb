// SPDX-License-Identifier: Apache-2.0
import type { ParquetParsers, SchemaElement } from 'hyparquet';
import { Decimal } from '../values/decimal.js';
import { Float } from '../values/scalar.js';
import { Timestamp } from '../values/timestamp.js';
import { toInteger, type Value } from '../values/value.js';

/** Source: S3 User Guide, "Data types", Mapping of Parquet types to supported data types. */
export const parquetParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => toTimestamp(millis, 3),
  timestampFromMicroseconds: (micros) => toTimestamp(micros, 6),
  timestampFromNanoseconds: (nanos) => toTimestamp(nanos, 9),
  dateFromDays: (days) =>
    typeof days === 'number' ? new Timestamp(days * 86_400, '', 'day', undefined) : null,
  jsonFromBytes: (bytes) => (bytes instanceof Uint8Array ? textOf(bytes) : null),
};

function toTimestamp(ticks: bigint | number | undefined, digits: number): Timestamp | null {
  if (ticks === undefined || ticks === null) return null;
  const unit = 10n ** BigInt(digits);
  const whole = BigInt(ticks);
  const rest = ((whole % unit) + unit) % unit;
  return new Timestamp(Number((whole - rest) / unit), String(rest).padStart(digits, '0'), 'second', 0);
}

/**
 * The scales of DECIMAL columns. They are taken off the schema: what is read then is the unscaled number, where the reader
 * itself would make a double of it.
 */
export function decimalScales(columns: readonly SchemaElement[]): ReadonlyMap<string, number> {
  const scales = new Map<string, number>();
  for (const element of columns) {
    const isDecimal = element.converted_type === 'DECIMAL' || element.logical_type?.type === 'DECIMAL';
    if (!isDecimal || element.type === undefined) continue;
    scales.set(element.name, element.scale ?? 0);
    delete element.converted_type;
    delete element.logical_type;
  }
  return scales;
}

export function toValue(value: unknown, element: SchemaElement, scale: number | undefined): Value {
  if (value === undefined || value === null) return null;
  if (scale !== undefined) return new Decimal(unscaled(value), scale);
  if (typeof value === 'number' && (element.type === 'FLOAT' || element.type === 'DOUBLE'))
    return new Float(value);
  return anyValue(value);
}

/** Two's complement, the highest byte first. */
function unscaled(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint);
  const bits = BigInt(value.length * 8);
  return BigInt.asIntN(Number(bits), BigInt(`0x0${Buffer.from(value).toString('hex')}`));
}

function anyValue(value: unknown): Value {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? value : new Float(value);
    case 'bigint':
      return toInteger(value) ?? Decimal.of(value);
    case 'object':
      return value === null ? null : anyObject(value);
    default:
      return value as Value;
  }
}

function anyObject(value: object): Value {
  if (value instanceof Timestamp) return value;
  if (value instanceof Uint8Array) return textOf(value);
  if (value instanceof Date) return Timestamp.fromMs(value.getTime());
  if (Array.isArray(value)) return value.map(anyValue);
  const struct = Object.create(null) as Record<string, Value>;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  for (const [name, part] of entries) struct[String(name)] = anyValue(part);
  return struct;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
