// SPDX-License-Identifier: Apache-2.0
import type { SelectorOperator } from './trail-selectors.js';

/** Whether a field's value passes the conditions of one field selector; undefined is a field that the record lacks. */
export type FieldTest = (value: string | undefined) => boolean;

type Conditions = { readonly [Operator in SelectorOperator]?: readonly string[] };

/**
 * Conditions that select are joined by OR, those that deselect keep out whatever meets any of them, and both groups are
 * joined by AND. A field that a record lacks meets no condition.
 * Source: CloudTrail User Guide, "Filtering data events by using advanced event selectors" (multiple conditions).
 */
export function fieldTest(conditions: Conditions): FieldTest {
  const selects = anyOf(conditions.equals, conditions.startsWith, conditions.endsWith);
  const deselects = anyOf(conditions.notEquals, conditions.notStartsWith, conditions.notEndsWith);
  if (deselects === undefined) return (value) => value !== undefined && (selects?.(value) ?? true);
  if (selects === undefined) return (value) => value === undefined || !deselects(value);
  return (value) => value !== undefined && selects(value) && !deselects(value);
}

type Values = readonly string[] | undefined;

/** Undefined when there is no condition of these. */
function anyOf(equal: Values, starts: Values, ends: Values): ((value: string) => boolean) | undefined {
  const tests = [
    ...(equal === undefined ? [] : [equalsOne(equal)]),
    ...(starts === undefined ? [] : [startsWithOne(starts)]),
    ...(ends === undefined ? [] : [(value: string) => ends.some((end) => value.endsWith(end))]),
  ];
  const [first] = tests;
  if (first === undefined) return undefined;
  return tests.length === 1 ? first : (value) => tests.some((test) => test(value));
}

function equalsOne(values: readonly string[]): (value: string) => boolean {
  const [only] = values;
  if (values.length === 1) return (value) => value === only;
  const all = new Set(values);
  return (value) => all.has(value);
}

/** A trail may name 500 prefixes: those of one length are looked up at once. */
export function startsWithOne(prefixes: readonly string[]): (value: string) => boolean {
  const [only] = prefixes;
  if (prefixes.length === 1 && only !== undefined) return (value) => value.startsWith(only);
  const byLength = new Map<number, Set<string>>();
  for (const prefix of prefixes) {
    const same = byLength.get(prefix.length) ?? new Set();
    byLength.set(prefix.length, same.add(prefix));
  }
  const groups = [...byLength];
  return (value) => groups.some(([length, same]) => same.has(value.slice(0, length)));
}
