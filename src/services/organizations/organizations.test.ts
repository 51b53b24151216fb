// SPDX-License-Identifier: Apache-2.0
// Oracle: Organizations API Reference (operations, errors with their reasons, quotas) and User Guide ("Enabling all features
// for an organization", "Quotas and service limits"); patterns of the ids from botocore's model.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountKey } from '../../identity/account-documents.js';
import { type RoleDocument, roleKey } from '../../identity/iam-documents.js';
import {
  type MembershipDocument,
  membershipKey,
  policyTargetKey,
} from '../../identity/organization-documents.js';
import { management, member, OrganizationsScene, outsider, startMs } from './testing/organizations-scene.js';

const day = 24 * 60 * 60 * 1_000;

describe('an organization', () => {
  test('comes to be with a root, full access everywhere and the service-linked role', async () => {
    const scene = new OrganizationsScene();
    const { Organization } = await scene.call('CreateOrganization');
    assert.match(Organization.Id, /^o-[a-z0-9]{10,32}$/);
    assert.equal(
      Organization.MasterAccountArn,
      `arn:aws:organizations::${management}:account/${Organization.Id}/${management}`,
    );
    const { Roots } = await scene.call('ListRoots');
    assert.match(Roots[0].Id, /^r-[0-9a-z]{4,32}$/);
    assert.deepEqual(Roots[0].PolicyTypes, [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }]);
    for (const target of [Roots[0].Id, management])
      assert.deepEqual(scene.state.get(policyTargetKey(Organization.Id, target)), {
        policyIds: ['p-FullAWSAccess'],
      });
    const role = scene.state.get<RoleDocument>(roleKey(management, 'AWSServiceRoleForOrganizations'));
    assert.equal(role?.path, '/aws-service-role/organizations.amazonaws.com/');
  });
  test('is one at most for an account', async () => {
    const scene = new OrganizationsScene();
    await scene.organize();
    assert.equal((await scene.refusal('CreateOrganization')).code, 'AlreadyInOrganization');
    await scene.join(member);
    assert.equal((await scene.refusal('CreateOrganization', {}, member)).code, 'AlreadyInOrganization');
  });
  test('is not there for accounts outside', async () => {
    const scene = new OrganizationsScene();
    await scene.organize();
    for (const operation of ['DescribeOrganization', 'ListAccounts', 'LeaveOrganization', 'ListRoots'])
      assert.equal((await scene.refusal(operation, {}, outsider)).code, 'AWSOrganizationsNotInUse');
  });
  test('two of them know nothing of each other', async () => {
    const scene = new OrganizationsScene();
    const first = await scene.organize();
    await scene.call('CreateOrganization', {}, outsider);
    const { Accounts } = await scene.call('ListAccounts', {}, outsider);
    assert.deepEqual(
      Accounts.map(({ Id }: { Id: string }) => Id),
      [outsider],
    );
    const { code } = await scene.refusal('DescribeAccount', { AccountId: management }, outsider);
    assert.equal(code, 'AccountNotFound');
    assert.equal(
      (await scene.refusal('ListChildren', { ParentId: first.rootId, ChildType: 'ACCOUNT' }, outsider)).code,
      'ParentNotFound',
    );
  });
  test('is deleted when only the management account is left, with everything in it', async () => {
    const scene = new OrganizationsScene();
    const { organizationId, rootId } = await scene.organize();
    await scene.join(member);
    await scene.call('CreateOrganizationalUnit', { ParentId: rootId, Name: 'a' });
    assert.equal((await scene.refusal('DeleteOrganization')).code, 'OrganizationNotEmpty');
    await scene.call('LeaveOrganization', {}, member);
    await scene.call('DeleteOrganization');
    const left = scene.state.list('organization').map(({ key }) => key);
    assert.deepEqual(left, [`organization-change/${organizationId}`]);
    await scene.organize();
  });
  test('of billing features only has no policies', async () => {
    const scene = new OrganizationsScene();
    const { rootId } = await scene.organize('CONSOLIDATED_BILLING');
    assert.deepEqual((await scene.call('ListRoots')).Roots[0].PolicyTypes, []);
    const type = { RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' };
    assert.equal(
      (await scene.refusal('EnablePolicyType', type)).code,
      'PolicyTypeNotAvailableForOrganization',
    );
    const { reason } = await scene.refusal('EnableAWSServiceAccess', {
      ServicePrincipal: 'cloudtrail.amazonaws.com',
    });
    assert.equal(reason, 'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE');
    assert.equal(
      (await scene.refusal('CloseAccount', { AccountId: management })).reason,
      'CANNOT_CLOSE_MANAGEMENT_ACCOUNT',
    );
  });
});

describe('all features', () => {
  test('every invited member agrees, then the management account approves', async () => {
    const scene = new OrganizationsScene();
    const { organizationId } = await scene.organize('CONSOLIDATED_BILLING');
    await scene.join(member);
    await scene.join(outsider);
    const { Handshake: parent } = await scene.call('EnableAllFeatures');
    assert.equal(parent.State, 'REQUESTED');
    assert.equal(parent.ExpirationTimestamp.getTime() - startMs, 90 * day);
    assert.equal(
      (await scene.refusal('EnableAllFeatures')).reason,
      'ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION',
    );
    const invitation = { Target: { Type: 'ACCOUNT', Id: '999999999999' } };
    assert.equal(
      (await scene.refusal('InviteAccountToOrganization', invitation)).reason,
      'INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES',
    );
    for (const account of [member, outsider]) {
      const filter = { Filter: { ActionType: 'ENABLE_ALL_FEATURES' } };
      const { Handshakes } = await scene.call('ListHandshakesForAccount', filter, account);
      assert.equal(Handshakes.length, 1);
      await scene.call('AcceptHandshake', { HandshakeId: Handshakes[0].Id }, account);
    }
    assert.equal(scene.organization(organizationId).featureSet, 'CONSOLIDATED_BILLING');
    const filter = { Filter: { ActionType: 'APPROVE_ALL_FEATURES' } };
    const { Handshakes } = await scene.call('ListHandshakesForOrganization', filter);
    await scene.call('AcceptHandshake', { HandshakeId: Handshakes[0].Id });
    assert.equal(scene.organization(organizationId).featureSet, 'ALL');
    assert.equal((await scene.refusal('EnableAllFeatures')).reason, 'ORGANIZATION_ALREADY_HAS_ALL_FEATURES');
  });
  test('canceling takes back what was asked of members', async () => {
    const scene = new OrganizationsScene();
    await scene.organize('CONSOLIDATED_BILLING');
    await scene.join(member);
    const { Handshake } = await scene.call('EnableAllFeatures');
    await scene.call('CancelHandshake', { HandshakeId: Handshake.Id });
    const filter = { Filter: { ActionType: 'ENABLE_ALL_FEATURES' } };
    const { Handshakes } = await scene.call('ListHandshakesForAccount', filter, member);
    assert.equal(Handshakes[0].State, 'CANCELED');
    const { code } = await scene.refusal('AcceptHandshake', { HandshakeId: Handshakes[0].Id }, member);
    assert.equal(code, 'InvalidHandshakeTransition');
  });
});

describe('accounts that are made', () => {
  const wanted = { Email: 'susan@example.com', AccountName: 'Production Account' };

  test('a request is in progress, then done: the account with its role', async () => {
    const scene = new OrganizationsScene();
    const { organizationId, rootId } = await scene.organize();
    const input = { ...wanted, RoleName: 'Admin', Tags: [{ Key: 'team', Value: 'a' }] };
    const { CreateAccountStatus: asked } = await scene.call('CreateAccount', input);
    assert.match(asked.Id, /^car-[a-z0-9]{8,32}$/);
    assert.deepEqual([asked.State, asked.AccountId], ['IN_PROGRESS', undefined]);
    scene.runCreations();
    const { CreateAccountStatus: done } = await scene.call('DescribeCreateAccountStatus', {
      CreateAccountRequestId: asked.Id,
    });
    assert.equal(done.State, 'SUCCEEDED');
    const { AccountId: accountId } = done;
    const membership = scene.state.get<MembershipDocument>(membershipKey(accountId));
    assert.deepEqual(
      [membership?.organizationId, membership?.parentId, membership?.joinedMethod, membership?.tags],
      [organizationId, rootId, 'CREATED', { team: 'a' }],
    );
    const role = scene.state.get<RoleDocument>(roleKey(accountId, 'Admin'));
    assert.deepEqual(role?.attachedPolicyArns, ['arn:aws:iam::aws:policy/AdministratorAccess']);
    assert.deepEqual(JSON.parse(role?.trustPolicy ?? '').Statement[0].Principal, {
      AWS: `arn:aws:iam::${management}:root`,
    });
  });
  test('an address that somebody has fails the request, whatever its case', async () => {
    const scene = new OrganizationsScene();
    await scene.organize();
    scene.addAccount('444444444444', wanted.Email);
    await scene.call('CreateAccount', { ...wanted, Email: 'SUSAN@example.com' });
    assert.equal(scene.runCreations()[0]?.failureReason, 'EMAIL_ALREADY_EXISTS');
    const { CreateAccountStatuses } = await scene.call('ListCreateAccountStatus', { States: ['FAILED'] });
    assert.equal(CreateAccountStatuses[0].FailureReason, 'EMAIL_ALREADY_EXISTS');
    assert.deepEqual((await scene.call('ListAccounts')).Accounts.length, 1);
  });
  test('five at a time', async () => {
    const scene = new OrganizationsScene();
    await scene.organize();
    for (let count = 0; count < 5; count += 1)
      await scene.call('CreateAccount', { ...wanted, Email: `a${count}@example.com` });
    assert.equal(
      (await scene.refusal('CreateAccount', wanted)).reason,
      'ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED',
    );
  });
  for (const [what, change, reason] of [
    ['no address', { Email: 'susan.example.com' }, 'INVALID_PATTERN'],
    ['a short one', { Email: 'a@b.c' }, 'MIN_LENGTH_EXCEEDED'],
    ['a long name', { AccountName: 'a'.repeat(51) }, 'MAX_LENGTH_EXCEEDED'],
    ['a name that is not ASCII', { AccountName: 'ü' }, 'INVALID_PATTERN'],
    ['a reserved role', { RoleName: 'AWSServiceRoleForX' }, 'INVALID_ROLE_NAME'],
    [
      'a tag twice',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      },
      'DUPLICATE_TAG_KEY',
    ],
    ['a tag of AWS', { Tags: [{ Key: 'aws:a', Value: '1' }] }, 'INVALID_SYSTEM_TAGS_PARAMETER'],
  ] as const)
    test(`refused: ${what}`, async () => {
      const scene = new OrganizationsScene();
      await scene.organize();
      assert.equal((await scene.refusal('CreateAccount', { ...wanted, ...change })).reason, reason);
    });
});

describe('accounts that go', () => {
  test('leaving and removing end the membership; the management account stays', async () => {
    const scene = new OrganizationsScene();
    const { organizationId } = await scene.organize();
    await scene.join(member);
    await scene.join(outsider);
    await scene.call('LeaveOrganization', {}, member);
    await scene.call('RemoveAccountFromOrganization', { AccountId: outsider });
    for (const account of [member, outsider]) {
      assert.equal(scene.state.get(membershipKey(account)), undefined);
      assert.equal(scene.state.get(policyTargetKey(organizationId, account)), undefined);
    }
    assert.equal((await scene.refusal('LeaveOrganization')).code, 'MasterCannotLeaveOrganization');
  });
  test('a delegated administrator cannot go', async () => {
    const scene = new OrganizationsScene();
    await scene.organize();
    await scene.join(member);
    await scene.call('EnableAWSServiceAccess', { ServicePrincipal: 'guardduty.amazonaws.com' });
    const delegation = { AccountId: member, ServicePrincipal: 'guardduty.amazonaws.com' };
    await scene.call('RegisterDelegatedAdministrator', delegation);
    assert.equal(
      (await scene.refusal('LeaveOrganization', {}, member)).reason,
      'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
    );
    await scene.call('DeregisterDelegatedAdministrator', delegation);
    await scene.call('LeaveOrganization', {}, member);
  });
  test('closing: pending, its keys are dead at once; three at a time', async () => {
    const accounts = ['1', '2', '3', '4'].map((digit) => digit.repeat(11).padStart(12, '9'));
    const scene = new OrganizationsScene([management, ...accounts]);
    await scene.organize();
    for (const account of accounts) await scene.join(account);
    for (const account of accounts.slice(0, 3)) {
      await scene.call('CloseAccount', { AccountId: account });
      const { Account } = await scene.call('DescribeAccount', { AccountId: account });
      assert.deepEqual([Account.Status, Account.State], ['PENDING_CLOSURE', 'PENDING_CLOSURE']);
      assert.equal(scene.state.get<{ closedAtMs: number }>(accountKey(account))?.closedAtMs, startMs);
    }
    const [first, , , fourth] = accounts;
    assert.equal((await scene.refusal('CloseAccount', { AccountId: first })).code, 'Conflict');
    assert.equal(
      (await scene.refusal('CloseAccount', { AccountId: fourth })).reason,
      'CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED',
    );
  });
});
