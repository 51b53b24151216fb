// SPDX-License-Identifier: Apache-2.0
// Oracle: DuckDB on the OR as it was written, over every combination of values and NULLs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { withLists } from './alternatives.js';
import type { Expression } from './ast.js';

const name = (...parts: string[]): Expression => ({
  kind: 'name',
  parts: parts.map((part) => ({ name: part, quoted: false })),
  at: 0,
});
const equal = (left: Expression, text: string): Expression => ({
  kind: 'operation',
  operator: '=',
  left,
  right: { kind: 'string', text, at: 0 },
  at: 0,
});

test('what holds one name against texts is a list, in its first place', () => {
  const other = equal(name('b'), 'x');
  const isNull: Expression = { kind: 'isNull', of: name('a'), not: false, at: 0 };
  const terms = [equal(name('t', 'a'), 'x'), other, equal(name('T', 'A'), 'y'), isNull];
  const [list, ...rest] = withLists(terms, () => true);
  assert.ok(list?.kind === 'in' && !list.not);
  assert.deepEqual(
    list.list.map((item) => item.kind === 'string' && item.text),
    ['x', 'y'],
  );
  assert.deepEqual(rest, [other, isNull]);
});

test('names that are no texts, and other operators, stay', () => {
  const terms = [equal(name('a'), 'x'), equal(name('a'), 'y')];
  assert.deepEqual(
    withLists(terms, () => false),
    terms,
  );
  const others = terms.map(
    (term): Expression => (term.kind === 'operation' ? { ...term, operator: '<>' } : term),
  );
  assert.deepEqual(
    withLists(others, () => true),
    others,
  );
});

test('a list says what the OR says, also of NULL', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = (
    await connection.runAndReadAll(
      "SELECT (a = 'x' OR b = 'z' OR a = 'y') IS NOT DISTINCT FROM (a IN ('x', 'y') OR b = 'z') " +
        "FROM (VALUES ('x'), ('y'), ('w'), (NULL)) AS s(a), (VALUES ('z'), ('w'), (NULL)) AS u(b)",
    )
  ).getRows();
  assert.equal(rows.length, 12);
  assert.ok(rows.every(([same]) => same === true));
  connection.closeSync();
  instance.closeSync();
});
