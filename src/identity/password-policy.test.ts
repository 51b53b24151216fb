// SPDX-License-Identifier: Apache-2.0
// Oracle: IAM User Guide, "Set an account password policy for IAM users": the options of a custom policy, and what the
// default policy asks for (8 characters, three of four kinds, not the account's name or e-mail address).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PasswordPolicyDocument } from './account-documents.js';
import { passwordExpiresAtMs, passwordFaults, rememberedPasswords } from './password-policy.js';

const none: PasswordPolicyDocument = {
  minimumPasswordLength: 6,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: false,
};
const owner = { accountName: 'Stonemasons1', accountEmail: 'Owner7@Example.com' };

const cases: readonly [
  password: string,
  policy: Partial<PasswordPolicyDocument> | undefined,
  faults: number,
][] = [
  ['abcdef', {}, 0],
  ['abcde', {}, 1],
  ['ABCDEF', { requireUppercaseCharacters: true }, 0],
  ['abcdef', { requireUppercaseCharacters: true }, 1],
  ['ÄÖÜabc', { requireUppercaseCharacters: true }, 1],
  ['ABCDEF', { requireLowercaseCharacters: true }, 1],
  ['abcdef', { requireNumbers: true }, 1],
  ['abcde1', { requireNumbers: true }, 0],
  ['abcde1', { requireSymbols: true }, 1],
  ['abcde~', { requireSymbols: true }, 1],
  ["abcde'", { requireSymbols: true }, 0],
  ['a]bcde', { requireSymbols: true }, 0],
  ['abc', { minimumPasswordLength: 14, requireNumbers: true, requireSymbols: true }, 3],
  ['abcdefG1', undefined, 0],
  ['abcdefg1', undefined, 1],
  ['abcdef1!', undefined, 0],
  ['aB1!xyz', undefined, 1],
  ['stonemasons1', undefined, 2],
  ['Stonemasons1', undefined, 1],
  ['owner7@example.com', undefined, 1],
];

describe('what a password lacks', () => {
  for (const [password, policy, faults] of cases) {
    test(`${password} under ${policy === undefined ? 'the default' : JSON.stringify(policy)}: ${faults}`, () => {
      const found = passwordFaults(password, policy && { ...none, ...policy }, owner);
      assert.equal(found.length, faults, found.join('; '));
      assert.ok(found.every((fault) => !fault.includes(password)));
    });
  }
});

test('passwords age by whole days, and only where a policy says so', () => {
  const profile = { changedAtMs: Date.parse('2026-11-21T10:00:00Z') };
  const policy = { ...none, maxPasswordAgeDays: 90 };
  assert.equal(passwordExpiresAtMs(policy, profile), Date.parse('2027-02-19T10:00:00Z'));
  assert.equal(passwordExpiresAtMs(none, profile), undefined);
  assert.equal(passwordExpiresAtMs(undefined, profile), undefined);
});

test('earlier passwords count as far as the policy remembers', () => {
  assert.equal(rememberedPasswords(undefined), 0);
  assert.equal(rememberedPasswords({ ...none, passwordReusePrevention: 24 }), 24);
});
