// SPDX-License-Identifier: Apache-2.0
import { compileRegex, type TextTest } from './compile-regex.js';
import type { Operand, Operator } from './filter-pattern-syntax.js';

/** Compares one field: its text, and its number where it is one. */
export type FieldTest = (text: string, number: number) => boolean;

/**
 * - A number on the right: numbers are compared as numbers; a text is equal when it is written the same.
 * - A text on the right is compared with what is written on the left; `*` at its ends stands for any text ("at, before,
 *   or after a search term"); inside it is an asterisk (the guide: `Ev*ent` matches only the text `Ev*ent`).
 */
export function compileComparison(operator: Operator, operand: Operand): FieldTest {
  if (operand.kind === 'number') return compareNumber(operator, operand.value, operand.text);
  const test =
    operand.kind === 'regex' ? compileRegex(operand.source, operand.position) : compileText(operand.text);
  return operator === '!=' ? (text) => !test(text) : (text) => test(text);
}

function compareNumber(operator: Operator, value: number, written: string): FieldTest {
  switch (operator) {
    case '=':
      return (text, number) => number === value || text === written;
    case '!=':
      return (text, number) => number !== value && text !== written;
    case '<':
      return (_, number) => number < value;
    case '<=':
      return (_, number) => number <= value;
    case '>':
      return (_, number) => number > value;
    case '>=':
      return (_, number) => number >= value;
  }
}

function compileText(pattern: string): TextTest {
  const isOpenAtStart = pattern.startsWith('*');
  const isOpenAtEnd = pattern.endsWith('*') && pattern.length > 1;
  const core = pattern.slice(isOpenAtStart ? 1 : 0, isOpenAtEnd ? -1 : undefined);
  if (isOpenAtStart && isOpenAtEnd) return (text) => text.includes(core);
  if (isOpenAtStart) return (text) => text.endsWith(core);
  if (isOpenAtEnd) return (text) => text.startsWith(core);
  return (text) => text === core;
}
