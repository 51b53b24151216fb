// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 API Reference, PutObjectLockConfiguration; S3 User Guide, "Object Lock considerations" (a year is 365 days).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BucketError } from './bucket-error.js';
import { defaultRetention, newRetention, toObjectLockDocument } from './object-lock.js';

const nowMs = Date.UTC(2026, 10, 21, 10);
const dayMs = 86_400_000;
const enabled = (DefaultRetention?: object) => ({
  ObjectLockEnabled: 'Enabled',
  ...(DefaultRetention === undefined ? {} : { Rule: { DefaultRetention } }),
});

describe('a configuration', () => {
  for (const [what, input, expected] of [
    ['no rule', enabled(), {}],
    [
      'days',
      enabled({ Mode: 'GOVERNANCE', Days: 36_500 }),
      { defaultRetention: { mode: 'GOVERNANCE', days: 36_500 } },
    ],
    [
      'years',
      enabled({ Mode: 'COMPLIANCE', Years: 7 }),
      { defaultRetention: { mode: 'COMPLIANCE', years: 7 } },
    ],
  ] as const) {
    test(`with ${what}`, () => assert.deepEqual(toObjectLockDocument(input), expected));
  }

  for (const [what, code, input] of [
    ['nothing', 'MalformedXML', undefined],
    ['an empty one', 'MalformedXML', {}],
    ['Disabled', 'MalformedXML', { ObjectLockEnabled: 'Disabled' }],
    ['an empty rule', 'MalformedXML', { ObjectLockEnabled: 'Enabled', Rule: {} }],
    ['a mode alone', 'MalformedXML', enabled({ Mode: 'GOVERNANCE' })],
    ['days alone', 'MalformedXML', enabled({ Days: 1 })],
    ['a mode that is none', 'MalformedXML', enabled({ Mode: 'governance', Days: 1 })],
    ['days and years', 'MalformedXML', enabled({ Mode: 'GOVERNANCE', Days: 1, Years: 1 })],
    ['0 days', 'InvalidArgument', enabled({ Mode: 'GOVERNANCE', Days: 0 })],
    ['-1 years', 'InvalidArgument', enabled({ Mode: 'GOVERNANCE', Years: -1 })],
    ['36,501 days', 'InvalidArgument', enabled({ Mode: 'GOVERNANCE', Days: 36_501 })],
    ['101 years', 'InvalidArgument', enabled({ Mode: 'GOVERNANCE', Years: 101 })],
  ] as const) {
    test(`refuses ${what}: ${code}`, () =>
      assert.throws(
        () => toObjectLockDocument(input),
        (error) => error instanceof BucketError && error.code === code,
      ));
  }
});

test('the default retention counts from now; a bucket without one gives none', () => {
  const of = (rule?: object) =>
    defaultRetention(rule === undefined ? {} : { objectLock: toObjectLockDocument(enabled(rule)) }, nowMs);
  assert.equal(of(), undefined);
  assert.equal(defaultRetention({ objectLock: {} }, nowMs), undefined);
  assert.deepEqual(of({ Mode: 'GOVERNANCE', Days: 2 }), { mode: 'GOVERNANCE', untilMs: nowMs + 2 * dayMs });
  assert.deepEqual(of({ Mode: 'COMPLIANCE', Years: 3 }), {
    mode: 'COMPLIANCE',
    untilMs: nowMs + 3 * 365 * dayMs,
  });
});

test('a retention ends in the future', () => {
  assert.deepEqual(newRetention('GOVERNANCE', new Date(nowMs + 1), nowMs, 'x'), {
    mode: 'GOVERNANCE',
    untilMs: nowMs + 1,
  });
  assert.throws(() => newRetention('GOVERNANCE', new Date(nowMs), nowMs, 'x'), { code: 'InvalidArgument' });
});
