// SPDX-License-Identifier: Apache-2.0
// Oracle: userIdentity elements of recorded events (members, order and values; ids replaced), and those of CloudTrail User Guide,
// "CloudTrail userIdentity element", and IAM User Guide, "Track privileged tasks in AWS CloudTrail".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Principal, SessionFacts } from './principal.js';
import { isOfConsole, toUserIdentity } from './user-identity.js';

const accountId = '111122223333';
const accessKeyId = 'ASIAIOSFODNN7EXAMPLE';
const session: SessionFacts = {
  issuedAtMs: Date.UTC(2024, 10, 30, 8, 43, 17),
  expiresAtMs: Date.UTC(2024, 10, 30, 20, 43, 17),
  tags: {},
  transitiveTagKeys: [],
  policies: [],
  policyArns: [],
};
const attributes = { creationDate: '2024-11-30T08:43:17Z', mfaAuthenticated: 'false' };
const user = {
  kind: 'user',
  accountId,
  userName: 'jane',
  userId: 'AIDACKCEVSQ6C2EXAMPLE',
  arn: `arn:aws:iam::${accountId}:user/division/jane`,
  accessKeyId,
} as const;
const userMembers = {
  type: 'IAMUser',
  principalId: 'AIDACKCEVSQ6C2EXAMPLE',
  arn: `arn:aws:iam::${accountId}:user/division/jane`,
  accountId,
  accessKeyId,
  userName: 'jane',
};
const role = {
  kind: 'assumedRole',
  accountId,
  roleName: 'reader',
  roleId: 'AROAIDPPEZS35WEXAMPLE',
  roleArn: `arn:aws:iam::${accountId}:role/audit/reader`,
  sessionName: 'audit',
  accessKeyId,
} as const;
const roleMembers = {
  type: 'AssumedRole',
  principalId: 'AROAIDPPEZS35WEXAMPLE:audit',
  arn: `arn:aws:sts::${accountId}:assumed-role/reader/audit`,
  accountId,
  accessKeyId,
};
const sessionIssuer = {
  type: 'Role',
  principalId: 'AROAIDPPEZS35WEXAMPLE',
  arn: `arn:aws:iam::${accountId}:role/audit/reader`,
  accountId,
  userName: 'reader',
};
const provider = `arn:aws:iam::${accountId}:oidc-provider/idp.example.com`;

const cases: readonly [name: string, principal: Principal, wanted: object][] = [
  ['a user', user, userMembers],
  ['a user’s session', { ...user, session }, { ...userMembers, sessionContext: { attributes } }],
  [
    'a user’s session with MFA',
    { ...user, session: { ...session, mfaAuthenticatedAtMs: 1 } },
    { ...userMembers, sessionContext: { attributes: { ...attributes, mfaAuthenticated: 'true' } } },
  ],
  [
    'a role’s session',
    { ...role, session },
    { ...roleMembers, sessionContext: { sessionIssuer, attributes } },
  ],
  [
    'a role’s session with a source identity',
    { ...role, session: { ...session, sourceIdentity: 'JohnDoe' } },
    { ...roleMembers, sessionContext: { sessionIssuer, attributes, sourceIdentity: 'JohnDoe' } },
  ],
  [
    'a role’s session by web identity',
    {
      ...role,
      session: { ...session, webIdentity: { provider, subject: 'johndoe', audience: 'app', claims: {} } },
    },
    {
      ...roleMembers,
      sessionContext: {
        sessionIssuer,
        webIdFederationData: { federatedProvider: provider, attributes: {} },
        attributes,
      },
    },
  ],
  [
    'a federated user',
    {
      kind: 'federatedUser',
      accountId,
      name: 'bob',
      accessKeyId,
      issuer: { kind: 'user', userName: 'jane', userId: user.userId, arn: user.arn },
      session,
    },
    {
      type: 'FederatedUser',
      principalId: `${accountId}:bob`,
      arn: `arn:aws:sts::${accountId}:federated-user/bob`,
      accountId,
      accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'IAMUser',
          principalId: user.userId,
          arn: user.arn,
          accountId,
          userName: 'jane',
        },
        attributes,
      },
    },
  ],
  [
    'a federated user of the root',
    { kind: 'federatedUser', accountId, name: 'bob', accessKeyId, issuer: { kind: 'root' }, session },
    {
      type: 'FederatedUser',
      principalId: `${accountId}:bob`,
      arn: `arn:aws:sts::${accountId}:federated-user/bob`,
      accountId,
      accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'Root',
          principalId: accountId,
          arn: `arn:aws:iam::${accountId}:root`,
          accountId,
        },
        attributes,
      },
    },
  ],
  [
    'a root’s session',
    { kind: 'root', accountId, accessKeyId, session },
    {
      type: 'Root',
      principalId: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      accountId,
      accessKeyId,
      sessionContext: { attributes },
    },
  ],
  [
    'a root assumed from the management account',
    {
      kind: 'root',
      accountId,
      accessKeyId,
      session: { ...session, assumedRoot: { callerAccountId: '444455556666', taskPolicyArn: 'arn' } },
    },
    {
      type: 'Root',
      principalId: accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      accountId,
      accessKeyId,
      sessionContext: { attributes, assumedRoot: 'true' },
    },
  ],
  [
    'the bearer of a token',
    {
      kind: 'webIdentity',
      provider: 'accounts.google.com',
      providerName: 'accounts.google.com',
      subject: 'id-of-user',
      audience: 'id-of-application.apps.googleusercontent.com',
      claims: {},
    },
    {
      type: 'WebIdentityUser',
      principalId: 'accounts.google.com:id-of-application.apps.googleusercontent.com:id-of-user',
      userName: 'id-of-user',
      identityProvider: 'accounts.google.com',
    },
  ],
];

describe('userIdentity', () => {
  for (const [name, principal, wanted] of cases) {
    test(`of ${name}, members in AWS’s order`, () => {
      // As text, because the order counts as well.
      assert.equal(JSON.stringify(toUserIdentity(principal), null, 1), JSON.stringify(wanted, null, 1));
    });
  }
  test('of a root names the alias of its account', () => {
    const root = { kind: 'root', accountId: '111122223333', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } as const;
    assert.equal(toUserIdentity(root, 'my-alias').userName, 'my-alias');
    assert.equal('userName' in toUserIdentity(root), false);
    assert.equal(toUserIdentity(user, 'my-alias').userName, user.userName);
  });
  test('of a console session is marked on the record', () => {
    assert.equal(isOfConsole({ ...user, session: { ...session, isOfConsole: true } }), true);
    assert.equal(isOfConsole({ ...user, session }), false);
    assert.equal(isOfConsole({ kind: 'anonymous' }), false);
  });
});
