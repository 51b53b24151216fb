// SPDX-License-Identifier: Apache-2.0
import type { PathStep } from './syntax.js';
import type { TokenReader } from './token-reader.js';

/**
 * The next step of a path, if one follows: `.name`, `['name']`, `[3]`, `[*]`, `.*`.
 * Source: S3 User Guide, "SELECT command", FROM clause.
 */
export function readStep(tokens: TokenReader): PathStep | undefined {
  if (tokens.takeSymbol('.') !== undefined) {
    if (tokens.takeSymbol('*') !== undefined) return { kind: 'members' };
    const name = tokens.takeName();
    if (name === undefined) throw tokens.error('ParseInvalidPathComponent');
    return { kind: 'name', name };
  }
  if (tokens.takeSymbol('[') === undefined) return undefined;
  const step = readBracketed(tokens);
  if (tokens.takeSymbol(']') === undefined) throw tokens.error('ParseInvalidPathComponent');
  return step;
}

function readBracketed(tokens: TokenReader): PathStep {
  const token = tokens.peek();
  if (tokens.takeSymbol('*') !== undefined) return { kind: 'elements' };
  if (token.kind === 'string') {
    tokens.next();
    return { kind: 'name', name: { text: token.text, quoted: true } };
  }
  if (token.kind !== 'number' || !/^\d{1,15}$/.test(token.text))
    throw tokens.error('ParseInvalidPathComponent');
  tokens.next();
  return { kind: 'index', index: Number(token.text) };
}
