// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import type { JsonFallback } from '../ast.js';
import { castTo } from '../cast-to.js';
import { castValue } from '../casts.js';
import { isJsonFunction } from '../parse-json-call.js';
import { itemsOf } from '../sql-json-path.js';
import {
  BOOLEAN,
  JSON_TYPE,
  parseTrinoType,
  printTrinoType,
  type TrinoType,
  VARCHAR,
} from '../trino-type.js';
import { failure, type Typed, typed } from '../typed.js';
import { type FunctionCall, type FunctionTable, scalar } from './function-call.js';

/** Trino, "JSON functions and operators": the functions of SQL/JSON. */
export const JSON_QUERY_FUNCTIONS: FunctionTable = {
  json_exists: scalar((call) => {
    call.takes(2);
    const onError = fallback(call, call.node.json?.onError ?? 'false', BOOLEAN);
    return typed(overItems(call, 's', `CASE WHEN s IS NULL THEN ${onError} ELSE len(s) > 0 END`), BOOLEAN);
  }),
  json_value: scalar(jsonValue),
  json_query: scalar(jsonQuery),
  json_array: scalar((call) => {
    const texts = call.args.map((value, index) => element(call, value, index, 'absent'));
    return typed(`('[' || array_to_string(${listOf(texts)}, ',') || ']')`, VARCHAR);
  }),
  json_object: scalar((call) => {
    const entries: string[] = [];
    for (let index = 0; index < call.count; index += 2) {
      const key = call.arg(index);
      if (key.type.kind !== 'varchar') throw call.mismatch();
      entries.push(
        `CAST(to_json(${key.sql}) AS VARCHAR) || ':' || ${element(call, call.arg(index + 1), index + 1, 'null')}`,
      );
    }
    return typed(`('{' || array_to_string(${listOf(entries)}, ',') || '}')`, VARCHAR);
  }),
};

/** A list of texts, also where it has none. */
function listOf(texts: readonly string[]): string {
  return `CAST([${texts.join(', ')}] AS VARCHAR[])`;
}

/** An element as JSON text: NULL where it is left out. */
function element(call: FunctionCall, value: Typed, index: number, byDefault: 'null' | 'absent'): string {
  const node = call.node.args[index];
  const isJson =
    node?.kind === 'call' &&
    isJsonFunction(node.name) &&
    node.name !== 'json_exists' &&
    node.name !== 'json_value';
  const text = isJson ? value.sql : `CAST(${castValue(value, 'json', false).sql} AS VARCHAR)`;
  return (call.node.json?.nulls ?? byDefault) === 'null' ? `coalesce(${text}, 'null')` : text;
}

/** The items of the path bound to a name, NULL where there is an error; NULL for no input. */
function overItems(call: FunctionCall, name: string, body: string): string {
  const input = call.arg(0);
  if (input.type.kind !== 'varchar' && input.type.kind !== 'json' && input.type.kind !== 'unknown')
    throw call.mismatch();
  const json = input.type.kind === 'json' ? input.sql : `json(CAST(${input.sql} AS VARCHAR))`;
  const items = itemsOf(json, call.text(1));
  return `(CASE WHEN ${input.sql} IS NOT NULL THEN list_extract(list_transform([TRY(${items})], lambda ${name}: ${body}), 1) END)`;
}

const FALLBACKS: Readonly<Record<string, string>> = {
  null: 'NULL',
  unknown: 'NULL',
  true: 'true',
  false: 'false',
  emptyArray: "'[]'",
  emptyObject: "'{}'",
};

function fallback(call: FunctionCall, wanted: JsonFallback, type: TrinoType): string {
  if (typeof wanted === 'object') return castTo(call.expression(wanted.value), type);
  if (wanted === 'error')
    return failure(
      `${call.name}: the JSON path leads to no value, or to several`,
      `CAST(${call.arg(0).sql} AS VARCHAR)`,
    );
  return FALLBACKS[wanted] as string;
}

/** `json_value`: the one scalar of the path, as the type of RETURNING. */
function jsonValue(call: FunctionCall): Typed {
  call.takes(2);
  const { returning = 'varchar', onEmpty = 'null', onError = 'null' } = call.node.json ?? {};
  const type = parseTrinoType(returning);
  if (type.kind === 'array' || type.kind === 'map' || type.kind === 'row' || type.kind === 'json')
    throw new QueryError('SYNTAX_ERROR', `json_value cannot return ${printTrinoType(type)}`);
  const item = typed('list_extract(s, 1)', JSON_TYPE);
  const text = typed(`json_extract_string(${item.sql}, '$')`, VARCHAR);
  const value = type.kind === 'varchar' ? text.sql : castValue(text, returning, true).sql;
  const failed = fallback(call, onError, type);
  const body = `CASE WHEN s IS NULL THEN ${failed} WHEN len(s) = 0 THEN ${fallback(call, onEmpty, type)} WHEN len(s) > 1 OR json_type(${item.sql}) IN ('OBJECT', 'ARRAY') THEN ${failed} WHEN json_type(${item.sql}) <> 'NULL' THEN coalesce(${value}, ${failed}) END`;
  return typed(overItems(call, 's', body), type);
}

/** `json_query`: what the path leads to, as JSON text. */
function jsonQuery(call: FunctionCall): Typed {
  call.takes(2);
  const {
    wrapper,
    omitsQuotes = false,
    onEmpty = 'null',
    onError = 'null',
    returning,
  } = call.node.json ?? {};
  if (returning !== undefined && parseTrinoType(returning).kind !== 'varchar')
    throw new QueryError('NOT_SUPPORTED', `json_query RETURNING ${returning.slice(0, 60)} is not supported.`);
  const item = 'list_extract(s, 1)';
  const one =
    omitsQuotes && wrapper === undefined
      ? `CASE WHEN json_type(${item}) = 'VARCHAR' THEN json_extract_string(${item}, '$') ELSE CAST(${item} AS VARCHAR) END`
      : `CAST(${item} AS VARCHAR)`;
  const wrapped = "'[' || array_to_string(list_transform(s, lambda j: CAST(j AS VARCHAR)), ',') || ']'";
  const result =
    wrapper === undefined
      ? `CASE WHEN len(s) > 1 THEN ${fallback(call, onError, VARCHAR)} ELSE ${one} END`
      : wrapper === 'unconditional'
        ? wrapped
        : `CASE WHEN len(s) = 1 AND json_type(${item}) IN ('OBJECT', 'ARRAY') THEN ${one} ELSE ${wrapped} END`;
  const body = `CASE WHEN s IS NULL THEN ${fallback(call, onError, VARCHAR)} WHEN len(s) = 0 THEN ${fallback(call, onEmpty, VARCHAR)} ELSE ${result} END`;
  return typed(overItems(call, 's', body), VARCHAR);
}
