// SPDX-License-Identifier: Apache-2.0
// Oracle: a terminal's control characters (ECMA-48) and Unicode's direction overrides, written out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './plain-text.js';

test('what a terminal would obey is shown as a question mark, every script stays', () => {
  assert.equal(plainText('a\u001b[2Jb\r\nc\u009bd\u202ee\u2066f\u007f'), 'a?[2Jb??c?d?e?f?');
  assert.equal(plainText('grüße 日本 🪨 - _.json'), 'grüße 日本 🪨 - _.json');
});
