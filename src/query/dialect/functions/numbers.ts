// SPDX-License-Identifier: Apache-2.0
import { castTo } from '../cast-to.js';
import { arithmetic } from '../operators.js';
import { BIGINT, isInteger, type TrinoType, toDuckdbType, VARCHAR } from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { invalidArgument, literalNumber } from './checked-arguments.js';
import { type FunctionCall, type FunctionTable, type FunctionTranslation, scalar } from './function-call.js';
import { bySignature } from './signatures.js';
import { text } from './strings.js';

function radix(call: FunctionCall): string {
  const { sql, type } = call.arg(1);
  if (!isInteger(type)) throw call.mismatch();
  const literal = literalNumber(sql);
  if (literal !== undefined && (literal < 2 || literal > 36))
    throw invalidArgument('Radix must be between 2 and 36');
  return `CAST(${sql} AS INTEGER)`;
}

/** A bound of the Wilson score interval of `$1` successes in `$2` trials (Trino, "Mathematical functions": Statistical functions). */
function wilson(side: '-' | '+'): string {
  const [p, n, z] = ['($1 / CAST($2 AS DOUBLE))', 'CAST($2 AS DOUBLE)', '$3'];
  return `((${p} + ${z} * ${z} / (2 * ${n}) ${side} ${z} * sqrt(${p} * (1 - ${p}) / ${n} + ${z} * ${z} / (4 * ${n} * ${n}))) / (1 + ${z} * ${z} / ${n}))`;
}

const SIGNATURES: FunctionTable = {
  ...bySignature({
    'abs(N) N': 'abs($1)',
    'ceil|ceiling|floor|round|truncate(I) I': '$1',
    'ceil|ceiling(real) real': 'ceil($1)',
    'ceil|ceiling(double) double': 'ceil($1)',
    'floor(real) real': 'floor($1)',
    'floor(double) double': 'floor($1)',
    'round(real) real': 'round($1)',
    'round(double) double': 'round($1)',
    'round(I, integral) I': 'CAST(round($1, CAST($2 AS INTEGER)) AS $I)',
    'round(N, integral) N': 'CAST(round($1, CAST($2 AS INTEGER)) AS $N)',
    'truncate(real) real': 'trunc($1)',
    'truncate(double) double': 'trunc($1)',
    'sign(I) I': 'CAST(sign($1) AS $I)',
    'sign(real) real': 'CAST(cairn_sign($1) AS FLOAT)',
    'sign(double) double': 'cairn_sign($1)',
    'power|pow(double, double) double': 'power($1, $2)',
    'sqrt(double) double': 'cairn_sqrt($1)',
    'cbrt(double) double': 'cairn_cbrt($1)',
    'exp(double) double': 'exp($1)',
    'ln(double) double': 'cairn_ln($1)',
    'log2(double) double': '(cairn_ln($1) / ln(2))',
    'log10(double) double': '(cairn_ln($1) / ln(10))',
    'log(double, double) double': '(cairn_ln($2) / cairn_ln($1))',
    'pi() double': 'pi()',
    'e() double': 'exp(1)',
    'sin(double) double': 'sin($1)',
    'cos(double) double': 'cos($1)',
    'tan(double) double': 'tan($1)',
    'asin(double) double': "(CASE WHEN abs($1) > 1 THEN CAST('nan' AS DOUBLE) ELSE asin($1) END)",
    'acos(double) double': "(CASE WHEN abs($1) > 1 THEN CAST('nan' AS DOUBLE) ELSE acos($1) END)",
    'atan(double) double': 'atan($1)',
    'atan2(double, double) double': 'atan2($1, $2)',
    'sinh(double) double': 'sinh($1)',
    'cosh(double) double': 'cosh($1)',
    'tanh(double) double': 'tanh($1)',
    'degrees(double) double': 'degrees($1)',
    'radians(double) double': 'radians($1)',
    'is_nan(double) boolean': 'isnan($1)',
    'is_finite(double) boolean': 'isfinite($1)',
    'is_infinite(double) boolean': 'isinf($1)',
    'nan() double': "CAST('nan' AS DOUBLE)",
    'infinity() double': "CAST('inf' AS DOUBLE)",
    'random|rand() double': 'random()',
    'random|rand(integral) bigint': 'CAST(floor(random() * $1) AS BIGINT)',
    'random|rand(integral, integral) bigint': '($1 + CAST(floor(random() * ($2 - $1)) AS BIGINT))',
    'wilson_interval_lower(bigint, bigint, double) double': wilson('-'),
    'wilson_interval_upper(bigint, bigint, double) double': wilson('+'),
    'width_bucket(double, double, double, bigint) bigint': 'cairn_width_bucket($1, $2, $3, $4)',
    'width_bucket(double, array(double)) bigint': 'cairn_width_bucket_of($1, $2)',
    'cosine_similarity(array(double), array(double)) double':
      '(cairn_dot($1, $2) / (sqrt(cairn_dot($1, $1)) * sqrt(cairn_dot($2, $2))))',
    'cosine_distance(array(double), array(double)) double':
      '(1 - cairn_dot($1, $2) / (sqrt(cairn_dot($1, $1)) * sqrt(cairn_dot($2, $2))))',
    'dot_product(array(double), array(double)) double': 'cairn_dot($1, $2)',
    'euclidean_distance(array(double), array(double)) double':
      'sqrt(list_sum(list_transform(list_zip($1, $2), lambda p: power(p[1] - p[2], 2))))',
    'bitwise_and(bigint, bigint) bigint': '(CAST($1 AS BIGINT) & CAST($2 AS BIGINT))',
    'bitwise_or(bigint, bigint) bigint': '(CAST($1 AS BIGINT) | CAST($2 AS BIGINT))',
    'bitwise_xor(bigint, bigint) bigint': 'xor(CAST($1 AS BIGINT), CAST($2 AS BIGINT))',
    'bitwise_not(bigint) bigint': '(~ CAST($1 AS BIGINT))',
    'bit_count(bigint, bigint) bigint': 'cairn_bit_count($1, $2)',
    'bitwise_left_shift(bigint, bigint) bigint': 'cairn_shift_left($1, $2)',
    'bitwise_right_shift(bigint, bigint) bigint': 'cairn_shift_right($1, $2)',
    'bitwise_right_shift_arithmetic(bigint, bigint) bigint': 'cairn_shift_right_arithmetic($1, $2)',
  }),
  to_base: scalar((call) => {
    call.takes(2);
    return typed(`cairn_to_base(${castTo(call.arg(0), BIGINT)}, ${radix(call)})`, VARCHAR);
  }),
  from_base: scalar((call) => {
    call.takes(2);
    return typed(`cairn_from_base(${text(call, 0)}, ${radix(call)})`, BIGINT);
  }),
  mod: scalar((call) => {
    call.takes(2);
    return arithmetic('%', call.arg(0), call.arg(1));
  }),
};

/**
 * Decimals have rules of their own: as many digits before the point, and one more where a number can grow (Trino,
 * DecimalCasts and the result types of its math functions).
 */
function ofDecimal(call: FunctionCall, value: Typed): Typed | undefined {
  const { type, sql } = value;
  if (type.kind !== 'decimal') return undefined;
  const whole = type.precision - type.scale;
  const rounded = (duckdb: string, precision: number): Typed => {
    const result: TrinoType = { kind: 'decimal', precision: Math.min(38, Math.max(1, precision)), scale: 0 };
    return typed(`CAST(${duckdb} AS ${toDuckdbType(result)})`, result);
  };
  const grown = whole + (type.scale > 0 ? 1 : 0);
  if (call.count === 2) {
    if (call.name !== 'truncate' || !isInteger(call.arg(1).type)) return undefined;
    const places = `CAST(${call.arg(1).sql} AS INTEGER)`;
    // Halves away from zero are what is taken off before.
    const half = `CAST(0.5 AS DECIMAL(38,${Math.min(37, type.scale + 1)}))`;
    const cut = `(CASE WHEN ${places} >= ${type.scale} THEN ${sql} ELSE CAST(round(CAST(${sql} AS DOUBLE) / power(10, -${places}) - sign(${sql}) * ${half}, 0) * power(10, -${places}) AS ${toDuckdbType(type)}) END)`;
    return typed(cut, type);
  }
  switch (call.name) {
    case 'ceil':
    case 'ceiling':
      return rounded(`ceil(${sql})`, grown);
    case 'floor':
      return rounded(`floor(${sql})`, grown);
    case 'round':
      return rounded(`round(${sql}, 0)`, grown);
    case 'truncate':
      return rounded(`trunc(${sql})`, whole);
    case 'sign':
      return rounded(`sign(${sql})`, 1);
    default:
      return undefined;
  }
}

const DECIMAL_NAMES: readonly string[] = ['ceil', 'ceiling', 'floor', 'round', 'truncate', 'sign'];

/** Trino, "Mathematical functions and operators", "Bitwise functions". */
export const NUMBER_FUNCTIONS: FunctionTable = {
  ...SIGNATURES,
  ...Object.fromEntries(
    DECIMAL_NAMES.map((name) => [
      name,
      scalar((call) => {
        call.takes(1, 2);
        return ofDecimal(call, call.arg(0)) ?? (SIGNATURES[name] as FunctionTranslation).translate(call);
      }),
    ]),
  ),
};
