// SPDX-License-Identifier: Apache-2.0
import { type Expression, isAggregate, type Projection, type Query } from '../language/syntax.js';
import type { Value } from '../values/value.js';
import { makeAggregate } from './aggregates.js';
import type { Evaluate, Row, RowNames } from './bindings.js';
import { compileExpression, number, type Scope } from './compile-expression.js';

/** A query ready for the rows of one object. */
export interface CompiledQuery {
  /** Whether WHERE lets a row through. */
  passes(row: Row): boolean;
  /** How rows come out; undefined for `*`: as they are. */
  readonly columns: readonly OutputColumn[] | undefined;
  /** With aggregate functions: takes in a row that passed; the one row that comes out has `columns` with it. */
  readonly add?: (row: Row) => void;
  readonly limit: number;
}

export interface OutputColumn {
  readonly name: string;
  readonly value: Evaluate;
}

/** @param nowMs what UTCNOW() says, ms since the epoch. Throws SelectError for names that the rows cannot have. */
export function compileQuery(query: Query, names: RowNames, nowMs: number): CompiledQuery {
  const inputs: ((row: Row) => void)[] = [];
  const rowScope: Scope = { names, alias: query.alias, nowMs };
  const aggregate: NonNullable<Scope['aggregate']> = (expression) => {
    const sum = makeAggregate(expression.name);
    const operand = operandOf(expression, rowScope);
    inputs.push((row) => sum.add(operand(row)));
    return () => sum.result();
  };
  const scope: Scope = { ...rowScope, aggregate };
  const where = query.where === undefined ? undefined : compileExpression(query.where, rowScope);
  const { projections } = query;
  const isSummed = projections !== '*' && projections.some(({ expression }) => isAggregate(expression));
  const columns = projections === '*' ? undefined : projections.map((each, at) => toColumn(each, at, scope));
  return {
    passes: where === undefined ? () => true : (row) => where(row) === true,
    columns,
    limit: query.limit ?? Number.POSITIVE_INFINITY,
    ...(isSummed ? { add: (row: Row) => addTo(inputs, row) } : {}),
  };
}

/** `COUNT(*)` counts what is not MISSING too: rows are. */
function operandOf({ name, operand }: Extract<Expression, { kind: 'aggregate' }>, scope: Scope): Evaluate {
  if (operand === undefined) return (): Value => true;
  return name === 'count' ? compileExpression(operand, scope) : number(operand, scope);
}

function addTo(inputs: readonly ((row: Row) => void)[], row: Row): void {
  for (const input of inputs) input(row);
}

/** A column is called by its alias, by the last name of its path, or by its place: `_1`. */
function toColumn({ expression, alias }: Projection, at: number, scope: Scope): OutputColumn {
  return { name: alias ?? nameOf(expression) ?? `_${at + 1}`, value: compileExpression(expression, scope) };
}

function nameOf(expression: Expression): string | undefined {
  if (expression.kind !== 'path') return undefined;
  const last = expression.steps.at(-1);
  if (last === undefined) return expression.root.text;
  return last.kind === 'name' ? last.name.text : undefined;
}
