// SPDX-License-Identifier: Apache-2.0
// Oracle: Date, and times written out by hand. Local times are read in the zone that the process runs in.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseTime } from './parse-time.js';

const nowMs = Date.UTC(2026, 10, 21, 12);

describe('parseTime', () => {
  const utc: [string, number | undefined][] = [
    ['now', nowMs],
    ['90s', nowMs - 90_000],
    ['30m', nowMs - 1_800_000],
    ['2h', nowMs - 7_200_000],
    ['3d', nowMs - 3 * 86_400_000],
    ['1w', nowMs - 7 * 86_400_000],
    ['2026-11-20', Date.UTC(2026, 10, 20)],
    ['2026-11-20 14:00', Date.UTC(2026, 10, 20, 14)],
    ['2026-11-20T14:00:05', Date.UTC(2026, 10, 20, 14, 0, 5)],
    ['2026-11-20T14:00:05.25', Date.UTC(2026, 10, 20, 14, 0, 5, 250)],
    ['2026-11-20T14:00Z', Date.UTC(2026, 10, 20, 14)],
    ['2026-11-20T14:00+02:00', Date.UTC(2026, 10, 20, 12)],
    ['2026-11-20T14:00-0330', Date.UTC(2026, 10, 20, 17, 30)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-02-29', undefined],
    ['2026-13-01', undefined],
    ['2026-11-20 24:00', undefined],
    ['2026-11-20Z', undefined],
    ['2 hours', undefined],
    ['-2h', undefined],
    ['20', undefined],
    ['', undefined],
  ];
  for (const [text, expected] of utc) {
    test(`${JSON.stringify(text)} is ${expected === undefined ? 'no time' : new Date(expected).toISOString()}`, () => {
      assert.equal(parseTime(text, { nowMs, utc: true }), expected);
    });
  }

  test('times without a zone are local unless UTC is asked for', () => {
    assert.equal(
      parseTime('2026-07-01 14:30', { nowMs, utc: false }),
      new Date(2026, 6, 1, 14, 30).getTime(),
    );
    assert.equal(parseTime('2026-01-01', { nowMs, utc: false }), new Date(2026, 0, 1).getTime());
    assert.equal(parseTime('2026-07-01T14:30Z', { nowMs, utc: false }), Date.UTC(2026, 6, 1, 14, 30));
  });

  test('as an end, what was left out counts to its last millisecond', () => {
    const end = (text: string) => parseTime(text, { nowMs, utc: true, end: true });
    assert.equal(end('2026-11-20'), Date.UTC(2026, 10, 21) - 1);
    assert.equal(end('2026-11-20 14:00'), Date.UTC(2026, 10, 20, 14, 1) - 1);
    assert.equal(end('2026-11-20 14:00:05'), Date.UTC(2026, 10, 20, 14, 0, 6) - 1);
    assert.equal(end('2026-11-20 14:00:05.250'), Date.UTC(2026, 10, 20, 14, 0, 5, 250));
    assert.equal(end('2h'), nowMs - 7_200_000);
  });
});
