// SPDX-License-Identifier: Apache-2.0
//
// Oracle: JSON.parse: what is cut out of a text at a place has to be the value that JSON.parse finds there.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type JsonPlace, jsonPlaces, repeatedKey } from './json-places.js';

function verify(place: JsonPlace, value: unknown, text: string): void {
  assert.deepEqual(JSON.parse(text.slice(place.start, place.end)), value);
  if (place.kind === 'array') {
    for (const [i, item] of place.items.entries()) verify(item, (value as unknown[])[i], text);
  }
  if (place.kind === 'object') {
    const whole = value as Record<string, unknown>;
    assert.deepEqual(place.members.map(({ key }) => key).toSorted(), Object.keys(whole).toSorted());
    for (const member of place.members) verify(member.value, whole[member.key], text);
  }
}

test('every value is where it is said to be, however the text is spaced', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom(undefined, 1, '\t'), (compact, space) => {
      const value: unknown = JSON.parse(compact);
      const text = JSON.stringify(value, null, space);
      verify(jsonPlaces(text), value, text);
    }),
    { numRuns: 500, verbose: 1 },
  );
});

test('keys that stand twice, written alike or not', () => {
  const cases: [text: string, key: string | undefined][] = [
    ['{"a":1,"b":{"a":1}}', undefined],
    ['{"a":1,"a":2}', 'a'],
    ['{"x":[{"a":1},{"a":1,"b":2,"a":3}]}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
  ];
  for (const [text, key] of cases) assert.equal(repeatedKey(jsonPlaces(text)), key, text);
});
