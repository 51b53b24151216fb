// SPDX-License-Identifier: Apache-2.0
// Oracle: the engine's own RegExp, which reads the subset the same way (flag `s`; white space written out, as filter
// patterns know three of them only).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileRegex } from './compile-regex.js';

const atom = fc.constantFrom(
  'a',
  'b',
  '0',
  '.',
  '[ab]',
  '[^a]',
  '[a-c0-9]',
  '\\d',
  '\\D',
  '\\w',
  '\\W',
  '\\.',
  '\\x41',
  '_',
  ' ',
);
const quantifier = fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{1,2}', '{0,1}', '{2,}', '{0}');
const alternative = fc
  .tuple(
    fc.constantFrom('', '', '^'),
    fc.array(fc.tuple(atom, quantifier), { maxLength: 5 }),
    fc.constantFrom('', '', '$'),
  )
  .map(([start, items, end]) => start + items.map((item) => item.join('')).join('') + end);
const expression = fc
  .array(alternative, { minLength: 1, maxLength: 3 })
  .map((sides) => sides.join('|'))
  .filter((source) => source !== '');
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'A', '0', '7', '.', '_', ' ', '\n', 'ü'), { maxLength: 8 })
  .map((chars) => chars.join(''));

test('the same verdict as RegExp', () => {
  fc.assert(
    fc.property(expression, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
      const ours = compileRegex(source, 0);
      const theirs = new RegExp(source, 's');
      for (const one of texts)
        assert.equal(ours(one), theirs.test(one), `${source} on ${JSON.stringify(one)}`);
    }),
    { numRuns: 10_000 },
  );
});

test('what stops a matcher that goes back takes linear time', () => {
  const message = 'a'.repeat(200_000);
  for (const source of [
    `${'a*'.repeat(200)}b`,
    `${'.*'.repeat(100)}b$`,
    'a{1,400}a{1,400}b',
    '[ab]*a[ab]{300}c',
  ]) {
    const started = performance.now();
    assert.equal(compileRegex(source, 0)(message), false);
    const tookMs = performance.now() - started;
    assert.ok(tookMs < 5_000, `${source} took ${tookMs} ms`);
  }
});

test('a text that makes it learn more than it remembers gets the right verdict', () => {
  // The set of places of `a` in the last 60 characters: 2^60 of them.
  const matches = compileRegex('a[ab]{60}c', 0);
  let state = 7;
  const noise = Array.from({ length: 20_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % 3 === 0 ? 'a' : 'b';
  }).join('');
  assert.equal(matches(noise), false);
  assert.equal(matches(`${noise}a${'b'.repeat(60)}c`), true);
});
