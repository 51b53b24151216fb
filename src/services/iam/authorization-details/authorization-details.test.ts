// SPDX-License-Identifier: Apache-2.0
//
// Oracle: IAM API Reference, "GetAccountAuthorizationDetails"; answers that AWS gave (recorded by the public test suites of
// AWS emulators, February 2026).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allow, policyArnOf, RoleScene, trustAccount } from '../testing/role-scene.js';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;

async function filledScene(): Promise<RoleScene> {
  const scene = new RoleScene();
  scene.putGroup('team', { inlinePolicies: { g: allow('s3:*') } });
  scene.putUser('jane', { groupNames: ['team'], tags: { k: 'v' }, inlinePolicies: { u: allow('s3:*') } });
  scene.putUser('mary');
  await scene.createPolicy('own');
  await scene.createRole('reader', {
    Tags: [{ Key: 'k', Value: 'v' }],
    PermissionsBoundary: policyArnOf('own'),
  });
  await scene.run('AttachRolePolicy', { RoleName: 'reader', PolicyArn: administrator });
  return scene;
}

function names(page: Readonly<Record<string, unknown>>): string[] {
  return lists.flatMap((list) =>
    (page[list] as Record<string, string>[]).map(
      (detail) => detail.UserName ?? detail.GroupName ?? detail.RoleName ?? detail.PolicyName ?? '',
    ),
  );
}

describe('GetAccountAuthorizationDetails', () => {
  test('everybody with everything, of AWS’s policies those in use', async () => {
    const scene = await filledScene();
    const page = await scene.run('GetAccountAuthorizationDetails');
    assert.equal(page.IsTruncated, false);
    assert.deepEqual(names(page), ['jane', 'mary', 'team', 'reader', 'own', 'AdministratorAccess']);
    const [jane] = page.UserDetailList as Record<string, unknown>[];
    assert.deepEqual(
      { ...jane, CreateDate: 0, UserId: 0 },
      {
        Path: '/',
        UserName: 'jane',
        UserId: 0,
        Arn: 'arn:aws:iam::111122223333:user/jane',
        CreateDate: 0,
        UserPolicyList: [
          {
            PolicyName: 'u',
            PolicyDocument: encodeURIComponent(allow('s3:*')).replace('*', '%2A').replace('*', '%2A'),
          },
        ],
        GroupList: ['team'],
        AttachedManagedPolicies: [],
        Tags: [{ Key: 'k', Value: 'v' }],
      },
    );
    const [reader] = page.RoleDetailList as Record<string, unknown>[];
    assert.deepEqual(
      {
        ...reader,
        CreateDate: 0,
        RoleId: 0,
        Arn: 0,
        AssumeRolePolicyDocument: decodeURIComponent(String(reader?.AssumeRolePolicyDocument)),
      },
      {
        Path: '/',
        RoleName: 'reader',
        RoleId: 0,
        Arn: 0,
        CreateDate: 0,
        AssumeRolePolicyDocument: trustAccount(),
        InstanceProfileList: [],
        RolePolicyList: [],
        AttachedManagedPolicies: [{ PolicyName: 'AdministratorAccess', PolicyArn: administrator }],
        PermissionsBoundary: {
          PermissionsBoundaryType: 'Policy',
          PermissionsBoundaryArn: policyArnOf('own'),
        },
        Tags: [{ Key: 'k', Value: 'v' }],
        RoleLastUsed: {},
      },
    );
    const [own] = page.Policies as { PolicyVersionList: { Document: string; VersionId: string }[] }[];
    assert.deepEqual(
      own?.PolicyVersionList.map(({ VersionId, Document }) => [VersionId, decodeURIComponent(Document)]),
      [['v1', allow('s3:GetObject')]],
    );
  });

  const filters: readonly [string[], string[]][] = [
    [['User'], ['jane', 'mary']],
    [['Group'], ['team']],
    [['Role'], ['reader']],
    [['LocalManagedPolicy'], ['own']],
    [['AWSManagedPolicy'], ['AdministratorAccess']],
    [
      ['Role', 'User'],
      ['jane', 'mary', 'reader'],
    ],
  ];
  for (const [Filter, expected] of filters) {
    test(`filter ${Filter.join(', ')}`, async () => {
      const scene = await filledScene();
      assert.deepEqual(names(await scene.run('GetAccountAuthorizationDetails', { Filter })), expected);
    });
  }

  test('pages go over the kinds, each one told once', async () => {
    const scene = await filledScene();
    const found: string[] = [];
    let page: Record<string, unknown> = {};
    do {
      page = await scene.run('GetAccountAuthorizationDetails', { MaxItems: 2, Marker: page.Marker });
      assert.equal(names(page).length, 2);
      found.push(...names(page));
    } while (page.IsTruncated === true);
    assert.deepEqual(found, ['jane', 'mary', 'team', 'reader', 'own', 'AdministratorAccess']);
    assert.match(
      await scene.refusal('GetAccountAuthorizationDetails', { Filter: ['Everything'] }),
      /^ValidationError/,
    );
  });
});
