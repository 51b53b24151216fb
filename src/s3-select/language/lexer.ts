// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';

export type Token =
  /** `text` in lower case; `raw` as written. */
  | { readonly kind: 'word'; readonly text: string; readonly raw: string; readonly at: number }
  | { readonly kind: 'quotedName'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'number'; readonly text: string; readonly at: number }
  /** Between backticks. */
  | { readonly kind: 'ion'; readonly text: string; readonly at: number }
  | { readonly kind: 'symbol'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: ''; readonly at: number };

const form = new RegExp(
  [
    String.raw`(?<space>[\s\ufeff]+|--[^\n]*|/\*[\s\S]*?\*/)`,
    String.raw`(?<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>[A-Za-z_$\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*)`,
    `'(?<string>[^']*(?:''[^']*)*)'`,
    '"(?<quotedName>[^"]*(?:""[^"]*)*)"',
    '`(?<ion>[^`]*)`',
    String.raw`(?<symbol><=|>=|<>|!=|\|\||[-+*/%=<>(),.\[\];{}:?@])`,
  ].join('|'),
  'gy',
);

/** Throws LexerInvalidChar, LexerInvalidLiteral (a quote that does not end). */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of expression.matchAll(form)) {
    end = match.index + match[0].length;
    const token = toToken(match.groups ?? {}, match.index);
    if (token !== undefined) tokens.push(token);
  }
  if (end !== expression.length) {
    const isQuote = /['"`]/.test(expression[end] ?? '');
    throw new SelectError(isQuote ? 'LexerInvalidLiteral' : 'LexerInvalidChar', `At character ${end + 1}.`);
  }
  tokens.push({ kind: 'end', text: '', at: end });
  return tokens;
}

function toToken(groups: Readonly<Record<string, string | undefined>>, at: number): Token | undefined {
  const { number, word, string, quotedName, ion, symbol } = groups;
  if (word !== undefined) return { kind: 'word', text: word.toLowerCase(), raw: word, at };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, at };
  if (string !== undefined) return { kind: 'string', text: string.replaceAll("''", "'"), at };
  if (number !== undefined) return { kind: 'number', text: number, at };
  if (quotedName !== undefined) return { kind: 'quotedName', text: quotedName.replaceAll('""', '"'), at };
  return ion === undefined ? undefined : { kind: 'ion', text: ion, at };
}
