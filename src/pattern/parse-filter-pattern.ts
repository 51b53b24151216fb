// SPDX-License-Identifier: Apache-2.0
import { FilterPatternError } from './filter-pattern-error.js';
import { type FilterSyntax, patternLengthMax, type Term, type TermText } from './filter-pattern-syntax.js';
import { parseJsonPattern } from './parse-json-pattern.js';
import { parseSpacePattern } from './parse-space-pattern.js';
import { PatternScanner } from './pattern-scanner.js';

const bareTerm = /[A-Za-z0-9_]+/y;

/** Throws FilterPatternError. Regular expressions in it are only cut out here (`compile-regex.ts` reads them). */
export function parseFilterPattern(text: string): FilterSyntax {
  if (text.length > patternLengthMax)
    throw new FilterPatternError(
      `Invalid filter pattern: it has more than ${patternLengthMax} characters`,
      patternLengthMax,
    );
  const scanner = new PatternScanner(text);
  scanner.skipSpaces();
  const first = text.charAt(scanner.at);
  const syntax = structured(first, scanner) ?? terms(scanner);
  scanner.skipSpaces();
  if (!scanner.isAtEnd) scanner.fail();
  return syntax;
}

function structured(first: string, scanner: PatternScanner): FilterSyntax | undefined {
  if (first === '{') return { kind: 'json', condition: parseJsonPattern(scanner) };
  if (first === '[') return parseSpacePattern(scanner);
  return undefined;
}

/**
 * Terms that must all be there. Optional terms (`?`) count only where nothing else is asked: beside other terms they
 * "will be ignored", says the guide.
 */
function terms(scanner: PatternScanner): FilterSyntax {
  const found: Term[] = [];
  for (scanner.skipSpaces(); !scanner.isAtEnd; scanner.skipSpaces()) found.push(term(scanner));
  const asked = found.filter(({ text }) => text.kind === 'regex' || text.text.trim() !== '');
  const plain = asked.filter(({ role }) => role !== 'optional');
  const counting = plain.length === 0 ? asked : plain;
  // `" "` matches everything, says the guide; so does the empty pattern.
  return counting.length === 0 ? { kind: 'everything' } : { kind: 'terms', terms: counting };
}

function term(scanner: PatternScanner): Term {
  if (scanner.take('-')) return { role: 'excluded', text: termText(scanner) };
  if (scanner.take('?')) return { role: 'optional', text: termText(scanner) };
  return { role: 'required', text: termText(scanner) };
}

function termText(scanner: PatternScanner): TermText {
  scanner.skipSpaces();
  const next = scanner.text.charAt(scanner.at);
  if (next === '"') return { kind: 'text', text: scanner.quoted() };
  if (next === '%') return scanner.regex();
  const text = scanner.takeForm(bareTerm) ?? scanner.fail();
  // `foo:bar` is one term with a character that cannot be in it, not two terms.
  if (!scanner.isAtEnd && !/[\s"%]/.test(scanner.text.charAt(scanner.at))) scanner.fail();
  return { kind: 'text', text };
}
