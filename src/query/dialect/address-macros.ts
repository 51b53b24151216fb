// SPDX-License-Identifier: Apache-2.0
import { failure } from './typed.js';

const HEX_DIGITS = '0123456789abcdef';
/** Letters that are no hexadecimal digits stand for the digits while these are being replaced. */
const STAND_INS = 'ghijklmnopqrstuv';

function bitsOfHex(sql: string): string {
  let bits = `translate(lower(${sql}), '${HEX_DIGITS}', '${STAND_INS}')`;
  for (const [value, letter] of [...STAND_INS].entries())
    bits = `replace(${bits}, '${letter}', '${value.toString(2).padStart(4, '0')}')`;
  return bits;
}

/** Without zeros before it: those are octal to some, and Trino refuses them. */
const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const IPV4 = `${OCTET}(\\.${OCTET}){3}`;
const GROUP = '[0-9a-fA-F]{1,4}';
const IPV6 = `(${GROUP}:){7}${GROUP}|((${GROUP}:){0,6}${GROUP})?::((${GROUP}:){0,6}${GROUP})?|((${GROUP}:){6}|((${GROUP}:){0,5}${GROUP})?::(${GROUP}:){0,5})${IPV4}`;

const octet = (address: string, place: number): string =>
  `CAST(split_part(${address}, '.', ${place}) AS INTEGER)`;
const octetBits = (place: number): string => `lpad(bin(${octet('a', place)}), 8, '0')`;

/** The groups of an address in IPv6, as one text: those before `::`, zeros for those left out, those after. */
const groups = (part: string): string =>
  `array_to_string(list_transform(list_filter(string_split(${part}, ':'), lambda g: g <> ''), lambda g: lpad(g, 4, '0')), '')`;

/** Four groups of hexadecimal digits out of 32, without the zeros before them. */
const GROUP_STARTS = [1, 5, 9, 13, 17, 21, 25, 29];
const shownGroups = GROUP_STARTS.map(
  (start) => `coalesce(nullif(ltrim(substring(d, ${start}, 4), '0'), ''), '0')`,
).join(` || ':' || `);
const hexPair = (start: number): string =>
  `CAST(CAST('0x' || substring(d, ${start}, 2) AS INTEGER) AS VARCHAR)`;

/** The longest run of groups of zeros becomes \`::\`, the first of several (RFC 5952, section 4.2.3, as Trino prints them). */
const shortened = `CASE ${[8, 7, 6, 5, 4, 3, 2]
  .map((run) => {
    const pattern = `'(^|:)0(:0){${run - 1}}(:|$)'`;
    return `WHEN regexp_matches(g, ${pattern}) THEN regexp_replace(g, ${pattern}, '::')`;
  })
  .join(' ')} ELSE g END`;

/** A value bound to a name: macros repeat the text of their arguments, and macros of macros would never end. */
const bound = (sql: string, name: string, body: string): string =>
  `list_extract(list_transform([${sql}], lambda ${name}: ${body}), 1)`;

const left = "split_part(p, '::', 1)";
const right = "split_part(p, '::', 2)";

export const ADDRESS_MACROS: Readonly<Record<string, string>> = {
  // 32 digits of an address in IPv6, whose last groups may be written as one in IPv4.
  'cairn_ip_digits(a)': bound(
    `CASE WHEN contains(a, '.') THEN regexp_extract(a, '^.*:') || ${bound("regexp_extract(a, '[0-9.]+$')", 'v', `printf('%02x%02x:%02x%02x', ${[1, 2, 3, 4].map((place) => octet('v', place)).join(', ')})`)} ELSE a END`,
    'p',
    bound(
      `struct_pack(l := ${groups(left)}, r := ${groups(right)})`,
      's',
      `lower(CASE WHEN contains(p, '::') THEN s.l || repeat('0', 32 - length(s.l) - length(s.r)) || s.r ELSE s.l END)`,
    ),
  ),
  'cairn_ip_shown(x)': bound(
    'x',
    'd',
    `CASE WHEN starts_with(d, '00000000000000000000ffff') THEN ${[25, 27, 29, 31].map(hexPair).join(" || '.' || ")} ELSE ${bound(shownGroups, 'g', shortened)} END`,
  ),
  // As Trino prints addresses; so equal ones are equal texts.
  'cairn_ip(t)': bound(
    't',
    'a',
    `CASE WHEN regexp_full_match(a, '${IPV4}') THEN a WHEN regexp_full_match(a, '${IPV6}') THEN cairn_ip_shown(cairn_ip_digits(a)) WHEN a IS NOT NULL THEN ${failure('Cannot cast value to IPADDRESS', 'a')} END`,
  ),
  'cairn_ip_bits(t)': bound(
    't',
    'a',
    `CASE WHEN contains(a, ':') THEN ${bitsOfHex('cairn_ip_digits(a)')} ELSE '${'0'.repeat(80)}${'1'.repeat(16)}' || ${[1, 2, 3, 4].map(octetBits).join(' || ')} END`,
  ),
  // A network in IPv4 that is known beforehand: its number, and what an address in it is divided by.
  'cairn_in_ipv4(x, n, d)': bound(
    'x',
    'a',
    `CASE WHEN contains(a, ':') THEN false ELSE (${[1, 2, 3, 4].map((place) => `CAST(split_part(a, '.', ${place}) AS BIGINT) * ${256 ** (4 - place)}`).join(' + ')}) // d = n END`,
  ),
  // Of a network: its address in canonical words, and the length of its prefix.
  'cairn_cidr_contains(c, x)': bound(
    "struct_pack(n := cairn_ip(split_part(c, '/', 1)), p := CAST(split_part(c, '/', 2) AS INTEGER), a := x)",
    'w',
    `CASE WHEN w.p > CASE WHEN contains(w.n, ':') THEN 128 ELSE 32 END THEN ${failure('Invalid prefix length', 'w.p')} WHEN contains(w.n, ':') <> contains(w.a, ':') THEN false ELSE left(cairn_ip_bits(w.n), w.p + CASE WHEN contains(w.n, ':') THEN 0 ELSE 96 END) = left(cairn_ip_bits(w.a), w.p + CASE WHEN contains(w.n, ':') THEN 0 ELSE 96 END) END`,
  ),
};
