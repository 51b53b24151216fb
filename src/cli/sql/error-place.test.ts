// SPDX-License-Identifier: Apache-2.0
// Oracle: written by hand: the mark stands under the character that the complaint names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPlace } from './error-place.js';

const cases: readonly (readonly [name: string, message: string, sql: string, shown: string])[] = [
  ['the first line', "line 1:8: Column 'x'", 'SELECT x', "line 1:8: Column 'x'\n  SELECT x\n         ^"],
  ['another line', 'line 2:3: no', 'SELECT\n\ta b\nFROM c', 'line 2:3: no\n   a b\n    ^'],
  [
    'the end',
    "line 1:7: mismatched input '<EOF>'",
    'SELECT',
    "line 1:7: mismatched input '<EOF>'\n  SELECT\n        ^",
  ],
  ['no place', 'Division by zero', 'SELECT 1 / 0', 'Division by zero'],
  ['a line that is not there', 'line 9:1: no', 'SELECT 1', 'line 9:1: no'],
  [
    'a long line',
    'line 1:101: no',
    `${'a'.repeat(100)}b${'c'.repeat(100)}`,
    `line 1:101: no\n  …${'a'.repeat(60)}b${'c'.repeat(59)}\n  ${' '.repeat(61)}^`,
  ],
  ['characters that would steer a terminal', 'line 1:3: no', '\u001b[x', 'line 1:3: no\n'],
];

for (const [name, message, sql, shown] of cases) {
  test(name, () => {
    const text = withPlace(message, sql);
    if (shown.endsWith('\n')) {
      assert.ok(text.startsWith(shown) && !text.includes('\u001b'));
      return;
    }
    assert.equal(text, shown);
  });
}
