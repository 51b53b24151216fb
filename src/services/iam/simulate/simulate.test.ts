// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracle: AWS CLI Command Reference, examples of `iam simulate-custom-policy`, `iam get-context-keys-for-custom-policy` and
// `iam list-policies-granting-service-access`; IAM API Reference, "SimulatePrincipalPolicy", "EvaluationResult".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EvaluationResult } from '@aws-sdk/client-iam';
import { testAccountId } from '../../testing/call.js';
import { allow, policyArnOf, RoleScene } from '../testing/role-scene.js';

const arn = (rest: string) => `arn:aws:iam::${testAccountId}:${rest}`;
const afterADate =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}';

async function simulated(scene: RoleScene, operation: string, input: object): Promise<EvaluationResult[]> {
  return (await scene.run(operation, input)).EvaluationResults as EvaluationResult[];
}

describe('SimulateCustomPolicy', () => {
  const at = (value: string) => [
    { ContextKeyName: 'aws:CurrentTime', ContextKeyValues: [value], ContextKeyType: 'date' },
  ];

  test('the documented example: allowed, with the place of the statement', async () => {
    const [result] = await simulated(new RoleScene(), 'SimulateCustomPolicy', {
      PolicyInputList: [afterADate],
      ActionNames: ['dynamodb:CreateBackup'],
      ContextEntries: at('2019-04-25T11:00:00Z'),
    });
    assert.deepEqual(result, {
      EvalActionName: 'dynamodb:CreateBackup',
      EvalResourceName: '*',
      EvalDecision: 'allowed',
      MatchedStatements: [
        {
          SourcePolicyId: 'PolicyInputList.1',
          SourcePolicyType: 'none',
          StartPosition: { Line: 1, Column: 38 },
          EndPosition: { Line: 1, Column: 167 },
        },
      ],
      MissingContextValues: [],
    });
  });

  test('the documented example of a call before the date: implicitly denied', async () => {
    const [result] = await simulated(new RoleScene(), 'SimulateCustomPolicy', {
      PolicyInputList: [afterADate],
      ActionNames: ['dynamodb:CreateBackup'],
      ContextEntries: at('2014-04-25T11:00:00Z'),
    });
    assert.deepEqual(
      [result?.EvalDecision, result?.MatchedStatements, result?.MissingContextValues],
      ['implicitDeny', [], []],
    );
  });

  test('keys that are not given are named: of all resources above, of single ones beside each', async () => {
    const scene = new RoleScene();
    const input = { PolicyInputList: [afterADate], ActionNames: ['dynamodb:CreateBackup'] };
    const [ofAll] = await simulated(scene, 'SimulateCustomPolicy', input);
    assert.deepEqual(ofAll?.MissingContextValues, ['aws:CurrentTime']);
    const table = `arn:aws:dynamodb:us-east-1:${testAccountId}:table/t`;
    const [ofOne] = await simulated(scene, 'SimulateCustomPolicy', { ...input, ResourceArns: [table] });
    assert.deepEqual(ofOne?.MissingContextValues, []);
    assert.deepEqual(ofOne?.EvalDecisionDetails, {});
    assert.deepEqual(ofOne?.ResourceSpecificResults?.[0]?.MissingContextValues, ['aws:CurrentTime']);
  });

  test('several resources: each has its own result, a Deny is named alone', async () => {
    const deny = allow('s3:*', 'arn:aws:s3:::b/*').replace('Allow', 'Deny');
    const [result] = await simulated(new RoleScene(), 'SimulateCustomPolicy', {
      PolicyInputList: [allow('s3:GetObject', ['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*']), deny],
      ActionNames: ['s3:GetObject'],
      ResourceArns: ['arn:aws:s3:::a/1', 'arn:aws:s3:::b/1', 'arn:aws:s3:::c/1'],
    });
    assert.equal(result?.EvalDecision, 'explicitDeny');
    assert.deepEqual(
      result?.ResourceSpecificResults?.map(({ EvalResourceDecision, MatchedStatements }) => [
        EvalResourceDecision,
        MatchedStatements?.map(({ SourcePolicyId }) => SourcePolicyId),
      ]),
      [
        ['allowed', ['PolicyInputList.1']],
        ['explicitDeny', ['PolicyInputList.2']],
        ['implicitDeny', []],
      ],
    );
  });

  test('a boundary narrows, and says so', async () => {
    const scene = new RoleScene();
    const input = {
      PolicyInputList: [allow('s3:*')],
      PermissionsBoundaryPolicyInputList: [allow('s3:GetObject')],
      ActionNames: ['s3:GetObject', 's3:PutObject'],
    };
    const results = await simulated(scene, 'SimulateCustomPolicy', input);
    assert.deepEqual(
      results.map(({ EvalDecision, PermissionsBoundaryDecisionDetail: detail }) => [
        EvalDecision,
        detail?.AllowedByPermissionsBoundary,
      ]),
      [
        ['allowed', true],
        ['implicitDeny', false],
      ],
    );
  });

  test('the policy of a resource counts for the caller that it names', async () => {
    const scene = new RoleScene();
    scene.putUser('jane');
    const input = {
      PolicyInputList: [allow('sns:Publish')],
      ActionNames: ['s3:GetObject'],
      ResourceArns: ['arn:aws:s3:::a/1'],
      ResourcePolicy: allow('s3:GetObject', 'arn:aws:s3:::a/*', { Principal: { AWS: arn('user/jane') } }),
    };
    assert.match(await scene.refusal('SimulateCustomPolicy', input), /^InvalidInput: CallerArn must be/);
    const asked = async (more: object) =>
      (await simulated(scene, 'SimulateCustomPolicy', { ...input, ...more }))[0]?.EvalDecision;
    assert.equal(await asked({ CallerArn: arn('user/jane') }), 'allowed');
    assert.equal(await asked({ CallerArn: arn('user/mary') }), 'implicitDeny');
    // The bucket is of another account: then the caller's own policies must allow it too.
    const ResourceOwner = 'arn:aws:iam::999988887777:root';
    assert.equal(await asked({ CallerArn: arn('user/jane'), ResourceOwner }), 'implicitDeny');
    const PolicyInputList = [allow('s3:GetObject')];
    assert.equal(await asked({ CallerArn: arn('user/jane'), ResourceOwner, PolicyInputList }), 'allowed');
  });

  test('one page an action at a time, in their order', async () => {
    const scene = new RoleScene();
    const input = {
      PolicyInputList: [allow('s3:*')],
      ActionNames: ['s3:PutObject', 'sns:Publish', 's3:GetObject'],
    };
    const first = await scene.run('SimulateCustomPolicy', { ...input, MaxItems: 2 });
    const rest = await scene.run('SimulateCustomPolicy', { ...input, Marker: first.Marker });
    const told = [first, rest].map((page) =>
      (page.EvaluationResults as EvaluationResult[]).map(
        ({ EvalActionName, EvalDecision }) => `${EvalActionName} ${EvalDecision}`,
      ),
    );
    assert.deepEqual(told, [['s3:PutObject allowed', 'sns:Publish implicitDeny'], ['s3:GetObject allowed']]);
  });

  test('large simulations are spread over pages, and end', async () => {
    const scene = new RoleScene();
    const big = allow(Array.from({ length: 9_000 }, (_, at) => `s3:Get${at}`));
    const input = {
      PolicyInputList: [big],
      ActionNames: Array.from({ length: 20 }, (_, at) => `s3:Get${at}`),
      ResourceArns: Array.from({ length: 50 }, (_, at) => `arn:aws:s3:::b/${at}`),
    };
    let told = 0;
    let page: Record<string, unknown> = {};
    do {
      page = await scene.run('SimulateCustomPolicy', { ...input, Marker: page.Marker });
      const results = page.EvaluationResults as EvaluationResult[];
      assert.ok(results.length > 0 && results.length < 20);
      told += results.length;
    } while (page.IsTruncated === true);
    assert.equal(told, 20);
    const ResourceArns = Array.from({ length: 1000 }, (_, at) => `arn:aws:s3:::b/${at}`);
    assert.match(
      await scene.refusal('SimulateCustomPolicy', { ...input, ResourceArns }),
      /too many resources/,
    );
  });

  const refused: readonly [string, object, RegExp][] = [
    ['an action with a wildcard', { ActionNames: ['s3:*'] }, /^InvalidInput: Invalid Action Name: s3:\*/],
    ['an action without its service', { ActionNames: ['GetObject'] }, /^InvalidInput/],
    ['a policy that is none', { PolicyInputList: ['{}'] }, /^InvalidInput: Invalid Input Policy/],
    ['a resource that is no ARN', { ResourceArns: ['bucket'] }, /^InvalidInput: Invalid Resource ARN/],
    ['a role as the caller', { CallerArn: arn('role/r') }, /^InvalidInput: Invalid Caller ARN/],
    ['an owner that is no account', { ResourceOwner: 'me' }, /^InvalidInput: Invalid Resource Owner/],
    ['two boundaries', { PermissionsBoundaryPolicyInputList: [allow('*'), allow('*')] }, /^InvalidInput/],
    [
      'a number that is none',
      {
        ContextEntries: [
          { ContextKeyName: 's3:max-keys', ContextKeyValues: ['x'], ContextKeyType: 'numeric' },
        ],
      },
      /^InvalidInput: Invalid value for context key s3:max-keys/,
    ],
    [
      'two values of a single one',
      {
        ContextEntries: [
          { ContextKeyName: 'aws:username', ContextKeyValues: ['a', 'b'], ContextKeyType: 'string' },
        ],
      },
      /^InvalidInput/,
    ],
  ];
  for (const [what, more, message] of refused) {
    test(`refused: ${what}`, async () => {
      const input = { PolicyInputList: [allow('s3:*')], ActionNames: ['s3:GetObject'], ...more };
      assert.match(await new RoleScene().refusal('SimulateCustomPolicy', input), message);
    });
  }
});

describe('SimulatePrincipalPolicy', () => {
  test('a user: own policies, those of groups, and the boundary', async () => {
    const scene = new RoleScene();
    scene.putGroup('team', { inlinePolicies: { ofTeam: allow('s3:GetObject') } });
    scene.putUser('jane', { groupNames: ['team'], inlinePolicies: { own: allow('sns:Publish') } });
    await scene.createPolicy('managed', { PolicyDocument: allow('kms:Decrypt') });
    await scene.run('AttachUserPolicy', { UserName: 'jane', PolicyArn: policyArnOf('managed') });
    await scene.run('AttachUserPolicy', {
      UserName: 'jane',
      PolicyArn: 'arn:aws:iam::aws:policy/AWSCloudTrail_ReadOnlyAccess',
    });
    await scene.createPolicy('edge', { PolicyDocument: allow(['s3:*', 'sns:*', 'cloudtrail:*']) });
    await scene.run('PutUserPermissionsBoundary', {
      UserName: 'jane',
      PermissionsBoundary: policyArnOf('edge'),
    });
    const results = await simulated(scene, 'SimulatePrincipalPolicy', {
      PolicySourceArn: arn('user/jane'),
      ActionNames: ['s3:GetObject', 'sns:Publish', 'cloudtrail:LookupEvents', 'kms:Decrypt'],
    });
    assert.deepEqual(
      results.map(({ EvalDecision, MatchedStatements = [], PermissionsBoundaryDecisionDetail: detail }) => [
        EvalDecision,
        detail?.AllowedByPermissionsBoundary,
        ...MatchedStatements.map(
          ({ SourcePolicyId, SourcePolicyType }) => `${SourcePolicyType} ${SourcePolicyId}`,
        ),
      ]),
      [
        ['allowed', true, 'group ofTeam'],
        ['allowed', true, 'user own'],
        ['allowed', true, 'aws-managed AWSCloudTrail_ReadOnlyAccess'],
        ['implicitDeny', false],
      ],
    );
  });

  test('variables stand for the user; policies that are given count too', async () => {
    const scene = new RoleScene();
    scene.putUser('jane', {
      inlinePolicies: { own: allow('s3:GetObject', 'arn:aws:s3:::home/${aws:username}/*') },
    });
    const results = await simulated(scene, 'SimulatePrincipalPolicy', {
      PolicySourceArn: arn('user/jane'),
      PolicyInputList: [allow('s3:PutObject')],
      ActionNames: ['s3:GetObject', 's3:PutObject'],
      ResourceArns: ['arn:aws:s3:::home/jane/a', 'arn:aws:s3:::home/mary/a'],
    });
    assert.deepEqual(
      results.map(({ ResourceSpecificResults }) =>
        ResourceSpecificResults?.map((one) => one.EvalResourceDecision),
      ),
      [
        ['allowed', 'implicitDeny'],
        ['allowed', 'allowed'],
      ],
    );
  });

  test('a role and a group; nobody', async () => {
    const scene = new RoleScene();
    scene.putGroup('team', { inlinePolicies: { ofTeam: allow('s3:GetObject') } });
    await scene.createRole('reader', { Path: '/x/' });
    await scene.run('PutRolePolicy', {
      RoleName: 'reader',
      PolicyName: 'p',
      PolicyDocument: allow('s3:GetObject'),
    });
    for (const PolicySourceArn of [arn('group/team'), arn('role/x/reader')]) {
      const [result] = await simulated(scene, 'SimulatePrincipalPolicy', {
        PolicySourceArn,
        ActionNames: ['s3:GetObject'],
      });
      assert.equal(result?.EvalDecision, 'allowed', PolicySourceArn);
    }
    const asked = (PolicySourceArn: string) =>
      scene.refusal('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames: ['s3:GetObject'] });
    assert.equal(await asked(arn('role/reader')), 'NoSuchEntity: The role with name reader cannot be found.');
    assert.match(await asked(arn('policy/reader')), /^InvalidInput: Invalid Entity Arn/);
    assert.match(await asked('arn:aws:iam::999988887777:user/jane'), /^NoSuchEntity/);
  });
});

describe('context keys', () => {
  test('the documented example', async () => {
    const PolicyInputList = [
      '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-west-2:123456789012:table/${aws:username}","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2015-08-16T12:00:00Z"}}}}',
    ];
    assert.deepEqual(await new RoleScene().run('GetContextKeysForCustomPolicy', { PolicyInputList }), {
      ContextKeyNames: ['aws:username', 'aws:CurrentTime'],
    });
  });

  test('each once, with defaults taken off, and no characters that stand for themselves', async () => {
    const PolicyInputList = [
      allow('s3:*', ["arn:aws:s3:::${aws:PrincipalTag/team, 'none'}/${*}${$}"], {
        Condition: { StringLike: { 'S3:Prefix': ['${aws:username}/*', '${AWS:USERNAME}'] } },
      }),
      allow('s3:*', '*', {
        Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 's3:prefix': '' } },
      }),
    ];
    assert.deepEqual(await new RoleScene().run('GetContextKeysForCustomPolicy', { PolicyInputList }), {
      ContextKeyNames: ['aws:PrincipalTag/team', 'S3:Prefix', 'aws:username', 'aws:SecureTransport'],
    });
    assert.match(
      await new RoleScene().refusal('GetContextKeysForCustomPolicy', { PolicyInputList: ['x'] }),
      /^InvalidInput/,
    );
  });

  test('of somebody: own policies, those of groups, and what is given', async () => {
    const scene = new RoleScene();
    const asks = (key: string) => allow('s3:*', '*', { Condition: { StringEquals: { [key]: 'x' } } });
    scene.putGroup('team', { inlinePolicies: { g: asks('aws:SourceVpc') } });
    scene.putUser('jane', { groupNames: ['team'], inlinePolicies: { u: asks('aws:UserAgent') } });
    assert.deepEqual(
      await scene.run('GetContextKeysForPrincipalPolicy', {
        PolicySourceArn: arn('user/jane'),
        PolicyInputList: [asks('aws:Referer')],
      }),
      { ContextKeyNames: ['aws:UserAgent', 'aws:SourceVpc', 'aws:Referer'] },
    );
  });
});

describe('ListPoliciesGrantingServiceAccess', () => {
  test('inline ones by whom they hang on, managed ones by ARN', async () => {
    const scene = new RoleScene();
    scene.putGroup('team', { inlinePolicies: { g: allow('S3:Get*') } });
    scene.putUser('sofia', {
      groupNames: ['team'],
      inlinePolicies: {
        'Grant-Sofia': allow('codecommit:ListRepositories'),
        deny: allow('s3:*').replace('Allow', 'Deny'),
        others: allow('sns:*').replace('"Action"', '"NotAction"'),
      },
    });
    await scene.run('AttachUserPolicy', {
      UserName: 'sofia',
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    const { PoliciesGrantingServiceAccess: granting } = (await scene.run(
      'ListPoliciesGrantingServiceAccess',
      {
        Arn: arn('user/sofia'),
        ServiceNamespaces: ['codecommit', 's3', 'sns'],
      },
    )) as { PoliciesGrantingServiceAccess: { ServiceNamespace: string; Policies: object[] }[] };
    const everything = {
      PolicyName: 'AdministratorAccess',
      PolicyType: 'MANAGED',
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    };
    const ofUser = (PolicyName: string) => ({
      PolicyName,
      PolicyType: 'INLINE',
      EntityType: 'USER',
      EntityName: 'sofia',
    });
    assert.deepEqual(granting, [
      { ServiceNamespace: 'codecommit', Policies: [ofUser('Grant-Sofia'), ofUser('others'), everything] },
      {
        ServiceNamespace: 's3',
        Policies: [
          ofUser('others'),
          everything,
          { PolicyName: 'g', PolicyType: 'INLINE', EntityType: 'GROUP', EntityName: 'team' },
        ],
      },
      { ServiceNamespace: 'sns', Policies: [everything] },
    ]);
  });
});
