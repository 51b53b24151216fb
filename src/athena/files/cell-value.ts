// SPDX-License-Identifier: Apache-2.0
import type { HiveType, Primitive } from '../catalog/hive-type.js';

/** A text that is no value of its column's type. */
export class BadValueError extends Error {
  override readonly name = 'BadValueError';
  constructor(
    readonly value: string,
    readonly type: string,
  ) {
    super(`'${value.slice(0, 128)}' is not a ${type}`);
  }
}

const bounds: Partial<Record<Primitive, readonly [bigint, bigint]>> = {
  tinyint: [-128n, 127n],
  smallint: [-32768n, 32767n],
  int: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
};

/** What the copy's writer is given for a cell: JSON that is sure to be read as the column's type. */
export type CellValue =
  | string
  | number
  | boolean
  | null
  | readonly CellValue[]
  | { readonly [name: string]: CellValue };

/** The value that a text stands for. Throws BadValueError. */
export function toScalar(text: string, type: HiveType): CellValue {
  switch (type.kind) {
    case 'text':
      return [...text].slice(0, type.length).join('');
    case 'decimal':
      return toDecimal(text, type.precision, type.scale);
    case 'primitive':
      return toPrimitive(text, type.name);
    default:
      throw new BadValueError(text, type.kind);
  }
}

function toPrimitive(text: string, name: Primitive): CellValue {
  switch (name) {
    case 'string':
      return text;
    case 'boolean': {
      const word = text.trim().toLowerCase();
      if (word !== 'true' && word !== 'false') throw new BadValueError(text, name);
      return word === 'true';
    }
    case 'tinyint':
    case 'smallint':
    case 'int':
    case 'bigint':
      return toInteger(text, name);
    case 'float':
    case 'double': {
      const trimmed = text.trim();
      const word = trimmed.toLowerCase();
      if (word === 'nan') return 'nan';
      if (/^[-+]?inf(?:inity)?$/.test(word)) return word.startsWith('-') ? '-inf' : 'inf';
      if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(trimmed)) throw new BadValueError(text, name);
      return Number(trimmed);
    }
    case 'date':
      return toDate(text);
    case 'timestamp':
      return toTimestamp(text);
    case 'binary':
      return Array.from(Buffer.from(text, 'utf8'), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(
        '',
      );
  }
}

/** Beyond what a double holds exactly as a text, which the writer reads as well. */
function toInteger(text: string, name: Primitive): CellValue {
  const trimmed = text.trim();
  if (!/^[-+]?\d{1,19}$/.test(trimmed)) throw new BadValueError(text, name);
  const value = BigInt(trimmed.replace(/^\+/, ''));
  const [least, most] = bounds[name] as readonly [bigint, bigint];
  if (value < least || value > most) throw new BadValueError(text, name);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : String(value);
}

function toDecimal(text: string, precision: number, scale: number): CellValue {
  const match = /^([-+]?)0*(\d*)(?:\.(\d*))?$/.exec(text.trim());
  const digits = match?.[2] ?? '';
  if (match === null || text.trim().length > 128 || digits.length > precision - scale)
    throw new BadValueError(text, `decimal(${precision},${scale})`);
  const sign = match[1] === '-' ? '-' : '';
  const fraction = (match[3] ?? '').slice(0, scale);
  return `${sign}${digits === '' ? '0' : digits}${fraction === '' ? '' : `.${fraction}`}`;
}

function toDate(text: string): string {
  const match = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?\s*$/.exec(text);
  if (match === null) throw new BadValueError(text, 'date');
  const [, year, month, day] = match.map(Number) as [number, number, number, number];
  return dayText(year, month, day) ?? bad(text, 'date');
}

/** `2026-11-21 10:00:00.123`, with `T` and a zone as JSON has them; in UTC. */
function toTimestamp(text: string): string {
  const match =
    /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[-+]\d{2}:?\d{2})?\s*$/.exec(
      text,
    );
  if (match === null) return bad(text, 'timestamp');
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  if (dayText(Number(year), Number(month), Number(day)) === undefined) return bad(text, 'timestamp');
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return bad(text, 'timestamp');
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const utc = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    ms,
  );
  return new Date(utc - zoneMs(zone)).toISOString().replace('T', ' ').replace('Z', '');
}

function zoneMs(zone: string): number {
  const match = /^([-+])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

function dayText(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.toISOString().slice(0, 10);
}

function bad(text: string, type: string): never {
  throw new BadValueError(text, type);
}
