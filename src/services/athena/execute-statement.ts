// SPDX-License-Identifier: Apache-2.0
import { withoutLeading } from './only-statement.js';

/** A statement about prepared statements, read from its text. */
export type PreparedUse =
  | { readonly kind: 'execute'; readonly name: string; readonly values: readonly string[] }
  | { readonly kind: 'prepare'; readonly name: string; readonly statement: string }
  | { readonly kind: 'deallocate'; readonly name: string };

const named = '([a-zA-Z_][a-zA-Z0-9_@:]*|"(?:[^"])+")';
const executeForm = new RegExp(`^\\s*EXECUTE\\s+${named}\\s*(?:USING\\s+([\\s\\S]*))?$`, 'i');
const prepareForm = new RegExp(`^\\s*PREPARE\\s+${named}\\s+FROM\\s+([\\s\\S]+)$`, 'i');
const deallocateForm = new RegExp(`^\\s*DEALLOCATE\\s+PREPARE\\s+${named}\\s*(?:;\\s*)?$`, 'i');

/**
 * EXECUTE, PREPARE or DEALLOCATE PREPARE; undefined for any other statement.
 * Source: Athena User Guide, "Use prepared statements".
 */
export function readPreparedUse(text: string): PreparedUse | undefined {
  const sql = withoutLeading(text);
  const execute = executeForm.exec(sql.replace(/;\s*$/, ''));
  if (execute !== null)
    return { kind: 'execute', name: unquoted(execute[1]), values: splitValues(execute[2] ?? '') };
  const prepare = prepareForm.exec(sql);
  if (prepare !== null)
    return { kind: 'prepare', name: unquoted(prepare[1]), statement: (prepare[2] ?? '').trim() };
  const deallocate = deallocateForm.exec(sql);
  return deallocate === null ? undefined : { kind: 'deallocate', name: unquoted(deallocate[1]) };
}

function unquoted(name: string | undefined): string {
  return (name ?? '').replace(/^"|"$/g, '');
}

/** Expressions with commas between: commas within quotes and brackets are their own. */
export function splitValues(text: string): string[] {
  const pieces = text.match(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[\s\S]/g) ?? [];
  const values: string[] = [];
  let value = '';
  let depth = 0;
  for (const piece of pieces) {
    if ('([{'.includes(piece)) depth += 1;
    if (')]}'.includes(piece)) depth -= 1;
    if (piece === ',' && depth === 0) {
      values.push(value.trim());
      value = '';
    } else value += piece;
  }
  return value.trim() === '' && values.length === 0 ? [] : [...values, value.trim()];
}

/**
 * An execution parameter as a SQL literal: Athena reads it as an expression where it is one without names in it, and as a text
 * where it is not. Here literals, typed literals and NULL count as expressions.
 * Source: Athena User Guide, "Use parameterized queries" (execution parameters).
 */
export function parameterLiteral(value: string): string {
  const text = value.trim();
  const isLiteral =
    /^'(?:[^']|'')*'$/.test(text) ||
    /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ||
    /^(?:true|false|null)$/i.test(text) ||
    /^(?:date|timestamp|time|decimal|interval)\s*'(?:[^']|'')*'(?:\s+(?:day|hour|minute|second|month|year))?$/i.test(
      text,
    ) ||
    /^(?:bigint|integer|double|real|smallint|tinyint|varchar|json)\s*'(?:[^']|'')*'$/i.test(text);
  return isLiteral ? text : `'${value.replaceAll("'", "''")}'`;
}
