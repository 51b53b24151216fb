// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
// Oracle: the real AWS CLI as the client, its own paginators included; examples of the AWS CLI Command Reference (`aws iam …`); IAM User
// Guide, "Delegating responsibility to others using permissions boundaries"; the records: recorded CreateRole and CreatePolicy events.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually, refusalOf } from '../harness.mjs';

const cairn = new CairnServer();
let accountId;

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
});
after(() => cairn.remove());

const iam = (operation, ...args) => cairn.awsOk('iam', operation, ...args);
const refusal = (operation, ...args) => cairn.awsRefused('iam', operation, ...args);
const arn = (rest) => `arn:aws:iam::${accountId}:${rest}`;
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

function file(name, content) {
  writeFileSync(
    join(cairn.dir, name),
    typeof content === 'string' ? content : JSON.stringify(content, null, 2),
  );
  return `file://${join(cairn.dir, name)}`;
}

const statement = (Effect, Action, more = {}) => ({ Effect, Action, Resource: '*', ...more });
const policy = (...statements) => ({ Version: '2012-10-17', Statement: statements });
const trust = (Principal) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
});
const reads = policy(statement('Allow', ['s3:GetObject', 's3:ListBucket']));

/** A new user with the environment of its access key. */
async function newUser(name) {
  await iam('create-user', '--user-name', name);
  const { AccessKey } = await iam('create-access-key', '--user-name', name);
  return { AWS_ACCESS_KEY_ID: AccessKey.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey.SecretAccessKey };
}

describe('roles', () => {
  test('created, got, changed, tagged, listed, deleted', async () => {
    const { Role } = await iam(
      'create-role',
      ...[
        '--role-name',
        'Test-Role',
        '--path',
        '/team/',
        '--description',
        'reads',
        '--tags',
        'Key=Dept,Value=A',
      ],
      ...['--assume-role-policy-document', file('trust.json', trust({ Service: 'ec2.amazonaws.com' }))],
    );
    assert.equal(Role.Arn, arn('role/team/Test-Role'));
    assert.deepEqual(Role.AssumeRolePolicyDocument, trust({ Service: 'ec2.amazonaws.com' }));
    const named = ['--role-name', 'test-role'];
    await iam('update-role', ...named, '--max-session-duration', '7200');
    await iam('update-role-description', ...named, '--description', 'reads more');
    const trusted = trust({ AWS: accountId });
    await iam('update-assume-role-policy', ...named, '--policy-document', file('trust.json', trusted));
    await iam('tag-role', ...named, '--tags', 'Key=dept,Value=B', 'Key=Zone,Value=1');
    await iam('untag-role', ...named, '--tag-keys', 'ZONE');
    const got = (await iam('get-role', ...named)).Role;
    assert.deepEqual(
      [got.Description, got.MaxSessionDuration, got.AssumeRolePolicyDocument, got.Tags, got.RoleLastUsed],
      ['reads more', 7200, trusted, [{ Key: 'dept', Value: 'B' }], {}],
    );
    assert.deepEqual((await iam('list-role-tags', ...named)).Tags, [{ Key: 'dept', Value: 'B' }]);
    for (const name of ['a', 'b'])
      await iam(
        'create-role',
        '--role-name',
        name,
        '--assume-role-policy-document',
        file('trust.json', trusted),
      );
    const { Roles } = await iam('list-roles', '--page-size', '1');
    assert.deepEqual(
      Roles.map(({ RoleName }) => RoleName),
      ['a', 'b', 'Test-Role'],
    );
    const under = await iam('list-roles', '--path-prefix', '/team/');
    assert.deepEqual(
      under.Roles.map(({ RoleName }) => RoleName),
      ['Test-Role'],
    );
    await iam('delete-role', ...named);
    assert.deepEqual(await refusal('get-role', ...named), {
      code: 'NoSuchEntity',
      message: 'The role with name test-role cannot be found.',
    });
  });

  test('refused in IAM’s words', async () => {
    const asked = (document, ...more) =>
      refusal(
        'create-role',
        '--role-name',
        'x',
        '--assume-role-policy-document',
        file('t.json', document),
        ...more,
      );
    assert.deepEqual(await asked(trust({ AWS: arn('role/nobody') })), {
      code: 'MalformedPolicyDocument',
      message: `Invalid principal in policy: "AWS":"${arn('role/nobody')}"`,
    });
    assert.deepEqual(await asked('{"Version":'), {
      code: 'MalformedPolicyDocument',
      message: 'This policy contains invalid Json',
    });
    assert.equal((await asked(reads)).code, 'MalformedPolicyDocument');
    assert.deepEqual(await asked(trust({ AWS: accountId }), '--max-session-duration', '43201'), {
      code: 'ValidationError',
      message:
        "1 validation error detected: Value at 'maxSessionDuration' failed to satisfy constraint: Member must have value less than or equal to 43200",
    });
  });

  test('whom a trust policy names is a person, not a name', async () => {
    await iam('create-user', '--user-name', 'passing');
    const document = file('t.json', trust({ AWS: arn('user/passing') }));
    await iam('create-role', '--role-name', 'trusting', '--assume-role-policy-document', document);
    const shown = async () =>
      (await iam('get-role', '--role-name', 'trusting')).Role.AssumeRolePolicyDocument.Statement[0].Principal
        .AWS;
    assert.equal(await shown(), arn('user/passing'));
    await iam('delete-user', '--user-name', 'passing');
    await iam('create-user', '--user-name', 'passing');
    assert.match(await shown(), /^AIDA[A-Z2-7]{17}$/);
  });

  test('a service-linked role', async () => {
    const { Role } = await iam(
      'create-service-linked-role',
      '--aws-service-name',
      'cloudtrail.amazonaws.com',
    );
    assert.equal(Role.Path, '/aws-service-role/cloudtrail.amazonaws.com/');
    assert.equal((await refusal('delete-role', '--role-name', Role.RoleName)).code, 'UnmodifiableEntity');
    const { DeletionTaskId } = await iam('delete-service-linked-role', '--role-name', Role.RoleName);
    assert.deepEqual(
      await iam('get-service-linked-role-deletion-status', '--deletion-task-id', DeletionTaskId),
      {
        Status: 'SUCCEEDED',
      },
    );
  });
});

describe('policies', () => {
  test('a managed policy and its versions', async () => {
    const { Policy } = await iam(
      'create-policy',
      ...['--policy-name', 'reads', '--description', 'x', '--policy-document', file('p.json', reads)],
    );
    const of = ['--policy-arn', Policy.Arn];
    const writes = policy(statement('Allow', 's3:PutObject'));
    const { PolicyVersion } = await iam(
      'create-policy-version',
      ...of,
      ...['--policy-document', file('p.json', writes), '--set-as-default'],
    );
    assert.deepEqual([PolicyVersion.VersionId, PolicyVersion.IsDefaultVersion], ['v2', true]);
    const got = (await iam('get-policy-version', ...of, '--version-id', 'v2')).PolicyVersion;
    assert.deepEqual(got.Document, writes);
    await iam('set-default-policy-version', ...of, '--version-id', 'v1');
    assert.equal((await iam('get-policy', ...of)).Policy.DefaultVersionId, 'v1');
    assert.equal((await refusal('delete-policy', ...of)).code, 'DeleteConflict');
    await iam('delete-policy-version', ...of, '--version-id', 'v2');
    assert.deepEqual(
      (await iam('list-policy-versions', ...of)).Versions.map(({ VersionId }) => VersionId),
      ['v1'],
    );
    await iam('tag-policy', ...of, '--tags', 'Key=k,Value=v', 'Key=K,Value=V');
    await iam('untag-policy', ...of, '--tag-keys', 'k');
    assert.deepEqual((await iam('list-policy-tags', ...of)).Tags, [{ Key: 'K', Value: 'V' }]);
    await iam('delete-policy', ...of);
    assert.deepEqual(await refusal('get-policy', ...of), {
      code: 'NoSuchEntity',
      message: `Policy ${Policy.Arn} was not found.`,
    });
  });
});

describe('simulations', () => {
  test('the example of the CLI’s guide', async () => {
    const document =
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}';
    const given = ['--policy-input-list', document];
    const asked = ['--action-names', 'dynamodb:CreateBackup', '--context-entries'];
    const at = (time) => `ContextKeyName='aws:CurrentTime',ContextKeyValues='${time}',ContextKeyType=date`;
    const [allowed] = (await iam('simulate-custom-policy', ...given, ...asked, at('2019-04-25T11:00:00Z')))
      .EvaluationResults;
    const { SourcePolicyId, StartPosition, EndPosition } = allowed.MatchedStatements[0];
    assert.deepEqual(
      [allowed.EvalDecision, SourcePolicyId, StartPosition, EndPosition],
      ['allowed', 'PolicyInputList.1', { Line: 1, Column: 38 }, { Line: 1, Column: 167 }],
    );
    const [denied] = (await iam('simulate-custom-policy', ...given, ...asked, at('2014-04-25T11:00:00Z')))
      .EvaluationResults;
    assert.deepEqual([denied.EvalDecision, denied.MatchedStatements], ['implicitDeny', []]);
    assert.deepEqual(await iam('get-context-keys-for-custom-policy', ...given), {
      ContextKeyNames: ['aws:CurrentTime'],
    });
  });

  test('say of a user what the server then does', async () => {
    const env = await newUser('simone');
    const document = policy(
      statement('Allow', 'iam:GetUser', { Resource: arn('user/${aws:username}') }),
      statement('Allow', 'iam:ListRoles'),
      statement('Deny', 'iam:ListRoles'),
    );
    const inline = ['--user-name', 'simone', '--policy-name', 'self'];
    await iam('put-user-policy', ...inline, '--policy-document', file('p.json', document));
    const source = ['--policy-source-arn', arn('user/simone')];
    const decided = async (action, resource) => {
      const asked = ['--action-names', action, '--resource-arns', resource];
      return (await iam('simulate-principal-policy', ...source, ...asked)).EvaluationResults[0].EvalDecision;
    };
    const done = async (...args) => {
      const answer = await cairn.awsWith(env, 'iam', ...args);
      return answer.code === 0 ? 'allowed' : refusalOf(answer, args).message;
    };
    await iam('create-user', '--user-name', 'other');
    assert.equal(await decided('iam:GetUser', arn('user/simone')), 'allowed');
    assert.equal(await done('get-user', '--user-name', 'simone'), 'allowed');
    assert.equal(await decided('iam:GetUser', arn('user/other')), 'implicitDeny');
    const who = `User: ${arn('user/simone')} is not authorized to perform:`;
    assert.match(
      await done('get-user', '--user-name', 'other'),
      new RegExp(
        `^${who} iam:GetUser on resource: .*other because no identity-based policy allows the iam:GetUser action$`,
      ),
    );
    assert.equal(await decided('iam:ListRoles', arn('role/x')), 'explicitDeny');
    assert.equal(
      await done('list-roles'),
      `${who} iam:ListRoles on resource: ${arn('role/')} with an explicit deny in an identity-based policy`,
    );
    const granting = await iam(
      'list-policies-granting-service-access',
      ...['--arn', arn('user/simone'), '--service-namespaces', 'iam', 's3'],
    );
    assert.deepEqual(granting.PoliciesGrantingServiceAccess, [
      {
        ServiceNamespace: 'iam',
        Policies: [{ PolicyName: 'self', PolicyType: 'INLINE', EntityType: 'USER', EntityName: 'simone' }],
      },
      { ServiceNamespace: 's3', Policies: [] },
    ]);
  });
});

test('a delegate gives rights only within the boundary, and cannot take it away', async () => {
  const { Policy: edge } = await iam(
    'create-policy',
    '--policy-name',
    'edge',
    '--policy-document',
    file('p.json', reads),
  );
  const env = await newUser('delegate');
  const onlyWithEdge = { Condition: { StringEquals: { 'iam:PermissionsBoundary': edge.Arn } } };
  const document = policy(
    statement(
      'Allow',
      ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PutRolePermissionsBoundary'],
      onlyWithEdge,
    ),
    statement('Allow', ['iam:GetRole', 'iam:DeleteRolePermissionsBoundary']),
    statement('Deny', 'iam:DeleteRolePermissionsBoundary'),
  );
  const inline = ['--user-name', 'delegate', '--policy-name', 'delegation'];
  await iam('put-user-policy', ...inline, '--policy-document', file('p.json', document));
  const asDelegate = async (...args) => {
    const answer = await cairn.awsWith(env, 'iam', ...args);
    return answer.code === 0 ? 'done' : refusalOf(answer, args);
  };
  const trusted = ['--assume-role-policy-document', file('t.json', trust({ AWS: accountId }))];
  await iam('create-role', '--role-name', 'free', ...trusted);
  const create = ['create-role', '--role-name', 'bound', ...trusted];
  assert.equal((await asDelegate(...create)).code, 'AccessDenied');
  assert.equal((await asDelegate(...create, '--permissions-boundary', administrator)).code, 'AccessDenied');
  assert.equal(await asDelegate(...create, '--permissions-boundary', edge.Arn), 'done');
  const attach = (role) =>
    asDelegate('attach-role-policy', '--role-name', role, '--policy-arn', administrator);
  assert.equal(await attach('bound'), 'done');
  assert.deepEqual(await attach('free'), {
    code: 'AccessDenied',
    message: `User: ${arn('user/delegate')} is not authorized to perform: iam:AttachRolePolicy on resource: role free because no identity-based policy allows the iam:AttachRolePolicy action`,
  });
  const put = (boundary) =>
    asDelegate('put-role-permissions-boundary', '--role-name', 'bound', '--permissions-boundary', boundary);
  assert.equal((await put(administrator)).code, 'AccessDenied');
  assert.equal(await put(edge.Arn), 'done');
  assert.equal(
    (await asDelegate('delete-role-permissions-boundary', '--role-name', 'bound')).code,
    'AccessDenied',
  );
});

test('the record of a role is as AWS writes it', async () => {
  const document = JSON.stringify(trust({ Service: 'ec2.amazonaws.com' }));
  await iam(
    'create-role',
    ...['--role-name', 'recorded', '--permissions-boundary', administrator],
    ...['--assume-role-policy-document', document],
  );
  const lookUp = [
    'lookup-events',
    '--lookup-attributes',
    'AttributeKey=ResourceName,AttributeValue=recorded',
  ];
  const record = await eventually(async () => {
    const { Events } = await cairn.awsOk('cloudtrail', ...lookUp, '--region', 'us-east-1');
    assert.equal(Events.length, 1);
    return JSON.parse(Events[0].CloudTrailEvent);
  });
  const { requestParameters, responseElements, eventSource, awsRegion, readOnly } = record;
  assert.deepEqual([eventSource, awsRegion, readOnly], ['iam.amazonaws.com', 'us-east-1', false]);
  assert.deepEqual(requestParameters, {
    roleName: 'recorded',
    permissionsBoundary: administrator,
    assumeRolePolicyDocument: document,
  });
  const { roleId, createDate, ...role } = responseElements.role;
  assert.match(roleId, /^AROA[A-Z2-7]{17}$/);
  assert.match(createDate, /^[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d:\d\d [AP]M$/);
  assert.deepEqual(role, {
    path: '/',
    roleName: 'recorded',
    arn: arn('role/recorded'),
    assumeRolePolicyDocument: encodeURIComponent(document),
    permissionsBoundary: { permissionsBoundaryType: 'Policy', permissionsBoundaryArn: administrator },
  });
});
