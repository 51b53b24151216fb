// SPDX-License-Identifier: Apache-2.0
import { compare, unified } from '../operators.js';
import { printTrinoType, quoteText, VARCHAR } from '../trino-type.js';
import { type Typed, typed } from '../typed.js';
import { type FunctionCall, type FunctionTable, scalar } from './function-call.js';

/** Trino, "Conditional expressions", "Comparison functions and operators", `typeof`. */
export const CONDITIONAL_FUNCTIONS: FunctionTable = {
  if: scalar((call) => {
    call.takes(2, 3);
    const condition = call.arg(0);
    if (condition.type.kind !== 'boolean' && condition.type.kind !== 'unknown') throw call.mismatch();
    const { type, values } = unified(call.args.slice(1));
    return typed(`(CASE WHEN ${condition.sql} THEN ${values[0]} ELSE ${values[1] ?? 'NULL'} END)`, type);
  }),
  coalesce: scalar((call) => {
    call.takes(2, Number.MAX_SAFE_INTEGER);
    const { type, values } = unified(call.args);
    return typed(`coalesce(${values.join(', ')})`, type);
  }),
  nullif: scalar((call) => {
    call.takes(2);
    const [value, other] = [call.arg(0), call.arg(1)];
    return typed(
      `(CASE WHEN ${compare('=', value, other, 'athena').sql} THEN NULL ELSE ${value.sql} END)`,
      value.type,
    );
  }),
  try: scalar((call) => {
    call.takes(1);
    return typed(`TRY(${call.arg(0).sql})`, call.arg(0).type);
  }),
  typeof: scalar((call) => {
    call.takes(1);
    const { sql, type } = call.arg(0);
    const name = quoteText(printTrinoType(type));
    // An aggregate stays one where its type is all that is asked for.
    return typed(/\(/.test(sql) ? `(CASE WHEN ${sql} IS NULL THEN ${name} ELSE ${name} END)` : name, VARCHAR);
  }),
  greatest: scalar((call) => extreme(call, 'greatest')),
  least: scalar((call) => extreme(call, 'least')),
};

/** NULL if any of them is, unlike DuckDB's (Trino, "Comparison functions and operators": GREATEST and LEAST). */
function extreme(call: FunctionCall, name: string): Typed {
  call.takes(1, Number.MAX_SAFE_INTEGER);
  const { type, values } = unified(call.args);
  return typed(
    `(CASE WHEN ${values.map((value) => `${value} IS NULL`).join(' OR ')} THEN NULL ELSE ${name}(${values.join(', ')}) END)`,
    type,
  );
}
