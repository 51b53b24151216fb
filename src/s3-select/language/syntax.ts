// SPDX-License-Identifier: Apache-2.0
import type { ArithmeticOperator } from '../values/arithmetic.js';
import type { CastType } from '../values/cast.js';
import type { DatePart } from '../values/timestamp.js';
import type { Value } from '../values/value.js';

/** A name as written: in quotes its case counts. */
export interface Name {
  readonly text: string;
  readonly quoted: boolean;
}

export type PathStep =
  | { readonly kind: 'name'; readonly name: Name }
  | { readonly kind: 'index'; readonly index: number }
  /** `[*]` */
  | { readonly kind: 'elements' }
  /** `.*` */
  | { readonly kind: 'members' };

export type ComparisonOperator = '=' | '<>' | '<' | '>' | '<=' | '>=';
export type AggregateName = 'avg' | 'count' | 'max' | 'min' | 'sum';
export type ExtractPart = DatePart | 'timezone_hour' | 'timezone_minute';

export type Expression =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  /** The first step is the alias, or a field of the row. */
  | { readonly kind: 'path'; readonly root: Name; readonly steps: readonly PathStep[] }
  | { readonly kind: 'not' | 'negative'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'arithmetic';
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'concat'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'is';
      readonly operand: Expression;
      readonly what: 'null' | 'missing';
      readonly negated: boolean;
    }
  | {
      readonly kind: 'in';
      readonly operand: Expression;
      readonly list: Expression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'between';
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'like';
      readonly operand: Expression;
      readonly pattern: Expression;
      readonly escape?: Expression;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'case';
      /** Of a simple CASE. */
      readonly operand?: Expression;
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[];
      readonly otherwise?: Expression;
    }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly type: CastType }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'extract'; readonly part: ExtractPart; readonly operand: Expression }
  | {
      readonly kind: 'dateAdd' | 'dateDiff';
      readonly part: DatePart;
      readonly first: Expression;
      readonly second: Expression;
    }
  | {
      readonly kind: 'trim';
      readonly side: 'leading' | 'trailing' | 'both';
      readonly characters?: Expression;
      readonly operand: Expression;
    }
  /** Without an operand: `COUNT(*)`. */
  | { readonly kind: 'aggregate'; readonly name: AggregateName; readonly operand?: Expression };

export interface Projection {
  readonly expression: Expression;
  readonly alias?: string;
}

export interface Query {
  /** `*`: the rows as they are. */
  readonly projections: '*' | readonly Projection[];
  /** Of FROM, behind `S3Object[*]`. */
  readonly path: readonly PathStep[];
  /** By which rows are named; what stands for a missing alias is already in. */
  readonly alias: Name;
  readonly where?: Expression;
  readonly limit?: number;
}

export function isAggregate(expression: Expression): boolean {
  return expression.kind === 'aggregate' || childrenOf(expression).some(isAggregate);
}

export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'path':
      return [];
    case 'list':
      return expression.items;
    case 'and':
    case 'or':
      return expression.operands;
    case 'compare':
    case 'arithmetic':
    case 'concat':
      return [expression.left, expression.right];
    case 'in':
      return [expression.operand, expression.list];
    case 'between':
      return [expression.operand, expression.low, expression.high];
    case 'like':
      return [expression.operand, expression.pattern, ...one(expression.escape)];
    case 'case':
      return [
        ...one(expression.operand),
        ...expression.branches.flatMap(({ when, result }) => [when, result]),
        ...one(expression.otherwise),
      ];
    case 'call':
      return expression.arguments;
    case 'dateAdd':
    case 'dateDiff':
      return [expression.first, expression.second];
    case 'trim':
      return [...one(expression.characters), expression.operand];
    case 'aggregate':
      return one(expression.operand);
    default:
      return [expression.operand];
  }
}

function one(expression: Expression | undefined): readonly Expression[] {
  return expression === undefined ? [] : [expression];
}
