// SPDX-License-Identifier: Apache-2.0
// Oracle: JSON.parse.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { topLevelString } from './top-level-string.js';

function expected(json: string, member: string): string | undefined {
  const value = (JSON.parse(json) as Record<string, unknown>)[member];
  return typeof value === 'string' ? value : undefined;
}

for (const json of [
  '{"eventTime":"t"}',
  '{ "a" : [ {"eventTime":"no"}, "eventTime" ] , "eventTime" : "t" }',
  '{"a":{"eventTime":"no"},"b":"\\"eventTime\\":\\"no\\"","eventTime":"t"}',
  '{"a":"eventTime","eventTime":"say \\"t\\" \\u00e9\\\\"}',
  '{"event\\u0054ime":"t"}',
  '{"eventTime":5}',
  '{"eventTime":null,"a":"b"}',
  '{"a":["x","eventTime"]}',
  '{}',
]) {
  test(json, () => assert.equal(topLevelString(json, 'eventTime'), expected(json, 'eventTime')));
}

test('any object, in any spacing', () => {
  const key = fc.oneof(
    fc.constantFrom('eventTime', 'a', '"', '\\', '{', '},"eventTime":"x"'),
    fc.string({ maxLength: 5 }),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      fc.string(),
      fc.constantFrom('eventTime', '"eventTime":"x"'),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  fc.assert(
    fc.property(
      fc.dictionary(key, value, { maxKeys: 5 }),
      fc.constantFrom(undefined, 1, '\t'),
      (object, space) => {
        const json = JSON.stringify(object, null, space);
        assert.equal(topLevelString(json, 'eventTime'), expected(json, 'eventTime'));
      },
    ),
    { numRuns: 500 },
  );
});
