// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import { arrayOf, mapOf, type TrinoType, VARBINARY, VARCHAR } from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { atLeast, invalidArgument, notEmpty } from './checked-arguments.js';
import { format } from './format.js';
import { type FunctionCall, type FunctionTable, type FunctionTranslation, scalar } from './function-call.js';
import { bySignature } from './signatures.js';

const SIGNATURES: FunctionTable = {
  ...bySignature({
    'length(varchar) bigint': 'length($1)',
    'length(varbinary) bigint': 'octet_length($1)',
    'lower(varchar) varchar': 'lower($1)',
    'upper(varchar) varchar': 'upper($1)',
    'reverse(varchar) varchar': 'reverse($1)',
    'reverse(array(T)) array(T)': 'list_reverse($1)',
    'replace(varchar, varchar) varchar': "replace($1, $2, '')",
    'replace(varchar, varchar, varchar) varchar': 'cairn_replace($1, $2, $3)',
    'ltrim(varchar) varchar': 'ltrim($1)',
    'ltrim(varchar, varchar) varchar': 'ltrim($1, $2)',
    'rtrim(varchar) varchar': 'rtrim($1)',
    'rtrim(varchar, varchar) varchar': 'rtrim($1, $2)',
    'strpos|position(varchar, varchar) bigint': 'strpos($1, $2)',
    'strpos(varchar, varchar, bigint) bigint': 'cairn_strpos($1, $2, $3)',
    'starts_with(varchar, varchar) boolean': 'starts_with($1, $2)',
    'ends_with(varchar, varchar) boolean': 'ends_with($1, $2)',
    'chr(bigint) varchar': 'cairn_chr($1)',
    'codepoint(varchar) integer': 'cairn_codepoint($1)',
    'translate(varchar, varchar, varchar) varchar': 'translate($1, $2, $3)',
    'levenshtein_distance(varchar, varchar) bigint': 'cairn_levenshtein($1, $2)',
    'hamming_distance(varchar, varchar) bigint': 'CAST(cairn_hamming($1, $2) AS BIGINT)',
    'soundex(varchar) varchar': 'cairn_soundex($1)',
    'luhn_check(varchar) boolean': 'cairn_luhn($1)',
    'to_utf8(varchar) varbinary': 'encode($1)',
    'from_utf8(varbinary) varchar': 'decode($1)',
    'to_hex(varbinary) varchar': 'hex($1)',
    'from_hex(varchar) varbinary': 'cairn_from_hex($1)',
    'reverse(varbinary) varbinary': 'cairn_reverse_bytes($1)',
    'to_base64url(varbinary) varchar': "translate(to_base64($1), '+/', '-_')",
    'from_base64url(varchar) varbinary': "from_base64(translate($1, '-_', '+/'))",
    'to_big_endian_64(bigint) varbinary':
      "unhex(lpad(hex(CASE WHEN $1 < 0 THEN CAST($1 AS HUGEINT) + 18446744073709551616 ELSE CAST($1 AS HUGEINT) END), 16, '0'))",
    'to_big_endian_32(integer) varbinary':
      "unhex(lpad(hex(CASE WHEN $1 < 0 THEN CAST($1 AS BIGINT) + 4294967296 ELSE CAST($1 AS BIGINT) END), 8, '0'))",
    'from_big_endian_64(varbinary) bigint': 'cairn_from_big_endian($1, 8, 9223372036854775808)',
    'from_big_endian_32(varbinary) integer': 'CAST(cairn_from_big_endian($1, 4, 2147483648) AS INTEGER)',
    'uuid() uuid': 'uuid()',
    'parse_data_size(varchar) decimal(38,0)': 'cairn_data_size($1)',
    'format_number(double) varchar': 'cairn_short_number($1)',
    'to_base64(varbinary) varchar': 'to_base64($1)',
    'from_base64(varchar) varbinary': 'from_base64($1)',
    'md5(varbinary) varbinary': 'unhex(md5($1))',
    'sha1(varbinary) varbinary': 'unhex(sha1($1))',
    'sha256(varbinary) varbinary': 'unhex(sha256($1))',
  }),
};

/** Trino, "String functions and operators", "Binary functions and operators". */
export const STRING_FUNCTIONS: FunctionTable = {
  ...SIGNATURES,
  replace: scalar((call) => {
    const searched = call.count === 3 ? call.arg(1).constant : undefined;
    // Only what is searched for may be empty; the engine's own function is for all else.
    if (searched === undefined || searched === '')
      return (SIGNATURES.replace as FunctionTranslation).translate(call);
    return typed(`replace(${text(call, 0)}, ${text(call, 1)}, ${text(call, 2)})`, VARCHAR);
  }),
  split: scalar(split),
  split_part: scalar((call) => {
    call.takes(3);
    const part = `cairn_split_part(${text(call, 0)}, ${text(call, 1)}, ${call.arg(2).sql})`;
    return typed(atLeast(call, 2, 1, 'Index must be greater than zero', part), VARCHAR);
  }),
  split_to_map: scalar((call) => splitToMap(call, 'cairn_split_to_map', VARCHAR)),
  split_to_multimap: scalar((call) => splitToMap(call, 'cairn_split_to_multimap', arrayOf(VARCHAR))),
  lpad: scalar(pad),
  rpad: scalar(pad),
  normalize: scalar((call) => {
    call.takes(1, 2);
    if (call.count === 2 && call.text(1).toUpperCase() !== 'NFC')
      throw new QueryError('NOT_SUPPORTED', 'normalize is supported for the form NFC only.');
    return typed(`nfc_normalize(${text(call, 0)})`, VARCHAR);
  }),
  format: scalar(format),
  concat: scalar(concat),
  concat_ws: scalar(concatWs),
  substr: scalar(substring),
  substring: scalar(substring),
  trim: scalar(trim),
};

/** An argument that has to be a text. */
export function text(call: FunctionCall, index: number): string {
  const { sql, type } = call.arg(index);
  if (type.kind === 'unknown') return `CAST(${sql} AS VARCHAR)`;
  if (type.kind !== 'varchar') throw call.mismatch();
  return sql;
}

function split(call: FunctionCall): Typed {
  call.takes(2, 3);
  const [value, delimiter] = [text(call, 0), text(call, 1)];
  const parts = `string_split(${value}, ${delimiter})`;
  const limited =
    call.count === 2
      ? parts
      : atLeast(
          call,
          2,
          1,
          'Limit must be positive',
          `cairn_split(${value}, ${delimiter}, ${call.arg(2).sql})`,
        );
  return typed(notEmpty(call, 1, 'The delimiter may not be the empty string', limited), arrayOf(VARCHAR));
}

function splitToMap(call: FunctionCall, macro: string, value: TrinoType): Typed {
  call.takes(3);
  const [entries, keys] = [call.arg(1).constant, call.arg(2).constant];
  if (entries !== undefined && entries === keys)
    throw invalidArgument('entryDelimiter and keyValueDelimiter must not be the same');
  return typed(`${macro}(${text(call, 0)}, ${text(call, 1)}, ${text(call, 2)})`, mapOf(VARCHAR, value));
}

function pad(call: FunctionCall): Typed {
  call.takes(3);
  const padded = `${call.name}(${text(call, 0)}, CAST(${call.arg(1).sql} AS INTEGER), ${text(call, 2)})`;
  const sized = atLeast(call, 1, 0, 'Target length must be in the range [0..2147483647]', padded);
  return typed(notEmpty(call, 2, 'Padding string must not be empty', sized), VARCHAR);
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
    return typed(`cairn_concat_ws(${separator}, ${first.sql})`, VARCHAR);
  return typed(`concat_ws(${call.args.map((_, index) => text(call, index)).join(', ')})`, VARCHAR);
}

/** Counts from 1, from the end where negative; 0 and places before the start give the empty text. */
function substring(call: FunctionCall): Typed {
  call.takes(2, 3);
  if (call.arg(0).type.kind === 'varbinary') {
    const count = call.count === 3 ? call.arg(2).sql : `octet_length(${call.arg(0).sql})`;
    return typed(`cairn_substr_bytes(${call.arg(0).sql}, ${call.arg(1).sql}, ${count})`, VARBINARY);
  }
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
