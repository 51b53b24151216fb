// SPDX-License-Identifier: Apache-2.0
import type { ConditionOperator, ConstantValue, TableCondition } from '../../table-condition.js';
import type { TableColumn, TableName } from '../../table-source.js';

/** A table that a statement reads, and what it says of it. */
export interface ReadTable {
  readonly name: TableName;
  readonly columns: readonly TableColumn[];
  readonly where?: TableCondition;
}

interface Bound {
  readonly value?: string;
  readonly bound: 'EXACTLY' | 'ABOVE' | 'BELOW';
}

interface ColumnConstraint {
  readonly columnName: string;
  readonly type: string;
  readonly domain: {
    readonly nullsAllowed: false;
    readonly ranges: readonly { readonly low: Bound; readonly high: Bound }[];
  };
}

/** What Trino says of what it cannot tell. */
const unknown = {
  outputRowCount: 'NaN',
  outputSizeInBytes: 'NaN',
  cpuCost: 'NaN',
  maxMemory: 'NaN',
  networkCost: 'NaN',
};

/**
 * What a statement reads, in the members of Trino's EXPLAIN (TYPE IO) (Trino, "EXPLAIN"). Constraints are those on a column alone
 * that hold for every row that counts; nothing is estimated.
 */
export function ioPlan(tables: readonly ReadTable[]): unknown {
  return {
    inputTableColumnInfos: tables.map(({ name: { catalog, schema, table }, columns, where }) => ({
      table: { catalog, schemaTable: { schema, table } },
      columnConstraints: constraintsOf(where, columns),
      estimate: unknown,
    })),
    estimate: unknown,
  };
}

function constraintsOf(
  where: TableCondition | undefined,
  columns: readonly TableColumn[],
): ColumnConstraint[] {
  const terms = where === undefined ? [] : conjuncts(where);
  return terms.flatMap((term): ColumnConstraint[] => {
    const found = rangesOf(term);
    const column = columns.find(({ name }) => name.toLowerCase() === found?.column);
    if (found === undefined || column === undefined) return [];
    const { name: columnName, type } = column;
    return [{ columnName, type, domain: { nullsAllowed: false, ranges: found.ranges } }];
  });
}

function conjuncts(condition: TableCondition): readonly TableCondition[] {
  return condition.kind === 'and' ? condition.terms.flatMap(conjuncts) : [condition];
}

function rangesOf(
  term: TableCondition,
): { readonly column: string; readonly ranges: ColumnConstraint['domain']['ranges'] } | undefined {
  if (term.kind === 'in') {
    if (term.not || term.of.kind !== 'column') return undefined;
    return { column: term.of.name, ranges: term.values.map(({ text }) => range('=', text)) };
  }
  if (term.kind !== 'compare' || term.operator === '<>') return undefined;
  const { left, right, operator } = term;
  if (left.kind === 'column' && right.kind === 'constant')
    return { column: left.name, ranges: [range(operator, (right as ConstantValue).text)] };
  if (left.kind === 'constant' && right.kind === 'column')
    return { column: right.name, ranges: [range(turned[operator], (left as ConstantValue).text)] };
  return undefined;
}

const turned: Readonly<Record<ConditionOperator, ConditionOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** An end that is open is `ABOVE` everything below it, or `BELOW` everything above it. */
function range(operator: ConditionOperator, value: string): { readonly low: Bound; readonly high: Bound } {
  const exactly: Bound = { value, bound: 'EXACTLY' };
  switch (operator) {
    case '<':
      return { low: { bound: 'ABOVE' }, high: { value, bound: 'BELOW' } };
    case '<=':
      return { low: { bound: 'ABOVE' }, high: exactly };
    case '>':
      return { low: { value, bound: 'ABOVE' }, high: { bound: 'BELOW' } };
    case '>=':
      return { low: exactly, high: { bound: 'BELOW' } };
    default:
      return { low: exactly, high: exactly };
  }
}
