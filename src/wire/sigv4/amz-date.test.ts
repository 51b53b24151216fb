// SPDX-License-Identifier: Apache-2.0
//
// Oracle: the language's own Date.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAmzDate, formatIsoSeconds, parseAmzDate, parseHttpDate } from './amz-date.js';

const seconds = fc.integer({ min: 0, max: 253_402_300_799 });

test('what is formatted is parsed back (property)', () => {
  fc.assert(
    fc.property(seconds, (second) => {
      const timeMs = second * 1000;
      assert.equal(parseAmzDate(formatAmzDate(timeMs)), timeMs);
      assert.equal(parseHttpDate(new Date(timeMs).toUTCString()), timeMs);
      assert.equal(Date.parse(formatIsoSeconds(timeMs)), timeMs);
    }),
    { numRuns: 200, verbose: 1 },
  );
});

for (const text of [
  '20260229T000000Z',
  '20260431T000000Z',
  '20261301T000000Z',
  '20260001T000000Z',
  '20260100T000000Z',
  '20260101T240000Z',
  '20260101T006000Z',
  '20260101T000060Z',
  '20260101T000000',
  ' 20260101T000000Z',
  '20260101t000000z',
  '2026-01-01T00:00:00Z',
  '',
]) {
  test(`${JSON.stringify(text)} is no time`, () => assert.equal(parseAmzDate(text), undefined));
}
test('a leap day', () => assert.equal(parseAmzDate('20240229T235959Z'), Date.UTC(2024, 1, 29, 23, 59, 59)));

test('a time is read the same after any other, good or not', () => {
  const texts = [
    '20261121T100000Z',
    '20261121T100001Z',
    '20261132T100000Z',
    '',
    '20261121T100000',
    '20260229T000000Z',
  ];
  const expected = [1_795_255_200_000, 1_795_255_201_000, undefined, undefined, undefined, undefined];
  for (const first of texts)
    for (const [at, second] of texts.entries()) {
      parseAmzDate(first);
      assert.equal(parseAmzDate(second), expected[at], `${second} after ${first}`);
    }
});
