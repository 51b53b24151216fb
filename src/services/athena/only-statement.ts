// SPDX-License-Identifier: Apache-2.0
import { invalidRequest } from './athena-errors.js';

/**
 * Texts, names in quotes and comments: marks within them are their own. Hive's statements have backslashes in texts, queries
 * not. What is not closed goes to the end: else a statement of their beginnings would be read once for each of them.
 */
const comments = '--[^\\n]*(?:\\n|$)|/\\*[\\s\\S]*?(?:\\*/|$)';
const pieces = new RegExp(
  `'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\`[^\`]*(?:\`|$)|${comments}|[\\s\\S]`,
  'g',
);
const escaped = '\\\\(?:[\\s\\S]|$)';
const hivePieces = new RegExp(
  `'(?:[^'\\\\]|${escaped}|'')*(?:'|$)|"(?:[^"\\\\]|${escaped}|"")*(?:"|$)|\`[^\`]*(?:\`|$)|${comments}|[\\s\\S]`,
  'g',
);

/** Comments and space in front of a statement. */
const leading = /^(?:\s|--[^\r\n]*(?:[\r\n]|$)|\/\*[\s\S]*?\*\/)*/;
const hiveWords = /^(?:create\s+external|alter|msck|show|desc|describe|drop)\b/i;

/**
 * The one statement of a text, without the semicolons and the space around it: what GetQueryExecution shows and what is run.
 * Throws InvalidRequestException. Source: answers of Athena.
 */
export function onlyStatement(text: string): string {
  const isHive = hiveWords.test(withoutLeading(text));
  const parts = [''];
  for (const piece of text.match(isHive ? hivePieces : pieces) ?? []) {
    if (piece === ';') parts.push('');
    else parts[parts.length - 1] += piece;
  }
  const statements = parts.map((part) => part.trim()).filter((part) => part !== '');
  if (statements.length > 1)
    throw invalidRequest(`Only one sql statement is allowed. Got: ${text.trimEnd()}`, 'MALFORMED_QUERY');
  const [statement] = statements;
  if (statement === undefined && parts.length > 1)
    throw invalidRequest(`Empty sql statement: ${text.trimEnd()}`, 'MALFORMED_QUERY');
  return statement ?? text;
}

/** A statement from its first word on. */
export function withoutLeading(sql: string): string {
  return sql.slice(leading.exec(sql)?.[0].length ?? 0);
}

/** Whether a statement waits for values: a question mark that is in no text, name or comment. */
export function hasParameters(sql: string): boolean {
  const found: readonly string[] = sql.match(pieces) ?? [];
  return found.includes('?');
}

/** Words that statements begin with. Source: answers of Athena. */
const firstWords =
  `ALTER ANALYZE CALL COMMENT COMMIT CREATE DEALLOCATE DELETE DENY DESC DESCRIBE DROP EXECUTE EXPLAIN GRANT INSERT MERGE
   PREPARE REFRESH RESET REVOKE ROLLBACK SET SHOW START TRUNCATE UNLOAD UPDATE USE`.split(/\s+/);
const otherWords = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', 'MSCK', 'VACUUM', 'OPTIMIZE']);

/** What Athena says of a statement whose first word is none; undefined where it is one. */
export function wrongFirstWord(sql: string): string | undefined {
  const before = leading.exec(sql)?.[0] ?? '';
  const word = /^\w+/.exec(sql.slice(before.length))?.[0];
  if (word === undefined || firstWords.includes(word.toUpperCase()) || otherWords.has(word.toUpperCase()))
    return undefined;
  const lines = before.split('\n');
  const place = `line ${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
  const expected = [...firstWords.map((each) => `'${each}'`), '<query>'].join(', ');
  return `${place}: mismatched input '${word}'. Expecting: ${expected}`;
}
