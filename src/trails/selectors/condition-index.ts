// SPDX-License-Identifier: Apache-2.0
import type { SelectorOperator } from './trail-selectors.js';
import { type MarkedValue, ValueTree } from './value-tree.js';

/** What one field selector says of its field: one operator at least. */
export type Conditions = { readonly [Operator in SelectorOperator]?: readonly string[] };

/** Each condition has two marks: for values that select, and for values that deselect. */
const marksPerCondition = 2;

const stampMax = 2 ** 32 - 1;

/**
 * Conditions on one field, of all selectors of all trails: a value is compared once for all of them.
 *
 * Of the operators of one condition, those that select are joined by OR, those that deselect keep out whatever meets any of
 * them, and both groups are joined by AND. A field that a record lacks meets no operator.
 * Source: CloudTrail User Guide, "Filtering data events by using advanced event selectors" (multiple conditions).
 */
export class ConditionIndex {
  readonly #starts: ValueTree;
  readonly #ends: ValueTree;
  readonly #selects: readonly boolean[];
  /** By marks: the last value for which something was found. */
  readonly #stamps: Uint32Array;
  #stamp = 0;
  #isAbsent = true;

  constructor(conditions: readonly Conditions[]) {
    const marked = conditions.map((each, id) => markedValues(each, id * marksPerCondition));
    this.#starts = new ValueTree(
      marked.flatMap(({ starts }) => starts),
      'start',
    );
    this.#ends = new ValueTree(
      marked.flatMap(({ ends }) => ends),
      'end',
    );
    this.#selects = conditions.map(
      ({ equals, startsWith, endsWith }) => (equals ?? startsWith ?? endsWith) !== undefined,
    );
    this.#stamps = new Uint32Array(conditions.length * marksPerCondition);
  }

  /** Turns to another value; undefined is a field that the record lacks. */
  look(value: string | undefined): void {
    this.#isAbsent = value === undefined;
    this.#nextStamp();
    if (value === undefined) return;
    this.#starts.find(value, this.#stamps, this.#stamp);
    this.#ends.find(value, this.#stamps, this.#stamp);
  }

  /** Whether the value passes a condition, by its place in the list. */
  passes(id: number): boolean {
    if (this.#selects[id] !== true) return !this.#has(id * marksPerCondition + 1);
    if (this.#isAbsent) return false;
    return this.#has(id * marksPerCondition) && !this.#has(id * marksPerCondition + 1);
  }

  #has(mark: number): boolean {
    return this.#stamps[mark] === this.#stamp;
  }

  #nextStamp(): void {
    if (this.#stamp === stampMax) {
      this.#stamps.fill(0);
      this.#stamp = 0;
    }
    this.#stamp += 1;
  }
}

function markedValues(conditions: Conditions, mark: number): { starts: MarkedValue[]; ends: MarkedValue[] } {
  const { equals, startsWith, endsWith, notEquals, notStartsWith, notEndsWith } = conditions;
  const valuesOf = (values: readonly string[] = [], offset: number, isWhole: boolean) =>
    values.map((value) => ({ value, mark: mark + offset, isWhole }));
  return {
    starts: [
      ...valuesOf(equals, 0, true),
      ...valuesOf(startsWith, 0, false),
      ...valuesOf(notEquals, 1, true),
      ...valuesOf(notStartsWith, 1, false),
    ],
    ends: [...valuesOf(endsWith, 0, false), ...valuesOf(notEndsWith, 1, false)],
  };
}
