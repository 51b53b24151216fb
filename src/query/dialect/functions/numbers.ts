// SPDX-License-Identifier: Apache-2.0
import { arithmetic } from '../operators.js';
import { type FunctionTable, scalar } from './function-call.js';
import { bySignature } from './signatures.js';

/** Trino, "Mathematical functions and operators", "Bitwise functions". */
export const NUMBER_FUNCTIONS: FunctionTable = {
  ...bySignature({
    'abs(N) N': 'abs($1)',
    'ceil|ceiling|floor|round|truncate(integral) bigint': '$1',
    'ceil|ceiling(decimal(38,0)) decimal(38,0)': 'CAST(ceil($1) AS DECIMAL(38,0))',
    'ceil|ceiling(double) double': 'ceil($1)',
    'floor(decimal(38,0)) decimal(38,0)': 'CAST(floor($1) AS DECIMAL(38,0))',
    'floor(double) double': 'floor($1)',
    'round(decimal(38,0)) decimal(38,0)': 'CAST(round($1, 0) AS DECIMAL(38,0))',
    'round(double) double': 'round($1)',
    'round(integral, integral) bigint': 'CAST(round($1, CAST($2 AS INTEGER)) AS BIGINT)',
    'round(N, integral) N': 'CAST(round($1, CAST($2 AS INTEGER)) AS $N)',
    'truncate(decimal(38,0)) decimal(38,0)': 'CAST(trunc($1) AS DECIMAL(38,0))',
    'truncate(double) double': 'trunc($1)',
    'sign(N) N': 'CAST(sign($1) AS $N)',
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
    'asin(double) double': 'asin($1)',
    'acos(double) double': 'acos($1)',
    'atan(double) double': 'atan($1)',
    'atan2(double, double) double': 'atan2($1, $2)',
    'degrees(double) double': 'degrees($1)',
    'radians(double) double': 'radians($1)',
    'is_nan(double) boolean': 'isnan($1)',
    'is_finite(double) boolean': 'isfinite($1)',
    'is_infinite(double) boolean': 'isinf($1)',
    'nan() double': "CAST('nan' AS DOUBLE)",
    'infinity() double': "CAST('inf' AS DOUBLE)",
    'random|rand() double': 'random()',
    'random|rand(integral) bigint': 'CAST(floor(random() * $1) AS BIGINT)',
    'to_base(bigint, integral) varchar': 'lower(to_base($1, CAST($2 AS INTEGER)))',
    'bitwise_and(bigint, bigint) bigint': '(CAST($1 AS BIGINT) & CAST($2 AS BIGINT))',
    'bitwise_or(bigint, bigint) bigint': '(CAST($1 AS BIGINT) | CAST($2 AS BIGINT))',
    'bitwise_xor(bigint, bigint) bigint': 'xor(CAST($1 AS BIGINT), CAST($2 AS BIGINT))',
    'bitwise_not(bigint) bigint': '(~ CAST($1 AS BIGINT))',
    'bit_count(bigint, bigint) bigint': 'CAST(bit_count(CAST($1 AS BIGINT)) AS BIGINT)',
  }),
  mod: scalar((call) => {
    call.takes(2);
    return arithmetic('%', call.arg(0), call.arg(1));
  }),
};
