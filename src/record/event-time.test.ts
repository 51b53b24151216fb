// SPDX-License-Identifier: Apache-2.0
// Oracle: Date.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../testing/random.js';
import { parseAwsTime, parseIsoTime } from './event-time.js';

const seed = seedOfRun();

function fast(text: string): number | undefined {
  const bytes = Buffer.from(`xx"${text}"`);
  return parseAwsTime(bytes, 2, bytes.length);
}

describe(`event times (seed ${seed})`, () => {
  test('every second of years 1 to 9999 reads as Date reads it', () => {
    const seconds = fc.integer({
      min: Date.parse('0001-01-01T00:00:00Z') / 1000,
      max: Date.parse('9999-12-31T23:59:59Z') / 1000,
    });
    fc.assert(
      fc.property(seconds, (second) => {
        const text = new Date(second * 1000).toISOString().replace('.000Z', 'Z');
        assert.equal(fast(text), second * 1000);
        assert.equal(parseIsoTime(text), second * 1000);
      }),
      { seed, numRuns: 5000 },
    );
  });

  const other: [string, number | undefined][] = [
    ['2026-11-21T10:00:00.250Z', Date.UTC(2026, 10, 21, 10, 0, 0, 250)],
    ['2026-11-21T10:00:00.123456789Z', Date.UTC(2026, 10, 21, 10, 0, 0, 123)],
    ['2026-11-21T10:00:00+02:00', Date.UTC(2026, 10, 21, 8)],
    ['2026-11-21T10:00:00+0200', Date.UTC(2026, 10, 21, 8)],
    ['2026-11-21T10:00:00', Date.UTC(2026, 10, 21, 10)],
    ['2026-11-21 10:00:00', Date.UTC(2026, 10, 21, 10)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2026-02-29T00:00:00Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['2026-04-31T00:00:00Z', undefined],
    ['2026-11-21T24:00:01Z', undefined],
    ['2026-11-21T10:60:00Z', undefined],
    ['2026-11-21', undefined],
    ['1795255200', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of other) {
    test(`${JSON.stringify(text)} is ${expected === undefined ? 'no time' : new Date(expected).toISOString()}`, () => {
      assert.equal(fast(text) ?? parseIsoTime(text), expected);
      assert.ok([undefined, expected].includes(fast(text)));
    });
  }
});
