// SPDX-License-Identifier: Apache-2.0
import type { Expression, GroupingElement, SortItem } from './ast.js';
import { sortable } from './operators.js';
import type { Scope } from './scope.js';
import type { ExpressionTranslator } from './translate-expression.js';
import type { Typed } from './typed.js';

/** An item of a SELECT list, which GROUP BY and ORDER BY name by its place, and ORDER BY by its name. */
export interface Output {
  readonly name: string | undefined;
  readonly value: Typed;
}

function ordinal(
  expressions: ExpressionTranslator,
  expression: Expression,
  text: string,
  outputs: readonly Output[],
  clause: string,
): Output {
  const output = /^\d+$/.test(text) ? outputs[Number(text) - 1] : undefined;
  if (!output) throw expressions.fail(expression, `${clause} position ${text} is not in select list`);
  return output;
}

/** An element of GROUP BY in DuckDB's words. */
export function groupingSql(
  expressions: ExpressionTranslator,
  element: GroupingElement,
  scope: Scope,
  outputs: readonly Output[],
): string {
  const one = (expression: Expression): string => {
    if (expression.kind !== 'number') return expressions.translate(expression, scope).sql;
    return ordinal(expressions, expression, expression.text, outputs, 'GROUP BY').value.sql;
  };
  if (element.kind === 'simple') {
    const { of } = element;
    // A position stays one: DuckDB refuses a constant here, which a selected item may be.
    if (of.kind === 'number')
      return String(outputs.indexOf(ordinal(expressions, of, of.text, outputs, 'GROUP BY')) + 1);
    return of.kind === 'row' ? `(${of.items.map(one).join(', ')})` : one(of);
  }
  const sets = element.sets.map((set) => `(${set.map(one).join(', ')})`);
  return `${element.kind === 'sets' ? 'GROUPING SETS' : element.kind.toUpperCase()} (${sets.join(', ')})`;
}

/** What ORDER BY sees: the columns of the result by their names, and then what stands around. */
function orderScope(scope: Scope, outputs: readonly Output[]): Scope {
  const named = new Map<string, Typed>();
  for (const { name, value } of outputs)
    if (name !== undefined && !named.has(name.toLowerCase())) named.set(name.toLowerCase(), value);
  return scope.within(named);
}

/** @param byPlace sorted columns of the result are named by their places, as ORDER BY alone takes them */
export function sortItems(
  expressions: ExpressionTranslator,
  items: readonly SortItem[],
  scope: Scope,
  outputs: readonly Output[],
  byPlace = true,
): string {
  const inner = orderScope(scope, outputs);
  return items
    .map(({ by, descending, nullsFirst }) => {
      const direction = `${descending ? ' DESC' : ' ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`;
      if (by.kind === 'number') {
        const output = ordinal(expressions, by, by.text, outputs, 'ORDER BY');
        const isPlace = byPlace && output.value.type.kind !== 'ipaddress';
        return `${isPlace ? outputs.indexOf(output) + 1 : sortable(output.value)}${direction}`;
      }
      const value = expressions.translate(by, inner);
      const { sql, type } = value;
      if (!byPlace || type.kind === 'ipaddress') return `${sortable(value)}${direction}`;
      const place = outputs.findIndex(({ value }) => value.sql === sql);
      return `${place < 0 ? sql : place + 1}${direction}`;
    })
    .join(', ');
}

/**
 * Rows that are told apart are sorted by what is selected alone: by another column each of them would have several places
 * (Trino's EXPRESSION_NOT_IN_DISTINCT). The engine takes any of these.
 */
export function verifyOrderOfDistinct(
  expressions: ExpressionTranslator,
  items: readonly SortItem[],
  scope: Scope,
  outputs: readonly Output[],
): void {
  const inner = orderScope(scope, outputs);
  const selected = new Set(outputs.map(({ value }) => withoutOwnNames(value.sql)));
  for (const { by } of items) {
    if (by.kind === 'number') continue;
    const sql = withoutOwnNames(expressions.translate(by, inner).sql);
    // The relations of a query within have other names each time.
    if (!selected.has(sql) && !/\bSELECT\b/.test(sql))
      throw expressions.fail(
        by,
        'EXPRESSION_NOT_IN_DISTINCT: For SELECT DISTINCT, ORDER BY expressions must appear in select list',
      );
  }
}

/** The parameters of lambdas are named anew at each translation. */
function withoutOwnNames(sql: string): string {
  return sql.replaceAll(/\b[lp]\d+\b/g, 'l');
}
