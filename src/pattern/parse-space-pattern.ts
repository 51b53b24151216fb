// SPDX-License-Identifier: Apache-2.0
import { FilterPatternError } from './filter-pattern-error.js';
import type { SpaceCondition, SpaceField, SpaceSyntax } from './filter-pattern-syntax.js';
import type { PatternScanner } from './pattern-scanner.js';

const fieldName = /[A-Za-z0-9_$-]+/y;

/** `[a, b = 4*, ..., c > 1]`, the scanner at its opening bracket. Fields may be without a name. */
export function parseSpacePattern(scanner: PatternScanner): SpaceSyntax {
  scanner.at++;
  const before: SpaceField[] = [];
  let after: SpaceField[] | undefined;
  for (;;) {
    scanner.skipSpaces();
    const start = scanner.at;
    if (scanner.take('...') || scanner.take('…')) {
      if (after !== undefined)
        throw new FilterPatternError('Invalid filter pattern: more than one ellipsis', start);
      after = [];
    } else (after ?? before).push(field(scanner));
    if (scanner.take(']')) break;
    if (!scanner.take(',')) failUnclosed(scanner);
  }
  return { kind: 'space', before, after };
}

function failUnclosed(scanner: PatternScanner): never {
  scanner.skipSpaces();
  if (!scanner.isAtEnd) scanner.fail();
  throw new FilterPatternError("If a filter pattern starts with '[' it must end with ']'", scanner.at);
}

function field(scanner: PatternScanner): SpaceField {
  scanner.skipSpaces();
  const name = scanner.takeForm(fieldName) ?? '';
  scanner.skipSpaces();
  const next = scanner.text.charAt(scanner.at);
  if (next === ',' || next === ']' || next === '') return { name, condition: undefined };
  return { name, condition: anyOf(scanner, name) };
}

/** `status = 4* && status != 403 || …`: every comparison names its own field again, and no other. */
function anyOf(scanner: PatternScanner, name: string): SpaceCondition {
  let isFirst = true;
  const comparison = (): SpaceCondition => {
    if (!isFirst) repeatedName(scanner, name);
    isFirst = false;
    const operator = scanner.operator();
    return { kind: 'compare', operator, operand: scanner.operand(operator) };
  };
  return joined('or', '||', scanner, () => joined('and', '&&', scanner, comparison));
}

function repeatedName(scanner: PatternScanner, name: string): void {
  scanner.skipSpaces();
  const start = scanner.at;
  const repeated = scanner.takeForm(fieldName) ?? '';
  if (repeated !== name) {
    const message = `Invalid filter pattern: the conditions of field '${name}' cannot name '${repeated}'`;
    throw new FilterPatternError(message, start);
  }
}

function joined(
  kind: 'and' | 'or',
  token: string,
  scanner: PatternScanner,
  part: () => SpaceCondition,
): SpaceCondition {
  const conditions = [part()];
  while (scanner.take(token)) conditions.push(part());
  return conditions.length === 1 ? (conditions[0] as SpaceCondition) : { kind, conditions };
}
