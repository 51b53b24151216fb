// SPDX-License-Identifier: Apache-2.0
import { compileRegex, type TextTest } from './compile-regex.js';
import type { Term, TermText } from './filter-pattern-syntax.js';

/** Terms are found anywhere in the message, also inside words: `ERROR` is in `ERRORCODE`. Case counts. */
export function compileTerms(terms: readonly Term[]): TextTest {
  const tests = (role: Term['role']) =>
    terms.filter((term) => term.role === role).map((term) => compileText(term.text));
  const [required, excluded, optional] = [tests('required'), tests('excluded'), tests('optional')];
  return (message) =>
    required.every((test) => test(message)) &&
    !excluded.some((test) => test(message)) &&
    (optional.length === 0 || optional.some((test) => test(message)));
}

function compileText(text: TermText): TextTest {
  if (text.kind === 'regex') return compileRegex(text.source, text.position);
  return (message) => message.includes(text.text);
}
