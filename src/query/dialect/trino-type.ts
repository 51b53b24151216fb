// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';

/** A type as Trino's documentation names it ("Data types"). `unknown` is the type of NULL, and of what cannot be known. */
export type TrinoType =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'timestampTz'; readonly zone?: string }
  | { readonly kind: 'array'; readonly element: TrinoType }
  | { readonly kind: 'map'; readonly key: TrinoType; readonly value: TrinoType }
  | { readonly kind: 'row'; readonly fields: readonly RowField[] };

export interface RowField {
  readonly name?: string;
  readonly type: TrinoType;
}

export type ScalarKind =
  | 'unknown'
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'real'
  | 'double'
  | 'varchar'
  | 'varbinary'
  | 'json'
  | 'uuid'
  | 'ipaddress'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'intervalDay'
  | 'intervalMonth';

export const VARCHAR: TrinoType = { kind: 'varchar' };
export const BIGINT: TrinoType = { kind: 'bigint' };
export const INTEGER: TrinoType = { kind: 'integer' };
export const DOUBLE: TrinoType = { kind: 'double' };
export const BOOLEAN: TrinoType = { kind: 'boolean' };
export const UNKNOWN: TrinoType = { kind: 'unknown' };
export const JSON_TYPE: TrinoType = { kind: 'json' };
export const DATE: TrinoType = { kind: 'date' };
export const TIMESTAMP: TrinoType = { kind: 'timestamp' };
export const TIMESTAMP_TZ: TrinoType = { kind: 'timestampTz' };
export const VARBINARY: TrinoType = { kind: 'varbinary' };

export function arrayOf(element: TrinoType): TrinoType {
  return { kind: 'array', element };
}

export function mapOf(key: TrinoType, value: TrinoType): TrinoType {
  return { kind: 'map', key, value };
}

/** Trino's name, the name in DuckDB, and whether values of it are numbers that widen into the later ones. */
const SCALARS: Readonly<Record<ScalarKind, readonly [trino: string, duckdb: string]>> = {
  unknown: ['unknown', 'INTEGER'],
  boolean: ['boolean', 'BOOLEAN'],
  tinyint: ['tinyint', 'TINYINT'],
  smallint: ['smallint', 'SMALLINT'],
  integer: ['integer', 'INTEGER'],
  bigint: ['bigint', 'BIGINT'],
  real: ['real', 'FLOAT'],
  double: ['double', 'DOUBLE'],
  varchar: ['varchar', 'VARCHAR'],
  varbinary: ['varbinary', 'BLOB'],
  json: ['json', 'JSON'],
  uuid: ['uuid', 'UUID'],
  ipaddress: ['ipaddress', 'VARCHAR'],
  date: ['date', 'DATE'],
  time: ['time(3)', 'TIME'],
  timestamp: ['timestamp(3)', 'TIMESTAMP'],
  intervalDay: ['interval day to second', 'INTERVAL'],
  intervalMonth: ['interval year to month', 'INTERVAL'],
};

const SCALAR_NAMES: ReadonlyMap<string, ScalarKind> = new Map<string, ScalarKind>([
  ...(Object.keys(SCALARS) as ScalarKind[])
    .filter((kind) => !kind.startsWith('interval'))
    .map((kind): [string, ScalarKind] => [kind, kind]),
  ['int', 'integer'],
  ['string', 'varchar'],
  ['char', 'varchar'],
  ['float', 'real'],
  ['binary', 'varbinary'],
]);

/** `array(row(type varchar))`, `decimal(10,2)`, `timestamp(3) with time zone`. */
export function printTrinoType(type: TrinoType): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'timestampTz':
      return 'timestamp(3) with time zone';
    case 'array':
      return `array(${printTrinoType(type.element)})`;
    case 'map':
      return `map(${printTrinoType(type.key)}, ${printTrinoType(type.value)})`;
    case 'row':
      return `row(${type.fields.map(({ name, type }) => (name === undefined ? '' : `${printName(name)} `) + printTrinoType(type)).join(', ')})`;
    default:
      return SCALARS[type.kind][0];
  }
}

/** The same type in DuckDB's words. Names of row fields are quoted: they may be anything. */
export function toDuckdbType(type: TrinoType): string {
  switch (type.kind) {
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'timestampTz':
      return 'TIMESTAMPTZ';
    case 'array':
      return `${toDuckdbType(type.element)}[]`;
    case 'map':
      return `MAP(${toDuckdbType(type.key)}, ${toDuckdbType(type.value)})`;
    case 'row':
      return `STRUCT(${type.fields.map((field, index) => `${quoteName(fieldName(field, index))} ${toDuckdbType(field.type)}`).join(', ')})`;
    default:
      return SCALARS[type.kind][1];
  }
}

/** Rows without names have numbers for names in DuckDB, where every field of a struct has one. */
export function fieldName(field: RowField, index: number): string {
  return field.name ?? `field${index}`;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  // A NUL would end the text inside of the engine.
  if (text.includes('\0')) throw new QueryError('SYNTAX_ERROR', 'A text must not contain the character NUL.');
  return `'${text.replaceAll("'", "''")}'`;
}

function printName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : quoteName(name);
}

/** Deeper types than this are nobody's table: readers of types recurse. */
const TYPE_DEPTH_MAX = 64;

/**
 * Reads a type in Athena's or Trino's words.
 * @throws QueryError SYNTAX_ERROR
 */
export function parseTrinoType(text: string): TrinoType {
  const tokens = text.match(/"(?:[^"]|"")*"|[A-Za-z_$][\w$:@-]*|\d+|[(),]|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new QueryError('SYNTAX_ERROR', `Unknown type: ${text.slice(0, 200)}`);
  };
  const take = (wanted: string): void => {
    if (tokens[at++] !== wanted) fail();
  };
  const number = (): number => {
    const token = tokens[at++] ?? '';
    return /^\d+$/.test(token) ? Number(token) : fail();
  };
  const fields = (depth: number): RowField[] => {
    const read: RowField[] = [];
    take('(');
    do {
      const name = tokens[at];
      const next = tokens[at + 1];
      const named =
        name !== undefined &&
        next !== undefined &&
        !/^[(),]$/.test(next) &&
        !(name.toLowerCase() === 'timestamp' && next === 'with');
      if (named) at++;
      const type = readType(depth);
      read.push(
        named
          ? { name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name, type }
          : { type },
      );
    } while (tokens[at] === ',' && at++ >= 0);
    take(')');
    return read;
  };
  const readType = (depth: number): TrinoType => {
    if (depth > TYPE_DEPTH_MAX) fail();
    const word = (tokens[at++] ?? '').toLowerCase();
    if (word === 'row') return { kind: 'row', fields: fields(depth + 1) };
    if (word === 'array' || word === 'map') {
      take('(');
      const first = readType(depth + 1);
      let type = arrayOf(first);
      if (word === 'map') {
        take(',');
        type = mapOf(first, readType(depth + 1));
      }
      take(')');
      return type;
    }
    const sizes: number[] = [];
    if (word === 'double' && tokens[at]?.toLowerCase() === 'precision') at++;
    if (tokens[at] === '(') {
      at++;
      sizes.push(number());
      while (tokens[at] === ',' && at++ >= 0) sizes.push(number());
      take(')');
    }
    if (word === 'decimal' || word === 'numeric') return decimal(sizes);
    if (word === 'timestamp' && tokens[at]?.toLowerCase() === 'with') {
      at += 3;
      return TIMESTAMP_TZ;
    }
    if (word === 'timestamp' && tokens[at]?.toLowerCase() === 'without') at += 3;
    const kind = SCALAR_NAMES.get(word);
    return kind === undefined ? fail() : { kind };
  };
  const type = readType(0);
  return at === tokens.length ? type : fail();
}

function decimal([precision = 38, scale = 0]: readonly number[]): TrinoType {
  if (precision < 1 || precision > 38 || scale > precision) {
    throw new QueryError(
      'SYNTAX_ERROR',
      'DECIMAL precision must be in range [1, 38], its scale at most the precision.',
    );
  }
  return { kind: 'decimal', precision, scale };
}

const INTEGERS: readonly string[] = ['tinyint', 'smallint', 'integer', 'bigint'];

export function isInteger({ kind }: TrinoType): boolean {
  return INTEGERS.includes(kind);
}

export function isNumber(type: TrinoType): boolean {
  return isInteger(type) || type.kind === 'decimal' || type.kind === 'real' || type.kind === 'double';
}

export function isInterval({ kind }: TrinoType): boolean {
  return kind === 'intervalDay' || kind === 'intervalMonth';
}

/** Whether the engine's `=`, groups, least and greatest of a type all go by its one order. */
export function isOrdered(type: TrinoType): boolean {
  return ORDERED.includes(type.kind) || isInteger(type);
}

const ORDERED: readonly string[] = ['boolean', 'varchar', 'decimal', 'date', 'timestamp', 'timestampTz'];

const INTEGER_DIGITS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** An integer as the decimal that holds all of its values. */
export function asDecimal(type: TrinoType): {
  readonly kind: 'decimal';
  readonly precision: number;
  readonly scale: number;
} {
  if (type.kind === 'decimal') return type;
  return { kind: 'decimal', precision: INTEGER_DIGITS[type.kind] ?? 38, scale: 0 };
}

/**
 * The type that both become where Trino compares or unites them; undefined where Trino would refuse
 * (Trino, "Conversion functions": implicit casts among numbers, and among date and timestamp, never between text and number).
 */
export function commonType(left: TrinoType, right: TrinoType): TrinoType | undefined {
  if (left.kind === 'unknown') return right;
  if (right.kind === 'unknown') return left;
  if (isNumber(left) && isNumber(right)) return commonNumber(left, right);
  if (left.kind === 'array' && right.kind === 'array')
    return mapType(commonType(left.element, right.element), arrayOf);
  if (left.kind === 'map' && right.kind === 'map') {
    const key = commonType(left.key, right.key);
    const value = commonType(left.value, right.value);
    return key && value && mapOf(key, value);
  }
  if (left.kind === 'row' && right.kind === 'row') return commonRow(left.fields, right.fields);
  if (left.kind === 'timestampTz' && right.kind === 'timestampTz')
    return left.zone === right.zone ? left : TIMESTAMP_TZ;
  if (left.kind === right.kind) return left;
  const times = ['date', 'timestamp', 'timestampTz'];
  if (times.includes(left.kind) && times.includes(right.kind)) {
    return times.indexOf(left.kind) > times.indexOf(right.kind) ? left : right;
  }
  return undefined;
}

function mapType(type: TrinoType | undefined, make: (type: TrinoType) => TrinoType): TrinoType | undefined {
  return type && make(type);
}

function commonNumber(left: TrinoType, right: TrinoType): TrinoType {
  if (left.kind === 'double' || right.kind === 'double') return DOUBLE;
  if (left.kind === 'real' || right.kind === 'real') return { kind: 'real' };
  if (isInteger(left) && isInteger(right)) {
    return INTEGERS.indexOf(left.kind) > INTEGERS.indexOf(right.kind) ? left : right;
  }
  const a = asDecimal(left);
  const b = asDecimal(right);
  const scale = Math.max(a.scale, b.scale);
  return {
    kind: 'decimal',
    scale,
    precision: Math.min(38, Math.max(a.precision - a.scale, b.precision - b.scale) + scale),
  };
}

function commonRow(left: readonly RowField[], right: readonly RowField[]): TrinoType | undefined {
  if (left.length !== right.length) return undefined;
  const fields: RowField[] = [];
  for (const [index, a] of left.entries()) {
    const b = right[index] as RowField;
    const type = commonType(a.type, b.type);
    if (!type) return undefined;
    const name = a.name ?? b.name;
    fields.push(name === undefined ? { type } : { name, type });
  }
  return { kind: 'row', fields };
}

export function sameType(left: TrinoType, right: TrinoType): boolean {
  return toDuckdbType(left) === toDuckdbType(right);
}
