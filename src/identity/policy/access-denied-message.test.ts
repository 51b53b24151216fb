// SPDX-License-Identifier: Apache-2.0
//
// Oracle: the messages of IAM User Guide, "Troubleshoot access denied error messages", and of AWS Security Blog, "Enhanced access
// denied error messages with policy ARNs"; for DecodeAuthorizationMessage the AWS CLI Command Reference's example.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AccessDecision, AccessNeed, PolicyType } from '../access.js';
import { accessDeniedMessage } from './access-denied-message.js';
import { authorizationDetails } from './authorization-details.js';
import { decideAccess } from './decide-access.js';
import { deny, named, nothing, otherAccountId, policyOf, role, user } from './testing/policy-scene.js';

const john = { ...user, arn: 'arn:aws:iam::123456789012:user/John', accountId: '123456789012' };
const groups = 'arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*';
const scpArn = 'arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd';

type Refusal = Extract<AccessDecision, { isAllowed: false }>;
const implicit = (policyType: PolicyType): Refusal => ({
  isAllowed: false,
  effect: 'implicit',
  policyType,
  matched: [],
});
const explicit = (policyType: PolicyType, policyName = 'inline'): Refusal => ({
  isAllowed: false,
  effect: 'explicit',
  policyType,
  matched: [{ policyType, policyName, statementIndex: 0, sid: undefined }],
});

const deploy = { action: 'codedeploy:ListDeployments', resource: groups };
const assume = { action: 'sts:AssumeRole', resource: '*' };
const list = { action: 'codecommit:ListRepositories', resource: '*' };
const cases: [
  need: Pick<AccessNeed, 'action' | 'resource' | 'resourceAccountId'>,
  refusal: Refusal,
  end: string,
][] = [
  [
    list,
    implicit('service control policy'),
    'codecommit:ListRepositories because no service control policy allows the codecommit:ListRepositories action',
  ],
  [
    deploy,
    explicit('service control policy'),
    `codedeploy:ListDeployments on resource: ${groups} with an explicit deny in a service control policy`,
  ],
  [
    deploy,
    explicit('service control policy', scpArn),
    `codedeploy:ListDeployments on resource: ${groups} with an explicit deny in a service control policy: ${scpArn}`,
  ],
  [
    deploy,
    implicit('permissions boundary'),
    `codedeploy:ListDeployments on resource: ${groups} because no permissions boundary allows the codedeploy:ListDeployments action`,
  ],
  [
    deploy,
    explicit('permissions boundary'),
    `codedeploy:ListDeployments on resource: ${groups} with an explicit deny in a permissions boundary`,
  ],
  [
    list,
    implicit('session policy'),
    'codecommit:ListRepositories because no session policy allows the codecommit:ListRepositories action',
  ],
  [
    deploy,
    explicit('session policy'),
    `codedeploy:ListDeployments on resource: ${groups} with an explicit deny in a session policy`,
  ],
  [
    list,
    implicit('resource-based policy'),
    'codecommit:ListRepositories because no resource-based policy allows the codecommit:ListRepositories action',
  ],
  [
    deploy,
    explicit('resource-based policy'),
    `codedeploy:ListDeployments on resource: ${groups} with an explicit deny in a resource-based policy`,
  ],
  [
    assume,
    implicit('role trust policy'),
    'sts:AssumeRole because no role trust policy allows the sts:AssumeRole action',
  ],
  [assume, explicit('role trust policy'), 'sts:AssumeRole with an explicit deny in the role trust policy'],
  [
    list,
    implicit('identity-based policy'),
    'codecommit:ListRepositories because no identity-based policy allows the codecommit:ListRepositories action',
  ],
  [
    deploy,
    explicit('identity-based policy'),
    `codedeploy:ListDeployments on resource: ${groups} with an explicit deny in an identity-based policy`,
  ],
  [
    { ...deploy, resourceAccountId: otherAccountId },
    explicit('identity-based policy', 'arn:aws:iam::123456789012:policy/P'),
    `codedeploy:ListDeployments on resource: ${groups} with an explicit deny in an identity-based policy`,
  ],
  [
    { action: 's3:DeleteObject', resource: 'arn:aws:s3:::b/k' },
    explicit('identity-based policy', 'arn:aws:iam::123456789012:policy/P'),
    's3:DeleteObject on resource: "arn:aws:s3:::b/k" with an explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/P',
  ],
];
describe('why not', () => {
  for (const [need, refusal, end] of cases) {
    test(end, () => {
      assert.equal(
        accessDeniedMessage(john, need, refusal),
        `User: ${john.arn} is not authorized to perform: ${end}`,
      );
    });
  }
  test('who has no ARN', () => {
    const message = accessDeniedMessage({ kind: 'anonymous' }, list, implicit('resource-based policy'));
    assert.match(message, /^User: anonymous is not authorized/);
    const service = { kind: 'service', service: 'cloudtrail.amazonaws.com' } as const;
    assert.match(
      accessDeniedMessage(service, list, implicit('resource-based policy')),
      /^User: cloudtrail\.amazonaws\.com is/,
    );
  });
});

describe('DecodeAuthorizationMessage', () => {
  const policies = {
    ...nothing,
    identity: [named('P', { Sid: 'VisualEditor0', ...deny('ec2:RunInstances') })],
  };
  const need = {
    principal: role,
    policies,
    action: 'ec2:RunInstances',
    resource: 'arn:aws:ec2:us-east-1:111122223333:instance/*',
    context: { 'ec2:InstanceType': 't2.micro' },
  };
  test("a Deny, member for member as in AWS's example", () => {
    const details = JSON.parse(authorizationDetails(need, decideAccess(need))) as Record<string, unknown>;
    assert.deepEqual(Object.keys(details), [
      'allowed',
      'explicitDeny',
      'matchedStatements',
      'failures',
      'context',
    ]);
    assert.equal(details.allowed, false);
    assert.equal(details.explicitDeny, true);
    assert.deepEqual(details.matchedStatements, {
      items: [
        {
          statementId: 'VisualEditor0',
          effect: 'DENY',
          principals: { items: [] },
          principalGroups: { items: [] },
          actions: { items: [{ value: 'ec2:RunInstances' }] },
          resources: { items: [{ value: '*' }] },
          conditions: { items: [] },
        },
      ],
    });
    assert.deepEqual(details.failures, { items: [] });
    const context = details.context as {
      principal: unknown;
      action: unknown;
      conditions: { items: object[] };
    };
    assert.deepEqual(context.principal, {
      id: `${role.roleId}:monday`,
      arn: 'arn:aws:sts::111122223333:assumed-role/reader/monday',
    });
    assert.equal(context.action, 'ec2:RunInstances');
    const type = { key: 'ec2:instancetype', values: { items: [{ value: 't2.micro' }] } };
    assert.ok(context.conditions.items.some((item) => JSON.stringify(item) === JSON.stringify(type)));
  });
  test('nothing matched', () => {
    const asked = { ...need, action: 'ec2:StopInstances' };
    const details = JSON.parse(authorizationDetails(asked, decideAccess(asked))) as Record<string, unknown>;
    assert.equal(details.explicitDeny, false);
    assert.deepEqual(details.matchedStatements, { items: [] });
  });
  test('a Deny on the resource names its principals', () => {
    const resourcePolicy = policyOf('resource', { ...deny('*'), Principal: { AWS: [user.arn, '*'] } });
    const asked = { ...need, policies: nothing, resourcePolicy };
    const text = authorizationDetails(asked, decideAccess(asked));
    assert.match(
      text,
      /"principals":\{"items":\[\{"value":"arn:aws:iam::111122223333:user\/jane"\},\{"value":"\*"\}\]\}/,
    );
  });
});
