// SPDX-License-Identifier: Apache-2.0
import { failure } from './typed.js';

/** Characters of one byte that stand for others while these are compared byte by byte. */
const STAND_INS = Array.from({ length: 120 }, (_, index) => String.fromCharCode(index + 7))
  .filter((character) => character !== "'")
  .join('');

/** All characters of two texts, each once. */
const distinctOf = `array_to_string(list_distinct(string_split(a || b, '')), '')`;

/**
 * The engine's distances count bytes: every character becomes one of a single byte. Two texts with more different characters
 * than there are such bytes are refused, as Trino refuses what is too long.
 */
const inBytes = (text: string, distance: string): string =>
  `CASE WHEN octet_length(encode(a)) = length(a) AND octet_length(encode(b)) = length(b) THEN ${distance}(a, b) WHEN length(${distinctOf}) > ${STAND_INS.length} THEN ${failure(text, 'a')} ELSE ${distance}(translate(a, ${distinctOf}, left('${STAND_INS}', length(${distinctOf}))), translate(b, ${distinctOf}, left('${STAND_INS}', length(${distinctOf})))) END`;

/** A list that is used more than once, bound by a lambda over a list of one. */
const once = (list: string, body: string): string =>
  `list_extract(list_transform([${list}], lambda l: ${body}), 1)`;

const pairs = (v: string, d: string, e: string): string =>
  `list_transform(list_filter(string_split(${v}, ${d}), lambda p: NOT (p = '' AND ${v} = '')), lambda p: CASE WHEN len(string_split(p, ${e})) = 2 THEN struct_pack(k := split_part(p, ${e}, 1), v := split_part(p, ${e}, 2)) ELSE ${failure('Key-value delimiter must appear exactly once in each entry. Bad input', 'p')} END)`;

/** Soundex digits of the letters; H and W are as if they were not there, vowels end a run (Apache Commons Codec: "Soundex"). */
const SOUNDEX_FROM = 'BFPVCGJKQSXZDTLMNRAEIOUY';
const SOUNDEX_TO = '111122222222334556000000';
const letters = "regexp_replace(upper(v), '[^A-Z]', '', 'g')";
const codes = `translate(left(${letters}, 1) || regexp_replace(substring(${letters}, 2), '[HW]', '', 'g'), '${SOUNDEX_FROM}', '${SOUNDEX_TO}')`;
const merged = Array.from({ length: 6 }, (_, digit) => String(digit + 1)).reduce(
  (sql, digit) => `regexp_replace(${sql}, '${digit}+', '${digit}', 'g')`,
  codes,
);

export const TEXT_MACROS: Readonly<Record<string, string>> = {
  'cairn_chr(n)': `CASE WHEN n < 0 OR n > 1114111 THEN ${failure('Not a valid Unicode code point', 'n')} ELSE chr(CAST(n AS INTEGER)) END`,
  'cairn_codepoint(v)': `CASE WHEN length(v) = 1 THEN unicode(v) WHEN v IS NOT NULL THEN ${failure('codepoint takes a text of one character', 'v')} END`,
  'cairn_concat_ws(s, t)': 'CASE WHEN s IS NOT NULL THEN array_to_string(t, s) END',
  'cairn_levenshtein(a, b)': inBytes('The inputs for Levenshtein distance are too large', 'levenshtein'),
  'cairn_hamming(a, b)': `CASE WHEN length(a) <> length(b) THEN ${failure('The input strings to hamming_distance function must have the same length', "a || ', ' || b")} WHEN a = b THEN 0 ELSE ${inBytes('The inputs for hamming_distance are too large', 'hamming')} END`,
  'cairn_replace(v, s, r)': `CASE WHEN s <> '' THEN replace(v, s, r) WHEN v = '' THEN r WHEN s IS NOT NULL THEN r || array_to_string(list_transform(string_split(v, ''), lambda c: c || r), '') END`,
  // From the n-th occurrence on: what stands before it, and one.
  'cairn_strpos(v, s, n)': `CASE WHEN n = 0 THEN ${failure("'instance' must be a positive or negative number.", 'n')} WHEN s = '' THEN 1 ELSE ${once(
    'string_split(v, s)',
    'CASE WHEN abs(n) >= len(l) THEN 0 ELSE length(array_to_string(list_slice(l, 1, CASE WHEN n > 0 THEN n ELSE len(l) + n END), s)) + 1 END',
  )} END`,
  'cairn_split(v, d, n)': once(
    'string_split(v, d)',
    'CASE WHEN len(l) <= n THEN l ELSE list_concat(list_slice(l, 1, n - 1), [array_to_string(list_slice(l, n, len(l)), d)]) END',
  ),
  'cairn_split_part(v, d, n)':
    "CASE WHEN NOT (v = '' AND d = '') THEN list_extract(string_split(v, d), n) END",
  'cairn_split_to_map(v, d, e)': once(
    pairs('v', 'd', 'e'),
    `CASE WHEN len(list_distinct(list_transform(l, lambda p: p.k))) < len(l) THEN ${failure('Duplicate keys are not allowed', 'v')} ELSE map_from_entries(l) END`,
  ),
  'cairn_multimap(t)': once(
    't',
    'map_from_entries(list_transform(cairn_distinct(list_transform(l, lambda p: p.k)), lambda k: struct_pack(k := k, v := list_transform(list_filter(l, lambda p: p.k = k), lambda p: p.v))))',
  ),
  'cairn_split_to_multimap(v, d, e)': `cairn_multimap(${pairs('v', 'd', 'e')})`,
  'cairn_soundex(v)': `CASE WHEN v IS NULL THEN NULL WHEN ${letters} = '' THEN '' ELSE left(left(${letters}, 1) || replace(substring(${merged}, 2), '0', '') || '000', 4) END`,
  'cairn_luhn(v)': `CASE WHEN NOT regexp_full_match(v, '[0-9]+') THEN ${failure('Input contains other than digits', 'v')} ELSE list_sum(list_transform(string_split(reverse(v), ''), lambda c, i: CASE WHEN i % 2 = 1 THEN CAST(c AS INTEGER) ELSE CAST(c AS INTEGER) * 2 - CASE WHEN CAST(c AS INTEGER) > 4 THEN 9 ELSE 0 END END)) % 10 = 0 END`,
  'cairn_substr_bytes(b, s, n)':
    "CASE WHEN s = 0 OR n <= 0 OR -s > octet_length(b) THEN unhex('') ELSE unhex(substring(hex(b), CASE WHEN s > 0 THEN 2 * s - 1 ELSE 2 * octet_length(b) + 2 * s + 1 END, 2 * n)) END",
  // TRY around each call: what stands in one TRY twice, the engine takes out of it, and fails (DuckDB 1.5.5).
  'cairn_json_scalar(j, p)':
    "CASE WHEN TRY(json_type(j, p)) NOT IN ('OBJECT', 'ARRAY') THEN TRY(json_extract_string(j, p)) END",
  // Whether a text may be that of a member of some JSON: it is in it as it is, or with something escaped.
  'cairn_may_hold(j, v)': "(contains(j, v) OR contains(j, '\\'))",
  'cairn_reverse_bytes(b)': "unhex(array_to_string(list_reverse(regexp_extract_all(hex(b), '..')), ''))",
  'cairn_from_hex(v)': `CASE WHEN regexp_full_match(v, '([0-9a-fA-F]{2})*') THEN unhex(v) WHEN v IS NOT NULL THEN ${failure('not pairs of hexadecimal digits', 'v')} END`,
  'cairn_position(v, m, s)':
    'CASE WHEN len(m) = 0 THEN -1 ELSE strpos(substring(v, s), list_extract(m, 1)) + s - 1 END',
  'cairn_data_size(v)': `CASE WHEN v IS NULL THEN NULL WHEN NOT regexp_full_match(v, '[0-9]+(\\.[0-9]+)?\\s*(B|[kMGTPEZY]B)') THEN ${failure('Invalid data size', 'v')} ELSE CAST(trunc(CAST(regexp_extract(v, '[0-9.]+') AS DECIMAL(38,9)) * CAST(power(1024, strpos('kMGTPEZY', left(regexp_extract(v, '[A-Za-z]+'), 1))) AS DOUBLE)) AS DECIMAL(38,0)) END`,
  // Three digits that count, and the unit (Trino, "Conversion functions": format_number).
  'cairn_short_number(x)': `CASE WHEN abs(x) < 1000 THEN regexp_replace(printf('%.3g', x), '\\.0+$', '') ELSE list_extract(list_transform([least(5, CAST(floor(log10(abs(x)) / 3) AS INTEGER))], lambda e: regexp_replace(regexp_replace(printf('%.' || CAST(greatest(0, 2 - CAST(floor(log10(abs(x) / power(1000, e))) AS INTEGER)) AS VARCHAR) || 'f', x / power(1000, e)), '(\\.[0-9]*[1-9])0+$', '\\1'), '\\.0+$', '') || substring('KMBTQ', e, 1)), 1) END`,
  'cairn_grouped(t)':
    "regexp_extract(t, '^[-+ ]?') || reverse(rtrim(regexp_replace(reverse(regexp_extract(t, '[0-9]+')), '([0-9]{3})', '\\1,', 'g'), ',')) || regexp_extract(t, '\\..*$')",
};
