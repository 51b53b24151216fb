// SPDX-License-Identifier: Apache-2.0
//
// Oracles: IAM User Guide, "Policies and permissions", "Permissions boundaries for IAM entities", "IAM identifiers" (unique ids);
// Organizations User Guide, "SCP evaluation", "Service control policies (SCPs)": who is not subject to them.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PrincipalPolicies } from './access.js';
import {
  type GroupDocument,
  groupKey,
  type ManagedPolicyDocument,
  managedPolicyArn,
  managedPolicyKey,
  type RoleDocument,
  roleKey,
  type UserDocument,
  userKey,
} from './iam-documents.js';
import {
  type MembershipDocument,
  membershipKey,
  type OrganizationDocument,
  organizationKey,
  organizationPolicyKey,
  policyTargetKey,
  unitKey,
} from './organization-documents.js';
import { decideAccess } from './policy/decide-access.js';
import {
  accountId,
  allow,
  allowAll,
  deny,
  federated,
  policyText,
  role,
  root,
  session,
  user,
} from './policy/testing/policy-scene.js';
import type { Principal } from './principal.js';
import { type PolicyState, principalPolicies } from './principal-policies.js';

const managementAccountId = '999988887777';
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

class Documents implements PolicyState {
  readonly #documents = new Map<string, unknown>();
  get<T>(key: string): T | undefined {
    return this.#documents.get(key) as T | undefined;
  }
  put(key: string, value: unknown): this {
    this.#documents.set(key, value);
    return this;
  }
}

const jane: UserDocument = {
  accountId,
  userName: user.userName,
  userId: user.userId,
  path: '/',
  createdAtMs: 0,
  tags: { team: 'blue' },
  groupNames: [],
  accessKeyIds: [],
  mfaSerials: [],
  inlinePolicies: {},
  attachedPolicyArns: [],
};
const reader: RoleDocument = {
  accountId,
  roleName: role.roleName,
  roleId: role.roleId,
  path: '/',
  createdAtMs: 0,
  trustPolicy: '{}',
  description: '',
  maxSessionDurationSec: 3_600,
  tags: { team: 'red', cost: '1' },
  inlinePolicies: {},
  attachedPolicyArns: [],
};

function customerPolicy(policyName: string, ...documents: string[]): ManagedPolicyDocument {
  return {
    accountId,
    policyName,
    policyId: 'ANPA',
    path: '/team/',
    description: '',
    createdAtMs: 0,
    updatedAtMs: 0,
    tags: {},
    lastVersion: documents.length,
    defaultVersionId: `v${documents.length}`,
    versions: documents.map((document, index) => ({ versionId: `v${index + 1}`, document, createdAtMs: 0 })),
  };
}

const withJane = (changes: Partial<UserDocument> = {}) =>
  new Documents().put(userKey(accountId, 'jane'), { ...jane, ...changes });
const withReader = (changes: Partial<RoleDocument> = {}) =>
  new Documents().put(roleKey(accountId, 'reader'), { ...reader, ...changes });

function may(principal: Principal, state: PolicyState, action = 's3:GetObject'): boolean {
  const policies = principalPolicies(principal, state);
  return decideAccess({ principal, policies, action, resource: 'arn:aws:s3:::b/k' }).isAllowed;
}

const names = ({ identity }: PrincipalPolicies) => identity.map(({ name }) => name);

describe('users', () => {
  test('inline, managed and group policies, in this order', () => {
    const policy = customerPolicy('p', policyText(deny('*')), policyText(allow('s3:*')));
    const arn = managedPolicyArn(policy);
    const group: GroupDocument = {
      accountId,
      groupName: 'Admins',
      groupId: 'AGPA',
      path: '/',
      createdAtMs: 0,
      inlinePolicies: { ofGroup: policyText(allow('sqs:*')) },
      attachedPolicyArns: [administrator],
    };
    const state = withJane({
      inlinePolicies: { own: policyText(allow('kms:*')) },
      attachedPolicyArns: [arn],
      groupNames: ['Admins'],
    })
      .put(managedPolicyKey(accountId, 'p'), policy)
      .put(groupKey(accountId, 'Admins'), group);
    const policies = principalPolicies(user, state);
    assert.deepEqual(names(policies), ['own', arn, 'ofGroup', administrator]);
    assert.equal(policies.identity[2]?.attachedTo, `arn:aws:iam::${accountId}:group/Admins`);
    // Of the managed one the default version counts.
    assert.equal(may(user, state), true);
  });
  test('a managed policy that is not there denies everything: nobody knows what it denied', () => {
    const gone = `arn:aws:iam::${accountId}:policy/gone`;
    assert.equal(may(user, withJane({ attachedPolicyArns: [administrator] })), true);
    assert.equal(may(user, withJane({ attachedPolicyArns: [administrator, gone] })), false);
  });
  test('so does a document that cannot be read', () => {
    const state = withJane({ attachedPolicyArns: [administrator], inlinePolicies: { damaged: '{' } });
    assert.equal(may(user, state), false);
  });
  test('a managed policy of another path or account is another one', () => {
    const policy = customerPolicy('p', policyText(allowAll));
    const elsewhere = `arn:aws:iam::${accountId}:policy/elsewhere/p`;
    const state = withJane({ attachedPolicyArns: [elsewhere] }).put(managedPolicyKey(accountId, 'p'), policy);
    assert.equal(may(user, state), false);
  });
  test('a boundary, and one that is gone', () => {
    const bounded = withJane({
      attachedPolicyArns: [administrator],
      permissionsBoundaryArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    });
    assert.equal(may(user, bounded), true);
    assert.equal(may(user, bounded, 's3:PutObject'), false);
    const gone = { permissionsBoundaryArn: `arn:aws:iam::${accountId}:policy/gone` };
    const state = withJane({ attachedPolicyArns: [administrator], ...gone });
    assert.equal(principalPolicies(user, state).boundary, 'missing');
    assert.equal(may(user, state), false);
  });
  test('tags are condition keys', () => {
    assert.deepEqual(principalPolicies(user, withJane()).context, { 'aws:PrincipalTag/team': 'blue' });
  });
});

describe('somebody who is gone, or made again under the same name', () => {
  const admin = { attachedPolicyArns: [administrator] };
  const cases: [what: string, who: Principal, state: Documents, isGone: boolean][] = [
    ['a user', user, withJane(admin), false],
    ['a deleted user', user, new Documents(), true],
    ['a successor', user, withJane({ ...admin, userId: 'AIDAANOTHER' }), true],
    ['a role', role, withReader(admin), false],
    ['a deleted role', role, new Documents(), true],
    ['a successor of a role', role, withReader({ ...admin, roleId: 'AROAANOTHER' }), true],
    ['whom a deleted user federated', federated, new Documents(), true],
  ];
  for (const [what, who, state, isGone] of cases) {
    test(`${what}: ${isGone ? 'nothing' : 'everything'}`, () => {
      assert.equal(principalPolicies(who, state).isGone === true, isGone);
      assert.equal(may(who, state), !isGone);
    });
  }
});

describe('sessions', () => {
  const admin = withReader({ attachedPolicyArns: [administrator] });
  test('a role without session policies', () => {
    assert.equal(principalPolicies(role, admin).session, undefined);
    assert.equal(may(role, admin), true);
  });
  test('policies as text and by ARN narrow it, together as far as either goes', () => {
    const narrowed = {
      ...role,
      session: {
        ...session,
        policies: [policyText(allow('sqs:*'))],
        policyArns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'],
      },
    };
    assert.equal(may(narrowed, admin), true);
    assert.equal(may(narrowed, admin, 'sqs:SendMessage'), true);
    assert.equal(may(narrowed, admin, 's3:PutObject'), false);
  });
  test('a federated user has nothing without session policies', () => {
    const state = withJane({ attachedPolicyArns: [administrator] });
    assert.equal(may(federated, state), false);
    const given = { ...federated, session: { ...session, policies: [policyText(allow('s3:*'))] } };
    assert.equal(may(given, state), true);
    assert.equal(may(given, withJane()), false);
    const ofRoot = { ...given, issuer: { kind: 'root' as const } };
    assert.equal(may(ofRoot, new Documents()), true);
    assert.equal(may(ofRoot, new Documents(), 'sqs:SendMessage'), false);
  });
  test('AssumeRoot stays within its task ("S3UnlockBucketPolicy")', () => {
    const taskPolicyArn = 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy';
    const task = {
      ...root,
      session: { ...session, assumedRoot: { callerAccountId: managementAccountId, taskPolicyArn } },
    };
    assert.equal(may(task, new Documents(), 's3:DeleteBucketPolicy'), true);
    assert.equal(may(task, new Documents(), 's3:GetObject'), false);
    const unknown = { ...task.session.assumedRoot, taskPolicyArn: 'arn:aws:iam::aws:policy/root-task/Nope' };
    const session_ = { ...task.session, assumedRoot: unknown };
    assert.equal(may({ ...task, session: session_ }, new Documents(), 's3:DeleteBucketPolicy'), false);
  });
  test('session tags win over tags of the role', () => {
    const policies = principalPolicies(
      role,
      withReader({ inlinePolicies: { byTag: policyText({ ...allow('s3:*'), Condition: tag('green') }) } }),
    );
    const tagged = { ...role, session: { ...session, tags: { team: 'green' } } };
    const need = { policies, action: 's3:GetObject', resource: '*' };
    assert.equal(decideAccess({ ...need, principal: tagged }).isAllowed, true);
    assert.equal(decideAccess({ ...need, principal: role }).isAllowed, false);
  });
});

const tag = (value: string) => ({ StringEquals: { 'aws:PrincipalTag/team': value } });

describe('organizations', () => {
  const organization: OrganizationDocument = {
    organizationId: 'o-1',
    managementAccountId,
    managementEmail: 'm@example.com',
    featureSet: 'ALL',
    createdAtMs: 0,
    rootId: 'r-1',
    enabledPolicyTypes: ['SERVICE_CONTROL_POLICY'],
    trustedServices: {},
    delegatedAdministrators: {},
    rootTags: {},
  };
  const member = (id: string, parentId: string): MembershipDocument => ({
    accountId: id,
    organizationId: 'o-1',
    managementAccountId,
    parentId,
    name: id,
    email: `${id}@example.com`,
    joinedAtMs: 0,
    joinedMethod: 'CREATED',
    status: 'ACTIVE',
    tags: {},
  });
  const unit = (id: string, parentId: string) => ({
    organizationId: 'o-1',
    id,
    name: id,
    parentId,
    tags: {},
  });
  const scp = (id: string, content: string, type = 'SERVICE_CONTROL_POLICY') => ({
    organizationId: 'o-1',
    id,
    type,
    name: id,
    description: '',
    content,
    tags: {},
  });
  const tree = (changes: Partial<OrganizationDocument> = {}) =>
    withJane({ attachedPolicyArns: [administrator] })
      .put(organizationKey('o-1'), { ...organization, ...changes })
      .put(membershipKey(accountId), member(accountId, 'ou-2'))
      .put(membershipKey(managementAccountId), member(managementAccountId, 'r-1'))
      .put(unitKey('o-1', 'ou-1'), unit('ou-1', 'r-1'))
      .put(unitKey('o-1', 'ou-2'), unit('ou-2', 'ou-1'))
      .put(organizationPolicyKey('o-1', 'p-noput'), scp('p-noput', policyText(deny('s3:Put*'))))
      .put(organizationPolicyKey('o-1', 'p-tags'), scp('p-tags', '{"tags":{}}', 'TAG_POLICY'))
      .put(policyTargetKey('o-1', 'ou-1'), { policyIds: ['p-FullAWSAccess', 'p-noput', 'p-tags'] });

  test('levels from the root down; FullAWSAccess where nothing else was attached', () => {
    const { serviceControl, context } = principalPolicies(user, tree());
    const full = 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess';
    const own = `arn:aws:organizations::${managementAccountId}:policy/o-1/service_control_policy/p-noput`;
    assert.deepEqual(
      serviceControl.map((level) => level.map(({ name }) => name)),
      [[full], [full, own], [full], [full]],
    );
    assert.deepEqual(context, {
      'aws:PrincipalOrgID': 'o-1',
      'aws:PrincipalOrgPaths': ['o-1/r-1/ou-1/ou-2/'],
      'aws:PrincipalTag/team': 'blue',
    });
    assert.equal(may(user, tree()), true);
    assert.equal(may(user, tree(), 's3:PutObject'), false);
    assert.equal(may(root, tree(), 's3:PutObject'), false);
  });
  test('a level whose FullAWSAccess was replaced allows what replaced it', () => {
    const state = tree()
      .put(policyTargetKey('o-1', accountId), { policyIds: ['p-s3'] })
      .put(organizationPolicyKey('o-1', 'p-s3'), scp('p-s3', policyText(allow('s3:*'))));
    assert.equal(may(user, state), true);
    assert.equal(may(user, state, 'sqs:SendMessage'), false);
  });
  test('a policy that is not there denies everything', () => {
    assert.equal(may(user, tree().put(policyTargetKey('o-1', 'r-1'), { policyIds: ['p-gone'] })), false);
  });
  test('a circle of OUs comes to an end', () => {
    const state = tree().put(unitKey('o-1', 'ou-1'), unit('ou-1', 'ou-2'));
    assert.equal(may(user, state, 's3:PutObject'), false);
  });
  const free: [what: string, who: Principal, state: Documents][] = [
    ['the management account', { ...root, accountId: managementAccountId }, tree()],
    ['organizations that only bill together', user, tree({ featureSet: 'CONSOLIDATED_BILLING' })],
    ['organizations that have not enabled them', user, tree({ enabledPolicyTypes: [] })],
    ['accounts of no organization', user, withJane({ attachedPolicyArns: [administrator] })],
    ['services', { kind: 'service', service: 'cloudtrail.amazonaws.com' }, tree()],
  ];
  for (const [what, who, state] of free) {
    test(`not for ${what}`, () => assert.deepEqual(principalPolicies(who, state).serviceControl, []));
  }
  test('not for service-linked roles', () => {
    const path = '/aws-service-role/cloudtrail.amazonaws.com/';
    const state = tree().put(roleKey(accountId, 'reader'), { ...reader, path });
    const linked = { ...role, roleArn: `arn:aws:iam::${accountId}:role${path}reader` };
    assert.deepEqual(principalPolicies(linked, state).serviceControl, []);
  });
});
