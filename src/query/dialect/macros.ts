// SPDX-License-Identifier: Apache-2.0
import { ADDRESS_MACROS } from './address-macros.js';
import { COLLECTION_MACROS } from './collection-macros.js';
import { NUMBER_MACROS } from './number-macros.js';
import { TEXT_MACROS } from './text-macros.js';
import { TIME_MACROS } from './time-macros.js';

/** Lists that are used more than once are bound by a lambda over a list of one: a macro repeats its arguments' text. */
function once(list: string, body: string): string {
  return `list_extract(list_transform([${list}], lambda l: ${body}), 1)`;
}

/** A fraction without zeros at its end, but never none: `1` and `1.` are `1.0`. */
const oneFraction = (sql: string): string =>
  `regexp_replace(regexp_replace(${sql} || CASE WHEN contains(${sql}, '.') THEN '' ELSE '.' END, '0+$', ''), '\\.$', '.0')`;

const VALUE_MACROS: Readonly<Record<string, string>> = {
  // Three-valued, as OR and AND are.
  'cairn_any(t)': once(
    't',
    'CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, true) THEN true WHEN len(l) > list_count(l) THEN NULL ELSE false END',
  ),
  'cairn_all(t)': once(
    't',
    'CASE WHEN l IS NULL THEN NULL WHEN list_contains(l, false) THEN false WHEN len(l) > list_count(l) THEN NULL ELSE true END',
  ),
  'cairn_contains(t, x)': once(
    't',
    'CASE WHEN l IS NULL OR x IS NULL THEN NULL WHEN list_contains(l, x) THEN true WHEN len(l) > list_count(l) THEN NULL ELSE false END',
  ),
  // In the order of first appearance, NULL once.
  'cairn_distinct(t)': once(
    't',
    'list_filter(l, lambda e, i: len(list_filter(list_slice(l, 1, i - 1), lambda f: f IS NOT DISTINCT FROM e)) = 0)',
  ),
  'cairn_intersect(t, u)':
    'cairn_distinct(list_filter(t, lambda e: len(list_filter(u, lambda f: f IS NOT DISTINCT FROM e)) > 0))',
  'cairn_except(t, u)':
    'cairn_distinct(list_filter(t, lambda e: len(list_filter(u, lambda f: f IS NOT DISTINCT FROM e)) = 0))',
  'cairn_repeat(x, n)': 'list_transform(range(n), lambda e: x)',
  // Of several values of a key the first one, by the engine's order of rows.
  'cairn_map_of(t)': once(
    'list_sort(list_filter(t, lambda e: e.k IS NOT NULL))',
    'map_from_entries(list_filter(l, lambda e, i: i = 1 OR list_extract(l, i - 1).k IS DISTINCT FROM e.k))',
  ),
  'cairn_substring2(v, s)':
    "CASE WHEN s > 0 THEN substring(v, s) WHEN s < 0 AND -s <= length(v) THEN substring(v, length(v) + s + 1) WHEN v IS NOT NULL AND s IS NOT NULL THEN '' END",
  'cairn_substring3(v, s, n)':
    "CASE WHEN n <= 0 THEN '' WHEN s > 0 THEN substring(v, s, n) WHEN s < 0 AND -s <= length(v) THEN substring(v, length(v) + s + 1, n) WHEN v IS NOT NULL AND s IS NOT NULL AND n IS NOT NULL THEN '' END",
  'cairn_url_parameter(q, n)':
    "url_decode(replace(list_extract(list_transform(list_filter(string_split(q, '&'), lambda p: p = n OR starts_with(p, n || '=')), lambda p: substring(p, length(n) + 2)), 1), '+', ' '))",
  // Trino's answers where DuckDB fails.
  'cairn_sqrt(x)': "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(x) END",
  'cairn_ln(x)':
    "CASE WHEN x < 0 THEN CAST('nan' AS DOUBLE) WHEN x = 0 THEN CAST('-inf' AS DOUBLE) ELSE ln(x) END",
  'cairn_exponent_text(t)': `CASE WHEN contains(t, 'e') THEN ${oneFraction("split_part(t, 'e', 1)")} || 'E' || CAST(CAST(split_part(t, 'e', 2) AS INTEGER) AS VARCHAR) WHEN regexp_matches(t, '^-?0\\.') THEN ${oneFraction("regexp_replace(t, '^(-?)0\\.0*([0-9])([0-9]*)$', '\\1\\2.\\3')")} || 'E-4' ELSE ${oneFraction("regexp_replace(t, '^(-?[0-9])([0-9]*)\\.([0-9]+)$', '\\1.\\2\\3')")} || 'E' || CAST(length(regexp_extract(t, '[0-9]+')) - 1 AS VARCHAR) END`,
  // Roots of cubes are whole.
  'cairn_cbrt(x)': 'CASE WHEN power(round(cbrt(x)), 3) = x THEN round(cbrt(x)) ELSE cbrt(x) END',
  // As Java prints doubles: 1.0E10, 0.5, 1.23E-4. The engine's own text has all digits that count.
  'cairn_double_text(x)': `CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) THEN CASE WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END WHEN x = 0 OR (abs(x) >= 0.001 AND abs(x) < 1e7) THEN CAST(x AS VARCHAR) ELSE cairn_exponent_text(CAST(x AS VARCHAR)) END`,
};

/** By their signatures. */
export const MACROS: Readonly<Record<string, string>> = {
  ...VALUE_MACROS,
  ...TEXT_MACROS,
  ...NUMBER_MACROS,
  ...TIME_MACROS,
  ...COLLECTION_MACROS,
  ...ADDRESS_MACROS,
};

/** What every session of the engine has to run before a translated statement. The order counts: some use others. */
export const DIALECT_MACROS: readonly string[] = Object.entries(MACROS).map(
  ([signature, body]) => `CREATE OR REPLACE TEMP MACRO ${signature} AS ${body}`,
);

export const MACRO_NAMES: readonly string[] = Object.keys(MACROS).map((signature) =>
  signature.slice(0, signature.indexOf('(')),
);
