// SPDX-License-Identifier: Apache-2.0
// Oracle: lines as Athena's GetQueryResults has them (Athena User Guide, "DESCRIBE"), and their fields by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCells } from './direct-query.js';

const named = (...names: string[]) => names.map((name) => ({ name, type: 'string' }));

test('the lines of DESCRIBE become cells', () => {
  const { rows } = inCells({
    columns: named('col_name', 'data_type', 'comment'),
    rows: [['eventname           \tstring              \t                    '], ['\t \t ']],
  });
  assert.deepEqual(rows, [
    ['eventname', 'string', ''],
    ['', '', ''],
  ]);
});

test('an answer of one column, and one that has its cells, stay as they are', () => {
  const tables = { columns: named('tab_name'), rows: [['a\tb ']] };
  assert.deepEqual(inCells(tables), tables);
  const cells = { columns: named('a', 'b'), rows: [['x\ty', ' z']] };
  assert.deepEqual(inCells(cells), cells);
});
