// SPDX-License-Identifier: Apache-2.0
import { type ConditionOperator, type ConstantValue, conditionDepthMax } from '../table-condition.js';
import type { BinaryOperator, Expression, Query } from './ast.js';
import type { NamedCondition, NamedOperand } from './named-condition.js';
import { QueryParser } from './parse-query.js';
import { readTokens } from './tokens.js';

/** Reads conditions out of expressions: what they say of columns compared with constants. */
export class ConditionExpressions {
  readonly #parameters: readonly string[] | undefined;
  readonly #constant: (expression: Expression) => ConstantValue | undefined;

  /** @param constant the value of an expression that names no column; undefined when it is not known */
  constructor(
    parameters: readonly string[] | undefined,
    constant: (expression: Expression) => ConstantValue | undefined,
  ) {
    this.#parameters = parameters;
    this.#constant = constant;
  }

  /** What is certain about an expression that must be true (false, when negated); undefined for nothing. */
  condition(expression: Expression, isNegated: boolean, depth = 0): NamedCondition | undefined {
    if (depth > conditionDepthMax / 2) return undefined;
    switch (expression.kind) {
      case 'and':
      case 'or': {
        const terms = expression.terms.map((term) => this.condition(term, isNegated, depth + 1));
        const known = terms.filter((term) => term !== undefined);
        const isAnd = (expression.kind === 'and') !== isNegated;
        if (!isAnd && known.length < terms.length) return undefined;
        return known.length > 1 ? { kind: isAnd ? 'and' : 'or', terms: known } : known[0];
      }
      case 'not':
        return this.condition(expression.of, !isNegated, depth + 1);
      case 'operation': {
        const operator = operators[expression.operator];
        if (operator === undefined) return undefined;
        return this.#comparison(
          isNegated ? opposites[operator] : operator,
          expression.left,
          expression.right,
        );
      }
      case 'between': {
        const isOutside = expression.not !== isNegated;
        const from = this.#comparison(isOutside ? '<' : '>=', expression.of, expression.from);
        const to = this.#comparison(isOutside ? '>' : '<=', expression.of, expression.to);
        if (from === undefined || to === undefined) return isOutside ? undefined : (from ?? to);
        return { kind: isOutside ? 'or' : 'and', terms: [from, to] };
      }
      case 'in': {
        const of = this.operand(expression.of);
        const values = expression.list.map((item) => this.operand(item));
        if (of === undefined || of.kind === 'constant') return undefined;
        if (!values.every((value) => value?.kind === 'constant')) return undefined;
        return { kind: 'in', of, values: values as ConstantValue[], not: expression.not !== isNegated };
      }
      case 'like': {
        const of = this.operand(expression.of);
        const pattern = this.operand(expression.pattern);
        if (of === undefined || pattern?.kind !== 'constant' || pattern.type !== 'varchar') return undefined;
        if (expression.escapedBy !== undefined) return undefined;
        return { kind: 'like', of, pattern: pattern.text, not: expression.not !== isNegated };
      }
      default:
        return undefined;
    }
  }

  #comparison(operator: ConditionOperator, a: Expression, b: Expression): NamedCondition | undefined {
    const [left, right] = [this.operand(a), this.operand(b)];
    if (left === undefined || right === undefined) return undefined;
    if (left.kind === 'constant' && right.kind === 'constant') return undefined;
    return { kind: 'compare', operator, left, right };
  }

  operand(expression: Expression): NamedOperand | undefined {
    switch (expression.kind) {
      case 'string':
        return { kind: 'constant', type: 'varchar', text: expression.text };
      case 'number':
        return numberOf(expression.text);
      case 'negate':
        return (
          (expression.of.kind === 'number' ? numberOf(`-${expression.of.text}`) : undefined) ??
          this.#computed(expression)
        );
      case 'typed':
        return expression.type === 'date' && /^\d{4}-\d{2}-\d{2}$/.test(expression.text)
          ? { kind: 'constant', type: 'date', text: expression.text }
          : this.#computed(expression);
      case 'parameter':
        return this.#parameter(expression.index);
      case 'name':
        return { kind: 'name', parts: expression.parts.map(({ name }) => name.toLowerCase()) };
      case 'concat':
        return this.#concat(expression.terms) ?? this.#computed(expression);
      case 'cast': {
        const to = castsTo.get(expression.type.toLowerCase());
        const of = to === undefined ? undefined : this.operand(expression.of);
        if (to === undefined || of === undefined || of.kind === 'constant') return this.#computed(expression);
        return { kind: 'cast', to, of };
      }
      case 'call': {
        const [argument] = expression.args;
        if (expression.name === 'concat') return this.#concat(expression.args) ?? this.#computed(expression);
        if (expression.name !== 'date' || expression.args.length !== 1 || argument === undefined)
          return this.#computed(expression);
        const of = this.operand(argument);
        return of === undefined || of.kind === 'constant'
          ? this.#computed(expression)
          : { kind: 'cast', to: 'date', of };
      }
      default:
        return this.#computed(expression);
    }
  }

  #concat(terms: readonly Expression[]): NamedOperand | undefined {
    if (terms.every((term) => isConstant(term))) return undefined;
    const parts = terms.map((term) => this.operand(term));
    return parts.every((part) => part !== undefined) ? { kind: 'concat', parts } : undefined;
  }

  #computed(expression: Expression): ConstantValue | undefined {
    return isConstant(expression) ? this.#constant(expression) : undefined;
  }

  #parameter(index: number): NamedOperand | undefined {
    const text = this.#parameters?.[index];
    if (text === undefined) return undefined;
    try {
      const parser = new QueryParser(text, readTokens(text, 'athena'));
      const expression = parser.expression();
      const operand = isConstant(expression) ? this.operand(expression) : undefined;
      return parser.token.kind === 'end' && operand?.kind === 'constant' ? operand : undefined;
    } catch {
      // What is wrong with it the statement's own translation says.
      return undefined;
    }
  }
}

function numberOf(text: string): ConstantValue | undefined {
  if (/^-?\d+$/.test(text)) return { kind: 'constant', type: 'integer', text };
  return /^-?\d+\.\d+$/.test(text) ? { kind: 'constant', type: 'decimal', text } : undefined;
}

const operators: Readonly<Partial<Record<BinaryOperator, ConditionOperator>>> = {
  '=': '=',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

const opposites: Readonly<Record<ConditionOperator, ConditionOperator>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

const castsTo: ReadonlyMap<string, 'integer' | 'date'> = new Map([
  ['integer', 'integer'],
  ['int', 'integer'],
  ['bigint', 'integer'],
  ['date', 'date'],
]);

/** Functions that say something else each time. */
const volatile = /^(?:rand|random|uuid|shuffle)$/;

/** It names no column and asks nothing: it has one value in the whole query. */
function isConstant(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return true;
  if (isQuery(node)) return false;
  const { kind, name } = node as { readonly kind?: unknown; readonly name?: unknown };
  if (kind === 'name' || kind === 'lambda' || kind === 'parameter') return false;
  if (kind === 'call' && typeof name === 'string' && volatile.test(name)) return false;
  return Object.values(node).every(isConstant);
}

export function isQuery(node: object): node is Query {
  return 'body' in node && 'with' in node && 'orderBy' in node;
}
