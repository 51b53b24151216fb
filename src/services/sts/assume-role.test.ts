// SPDX-License-Identifier: Apache-2.0
// Oracle: STS API Reference, "AssumeRole"; IAM User Guide, "Pass session tags in AWS STS" (its examples are used as they are),
// "Monitor and control actions taken with assumed roles", "Roles terms and concepts", "How to use an external ID".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import { principalArn, type SignedPrincipal } from '../../identity/principal.js';
import {
  accountA,
  accountB,
  allow,
  nowMs,
  policyText,
  refusedWith,
  StsScene,
  trust,
} from './testing/sts-scene.js';

const mayAssume = allow(['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']);
const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
const trustsAccount = (accountId = accountA) => trust({ AWS: `arn:aws:iam::${accountId}:root` }, all);

type Asked = Partial<AssumeRoleRequest>;
async function assume(scene: StsScene, RoleArn: string, principal: SignedPrincipal, more: Asked = {}) {
  const input = { RoleArn, RoleSessionName: 'audit', ...more };
  const { output, call } = await scene.run<AssumeRoleResponse>('AssumeRole', input, principal);
  return { output, call, session: scene.principalOf(output.Credentials) };
}

describe('AssumeRole gives credentials', () => {
  test('of the role, for an hour, in whole seconds', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()], { path: '/audit/' });
    const { output, session } = await assume(scene, arn, scene.user('jane', [mayAssume]));
    assert.deepEqual(output.AssumedRoleUser, {
      AssumedRoleId: 'AROAREADERXXXXXXXXXXX:audit',
      Arn: `arn:aws:sts::${accountA}:assumed-role/reader/audit`,
    });
    assert.equal(output.PackedPolicySize, undefined);
    assert.equal(output.Credentials?.Expiration?.getTime(), nowMs + 3_600_000);
    assert.equal(principalArn(session), `arn:aws:sts::${accountA}:assumed-role/reader/audit`);
    assert.ok(session.kind === 'assumedRole');
    assert.equal(session.roleArn, arn);
    assert.equal(session.session.assumedBy, `arn:aws:iam::${accountA}:user/jane`);
    assert.equal(session.session.isChained, undefined);
  });

  test('as long as was asked, within what the role allows', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()], { maxSessionDurationSec: 7_200 });
    const jane = scene.user('jane', [mayAssume]);
    const { session } = await assume(scene, arn, jane, { DurationSeconds: 900 });
    assert.equal(session.session?.expiresAtMs, nowMs + 900_000);
    await assume(scene, arn, jane, { DurationSeconds: 7_200 });
    await assert.rejects(
      assume(scene, arn, jane, { DurationSeconds: 7_201 }),
      refusedWith('ValidationError', /exceeds the MaxSessionDuration set for this role/),
    );
    await assert.rejects(
      assume(scene, arn, jane, { DurationSeconds: 899 }),
      refusedWith('ValidationError', /900/),
    );
    await assert.rejects(
      assume(scene, arn, jane, { DurationSeconds: 43_201 }),
      refusedWith('ValidationError', /43200/),
    );
  });

  test('to a role of another account that both sides allow, and tells the other account', async () => {
    const scene = new StsScene();
    const arn = scene.role('shared', [trustsAccount(accountA)], { accountId: accountB });
    const { call, session } = await assume(scene, arn, scene.user('jane', [mayAssume]));
    assert.equal(session.accountId, accountB);
    assert.deepEqual([...(call.audit.sharedWith ?? [])], [accountB]);
    assert.deepEqual(call.audit.resources, [{ ARN: arn, accountId: accountB, type: 'AWS::IAM::Role' }]);
  });
});

describe('AssumeRole is refused', () => {
  const cases: readonly [name: string, trustPolicy: object[], identity: object[]][] = [
    [
      'when the trust policy is of others',
      [trust({ AWS: `arn:aws:iam::${accountB}:root` }, all)],
      [mayAssume],
    ],
    ['when the account is trusted and the user has no policy', [trustsAccount()], []],
    [
      'when the user is trusted by name and denied by policy',
      [trust({ AWS: `arn:aws:iam::${accountA}:user/jane` }, all)],
      [{ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }],
    ],
    [
      'when the trust policy allows another action',
      [trust({ AWS: `arn:aws:iam::${accountA}:root` }, 'sts:TagSession')],
      [mayAssume],
    ],
    [
      'without the external id',
      [
        trust({ AWS: `arn:aws:iam::${accountA}:root` }, all, {
          StringEquals: { 'sts:ExternalId': 'Example987' },
        }),
      ],
      [mayAssume],
    ],
    [
      'under another session name',
      [
        trust({ AWS: `arn:aws:iam::${accountA}:root` }, all, {
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of policies
          StringLike: { 'sts:RoleSessionName': '${aws:username}' },
        }),
      ],
      [mayAssume],
    ],
    [
      'without MFA',
      [
        trust({ AWS: `arn:aws:iam::${accountA}:root` }, all, {
          Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        }),
      ],
      [mayAssume],
    ],
    [
      'without the source identity',
      [
        trust({ AWS: `arn:aws:iam::${accountA}:root` }, all, {
          StringEquals: { 'sts:SourceIdentity': 'jane' },
        }),
      ],
      [mayAssume],
    ],
  ];
  for (const [name, trustPolicy, identity] of cases) {
    test(name, async () => {
      const scene = new StsScene();
      const arn = scene.role('reader', trustPolicy);
      await assert.rejects(
        assume(scene, arn, scene.user('jane', identity)),
        refusedWith(
          'AccessDenied',
          /^User: arn:aws:iam::111122223333:user\/jane is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role\/reader(?: with an explicit deny in \w.*)?$/,
        ),
      );
    });
  }

  test('by an explicit Deny: told within the account, and to nobody else', async () => {
    const scene = new StsScene();
    const deny = { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' };
    const messages: string[] = [];
    for (const accountId of [accountA, accountB]) {
      const arn = scene.role('reader', [trustsAccount(accountA)], { accountId });
      const refusal = await assume(scene, arn, scene.user('joe', [mayAssume, deny])).catch(
        (error: Error) => error,
      );
      messages.push((refusal as Error).message.replace(/.*role\/reader/, ''));
    }
    assert.deepEqual(messages, [' with an explicit deny in an identity-based policy', '']);
  });

  test('for a role that is not there in the same words, and nobody is told', async () => {
    const scene = new StsScene();
    const jane = scene.user('jane', [mayAssume]);
    const refusals = [`arn:aws:iam::${accountB}:role/none`, scene.role('hers', [], { accountId: accountB })];
    scene.role('hers', [trustsAccount(accountB)], { accountId: accountB });
    for (const arn of refusals) {
      await assert.rejects(
        assume(scene, arn, jane),
        refusedWith(
          'AccessDenied',
          /is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role\/\w+$/,
        ),
      );
    }
  });

  test('for roles of an account that was closed', async () => {
    const scene = new StsScene();
    const arn = scene.role('shared', [trustsAccount(accountA)], { accountId: accountB });
    const jane = scene.user('jane', [mayAssume]);
    await assume(scene, arn, jane);
    const closed: AccountDocument = { accountId: accountB, createdAtMs: 0, closedAtMs: 1 };
    scene.state.put(accountKey(accountB), closed);
    await assert.rejects(assume(scene, arn, jane), refusedWith('AccessDenied'));
  });

  test('for a path that is not the role’s', async () => {
    const scene = new StsScene();
    scene.role('reader', [trustsAccount()], { path: '/audit/' });
    const jane = scene.user('jane', [mayAssume]);
    for (const arn of [`arn:aws:iam::${accountA}:role/reader`, `arn:aws:iam::${accountA}:role/audit/Reader`])
      await assert.rejects(assume(scene, arn, jane), refusedWith('AccessDenied'));
  });

  test('to roots', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()]);
    const root = { kind: 'root', accountId: accountA, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } as const;
    await assert.rejects(
      assume(scene, arn, root),
      refusedWith('AccessDenied', /Roles may not be assumed by root accounts/),
    );
  });

  test('with names and texts out of bounds', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()]);
    const jane = scene.user('jane', [mayAssume]);
    const wrong: Asked[] = [
      { RoleSessionName: 'a' },
      { RoleSessionName: 'a'.repeat(65) },
      { RoleSessionName: '../x' },
      { RoleArn: 'arn:aws:iam::1:role/x234567' },
      { RoleArn: `arn:aws:iam::${accountA}:user/jane` },
      { ExternalId: 'x' },
      { ExternalId: 'x y' },
      { SourceIdentity: 'aws:me' },
      { SourceIdentity: 'x'.repeat(65) },
      { Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })) },
      { Tags: [{ Key: 'k'.repeat(129), Value: '' }] },
      { Tags: [{ Key: 'k', Value: 'v'.repeat(257) }] },
      { Tags: [{ Key: 'aws:k', Value: '' }] },
      {
        Tags: [
          { Key: 'k', Value: '' },
          { Key: 'K', Value: '' },
        ],
      },
      { Tags: [{ Key: 'k*', Value: '' }] },
      { TransitiveTagKeys: ['unknown'] },
      { PolicyArns: Array.from({ length: 11 }, () => ({ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })) },
      { Policy: `{${' '.repeat(2_050)}}` },
    ];
    for (const input of wrong)
      await assert.rejects(
        assume(scene, arn, jane, input),
        refusedWith('ValidationError'),
        JSON.stringify(input).slice(0, 99),
      );
  });
});

describe('session policies', () => {
  test('are checked, kept, and measured', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()]);
    const jane = scene.user('jane', [mayAssume]);
    const Policy = policyText([allow('s3:GetObject')]);
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }];
    const { output, session } = await assume(scene, arn, jane, { Policy, PolicyArns });
    assert.deepEqual(session.session?.policies, [Policy]);
    assert.deepEqual(session.session?.policyArns, ['arn:aws:iam::aws:policy/ReadOnlyAccess']);
    const percent = output.PackedPolicySize ?? 0;
    assert.ok(percent >= 1 && percent <= 20, String(percent));
  });
  test('that are none are refused with the reason', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()]);
    const jane = scene.user('jane', [mayAssume]);
    for (const Policy of ['{}', 'nonsense', '{"Statement":[{"Effect":"Maybe"}]}'])
      await assert.rejects(
        assume(scene, arn, jane, { Policy }),
        refusedWith('MalformedPolicyDocumentException'),
      );
  });
  test('of another account, or that are not there, are refused', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()]);
    const jane = scene.user('jane', [mayAssume]);
    for (const policy of [
      `arn:aws:iam::${accountB}:policy/x`,
      `arn:aws:iam::${accountA}:policy/none`,
      'arn:aws:iam::aws:policy/NoSuchThing',
      'arn:aws:s3:::bucket/policy/x',
    ])
      await assert.rejects(
        assume(scene, arn, jane, { PolicyArns: [{ arn: policy }] }),
        refusedWith('MalformedPolicyDocumentException', /does not exist or is not attachable/),
        policy,
      );
  });
  test('that fill the room with tags are too large, in percent', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()]);
    let seed = 7;
    const letters = (length: number) =>
      Array.from({ length }, () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return String.fromCharCode(97 + (seed % 26));
      }).join('');
    const Tags = Array.from({ length: 50 }, () => ({ Key: letters(100), Value: letters(200) }));
    await assert.rejects(
      assume(scene, arn, scene.user('jane', [mayAssume]), { Tags }),
      refusedWith('PackedPolicyTooLargeException', /consumes \d{3}% of allotted space/),
    );
  });
});

describe('session tags', () => {
  /** "Example role trust policy for session tags". */
  const exampleTrust = [
    {
      Sid: 'AllowIamUserAssumeRole',
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: `arn:aws:iam::${accountA}:user/test-session-tags` },
      Condition: {
        StringLike: {
          'aws:RequestTag/Project': '*',
          'aws:RequestTag/CostCenter': '*',
          'aws:RequestTag/Department': '*',
        },
        StringEquals: { 'sts:ExternalId': 'Example987' },
      },
    },
    {
      Sid: 'AllowPassSessionTagsAndTransitive',
      Effect: 'Allow',
      Action: 'sts:TagSession',
      Principal: { AWS: `arn:aws:iam::${accountA}:user/test-session-tags` },
      Condition: {
        StringLike: { 'aws:RequestTag/Project': '*', 'aws:RequestTag/CostCenter': '*' },
        StringEquals: { 'aws:RequestTag/Department': ['Engineering', 'Marketing'] },
        'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['Project', 'Department'] },
      },
    },
  ];
  const Tags = [
    { Key: 'Project', Value: 'Automation' },
    { Key: 'CostCenter', Value: '12345' },
    { Key: 'Department', Value: 'Engineering' },
  ];
  const asked: Asked = { Tags, TransitiveTagKeys: ['Project', 'Department'], ExternalId: 'Example987' };

  test('the guide’s example is allowed', async () => {
    const scene = new StsScene();
    const arn = scene.role('my-role-example', exampleTrust);
    const { session } = await assume(scene, arn, scene.user('test-session-tags', []), asked);
    assert.deepEqual(session.session?.tags, {
      Project: 'Automation',
      CostCenter: '12345',
      Department: 'Engineering',
    });
    assert.deepEqual(session.session?.transitiveTagKeys, ['Project', 'Department']);
  });
  const refused: readonly [name: string, change: Asked][] = [
    ['without one of the tags', { Tags: Tags.slice(1), TransitiveTagKeys: [] }],
    ['without the external id', { ExternalId: undefined }],
    [
      'with a department that is not listed',
      { Tags: [...Tags.slice(0, 2), { Key: 'Department', Value: 'Sales' }] },
    ],
    ['with another transitive key', { TransitiveTagKeys: ['CostCenter'] }],
  ];
  for (const [name, change] of refused) {
    test(`the guide’s example is refused ${name}`, async () => {
      const scene = new StsScene();
      const arn = scene.role('my-role-example', exampleTrust);
      const user = scene.user('test-session-tags', []);
      await assert.rejects(
        assume(scene, arn, user, { ...asked, ...change } as Asked),
        refusedWith('AccessDenied'),
      );
    });
  }

  test('travel through a chain as “Chaining roles with session tags” tells it', async () => {
    const scene = new StsScene();
    const chained = { inlinePolicies: { chain: policyText([mayAssume]) } };
    const role1 = scene.role('Role1', [trustsAccount()], { ...chained, tags: { Heart: '1' } });
    const role2 = scene.role('Role2', [trustsAccount()], { ...chained, tags: { Sun: '2' } });
    const role3 = scene.role('Role3', [trustsAccount()], { ...chained, tags: { Star: '3', Lightning: '3' } });
    const user = scene.user('jane', [mayAssume]);
    const Tags = [
      { Key: 'Star', Value: '1' },
      { Key: 'Heart', Value: '1' },
    ];
    const one = await assume(scene, role1, user, { Tags, TransitiveTagKeys: ['Star', 'Heart'] });
    const two = await assume(scene, role2, one.session);
    assert.deepEqual(two.session.session?.tags, { Star: '1', Heart: '1' });
    assert.equal(two.session.session?.isChained, true);
    const three = await assume(scene, role3, two.session);
    assert.deepEqual(three.session.session?.tags, { Star: '1', Heart: '1' });
    await assert.rejects(
      assume(scene, role3, two.session, { Tags: [{ Key: 'heart', Value: '3' }] }),
      refusedWith('ValidationError', /conflicts with a transitive tag key/),
    );
    await assert.rejects(
      assume(scene, role3, two.session, { DurationSeconds: 3_601 }),
      refusedWith('ValidationError', /1 hour session limit for roles assumed by role chaining/),
    );
  });

  test('that are not transitive end with their session', async () => {
    const scene = new StsScene();
    const chained = { inlinePolicies: { chain: policyText([mayAssume]) } };
    const role1 = scene.role('Role1', [trustsAccount()], chained);
    const role2 = scene.role('Role2', [trustsAccount()], chained);
    const one = await assume(scene, role1, scene.user('jane', [mayAssume]), {
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    const two = await assume(scene, role2, one.session);
    assert.deepEqual(two.session.session?.tags, {});
  });

  test('named __proto__ are tags like others', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trustsAccount()]);
    const { session } = await assume(scene, arn, scene.user('jane', [mayAssume]), {
      Tags: [{ Key: '__proto__', Value: 'x' }],
    });
    assert.deepEqual(Object.entries(session.session?.tags ?? {}), [['__proto__', 'x']]);
  });
});

describe('a source identity', () => {
  test('stays through the chain and cannot be changed', async () => {
    const scene = new StsScene();
    const chained = { inlinePolicies: { chain: policyText([mayAssume]) } };
    const role1 = scene.role('CriticalRole', [trustsAccount()], chained);
    const role2 = scene.role('CriticalRole_2', [
      trust({ AWS: `arn:aws:iam::${accountA}:role/CriticalRole` }, all, {
        StringLike: { 'aws:SourceIdentity': ['Saanvi', 'Diego'] },
      }),
    ]);
    const jane = scene.user('jane', [mayAssume]);
    const one = await assume(scene, role1, jane, { SourceIdentity: 'Saanvi' });
    assert.equal(one.output.SourceIdentity, 'Saanvi');
    const two = await assume(scene, role2, one.session);
    assert.equal(two.session.session?.sourceIdentity, 'Saanvi');
    await assert.rejects(
      assume(scene, role2, one.session, { SourceIdentity: 'Diego' }),
      refusedWith('AccessDenied'),
    );
    const other = await assume(scene, role1, jane, { SourceIdentity: 'Mallory' });
    await assert.rejects(assume(scene, role2, other.session), refusedWith('AccessDenied'));
  });
  test('needs sts:SetSourceIdentity', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trust({ AWS: `arn:aws:iam::${accountA}:root` }, 'sts:AssumeRole')]);
    const jane = scene.user('jane', [mayAssume]);
    await assume(scene, arn, jane);
    await assert.rejects(
      assume(scene, arn, jane, { SourceIdentity: 'jane' }),
      refusedWith('AccessDenied', /sts:SetSourceIdentity/),
    );
    await assert.rejects(
      assume(scene, arn, jane, { Tags: [{ Key: 'a', Value: 'b' }] }),
      refusedWith('AccessDenied', /sts:TagSession/),
    );
  });
});

describe('credentials of a session', () => {
  test('of a deleted and re-created role stand for the old one', async () => {
    const scene = new StsScene();
    const trustEverybody = [trustsAccount()];
    const arn = scene.role('reader', trustEverybody, { inlinePolicies: { all: policyText([allow('*')]) } });
    const { session } = await assume(scene, arn, scene.user('jane', [mayAssume]));
    const next = scene.role('next', trustEverybody);
    await assume(scene, next, session);
    scene.role('reader', trustEverybody, {
      roleId: 'AROAANOTHERXXXXXXXXXX',
      inlinePolicies: { all: policyText([allow('*')]) },
    });
    await assert.rejects(assume(scene, next, session), refusedWith('AccessDenied'));
  });
  test('are given to nobody by damaged trust policies', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [], { trustPolicy: '{"Statement":' });
    await assert.rejects(assume(scene, arn, scene.user('jane', [mayAssume])), refusedWith('AccessDenied'));
  });
});
