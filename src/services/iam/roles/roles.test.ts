// SPDX-License-Identifier: Apache-2.0
//
// Oracle: answers and errors that AWS gave (recorded by the public test suites of AWS emulators, February 2026, and in
// CloudTrail events); IAM API Reference; IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { roleKey, roleLastUsedKey } from '../../../identity/iam-documents.js';
import { testAccountId } from '../../testing/call.js';
import { allow, policyArnOf, RoleScene, trustAccount } from '../testing/role-scene.js';

const arn = (rest: string) => `arn:aws:iam::${testAccountId}:${rest}`;

describe('roles', () => {
  test('CreateRole answers without description and session duration, GetRole with all of it', async () => {
    const scene = new RoleScene();
    const created = await scene.createRole('reader', {
      Path: '/service/',
      Description: 'reads',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'team', Value: '' }],
    });
    assert.deepEqual(Object.keys(created).sort(), [
      'Arn',
      'AssumeRolePolicyDocument',
      'CreateDate',
      'Path',
      'RoleId',
      'RoleName',
      'Tags',
    ]);
    assert.equal(created.Arn, arn('role/service/reader'));
    assert.match(String(created.RoleId), /^AROA[A-Z2-7]{17}$/);
    const { Role } = (await scene.run('GetRole', { RoleName: 'READER' })) as { Role: object };
    assert.deepEqual(Role, {
      ...created,
      Description: 'reads',
      MaxSessionDuration: 7200,
      RoleLastUsed: {},
    });
  });

  test('the trust policy comes back as it was given, percent-encoded by RFC 3986', async () => {
    const scene = new RoleScene();
    const text = `{\n "Version": "2012-10-17", "Statement": [{"Sid":"a", "Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"it's (so)*!"}}}]}`;
    const role = await scene.createRole('r', { AssumeRolePolicyDocument: text });
    const shown = String(role.AssumeRolePolicyDocument);
    assert.equal(decodeURIComponent(shown), text);
    assert.match(shown, /^[A-Za-z0-9\-_.~%]+$/);
    assert.ok(shown.includes('it%27s%20%28so%29%2A%21'));
  });

  const refused: readonly [string, object, string][] = [
    [
      'a name of another case is taken',
      { RoleName: 'READER' },
      'EntityAlreadyExists: Role with name READER already exists.',
    ],
    [
      'a name with a slash',
      { RoleName: 'a/b' },
      'ValidationError: The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    ],
    [
      'a name of 65 characters',
      { RoleName: 'a'.repeat(65) },
      "ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    [
      'a path without its last slash',
      { Path: '/a' },
      'ValidationError: The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    ],
    [
      'a session of less than an hour',
      { MaxSessionDuration: 3599 },
      "ValidationError: 1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
    ],
    [
      'a session of more than twelve hours',
      { MaxSessionDuration: 43_201 },
      "ValidationError: 1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
    [
      '51 tags',
      { Tags: Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' })) },
      "ValidationError: 1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    ],
    [
      'one tag twice, in another case',
      {
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'A', Value: '2' },
        ],
      },
      'InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ],
    [
      'a tag key with a character that none has',
      { Tags: [{ Key: 'a#', Value: '' }] },
      String.raw`ValidationError: 1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`,
    ],
    [
      'a trust policy that is no JSON',
      { AssumeRolePolicyDocument: '{' },
      'MalformedPolicyDocument: This policy contains invalid Json',
    ],
    [
      'a trust policy with a resource',
      { AssumeRolePolicyDocument: trustAccount().replace('"Action"', '"Resource":"*","Action"') },
      'MalformedPolicyDocument: Has prohibited field Resource',
    ],
    [
      'a trust policy for another service',
      { AssumeRolePolicyDocument: trustAccount().replace('sts:AssumeRole', 's3:GetObject') },
      'MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'a boundary that is no policy',
      { PermissionsBoundary: arn('not_a_policy/invalid') },
      `InvalidInput: ARN ${arn('not_a_policy/invalid')} is not valid.`,
    ],
    [
      'a boundary that is not there',
      { PermissionsBoundary: policyArnOf('nobody') },
      `NoSuchEntity: Scope ARN: ${policyArnOf('nobody')} does not exist or is not attachable.`,
    ],
  ];
  for (const [what, more, message] of refused) {
    test(`refused: ${what}`, async () => {
      const scene = new RoleScene();
      await scene.createRole('reader');
      const input = { RoleName: 'writer', AssumeRolePolicyDocument: trustAccount(), ...more };
      assert.equal(await scene.refusal('CreateRole', input), message);
    });
  }

  test('a trust policy has 2,048 characters at most, white space not counted', async () => {
    const scene = new RoleScene();
    const long = (length: number) =>
      trustAccount().replace(
        '"Effect"',
        `"Condition":{"StringEquals":{"sts:ExternalId":"${'x'.repeat(length)}"}},"Effect"`,
      );
    const room = 2048 - long(0).length;
    await scene.createRole('fits', { AssumeRolePolicyDocument: long(room).replaceAll(',', ', \n') });
    const input = { RoleName: 'not', AssumeRolePolicyDocument: long(room + 1) };
    assert.equal(
      await scene.refusal('CreateRole', input),
      'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
    );
  });

  test('an account has 1,000 roles at most', async () => {
    const scene = new RoleScene();
    await scene.createRole('first');
    const first = scene.state.get(roleKey(testAccountId, 'first'));
    for (let at = 1; at < 1000; at += 1) scene.state.put(roleKey(testAccountId, `role-${at}`), first);
    const input = { RoleName: 'one-more', AssumeRolePolicyDocument: trustAccount() };
    assert.equal(
      await scene.refusal('CreateRole', input),
      'LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000',
    );
  });

  test('whoever a trust policy names has to be there', async () => {
    const scene = new RoleScene();
    scene.putUser('jane', { path: '/dev/' });
    const trusts = (principal: object) => ({
      RoleName: 'reader',
      AssumeRolePolicyDocument: trustAccount(principal),
    });
    assert.equal(
      await scene.refusal('CreateRole', trusts({ AWS: arn('role/nobody') })),
      `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${arn('role/nobody')}"`,
    );
    assert.equal(
      await scene.refusal('CreateRole', trusts({ AWS: [testAccountId, arn('user/jane')] })),
      `MalformedPolicyDocument: Invalid principal in policy: "AWS":"${arn('user/jane')}"`,
    );
    const { AssumeRolePolicyDocument } = (
      (await scene.run('CreateRole', trusts({ AWS: arn('user/dev/jane') }))) as {
        Role: { AssumeRolePolicyDocument: string };
      }
    ).Role;
    assert.equal(decodeURIComponent(AssumeRolePolicyDocument), trustAccount({ AWS: arn('user/dev/jane') }));
  });

  test('what UpdateRole is not given stays', async () => {
    const scene = new RoleScene();
    await scene.createRole('reader', { Description: 'first' });
    await scene.run('UpdateRole', { RoleName: 'reader', MaxSessionDuration: 7200 });
    const { Role } = (await scene.run('UpdateRoleDescription', {
      RoleName: 'reader',
      Description: 'second',
    })) as { Role: Record<string, unknown> };
    assert.equal(Role.Description, 'second');
    assert.equal('MaxSessionDuration' in Role, false);
    const got = (await scene.run('GetRole', { RoleName: 'reader' })).Role as Record<string, unknown>;
    assert.deepEqual([got.Description, got.MaxSessionDuration], ['second', 7200]);
  });

  test('ListRoles: by name, under a path, page by page, without boundary and tags', async () => {
    const scene = new RoleScene();
    await scene.createPolicy('edge');
    for (const name of ['c', 'A', 'b'])
      await scene.createRole(name, {
        Path: '/x/',
        PermissionsBoundary: policyArnOf('edge'),
        Tags: [{ Key: 'k', Value: 'v' }],
      });
    await scene.createRole('other');
    const names: unknown[] = [];
    let page: Record<string, unknown> = {};
    do {
      page = await scene.run('ListRoles', { PathPrefix: '/x', MaxItems: 2, Marker: page.Marker });
      names.push(...(page.Roles as { RoleName: string }[]).map(({ RoleName }) => RoleName));
    } while (page.IsTruncated === true);
    assert.deepEqual(names, ['A', 'b', 'c']);
    const [role] = page.Roles as object[];
    assert.deepEqual(Object.keys(role ?? {}).sort(), [
      'Arn',
      'AssumeRolePolicyDocument',
      'CreateDate',
      'MaxSessionDuration',
      'Path',
      'RoleId',
      'RoleName',
    ]);
    assert.equal(
      await scene.refusal('ListRoles', { MaxItems: 1001 }),
      "ValidationError: 1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
    );
    assert.match(await scene.refusal('ListRoles', { Marker: 'not-ours!' }), /^ValidationError/);
  });

  test('DeleteRole waits for its policies, and leaves nothing to a role that comes after', async () => {
    const scene = new RoleScene();
    await scene.createPolicy('p');
    const first = await scene.createRole('reader', { PermissionsBoundary: policyArnOf('p') });
    scene.state.put(roleLastUsedKey(testAccountId, 'reader'), {
      atMs: scene.nowMs,
      region: 'eu-west-1',
      serviceName: 's3',
    });
    const used = (await scene.run('GetRole', { RoleName: 'reader' })).Role as { RoleLastUsed: unknown };
    assert.deepEqual(used.RoleLastUsed, { LastUsedDate: new Date(scene.nowMs), Region: 'eu-west-1' });
    await scene.run('AttachRolePolicy', { RoleName: 'reader', PolicyArn: policyArnOf('p') });
    const refusal = () => scene.refusal('DeleteRole', { RoleName: 'reader' });
    assert.equal(await refusal(), 'DeleteConflict: Cannot delete entity, must detach all policies first.');
    await scene.run('DetachRolePolicy', { RoleName: 'reader', PolicyArn: policyArnOf('p') });
    await scene.run('PutRolePolicy', { RoleName: 'reader', PolicyName: 'i', PolicyDocument: allow('s3:*') });
    assert.equal(await refusal(), 'DeleteConflict: Cannot delete entity, must delete policies first.');
    await scene.run('DeleteRolePolicy', { RoleName: 'reader', PolicyName: 'i' });
    await scene.run('DeleteRole', { RoleName: 'reader' });
    assert.equal(await refusal(), 'NoSuchEntity: The role with name reader cannot be found.');
    await scene.run('DeletePolicy', { PolicyArn: policyArnOf('p') });
    const second = await scene.createRole('reader');
    assert.notEqual(second.RoleId, first.RoleId);
    const got = (await scene.run('GetRole', { RoleName: 'reader' })).Role as { RoleLastUsed: unknown };
    assert.deepEqual(got.RoleLastUsed, {});
  });

  test('tags of roles know no case, are listed by key and paged', async () => {
    const scene = new RoleScene();
    await scene.createRole('reader', { Tags: [{ Key: 'Zone', Value: '1' }] });
    await scene.run('TagRole', {
      RoleName: 'reader',
      Tags: [
        { Key: 'zone', Value: '2' },
        { Key: 'Area', Value: '' },
      ],
    });
    assert.deepEqual(await scene.run('ListRoleTags', { RoleName: 'reader' }), {
      Tags: [
        { Key: 'Area', Value: '' },
        { Key: 'zone', Value: '2' },
      ],
      IsTruncated: false,
    });
    const page = await scene.run('ListRoleTags', { RoleName: 'reader', MaxItems: 1 });
    assert.equal(page.IsTruncated, true);
    const rest = await scene.run('ListRoleTags', { RoleName: 'reader', Marker: page.Marker });
    assert.deepEqual(rest, { Tags: [{ Key: 'zone', Value: '2' }], IsTruncated: false });
    await scene.run('UntagRole', { RoleName: 'reader', TagKeys: ['AREA', 'nothing'] });
    assert.equal(((await scene.run('ListRoleTags', { RoleName: 'reader' })).Tags as unknown[]).length, 1);
    const many = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: '' }));
    assert.equal(
      await scene.refusal('TagRole', { RoleName: 'reader', Tags: many }),
      'LimitExceeded: The number of tags has reached the maximum limit.',
    );
  });
});

describe('service-linked roles', () => {
  test('CloudTrail’s: made once, its own, gone by its own call', async () => {
    const scene = new RoleScene();
    const { Role } = (await scene.run('CreateServiceLinkedRole', {
      AWSServiceName: 'cloudtrail.amazonaws.com',
    })) as { Role: Record<string, unknown> };
    assert.equal(Role.Arn, arn('role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail'));
    assert.equal(
      decodeURIComponent(String(Role.AssumeRolePolicyDocument)),
      '{"Version": "2012-10-17", "Statement": [{"Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": {"Service": ["cloudtrail.amazonaws.com"]}}]}',
    );
    const RoleName = 'AWSServiceRoleForCloudTrail';
    assert.equal(
      await scene.refusal('CreateServiceLinkedRole', { AWSServiceName: 'cloudtrail.amazonaws.com' }),
      'InvalidInput: Service role name AWSServiceRoleForCloudTrail has been taken in this account, please try a different suffix.',
    );
    const { AttachedPolicies } = await scene.run('ListAttachedRolePolicies', { RoleName });
    assert.deepEqual(AttachedPolicies, [
      {
        PolicyName: 'CloudTrailServiceRolePolicy',
        PolicyArn: 'arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy',
      },
    ]);
    const isProtected = /^UnmodifiableEntity: .*protected role 'AWSServiceRoleForCloudTrail'/;
    for (const [operation, more] of [
      ['DeleteRole', {}],
      ['UpdateRole', { Description: 'x' }],
      ['UpdateAssumeRolePolicy', { PolicyDocument: trustAccount() }],
      ['PutRolePolicy', { PolicyName: 'p', PolicyDocument: allow('*') }],
      ['AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
      ['PutRolePermissionsBoundary', { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
    ] as const)
      assert.match(await scene.refusal(operation, { RoleName, ...more }), isProtected, operation);
    const { DeletionTaskId } = await scene.run('DeleteServiceLinkedRole', { RoleName });
    assert.match(
      String(DeletionTaskId),
      /^task\/aws-service-role\/cloudtrail\.amazonaws\.com\/AWSServiceRoleForCloudTrail\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.deepEqual(await scene.run('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId }), {
      Status: 'SUCCEEDED',
    });
    assert.match(await scene.refusal('GetRole', { RoleName }), /^NoSuchEntity/);
  });

  test('nobody makes a role of that path by hand, and nobody takes its policy', async () => {
    const scene = new RoleScene();
    const input = {
      RoleName: 'x',
      Path: '/aws-service-role/cloudtrail.amazonaws.com/',
      AssumeRolePolicyDocument: trustAccount(),
    };
    assert.match(await scene.refusal('CreateRole', input), /^ValidationError/);
    await scene.createRole('mine');
    const PolicyArn = 'arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy';
    assert.equal(
      await scene.refusal('AttachRolePolicy', { RoleName: 'mine', PolicyArn }),
      'PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.',
    );
    assert.match(
      await scene.refusal('CreateServiceLinkedRole', { AWSServiceName: 'nobody.com' }),
      /^InvalidInput/,
    );
    assert.match(await scene.refusal('DeleteServiceLinkedRole', { RoleName: 'mine' }), /^NoSuchEntity/);
  });
});
