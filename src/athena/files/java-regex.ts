// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';

/** Java's names for what JavaScript writes by itself. */
const classes: Readonly<Record<string, string>> = {
  Alpha: 'A-Za-z',
  Digit: '0-9',
  Alnum: 'A-Za-z0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  Space: '\\s',
  XDigit: '0-9A-Fa-f',
  Punct: '!-\\/:-@\\[-`{-~',
};

/**
 * An expression of Java's as one of JavaScript's, for whole lines. What is only about speed in Java (possessive quantifiers) is
 * dropped. Throws QueryError for what JavaScript cannot say.
 * @param options.isWholeLine false: anywhere in the line
 */
export function toJavascriptRegex(
  pattern: string,
  isCaseInsensitive: boolean,
  { isWholeLine = true } = {},
): { readonly source: string; readonly flags: string } {
  const leading = /^\^?\(\?([imsu]+)\)/.exec(pattern)?.[1] ?? '';
  const body = pattern
    .replace(/^(\^?)\(\?[imsu]+\)/, '$1')
    .replace(/(\\.)|([*+?}])\+/g, (whole, escaped: string | undefined, quantifier: string | undefined) =>
      escaped !== undefined ? whole : `${quantifier}`,
    )
    .replace(/\\p\{(\w+)\}/g, (whole, name: string) =>
      !Object.hasOwn(classes, name) ? whole : `[${classes[name]}]`,
    )
    .replace(/\\[AzZ]/g, '');
  const flags = `${isCaseInsensitive || leading.includes('i') ? 'i' : ''}s`;
  const source = isWholeLine ? `^(?:${body})$` : body;
  try {
    new RegExp(source, flags);
  } catch (cause) {
    throw new QueryError(
      'NOT_SUPPORTED',
      `NOT_SUPPORTED: "${isWholeLine ? 'input.regex' : 'input.format'}" is not an expression that Cairn can read`,
      { cause },
    );
  }
  return { source, flags };
}
