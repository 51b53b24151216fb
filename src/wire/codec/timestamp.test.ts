// SPDX-License-Identifier: Apache-2.0
/** Oracle: the three timestamp formats of Smithy 2.0, "timestampFormat trait". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTimestamp, writeTimestamp } from './timestamp.js';

const cases: readonly (readonly [string, string | undefined])[] = [
  ['2019-11-17T14:13:20Z', '2019-11-17T14:13:20.000Z'],
  ['2019-11-17T14:13:20.25Z', '2019-11-17T14:13:20.250Z'],
  ['2019-11-17T15:13:20+01:00', '2019-11-17T14:13:20.000Z'],
  ['2019-11-17T14:13:20', '2019-11-17T14:13:20.000Z'],
  ['2019-11-17 14:13', '2019-11-17T14:13:00.000Z'],
  ['2019-11-17', '2019-11-17T00:00:00.000Z'],
  ['1574000000', '2019-11-17T14:13:20.000Z'],
  [' 1574000000.5 ', '2019-11-17T14:13:20.500Z'],
  ['1.574e9', '2019-11-17T14:13:20.000Z'],
  ['Sun, 17 Nov 2019 14:13:20 GMT', '2019-11-17T14:13:20.000Z'],
  ['Sunday, 17-Nov-19 14:13:20 GMT', '2019-11-17T14:13:20.000Z'],
  ['Sun, 17 Nov 2019 14:13:20', undefined],
  ['2019-13-17T14:13:20Z', undefined],
  ['1e300', undefined],
  ['yesterday', undefined],
  ['', undefined],
];

for (const [text, expected] of cases) {
  test(`${JSON.stringify(text)} is ${expected ?? 'no time'}`, () => {
    assert.equal(readTimestamp(text)?.toISOString(), expected);
  });
}

test('written in each format and read again', () => {
  const date = new Date(1_574_000_000_000);
  assert.equal(writeTimestamp(date, 'dateTime'), '2019-11-17T14:13:20.000Z');
  assert.equal(writeTimestamp(date, 'httpDate'), 'Sun, 17 Nov 2019 14:13:20 GMT');
  assert.equal(writeTimestamp(date, 'epochSeconds'), '1574000000');
});
