// SPDX-License-Identifier: Apache-2.0
// Oracle: node:readline's contract for completers: what may stand for the word before the cursor, and that word.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Completion } from './sql-completion.js';

test('keywords, tables, columns, commands and names that came later, in whatever case they are begun', () => {
  const completion = new Completion('cairn_history');
  completion.add(['regexp_like', 'no name']);
  assert.deepEqual(completion.complete('sel'), [['SELECT'], 'sel']);
  assert.deepEqual(completion.complete('SELECT * FROM CAI'), [['cairn_history'], 'CAI']);
  assert.deepEqual(completion.complete('SELECT useri'), [['useridentity'], 'useri']);
  assert.deepEqual(completion.complete('WHERE regexp_'), [['regexp_like'], 'regexp_']);
  assert.deepEqual(completion.complete('\\ti'), [['\\timing'], '\\ti']);
  assert.deepEqual(completion.complete('no n'), [['NOT', 'NULL', 'now'], 'n']);
  assert.deepEqual(completion.complete('SELECT '), [[], '']);
});
