// SPDX-License-Identifier: Apache-2.0
// Oracle: widths as Unicode Standard Annex #11 has them (python's wcwidth gives the same), written out here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutToWidth, displayWidth, padToWidth } from './display-width.js';

test('letters, accents of their own, wide characters, emoji', () => {
  const widths = {
    abc: 3,
    é: 1,
    'e\u0301': 1,
    日本: 4,
    한국: 4,
    ｆｕｌｌ: 8,
    ﾊﾝ: 2,
    '😀': 2,
    '': 0,
    '—': 1,
    ж: 1,
    𠀀: 2,
  };
  for (const [text, width] of Object.entries(widths)) assert.equal(displayWidth(text), width, text);
});

test('a text is cut between characters, never wider than asked', () => {
  assert.equal(cutToWidth('日本語', 6), '日本語');
  assert.equal(cutToWidth('日本語', 5), '日本…');
  assert.equal(cutToWidth('日本語', 4), '日…');
  assert.equal(cutToWidth('😀😀', 2), '…');
  assert.equal(cutToWidth('abcdef', 4), 'abc…');
});

test('padding counts columns', () => {
  assert.equal(padToWidth('日', 4), '日  ');
  assert.equal(padToWidth('日', 4, true), '  日');
  assert.equal(padToWidth('long', 2), 'long');
});
