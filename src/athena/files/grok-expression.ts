// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';
import { grokPatterns } from './grok-patterns.js';
import { toJavascriptRegex } from './java-regex.js';

export interface GrokExpression {
  readonly source: string;
  readonly flags: string;
  /** The column of each group; more than one group can be of a column: the first that took part in the match counts. */
  readonly groups: readonly string[];
}

/** Patterns in patterns; one that names itself has no end. */
const depthMax = 32;
/** Patterns that double themselves grow to no more than this. */
const lengthMax = 200_000;

/**
 * A table's grok expression as one regular expression that finds its columns in a line. A column is filled by what is called
 * like it: `%{PATTERN:column}`, `%{COLUMN}`, or a part of a pattern. Source: Amazon Athena User Guide, "Grok SerDe".
 * @param custom lines of `NAME expression`
 * @throws QueryError
 */
export function grokExpression(format: string, custom: string, columns: readonly string[]): GrokExpression {
  const patterns = { ...grokPatterns, ...customPatterns(custom) };
  const wanted = new Set(columns);
  const groups: string[] = [];
  let length = 0;
  const capture = (name: string, inner: () => string): string => {
    const column = name.toLowerCase();
    if (!wanted.has(column)) return `(?:${inner()})`;
    groups.push(column);
    return `(${inner()})`;
  };
  const expand = (text: string, depth: number): string => {
    if (depth > depthMax) throw refused('its patterns name each other without end');
    length += text.length;
    if (length > lengthMax) throw refused(`it has more than ${lengthMax} characters`);
    return text.replace(token, (whole, pattern?: string, field?: string, named?: string) => {
      // A group of the pattern's own: the closing parenthesis stays where it is.
      if (named !== undefined) return capture(named, () => '').slice(0, -1);
      if (pattern === undefined) return whole === '(' || whole === '(?>' ? '(?:' : whole;
      const found = Object.hasOwn(patterns, pattern) ? patterns[pattern] : undefined;
      if (found === undefined) throw refused(`there is no pattern ${pattern.slice(0, 100)}`);
      return capture(field ?? pattern, () => expand(found, depth + 1));
    });
  };
  const body = expand(format, 0);
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(body)) throw refused('it refers back to a group');
  return { ...toJavascriptRegex(body, false, { isWholeLine: false }), groups };
}

/**
 * What has to be looked at in an expression: escaped characters and classes (which stay), `%{NAME}`, `%{NAME:field}`,
 * `%{NAME:field:type}`, and groups, of which only ours may be numbered.
 */
const token =
  /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|%\{(\w+)(?::([\w.@[\]-]+))?(?::\w+)?\}|\(\?<(?![=!])(\w+)>|\(\?>|\(\?|\(/g;

function customPatterns(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const [, name, expression] = /^\s*(\w+)\s+(.*\S)\s*$/.exec(line) ?? [];
    if (name !== undefined && expression !== undefined) found[name] = expression;
    else if (line.trim() !== '') throw refused('a line of "input.grokCustomPatterns" is no name and pattern');
  }
  return found;
}

function refused(why: string): QueryError {
  return new QueryError('SYNTAX_ERROR', `FAILED: "input.format" is no grok expression: ${why}`);
}
