// SPDX-License-Identifier: Apache-2.0
import { FilterPatternError } from './filter-pattern-error.js';
import {
  conditionDepthMax,
  type JsonCondition,
  type SelectorStep,
  wildcardsPerSelectorMax,
} from './filter-pattern-syntax.js';
import type { PatternScanner } from './pattern-scanner.js';

const memberName = /[A-Za-z0-9_-]+/y;
const elementIndex = /\d{1,9}/y;

/** `{ … }`, the scanner at its opening brace. Order of operations: `()`, then `&&`, then `||`. */
export function parseJsonPattern(scanner: PatternScanner): JsonCondition {
  scanner.at++;
  const condition = anyOf(scanner, 0);
  if (!scanner.take('}')) {
    if (scanner.isAtEnd)
      throw new FilterPatternError("If a filter pattern starts with '{' it must end with '}'", scanner.at);
    scanner.fail();
  }
  return condition;
}

function anyOf(scanner: PatternScanner, depth: number): JsonCondition {
  return joined('or', '||', scanner, () => joined('and', '&&', scanner, () => single(scanner, depth)));
}

function joined(
  kind: 'and' | 'or',
  token: string,
  scanner: PatternScanner,
  part: () => JsonCondition,
): JsonCondition {
  const conditions = [part()];
  while (scanner.take(token)) conditions.push(part());
  return conditions.length === 1 ? (conditions[0] as JsonCondition) : { kind, conditions };
}

function single(scanner: PatternScanner, depth: number): JsonCondition {
  if (!scanner.take('(')) return comparison(scanner);
  if (depth === conditionDepthMax)
    throw new FilterPatternError('Invalid filter pattern: parentheses are nested too deeply', scanner.at);
  const condition = anyOf(scanner, depth + 1);
  if (!scanner.take(')')) scanner.fail();
  return condition;
}

function comparison(scanner: PatternScanner): JsonCondition {
  const path = selector(scanner);
  if (scanner.takeWord('IS')) return { kind: 'is', path, value: isValue(scanner) };
  if (scanner.takeWord('NOT')) {
    if (!scanner.takeWord('EXISTS')) scanner.fail();
    return { kind: 'notExists', path };
  }
  const operator = scanner.operator();
  return { kind: 'compare', path, operator, operand: scanner.operand(operator) };
}

/** `IS NOT` is not supported, says the guide. */
function isValue(scanner: PatternScanner): null | boolean {
  if (scanner.takeWord('NULL')) return null;
  if (scanner.takeWord('TRUE')) return true;
  if (scanner.takeWord('FALSE')) return false;
  return scanner.fail();
}

/** `$.a.b[0]`, `$.a[*]`, `$.*`, `$.['a.b']`. */
function selector(scanner: PatternScanner): SelectorStep[] {
  scanner.skipSpaces();
  const start = scanner.at;
  if (scanner.text.charAt(scanner.at) !== '$') scanner.fail();
  scanner.at++;
  const steps: SelectorStep[] = [];
  for (let next = nextChar(scanner); next === '.' || next === '['; next = nextChar(scanner)) {
    if (next === '.') scanner.at++;
    steps.push(nextChar(scanner) === '[' ? bracketed(scanner) : named(scanner));
  }
  if (steps.length === 0) scanner.fail();
  const wildcards = steps.filter((step) => step.kind === 'any').length;
  if (wildcards > wildcardsPerSelectorMax) {
    const message = `Invalid filter pattern: at most ${wildcardsPerSelectorMax} wildcard in a property selector`;
    throw new FilterPatternError(message, start);
  }
  if (wildcards > 0) scanner.countWildcard(start);
  return steps;
}

function nextChar(scanner: PatternScanner): string {
  return scanner.text.charAt(scanner.at);
}

function named(scanner: PatternScanner): SelectorStep {
  if (nextChar(scanner) === '*') {
    scanner.at++;
    return { kind: 'any' };
  }
  return { kind: 'member', name: scanner.takeForm(memberName) ?? scanner.fail() };
}

function bracketed(scanner: PatternScanner): SelectorStep {
  scanner.at++;
  const step = insideBrackets(scanner);
  if (nextChar(scanner) !== ']') scanner.fail();
  scanner.at++;
  return step;
}

function insideBrackets(scanner: PatternScanner): SelectorStep {
  const next = nextChar(scanner);
  if (next === '*') {
    scanner.at++;
    return { kind: 'any' };
  }
  if (next === '"') return { kind: 'member', name: scanner.quoted() };
  if (next === "'") {
    const end = scanner.text.indexOf("'", scanner.at + 1);
    if (end < 0) scanner.fail();
    const name = scanner.text.slice(scanner.at + 1, end);
    scanner.at = end + 1;
    return { kind: 'member', name };
  }
  return { kind: 'element', index: Number(scanner.takeForm(elementIndex) ?? scanner.fail()) };
}
