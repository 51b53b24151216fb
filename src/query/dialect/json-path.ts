// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';

const STEP =
  /\.([^\s."[\]*]+)|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\['((?:[^'\\]|\\.)*)'\]|\["?(\d+)"?\]|\[([A-Za-z_][\w-]*|\d+[A-Za-z_][\w-]*)\]|\."((?:[^"\\]|\\.)*)"/y;

/**
 * A path of Trino's `json_extract` (`$.store["book"][0].title`) as DuckDB writes it. As a JSON pointer where a name has
 * what DuckDB's paths cannot quote.
 * @throws QueryError SYNTAX_ERROR for wildcards, filters and what is no path
 */
export function toJsonPath(path: string): string {
  const fail = (): never => {
    throw new QueryError('SYNTAX_ERROR', `Invalid JSON path: '${path.slice(0, 200)}'`);
  };
  const steps: (string | number)[] = [];
  const from = path.startsWith('$') ? path.slice(1) : `.${path}`;
  let at = 0;
  while (at < from.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(from) ?? fail();
    const name = found[1] ?? found[2] ?? found[3] ?? found[5] ?? found[6];
    if (found[4] !== undefined) steps.push(Number(found[4]));
    else if (/^\d{1,9}$/.test(name as string)) steps.push(Number(name));
    else
      steps.push(
        found[1] === undefined && found[5] === undefined
          ? (name as string).replace(/\\(.)/g, '$1')
          : (name as string),
      );
    at += found[0].length;
  }
  // A number names an element and a member alike ("TestJsonExtract": numeric path expression matches arrays and objects).
  if (steps.some((step) => typeof step === 'number' || /["\\*]/.test(step))) {
    return toPointer(steps);
  }
  return `$${steps.map((step) => `."${step}"`).join('')}`;
}

/** To the member of an object that bears this very name: a number names no element. */
export function toMemberPath(name: string): string {
  return name === '' || /["\\*]/.test(name) ? toPointer([name]) : `$."${name}"`;
}

function toPointer(steps: readonly (string | number)[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
