// SPDX-License-Identifier: Apache-2.0
import type { Expression, Name } from '../language/syntax.js';
import { SelectError } from '../select-error.js';
import { calculate, negate } from '../values/arithmetic.js';
import { cast, looseNumber } from '../values/cast.js';
import { isEqual, isNumeric, order } from '../values/compare.js';
import { isAbsent, type Value } from '../values/value.js';
import { along, type Evaluate, type RowNames, sameName } from './bindings.js';
import { callFunction, dateFunction, extractPart, trimText } from './functions.js';
import { likePattern } from './like.js';

export interface Scope {
  readonly names: RowNames;
  readonly alias: Name;
  /** What UTCNOW() says during all of the query, ms since the epoch. */
  readonly nowMs: number;
  /** The value of an aggregate, where those may stand. */
  readonly aggregate?: (expression: Extract<Expression, { kind: 'aggregate' }>) => Evaluate;
}

/** Makes a function of an expression. Throws SelectError for names and calls that can mean nothing. */
export function compileExpression(expression: Expression, scope: Scope): Evaluate {
  const compiled = (inner: Expression) => compileExpression(inner, scope);
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'path':
      return compilePath(expression, scope);
    case 'list':
      return compileList(expression.items.map(compiled));
    case 'not':
      return compileNot(compiled(expression.operand));
    case 'negative':
      return present(number(expression.operand, scope), negate);
    case 'and':
      return junction(expression.operands.map(compiled), false);
    case 'or':
      return junction(expression.operands.map(compiled), true);
    case 'compare':
      return compileComparison(expression, scope);
    case 'arithmetic': {
      const { operator } = expression;
      const [left, right] = [number(expression.left, scope), number(expression.right, scope)];
      return bothPresent(left, right, (a, b) => calculate(operator, a, b));
    }
    case 'concat':
      return bothPresent(compiled(expression.left), compiled(expression.right), concatenate);
    case 'is':
      return compileIs(expression, compiled(expression.operand));
    case 'in':
      return compileIn(expression, scope);
    case 'between':
      return compileBetween(expression, scope);
    case 'like':
      return compileLike(expression, scope);
    case 'case':
      return compileCase(expression, scope);
    case 'cast': {
      const { type } = expression;
      const operand = compiled(expression.operand);
      return (row) => cast(operand(row), type);
    }
    case 'call':
      return callFunction(expression.name, expression.arguments.map(compiled), scope.nowMs);
    case 'extract':
      return present(compiled(expression.operand), (value) => extractPart(expression.part, value));
    case 'dateAdd':
    case 'dateDiff': {
      const { kind, part } = expression;
      const first = kind === 'dateAdd' ? number(expression.first, scope) : compiled(expression.first);
      return bothPresent(first, compiled(expression.second), (a, b) => dateFunction(kind, part, a, b));
    }
    case 'trim': {
      const { side, characters } = expression;
      const of = characters === undefined ? () => ' ' : compiled(characters);
      return bothPresent(of, compiled(expression.operand), (a, b) => trimText(side, a, b));
    }
    case 'aggregate': {
      if (scope.aggregate === undefined)
        throw new SelectError('UnsupportedSqlStructure', 'An aggregate function cannot stand here.');
      return scope.aggregate(expression);
    }
  }
}

/** The alias comes first; what it does not name is a field of the row. */
function compilePath(expression: Extract<Expression, { kind: 'path' }>, { names, alias }: Scope): Evaluate {
  const { root, steps } = expression;
  if (!sameName({ ...root, quoted: root.quoted || alias.quoted }, alias.text))
    return along(names.field(root), steps);
  const [first, ...rest] = steps;
  if (first === undefined) return names.whole;
  return first.kind === 'name' ? along(names.field(first.name), rest) : along(names.whole, steps);
}

/** An operand of which a number is wanted: fields of files without types are read as numbers where they can be. */
export function number(expression: Expression, scope: Scope): Evaluate {
  const evaluate = compileExpression(expression, scope);
  return scope.names.isText && expression.kind === 'path' ? (row) => looseNumber(evaluate(row)) : evaluate;
}

/** MISSING goes before NULL, as in PartiQL. */
function absence(...values: readonly Value[]): null | undefined {
  return values.includes(undefined) ? undefined : null;
}

function present(operand: Evaluate, apply: (value: Value) => Value): Evaluate {
  return (row) => {
    const value = operand(row);
    return isAbsent(value) ? value : apply(value);
  };
}

function bothPresent(left: Evaluate, right: Evaluate, apply: (left: Value, right: Value) => Value): Evaluate {
  return (row) => {
    const [a, b] = [left(row), right(row)];
    return isAbsent(a) || isAbsent(b) ? absence(a, b) : apply(a, b);
  };
}

function compileList(items: readonly Evaluate[]): Evaluate {
  return (row) => items.map((item) => item(row));
}

function compileNot(operand: Evaluate): Evaluate {
  return present(operand, (value) => (typeof value === 'boolean' ? !value : null));
}

/** AND (`decisive` false) and OR (true) of three-valued logic: what is decided is not evaluated further. */
function junction(operands: readonly Evaluate[], decisive: boolean): Evaluate {
  return (row) => {
    let isUnknown = false;
    for (const operand of operands) {
      const value = operand(row);
      if (value === decisive) return decisive;
      if (value !== !decisive) isUnknown = true;
    }
    return isUnknown ? null : !decisive;
  };
}

const verdicts = {
  '=': (sign: number) => sign === 0,
  '<>': (sign: number) => sign !== 0,
  '<': (sign: number) => sign < 0,
  '>': (sign: number) => sign > 0,
  '<=': (sign: number) => sign <= 0,
  '>=': (sign: number) => sign >= 0,
} as const;

type Comparison = (left: Value, right: Value) => boolean | null;

/** Values of two types are not equal, and have no order: neither is smaller. */
function comparison(operator: keyof typeof verdicts): Comparison {
  if (operator === '=') return isEqual;
  if (operator === '<>') return (left, right) => !isEqual(left, right);
  const verdict = verdicts[operator];
  return (left, right) => {
    const sign = order(left, right);
    return sign === undefined ? null : verdict(sign);
  };
}

/** With fields of files without types a number is compared as a number. */
function loosely(compare: Comparison, { names }: Scope): Comparison {
  if (!names.isText) return compare;
  return (left, right) => {
    if (isNumeric(left) === isNumeric(right)) return compare(left, right);
    return compare(looseNumber(left), looseNumber(right));
  };
}

function compileComparison(expression: Extract<Expression, { kind: 'compare' }>, scope: Scope): Evaluate {
  const compare = loosely(comparison(expression.operator), scope);
  const [left, right] = [expression.left, expression.right].map((side) => compileExpression(side, scope));
  return bothPresent(left as Evaluate, right as Evaluate, compare);
}

function concatenate(left: Value, right: Value): string {
  if (typeof left !== 'string' || typeof right !== 'string')
    throw new SelectError('IncorrectSqlFunctionArgumentType', 'Both sides of || must be strings.');
  return left + right;
}

function compileIs(expression: Extract<Expression, { kind: 'is' }>, operand: Evaluate): Evaluate {
  const { what, negated } = expression;
  return (row) => {
    const value = operand(row);
    return (value === undefined || (what === 'null' && value === null)) !== negated;
  };
}

function compileIn(expression: Extract<Expression, { kind: 'in' }>, scope: Scope): Evaluate {
  const { negated, list } = expression;
  const operand = compileExpression(expression.operand, scope);
  const compare = loosely(isEqual, scope);
  const texts = textsOf(list);
  if (texts !== undefined)
    return present(operand, (value) => (typeof value === 'string' && texts.has(value)) !== negated);
  const items = compileExpression(list, scope);
  return (row) => {
    const [value, among] = [operand(row), items(row)];
    if (isAbsent(value) || !Array.isArray(among)) return null;
    if (among.some((item: Value) => !isAbsent(item) && compare(value, item))) return !negated;
    return among.some(isAbsent) ? null : negated;
  };
}

/** A list of nothing but text: long ones are looked up, not gone through. */
function textsOf(list: Expression): ReadonlySet<string> | undefined {
  if (list.kind !== 'list') return undefined;
  const values = list.items.map((item) => (item.kind === 'literal' ? item.value : undefined));
  return values.every((value) => typeof value === 'string') ? new Set(values) : undefined;
}

function compileBetween(expression: Extract<Expression, { kind: 'between' }>, scope: Scope): Evaluate {
  const [operand, low, high] = [expression.operand, expression.low, expression.high].map((each) =>
    compileExpression(each, scope),
  );
  const atLeast = bothPresent(operand as Evaluate, low as Evaluate, loosely(comparison('>='), scope));
  const atMost = bothPresent(operand as Evaluate, high as Evaluate, loosely(comparison('<='), scope));
  const both = junction([atLeast, atMost], false);
  return expression.negated ? compileNot(both) : both;
}

function compileLike(expression: Extract<Expression, { kind: 'like' }>, scope: Scope): Evaluate {
  const operand = compileExpression(expression.operand, scope);
  const pattern = compileExpression(expression.pattern, scope);
  const escaping = expression.escape && compileExpression(expression.escape, scope);
  const isFixed =
    expression.pattern.kind === 'literal' && (expression.escape?.kind ?? 'literal') === 'literal';
  const fixed = isFixed
    ? likeTest(pattern(undefined), escaping?.(undefined), escaping !== undefined)
    : undefined;
  return (row) => {
    const text = operand(row);
    const test = isFixed ? fixed : likeTest(pattern(row), escaping?.(row), escaping !== undefined);
    if (isAbsent(text) || test === undefined) return null;
    if (typeof text !== 'string') throw new SelectError('LikeInvalidInputs');
    return test(text) !== expression.negated;
  };
}

/** undefined where pattern or escape are absent. */
function likeTest(
  pattern: Value,
  escaping: Value,
  hasEscape: boolean,
): ((text: string) => boolean) | undefined {
  if (isAbsent(pattern) || (hasEscape && isAbsent(escaping))) return undefined;
  if (typeof pattern !== 'string' || (hasEscape && typeof escaping !== 'string'))
    throw new SelectError('LikeInvalidInputs');
  return likePattern(pattern, typeof escaping === 'string' ? escaping : undefined);
}

function compileCase(expression: Extract<Expression, { kind: 'case' }>, scope: Scope): Evaluate {
  const { operand, otherwise } = expression;
  const compare = loosely(isEqual, scope);
  const subject = operand && compileExpression(operand, scope);
  const branches = expression.branches.map(({ when, result }) => {
    const value = compileExpression(when, scope);
    const holds = subject === undefined ? value : bothPresent(subject, value, compare);
    return { holds, result: compileExpression(result, scope) };
  });
  const last = otherwise === undefined ? () => null : compileExpression(otherwise, scope);
  return (row) => (branches.find(({ holds }) => holds(row) === true)?.result ?? last)(row);
}
