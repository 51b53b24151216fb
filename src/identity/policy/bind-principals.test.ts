// SPDX-License-Identifier: Apache-2.0
//
// Oracle: IAM User Guide, "AWS JSON policy elements: Principal": a policy that names a user or role does not apply to another one
// who gets the same name after the first was deleted; what is shown then is the unique id.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { roleKey, userKey } from '../iam-documents.js';
import { bindPrincipals, shownPolicyText } from './bind-principals.js';
import { MalformedPolicyError } from './malformed-policy-error.js';
import { parsePolicy } from './parse-policy.js';
import { accountId, allowAll, policyText, role, user, verdictOf } from './testing/policy-scene.js';

const stateOf = (userId: string | undefined, path = '/') => ({
  get<T>(key: string): T | undefined {
    const documents: Record<string, unknown> = {
      [userKey(accountId, 'jane')]:
        userId === undefined ? undefined : { accountId, userName: 'jane', userId, path },
      [roleKey(accountId, 'reader')]: { accountId, roleName: 'reader', roleId: role.roleId, path: '/' },
    };
    return documents[key] as T | undefined;
  },
});
const state = stateOf(user.userId);
const others = [
  '*',
  accountId,
  `arn:aws:iam::${accountId}:root`,
  `arn:aws:sts::${accountId}:assumed-role/reader/x`,
];
const text = policyText({
  ...allowAll,
  Principal: { AWS: [user.arn, role.roleArn, ...others], Service: 's3.amazonaws.com' },
});

describe('principals of stored policies', () => {
  test('come back as they were put, byte for byte', () => {
    const spaced = text.replaceAll(',', ' ,\n\t');
    for (const one of [text, spaced]) assert.equal(shownPolicyText(bindPrincipals(one, state), state), one);
  });
  test('apply to the user and to the role, not to a successor of theirs', () => {
    const only = policyText({ ...allowAll, Principal: { AWS: [user.arn, role.roleArn] } });
    const resourcePolicy = parsePolicy(bindPrincipals(only, state), 'resource');
    assert.equal(verdictOf(user, {}, { resourcePolicy }), 'allowed');
    assert.equal(verdictOf(role, {}, { resourcePolicy }), 'allowed');
    const denied = 'implicit: identity-based policy';
    assert.equal(verdictOf({ ...user, userId: 'AIDASUCCESSOR0000000' }, {}, { resourcePolicy }), denied);
    assert.equal(verdictOf({ ...role, roleId: 'AROASUCCESSOR0000000' }, {}, { resourcePolicy }), denied);
  });
  test('a Deny, too, stays with the one who was named', () => {
    const deny = policyText({ ...allowAll, Effect: 'Deny', Principal: { AWS: user.arn } });
    const resourcePolicy = parsePolicy(bindPrincipals(deny, state), 'resource');
    assert.equal(verdictOf(user, {}, { resourcePolicy }), 'explicit: resource-based policy');
  });
  test('show the unique id of who is gone', () => {
    const stored = bindPrincipals(policyText({ ...allowAll, Principal: { AWS: user.arn } }), state);
    const shown = policyText({ ...allowAll, Principal: { AWS: user.userId } });
    assert.equal(shownPolicyText(stored, stateOf(undefined)), shown);
    assert.equal(shownPolicyText(stored, stateOf('AIDASUCCESSOR0000000')), shown);
    assert.equal(shownPolicyText(stored, stateOf(user.userId, '/moved/')), shown);
    // And what is shown can be put again.
    assert.equal(bindPrincipals(shown, state), shown);
  });
  const refused = [
    `arn:aws:iam::${accountId}:user/nobody`,
    `arn:aws:iam::${accountId}:user/path/jane`,
    'arn:aws:iam::444455556666:user/jane',
    `${user.arn}|${user.userId}`,
  ];
  for (const principal of refused) {
    test(`${principal} is nobody`, () => {
      const one = policyText({ ...allowAll, Principal: { AWS: principal } });
      assert.throws(() => bindPrincipals(one, state), MalformedPolicyError);
    });
  }
  test('NotPrincipal, a single statement, escapes', () => {
    const one = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::${accountId}:user\\/jane"},"Action":"*","Resource":"*"}}`;
    assert.match(bindPrincipals(one, state), /"arn:aws:iam::111122223333:user\/jane\|AIDAJANE000000000001"/);
  });
});
