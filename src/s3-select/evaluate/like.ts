// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';

type Part = { readonly any: 'one' | 'many' } | { readonly text: string };

/**
 * The test that a LIKE pattern stands for: `_` is one character, `%` any number of them. Its time is bounded by the lengths of
 * text and pattern multiplied, whatever the pattern: no regular expression that a stranger could make explode.
 */
export function likePattern(pattern: string, escaping: string | undefined): (text: string) => boolean {
  const parts = partsOf([...pattern], escaping);
  const [only, ...rest] = parts;
  if (only !== undefined && rest.length === 0 && 'text' in only) return (text) => text === only.text;
  const simple = startsWith(parts) ?? endsWith(parts) ?? contains(parts);
  return simple ?? ((text) => matches(parts, [...text]));
}

function partsOf(characters: readonly string[], escaping: string | undefined): Part[] {
  if (escaping !== undefined && [...escaping].length !== 1)
    throw new SelectError('EvaluatorLikePatternInvalidEscapeSequence', 'ESCAPE must be one character.');
  const parts: Part[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') parts.push({ text });
    text = '';
  };
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === escaping) {
      text += escaped(characters[++at], escaping);
    } else if (character === '%') {
      flush();
      const last = parts.at(-1);
      if (last === undefined || !('any' in last) || last.any !== 'many') parts.push({ any: 'many' });
    } else if (character === '_') {
      flush();
      parts.push({ any: 'one' });
    } else text += character;
  }
  flush();
  return parts.length === 0 ? [{ text: '' }] : parts;
}

function escaped(character: string | undefined, escaping: string): string {
  if (character === '%' || character === '_' || character === escaping) return character;
  throw new SelectError('EvaluatorLikePatternInvalidEscapeSequence');
}

function isMany(part: Part | undefined): boolean {
  return part !== undefined && 'any' in part && part.any === 'many';
}

function textOf(part: Part | undefined): string | undefined {
  return part !== undefined && 'text' in part ? part.text : undefined;
}

function startsWith(parts: readonly Part[]): ((text: string) => boolean) | undefined {
  const start = textOf(parts[0]);
  return parts.length === 2 && start !== undefined && isMany(parts[1])
    ? (text) => text.startsWith(start)
    : undefined;
}

function endsWith(parts: readonly Part[]): ((text: string) => boolean) | undefined {
  const end = textOf(parts[1]);
  return parts.length === 2 && end !== undefined && isMany(parts[0])
    ? (text) => text.endsWith(end)
    : undefined;
}

function contains(parts: readonly Part[]): ((text: string) => boolean) | undefined {
  const middle = textOf(parts[1]);
  return parts.length === 3 && middle !== undefined && isMany(parts[0]) && isMany(parts[2])
    ? (text) => text.includes(middle)
    : undefined;
}

/** Greedy with one place to come back to, which is enough: behind a `%` only the last `%` matters. */
function matches(parts: readonly Part[], text: readonly string[]): boolean {
  const wanted = parts.flatMap((part): (string | Part)[] => ('text' in part ? [...part.text] : [part]));
  let at = 0;
  let want = 0;
  let back = -1;
  let backAt = 0;
  while (at < text.length) {
    const part = wanted[want];
    if (part !== undefined && typeof part !== 'string' && isMany(part)) {
      back = want++;
      backAt = at;
    } else if (part !== undefined && (typeof part !== 'string' || part === text[at])) {
      want++;
      at++;
    } else if (back >= 0) {
      want = back + 1;
      at = ++backAt;
    } else return false;
  }
  return wanted.slice(want).every((part) => typeof part !== 'string' && isMany(part));
}
