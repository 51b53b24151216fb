// SPDX-License-Identifier: Apache-2.0
//
// Oracle: answers and errors that AWS gave (recorded by the public test suites of AWS emulators, February 2026, and in
// CloudTrail events); IAM API Reference; IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { managedPolicyKey } from '../../../identity/iam-documents.js';
import { listManagedPolicies } from '../../../identity/managed-policies/find-managed-policy.js';
import { testAccountId } from '../../testing/call.js';
import { allow, policyArnOf, RoleScene } from '../testing/role-scene.js';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

describe('managed policies', () => {
  test('CreatePolicy answers without description, GetPolicy with it and with tags', async () => {
    const scene = new RoleScene();
    const created = await scene.createPolicy('reader', { Path: '/team/', Description: 'reads' });
    assert.deepEqual(
      { ...created, PolicyId: 'id' },
      {
        PolicyName: 'reader',
        PolicyId: 'id',
        Arn: policyArnOf('reader', '/team/'),
        Path: '/team/',
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        PermissionsBoundaryUsageCount: 0,
        IsAttachable: true,
        CreateDate: new Date(scene.nowMs),
        UpdateDate: new Date(scene.nowMs),
      },
    );
    assert.match(String(created.PolicyId), /^ANPA[A-Z2-7]{17}$/);
    assert.deepEqual(await scene.run('GetPolicy', { PolicyArn: created.Arn }), {
      Policy: { ...created, Description: 'reads', Tags: [] },
    });
  });

  const refused: readonly [string, object, string][] = [
    [
      'a name of another case is taken',
      { PolicyName: 'TAKEN' },
      'EntityAlreadyExists: A policy called TAKEN already exists. Duplicate names are not allowed.',
    ],
    [
      'a name with an ARN in it',
      { PolicyName: administrator },
      'ValidationError: The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    ],
    [
      'no JSON',
      { PolicyDocument: '{"Version":' },
      'MalformedPolicyDocument: This policy contains invalid Json',
    ],
    [
      'a policy of a resource',
      { PolicyDocument: allow('s3:*', '*', { Principal: '*' }) },
      'MalformedPolicyDocument: Policy document should not specify a principal.',
    ],
    [
      'one tag twice',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'a', Value: '' },
        ],
      },
      'InvalidInput: Duplicate tag keys found.',
    ],
  ];
  for (const [what, more, message] of refused) {
    test(`refused: ${what}`, async () => {
      const scene = new RoleScene();
      await scene.createPolicy('taken');
      const input = { PolicyName: 'new', PolicyDocument: allow('s3:*'), ...more };
      assert.equal(await scene.refusal('CreatePolicy', input), message);
    });
  }

  test('tags of policies know case', async () => {
    const scene = new RoleScene();
    const Tags = [
      { Key: 'a', Value: 'lower' },
      { Key: 'A', Value: 'upper' },
    ];
    const { Arn } = await scene.createPolicy('tagged', { Tags });
    assert.deepEqual(await scene.run('ListPolicyTags', { PolicyArn: Arn }), {
      Tags: [Tags[1], Tags[0]],
      IsTruncated: false,
    });
    await scene.run('UntagPolicy', { PolicyArn: Arn, TagKeys: ['a'] });
    await scene.run('TagPolicy', { PolicyArn: Arn, Tags: [{ Key: 'A', Value: '' }] });
    const { Tags: left } = await scene.run('ListPolicyTags', { PolicyArn: Arn });
    assert.deepEqual(left, [{ Key: 'A', Value: '' }]);
  });

  test('6,144 characters at most, white space not counted', async () => {
    const scene = new RoleScene();
    const room = 6144 - allow('s3:GetObject', 'arn:aws:s3:::').length;
    const document = (length: number) => allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(length)}`);
    await scene.createPolicy('fits', { PolicyDocument: document(room).replaceAll(',', ' ,\t\n') });
    const input = { PolicyName: 'not', PolicyDocument: document(room + 1) };
    assert.equal(
      await scene.refusal('CreatePolicy', input),
      'LimitExceeded: Cannot exceed quota for PolicySize: 6144',
    );
  });

  test('1,500 of them in an account at most', async () => {
    const scene = new RoleScene();
    await scene.createPolicy('first');
    const first = scene.state.get(managedPolicyKey(testAccountId, 'first'));
    for (let at = 1; at < 1500; at += 1) scene.state.put(managedPolicyKey(testAccountId, `p${at}`), first);
    const input = { PolicyName: 'one-more', PolicyDocument: allow('s3:*') };
    assert.equal(
      await scene.refusal('CreatePolicy', input),
      'LimitExceeded: Cannot exceed quota for PoliciesPerAccount: 1500',
    );
  });

  test('versions: five, numbers never used twice, the default one stays', async () => {
    const scene = new RoleScene();
    const { Arn: PolicyArn } = await scene.createPolicy('p');
    const add = (more: object = {}) =>
      scene.run('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:ListBucket'), ...more });
    scene.nowMs += 60_000;
    assert.deepEqual(await add({ SetAsDefault: true }), {
      PolicyVersion: { VersionId: 'v2', IsDefaultVersion: true, CreateDate: new Date(scene.nowMs) },
    });
    for (let at = 3; at <= 5; at += 1) await add();
    assert.equal(
      await scene.refusal('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') }),
      'LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    );
    await scene.run('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
    await add();
    const { Versions } = (await scene.run('ListPolicyVersions', { PolicyArn })) as {
      Versions: { VersionId: string; IsDefaultVersion: boolean }[];
    };
    assert.deepEqual(
      Versions.map(({ VersionId, IsDefaultVersion }) => `${VersionId}${IsDefaultVersion ? '*' : ''}`),
      ['v6', 'v4', 'v3', 'v2*', 'v1'],
    );
    assert.equal(
      await scene.refusal('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' }),
      'DeleteConflict: Cannot delete the default version of a policy.',
    );
    await scene.run('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' });
    const { Policy } = (await scene.run('GetPolicy', { PolicyArn })) as { Policy: Record<string, unknown> };
    assert.equal(Policy.DefaultVersionId, 'v1');
    assert.deepEqual(Policy.UpdateDate, new Date(scene.nowMs));
    const { PolicyVersion } = (await scene.run('GetPolicyVersion', { PolicyArn, VersionId: 'v1' })) as {
      PolicyVersion: { Document: string };
    };
    assert.equal(decodeURIComponent(PolicyVersion.Document), allow('s3:GetObject'));
    for (const operation of ['GetPolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion'])
      assert.equal(
        await scene.refusal(operation, { PolicyArn, VersionId: 'v9' }),
        `NoSuchEntity: Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
      );
    assert.equal(
      await scene.refusal('SetDefaultPolicyVersion', { PolicyArn, VersionId: '1' }),
      String.raw`ValidationError: 1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must satisfy regular expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`,
    );
    assert.equal(
      await scene.refusal('DeletePolicy', { PolicyArn }),
      "DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    );
  });

  test('AWS’s own policies are read by everybody and changed by nobody', async () => {
    const scene = new RoleScene();
    const { Policy } = (await scene.run('GetPolicy', { PolicyArn: administrator })) as {
      Policy: Record<string, unknown>;
    };
    assert.equal(Policy.PolicyName, 'AdministratorAccess');
    const { PolicyVersion } = (await scene.run('GetPolicyVersion', {
      PolicyArn: administrator,
      VersionId: Policy.DefaultVersionId,
    })) as { PolicyVersion: { Document: string } };
    const [statement] = JSON.parse(decodeURIComponent(PolicyVersion.Document)).Statement;
    assert.deepEqual(
      { Effect: statement.Effect, Action: statement.Action, Resource: statement.Resource },
      { Effect: 'Allow', Action: '*', Resource: '*' },
    );
    for (const [operation, more] of [
      ['DeletePolicy', {}],
      ['CreatePolicyVersion', { PolicyDocument: allow('*') }],
      ['SetDefaultPolicyVersion', { VersionId: Policy.DefaultVersionId }],
      ['DeletePolicyVersion', { VersionId: Policy.DefaultVersionId }],
      ['TagPolicy', { Tags: [{ Key: 'a', Value: 'b' }] }],
      ['UntagPolicy', { TagKeys: ['a'] }],
    ] as const)
      assert.match(
        await scene.refusal(operation, { PolicyArn: administrator, ...more }),
        /^AccessDenied/,
        operation,
      );
  });

  test('ListPolicies: own ones first, then AWS’s, page by page, by scope, path and use', async () => {
    const scene = new RoleScene();
    for (const name of ['beta', 'Alpha', 'gamma']) await scene.createPolicy(name);
    await scene.createPolicy('deep', { Path: '/a/b/' });
    await scene.createRole('r', { PermissionsBoundary: policyArnOf('gamma') });
    await scene.run('AttachRolePolicy', { RoleName: 'r', PolicyArn: policyArnOf('beta') });
    await scene.run('AttachRolePolicy', { RoleName: 'r', PolicyArn: administrator });
    const names = async (input: object) => {
      const found: string[] = [];
      let page: Record<string, unknown> = {};
      do {
        page = await scene.run('ListPolicies', { MaxItems: 3, ...input, Marker: page.Marker });
        found.push(...(page.Policies as { PolicyName: string }[]).map(({ PolicyName }) => PolicyName));
      } while (page.IsTruncated === true);
      return found;
    };
    const own = ['Alpha', 'beta', 'deep', 'gamma'];
    const aws = listManagedPolicies().map(({ policyName }) => policyName);
    assert.deepEqual(await names({ Scope: 'Local' }), own);
    assert.deepEqual(await names({ Scope: 'AWS' }), aws);
    assert.deepEqual(await names({}), [...own, ...aws]);
    assert.deepEqual(await names({ Scope: 'Local', PathPrefix: '/a/' }), ['deep']);
    assert.deepEqual(await names({ OnlyAttached: true }), ['beta', 'gamma', 'AdministratorAccess']);
    assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsBoundary' }), ['gamma']);
    assert.deepEqual(await names({ PolicyUsageFilter: 'PermissionsPolicy', OnlyAttached: true }), [
      'beta',
      'AdministratorAccess',
    ]);
    assert.match(await scene.refusal('ListPolicies', { Scope: 'Mine' }), /^ValidationError.*enum value set/);
  });
});
