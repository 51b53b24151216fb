// SPDX-License-Identifier: Apache-2.0
import { compileComparison } from './compile-comparison.js';
import type { SpaceCondition, SpaceField, SpaceSyntax } from './filter-pattern-syntax.js';
import { splitFields } from './split-fields.js';

type FieldsTest = (text: string) => boolean;

interface CompiledField {
  readonly name: string;
  readonly test: FieldsTest | undefined;
}

/** A decimal number, perhaps in scientific notation; nothing of what else `Number` reads. */
const numberForm = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Fields before the ellipsis are counted from the left, those behind it from the right. Without an ellipsis a message
 * may have more fields than the pattern: the guide's `[w1=ERROR, w2]` takes every message whose first word is ERROR,
 * and TestMetricFilter's example `[]` takes messages of seven fields.
 */
export function compileSpacePattern({ before, after }: SpaceSyntax) {
  const left = before.map(compileField);
  const right = (after ?? []).map(compileField);
  // `[]` asks for nothing.
  const isBlank =
    after === undefined && before.length === 1 && before[0]?.name === '' && left[0]?.test === undefined;
  const fieldsMin = isBlank ? 0 : left.length + right.length;
  const matches = (message: string): boolean => {
    const fields = splitFields(message);
    if (fields.length < fieldsMin) return false;
    const offset = fields.length - right.length;
    return (
      left.every(({ test }, at) => test === undefined || test(fields[at] as string)) &&
      right.every(({ test }, at) => test === undefined || test(fields[offset + at] as string))
    );
  };
  const extract = (message: string): Record<string, string> => {
    const fields = splitFields(message);
    const offset = fields.length - right.length;
    const nameAt = (at: number) => (at >= offset ? right[at - offset] : left[at])?.name || String(at + 1);
    return Object.fromEntries(fields.map((value, at) => [`$${nameAt(at)}`, value]));
  };
  return { matches, extract };
}

function compileField({ name, condition }: SpaceField): CompiledField {
  return { name, test: condition && compileCondition(condition) };
}

function compileCondition(condition: SpaceCondition): FieldsTest {
  if (condition.kind === 'compare') {
    const test = compileComparison(condition.operator, condition.operand);
    return (text) => test(text, numberForm.test(text) ? Number(text) : Number.NaN);
  }
  const tests = condition.conditions.map(compileCondition);
  return condition.kind === 'and'
    ? (text) => tests.every((test) => test(text))
    : (text) => tests.some((test) => test(text));
}
