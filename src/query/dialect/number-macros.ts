// SPDX-License-Identifier: Apache-2.0
import { failure } from './typed.js';

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

const digitOf = `(strpos('${DIGITS}', c) - 1)`;
const magnitude = "regexp_replace(lower(v), '^[-+]', '')";

export const NUMBER_MACROS: Readonly<Record<string, string>> = {
  // Of so many bytes: from half of what they can say on, numbers are below 0.
  'cairn_from_big_endian(b, n, half)': `CASE WHEN octet_length(b) <> n THEN ${failure('expected input of as many bytes as the number has', 'octet_length(b)')} ELSE list_extract(list_transform([CAST(CAST('0x' || hex(b) AS UBIGINT) AS HUGEINT)], lambda v: CAST(CASE WHEN v >= half THEN v - half - half ELSE v END AS BIGINT)), 1) END`,
  'cairn_sign(x)': 'CASE WHEN isnan(x) THEN x ELSE CAST(sign(x) AS DOUBLE) END',
  'cairn_truncate(x, s, n)': 'trunc(x * power(10, n)) / power(10, n)',
  'cairn_to_base(x, r)': "CASE WHEN x < 0 THEN '-' || lower(to_base(-x, r)) ELSE lower(to_base(x, r)) END",
  'cairn_from_base(v, r)': `CASE WHEN v IS NULL THEN NULL WHEN v = '' OR v = '-' OR list_bool_or(list_transform(string_split(${magnitude}, ''), lambda c: ${digitOf} < 0 OR ${digitOf} >= r)) THEN ${failure('Not a valid number of the base', "v || ', base ' || CAST(r AS VARCHAR)")} ELSE CAST(CASE WHEN starts_with(v, '-') THEN -1 ELSE 1 END * list_reduce(list_transform(string_split(${magnitude}, ''), lambda c: CAST(${digitOf} AS HUGEINT)), lambda a, b: a * r + b) AS BIGINT) END`,
  'cairn_width_bucket(x, a, b, n)':
    'CASE WHEN a < b THEN CASE WHEN x < a THEN 0 WHEN x >= b THEN n + 1 ELSE CAST(floor(n * (x - a) / (b - a)) AS BIGINT) + 1 END ELSE CASE WHEN x > a THEN 0 WHEN x <= b THEN n + 1 ELSE CAST(floor(n * (a - x) / (a - b)) AS BIGINT) + 1 END END',
  'cairn_width_bucket_of(x, t)': 'len(list_filter(t, lambda e: e <= x))',
  'cairn_bit_count(x, n)':
    'CAST(bit_count(CAST(x AS BIGINT)) AS BIGINT) - CASE WHEN x < 0 THEN 64 - n ELSE 0 END',
  'cairn_shift_left(x, n)':
    'CASE WHEN n >= 64 THEN 0 ELSE CAST(CAST(x AS HUGEINT) * CAST(power(2, n) AS HUGEINT) AS BIGINT) END',
  // Logical: the sign is a bit like the others.
  'cairn_shift_right(x, n)':
    'CASE WHEN n >= 64 THEN 0 WHEN n = 0 THEN CAST(x AS BIGINT) ELSE CAST((CAST(x AS HUGEINT) + CASE WHEN x < 0 THEN 18446744073709551616 ELSE 0 END) // CAST(power(2, n) AS HUGEINT) AS BIGINT) END',
  'cairn_shift_right_arithmetic(x, n)':
    'CASE WHEN n >= 63 THEN CASE WHEN x < 0 THEN -1 ELSE 0 END ELSE CAST(floor(CAST(x AS HUGEINT) // CAST(power(2, n) AS HUGEINT)) AS BIGINT) - CASE WHEN x < 0 AND CAST(x AS HUGEINT) % CAST(power(2, n) AS HUGEINT) <> 0 THEN 1 ELSE 0 END END',
  // Of unscaled whole numbers: what is left over is divided once more, for the further digits, and rounds away from zero.
  'cairn_divide(l, r, k)':
    'list_extract(list_transform([struct_pack(q := (l // r) * k, o := (l % r) * k, r := r, u := CASE WHEN (l < 0) = (r < 0) THEN 1 ELSE -1 END)], lambda d: d.q + d.o // d.r + CASE WHEN abs(d.o % d.r) >= abs(d.r) - abs(d.o % d.r) THEN d.u ELSE 0 END), 1)',
  'cairn_dot(t, u)': 'list_sum(list_transform(list_zip(t, u), lambda p: p[1] * p[2]))',
};
