// SPDX-License-Identifier: Apache-2.0
//
// Oracle: IAM User Guide, "IAM policy elements: Variables and tags" (table of principal key values), "AWS global condition context
// keys", "IAM and AWS STS condition context keys" (OIDC federation).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '../principal.js';
import { type ContextValues, principalContext, RequestContext } from './request-context.js';
import {
  accountId,
  federated,
  federatedArn,
  role,
  root,
  rootArn,
  session,
  user,
} from './testing/policy-scene.js';

const issuedAt = '2026-11-21T09:00:00Z';
const ofSession = { 'aws:TokenIssueTime': issuedAt, 'aws:MultiFactorAuthPresent': 'false' };
const own = { 'aws:PrincipalAccount': accountId, 'aws:PrincipalIsAWSService': 'false' };
const provider = `arn:aws:iam::${accountId}:oidc-provider/oidc.example.com/id/1`;

const cases: [what: string, who: Principal, keys: ContextValues][] = [
  [
    'a root',
    root,
    { ...own, 'aws:PrincipalArn': rootArn, 'aws:PrincipalType': 'Account', 'aws:userid': accountId },
  ],
  [
    'a user',
    user,
    {
      ...own,
      'aws:PrincipalArn': user.arn,
      'aws:PrincipalType': 'User',
      'aws:userid': user.userId,
      'aws:username': 'jane',
    },
  ],
  [
    'a session of a role: the ARN is the role’s',
    role,
    {
      ...own,
      ...ofSession,
      'aws:PrincipalArn': role.roleArn,
      'aws:PrincipalType': 'AssumedRole',
      'aws:userid': `${role.roleId}:monday`,
    },
  ],
  [
    'a federated user',
    federated,
    {
      ...own,
      ...ofSession,
      'aws:PrincipalArn': federatedArn,
      'aws:PrincipalType': 'FederatedUser',
      'aws:userid': `${accountId}:guest`,
    },
  ],
  [
    'a session with all that it may have',
    {
      ...role,
      session: {
        ...session,
        mfaAuthenticatedAtMs: session.issuedAtMs - 5_500,
        sourceIdentity: 'Jane',
        tags: { Team: 'blue' },
        webIdentity: { provider, subject: 's', audience: 'a', claims: {} },
      },
    },
    {
      ...own,
      'aws:PrincipalArn': role.roleArn,
      'aws:PrincipalType': 'AssumedRole',
      'aws:userid': `${role.roleId}:monday`,
      'aws:TokenIssueTime': issuedAt,
      'aws:MultiFactorAuthPresent': 'true',
      'aws:MultiFactorAuthAge': '5',
      'aws:SourceIdentity': 'Jane',
      'aws:PrincipalTag/Team': 'blue',
      'aws:FederatedProvider': provider,
    },
  ],
  [
    'AssumeRoot',
    { ...root, session: { ...session, assumedRoot: { callerAccountId: accountId, taskPolicyArn: 'a' } } },
    {
      ...own,
      ...ofSession,
      'aws:PrincipalArn': rootArn,
      'aws:PrincipalType': 'Account',
      'aws:userid': accountId,
      'aws:AssumedRoot': 'true',
    },
  ],
  [
    'the bearer of a token',
    {
      kind: 'webIdentity',
      provider,
      providerName: 'oidc.example.com/id/1',
      subject: 'system:serviceaccount:a:b',
      audience: 'sts.amazonaws.com',
      claims: { amr: ['authenticated'], sub: 'forged' },
    },
    {
      'aws:PrincipalIsAWSService': 'false',
      'aws:FederatedProvider': provider,
      'oidc.example.com/id/1:amr': ['authenticated'],
      'oidc.example.com/id/1:aud': 'sts.amazonaws.com',
      'oidc.example.com/id/1:sub': 'system:serviceaccount:a:b',
    },
  ],
  [
    'nobody',
    { kind: 'anonymous' },
    { 'aws:PrincipalIsAWSService': 'false', 'aws:PrincipalType': 'Anonymous', 'aws:userid': 'anonymous' },
  ],
  [
    'a service',
    { kind: 'service', service: 'cloudtrail.amazonaws.com' },
    {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com',
      'aws:PrincipalServiceNamesList': ['cloudtrail.amazonaws.com'],
    },
  ],
];
for (const [what, who, keys] of cases) {
  test(what, () => {
    const given = Object.entries(principalContext(who, session.issuedAtMs));
    assert.deepEqual(Object.fromEntries(given.filter(([, value]) => value !== undefined)), keys);
  });
}

test('names are compared without case; later sources win; what is undefined does not', () => {
  const context = new RequestContext(
    { 'aws:A': '1', 'aws:b': ['1', '2'] },
    { 'AWS:a': '2', 'aws:b': undefined },
  );
  assert.deepEqual(context.values('aws:a'), ['2']);
  assert.deepEqual(context.values('AWS:B'), ['1', '2']);
  assert.equal(context.values('aws:c'), undefined);
  assert.equal(context.resolve('aws:a'), '2');
  assert.equal(context.resolve('aws:b'), undefined);
});
