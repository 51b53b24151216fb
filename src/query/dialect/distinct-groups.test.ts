// SPDX-License-Identifier: Apache-2.0
// Oracle: how many sets ROLLUP and CUBE mean (Trino, "SELECT": a column more each time, and every choice of columns).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expression, GroupingElement } from './ast.js';
import { distinctGroups } from './distinct-groups.js';

const columns = (count: number): Expression[][] =>
  Array.from({ length: count }, (_, n): Expression[] => [{ kind: 'number', text: String(n), at: n }]);

function setsOf(elements: readonly GroupingElement[]): number {
  const [only, ...others] = distinctGroups(elements);
  assert.ok(only?.kind === 'sets' && others.length === 0);
  return only.sets.length;
}

test('sets that several elements lead to are there once', () => {
  assert.equal(setsOf([{ kind: 'rollup', sets: columns(3) }]), 4);
  assert.equal(setsOf([{ kind: 'cube', sets: columns(11) }]), 2_048);
  const both: GroupingElement[] = [
    { kind: 'rollup', sets: columns(2) },
    { kind: 'cube', sets: columns(2) },
  ];
  assert.equal(setsOf(both), 4);
});

for (const kind of ['rollup', 'cube'] as const)
  test(`a ${kind} of a whole statement is refused before its sets are written out`, () => {
    for (const count of [2_048, 100_000])
      assert.throws(() => distinctGroups([{ kind, sets: columns(count) }]), {
        message: /more than 2048 grouping sets/,
      });
  });
