// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { Expression, GroupingElement } from './ast.js';

type GroupingSet = readonly Expression[];

/** Trino's `query_max_grouping_sets`: cubes of cubes multiply. */
const GROUPING_SETS_MAX = 2048;

/**
 * `GROUP BY DISTINCT`: every grouping set once, however many elements lead to it (Trino, "SELECT": GROUP BY clause, combining
 * multiple grouping expressions). The engine has no word for it, so the sets are written out.
 *
 * @throws QueryError EXCEEDED_LIMIT
 */
export function distinctGroups(elements: readonly GroupingElement[]): readonly GroupingElement[] {
  if (elements.every(({ kind }) => kind === 'simple')) return elements;
  let sets: readonly GroupingSet[] = [[]];
  for (const element of elements) {
    const own = setsOf(element);
    if (sets.length * own.length > GROUPING_SETS_MAX) throw tooMany();
    sets = sets.flatMap((set) => own.map((more) => [...set, ...more]));
  }
  const once = new Map(sets.map((set) => [keyOf(set), set]));
  return [{ kind: 'sets', sets: [...once.values()] }];
}

function setsOf(element: GroupingElement): readonly GroupingSet[] {
  if (element.kind === 'simple') return [element.of.kind === 'row' ? element.of.items : [element.of]];
  const { kind, sets } = element;
  if (kind === 'sets') return sets;
  // Before they are written out: the sets of a long ROLLUP hold the square of what it names.
  if (sets.length >= GROUPING_SETS_MAX) throw tooMany();
  if (kind === 'rollup') return [...sets.keys(), sets.length].map((count) => sets.slice(0, count).flat());
  if (2 ** sets.length > GROUPING_SETS_MAX) throw tooMany();
  return Array.from({ length: 2 ** sets.length }, (_, chosen) =>
    sets.filter((_, place) => (chosen >> place) % 2 === 1).flat(),
  );
}

function tooMany(): QueryError {
  return new QueryError('EXCEEDED_LIMIT', `GROUP BY has more than ${GROUPING_SETS_MAX} grouping sets`);
}

/** The same for the same expressions in any order, wherever they stand in the statement. */
function keyOf(set: GroupingSet): string {
  const plain = (key: string, value: unknown): unknown => {
    if (key === 'at') return undefined;
    return key === 'name' && typeof value === 'string' ? value.toLowerCase() : value;
  };
  return [...new Set(set.map((expression) => JSON.stringify(expression, plain)))].sort().join('\n');
}
