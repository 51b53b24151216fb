// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import { castTo } from './cast-to.js';
import {
  BOOLEAN,
  fieldName,
  isInteger,
  isNumber,
  JSON_TYPE,
  parseTrinoType,
  printTrinoType,
  quoteName,
  quoteText,
  type TrinoType,
  toDuckdbType,
  VARCHAR,
} from './trino-type.js';
import { failure, type Typed, typed } from './typed.js';
import { toLocal } from './zones.js';

/** `CAST(value AS type)`; TRY_CAST gives NULL for what cannot be cast. @param typeText as the statement writes it */
export function castValue(value: Typed, typeText: string, safe: boolean): Typed {
  if (typeText === 'json literal') return typed(`json(${value.sql})`, JSON_TYPE);
  const wanted = parseTrinoType(typeText);
  const cast = castAs(value, wanted, typeText);
  const { constant, ...rest } = cast;
  const result = constant !== undefined && wanted.kind === 'varchar' ? cast : rest;
  return safe ? typed(`TRY(${result.sql})`, result.type) : result;
}

function castAs(value: Typed, wanted: TrinoType, typeText: string): Typed {
  const { sql, type } = value;
  if (type.kind === 'unknown') return typed(`CAST(${sql} AS ${toDuckdbType(wanted)})`, wanted);
  if (wanted.kind === 'json') return toJson(value);
  if (type.kind === 'json') return fromJson(value, wanted, typeText);
  if (wanted.kind === 'varchar') return shortened(toText(value), typeText);
  if (wanted.kind === 'ipaddress') {
    if (type.kind !== 'varchar' && type.kind !== 'ipaddress') throw cannotCast(type, wanted);
    return typed(type.kind === 'ipaddress' ? sql : `cairn_ip(${sql})`, wanted);
  }
  if (isTime(wanted)) return toTime(value, wanted);
  if (wanted.kind === 'boolean' && type.kind === 'varchar') return typed(textToBoolean(sql), BOOLEAN);
  if (isInteger(wanted) && type.kind === 'varchar') return typed(textToInteger(sql, wanted), wanted);
  if (isNumber(wanted) && isNumber(type) && type.kind === 'decimal' && isInteger(wanted))
    return typed(`CAST(round(${sql}, 0) AS ${toDuckdbType(wanted)})`, wanted);
  if (isInteger(wanted) && (type.kind === 'double' || type.kind === 'real'))
    return typed(`CAST(round(${sql}) AS ${toDuckdbType(wanted)})`, wanted);
  if (!canCast(type, wanted)) throw cannotCast(type, wanted);
  return typed(castTo(value, wanted), wanted);
}

function cannotCast(type: TrinoType, wanted: TrinoType): QueryError {
  return new QueryError(
    'SYNTAX_ERROR',
    `TYPE_MISMATCH: Cannot cast ${printTrinoType(type)} to ${printTrinoType(wanted)}`,
  );
}

function isTime({ kind }: TrinoType): boolean {
  return kind === 'date' || kind === 'timestamp' || kind === 'timestampTz' || kind === 'time';
}

function canCast(type: TrinoType, wanted: TrinoType): boolean {
  if (type.kind === 'array' && wanted.kind === 'array') return canCast(type.element, wanted.element);
  if (type.kind === 'map' && wanted.kind === 'map')
    return canCast(type.key, wanted.key) && canCast(type.value, wanted.value);
  if (type.kind === 'row' && wanted.kind === 'row') {
    return (
      type.fields.length === wanted.fields.length &&
      type.fields.every((field, index) => canCast(field.type, wanted.fields[index]?.type ?? VARCHAR))
    );
  }
  if (type.kind === wanted.kind || type.kind === 'unknown' || type.kind === 'json') return true;
  const plain = (kind: TrinoType): boolean =>
    isNumber(kind) || kind.kind === 'boolean' || kind.kind === 'varchar';
  if (plain(type) && plain(wanted)) return true;
  return (
    (type.kind === 'varchar' && (isTime(wanted) || wanted.kind === 'uuid' || wanted.kind === 'varbinary')) ||
    wanted.kind === 'varchar'
  );
}

/** Only whole numbers: the engine would round what Trino refuses. */
function textToInteger(sql: string, wanted: TrinoType): string {
  return `(CASE WHEN regexp_full_match(${sql}, '\\s*[+-]?[0-9]+\\s*') THEN CAST(${sql} AS ${toDuckdbType(wanted)}) WHEN ${sql} IS NOT NULL THEN ${failure(`Cannot cast to ${wanted.kind}`, sql)} END)`;
}

/** Trino, "Boolean": true, t, 1 and false, f, 0 in any case, and nothing else, unlike the engine. */
function textToBoolean(sql: string): string {
  return `(CASE WHEN regexp_full_match(${sql}, '(?i)true|t|1|false|f|0') THEN CAST(${sql} AS BOOLEAN) WHEN ${sql} IS NOT NULL THEN ${failure('Cannot cast to boolean', sql)} END)`;
}

function toText(value: Typed): Typed {
  const { sql, type } = value;
  switch (type.kind) {
    case 'varchar':
      return value;
    case 'timestamp':
      return typed(`strftime(${sql}, '%Y-%m-%d %H:%M:%S.%g')`, VARCHAR);
    case 'timestampTz':
      return typed(
        `strftime(${toLocal(value)}, ${quoteText(`%Y-%m-%d %H:%M:%S.%g ${type.zone ?? 'UTC'}`)})`,
        VARCHAR,
      );
    case 'intervalDay':
      return typed(`cairn_days_text(CAST(epoch_ms(${sql}) AS BIGINT))`, VARCHAR);
    case 'intervalMonth':
      return typed(
        `cairn_months_text(CAST(date_part('year', ${sql}) * 12 + date_part('month', ${sql}) AS BIGINT))`,
        VARCHAR,
      );
    case 'time':
      return typed(`strftime(DATE '1970-01-01' + ${sql}, '%H:%M:%S.%g')`, VARCHAR);
    case 'array':
    case 'map':
    case 'row':
      throw cannotCast(type, VARCHAR);
    case 'varbinary':
      return typed(`decode(${sql})`, VARCHAR);
    case 'double':
    case 'real':
      return typed(`cairn_double_text(${sql})`, VARCHAR);
    default:
      return typed(`CAST(${sql} AS VARCHAR)`, VARCHAR);
  }
}

function shortened(text: Typed, typeText: string): Typed {
  const length = /^\s*(?:var)?char\s*\(\s*(\d+)\s*\)\s*$/i.exec(typeText)?.[1];
  return length === undefined
    ? text
    : typed(`substring(${text.sql}, 1, ${Math.min(Number(length), 2_147_483_647)})`, VARCHAR);
}

function toTime(value: Typed, wanted: TrinoType): Typed {
  const { sql, type } = value;
  if (type.kind === 'varchar') {
    if (wanted.kind === 'timestampTz') return typed(`CAST(${sql} AS TIMESTAMPTZ)`, wanted);
    return typed(`CAST(${sql} AS ${toDuckdbType(wanted)})`, wanted);
  }
  if (!isTime(type) || (type.kind === 'time') !== (wanted.kind === 'time' && type.kind === 'time'))
    throw cannotCast(type, wanted);
  if (type.kind === 'timestampTz') {
    if (wanted.kind === 'timestampTz') return value;
    const local = toLocal(value);
    if (wanted.kind !== 'timestamp') return typed(`CAST(${local} AS ${toDuckdbType(wanted)})`, wanted);
    return typed(
      local,
      wanted,
      type.zone === undefined && value.near !== undefined
        ? { near: value.near, ...(value.odd !== undefined && { odd: value.odd }) }
        : {},
    );
  }
  if (wanted.kind === 'timestampTz')
    return typed(castTo(value, wanted), wanted, { utc: castTo(value, { kind: 'timestamp' }) });
  if (type.kind === 'date' && wanted.kind === 'time') throw cannotCast(type, wanted);
  return typed(castTo(value, wanted), wanted);
}

/** A value as JSON; a text becomes a JSON string (Trino, "JSON functions and operators": cast to JSON). */
function toJson(value: Typed): Typed {
  const { sql, type } = value;
  if (type.kind === 'json') return value;
  if (type.kind === 'map') return mapToJson(value, type);
  if (isTime(type) || type.kind === 'ipaddress') return typed(`to_json(${toText(value).sql})`, JSON_TYPE);
  return typed(`(CASE WHEN ${sql} IS NULL THEN NULL ELSE to_json(${sql}) END)`, JSON_TYPE);
}

/** Members in the order of their names ("TestMapOperators": testMapToJson). */
function mapToJson({ sql }: Typed, { key }: Extract<TrinoType, { kind: 'map' }>): Typed {
  const member = castValue(typed('e.key', key), 'varchar', false).sql;
  const entries = `list_transform(map_entries(${sql}), lambda e: struct_pack(k := ${member}, v := e.value))`;
  return typed(
    `(CASE WHEN ${sql} IS NULL THEN NULL ELSE to_json(map_from_entries(list_sort(${entries}))) END)`,
    JSON_TYPE,
  );
}

function fromJson(value: Typed, wanted: TrinoType, typeText: string): Typed {
  const { sql } = value;
  if (wanted.kind === 'array' || wanted.kind === 'map' || wanted.kind === 'row')
    return typed(
      hasRow(wanted) ? rowsFromJson(sql, wanted, 0) : `CAST(${sql} AS ${toDuckdbType(wanted)})`,
      wanted,
    );
  const text = `json_extract_string(${sql}, '$')`;
  const scalar = `(CASE WHEN json_type(${sql}) IN ('OBJECT', 'ARRAY') THEN ${failure(`Cannot cast to ${wanted.kind}`, `json_type(${sql})`)} ELSE ${text} END)`;
  if (wanted.kind === 'varchar') return shortened(typed(scalar, VARCHAR), typeText);
  if (isInteger(wanted))
    return typed(`CAST(CAST(${scalar} AS DECIMAL(38,6)) AS ${toDuckdbType(wanted)})`, wanted);
  if (isNumber(wanted) || wanted.kind === 'boolean')
    return typed(`CAST(${scalar} AS ${toDuckdbType(wanted)})`, wanted);
  if (wanted.kind === 'date' || wanted.kind === 'time')
    return typed(
      `(CASE WHEN json_type(${sql}) = 'VARCHAR' THEN CAST(${text} AS ${toDuckdbType(wanted)}) WHEN json_type(${sql}) <> 'NULL' THEN ${failure(`Cannot cast JSON value to ${wanted.kind}; expected a JSON string`, `CAST(${sql} AS VARCHAR)`)} END)`,
      wanted,
    );
  throw cannotCast(JSON_TYPE, wanted);
}

/** Rows are read of objects by names and of arrays by places (Trino, "JSON functions and operators": cast from JSON). */
function rowsFromJson(sql: string, wanted: TrinoType, depth: number): string {
  if (!hasRow(wanted)) return fromJson(typed(sql, JSON_TYPE), wanted, printTrinoType(wanted)).sql;
  const byNames = `json_transform(${sql}, ${quoteText(JSON.stringify(structure(wanted)))})`;
  const item = `j${depth}`;
  if (wanted.kind === 'array') {
    const byPlaces = `list_transform(json_extract(${sql}, '$[*]'), lambda ${item}: ${rowsFromJson(item, wanted.element, depth + 1)})`;
    return `(CASE WHEN json_type(${sql}, '$[0]') = 'ARRAY' THEN ${byPlaces} ELSE ${byNames} END)`;
  }
  if (wanted.kind === 'map') {
    const entry = `struct_pack(k := ${castValue(typed(`${item}.key`, VARCHAR), printTrinoType(wanted.key), false).sql}, v := ${rowsFromJson(`${item}.value`, wanted.value, depth + 1)})`;
    return `map_from_entries(list_transform(map_entries(CAST(${sql} AS MAP(VARCHAR, JSON))), lambda ${item}: ${entry}))`;
  }
  if (wanted.kind !== 'row') return byNames;
  const fields = wanted.fields.map(
    (field, index) =>
      `${quoteName(fieldName(field, index))} := ${rowsFromJson(`json_extract(${sql}, '$[${index}]')`, field.type, depth + 1)}`,
  );
  return `(CASE WHEN json_type(${sql}) = 'ARRAY' THEN struct_pack(${fields.join(', ')}) ELSE ${byNames} END)`;
}

function hasRow(type: TrinoType): boolean {
  if (type.kind === 'array') return hasRow(type.element);
  if (type.kind === 'map') return hasRow(type.value);
  return type.kind === 'row';
}

/** The form that json_transform reads a value by: fields that are not there are NULL. */
function structure(type: TrinoType): unknown {
  if (type.kind === 'array') return [structure(type.element)];
  if (type.kind === 'row')
    return Object.fromEntries(
      type.fields.map((field, index) => [fieldName(field, index), structure(field.type)]),
    );
  return toDuckdbType(type);
}
