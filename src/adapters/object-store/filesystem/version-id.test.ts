// SPDX-License-Identifier: Apache-2.0
// Oracle: what was put in; ids that were never given out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newVersionId, nullVersionId, orderOf } from './version-id.js';

describe('version ids', () => {
  for (const order of [1, 255, 2 ** 32, 2 ** 48 - 1]) {
    test(`carry their order: ${order}`, () => {
      const id = newVersionId(order);
      assert.match(id, /^[A-Za-z0-9_-]{32}$/);
      assert.equal(orderOf(id), order);
    });
  }
  test('two of one order differ', () => assert.notEqual(newVersionId(7), newVersionId(7)));
  for (const other of [
    '',
    nullVersionId,
    'x'.repeat(31),
    'x'.repeat(33),
    `${'x'.repeat(31)}/`,
    '\u0000'.repeat(32),
  ]) {
    test(`${JSON.stringify(other.slice(0, 8))} (${other.length}) is none`, () =>
      assert.equal(orderOf(other), undefined));
  }
});
