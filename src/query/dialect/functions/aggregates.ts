// SPDX-License-Identifier: Apache-2.0
import { castTo } from '../cast-to.js';
import { sortable } from '../operators.js';
import {
  arrayOf,
  asDecimal,
  BIGINT,
  BOOLEAN,
  commonType,
  DOUBLE,
  isInteger,
  isInterval,
  isNumber,
  mapOf,
  type TrinoType,
  toDuckdbType,
  VARCHAR,
} from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { fromLocal } from '../zones.js';
import { invalidArgument, literalNumber } from './checked-arguments.js';
import type { FunctionCall, FunctionTable, FunctionTranslation } from './function-call.js';

function aggregate(translate: (call: FunctionCall) => Typed): FunctionTranslation {
  return { kind: 'aggregate', translate };
}

function windowed(translate: (call: FunctionCall) => Typed): FunctionTranslation {
  return { kind: 'window', translate };
}

/** Of doubles to a double. */
function statistic(name: string, args = 1): FunctionTranslation {
  return aggregate((call) => {
    call.takes(args);
    const found = call.aggregate(
      name,
      call.args.map((arg) => number(call, arg)),
    );
    // Of values that are all the same Trino knows nothing ("TestDoubleCorrelationAggregation"), where the engine has no number.
    return typed(args === 2 ? `nullif(${found}, CAST('nan' AS DOUBLE))` : found, DOUBLE);
  });
}

function number(call: FunctionCall, arg: Typed): string {
  if (!isNumber(arg.type) && arg.type.kind !== 'unknown') throw call.mismatch();
  return castTo(arg, DOUBLE);
}

function condition(call: FunctionCall): string {
  call.takes(1);
  if (call.arg(0).type.kind !== 'boolean' && call.arg(0).type.kind !== 'unknown') throw call.mismatch();
  return call.arg(0).sql;
}

function sameAs(name: string): FunctionTranslation {
  return aggregate((call) => {
    call.takes(1, 2);
    const { type, utc } = call.arg(0);
    if (type.kind === 'ipaddress' && (name === 'min' || name === 'max')) {
      const [address, ...rest] = call.args as [Typed, ...Typed[]];
      const found = call.aggregate(`arg_${name}`, [
        address.sql,
        sortable(address),
        ...rest.map(({ sql }) => sql),
      ]);
      return typed(found, call.count === 2 ? arrayOf(type) : type);
    }
    if (utc !== undefined && call.count === 1) {
      // One of the times, which becomes an instant when it is found, and not each of them.
      const found = call.aggregate(name, [utc]);
      return typed(fromLocal(found, undefined), type, { utc: found });
    }
    const result = call.count === 2 ? arrayOf(type) : type;
    return typed(
      call.aggregate(
        name,
        call.args.map(({ sql }) => sql),
      ),
      result,
    );
  });
}

/** `max_by(x, y)`: the x of the greatest y; with a third argument the x of as many. */
function by(name: string): FunctionTranslation {
  return aggregate((call) => {
    call.takes(2, 3);
    const { type, sql } = call.arg(0);
    const others = call.args.slice(1).map(sortable);
    // The row counts whose first is NULL; the engine's own leaves it out.
    if (call.count === 2) return typed(call.aggregate(`${name}_null`, [sql, ...others]), type);
    const found = call.aggregate(name, [`struct_pack(x := ${sql})`, ...others]);
    return typed(`list_transform(${found}, lambda e: struct_extract(e, 'x'))`, arrayOf(type));
  });
}

function sum(call: FunctionCall): Typed {
  call.takes(1);
  const { sql, type } = call.arg(0);
  if (isInterval(type)) return ofInterval(type, call.aggregate('sum', [countOf(sql, type)]));
  const total = call.aggregate('sum', [sql]);
  if (type.kind === 'unknown' || isInteger(type)) return typed(`CAST(${total} AS BIGINT)`, BIGINT);
  if (type.kind === 'decimal') return typed(total, { kind: 'decimal', precision: 38, scale: type.scale });
  if (type.kind === 'real') return typed(`CAST(${total} AS FLOAT)`, type);
  if (type.kind === 'double') return typed(total, type);
  throw call.mismatch();
}

/** An interval as what Trino keeps of it: its milliseconds, or its months. */
function countOf(sql: string, { kind }: TrinoType): string {
  if (kind === 'intervalDay') return `CAST(epoch_ms(${sql}) AS BIGINT)`;
  return `(date_part('year', ${sql}) * 12 + date_part('month', ${sql}))`;
}

function ofInterval(type: TrinoType, count: string): Typed {
  const whole = (duckdb: string): string => `CAST(${count} AS ${duckdb})`;
  return typed(
    type.kind === 'intervalDay' ? `to_milliseconds(${whole('BIGINT')})` : `to_months(${whole('INTEGER')})`,
    type,
  );
}

function average(call: FunctionCall): Typed {
  call.takes(1);
  const { sql, type } = call.arg(0);
  if (type.kind === 'decimal') {
    const { scale } = asDecimal(type);
    return typed(`CAST(round(${call.aggregate('avg', [sql])}, ${scale}) AS ${toDuckdbType(type)})`, type);
  }
  if (isInterval(type)) return ofInterval(type, `round(${call.aggregate('avg', [countOf(sql, type)])})`);
  const mean = call.aggregate('avg', [number(call, call.arg(0))]);
  return type.kind === 'real' ? typed(`CAST(${mean} AS FLOAT)`, type) : typed(mean, DOUBLE);
}

function percentile(call: FunctionCall): Typed {
  call.takes(2);
  const [value, share] = [call.arg(0), call.arg(1)];
  if (!isNumber(value.type)) throw call.mismatch();
  const many = share.type.kind === 'array';
  const wanted = `CAST(${share.sql} AS FLOAT${many ? '[]' : ''})`;
  const type = many ? arrayOf(value.type) : value.type;
  return typed(
    `CAST(${call.aggregate('approx_quantile', [value.sql, wanted])} AS ${toDuckdbType(type)})`,
    type,
  );
}

function mapAggregate(call: FunctionCall): Typed {
  call.takes(2);
  const [key, value] = [call.arg(0), call.arg(1)];
  const entries = call.aggregate('list', [`struct_pack(k := ${key.sql}, v := ${value.sql})`]);
  return typed(`cairn_map_of(${entries})`, mapOf(key.type, value.type));
}

/** All values of each key. */
function multimapAggregate(call: FunctionCall): Typed {
  call.takes(2);
  const [key, value] = [call.arg(0), call.arg(1)];
  const entries = call.aggregate('list', [`struct_pack(k := ${key.sql}, v := ${value.sql})`]);
  return typed(
    `cairn_multimap(list_filter(${entries}, lambda e: e.k IS NOT NULL))`,
    mapOf(key.type, arrayOf(value.type)),
  );
}

function mapUnion(call: FunctionCall): Typed {
  call.takes(1);
  const { sql, type } = call.arg(0);
  if (type.kind !== 'map') throw call.mismatch();
  const entries = `flatten(${call.aggregate('list', [`map_entries(${sql})`])})`;
  return typed(
    `cairn_map_of(list_transform(${entries}, lambda e: struct_pack(k := e.key, v := e.value)))`,
    type,
  );
}

/** Exact: as many of the values that occur most. Of values that occur equally often the least come first. */
function mostFrequent(call: FunctionCall): Typed {
  call.takes(3);
  const [buckets, value, capacity] = [call.arg(0), call.arg(1), call.arg(2)];
  if (!isInteger(buckets.type) || !isInteger(capacity.type)) throw call.mismatch();
  if (!isNumber(value.type) && value.type.kind !== 'varchar') throw call.mismatch();
  const type = mapOf(value.type, BIGINT);
  const counted = `CAST(${call.aggregate('histogram', [value.sql])} AS ${toDuckdbType(type)})`;
  const entries = `list_sort(list_transform(map_entries(${counted}), lambda e: struct_pack(n := - e.value, x := e.key)))`;
  const first = `list_slice(${entries}, 1, CAST(${buckets.sql} AS BIGINT))`;
  return typed(
    `map_from_entries(list_transform(${first}, lambda e: struct_pack(k := e.x, v := - e.n)))`,
    type,
  );
}

/** Of counts, in bits (Trino, "Aggregate functions": entropy). */
function entropy(call: FunctionCall): Typed {
  call.takes(1);
  const count = number(call, call.arg(0));
  const total = call.aggregate('sum', [count]);
  const parts = call.aggregate('sum', [`CASE WHEN ${count} > 0 THEN ${count} * ln(${count}) ELSE 0 END`]);
  return typed(
    `(CASE WHEN ${total} > 0 THEN (ln(${total}) - ${parts} / ${total}) / ln(2) ELSE 0 END)`,
    DOUBLE,
  );
}

function concatenated(call: FunctionCall): Typed {
  call.takes(1, 2);
  const separator = call.count === 2 ? call.arg(1).sql : "''";
  if (call.arg(0).type.kind !== 'varchar') throw call.mismatch();
  return typed(call.aggregate('string_agg', [call.arg(0).sql, separator]), VARCHAR);
}

function ranking(name: string, type: TrinoType = BIGINT): FunctionTranslation {
  return windowed((call) => {
    call.takes(name === 'ntile' ? 1 : 0);
    return typed(
      call.aggregate(
        name,
        call.args.map(({ sql }) => sql),
      ),
      type,
    );
  });
}

function neighbour(name: string, most: number): FunctionTranslation {
  return windowed((call) => {
    call.takes(1, most);
    const [value, ...rest] = call.args as [Typed, ...Typed[]];
    const others = rest.map((arg, index) => {
      if (index === 0) return `CAST(${arg.sql} AS BIGINT)`;
      if (!commonType(value.type, arg.type)) throw call.mismatch();
      return castTo(arg, value.type);
    });
    const offset = rest[0] === undefined ? undefined : literalNumber(rest[0].sql);
    const least = name === 'nth_value' ? 1 : 0;
    if (offset !== undefined && offset < least) throw invalidArgument(`Offset must be at least ${least}`);
    return typed(call.aggregate(name, [value.sql, ...others]), value.type);
  });
}

/** Trino, "Aggregate functions", "Window functions". */
export const AGGREGATE_FUNCTIONS: FunctionTable = {
  count: aggregate((call) => {
    if (call.node.star) return typed(call.aggregate('count', ['*']), BIGINT);
    call.takes(0, 1);
    return typed(call.aggregate('count', [call.count === 0 ? '*' : call.arg(0).sql]), BIGINT);
  }),
  count_if: aggregate((call) =>
    // The engine's own is NULL of no rows.
    typed(call.aggregate('count', [`CASE WHEN ${condition(call)} THEN 1 END`]), BIGINT),
  ),
  sum: aggregate(sum),
  avg: aggregate(average),
  min: sameAs('min'),
  max: sameAs('max'),
  min_by: by('arg_min'),
  max_by: by('arg_max'),
  arbitrary: sameAs('any_value'),
  any_value: sameAs('any_value'),
  bool_and: aggregate((call) => typed(call.aggregate('bool_and', [condition(call)]), BOOLEAN)),
  every: aggregate((call) => typed(call.aggregate('bool_and', [condition(call)]), BOOLEAN)),
  bool_or: aggregate((call) => typed(call.aggregate('bool_or', [condition(call)]), BOOLEAN)),
  // Exact: DuckDB's sketch is off by one at ten values, where Trino's still counts right. An exact count is within any error.
  approx_distinct: aggregate((call) => {
    call.takes(1, 2);
    const counted = call.aggregate('count', [`DISTINCT ${call.arg(0).sql}`]);
    return typed(counted.replace('count(DISTINCT DISTINCT ', 'count(DISTINCT '), BIGINT);
  }),
  approx_percentile: aggregate(percentile),
  array_agg: aggregate((call) => {
    call.takes(1);
    return typed(call.aggregate('list', [call.arg(0).sql]), arrayOf(call.arg(0).type));
  }),
  map_agg: aggregate(mapAggregate),
  multimap_agg: aggregate(multimapAggregate),
  map_union: aggregate(mapUnion),
  entropy: aggregate(entropy),
  histogram: aggregate((call) => {
    call.takes(1);
    const type = mapOf(call.arg(0).type, BIGINT);
    return typed(`CAST(${call.aggregate('histogram', [call.arg(0).sql])} AS ${toDuckdbType(type)})`, type);
  }),
  approx_most_frequent: aggregate(mostFrequent),
  listagg: aggregate(concatenated),
  string_agg: aggregate(concatenated),
  geometric_mean: statistic('geomean'),
  stddev: statistic('stddev_samp'),
  stddev_samp: statistic('stddev_samp'),
  stddev_pop: statistic('stddev_pop'),
  variance: statistic('var_samp'),
  var_samp: statistic('var_samp'),
  var_pop: statistic('var_pop'),
  skewness: statistic('skewness'),
  kurtosis: statistic('kurtosis'),
  corr: statistic('corr', 2),
  covar_samp: statistic('covar_samp', 2),
  covar_pop: statistic('covar_pop', 2),
  regr_slope: statistic('regr_slope', 2),
  regr_intercept: statistic('regr_intercept', 2),
  bitwise_and_agg: sameAs('bit_and'),
  bitwise_or_agg: sameAs('bit_or'),
  bitwise_xor_agg: sameAs('bit_xor'),
  grouping: aggregate((call) => {
    call.takes(1, 30);
    return typed(`grouping(${call.args.map(({ sql }) => sql).join(', ')})`, BIGINT);
  }),
  row_number: ranking('row_number'),
  rank: ranking('rank'),
  dense_rank: ranking('dense_rank'),
  ntile: ranking('ntile'),
  percent_rank: ranking('percent_rank', DOUBLE),
  cume_dist: ranking('cume_dist', DOUBLE),
  lag: neighbour('lag', 3),
  lead: neighbour('lead', 3),
  first_value: neighbour('first_value', 1),
  last_value: neighbour('last_value', 1),
  nth_value: neighbour('nth_value', 2),
};
