// SPDX-License-Identifier: Apache-2.0
import type { Expression, SelectBody } from './ast.js';
import { FUNCTIONS } from './functions/all-functions.js';
import { Scope } from './scope.js';
import type { Output } from './selected-outputs.js';
import type { ExpressionTranslator } from './translate-expression.js';

/**
 * Complains of a column that is selected as it is beside aggregates or groups that it is no part of, by the name that the
 * statement has for it. The engine complains of all others, and knows names of its own alone.
 *
 * @throws QueryError SYNTAX_ERROR
 */
export function verifyGroupedNames(
  expressions: ExpressionTranslator,
  body: SelectBody,
  scope: Scope,
  outputs: readonly Output[],
): void {
  if (!isGrouped(body)) return;
  const own = new Scope(scope.relations);
  const keys = new Set<string>();
  for (const key of keysOf(body)) {
    const output = key.kind === 'number' ? outputs[Number(key.text) - 1] : undefined;
    keys.add((output?.value ?? expressions.translate(key, scope)).sql);
  }
  for (const item of body.items) {
    if (item.kind !== 'expression' || item.of.kind !== 'name') continue;
    const { parts } = item.of;
    // A field goes with its row; a name of the query around is a constant here.
    const found = parts.map((_, place) => own.find(parts.slice(0, place + 1)));
    if (typeof found.at(-1) === 'string') continue;
    if (found.some((value) => typeof value !== 'string' && keys.has(value.sql))) continue;
    throw expressions.fail(
      item.of,
      `EXPRESSION_NOT_AGGREGATE: '${parts.map(({ name }) => name).join('.')}' must be an aggregate expression or appear in GROUP BY clause`,
    );
  }
}

function keysOf({ groupBy }: SelectBody): readonly Expression[] {
  return groupBy.flatMap((element) => {
    if (element.kind !== 'simple') return element.sets.flat();
    return element.of.kind === 'row' ? [element.of, ...element.of.items] : [element.of];
  });
}

function isGrouped({ groupBy, having, items }: SelectBody): boolean {
  return groupBy.length > 0 || having !== undefined || aggregates(items);
}

const queries: ReadonlySet<unknown> = new Set(['exists', 'inQuery', 'subquery', 'quantified']);

/** Of this SELECT: those of queries within are theirs. */
function aggregates(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(aggregates);
  if (typeof value !== 'object' || value === null) return false;
  const node = value as Readonly<Record<string, unknown>>;
  if (queries.has(node.kind)) return false;
  if (
    node.kind === 'call' &&
    node.over === undefined &&
    FUNCTIONS.get(String(node.name))?.kind === 'aggregate'
  )
    return true;
  return Object.values(node).some(aggregates);
}
