// SPDX-License-Identifier: Apache-2.0
import { failure } from './typed.js';

/** A list that is used more than once, bound by a lambda over a list of one: a macro repeats its arguments' text. */
const once = (list: string, body: string): string =>
  `list_extract(list_transform([${list}], lambda l: ${body}), 1)`;

export const COLLECTION_MACROS: Readonly<Record<string, string>> = {
  'cairn_overlap(t, u)':
    'CASE WHEN t IS NULL OR u IS NULL THEN NULL WHEN list_has_any(t, u) THEN true WHEN len(t) > 0 AND len(u) > 0 AND len(t) + len(u) > list_count(t) + list_count(u) THEN NULL ELSE false END',
  'cairn_remove(t, x)': 'CASE WHEN x IS NOT NULL THEN list_filter(t, lambda e: e IS DISTINCT FROM x) END',
  'cairn_slice(t, s, n)': once(
    't',
    `CASE WHEN n < 0 THEN ${failure('length must be greater than or equal to 0', 'n')} WHEN s = 0 THEN ${failure('SQL array indices start at 1', 's')} WHEN s > 0 THEN list_slice(l, s, s + n - 1) WHEN -s <= len(l) THEN list_slice(l, len(l) + s + 1, len(l) + s + n) ELSE list_slice(l, 1, 0) END`,
  ),
  'cairn_ngrams(t, n)': once(
    't',
    'CASE WHEN len(l) <= n THEN [l] ELSE list_transform(generate_series(1, len(l) - n + 1), lambda i: list_slice(l, i, i + n - 1)) END',
  ),
  'cairn_contains_sequence(t, u)':
    'CASE WHEN t IS NULL OR u IS NULL THEN NULL ELSE len(list_filter(generate_series(1, len(t) - len(u) + 1), lambda i: list_slice(t, i, i + len(u) - 1) = u)) > 0 END',
  'cairn_histogram(t)':
    'map_from_entries(list_transform(cairn_distinct(list_filter(t, lambda e: e IS NOT NULL)), lambda k: struct_pack(k := k, v := CAST(len(list_filter(t, lambda e: e = k)) AS BIGINT))))',
  'cairn_sequence(a, b, s)': `CASE WHEN s = 0 THEN ${failure('interval must not be zero', 's')} WHEN s > 0 AND b < a THEN ${failure('sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start', 's')} WHEN s < 0 AND b > a THEN ${failure('sequence stop value should be less than or equal to start value', 's')} ELSE generate_series(a, b, s) END`,
};
