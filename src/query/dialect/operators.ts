// SPDX-License-Identifier: Apache-2.0

import type { SqlDialect } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import type { BinaryOperator } from './ast.js';
import { castTo } from './cast-to.js';
import { impliedByTexts } from './text-within.js';
import {
  asDecimal,
  BOOLEAN,
  commonType,
  fieldName,
  isInteger,
  isInterval,
  isNumber,
  printTrinoType,
  quoteText,
  type RowField,
  TIMESTAMP,
  type TrinoType,
  toDuckdbType,
  UNKNOWN,
} from './trino-type.js';
import { failure, type Typed, typed } from './typed.js';
import { fromLocal, toLocal } from './zones.js';

/** Values as the one type that all of them become. @throws QueryError SYNTAX_ERROR where Trino has none */
export function unified(values: readonly Typed[]): {
  readonly type: TrinoType;
  readonly values: readonly string[];
} {
  let type: TrinoType = UNKNOWN;
  for (const value of values) {
    const common = commonType(type, value.type);
    if (!common)
      throw mismatch(`All values must have one type: ${printTrinoType(type)}, ${printTrinoType(value.type)}`);
    type = common;
  }
  return { type, values: values.map((value) => (type.kind === 'unknown' ? value.sql : castTo(value, type))) };
}

function mismatch(problem: string): QueryError {
  return new QueryError('SYNTAX_ERROR', `TYPE_MISMATCH: ${problem}`);
}

function cannotApply(operator: string, left: Typed, right: Typed): QueryError {
  return mismatch(
    `Cannot apply operator: ${printTrinoType(left.type)} ${operator} ${printTrinoType(right.type)}`,
  );
}

const WORDS: Readonly<Partial<Record<BinaryOperator, string>>> = {
  distinct: 'IS DISTINCT FROM',
  notDistinct: 'IS NOT DISTINCT FROM',
};

export function compare(operator: BinaryOperator, left: Typed, right: Typed, dialect: SqlDialect): Typed {
  const [a, b] = dialect === 'lake' ? textsAsTimes(left, right) : [left, right];
  const type = commonType(a.type, b.type);
  if (!type) throw cannotApply(WORDS[operator] ?? operator, left, right);
  const word = WORDS[operator] ?? operator;
  if (type.kind === 'ipaddress')
    return typed(`(${ordered(a, operator)} ${word} ${ordered(b, operator)})`, BOOLEAN);
  if (type.kind === 'map')
    return typed(`(${inKeyOrder(castTo(a, type))} ${word} ${inKeyOrder(castTo(b, type))})`, BOOLEAN);
  if (type.kind === 'row' && (operator === '=' || operator === '<>'))
    return rowsEqual(operator, castRow(a, type), castRow(b, type), dialect);
  const implied = impliedOf(operator, a, b) ?? impliedByMember(operator, a, b);
  const sql =
    type.kind === 'timestampTz'
      ? `(${comparable(a, b)} ${word} ${comparable(b, a)})`
      : `(${castTo(a, type)} ${word} ${castTo(b, type)})`;
  return typed(sql, BOOLEAN, implied === undefined ? {} : { implied });
}

/** Equal addresses are equal texts; their order is that of their bits. */
function ordered(address: Typed, operator: BinaryOperator): string {
  return ['<', '<=', '>', '>='].includes(operator) ? sortable(address) : address.sql;
}

/** What stands for a value where values are put in order. */
export function sortable({ sql, type }: Typed): string {
  return type.kind === 'ipaddress' ? `cairn_ip_bits(${sql})` : sql;
}

/** Maps are equal whatever the order of their keys. */
function inKeyOrder(sql: string): string {
  return `list_sort(map_entries(${sql}))`;
}

function castRow(value: Typed, type: TrinoType): Typed {
  return value.type.kind === 'unknown' ? value : typed(castTo(value, type), type);
}

/** Field by field: a field that is NULL makes it unknown, where the engine would say that NULLs are equal ("TestRowOperators"). */
function rowsEqual(operator: '=' | '<>', left: Typed, right: Typed, dialect: SqlDialect): Typed {
  const fields =
    left.type.kind === 'row' ? left.type.fields : right.type.kind === 'row' ? right.type.fields : [];
  if (left.type.kind !== 'row' || right.type.kind !== 'row' || fields.length === 0)
    return typed('CAST(NULL AS BOOLEAN)', BOOLEAN);
  if (fields.length > FIELDS_IN_PLACE_MAX || left.sql.length + right.sql.length > TEXT_IN_PLACE_MAX) {
    const both = `[struct_pack(a := ${left.sql}, b := ${right.sql})]`;
    const [a, b] = ['a', 'b'].map((name) => `struct_extract(p, '${name}')`) as [string, string];
    const equal = fieldsEqual(operator, typed(a, left.type), typed(b, right.type), fields, dialect).sql;
    return typed(`list_extract(list_transform(${both}, lambda p: ${equal}), 1)`, BOOLEAN);
  }
  return fieldsEqual(operator, left, right, fields, dialect);
}

/** Rows that are longer are bound to names first: each field would repeat all of their text. */
const FIELDS_IN_PLACE_MAX = 8;
const TEXT_IN_PLACE_MAX = 2_000;

function fieldsEqual(
  operator: '=' | '<>',
  left: Typed,
  right: Typed,
  fields: readonly RowField[],
  dialect: SqlDialect,
): Typed {
  const field = (row: Typed, index: number): Typed => {
    const own = fields[index] as RowField;
    return typed(`struct_extract(${row.sql}, ${quoteText(fieldName(own, index))})`, own.type);
  };
  const tests = fields.map((_, index) => compare('=', field(left, index), field(right, index), dialect).sql);
  const equal = `(${tests.join(' AND ')})`;
  return typed(operator === '=' ? equal : `(NOT ${equal})`, BOOLEAN);
}

/**
 * CloudTrail Lake compares its timestamps with texts, as Trino itself does not (AWS CloudTrail User Guide, "CloudTrail Lake
 * SQL constraints" and the sample queries: `eventTime > '2023-07-20 00:00:00'`).
 */
function textsAsTimes(left: Typed, right: Typed): [Typed, Typed] {
  const times = ['date', 'timestamp', 'timestampTz'];
  const asTime = (text: Typed, other: Typed): Typed =>
    text.type.kind === 'varchar' && times.includes(other.type.kind)
      ? typed(`CAST(CAST(${text.sql} AS TIMESTAMPTZ) AS TIMESTAMP)`, TIMESTAMP)
      : text;
  return [asTime(left, right), asTime(right, left)];
}

/** Instants by their UTC times where one side has it as a column: files whose times lie elsewhere are then never read. */
function comparable(value: Typed, other: Typed): string {
  if (value.utc === undefined && other.utc === undefined) return instant(value);
  if (value.utc !== undefined) return value.utc;
  return value.type.kind === 'timestampTz' ? `cairn_utc(${value.sql})` : castTo(value, TIMESTAMP);
}

function instant(value: Typed): string {
  return value.type.kind === 'timestampTz' ? value.sql : fromLocal(castTo(value, TIMESTAMP), undefined);
}

const MIRRORED: Readonly<Partial<Record<BinaryOperator, BinaryOperator>>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
};
/** What a second evaluation could answer otherwise, or would cost a second time: columns, queries, chance. */
const NOT_FIXED = /"|\b(?:random|uuid|gen_random_uuid)\b/;

/**
 * What a comparison of a time that is read from a text says about the column beside it. Only that: a text that cannot be read,
 * or none, has a time there too, so the comparison itself stays with the text.
 */
function impliedOf(operator: BinaryOperator, left: Typed, right: Typed): string | undefined {
  const mirrored = MIRRORED[operator];
  if (mirrored === undefined) return undefined;
  if (left.near === undefined) return right.near === undefined ? undefined : impliedOf(mirrored, right, left);
  const time =
    right.type.kind === 'timestampTz' ? comparable(right, { ...right, utc: '' }) : castTo(right, TIMESTAMP);
  return NOT_FIXED.test(time) ? undefined : `${left.near} ${operator} ${time}`;
}

function impliedByMember(operator: BinaryOperator, left: Typed, right: Typed): string | undefined {
  if (operator !== '=') return undefined;
  return impliedByTexts(left, [right]).implied ?? impliedByTexts(right, [left]).implied;
}

/** Of conditions that all hold. */
export function impliedByAll(conditions: readonly Typed[]): Pick<Typed, 'implied'> {
  const all = conditions.flatMap(({ implied }) => implied ?? []);
  return all.length === 0 ? {} : { implied: all.join(' AND ') };
}

export function arithmetic(operator: BinaryOperator, left: Typed, right: Typed): Typed {
  const { type: a } = left;
  const { type: b } = right;
  if (a.kind === 'unknown' && b.kind === 'unknown') return typed('NULL', { kind: 'integer' });
  const numbers = (isNumber(a) || a.kind === 'unknown') && (isNumber(b) || b.kind === 'unknown');
  if (numbers) return numeric(operator, left, right);
  const found = onTimes(operator, left, right);
  if (!found) throw cannotApply(operator, left, right);
  return found;
}

function onTimes(operator: BinaryOperator, left: Typed, right: Typed): Typed | undefined {
  const { type: a } = left;
  const { type: b } = right;
  const times = ['date', 'timestamp', 'timestampTz', 'time'];
  if (operator === '+' && isInterval(a) && times.includes(b.kind)) return onTimes('+', right, left);
  if ((operator === '+' || operator === '-') && isInterval(a) && a.kind === b.kind)
    return typed(`(${left.sql} ${operator} ${right.sql})`, a);
  if ((operator === '+' || operator === '-') && times.includes(a.kind) && isInterval(b))
    return shifted(left, `${operator} ${right.sql}`);
  if (operator === '-' && times.includes(a.kind) && times.includes(b.kind)) {
    const type = commonType(a, b);
    if (!type || type.kind === 'time') return undefined;
    const utc = (value: Typed): string =>
      value.type.kind === 'timestampTz' ? (value.utc ?? value.sql) : castTo(value, TIMESTAMP);
    if (type.kind === 'timestampTz')
      return typed(`(${left.sql} - ${instant(right)})`, { kind: 'intervalDay' });
    return typed(`(${utc(left)} - ${utc(right)})`, { kind: 'intervalDay' });
  }
  if (operator === '*' && isInterval(a) && isNumber(b)) return typed(`(${left.sql} * ${right.sql})`, a);
  if (operator === '*' && isNumber(a) && isInterval(b)) return onTimes('*', right, left);
  if (operator === '/' && isInterval(a) && isNumber(b)) {
    const zero = failure('Division by zero', right.sql);
    return typed(`(CASE WHEN ${right.sql} = 0 THEN ${zero} ELSE ${left.sql} / ${right.sql} END)`, a);
  }
  return undefined;
}

/** A time and what is added to it: days and months are counted on the wall clock of its zone. */
export function shifted(time: Typed, change: string): Typed {
  if (time.type.kind === 'date') return typed(`CAST(${time.sql} ${change} AS DATE)`, time.type);
  if (time.type.kind !== 'timestampTz') return typed(`(${time.sql} ${change})`, time.type);
  const local = `(${toLocal(time)} ${change})`;
  const { zone } = time.type;
  return zone === undefined
    ? typed(fromLocal(local, zone), time.type, { utc: local })
    : typed(fromLocal(local, zone), time.type);
}

function numeric(operator: BinaryOperator, left: Typed, right: Typed): Typed {
  const type = commonType(left.type, right.type) as TrinoType;
  const l = castTo(left, left.type.kind === 'unknown' ? type : left.type);
  const r = castTo(right, right.type.kind === 'unknown' ? type : right.type);
  if (operator === '/' || operator === '%') return divided(operator, type, l, r, left, right);
  if (type.kind === 'decimal')
    return typed(`(${l} ${operator} ${r})`, decimalResult(operator, left.type, right.type));
  return typed(`(${castNumber(l, left, type)} ${operator} ${castNumber(r, right, type)})`, type);
}

function castNumber(sql: string, value: Typed, type: TrinoType): string {
  return isInteger(type) && type.kind === value.type.kind ? sql : castTo({ ...value, sql }, type);
}

/** Result types of decimals (Trino, "Decimal functions and operators"). */
function decimalResult(operator: BinaryOperator, left: TrinoType, right: TrinoType): TrinoType {
  const a = asDecimal(left.kind === 'unknown' ? right : left);
  const b = asDecimal(right.kind === 'unknown' ? left : right);
  const scale = operator === '*' ? a.scale + b.scale : Math.max(a.scale, b.scale);
  const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
  const precision = operator === '*' ? a.precision + b.precision : whole + scale + 1;
  return { kind: 'decimal', precision: Math.min(38, precision), scale: Math.min(38, scale) };
}

/**
 * Whole numbers divide into whole numbers, toward zero, and a division by zero fails, except of floating-point numbers
 * (Trino, "Mathematical functions and operators").
 */
function divided(
  operator: '/' | '%',
  type: TrinoType,
  l: string,
  r: string,
  left: Typed,
  right: Typed,
): Typed {
  if (type.kind === 'double' || type.kind === 'real') {
    return typed(
      `(${castTo({ ...left, sql: l }, type)} ${operator} ${castTo({ ...right, sql: r }, type)})`,
      type,
    );
  }
  const isSafe = /^\d*[1-9][\d.]*$/.test(r);
  const guarded = (sql: string): string =>
    isSafe
      ? sql
      : `(CASE WHEN ${r} = CAST(0 AS ${toDuckdbType(right.type)}) THEN ${failure('Division by zero', r)} ELSE ${sql} END)`;
  if (isInteger(type))
    return typed(
      guarded(
        `(${castNumber(l, left, type)} ${operator === '/' ? '//' : '%'} ${castNumber(r, right, type)})`,
      ),
      type,
    );
  const a = asDecimal(left.type.kind === 'unknown' ? right.type : left.type);
  const b = asDecimal(right.type.kind === 'unknown' ? left.type : right.type);
  const scale = Math.max(a.scale, b.scale);
  if (operator === '%')
    return typed(guarded(`(${l} % ${r})`), {
      kind: 'decimal',
      precision: Math.min(38, Math.max(a.precision, b.precision)),
      scale,
    });
  const precision = Math.min(38, a.precision + b.scale + Math.max(0, b.scale - a.scale));
  const result: TrinoType = { kind: 'decimal', precision, scale };
  const quotient = `cairn_divide(${unscaled(l, a)}, ${unscaled(r, b)}, CAST('1${'0'.repeat(scale + b.scale - a.scale)}' AS HUGEINT))`;
  return typed(guarded(scaled(quotient, result)), result);
}

type Decimal = Extract<TrinoType, { kind: 'decimal' }>;

/** A decimal without its point, as a whole number. The text is the way where a multiplication would overflow. */
function unscaled(sql: string, { precision, scale }: Decimal): string {
  if (scale === 0) return `CAST(${sql} AS HUGEINT)`;
  const decimal = `CAST(${sql} AS DECIMAL(${precision},${scale}))`;
  return precision + scale + 1 <= 38
    ? `CAST(${decimal} * CAST('1${'0'.repeat(scale)}' AS DECIMAL(${scale + 1},0)) AS HUGEINT)`
    : `CAST(replace(CAST(${decimal} AS VARCHAR), '.', '') AS HUGEINT)`;
}

/** The point put into a whole number. */
function scaled(sql: string, { precision, scale }: Decimal): string {
  if (scale === 0) return `CAST(${sql} AS DECIMAL(${precision},0))`;
  return `CAST(CAST(${sql} AS DECIMAL(38,0)) * CAST('0.${'1'.padStart(scale, '0')}' AS DECIMAL(${scale},${scale})) AS DECIMAL(${precision},${scale}))`;
}
