// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';

import { QueryError } from '../../query-error.js';
import { castTo } from '../cast-to.js';
import { castValue } from '../casts.js';
import { toMemberPath } from '../json-path.js';
import { unified } from '../operators.js';
import { sqlOfColumn } from '../scope.js';
import { heldMember } from '../text-within.js';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  commonType,
  fieldName,
  INTEGER,
  isInteger,
  mapOf,
  printTrinoType,
  quoteText,
  type RowField,
  sameType,
  type TrinoType,
  toDuckdbType,
  UNKNOWN,
  VARCHAR,
} from '../trino-type.js';
import { failure, type Typed, typed } from '../typed.js';
import { invalidArgument, literalNumber } from './checked-arguments.js';
import { type FunctionCall, type FunctionTable, type FunctionTranslation, scalar } from './function-call.js';
import { ARRAY_MAKING_FUNCTIONS } from './made-arrays.js';
import { bySignature } from './signatures.js';

type ArrayType = Extract<TrinoType, { kind: 'array' }>;
type MapType = Extract<TrinoType, { kind: 'map' }>;

/** `a[i]`, `m[k]`: what is not there is an error (Trino, "Array functions and operators": subscript operator). */
export function subscript(of: Typed, index: Typed): Typed {
  const { type } = of;
  if (type.kind === 'row') return rowField(of, index);
  if (type.kind === 'map') {
    const key = keyOf(type, index);
    // With something of the map in it: of a fixed key alone the complaint would be a constant.
    const missing = `CAST(${key} AS VARCHAR) || substring('', CAST(cardinality(${of.sql}) AS BIGINT))`;
    return typed(
      `(CASE WHEN map_contains(${of.sql}, ${key}) THEN map_extract_value(${of.sql}, ${key}) WHEN ${of.sql} IS NOT NULL THEN ${failure('Key not present in map', missing)} END)`,
      type.value,
    );
  }
  if (type.kind !== 'array' || !isInteger(index.type)) {
    throw new QueryError(
      'SYNTAX_ERROR',
      `TYPE_MISMATCH: Cannot use ${printTrinoType(index.type)} for subscript of ${printTrinoType(type)}`,
    );
  }
  const at = index.sql;
  const sizes = `CAST(${at} AS VARCHAR) || ' > ' || CAST(len(${of.sql}) AS VARCHAR)`;
  const below = /^[1-9]\d*$/.test(at)
    ? ''
    : `WHEN ${at} < 0 THEN ${failure('Array subscript is negative', `CAST(${at} AS VARCHAR) || ' of ' || CAST(len(${of.sql}) AS VARCHAR)`)} WHEN ${at} < 1 THEN ${failure('SQL array indices start at 1', `CAST(${at} AS VARCHAR) || ' of ' || CAST(len(${of.sql}) AS VARCHAR)`)} `;
  const above = `WHEN ${at} > len(${of.sql}) THEN ${failure(beyondEnd, sizes)}`;
  const first = at === '1' ? fieldsOfFirst(of, true) : {};
  return typed(`(CASE ${below}${above} ELSE list_extract(${of.sql}, ${at}) END)`, type.element, first);
}

const beyondEnd = 'Array subscript must be less than or equal to array length';

/** Of an array whose first element's fields are at hand. @param isStrict nothing is in an empty array, not even NULL */
function fieldsOfFirst({ column }: Typed, isStrict: boolean): Pick<Typed, 'fields'> {
  const { first, count } = column?.faster ?? {};
  if (column === undefined || first === undefined || count === undefined) return {};
  const size = sqlOfColumn(column.relation, count);
  const sizes = `'1 > ' || CAST(${size} AS VARCHAR)`;
  const fields = Object.entries(first).map(([path, name]): [string, string] => {
    const field = sqlOfColumn(column.relation, name);
    const strictly = `(CASE WHEN 1 > ${size} THEN ${failure(beyondEnd, sizes)} ELSE ${field} END)`;
    return [path, isStrict ? strictly : field];
  });
  return { fields: new Map(fields) };
}

function rowField(of: Typed, index: Typed): Typed {
  const fields = of.type.kind === 'row' ? of.type.fields : [];
  const field = /^\d+$/.test(index.sql) ? fields[Number(index.sql) - 1] : undefined;
  if (!field)
    throw new QueryError(
      'SYNTAX_ERROR',
      `INVALID_FUNCTION_ARGUMENT: ROW index out of bounds: ${index.sql.slice(0, 20)} of ${fields.length}`,
    );
  return typed(
    `struct_extract(${of.sql}, ${quoteText(fieldName(field, Number(index.sql) - 1))})`,
    field.type,
  );
}

function keyOf(type: MapType, key: Typed): string {
  if (!commonType(type.key, key.type))
    throw new QueryError(
      'SYNTAX_ERROR',
      `TYPE_MISMATCH: Cannot use ${printTrinoType(key.type)} for a key of ${printTrinoType(type)}`,
    );
  return castTo(key, type.key);
}

function cardinality(call: FunctionCall): Typed {
  call.takes(1);
  const { sql, type, column } = call.arg(0);
  const count = column?.faster.count;
  if (column !== undefined && count !== undefined)
    return typed(`CAST(${sqlOfColumn(column.relation, count)} AS BIGINT)`, BIGINT);
  if (type.kind === 'map') return typed(`CAST(cardinality(${sql}) AS BIGINT)`, BIGINT);
  if (type.kind === 'array') return typed(`CAST(len(${sql}) AS BIGINT)`, BIGINT);
  throw call.mismatch();
}

/** NULL for what is not there; a map that was made of JSON is not made at all for one key of it. */
function elementAt(call: FunctionCall): Typed {
  call.takes(2);
  const [of, key] = [call.arg(0), call.arg(1)];
  if (of.type.kind === 'map') {
    const json = of.column?.faster.json;
    if (json !== undefined && key.constant !== undefined && of.column) {
      const column = sqlOfColumn(of.column.relation, json);
      const held = heldMember(of, toMemberPath(key.constant), false);
      if (held !== undefined) return { ...held, within: column };
      return typed(
        `json_extract_string(${column}, ${quoteText(toMemberPath(key.constant))})`,
        of.type.value,
        { within: column },
      );
    }
    return typed(`map_extract_value(${of.sql}, ${keyOf(of.type, key)})`, of.type.value);
  }
  if (of.type.kind !== 'array' || !isInteger(key.type)) throw call.mismatch();
  if (key.sql === '0') throw new QueryError('INVALID_VALUE', 'SQL array indices start at 1');
  const first = key.sql === '1' ? fieldsOfFirst(of, false) : {};
  return typed(`list_extract(${of.sql}, ${key.sql})`, of.type.element, first);
}

/** Of a network in IPv4 that stands in the statement only numbers are compared. */
function inNetwork({ constant, sql }: Typed, address: string): string {
  if (constant === undefined) return `cairn_cidr_contains(${sql}, ${address})`;
  const [, network, bits] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(constant) ?? [];
  if (network === undefined || !isIP(network)) throw invalidArgument('Invalid CIDR');
  const prefix = Number(bits);
  if (prefix > (isIP(network) === 4 ? 32 : 128)) throw invalidArgument('Invalid prefix length');
  if (isIP(network) === 6) return `cairn_cidr_contains(${sql}, ${address})`;
  const size = 2 ** (32 - prefix);
  const number = network.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return `cairn_in_ipv4(${address}, ${Math.floor(number / size)}, ${size})`;
}

function contains(call: FunctionCall): Typed {
  call.takes(2);
  const [of, wanted] = [call.arg(0), call.arg(1)];
  if (of.type.kind === 'varchar' && wanted.type.kind === 'ipaddress') {
    return typed(inNetwork(of, wanted.sql), BOOLEAN);
  }
  if (of.type.kind !== 'array') throw call.mismatch();
  const type = commonType(of.type.element, wanted.type);
  if (!type) throw call.mismatch();
  return typed(`cairn_contains(${castTo(of, arrayOf(type))}, ${castTo(wanted, type)})`, BOOLEAN);
}

function arrayArg(call: FunctionCall, index = 0): Typed & { readonly type: ArrayType } {
  const value = call.arg(index);
  if (value.type.kind === 'array') return { ...value, type: value.type };
  if (value.type.kind === 'unknown')
    return { ...value, sql: `CAST(${value.sql} AS INTEGER[])`, type: { kind: 'array', element: UNKNOWN } };
  throw call.mismatch();
}

function mapArg(call: FunctionCall, index = 0): Typed & { readonly type: MapType } {
  const value = call.arg(index);
  if (value.type.kind !== 'map') throw call.mismatch();
  return { ...value, type: value.type };
}

/** any_match and the others: true, false or NULL, as OR and AND over the elements would be. */
function matches(macro: string): FunctionTranslation {
  return scalar((call) => {
    call.takes(2);
    const array = arrayArg(call);
    const test = call.predicate(1, [array.type.element]);
    return typed(`${macro}(list_transform(${array.sql}, ${test}))`, BOOLEAN);
  });
}

/**
 * DuckDB reduces a list to a value of its elements' type. So elements and state travel together: a list of rows of a
 * state that is not set and an element, beginning with the first state.
 */
function reduce(call: FunctionCall): Typed {
  call.takes(4);
  const array = arrayArg(call);
  const start = call.arg(1);
  const element = array.type.element.kind === 'unknown' ? INTEGER : array.type.element;
  let state = start.type.kind === 'unknown' ? VARCHAR : start.type;
  const first = call.newParameter(state);
  const second = call.newParameter(element);
  const stateOf = (of: Typed, type: TrinoType): Typed => typed(`struct_extract(${of.sql}, 's')`, type);
  const elementOf = typed(`struct_extract(${second.sql}, 'x')`, element);
  let body = call.lambdaBody(2, [stateOf(first, state), elementOf]);
  const wide = commonType(state, body.type);
  if (!wide) throw call.mismatch();
  const widens = !sameType(state, wide);
  state = wide;
  if (widens) body = call.lambdaBody(2, [stateOf(first, state), elementOf]);
  const pair = (s: string, x: string): string =>
    `struct_pack(s := CAST(${s} AS ${toDuckdbType(state)}), x := CAST(${x} AS ${toDuckdbType(element)}))`;
  const third = call.newParameter(element);
  const pairs = `list_transform(${array.sql}, lambda ${third.sql}: ${pair('NULL', third.sql)})`;
  const reduced = `list_reduce(${pairs}, lambda ${first.sql}, ${second.sql}: ${pair(body.sql, 'NULL')}, ${pair(start.sql, 'NULL')})`;
  return call.lambdaBody(3, [typed(`struct_extract(${reduced}, 's')`, state)]);
}

function zipWith(call: FunctionCall): Typed {
  call.takes(3);
  const [left, right] = [arrayArg(call, 0), arrayArg(call, 1)];
  const pair = call.newParameter(UNKNOWN);
  const body = call.lambdaBody(2, [
    typed(`struct_extract(${pair.sql}, 1)`, left.type.element),
    typed(`struct_extract(${pair.sql}, 2)`, right.type.element),
  ]);
  return typed(
    `list_transform(list_zip(${left.sql}, ${right.sql}), lambda ${pair.sql}: ${body.sql})`,
    arrayOf(body.type),
  );
}

function zip(call: FunctionCall): Typed {
  call.takes(2, 5);
  const arrays = call.args.map((_, index) => arrayArg(call, index));
  const type = arrayOf({ kind: 'row', fields: arrays.map(({ type }) => ({ type: type.element })) });
  return typed(`CAST(list_zip(${arrays.map(({ sql }) => sql).join(', ')}) AS ${toDuckdbType(type)})`, type);
}

function arrayJoin(call: FunctionCall): Typed {
  call.takes(2, 3);
  const array = arrayArg(call);
  const element = call.newParameter(array.type.element);
  const text = castValue(element, 'varchar', false).sql;
  const shown = call.count === 3 ? `coalesce(${text}, ${call.arg(2).sql})` : text;
  return typed(
    `array_to_string(list_transform(${array.sql}, lambda ${element.sql}: ${shown}), ${call.arg(1).sql})`,
    VARCHAR,
  );
}

/**
 * Sorted by a comparison: an element's place is how many come before it. As many comparisons as pairs of elements, so this is
 * for arrays as records have them.
 */
function arraySort(call: FunctionCall): Typed {
  call.takes(1, 2);
  const array = arrayArg(call);
  if (call.count === 1) return typed(`list_sort(${array.sql}, 'ASC', 'NULLS LAST')`, array.type);
  const [own, other] = [call.newParameter(array.type.element), call.newParameter(array.type.element)];
  const [place, otherPlace] = [call.newParameter(BIGINT).sql, call.newParameter(BIGINT).sql];
  const order = call.lambdaBody(1, [other, own]);
  if (!isInteger(order.type) && order.type.kind !== 'unknown') throw call.mismatch();
  const before = `list_filter(${array.sql}, lambda ${other.sql}, ${otherPlace}: ${order.sql} < 0 OR (${order.sql} = 0 AND ${otherPlace} < ${place}))`;
  const placed = `list_transform(${array.sql}, lambda ${own.sql}, ${place}: struct_pack(r := len(${before}), x := ${own.sql}))`;
  return typed(
    `list_transform(list_sort(${placed}), lambda ${own.sql}: struct_extract(${own.sql}, 'x'))`,
    array.type,
  );
}

/** Trino, "Array functions and operators": at most groups of five. */
const COMBINATIONS_MAX = 5;

function combinations(call: FunctionCall): Typed {
  call.takes(2);
  const array = arrayArg(call);
  const size = literalNumber(call.arg(1).sql);
  if (size === undefined)
    throw new QueryError('NOT_SUPPORTED', 'The size of combinations has to be a literal.');
  if (size < 0 || size > COMBINATIONS_MAX)
    throw invalidArgument(`combination size must not exceed ${COMBINATIONS_MAX}`);
  const type = arrayOf(array.type);
  if (size === 0) return typed(`CAST([[]] AS ${toDuckdbType(type)})`, type);
  const places = Array.from({ length: size }, () => call.newParameter(BIGINT).sql);
  let sql = `[${places.map((place) => `list_extract(${array.sql}, ${place})`).join(', ')}]`;
  for (let depth = size - 1; depth >= 0; depth--) {
    const from = depth === 0 ? '1' : `${places[depth - 1]} + 1`;
    const each = `list_transform(generate_series(${from}, len(${array.sql})), lambda ${places[depth]}: ${sql})`;
    sql = depth === size - 1 ? each : `flatten(${each})`;
  }
  return typed(sql, type);
}

/** Every key of either map, with its values in both. */
function mapZipWith(call: FunctionCall): Typed {
  call.takes(3);
  const [left, right] = [mapArg(call, 0), mapArg(call, 1)];
  const key = commonType(left.type.key, right.type.key);
  if (!key) throw call.mismatch();
  const own = call.newParameter(key);
  const valueIn = ({ sql, type }: Typed & { readonly type: MapType }): Typed =>
    typed(`map_extract_value(${sql}, ${own.sql})`, type.value);
  const body = call.lambdaBody(2, [own, valueIn(left), valueIn(right)]);
  const keys = `cairn_distinct(map_keys(${left.sql}) || map_keys(${right.sql}))`;
  return typed(
    `map_from_entries(list_transform(${keys}, lambda ${own.sql}: struct_pack(k := ${own.sql}, v := ${body.sql})))`,
    mapOf(key, body.type),
  );
}

function multimapFromEntries(call: FunctionCall): Typed {
  call.takes(1);
  const { sql, type } = arrayArg(call);
  if (type.element.kind !== 'row' || type.element.fields.length !== 2) throw call.mismatch();
  const [key, value] = type.element.fields as [RowField, RowField];
  const entry = call.newParameter(UNKNOWN).sql;
  const field = (of: RowField, place: number): string =>
    `struct_extract(${entry}, ${quoteText(fieldName(of, place))})`;
  return typed(
    `cairn_multimap(list_transform(${sql}, lambda ${entry}: struct_pack(k := ${field(key, 0)}, v := ${field(value, 1)})))`,
    mapOf(key.type, arrayOf(value.type)),
  );
}

function mapEntries(call: FunctionCall): Typed {
  const { sql, type } = mapArg(call);
  const result = arrayOf({ kind: 'row', fields: [{ type: type.key }, { type: type.value }] });
  const entry = call.newParameter(UNKNOWN).sql;
  return typed(
    `list_transform(map_entries(${sql}), lambda ${entry}: struct_pack(field0 := ${entry}.key, field1 := ${entry}.value))`,
    result,
  );
}

function mapFromEntries(call: FunctionCall): Typed {
  call.takes(1);
  const { sql, type } = arrayArg(call);
  if (type.element.kind !== 'row' || type.element.fields.length !== 2) throw call.mismatch();
  const [key, value] = type.element.fields as [{ type: TrinoType }, { type: TrinoType }];
  return typed(`map_from_entries(${sql})`, mapOf(key.type, value.type));
}

/** A map of the entries of a map, changed one by one. */
function overEntries(
  make: (call: FunctionCall, map: MapType, entries: string, key: Typed, value: Typed, entry: string) => Typed,
): FunctionTranslation {
  return scalar((call) => {
    call.takes(2);
    const { sql, type } = mapArg(call);
    const entry = call.newParameter(UNKNOWN).sql;
    return make(
      call,
      type,
      `map_entries(${sql})`,
      typed(`struct_extract(${entry}, 'key')`, type.key),
      typed(`struct_extract(${entry}, 'value')`, type.value),
      entry,
    );
  });
}

const EMPTY_MAP: TrinoType = mapOf(UNKNOWN, UNKNOWN);

/** Trino, "Array functions and operators", "Map functions and operators", "Lambda expressions". */
export const COLLECTION_FUNCTIONS: FunctionTable = {
  ...bySignature({
    'array_distinct(array(T)) array(T)': 'cairn_distinct($1)',
    'array_intersect(array(T), array(T)) array(T)': 'cairn_intersect($1, $2)',
    'array_union(array(T), array(T)) array(T)': 'cairn_distinct($1 || $2)',
    'array_except(array(T), array(T)) array(T)': 'cairn_except($1, $2)',
    'arrays_overlap(array(T), array(T)) boolean': 'cairn_overlap($1, $2)',
    'array_max(array(T)) T': '(CASE WHEN len($1) = list_count($1) THEN list_max($1) END)',
    'array_min(array(T)) T': '(CASE WHEN len($1) = list_count($1) THEN list_min($1) END)',
    'array_position(array(T), T) bigint':
      '(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END)',
    'array_remove(array(T), T) array(T)': 'cairn_remove($1, $2)',
    'slice(array(T), bigint, bigint) array(T)': 'cairn_slice($1, $2, $3)',
    'trim_array(array(T), bigint) array(T)': 'list_slice($1, 1, len($1) - $2)',
    'array_histogram(array(T)) map(T, bigint)': 'cairn_histogram($1)',
    'ngrams(array(T), bigint) array(array(T))': 'cairn_ngrams($1, $2)',
    'contains_sequence(array(T), array(T)) boolean': 'cairn_contains_sequence($1, $2)',
    'array_first(array(T)) T': 'list_extract($1, 1)',
    'array_last(array(T)) T': 'list_extract($1, -1)',
    'flatten(array(array(T))) array(T)': 'flatten($1)',
    'map_keys(map(K, V)) array(K)': 'map_keys($1)',
    'map_values(map(K, V)) array(V)': 'map_values($1)',
    'map(array(K), array(V)) map(K, V)': 'map($1, $2)',
  }),
  ...ARRAY_MAKING_FUNCTIONS,
  element_at: scalar(elementAt),
  cardinality: scalar(cardinality),
  contains: scalar(contains),
  any_match: matches('cairn_any'),
  all_match: matches('cairn_all'),
  none_match: matches('NOT cairn_any'),
  filter: scalar((call) => {
    call.takes(2);
    const array = arrayArg(call);
    return typed(`list_filter(${array.sql}, ${call.predicate(1, [array.type.element])})`, array.type);
  }),
  transform: scalar((call) => {
    call.takes(2);
    const array = arrayArg(call);
    const { sql, type } = call.lambda(1, [array.type.element]);
    return typed(`list_transform(${array.sql}, ${sql})`, arrayOf(type));
  }),
  reduce: scalar(reduce),
  zip_with: scalar(zipWith),
  array_sort: scalar(arraySort),
  combinations: scalar(combinations),
  map_zip_with: scalar(mapZipWith),
  multimap_from_entries: scalar(multimapFromEntries),
  zip: scalar(zip),
  array_join: scalar(arrayJoin),
  map_entries: scalar(mapEntries),
  map_from_entries: scalar(mapFromEntries),
  map_concat: scalar((call) => {
    call.takes(2, Number.MAX_SAFE_INTEGER);
    const { type, values } = unified(call.args);
    if (type.kind !== 'map') throw call.mismatch();
    return typed(`map_concat(${values.join(', ')})`, type);
  }),
  map_filter: overEntries((call, map, entries, key, value, entry) =>
    typed(
      `map_from_entries(list_filter(${entries}, lambda ${entry}: ${call.lambdaBody(1, [key, value]).sql}))`,
      map,
    ),
  ),
  transform_values: overEntries((call, map, entries, key, value, entry) => {
    const body = call.lambdaBody(1, [key, value]);
    return typed(
      `map_from_entries(list_transform(${entries}, lambda ${entry}: struct_pack(k := ${key.sql}, v := ${body.sql})))`,
      mapOf(map.key, body.type),
    );
  }),
  transform_keys: overEntries((call, map, entries, key, value, entry) => {
    const body = call.lambdaBody(1, [key, value]);
    return typed(
      `map_from_entries(list_transform(${entries}, lambda ${entry}: struct_pack(k := ${body.sql}, v := ${value.sql})))`,
      mapOf(body.type, map.value),
    );
  }),
};

const mapConstructor = COLLECTION_FUNCTIONS.map as FunctionTranslation;

/** `map()` is the empty map. */
export const MAP_FUNCTIONS: FunctionTable = {
  map: scalar((call) => (call.count === 0 ? typed('map()', EMPTY_MAP) : mapConstructor.translate(call))),
};
