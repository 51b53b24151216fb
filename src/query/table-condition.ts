// SPDX-License-Identifier: Apache-2.0
import type { TableName } from './table-source.js';

/**
 * What a column is compared with. `integer` as digits, `decimal` with a point, `date` as `2026-11-21`, `timestamp` as
 * `2026-11-21 10:00:00.000`.
 */
export interface ConstantValue {
  readonly kind: 'constant';
  readonly type: 'varchar' | 'integer' | 'decimal' | 'date' | 'timestamp';
  readonly text: string;
}

export type ConditionOperand =
  | ConstantValue
  /** By its name, in lower case. Whether the table has such a column is for who knows the table. */
  | { readonly kind: 'column'; readonly name: string }
  /** Texts, one after another: `year || '-' || month`. */
  | { readonly kind: 'concat'; readonly parts: readonly ConditionOperand[] }
  /** A text as the number or the day that it names. */
  | { readonly kind: 'cast'; readonly to: 'integer' | 'date'; readonly of: ConditionOperand };

export type ConditionOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/**
 * What a statement's WHERE says of one table's columns: a row for which it is not true cannot count for the answer. What it
 * says besides is left out, so it never says more than the statement does.
 */
export type TableCondition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly TableCondition[] }
  | {
      readonly kind: 'compare';
      readonly operator: ConditionOperator;
      readonly left: ConditionOperand;
      readonly right: ConditionOperand;
    }
  | {
      readonly kind: 'in';
      readonly of: ConditionOperand;
      readonly values: readonly ConstantValue[];
      readonly not: boolean;
    }
  /** `%` any text, `_` any character; without an escape character. */
  | {
      readonly kind: 'like';
      readonly of: ConditionOperand;
      readonly pattern: string;
      readonly not: boolean;
    };

/** A table that a statement reads. */
export interface WantedTable extends TableName {
  readonly where?: TableCondition;
  /** Hidden columns that it names: `$path`. */
  readonly hidden?: readonly string[];
  /** Only its columns are wanted: the statement is explained, not run. Whoever gives its files as well does no harm. */
  readonly schemaOnly?: boolean;
}

/** Beyond so many nodes (values of IN each count) a condition is not looked at: all partitions are read. */
export const conditionNodesMax = 5_000;
export const conditionDepthMax = 32;

/** Whether something from another process is a condition, and small enough to go by. */
export function isTableCondition(value: unknown): value is TableCondition {
  let nodes = 0;
  const each = (list: unknown, is: (item: unknown, depth: number) => boolean, depth: number): boolean =>
    Array.isArray(list) && list.every((item) => is(item, depth));
  const isOperand = (operand: unknown, depth: number): boolean => {
    nodes += 1;
    if (nodes > conditionNodesMax || depth > conditionDepthMax || !isObject(operand)) return false;
    switch (operand.kind) {
      case 'constant':
        return constantTypes.has(operand.type) && isText(operand.text);
      case 'column':
        return isText(operand.name);
      case 'concat':
        return each(operand.parts, isOperand, depth + 1);
      case 'cast':
        return (operand.to === 'integer' || operand.to === 'date') && isOperand(operand.of, depth + 1);
      default:
        return false;
    }
  };
  const isCondition = (condition: unknown, depth: number): boolean => {
    nodes += 1;
    if (nodes > conditionNodesMax || depth > conditionDepthMax || !isObject(condition)) return false;
    const isNegatable = typeof condition.not === 'boolean';
    switch (condition.kind) {
      case 'and':
      case 'or':
        return each(condition.terms, isCondition, depth + 1);
      case 'compare':
        return (
          operators.has(condition.operator) &&
          isOperand(condition.left, depth + 1) &&
          isOperand(condition.right, depth + 1)
        );
      case 'in':
        return (
          isNegatable &&
          isOperand(condition.of, depth + 1) &&
          each(
            condition.values,
            (item) => isObject(item) && item.kind === 'constant' && isOperand(item, 0),
            0,
          )
        );
      case 'like':
        return isNegatable && isOperand(condition.of, depth + 1) && isText(condition.pattern);
      default:
        return false;
    }
  };
  return isCondition(value, 0);
}

const constantTypes: ReadonlySet<unknown> = new Set<ConstantValue['type']>([
  'varchar',
  'integer',
  'decimal',
  'date',
  'timestamp',
]);

const operators: ReadonlySet<unknown> = new Set<ConditionOperator>(['=', '<>', '<', '<=', '>', '>=']);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
