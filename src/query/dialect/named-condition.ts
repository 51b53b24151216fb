// SPDX-License-Identifier: Apache-2.0
import type {
  ConditionOperand,
  ConditionOperator,
  ConstantValue,
  TableCondition,
} from '../table-condition.js';

/** An operand before it is known which table it is about: names as they are written, in lower case. */
export type NamedOperand =
  | ConstantValue
  | { readonly kind: 'name'; readonly parts: readonly string[] }
  | { readonly kind: 'concat'; readonly parts: readonly NamedOperand[] }
  | { readonly kind: 'cast'; readonly to: 'integer' | 'date'; readonly of: NamedOperand };

export type NamedCondition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly NamedCondition[] }
  | {
      readonly kind: 'compare';
      readonly operator: ConditionOperator;
      readonly left: NamedOperand;
      readonly right: NamedOperand;
    }
  | {
      readonly kind: 'in';
      readonly of: NamedOperand;
      readonly values: readonly ConstantValue[];
      readonly not: boolean;
    }
  | { readonly kind: 'like'; readonly of: NamedOperand; readonly pattern: string; readonly not: boolean };

/** What a name stands for in another place; undefined where nothing is known of it. */
export type Substitute = (parts: readonly string[]) => NamedOperand | undefined;

/** Conditions with names replaced; what is about a name of which nothing is known is left out. */
export function substituted(conditions: readonly NamedCondition[], substitute: Substitute): NamedCondition[] {
  return conditions.flatMap((condition) => {
    const found = inOtherNames(condition, substitute);
    return found === undefined ? [] : [found];
  });
}

function inOtherNames(condition: NamedCondition, substitute: Substitute): NamedCondition | undefined {
  switch (condition.kind) {
    case 'and':
    case 'or': {
      const terms = substituted(condition.terms, substitute);
      if (condition.kind === 'or' && terms.length < condition.terms.length) return undefined;
      return terms.length > 1 ? { kind: condition.kind, terms } : terms[0];
    }
    case 'compare': {
      const left = operandInOtherNames(condition.left, substitute);
      const right = operandInOtherNames(condition.right, substitute);
      return left === undefined || right === undefined ? undefined : { ...condition, left, right };
    }
    case 'in':
    case 'like': {
      const of = operandInOtherNames(condition.of, substitute);
      return of === undefined ? undefined : { ...condition, of };
    }
  }
}

function operandInOtherNames(operand: NamedOperand, substitute: Substitute): NamedOperand | undefined {
  switch (operand.kind) {
    case 'constant':
      return operand;
    case 'name':
      return substitute(operand.parts);
    case 'concat': {
      const parts = operand.parts.map((part) => operandInOtherNames(part, substitute));
      return parts.every((part) => part !== undefined) ? { kind: 'concat', parts } : undefined;
    }
    case 'cast': {
      const of = operandInOtherNames(operand.of, substitute);
      return of === undefined ? undefined : { ...operand, of };
    }
  }
}

export function toTableCondition(condition: NamedCondition): TableCondition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { ...condition, terms: condition.terms.map(toTableCondition) };
    case 'compare':
      return { ...condition, left: toOperand(condition.left), right: toOperand(condition.right) };
    case 'in':
    case 'like':
      return { ...condition, of: toOperand(condition.of) };
  }
}

function toOperand(operand: NamedOperand): ConditionOperand {
  switch (operand.kind) {
    case 'constant':
      return operand;
    case 'name':
      return { kind: 'column', name: operand.parts.at(-1) ?? '' };
    case 'concat':
      return { kind: 'concat', parts: operand.parts.map(toOperand) };
    case 'cast':
      return { ...operand, of: toOperand(operand.of) };
  }
}

/** The way back: conditions that a statement has for the columns of a view. */
export function ofColumns(condition: TableCondition): NamedCondition {
  const named = (operand: ConditionOperand): NamedOperand => {
    switch (operand.kind) {
      case 'constant':
        return operand;
      case 'column':
        return { kind: 'name', parts: [operand.name] };
      case 'concat':
        return { kind: 'concat', parts: operand.parts.map(named) };
      case 'cast':
        return { ...operand, of: named(operand.of) };
    }
  };
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { ...condition, terms: condition.terms.map(ofColumns) };
    case 'compare':
      return { ...condition, left: named(condition.left), right: named(condition.right) };
    case 'in':
    case 'like':
      return { ...condition, of: named(condition.of) };
  }
}
