// SPDX-License-Identifier: Apache-2.0
import type { Expression } from './ast.js';

/**
 * The terms of an OR with those that hold one name against texts (`a = 'x' OR a = 'y'`) made one (`a IN ('x', 'y')`): the
 * engine skips what a file's statistics and dictionaries rule out for a list, and not for an OR.
 */
export function withLists(
  terms: readonly Expression[],
  isText: (name: Expression) => boolean,
): readonly Expression[] {
  const lists = new Map<string, Equal[]>();
  for (const term of terms) {
    if (!isEqual(term)) continue;
    const name = term.left.parts.map((part) => part.name.toLowerCase()).join('\n');
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [term]);
    else list.push(term);
  }
  const made = new Map<Expression, Expression | undefined>();
  for (const [first, ...others] of lists.values()) {
    if (first === undefined || others.length === 0 || !isText(first.left)) continue;
    made.set(first, {
      kind: 'in',
      of: first.left,
      list: [first, ...others].map(({ right }) => right),
      not: false,
      at: first.at,
    });
    for (const other of others) made.set(other, undefined);
  }
  return terms.flatMap((term) => {
    if (!made.has(term)) return [term];
    return made.get(term) ?? [];
  });
}

type Equal = Extract<Expression, { kind: 'operation' }> & {
  readonly left: Extract<Expression, { kind: 'name' }>;
};

function isEqual(term: Expression): term is Equal {
  return (
    term.kind === 'operation' &&
    term.operator === '=' &&
    term.left.kind === 'name' &&
    term.right.kind === 'string'
  );
}
