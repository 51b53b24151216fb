// SPDX-License-Identifier: Apache-2.0
// Oracle: Organizations API Reference (units, policies, attachments, types, tags, service access, delegation: operations and
// errors with their reasons) and User Guide, "Quotas and service limits".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type MembershipDocument,
  membershipKey,
  policyTargetKey,
} from '../../identity/organization-documents.js';
import { management, member, OrganizationsScene, outsider } from './testing/organizations-scene.js';

const denyS3 = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}';
const scp = (Name: string) => ({ Type: 'SERVICE_CONTROL_POLICY', Name, Description: '', Content: denyS3 });

async function organized() {
  const scene = new OrganizationsScene();
  const organization = await scene.organize();
  await scene.join(member);
  const unit = async (name: string, parent = organization.rootId): Promise<string> => {
    const { OrganizationalUnit } = await scene.call('CreateOrganizationalUnit', {
      ParentId: parent,
      Name: name,
    });
    return OrganizationalUnit.Id;
  };
  const policy = async (name: string): Promise<string> =>
    (await scene.call('CreatePolicy', scp(name))).Policy.PolicySummary.Id;
  return { scene, organization, rootId: organization.rootId, unit, policy };
}

describe('units', () => {
  test('five levels deep, and no deeper', async () => {
    const { scene, unit, rootId, organization } = await organized();
    let parent = rootId;
    const ids: string[] = [];
    for (let level = 1; level <= 5; level += 1) {
      parent = await unit(`level ${level}`, parent);
      ids.push(parent);
    }
    const { reason } = await scene.refusal('CreateOrganizationalUnit', { ParentId: parent, Name: 'six' });
    assert.equal(reason, 'OU_DEPTH_LIMIT_EXCEEDED');
    const { OrganizationalUnit } = await scene.call('DescribeOrganizationalUnit', {
      OrganizationalUnitId: parent,
    });
    assert.equal(OrganizationalUnit.Path, `${[organization.organizationId, rootId, ...ids].join('/')}/`);
    assert.match(parent, new RegExp(`^ou-${rootId.slice(2)}-[a-z0-9]{8,32}$`));
  });
  test('names are free once a parent, and a unit goes only when it is empty', async () => {
    const { scene, unit, rootId } = await organized();
    const [first, second] = [await unit('a'), await unit('b')];
    assert.equal(
      (await scene.refusal('CreateOrganizationalUnit', { ParentId: rootId, Name: 'a' })).code,
      'DuplicateOrganizationalUnit',
    );
    assert.equal(
      (await scene.refusal('UpdateOrganizationalUnit', { OrganizationalUnitId: second, Name: 'a' })).code,
      'DuplicateOrganizationalUnit',
    );
    await unit('a', first);
    assert.equal(
      (await scene.refusal('DeleteOrganizationalUnit', { OrganizationalUnitId: first })).code,
      'OrganizationalUnitNotEmpty',
    );
    await scene.call('MoveAccount', {
      AccountId: member,
      SourceParentId: rootId,
      DestinationParentId: second,
    });
    assert.equal(
      (await scene.refusal('DeleteOrganizationalUnit', { OrganizationalUnitId: second })).code,
      'OrganizationalUnitNotEmpty',
    );
    await scene.call('MoveAccount', {
      AccountId: member,
      SourceParentId: second,
      DestinationParentId: rootId,
    });
    await scene.call('DeleteOrganizationalUnit', { OrganizationalUnitId: second });
    assert.equal(
      (await scene.refusal('DescribeOrganizationalUnit', { OrganizationalUnitId: second })).code,
      'OrganizationalUnitNotFound',
    );
  });
  test('accounts move from where they are to what is there', async () => {
    const { scene, unit, rootId } = await organized();
    const id = await unit('a');
    const move = (SourceParentId: string, DestinationParentId: string) => ({
      AccountId: member,
      SourceParentId,
      DestinationParentId,
    });
    assert.equal((await scene.refusal('MoveAccount', move(id, rootId))).code, 'SourceParentNotFound');
    assert.equal(
      (await scene.refusal('MoveAccount', move(rootId, 'ou-aaaa-99999999'))).code,
      'DestinationParentNotFound',
    );
    assert.equal((await scene.refusal('MoveAccount', move(rootId, rootId))).code, 'DuplicateAccount');
    await scene.call('MoveAccount', move(rootId, id));
    assert.equal(scene.state.get<MembershipDocument>(membershipKey(member))?.parentId, id);
    const { Parents } = await scene.call('ListParents', { ChildId: member });
    assert.deepEqual(Parents, [{ Id: id, Type: 'ORGANIZATIONAL_UNIT' }]);
    const { Children } = await scene.call('ListChildren', { ParentId: id, ChildType: 'ACCOUNT' });
    assert.deepEqual(Children, [{ Id: member, Type: 'ACCOUNT' }]);
    assert.equal((await scene.call('ListAccountsForParent', { ParentId: id })).Accounts.length, 1);
  });
  test('pages of 20, in order, through units that come and go', async () => {
    const { scene, unit, rootId } = await organized();
    const made = new Set<string>();
    for (let count = 0; count < 45; count += 1) made.add(await unit(`unit ${count}`));
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await scene.call('ListOrganizationalUnitsForParent', {
        ParentId: rootId,
        ...(NextToken && { NextToken }),
      });
      assert.ok(answer.OrganizationalUnits.length <= 20);
      seen.push(...answer.OrganizationalUnits.map(({ Id }: { Id: string }) => Id));
      NextToken = answer.NextToken;
      // What was given already may go: nothing is left out for it.
      if (seen.length === 20)
        await scene.call('DeleteOrganizationalUnit', { OrganizationalUnitId: seen[19] });
    } while (NextToken !== undefined);
    assert.deepEqual(new Set(seen), made);
    assert.equal(seen.length, 45);
    const bad = await scene.refusal('ListAccounts', { NextToken: 'bm9uZQ' });
    assert.equal(bad.reason, 'INVALID_NEXT_TOKEN');
    assert.equal((await scene.refusal('ListAccounts', { MaxResults: 21 })).reason, 'MAX_VALUE_EXCEEDED');
  });
});

describe('policies', () => {
  test('are made, changed and removed; what is wrong with one is said', async () => {
    const { scene, policy } = await organized();
    const id = await policy('a');
    assert.match(id, /^p-[0-9a-zA-Z_]{8,128}$/);
    assert.equal((await scene.refusal('CreatePolicy', scp('a'))).code, 'DuplicatePolicy');
    const malformed = { ...scp('b'), Content: '{"Statement":[]}' };
    assert.equal((await scene.refusal('CreatePolicy', malformed)).code, 'MalformedPolicyDocument');
    const large = { ...scp('b'), Content: denyS3 + ' '.repeat(10_240) };
    assert.equal((await scene.refusal('CreatePolicy', large)).reason, 'POLICY_CONTENT_LIMIT_EXCEEDED');
    await scene.call('UpdatePolicy', { PolicyId: id, Name: 'c', Description: 'd' });
    const { Policy } = await scene.call('DescribePolicy', { PolicyId: id });
    assert.deepEqual(
      [Policy.PolicySummary.Name, Policy.PolicySummary.Description, Policy.Content],
      ['c', 'd', denyS3],
    );
    await scene.call('DeletePolicy', { PolicyId: id });
    assert.equal((await scene.refusal('DescribePolicy', { PolicyId: id })).code, 'PolicyNotFound');
  });
  test('that AWS manages stay as they are', async () => {
    const { scene } = await organized();
    for (const operation of ['UpdatePolicy', 'DeletePolicy'])
      assert.equal(
        (await scene.refusal(operation, { PolicyId: 'p-FullAWSAccess' })).reason,
        'IMMUTABLE_POLICY',
      );
  });
  test('ten at a place, at least one, none twice; one in use stays', async () => {
    const { scene, organization, policy } = await organized();
    const ids: string[] = [];
    for (const name of 'abcdefghij') ids.push(await policy(name));
    const at = (PolicyId: string | undefined) => ({ PolicyId, TargetId: member });
    for (const id of ids.slice(0, 9)) await scene.call('AttachPolicy', at(id));
    assert.equal((await scene.refusal('AttachPolicy', at(ids[0]))).code, 'DuplicatePolicyAttachment');
    assert.equal(
      (await scene.refusal('AttachPolicy', at(ids[9]))).reason,
      'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    );
    assert.equal((await scene.refusal('DetachPolicy', at(ids[9]))).code, 'PolicyNotAttached');
    assert.equal((await scene.refusal('DeletePolicy', { PolicyId: ids[0] })).code, 'PolicyInUse');
    for (const id of ids.slice(0, 9)) await scene.call('DetachPolicy', at(id));
    assert.equal(
      (await scene.refusal('DetachPolicy', at('p-FullAWSAccess'))).reason,
      'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    );
    assert.deepEqual(scene.state.get(policyTargetKey(organization.organizationId, member)), {
      policyIds: ['p-FullAWSAccess'],
    });
  });
  test('a type that is turned off leaves nothing attached; turned on again, everybody has full access', async () => {
    const { scene, rootId, policy } = await organized();
    const id = await policy('a');
    await scene.call('AttachPolicy', { PolicyId: id, TargetId: rootId });
    const type = { RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' };
    assert.deepEqual((await scene.call('DisablePolicyType', type)).Root.PolicyTypes, []);
    assert.equal(
      (await scene.refusal('AttachPolicy', { PolicyId: id, TargetId: rootId })).code,
      'PolicyTypeNotEnabled',
    );
    assert.deepEqual((await scene.call('ListTargetsForPolicy', { PolicyId: id })).Targets, []);
    await scene.call('EnablePolicyType', type);
    assert.equal((await scene.refusal('EnablePolicyType', type)).code, 'PolicyTypeAlreadyEnabled');
    const { Targets } = await scene.call('ListTargetsForPolicy', { PolicyId: 'p-FullAWSAccess' });
    assert.deepEqual(Targets.map(({ Type }: { Type: string }) => Type).sort(), [
      'ACCOUNT',
      'ACCOUNT',
      'ROOT',
    ]);
  });
  test('bind the members, not the management account', async () => {
    const { scene, rootId } = await organized();
    const content =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}';
    const { Policy } = await scene.call('CreatePolicy', { ...scp('stay'), Content: content });
    await scene.call('AttachPolicy', { PolicyId: Policy.PolicySummary.Id, TargetId: rootId });
    const { code, message } = await scene.refusal('LeaveOrganization', {}, member);
    assert.equal(code, 'AccessDenied');
    assert.match(message, /service control policy/);
    assert.equal((await scene.refusal('LeaveOrganization')).code, 'MasterCannotLeaveOrganization');
  });
  test('that nobody here enforces are refused, not kept', async () => {
    const { scene, rootId } = await organized();
    const type = { RootId: rootId, PolicyType: 'RESOURCE_CONTROL_POLICY' };
    assert.equal(
      (await scene.refusal('EnablePolicyType', type)).code,
      'PolicyTypeNotAvailableForOrganization',
    );
  });
  test('of management merge on their way down to an account', async () => {
    const { scene, rootId } = await organized();
    await scene.call('EnablePolicyType', { RootId: rootId, PolicyType: 'TAG_POLICY' });
    const tags = (value: object) => JSON.stringify({ tags: { team: { tag_value: value } } });
    for (const [name, target, value] of [
      ['root', rootId, { '@@assign': ['a'] }],
      ['account', member, { '@@append': ['b'] }],
    ] as const) {
      const { Policy } = await scene.call('CreatePolicy', {
        Type: 'TAG_POLICY',
        Name: name,
        Description: '',
        Content: tags(value),
      });
      await scene.call('AttachPolicy', { PolicyId: Policy.PolicySummary.Id, TargetId: target });
    }
    const own = await scene.call('DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY' }, member);
    assert.deepEqual(JSON.parse(own.EffectivePolicy.PolicyContent), {
      tags: { team: { tag_value: ['a', 'b'] } },
    });
    const other = await scene.call('DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY', TargetId: member });
    assert.equal(other.EffectivePolicy.TargetId, member);
    assert.equal(
      (
        await scene.refusal(
          'DescribeEffectivePolicy',
          { PolicyType: 'TAG_POLICY', TargetId: management },
          member,
        )
      ).code,
      'AccessDenied',
    );
    assert.equal(
      (await scene.refusal('DescribeEffectivePolicy', { PolicyType: 'BACKUP_POLICY' }, member)).code,
      'EffectivePolicyNotFound',
    );
    assert.equal(
      (await scene.refusal('DescribeEffectivePolicy', { PolicyType: 'SERVICE_CONTROL_POLICY' }, member))
        .reason,
      'INVALID_ENUM_POLICY_TYPE',
    );
    assert.equal(
      (await scene.refusal('DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY', TargetId: rootId })).reason,
      'TARGET_NOT_SUPPORTED',
    );
  });
});

describe('tags', () => {
  test('of account, root, unit and policy', async () => {
    const { scene, rootId, unit, policy } = await organized();
    for (const ResourceId of [member, rootId, await unit('a'), await policy('a')]) {
      await scene.call('TagResource', {
        ResourceId,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '' },
        ],
      });
      await scene.call('UntagResource', { ResourceId, TagKeys: ['a', 'absent'] });
      assert.deepEqual((await scene.call('ListTagsForResource', { ResourceId })).Tags, [
        { Key: 'b', Value: '' },
      ]);
    }
    assert.equal(
      (await scene.refusal('ListTagsForResource', { ResourceId: outsider })).code,
      'TargetNotFound',
    );
    const many = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' }));
    assert.equal(
      (await scene.refusal('TagResource', { ResourceId: member, Tags: many })).reason,
      'MAX_TAG_LIMIT_EXCEEDED',
    );
  });
});

describe('services', () => {
  const principal = { ServicePrincipal: 'cloudtrail.amazonaws.com' };
  const delegation = { ...principal, AccountId: member };

  test('are trusted since the first time; one that nobody knows is refused', async () => {
    const { scene } = await organized();
    await scene.call('EnableAWSServiceAccess', principal);
    const { EnabledServicePrincipals: first } = await scene.call('ListAWSServiceAccessForOrganization');
    scene.nowMs += 1_000;
    await scene.call('EnableAWSServiceAccess', principal);
    assert.deepEqual(
      (await scene.call('ListAWSServiceAccessForOrganization')).EnabledServicePrincipals,
      first,
    );
    const unknown = { ServicePrincipal: 'nobody.amazonaws.com' };
    assert.equal(
      (await scene.refusal('EnableAWSServiceAccess', unknown)).reason,
      'UNRECOGNIZED_SERVICE_PRINCIPAL',
    );
    await scene.call('DisableAWSServiceAccess', principal);
    assert.deepEqual((await scene.call('ListAWSServiceAccessForOrganization')).EnabledServicePrincipals, []);
  });
  test('delegate to three members, which may read then', async () => {
    const scene = new OrganizationsScene([management, member, outsider, '444444444444', '555555555555']);
    await scene.organize();
    for (const account of [member, outsider, '444444444444', '555555555555']) await scene.join(account);
    assert.equal(
      (await scene.refusal('RegisterDelegatedAdministrator', delegation)).reason,
      'SERVICE_ACCESS_NOT_ENABLED',
    );
    await scene.call('EnableAWSServiceAccess', principal);
    assert.equal((await scene.refusal('ListAccounts', {}, member)).code, 'AccessDenied');
    for (const AccountId of [member, outsider, '444444444444'])
      await scene.call('RegisterDelegatedAdministrator', { ...principal, AccountId });
    assert.equal((await scene.call('ListAccounts', {}, member)).Accounts.length, 5);
    assert.equal(
      (await scene.refusal('CreateOrganizationalUnit', { ParentId: 'r-aaaa', Name: 'a' }, member)).code,
      'AccessDenied',
    );
    assert.equal(
      (await scene.refusal('RegisterDelegatedAdministrator', delegation)).code,
      'AccountAlreadyRegistered',
    );
    assert.equal(
      (await scene.refusal('RegisterDelegatedAdministrator', { ...principal, AccountId: '555555555555' }))
        .reason,
      'MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED',
    );
    assert.equal(
      (await scene.refusal('RegisterDelegatedAdministrator', { ...principal, AccountId: management })).reason,
      'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
    );
    const { DelegatedServices } = await scene.call('ListDelegatedServicesForAccount', { AccountId: member });
    assert.equal(DelegatedServices[0].ServicePrincipal, principal.ServicePrincipal);
    assert.equal(
      (await scene.call('ListDelegatedAdministrators', principal)).DelegatedAdministrators.length,
      3,
    );
    await scene.call('DeregisterDelegatedAdministrator', delegation);
    assert.equal(
      (await scene.refusal('DeregisterDelegatedAdministrator', delegation)).code,
      'AccountNotRegistered',
    );
    assert.equal((await scene.refusal('ListAccounts', {}, member)).code, 'AccessDenied');
  });
});

describe('the resource policy', () => {
  const policy = (actions: string[], account = member) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:root` },
          Action: actions,
          Resource: '*',
        },
      ],
    });

  test('lets the account that it names do what it names', async () => {
    const { scene } = await organized();
    await scene.join(outsider);
    const Content = policy(['organizations:ListAccounts', 'organizations:CreatePolicy']);
    const { ResourcePolicy } = await scene.call('PutResourcePolicy', { Content });
    assert.match(ResourcePolicy.ResourcePolicySummary.Id, /^rp-[0-9a-zA-Z_]{4,128}$/);
    assert.equal((await scene.call('ListAccounts', {}, member)).Accounts.length, 3);
    assert.match((await scene.call('CreatePolicy', scp('a'), member)).Policy.PolicySummary.Id, /^p-/);
    for (const [operation, input, by] of [
      ['ListRoots', {}, member],
      ['DeletePolicy', { PolicyId: 'p-FullAWSAccess' }, member],
      ['ListAccounts', {}, outsider],
      ['PutResourcePolicy', { Content }, member],
    ] as const)
      assert.equal((await scene.refusal(operation, input, by)).code, 'AccessDenied', `${operation} by ${by}`);
    await scene.call('DeleteResourcePolicy');
    assert.equal((await scene.refusal('ListAccounts', {}, member)).code, 'AccessDenied');
    assert.equal((await scene.refusal('DescribeResourcePolicy')).code, 'ResourcePolicyNotFound');
  });
  for (const [what, Content, reason] of [
    ['no JSON', 'x', 'INVALID_RESOURCE_POLICY_JSON'],
    [
      'an operation that is not for members',
      policy(['organizations:CloseAccount']),
      'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY',
    ],
    ['one of another service', policy(['iam:*']), 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY'],
  ] as const)
    test(`refused: ${what}`, async () => {
      const { scene } = await organized();
      assert.equal((await scene.refusal('PutResourcePolicy', { Content })).reason, reason);
    });
  test('a wildcard gives nobody more than can be given', async () => {
    const { scene } = await organized();
    await scene.call('PutResourcePolicy', { Content: policy(['organizations:*']) });
    await scene.call('ListRoots', {}, member);
    for (const [operation, input] of [
      ['DeleteOrganization', {}],
      ['EnableAWSServiceAccess', { ServicePrincipal: 'cloudtrail.amazonaws.com' }],
      ['RemoveAccountFromOrganization', { AccountId: member }],
      ['CreateAccount', { Email: 'a@example.com', AccountName: 'a' }],
    ] as const)
      assert.equal((await scene.refusal(operation, input, member)).code, 'AccessDenied', operation);
  });
});
