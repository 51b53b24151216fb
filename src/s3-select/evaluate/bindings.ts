// SPDX-License-Identifier: Apache-2.0
import type { Name, PathStep } from '../language/syntax.js';
import { SelectError } from '../select-error.js';
import { isStruct, type Struct, type Value } from '../values/value.js';

/** A row as a reader gives it: the value of a JSON row, a struct of a Parquet row, the fields of a CSV row. */
export type Row = Value;
export type Evaluate = (row: Row) => Value;

/** What names mean in the rows of one object. Throws SelectError for a name that no row can have. */
export interface RowNames {
  field(name: Name): Evaluate;
  /** The row as one value. */
  whole: Evaluate;
  /** Fields are text where the format knows no types (CSV): numbers are read out of them where numbers are wanted. */
  readonly isText: boolean;
}

export function sameName(name: Name, other: string): boolean {
  return name.quoted ? name.text === other : name.text.toLowerCase() === other.toLowerCase();
}

/** The names of rows that are structs. What a row does not have is MISSING. */
export const structNames: RowNames = {
  field: (name) => member(name),
  whole: (row) => row,
  isText: false,
};

/**
 * The member of a struct. In quotes the case counts; without, two names that differ only in case are ambiguous.
 * Source: S3 User Guide, "SELECT command", Case sensitivity of header/attribute names.
 */
export function member(name: Name): (value: Value) => Value {
  const { text, quoted } = name;
  if (quoted) return (value) => (isStruct(value) && Object.hasOwn(value, text) ? value[text] : undefined);
  const lower = text.toLowerCase();
  return (value) => (isStruct(value) ? anyCase(value, text, lower) : undefined);
}

function anyCase(struct: Struct, text: string, lower: string): Value {
  let found: string | undefined;
  for (const name in struct) {
    if (name.length !== lower.length || (name !== text && name.toLowerCase() !== lower)) continue;
    if (found !== undefined) throw new SelectError('AmbiguousFieldName');
    found = name;
  }
  return found === undefined ? undefined : struct[found];
}

/** The value that steps lead to from another. */
export function along(start: Evaluate, steps: readonly PathStep[]): Evaluate {
  return steps.reduce((from, step) => {
    const take = step.kind === 'name' ? member(step.name) : element(step.kind === 'index' ? step.index : -1);
    return (row) => take(from(row));
  }, start);
}

function element(index: number): (value: Value) => Value {
  return (value) => (Array.isArray(value) ? (value[index] as Value) : undefined);
}
