// SPDX-License-Identifier: Apache-2.0
// Oracle: JSON.parse.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { MemberScan } from './member-scan.js';

const names = ['eventTime', 'readOnly', 'a', ''];
const ends = ['front', 'back'] as const;
/** Every name looked for from the front, from the back, and by turns. */
const scans = (['front', 'back', 'turns'] as const).map(
  (end) =>
    new MemberScan(
      Object.fromEntries(names.map((name, id) => [name, end === 'turns' ? ends[id % 2]! : end])),
    ),
);

function check(json: string): void {
  const object = JSON.parse(json) as Record<string, unknown>;
  for (const scan of scans) {
    scan.reset(json);
    names.forEach((name, id) => {
      const value = Object.hasOwn(object, name) ? object[name] : undefined;
      const text = scan.text(id);
      assert.deepEqual(text === undefined ? undefined : JSON.parse(text), value, `${name} of ${json}`);
      assert.equal(scan.string(id), typeof value === 'string' ? value : undefined);
    });
  }
}

describe('members of the object itself', () => {
  for (const json of [
    '{}',
    '{ }',
    '{"eventTime":"t"}',
    '{ "b" : [ {"eventTime":"no"}, "eventTime" ] , "eventTime" : "t" }',
    '{"b":{"eventTime":"no"},"c":"\\"eventTime\\":\\"no\\"","eventTime":"t"}',
    '{"b":"\\\\","eventTime":"say \\"t\\" \\u00e9\\\\"}',
    '{"event\\u0054ime":"t","r\\u0065adOnly":true}',
    '{"b":"\\\\\\"","a":"\\\\","readOnly" : "\\"" , "eventTime":{"a":"}\\\\"}}',
    '{"eventTime":{"eventTime":"no"},"readOnly":-1.5e+3}',
    '{"readOnly":null ,"a":[]\n}',
    '{"":1}',
  ]) {
    test(json, () => check(json));
  }
});

test('any object, in any spacing', () => {
  const key = fc.oneof(
    fc.constantFrom(...names, '"', '\\', '},"eventTime":"x"'),
    fc.string({ maxLength: 5 }),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(key, tie('any'), { maxKeys: 3 }),
    ),
  })).any;
  fc.assert(
    fc.property(
      fc.dictionary(key, value, { maxKeys: 5 }),
      fc.constantFrom(undefined, 1, '\t'),
      (object, space) => check(JSON.stringify(object, null, space)),
    ),
    { numRuns: 2_000 },
  );
});

test('a text that is no object ends the scan', () => {
  const texts = [
    '',
    '[',
    '{',
    '{"',
    '{"a',
    '{"a"',
    '{"a":',
    '{"a":{',
    '{"a":"\\',
    'null',
    '{"a" 1}',
    '{]}',
    '{"}',
    '{a}',
    '{:}',
  ];
  for (const json of [...texts, ' {"a":1}', '{"a":1} ', '{,,}', '{{}}', '{"a":"\\"}']) {
    for (const scan of scans) {
      scan.reset(json);
      for (const id of names.keys()) assert.doesNotThrow(() => scan.text(id), json);
    }
  }
});
