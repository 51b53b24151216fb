// SPDX-License-Identifier: Apache-2.0
// Oracle: the rules and examples of the CloudTrail API Reference, "CreateTrail" (Name).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trailNameProblem } from './trail-name.js';

for (const name of [
  'abc',
  'my-trail',
  'a.b_c-d',
  'Trail1',
  '1trail',
  'x'.repeat(128),
  '1.2.3',
  '192.168.5.4a',
]) {
  test(`valid: ${name.slice(0, 20)}`, () => assert.equal(trailNameProblem(name), undefined));
}

for (const [name, problem] of [
  ['', /cannot be blank/],
  ['   ', /cannot be blank/],
  ['ab', /too short. Minimum allowed length: 3 characters. Specified name length: 2 characters/],
  [
    'x'.repeat(129),
    /too long. Maximum allowed length: 128 characters. Specified name length: 129 characters/,
  ],
  ['-abc', /must starts with a letter or number/],
  ['abc.', /must ends with a letter or number/],
  ['my trail', /can only contain/],
  ['träil', /can only contain/],
  ['abc\n', /must ends/],
  ['my-_namespace', /adjacent/],
  ['my--namespace', /adjacent/],
  ['192.168.5.4', /IP address/],
] as const) {
  test(`refused: ${JSON.stringify(name.slice(0, 20))}`, () =>
    assert.match(trailNameProblem(name) ?? '', problem));
}
