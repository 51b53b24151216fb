// SPDX-License-Identifier: Apache-2.0
import { quoteText, VARCHAR } from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { type FunctionCall, type FunctionTable, scalar } from './function-call.js';
import { bySignature } from './signatures.js';

/** Trino, "String functions and operators", "Binary functions and operators". */
export const STRING_FUNCTIONS: FunctionTable = {
  ...bySignature({
    'length(varchar) bigint': 'length($1)',
    'length(varbinary) bigint': 'octet_length($1)',
    'lower(varchar) varchar': 'lower($1)',
    'upper(varchar) varchar': 'upper($1)',
    'reverse(varchar) varchar': 'reverse($1)',
    'reverse(array(T)) array(T)': 'list_reverse($1)',
    'replace(varchar, varchar) varchar': "replace($1, $2, '')",
    'replace(varchar, varchar, varchar) varchar': 'replace($1, $2, $3)',
    'ltrim(varchar) varchar': 'ltrim($1)',
    'rtrim(varchar) varchar': 'rtrim($1)',
    'strpos|position(varchar, varchar) bigint': 'strpos($1, $2)',
    'starts_with(varchar, varchar) boolean': 'starts_with($1, $2)',
    'split(varchar, varchar) array(varchar)': 'string_split($1, $2)',
    'split(varchar, varchar, bigint) array(varchar)': 'cairn_split($1, $2, $3)',
    'split_part(varchar, varchar, bigint) varchar': 'list_extract(string_split($1, $2), $3)',
    'split_to_map(varchar, varchar, varchar) map(varchar, varchar)': 'cairn_split_to_map($1, $2, $3)',
    'lpad(varchar, bigint, varchar) varchar': 'lpad($1, CAST($2 AS INTEGER), $3)',
    'rpad(varchar, bigint, varchar) varchar': 'rpad($1, CAST($2 AS INTEGER), $3)',
    'chr(bigint) varchar': 'chr(CAST($1 AS INTEGER))',
    'codepoint(varchar) integer': 'unicode($1)',
    'translate(varchar, varchar, varchar) varchar': 'translate($1, $2, $3)',
    'levenshtein_distance(varchar, varchar) bigint': 'levenshtein($1, $2)',
    'hamming_distance(varchar, varchar) bigint': 'hamming($1, $2)',
    'normalize(varchar) varchar': 'nfc_normalize($1)',
    'to_utf8(varchar) varbinary': 'encode($1)',
    'from_utf8(varbinary) varchar': 'decode($1)',
    'to_hex(varbinary) varchar': 'hex($1)',
    'from_hex(varchar) varbinary': 'unhex($1)',
    'to_base64(varbinary) varchar': 'to_base64($1)',
    'from_base64(varchar) varbinary': 'from_base64($1)',
    'md5(varbinary) varbinary': 'unhex(md5($1))',
    'sha1(varbinary) varbinary': 'unhex(sha1($1))',
    'sha256(varbinary) varbinary': 'unhex(sha256($1))',
    'regexp_count(varchar, varchar) bigint': 'len(regexp_extract_all($1, $2))',
  }),
  concat: scalar(concat),
  concat_ws: scalar(concatWs),
  substr: scalar(substring),
  substring: scalar(substring),
  trim: scalar(trim),
  regexp_like: scalar((call) => {
    call.takes(2);
    return typed(`regexp_matches(${text(call, 0)}, ${pattern(call)})`, { kind: 'boolean' });
  }),
  regexp_extract: scalar((call) => {
    call.takes(2, 3);
    const [value, matched] = [text(call, 0), pattern(call)];
    const group = call.count === 3 ? `, ${call.arg(2).sql}` : '';
    return typed(
      `(CASE WHEN regexp_matches(${value}, ${matched}) THEN regexp_extract(${value}, ${matched}${group}) END)`,
      VARCHAR,
    );
  }),
  regexp_extract_all: scalar((call) => {
    call.takes(2, 3);
    const group = call.count === 3 ? `, ${call.arg(2).sql}` : '';
    return typed(`regexp_extract_all(${text(call, 0)}, ${pattern(call)}${group})`, {
      kind: 'array',
      element: VARCHAR,
    });
  }),
  regexp_replace: scalar((call) => {
    call.takes(2, 3);
    return typed(
      `regexp_replace(${text(call, 0)}, ${pattern(call)}, ${call.count === 3 ? replacement(call) : "''"}, 'g')`,
      VARCHAR,
    );
  }),
  regexp_split: scalar((call) => {
    call.takes(2);
    return typed(`string_split_regex(${text(call, 0)}, ${pattern(call)})`, {
      kind: 'array',
      element: VARCHAR,
    });
  }),
  regexp_position: scalar((call) => {
    call.takes(2);
    const [value, matched] = [text(call, 0), pattern(call)];
    return typed(
      `(CASE WHEN regexp_matches(${value}, ${matched}) THEN CAST(strpos(${value}, regexp_extract(${value}, ${matched})) AS INTEGER) WHEN ${value} IS NOT NULL THEN -1 END)`,
      { kind: 'integer' },
    );
  }),
};

/** An argument that has to be a text. */
export function text(call: FunctionCall, index: number): string {
  const { sql, type } = call.arg(index);
  if (type.kind === 'unknown') return `CAST(${sql} AS VARCHAR)`;
  if (type.kind !== 'varchar') throw call.mismatch();
  return sql;
}

/** Java's named groups `(?<name>…)` are `(?P<name>…)` in RE2; lookaround there is neither, and is refused by the engine. */
function pattern(call: FunctionCall): string {
  const { constant } = call.arg(1);
  return constant === undefined ? text(call, 1) : quoteText(constant.replace(/\(\?<(?=[A-Za-z])/g, '(?P<'));
}

/** `$1` of a replacement is `\1`; `\$` a dollar (Trino, "Regular expression functions": regexp_replace). */
function replacement(call: FunctionCall): string {
  const { constant } = call.arg(2);
  if (constant === undefined) return `regexp_replace(${text(call, 2)}, '\\$(\\d)', '\\\\\\1', 'g')`;
  return quoteText(
    constant.replace(/\\(.)|\$(\d)/g, (_, escaped?: string, group?: string) =>
      group === undefined ? (escaped === '\\' ? '\\\\' : (escaped ?? '')) : `\\${group}`,
    ),
  );
}

function concat(call: FunctionCall): Typed {
  call.takes(2, Number.MAX_SAFE_INTEGER);
  const list = call.args.find(({ type }) => type.kind === 'array' || type.kind === 'varbinary');
  const type = list?.type ?? VARCHAR;
  if (call.args.some((arg) => arg.type.kind !== type.kind && arg.type.kind !== 'unknown'))
    throw call.mismatch();
  return typed(
    `(${call.args.map((arg) => (arg.type.kind === 'unknown' && !list ? `CAST(${arg.sql} AS VARCHAR)` : arg.sql)).join(' || ')})`,
    type,
  );
}

function concatWs(call: FunctionCall): Typed {
  call.takes(2, Number.MAX_SAFE_INTEGER);
  const [separator, first] = [text(call, 0), call.arg(1)];
  if (call.count === 2 && first.type.kind === 'array')
    return typed(`array_to_string(${first.sql}, ${separator})`, VARCHAR);
  return typed(`concat_ws(${call.args.map((_, index) => text(call, index)).join(', ')})`, VARCHAR);
}

/** Counts from 1, from the end where negative; 0 and places before the start give the empty text. */
function substring(call: FunctionCall): Typed {
  call.takes(2, 3);
  const value = text(call, 0);
  const start = call.arg(1).sql;
  const length = call.count === 3 ? `, ${call.arg(2).sql}` : '';
  if (/^[1-9]\d*$/.test(start))
    return typed(
      length === '' || /^, \d+$/.test(length)
        ? `substring(${value}, ${start}${length})`
        : `substring(${value}, ${start}, greatest(0${length}))`,
      VARCHAR,
    );
  return typed(`cairn_substring${call.count}(${value}, ${start}${length})`, VARCHAR);
}

function trim(call: FunctionCall): Typed {
  if (call.count === 1) return typed(`trim(${text(call, 0)})`, VARCHAR);
  call.takes(2, 3);
  const side = call.count === 3 ? call.text(2) : 'both';
  const name = side === 'leading' ? 'ltrim' : side === 'trailing' ? 'rtrim' : 'trim';
  return typed(`${name}(${text(call, 0)}, ${text(call, 1)})`, VARCHAR);
}
