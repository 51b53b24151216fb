// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracles: the examples of IAM User Guide, "IAM policy elements: Variables and tags"; for wildcards a matcher by
// plain recursion over the definition of `*` and `?`.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { cpuMsSince, linearCpuMsMax } from '../../testing/cpu-ms.js';
import { isFixed, matchPolicyText, parsePolicyText } from './policy-text.js';

const values: Record<string, string> = {
  'aws:PrincipalTag/team': 'yellow',
  'aws:username': 'jane',
  'aws:star': '*',
};
const resolve = (name: string) => values[name];
const match = (pattern: string, value: string, variables = true) =>
  matchPolicyText(parsePolicyText(pattern, { wildcards: true, variables }), value, resolve);

const cases: [pattern: string, value: string, answer: string][] = [
  ['arn:aws:s3:::bucket/${aws:PrincipalTag/team}', 'arn:aws:s3:::bucket/yellow', 'yes'],
  ['arn:aws:s3:::bucket/${aws:PrincipalTag/team}', 'arn:aws:s3:::bucket/blue', 'no'],
  ["bucket/${aws:PrincipalTag/team, 'company-wide'}", 'bucket/yellow', 'yes'],
  ["bucket/${aws:PrincipalTag/group, 'company-wide'}", 'bucket/company-wide', 'yes'],
  ["bucket/${aws:PrincipalTag/group, 'company-wide'}", 'bucket/yellow', 'no'],
  ["bucket/${aws:PrincipalTag/group, ''}x", 'bucket/x', 'yes'],
  ['bucket/${aws:PrincipalTag/group}', 'bucket/x', 'unresolved'],
  ['home/${aws:username}/*', 'home/jane/a/b', 'yes'],
  ['home/${aws:username}/*', 'home/jane', 'no'],
  ['${*}', '*', 'yes'],
  ['${*}', 'a', 'no'],
  ['${?}${$}', '?$', 'yes'],
  ['${aws:star}', '*', 'yes'],
  ['${aws:star}', 'anything', 'no'],
  ['a?c', 'abc', 'yes'],
  ['a?c', 'ac', 'no'],
  ['*', '', 'yes'],
  ['**', 'a', 'yes'],
  ['', '', 'yes'],
  ['', 'a', 'no'],
  ['*.gz', 'a.gz.gz', 'yes'],
  ['a*', 'A', 'no'],
  ['${', '${', 'yes'],
  ['${}', '${}', 'yes'],
];
for (const [pattern, value, answer] of cases) {
  test(`${pattern} against ${value}: ${answer}`, () => assert.equal(match(pattern, value), answer));
}

test('no variables in version 2008-10-17', () => {
  assert.equal(match('${aws:username}', '${aws:username}', false), 'yes');
  assert.equal(match('${aws:username}', 'jane', false), 'no');
});

test('without wildcards and without case', () => {
  const text = parsePolicyText('A*?', { wildcards: false, variables: true });
  assert.equal(matchPolicyText(text, 'A*?', resolve), 'yes');
  assert.equal(matchPolicyText(text, 'a*?', resolve), 'no');
  assert.equal(matchPolicyText(text, 'a*?', resolve, true), 'yes');
  assert.equal(matchPolicyText(text, 'Abc', resolve), 'no');
});

describe('what is fixed', () => {
  for (const [pattern, fixed] of [
    ['abc', true],
    ['a${*}', true],
    ['a*', false],
    ['a?', false],
    ['${aws:username}', false],
  ] as const) {
    test(`${pattern}: ${fixed}`, () => {
      assert.equal(isFixed(parsePolicyText(pattern, { wildcards: true, variables: true })), fixed);
    });
  }
});

function slowMatch(pattern: string, value: string): boolean {
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === undefined) return value === '';
  if (first === '*') return slowMatch(rest, value) || (value !== '' && slowMatch(pattern, value.slice(1)));
  return value !== '' && (first === '?' || first === value[0]) && slowMatch(rest, value.slice(1));
}

test('wildcards as their definition has them (property)', () => {
  const letters = (extra: string) =>
    fc.array(fc.constantFrom('a', 'b', ...extra), { maxLength: 8 }).map((l) => l.join(''));
  fc.assert(
    fc.property(letters('*?'), letters(''), (pattern, value) => {
      assert.equal(match(pattern, value), slowMatch(pattern, value) ? 'yes' : 'no');
    }),
    { numRuns: 2000, verbose: 1 },
  );
});

test('a pattern made to be slow is not', () => {
  const started = process.cpuUsage();
  assert.equal(match(`${'a*'.repeat(500)}b`, 'a'.repeat(5000)), 'no');
  for (let i = 0; i < 1_000; i++) assert.equal(match(`*${'a'.repeat(480)}b*`, 'a'.repeat(1000)), 'no');
  assert.ok(cpuMsSince(started) < linearCpuMsMax);
});

describe('what stands in braces', () => {
  for (const [source, expected] of [
    ['${aws:username}', { name: 'aws:username', fallback: undefined }],
    ["${ aws:username , 'no, body' }", { name: 'aws:username', fallback: 'no, body' }],
    ["${aws:username, ''}", { name: 'aws:username', fallback: '' }],
  ] as const) {
    test(`${source} is a variable`, () => {
      const { parts } = parsePolicyText(source, { wildcards: true, variables: true });
      assert.deepEqual(parts, [{ kind: 'variable', ...expected }]);
    });
  }
  for (const source of ['${}', '${ }', "${a'b}", '${a, b}', "${a, 'b}", "${a, '}", "${, 'b'}"]) {
    test(`${source} is text`, () => {
      const { parts } = parsePolicyText(source, { wildcards: true, variables: true });
      assert.deepEqual(parts, [{ kind: 'text', text: source }]);
    });
  }
  // A policy has at most 20 KB. Blanks around a piece must not be tried in every combination, which with so many takes minutes.
  const blanks = ' '.repeat(400_000);
  for (const inBraces of [`${blanks}'`, `a${blanks},'`, `a,${blanks}'b`]) {
    test(`400,000 blanks (${inBraces.trim().slice(0, 3)}) take no time`, () => {
      const started = process.cpuUsage();
      parsePolicyText(`\${${inBraces}}`, { wildcards: true, variables: true });
      assert.ok(cpuMsSince(started) < linearCpuMsMax);
    });
  }
});

test('half variables without end are text, and are read in no time', () => {
  const source = '${'.repeat(200_000);
  for (const text of [source, `a}${source}`, `${source}}`]) {
    const parsed = parsePolicyText(text, { wildcards: true, variables: true });
    assert.ok(parsed.parts.length <= 2);
  }
  assert.equal(match('${aws:username}/${', 'jane/${'), 'yes');
  assert.equal(match('${aws:username}*${', 'janeX${'), 'yes');
});
