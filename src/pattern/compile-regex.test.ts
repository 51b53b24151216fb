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

test('the same verdict where the states need several words of bits', () => {
  const counted = fc
    .tuple(atom, fc.constantFrom('{0,40}', '{29,33}', '{31}', '{32,}', '{0,64}', '?', '*', ''))
    .map((item) => item.join(''));
  const long = fc.tuple(
    fc.constantFrom('', '^'),
    fc.array(counted, { minLength: 2, maxLength: 4 }),
    fc.constantFrom('', '$'),
  );
  const expressions = fc
    .array(long, { minLength: 1, maxLength: 2 })
    .map((sides) => sides.map(([start, items, end]) => start + items.join('') + end).join('|'));
  const runs = fc
    .array(fc.tuple(fc.constantFrom('a', 'b', '0', '_', ' '), fc.integer({ min: 1, max: 70 })), {
      maxLength: 4,
    })
    .map((pieces) => pieces.map(([char, times]) => char.repeat(times)).join(''));
  fc.assert(
    fc.property(expressions, runs, (source, one) => {
      assert.equal(compileRegex(source, 0)(one), new RegExp(source, 's').test(one), source);
    }),
    { numRuns: 3_000 },
  );
});

test('an expression that has new places at each character holds nobody up', () => {
  const noise = noiseOf(262_144);
  for (const source of ['[ab]*a[ab]{900}c', 'a.{900}c', `${'[ab]?a?'.repeat(150)}a[ab]{600}c`]) {
    const started = process.cpuUsage();
    assert.equal(compileRegex(source, 0)(noise), false);
    const tookMs = process.cpuUsage(started).user / 1_000;
    assert.ok(tookMs < 15_000, `${source} took ${tookMs} ms`);
  }
});

test('what stops a matcher that goes back takes linear time', () => {
  const message = 'a'.repeat(200_000);
  for (const source of [
    `${'a*'.repeat(200)}b`,
    `${'.*'.repeat(100)}b$`,
    'a{1,400}a{1,400}b',
    '[ab]*a[ab]{300}c',
  ]) {
    const started = process.cpuUsage();
    assert.equal(compileRegex(source, 0)(message), false);
    const tookMs = process.cpuUsage(started).user / 1_000;
    assert.ok(tookMs < 25_000, `${source} took ${tookMs} ms`);
  }
});

test('a text that makes it learn more than it remembers gets the right verdict', () => {
  // The set of places of `a` in the last 60 characters: 2^60 of them.
  const matches = compileRegex('a[ab]{60}c', 0);
  const noise = noiseOf(20_000);
  assert.equal(matches(noise), false);
  assert.equal(matches(`${noise}a${'b'.repeat(60)}c`), true);
});

/** `a` and `b` in an order that does not come again. */
function noiseOf(length: number): string {
  let state = 7;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % 3 === 0 ? 'a' : 'b';
  }).join('');
}
