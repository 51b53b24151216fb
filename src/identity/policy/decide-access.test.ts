// SPDX-License-Identifier: Apache-2.0
//
// Oracles: IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access" (tables of resource-based
// policies and principals), "Policy evaluation for requests within a single account", "Cross-account policy evaluation logic",
// "AWS JSON policy elements: Principal" and "… NotPrincipal", "Permissions boundaries for IAM entities", "Compare AWS STS
// credentials"; KMS Developer Guide, "Default key policy"; Organizations User Guide, "SCP evaluation".

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccessNeed, PrincipalPolicies } from '../access.js';
import type { Principal } from '../principal.js';
import { decideAccess } from './decide-access.js';
import {
  accountId,
  allow,
  allowAll,
  deny,
  type Fields,
  federated,
  federatedArn,
  named,
  nothing,
  otherAccountId,
  policyOf,
  role,
  root,
  rootArn,
  session,
  sessionArn,
  user,
  verdictOf,
} from './testing/policy-scene.js';

const onResource = (Principal: unknown, rest: Fields = {}): Partial<AccessNeed> => ({
  resourcePolicy: policyOf('resource', { ...allowAll, Principal, ...rest }),
});
const full = named('full', allowAll);
const other = named('other', allow('sqs:*'));
const denying = named('denying', deny('s3:*'));

type Case = [
  what: string,
  who: Principal,
  policies: Partial<PrincipalPolicies>,
  need: Partial<AccessNeed>,
  verdict: string,
];

function check(cases: readonly Case[]): void {
  for (const [what, who, policies, need, verdict] of cases) {
    test(`${what}: ${verdict}`, () => assert.equal(verdictOf(who, policies, need), verdict));
  }
}

const noIdentity = 'implicit: identity-based policy';
const noBoundary = 'implicit: permissions boundary';
const noSession = 'implicit: session policy';
const noResource = 'implicit: resource-based policy';

describe('within one account', () => {
  check([
    ['a user without policies', user, {}, {}, noIdentity],
    ['a user whose policy allows', user, { identity: [full] }, {}, 'allowed'],
    ['a user whose policy is about something else', user, { identity: [other] }, {}, noIdentity],
    ['identity and boundary allow', user, { identity: [full], boundary: full }, {}, 'allowed'],
    ['the boundary does not', user, { identity: [full], boundary: other }, {}, noBoundary],
    ['the boundary is gone', user, { identity: [full], boundary: 'missing' }, {}, noBoundary],
    ['only the boundary does', user, { boundary: full }, {}, noIdentity],
    ['identity and session allow', role, { identity: [full], session: [full] }, {}, 'allowed'],
    ['the session policy does not', role, { identity: [full], session: [other] }, {}, noSession],
    ['only the session policy does', role, { session: [full] }, {}, noIdentity],
    ['one of two session policies does', role, { identity: [full], session: [other, full] }, {}, 'allowed'],
    ['the root', root, {}, {}, 'allowed'],
    ['somebody who is gone', user, { identity: [full], isGone: true }, {}, noIdentity],
    ['a damaged resource policy', user, { identity: [full] }, { resourcePolicy: 'unreadable' }, noResource],
    ['a damaged one and the root', root, {}, { resourcePolicy: 'unreadable' }, noResource],
  ]);
});

describe('an explicit Deny anywhere wins', () => {
  const everywhere: Partial<PrincipalPolicies> = {
    identity: [full],
    boundary: full,
    session: [full],
    serviceControl: [[full], [full]],
  };
  const forSession = onResource({ AWS: sessionArn });
  check([
    ['nothing denies', role, everywhere, forSession, 'allowed'],
    [
      'identity',
      role,
      { ...everywhere, identity: [full, denying] },
      forSession,
      'explicit: identity-based policy',
    ],
    ['boundary', role, { ...everywhere, boundary: denying }, forSession, 'explicit: permissions boundary'],
    ['session', role, { ...everywhere, session: [full, denying] }, forSession, 'explicit: session policy'],
    [
      'SCP',
      role,
      { ...everywhere, serviceControl: [[full, denying], [full]] },
      forSession,
      'explicit: service control policy',
    ],
    ['resource', role, everywhere, onResource('*', { Effect: 'Deny' }), 'explicit: resource-based policy'],
    [
      'resource, for the role of the session',
      role,
      everywhere,
      onResource({ AWS: role.roleArn }, { Effect: 'Deny' }),
      'explicit: resource-based policy',
    ],
    [
      'resource, for the root',
      root,
      {},
      onResource('*', { Effect: 'Deny' }),
      'explicit: resource-based policy',
    ],
    [
      'several: AWS names one, in the order of its evaluation',
      role,
      { identity: [denying], boundary: denying, session: [denying], serviceControl: [[denying]] },
      {},
      'explicit: service control policy',
    ],
  ]);
  test('it is said which statements deny', () => {
    const decision = decideAccess({
      principal: user,
      policies: { ...nothing, identity: [named('a', allowAll), named('b', allow('sqs:*'), deny('s3:*'))] },
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/k',
    });
    assert.deepEqual(decision.isAllowed ? [] : decision.matched, [
      { policyType: 'identity-based policy', policyName: 'b', statementIndex: 1, sid: undefined },
    ]);
  });
});

describe('resource policies that name the caller, and what limits them (the table of principals)', () => {
  const limited: Partial<PrincipalPolicies> = { boundary: other, session: [other] };
  const bounded: Partial<PrincipalPolicies> = { boundary: other };
  check([
    ['user ARN, no other policy', user, {}, onResource({ AWS: user.arn }), 'allowed'],
    ['user ARN, the boundary does not allow', user, bounded, onResource({ AWS: user.arn }), 'allowed'],
    ['user id', user, bounded, onResource({ AWS: user.userId }), 'allowed'],
    ['role ARN', role, {}, onResource({ AWS: role.roleArn }), 'allowed'],
    ['role id', role, {}, onResource({ AWS: role.roleId }), 'allowed'],
    ['role ARN, the boundary does not', role, bounded, onResource({ AWS: role.roleArn }), noBoundary],
    [
      'role ARN, the session does not',
      role,
      { session: [other] },
      onResource({ AWS: role.roleArn }),
      noSession,
    ],
    ['session ARN, neither does', role, limited, onResource({ AWS: sessionArn }), 'allowed'],
    ['everybody, neither does', role, limited, onResource('*'), 'allowed'],
    [
      'everybody with aws:PrincipalArn of the role, neither does',
      role,
      limited,
      onResource('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': role.roleArn } } }),
      'allowed',
    ],
    ['another session of the role', role, {}, onResource({ AWS: `${sessionArn}2` }), noIdentity],
    ['federated user ARN, neither does', federated, limited, onResource({ AWS: federatedArn }), 'allowed'],
    [
      'its user ARN, the session does',
      federated,
      { session: [full] },
      onResource({ AWS: user.arn }),
      'allowed',
    ],
    ['its user ARN, no session policy', federated, { session: [] }, onResource({ AWS: user.arn }), noSession],
    [
      'its user ARN, the boundary does not',
      federated,
      { session: [full], boundary: other },
      onResource({ AWS: user.arn }),
      noBoundary,
    ],
    ['the account: its policies decide', user, {}, onResource({ AWS: accountId }), noIdentity],
    [
      'the account, and its policies allow',
      user,
      { identity: [full] },
      onResource({ AWS: rootArn }),
      'allowed',
    ],
    ['the account, for its root', root, {}, onResource({ AWS: rootArn }), 'allowed'],
    [
      'a canonical user: the account',
      user,
      {},
      { ...onResource({ CanonicalUser: 'a'.repeat(64) }), canonicalUserId: 'a'.repeat(64) },
      noIdentity,
    ],
  ]);
});

describe('across accounts both sides must allow', () => {
  const theirs = { resourceAccountId: otherAccountId };
  const identity = { identity: [full] };
  check([
    ['only identity', user, identity, theirs, noResource],
    ['only resource', user, {}, { ...theirs, ...onResource({ AWS: user.arn }) }, noIdentity],
    ['both, by user ARN', user, identity, { ...theirs, ...onResource({ AWS: user.arn }) }, 'allowed'],
    ['both, by account', user, identity, { ...theirs, ...onResource({ AWS: accountId }) }, 'allowed'],
    ['both, by everybody', user, identity, { ...theirs, ...onResource('*') }, 'allowed'],
    ['another account', user, identity, { ...theirs, ...onResource({ AWS: otherAccountId }) }, noResource],
    [
      'the boundary limits even who is named',
      user,
      { identity: [full], boundary: other },
      { ...theirs, ...onResource({ AWS: user.arn }) },
      noBoundary,
    ],
    [
      'the session policy limits even the session that is named',
      role,
      { identity: [full], session: [other] },
      { ...theirs, ...onResource({ AWS: sessionArn }) },
      noSession,
    ],
    ['a root, by its account', root, {}, { ...theirs, ...onResource({ AWS: accountId }) }, 'allowed'],
    ['a root whom nobody names', root, {}, theirs, noResource],
  ]);
});

describe('where the resource policy is required (keys, trust)', () => {
  const key = (Principal: unknown): Partial<AccessNeed> => ({
    ...onResource(Principal),
    action: 'kms:Decrypt',
    resource: `arn:aws:kms:us-east-1:${accountId}:key/k`,
    resourcePolicyIs: 'required',
  });
  const trust = (Principal: unknown, rest: Fields = {}): Partial<AccessNeed> => ({
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::${accountId}:role/target`,
    resourcePolicyIs: 'required',
    resourcePolicy: policyOf('trust', { Effect: 'Allow', Principal, Action: 'sts:*', ...rest }),
  });
  const noTrust = 'implicit: role trust policy';
  const theirs = { resourceAccountId: otherAccountId };
  check([
    ['key: nobody is named', user, { identity: [full] }, key({ AWS: otherAccountId }), noResource],
    ['key: nor is the root', root, {}, key({ AWS: user.arn }), noResource],
    ['key: the account, and identity allows', user, { identity: [full] }, key({ AWS: rootArn }), 'allowed'],
    ['key: the account, and identity does not', user, {}, key({ AWS: rootArn }), noIdentity],
    ['key: the user', user, {}, key({ AWS: user.arn }), 'allowed'],
    ['key: the root by its account', root, {}, key({ AWS: rootArn }), 'allowed'],
    [
      'key: a grant names the caller',
      user,
      {},
      { ...key({ AWS: otherAccountId }), resourceGrant: 'named' },
      'allowed',
    ],
    ['trust: nobody', user, { identity: [full] }, trust({ AWS: otherAccountId }), noTrust],
    ['trust: the user by name, no identity policy', user, {}, trust({ AWS: user.arn }), 'allowed'],
    ['trust: the account, no identity policy', user, {}, trust({ AWS: accountId }), noIdentity],
    ['trust: the account and identity', user, { identity: [full] }, trust({ AWS: accountId }), 'allowed'],
    [
      'trust from another account: both',
      user,
      { identity: [full] },
      { ...trust({ AWS: accountId }), ...theirs },
      'allowed',
    ],
    [
      'trust from another account: only trust',
      user,
      {},
      { ...trust({ AWS: user.arn }), ...theirs },
      noIdentity,
    ],
    [
      'trust: a wrong external id',
      user,
      { identity: [full] },
      {
        ...trust({ AWS: accountId }, { Condition: { StringEquals: { 'sts:ExternalId': 'right' } } }),
        ...theirs,
        context: { 'sts:ExternalId': 'wrong' },
      },
      noTrust,
    ],
    ['trust denies', user, {}, trust({ AWS: user.arn }, { Effect: 'Deny' }), 'explicit: role trust policy'],
  ]);
});

describe('ACLs and grants beside a policy', () => {
  check([
    [
      'an ACL for the account, identity allows',
      user,
      { identity: [full] },
      { resourceAccountId: otherAccountId, resourceGrant: 'account' },
      'allowed',
    ],
    [
      'an ACL for the account, identity does not',
      user,
      {},
      { resourceAccountId: otherAccountId, resourceGrant: 'account' },
      noIdentity,
    ],
  ]);
});

describe('organizations', () => {
  const identity = [full];
  const noScp = 'implicit: service control policy';
  check([
    ['each level allows', user, { identity, serviceControl: [[full], [other, full], [full]] }, {}, 'allowed'],
    ['one does not', user, { identity, serviceControl: [[full], [other], [full]] }, {}, noScp],
    ['a level without any', user, { identity, serviceControl: [[full], []] }, {}, noScp],
    ['they allow nothing by themselves', user, { serviceControl: [[full]] }, {}, noIdentity],
    [
      'not even who is named by the resource goes around them',
      user,
      { serviceControl: [[other]] },
      onResource({ AWS: user.arn }),
      noScp,
    ],
    ['the root of a member', root, { serviceControl: [[full], [other]] }, {}, noScp],
    [
      'the root of a member, denied',
      root,
      { serviceControl: [[full, denying]] },
      {},
      'explicit: service control policy',
    ],
  ]);
});

describe('who has no policies of its own', () => {
  const service: Principal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };
  const anonymous: Principal = { kind: 'anonymous' };
  const provider = `arn:aws:iam::${accountId}:oidc-provider/oidc.example.com`;
  const token: Principal = {
    kind: 'webIdentity',
    provider,
    providerName: 'oidc.example.com',
    subject: 'repo:a/b',
    audience: 'sts.amazonaws.com',
    claims: {},
  };
  const trust = (Principal: unknown, rest: Fields = {}): Partial<AccessNeed> => ({
    action: 'sts:AssumeRoleWithWebIdentity',
    resource: `arn:aws:iam::${accountId}:role/target`,
    resourceAccountId: accountId,
    resourcePolicyIs: 'required',
    resourcePolicy: policyOf('trust', { Effect: 'Allow', Principal, Action: 'sts:*', ...rest }),
  });
  const sub = (pattern: string): Fields => ({
    Condition: { StringLike: { 'oidc.example.com:sub': pattern } },
  });
  check([
    ['a service', service, {}, {}, noResource],
    ['a service that is named', service, {}, onResource({ Service: 'cloudtrail.amazonaws.com' }), 'allowed'],
    ['another service', service, {}, onResource({ Service: 'config.amazonaws.com' }), noResource],
    ['anonymous', anonymous, {}, {}, noResource],
    ['anonymous, open to everybody', anonymous, {}, onResource('*'), 'allowed'],
    ['anonymous, open to an account', anonymous, {}, onResource({ AWS: accountId }), noResource],
    ['a token of the provider', token, {}, trust({ Federated: provider }), 'allowed'],
    ['a token, everybody', token, {}, trust('*'), 'implicit: role trust policy'],
    [
      'a token, everybody is denied',
      token,
      {},
      trust('*', { Effect: 'Deny' }),
      'explicit: role trust policy',
    ],
    ['a token of the right subject', token, {}, trust({ Federated: provider }, sub('repo:a/*')), 'allowed'],
    [
      'a token of another subject',
      token,
      {},
      trust({ Federated: provider }, sub('repo:c/*')),
      'implicit: role trust policy',
    ],
  ]);
});

describe('NotPrincipal with Deny: every level has to be listed', () => {
  const except = (NotPrincipal: unknown) => ({
    resourcePolicy: policyOf(
      'resource',
      { ...allowAll, Principal: '*' },
      { Effect: 'Deny', NotPrincipal, Action: '*', Resource: '*' },
    ),
  });
  const denied = 'explicit: resource-based policy';
  check([
    ['account and user', user, {}, except({ AWS: [user.arn, rootArn] }), 'allowed'],
    ['only the user', user, {}, except({ AWS: user.arn }), denied],
    ['only the account', user, {}, except({ AWS: rootArn }), denied],
    ['account, role and session', role, {}, except({ AWS: [rootArn, role.roleArn, sessionArn] }), 'allowed'],
    ['account and role', role, {}, except({ AWS: [rootArn, role.roleArn] }), denied],
    ['the root', root, {}, except({ AWS: rootArn }), 'allowed'],
    ['whoever has a boundary', user, { boundary: full }, except({ AWS: [user.arn, rootArn] }), denied],
    [
      'a service',
      { kind: 'service', service: 'sns.amazonaws.com' },
      {},
      except({ Service: 'sns.amazonaws.com' }),
      'allowed',
    ],
  ]);
});

describe('sessions that some calls are closed to', () => {
  const identity = [full];
  const plain = { ...user, session };
  const withMfa = { ...user, session: { ...session, mfaAuthenticatedAtMs: session.issuedAtMs } };
  const ofConsole = { ...federated, session: { ...session, isOfConsole: true } };
  const may = (action: string) => ({ action, resource: '*' });
  check([
    ['GetSessionToken, IAM, no MFA', plain, { identity }, may('iam:ListUsers'), noIdentity],
    ['GetSessionToken, IAM, MFA', withMfa, { identity }, may('iam:ListUsers'), 'allowed'],
    ['GetSessionToken, AssumeRole', plain, { identity }, may('sts:AssumeRole'), 'allowed'],
    ['GetSessionToken, GetFederationToken', plain, { identity }, may('sts:GetFederationToken'), noIdentity],
    ['a federated user, IAM', federated, { identity, session: [full] }, may('iam:ListUsers'), noIdentity],
    [
      'a federated user, AssumeRole',
      federated,
      { identity, session: [full] },
      may('sts:AssumeRole'),
      noIdentity,
    ],
    ['a federated user, S3', federated, { identity, session: [full] }, {}, 'allowed'],
    [
      'a federated user at the console, IAM',
      ofConsole,
      { identity, session: [full] },
      may('iam:ListUsers'),
      'allowed',
    ],
    ['a role, IAM', role, { identity }, may('iam:ListUsers'), 'allowed'],
  ]);
});

describe('AssumeRoot stays within its task', () => {
  const task = {
    ...root,
    session: { ...session, assumedRoot: { callerAccountId: otherAccountId, taskPolicyArn: 'arn' } },
  };
  const unlock = named('task', allow('s3:DeleteBucketPolicy'));
  check([
    ['the task', task, { session: [unlock] }, { action: 's3:DeleteBucketPolicy' }, 'allowed'],
    ['something else', task, { session: [unlock] }, {}, noSession],
    ['what the resource opens to everybody', task, { session: [unlock] }, onResource('*'), noSession],
    [
      'what the resource opens to the account',
      task,
      { session: [unlock] },
      onResource({ AWS: rootArn }),
      noSession,
    ],
  ]);
});
