// SPDX-License-Identifier: Apache-2.0
// Oracle: the operators' own words, one value at a time (startsWith, endsWith, ===), as `ConditionIndex` joins them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import { ConditionIndex, type Conditions } from './condition-index.js';

const seed = seedOfRun();

function passesByTheBook(conditions: Conditions, value: string | undefined): boolean {
  const any = (values: readonly string[] = [], holds: (value: string, other: string) => boolean) =>
    value !== undefined && values.some((each) => holds(value, each));
  const equal = (a: string, b: string) => a === b;
  const starts = (a: string, b: string) => a.startsWith(b);
  const ends = (a: string, b: string) => a.endsWith(b);
  const { equals, startsWith, endsWith, notEquals, notStartsWith, notEndsWith } = conditions;
  if (any(notEquals, equal) || any(notStartsWith, starts) || any(notEndsWith, ends)) return false;
  if (equals === undefined && startsWith === undefined && endsWith === undefined) return true;
  return any(equals, equal) || any(startsWith, starts) || any(endsWith, ends);
}

// Two letters and a pair of surrogates, so that values are often parts of each other.
const text = fc.array(fc.constantFrom('a', 'b', 'ab', '😀'), { maxLength: 8 }).map((parts) => parts.join(''));
const long = fc.constantFrom('arn:aws:s3:::bucket/', 'arn:aws:s3:::bucket/in/', 'arn:aws:s3:::other/');
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.tuple(long, text).map((parts) => parts.join('')),
);
const values = fc.uniqueArray(value, { minLength: 1, maxLength: 6 });
const operators = ['equals', 'startsWith', 'endsWith', 'notEquals', 'notStartsWith', 'notEndsWith'] as const;
const conditions = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...operators), values), {
    minLength: 1,
    maxLength: 3,
    selector: ([operator]) => operator,
  })
  .map((pairs): Conditions => Object.fromEntries(pairs));

test(`any conditions at once, 5,000 times (seed ${seed})`, () => {
  let passed = 0;
  fc.assert(
    fc.property(
      fc.array(conditions, { minLength: 1, maxLength: 6 }),
      fc.array(fc.option(value, { nil: undefined }), { minLength: 1, maxLength: 6 }),
      (all, looked) => {
        const index = new ConditionIndex(all);
        for (const one of looked) {
          index.look(one);
          for (const [id, each] of all.entries()) {
            const expected = passesByTheBook(each, one);
            assert.equal(index.passes(id), expected, `${JSON.stringify(each)} ${one}`);
            if (expected) passed += 1;
          }
        }
      },
    ),
    { numRuns: 5_000, seed },
  );
  assert.ok(passed > 5_000, String(passed));
});

describe('thousands of values', () => {
  const prefixes = Array.from({ length: 2_500 }, (_, i) => `arn:aws:s3:::bucket-${i}/`);
  const index = new ConditionIndex([{ startsWith: prefixes }, { notStartsWith: prefixes.slice(0, 10) }]);
  for (const [arn, expected] of [
    ['arn:aws:s3:::bucket-2499/k', [true, true]],
    ['arn:aws:s3:::bucket-7/k', [true, false]],
    ['arn:aws:s3:::bucket-70', [false, true]],
    ['arn:aws:s3:::bucket-2500/k', [false, true]],
    ['', [false, true]],
    [undefined, [false, true]],
  ] as const) {
    test(`${arn}`, () => {
      index.look(arn);
      assert.deepEqual([index.passes(0), index.passes(1)], expected);
    });
  }

  test('each a part of the next', () => {
    const nested = Array.from({ length: 2_000 }, (_, i) => 'a'.repeat(i + 1));
    const chain = new ConditionIndex([{ equals: nested }, { startsWith: [nested.at(-1)!] }]);
    chain.look('a'.repeat(1_999));
    assert.deepEqual([chain.passes(0), chain.passes(1)], [true, false]);
    chain.look('a'.repeat(2_001));
    assert.deepEqual([chain.passes(0), chain.passes(1)], [false, true]);
  });
});
