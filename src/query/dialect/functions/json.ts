// SPDX-License-Identifier: Apache-2.0
import { castTo } from '../cast-to.js';
import { toJsonPath } from '../json-path.js';
import { heldMember, within } from '../text-within.js';
import { BIGINT, BOOLEAN, JSON_TYPE, quoteText, VARCHAR } from '../trino-type.js';
import { typed } from '../typed.js';
import { type FunctionCall, type FunctionTable, scalar } from './function-call.js';
import { bySignature } from './signatures.js';

/**
 * Trino, "JSON functions and operators". What is no JSON gives NULL, except for json_parse; so the readers stand in TRY.
 */
export const JSON_FUNCTIONS: FunctionTable = {
  ...bySignature({
    'json_parse(varchar) json': 'json($1)',
    'json_format(json) varchar': 'CAST($1 AS VARCHAR)',
    'is_json_scalar(json) boolean': "(json_type($1) NOT IN ('OBJECT', 'ARRAY'))",
    'is_json_scalar(varchar) boolean': "(json_type($1) NOT IN ('OBJECT', 'ARRAY'))",
  }),
  json_extract: scalar((call) => {
    call.takes(2);
    return typed(`TRY(json_extract(${json(call)}, ${path(call)}))`, JSON_TYPE);
  }),
  json_extract_scalar: scalar((call) => {
    call.takes(2);
    const [value, at] = [json(call), path(call)];
    const { constant } = call.arg(1);
    const held = constant === undefined ? undefined : heldMember(call.arg(0), toJsonPath(constant), true);
    if (held !== undefined) return { ...held, ...within(call.arg(0)) };
    return typed(`cairn_json_scalar(${value}, ${at})`, VARCHAR, within(call.arg(0)));
  }),
  json_array_length: scalar((call) => {
    call.takes(1);
    return typed(
      `TRY(CASE WHEN json_type(${json(call)}) = 'ARRAY' THEN CAST(json_array_length(${json(call)}) AS BIGINT) END)`,
      BIGINT,
    );
  }),
  json_array_get: scalar((call) => {
    call.takes(2);
    const at = `'$[' || CAST(${castTo(call.arg(1), BIGINT)} AS VARCHAR) || ']'`;
    const value = `json_extract(${json(call)}, ${at})`;
    // A text comes without its quotes, and null as NULL: "The semantics of this function are broken", says Trino's page.
    return typed(
      `TRY(CASE WHEN json_type(${json(call)}) <> 'ARRAY' THEN NULL WHEN json_type(${json(call)}, ${at}) IN ('VARCHAR', 'NULL') THEN json_extract_string(${json(call)}, ${at}) ELSE CAST(${value} AS VARCHAR) END)`,
      JSON_TYPE,
    );
  }),
  json_array_contains: scalar((call) => {
    call.takes(2);
    const wanted = call.arg(1);
    const items = `CAST(${json(call)} AS JSON[])`;
    return typed(
      `TRY(CASE WHEN json_type(${json(call)}) = 'ARRAY' THEN list_contains(list_transform(${items}, lambda j: CAST(j AS VARCHAR)), CAST(to_json(${wanted.sql}) AS VARCHAR)) END)`,
      BOOLEAN,
    );
  }),
  json_size: scalar((call) => {
    call.takes(2);
    const [value, at] = [json(call), path(call)];
    return typed(
      `TRY(CASE json_type(${value}, ${at}) WHEN 'ARRAY' THEN CAST(json_array_length(${value}, ${at}) AS BIGINT) WHEN 'OBJECT' THEN CAST(len(json_keys(${value}, ${at})) AS BIGINT) ELSE CASE WHEN json_type(${value}, ${at}) IS NOT NULL THEN 0 END END)`,
      BIGINT,
    );
  }),
};

function json(call: FunctionCall): string {
  const { sql, type } = call.arg(0);
  if (type.kind === 'unknown') return `CAST(${sql} AS VARCHAR)`;
  if (type.kind !== 'varchar' && type.kind !== 'json') throw call.mismatch();
  return sql;
}

function path(call: FunctionCall): string {
  const { constant, sql, type } = call.arg(1);
  if (type.kind !== 'varchar') throw call.mismatch();
  // A path that is only known row by row: its quoted members in the engine's form.
  if (constant === undefined) return `regexp_replace(${sql}, '\\[["'']([^"'']*)["'']\\]', '."\\1"', 'g')`;
  return quoteText(toJsonPath(constant));
}
