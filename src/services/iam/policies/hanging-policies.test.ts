// SPDX-License-Identifier: Apache-2.0
//
// Oracle: answers and errors that AWS gave (recorded by the public test suites of AWS emulators, February 2026, and in
// CloudTrail events); IAM API Reference; IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits".
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { managedPolicyKey } from '../../../identity/iam-documents.js';
import { StateOverlay } from '../../../ports/state-overlay.js';
import { fakeCall, testAccountId } from '../../testing/call.js';
import { roleAndPolicyHandlers } from '../role-and-policy-handlers.js';
import { allow, policyArnOf, RoleScene } from '../testing/role-scene.js';

const arn = (rest: string) => `arn:aws:iam::${testAccountId}:${rest}`;
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

describe('attached policies', () => {
  test('attached and detached: again is no error, then not found', async () => {
    const scene = new RoleScene();
    scene.putUser('jane');
    const { Arn: PolicyArn } = await scene.createPolicy('p');
    const input = { UserName: 'Jane', PolicyArn };
    await scene.run('AttachUserPolicy', input);
    await scene.run('AttachUserPolicy', input);
    assert.deepEqual(await scene.run('ListAttachedUserPolicies', { UserName: 'jane' }), {
      AttachedPolicies: [{ PolicyName: 'p', PolicyArn }],
      IsTruncated: false,
    });
    await scene.run('DetachUserPolicy', input);
    assert.equal(
      await scene.refusal('DetachUserPolicy', input),
      `NoSuchEntity: Policy ${PolicyArn} was not found.`,
    );
  });

  const refused: readonly [string, object, string][] = [
    [
      'no ARN',
      { PolicyArn: 'longpolicynamebutnoarn' },
      'ValidationError: ARN longpolicynamebutnoarn is not valid.',
    ],
    [
      'too short for an ARN',
      { PolicyArn: 'p' },
      "ValidationError: 1 validation error detected: Value at 'policyArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ],
    [
      'no such policy',
      { PolicyArn: policyArnOf('nobody') },
      `NoSuchEntity: Policy ${policyArnOf('nobody')} does not exist or is not attachable.`,
    ],
    [
      'the same name under another path',
      { PolicyArn: policyArnOf('p', '/x/') },
      `NoSuchEntity: Policy ${policyArnOf('p', '/x/')} does not exist or is not attachable.`,
    ],
    [
      'a policy of another account',
      { PolicyArn: 'arn:aws:iam::999988887777:policy/p' },
      'NoSuchEntity: Policy arn:aws:iam::999988887777:policy/p does not exist or is not attachable.',
    ],
    ['no such group', { GroupName: 'nobody' }, 'NoSuchEntity: The group with name nobody cannot be found.'],
  ];
  for (const [what, more, message] of refused) {
    test(`refused: ${what}`, async () => {
      const scene = new RoleScene();
      scene.putGroup('team');
      await scene.createPolicy('p');
      const input = { GroupName: 'team', PolicyArn: policyArnOf('p'), ...more };
      assert.equal(await scene.refusal('AttachGroupPolicy', input), message);
    });
  }

  test('ten on one user, group or role', async () => {
    const scene = new RoleScene();
    scene.putGroup('team');
    scene.putUser('jane');
    await scene.createRole('reader');
    for (let at = 0; at < 11; at += 1) await scene.createPolicy(`p${at}`);
    for (const [kind, name, member] of [
      ['Group', 'team', 'GroupName'],
      ['User', 'jane', 'UserName'],
      ['Role', 'reader', 'RoleName'],
    ] as const) {
      const attach = `Attach${kind}Policy`;
      for (let at = 0; at < 10; at += 1)
        await scene.run(attach, { [member]: name, PolicyArn: policyArnOf(`p${at}`) });
      assert.equal(
        await scene.refusal(attach, { [member]: name, PolicyArn: policyArnOf('p10') }),
        `LimitExceeded: Cannot exceed quota for PoliciesPer${kind}: 10`,
      );
    }
  });

  test('counts and entities are told by the index, and a policy in use is not deleted', async () => {
    const scene = new RoleScene();
    scene.putGroup('team', { path: '/x/' });
    scene.putUser('jane');
    scene.putUser('mary', { path: '/x/' });
    const { Arn: PolicyArn } = await scene.createPolicy('p');
    await scene.createRole('reader', { PermissionsBoundary: PolicyArn });
    await scene.run('AttachGroupPolicy', { GroupName: 'team', PolicyArn });
    await scene.run('AttachUserPolicy', { UserName: 'jane', PolicyArn });
    await scene.run('AttachUserPolicy', { UserName: 'mary', PolicyArn });
    await scene.run('PutUserPermissionsBoundary', { UserName: 'mary', PermissionsBoundary: PolicyArn });
    const { Policy } = (await scene.run('GetPolicy', { PolicyArn })) as { Policy: Record<string, unknown> };
    assert.deepEqual([Policy.AttachmentCount, Policy.PermissionsBoundaryUsageCount], [3, 2]);

    const entities = async (more: object = {}) => {
      const told: string[] = [];
      let page: Record<string, unknown> = {};
      do {
        page = await scene.run('ListEntitiesForPolicy', {
          PolicyArn,
          MaxItems: 1,
          ...more,
          Marker: page.Marker,
        });
        for (const list of ['PolicyGroups', 'PolicyUsers', 'PolicyRoles'])
          for (const entity of page[list] as Record<string, string>[])
            told.push(Object.values(entity)[0] ?? '');
      } while (page.IsTruncated === true);
      return told;
    };
    assert.deepEqual(await entities(), ['team', 'jane', 'mary', 'reader']);
    assert.deepEqual(await entities({ EntityFilter: 'User' }), ['jane', 'mary']);
    assert.deepEqual(await entities({ EntityFilter: 'LocalManagedPolicy' }), []);
    assert.deepEqual(await entities({ PathPrefix: '/x/' }), ['team', 'mary']);
    assert.deepEqual(await entities({ PolicyUsageFilter: 'PermissionsBoundary' }), ['mary', 'reader']);
    assert.deepEqual(await entities({ PolicyUsageFilter: 'PermissionsPolicy' }), ['team', 'jane', 'mary']);

    const inUse = 'DeleteConflict: Cannot delete a policy attached to entities.';
    assert.equal(await scene.refusal('DeletePolicy', { PolicyArn }), inUse);
    await scene.run('DetachGroupPolicy', { GroupName: 'team', PolicyArn });
    await scene.run('DetachUserPolicy', { UserName: 'jane', PolicyArn });
    await scene.run('DetachUserPolicy', { UserName: 'mary', PolicyArn });
    await scene.run('DeleteUserPermissionsBoundary', { UserName: 'mary' });
    assert.equal(await scene.refusal('DeletePolicy', { PolicyArn }), inUse);
    await scene.run('DeleteRole', { RoleName: 'reader' });
    await scene.run('DeletePolicy', { PolicyArn });
    assert.equal(
      await scene.refusal('DeletePolicy', { PolicyArn }),
      `NoSuchEntity: Policy ${PolicyArn} was not found.`,
    );
  });

  test('attached policies are listed by name, narrowed by path, paged', async () => {
    const scene = new RoleScene();
    await scene.createRole('reader');
    await scene.createPolicy('b', { Path: '/x/y/' });
    await scene.createPolicy('A');
    for (const PolicyArn of [policyArnOf('b', '/x/y/'), administrator, policyArnOf('A')])
      await scene.run('AttachRolePolicy', { RoleName: 'reader', PolicyArn });
    const first = await scene.run('ListAttachedRolePolicies', { RoleName: 'reader', MaxItems: 2 });
    const rest = await scene.run('ListAttachedRolePolicies', { RoleName: 'reader', Marker: first.Marker });
    const names = [first, rest].flatMap((page) =>
      (page.AttachedPolicies as { PolicyName: string }[]).map(({ PolicyName }) => PolicyName),
    );
    assert.deepEqual(names, ['A', 'AdministratorAccess', 'b']);
    assert.deepEqual(
      (await scene.run('ListAttachedRolePolicies', { RoleName: 'reader', PathPrefix: '/x/' }))
        .AttachedPolicies,
      [{ PolicyName: 'b', PolicyArn: policyArnOf('b', '/x/y/') }],
    );
  });
});

describe('at the same time', () => {
  test('whoever attaches a policy and whoever deletes it never both succeed', async () => {
    const scene = new RoleScene();
    await scene.createRole('reader');
    const { Arn: PolicyArn } = await scene.createPolicy('p');
    const handlers = roleAndPolicyHandlers(randomBytes);
    const changesOf = async (operation: string, input: object) => {
      const state = new StateOverlay({
        get: <T>(key: string) => scene.state.list<T>(key).find((entry) => entry.key === key),
        list: (prefix, options) => scene.state.list(prefix, options),
      });
      await handlers[operation]?.(input, fakeCall({ state }));
      return state.changes();
    };
    const attached = await changesOf('AttachRolePolicy', { RoleName: 'reader', PolicyArn });
    const bounded = await changesOf('PutRolePermissionsBoundary', {
      RoleName: 'reader',
      PermissionsBoundary: PolicyArn,
    });
    const deleted = await changesOf('DeletePolicy', { PolicyArn });
    // Each writes the policy's document and expects the revision that it read: the second append is refused.
    const key = managedPolicyKey(testAccountId, 'p');
    for (const changes of [attached, bounded, deleted])
      assert.equal(changes.find((change) => change.key === key)?.expected, '');
    assert.equal(deleted.find((change) => change.key === key)?.value, null);
  });
});

describe('inline policies', () => {
  test('put, got back as it was, listed, replaced, deleted', async () => {
    const scene = new RoleScene();
    scene.putUser('jane');
    const text = `{ "Version":"2012-10-17",\n "Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a/\${aws:username}/*"} }`;
    await scene.run('PutUserPolicy', { UserName: 'JANE', PolicyName: 'p', PolicyDocument: text });
    const got = await scene.run('GetUserPolicy', { UserName: 'JANE', PolicyName: 'p' });
    assert.deepEqual([got.UserName, got.PolicyName], ['jane', 'p']);
    assert.equal(decodeURIComponent(String(got.PolicyDocument)), text);
    await scene.run('PutUserPolicy', { UserName: 'jane', PolicyName: 'a', PolicyDocument: allow('s3:*') });
    assert.deepEqual(await scene.run('ListUserPolicies', { UserName: 'jane' }), {
      PolicyNames: ['a', 'p'],
      IsTruncated: false,
    });
    await scene.run('DeleteUserPolicy', { UserName: 'jane', PolicyName: 'p' });
    const gone = 'NoSuchEntity: The user policy with name p cannot be found.';
    assert.equal(await scene.refusal('GetUserPolicy', { UserName: 'jane', PolicyName: 'p' }), gone);
    assert.equal(await scene.refusal('DeleteUserPolicy', { UserName: 'jane', PolicyName: 'p' }), gone);
  });

  test('names that objects of JavaScript have are names like any other', async () => {
    const scene = new RoleScene();
    scene.putGroup('team');
    for (const PolicyName of ['__proto__', 'constructor', 'toString']) {
      const input = { GroupName: 'team', PolicyName };
      assert.match(await scene.refusal('GetGroupPolicy', input), /^NoSuchEntity/, PolicyName);
      await scene.run('PutGroupPolicy', { ...input, PolicyDocument: allow('s3:GetObject') });
      const got = await scene.run('GetGroupPolicy', input);
      assert.equal(decodeURIComponent(String(got.PolicyDocument)), allow('s3:GetObject'), PolicyName);
    }
    const { PolicyNames } = await scene.run('ListGroupPolicies', { GroupName: 'team' });
    assert.deepEqual(PolicyNames, ['__proto__', 'constructor', 'toString']);
    await scene.run('DeleteGroupPolicy', { GroupName: 'team', PolicyName: '__proto__' });
    assert.match(
      await scene.refusal('GetGroupPolicy', { GroupName: 'team', PolicyName: '__proto__' }),
      /^NoSuchEntity/,
    );
  });

  for (const [kind, max] of [
    ['User', 2048],
    ['Group', 5120],
    ['Role', 10_240],
  ] as const) {
    test(`all of a ${kind.toLowerCase()}’s together: ${max} characters, white space not counted`, async () => {
      const scene = new RoleScene();
      scene.putUser('x');
      scene.putGroup('x');
      await scene.createRole('x');
      const document = (length: number) => allow('s3:GetObject', `arn:aws:s3:::${'y'.repeat(length)}`);
      const put = (PolicyName: string, PolicyDocument: string) => ({
        [`${kind}Name`]: 'x',
        PolicyName,
        PolicyDocument,
      });
      const half = max / 2 - document(0).length;
      await scene.run(`Put${kind}Policy`, put('a', document(half)));
      await scene.run(`Put${kind}Policy`, put('b', document(half).replaceAll(',', '\n , ')));
      assert.equal(
        await scene.refusal(`Put${kind}Policy`, put('b', document(half + 1))),
        `LimitExceeded: Maximum policy size of ${max} bytes exceeded for ${kind.toLowerCase()} x`,
      );
      assert.match(await scene.refusal(`Put${kind}Policy`, put('c', document(0))), /^LimitExceeded/);
    });
  }
});

describe('permissions boundaries', () => {
  test('put, replaced, taken away; groups have none', async () => {
    const scene = new RoleScene();
    scene.putUser('jane');
    const { Arn: first } = await scene.createPolicy('first');
    const { Arn: second } = await scene.createPolicy('second');
    const usage = async (PolicyArn: unknown) =>
      ((await scene.run('GetPolicy', { PolicyArn })).Policy as Record<string, unknown>)
        .PermissionsBoundaryUsageCount;
    await scene.run('PutUserPermissionsBoundary', { UserName: 'jane', PermissionsBoundary: first });
    await scene.run('PutUserPermissionsBoundary', { UserName: 'jane', PermissionsBoundary: second });
    assert.deepEqual([await usage(first), await usage(second)], [0, 1]);
    await scene.run('PutUserPermissionsBoundary', { UserName: 'jane', PermissionsBoundary: second });
    assert.equal(await usage(second), 1);
    await scene.run('DeleteUserPermissionsBoundary', { UserName: 'jane' });
    await scene.run('DeleteUserPermissionsBoundary', { UserName: 'jane' });
    assert.equal(await usage(second), 0);
    await scene.createRole('reader', { PermissionsBoundary: administrator });
    const { Role } = (await scene.run('GetRole', { RoleName: 'reader' })) as {
      Role: Record<string, unknown>;
    };
    assert.deepEqual(Role.PermissionsBoundary, {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: administrator,
    });
    const input = { RoleName: 'reader', PermissionsBoundary: arn('not_a_policy/invalid') };
    assert.equal(
      await scene.refusal('PutRolePermissionsBoundary', input),
      `InvalidInput: ARN ${arn('not_a_policy/invalid')} is not valid.`,
    );
    assert.equal(
      await scene.refusal('PutRolePermissionsBoundary', { ...input, PermissionsBoundary: policyArnOf('x') }),
      `NoSuchEntity: Scope ARN: ${policyArnOf('x')} does not exist or is not attachable.`,
    );
  });
});
