// SPDX-License-Identifier: Apache-2.0
// Oracle: STS API Reference, pages of the operations; IAM User Guide, "IAM policy elements: Variables and tags" (principal key
// values), "Compare AWS STS credentials".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type {
  AssumeRoleResponse,
  AssumeRootResponse,
  DecodeAuthorizationMessageResponse,
  GetAccessKeyInfoResponse,
  GetFederationTokenResponse,
  GetSessionTokenResponse,
} from '@aws-sdk/client-sts';
import { type AccessKeyDocument, accessKeyKey } from '../../identity/access-keys.js';
import { type MfaDeviceDocument, mfaDeviceKey } from '../../identity/iam-documents.js';
import {
  type MembershipDocument,
  membershipKey,
  type OrganizationDocument,
  organizationKey,
} from '../../identity/organization-documents.js';
import type { Principal } from '../../identity/principal.js';
import { type RootAccessDocument, rootAccessKey } from '../../identity/root-access.js';
import { totpCode } from '../../identity/totp.js';
import { fakeCall } from '../testing/call.js';
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

const root = (accountId = accountA) =>
  ({ kind: 'root', accountId, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }) as const;
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

function withDevice(scene: StsScene, userName?: string): string {
  const name = userName ?? 'root-account-mfa-device';
  const serialNumber = `arn:aws:iam::${accountA}:mfa/${name}`;
  const device: MfaDeviceDocument = {
    accountId: accountA,
    serialNumber,
    sealedSeed: scene.secretBox.seal(seed, serialNumber),
    createdAtMs: 0,
    tags: {},
    enabled: { atMs: 0, ...(userName === undefined ? {} : { userName }) },
  };
  scene.state.put(mfaDeviceKey(accountA, name), device);
  return serialNumber;
}

describe('GetCallerIdentity', () => {
  test('says who calls', async () => {
    const scene = new StsScene();
    const arn = scene.role('reader', [trust({ AWS: `arn:aws:iam::${accountA}:root` }, 'sts:AssumeRole')]);
    const jane = scene.user('jane', [allow('sts:*')]);
    const assumed = await scene.run<AssumeRoleResponse>(
      'AssumeRole',
      { RoleArn: arn, RoleSessionName: 'audit' },
      jane,
    );
    const federated = await scene.run<GetFederationTokenResponse>(
      'GetFederationToken',
      { Name: 'bob' },
      jane,
    );
    const cases: [Principal, string, string][] = [
      [root(), accountA, `arn:aws:iam::${accountA}:root`],
      [jane, 'AIDAJANEXXXXXXXXXXXXX', `arn:aws:iam::${accountA}:user/jane`],
      [
        scene.principalOf(assumed.output.Credentials),
        'AROAREADERXXXXXXXXXXX:audit',
        `arn:aws:sts::${accountA}:assumed-role/reader/audit`,
      ],
      [
        scene.principalOf(federated.output.Credentials),
        `${accountA}:bob`,
        `arn:aws:sts::${accountA}:federated-user/bob`,
      ],
    ];
    for (const [principal, UserId, Arn] of cases) {
      const { output } = await scene.run('GetCallerIdentity', {}, principal);
      assert.deepEqual(output, { UserId, Account: accountA, Arn });
    }
  });
  test('answers even who is denied everything', async () => {
    const scene = new StsScene();
    const jane = scene.user('jane', [{ Effect: 'Deny', Action: '*', Resource: '*' }]);
    await scene.run('GetCallerIdentity', {}, jane);
  });
});

describe('GetSessionToken', () => {
  test('gives a user twelve hours, a root one, whatever a root asks', async () => {
    const scene = new StsScene();
    const jane = scene.user('jane', []);
    const ends = async (principal: Principal, input: object) => {
      const { output } = await scene.run<GetSessionTokenResponse>('GetSessionToken', input, principal);
      const opened = scene.principalOf(output.Credentials);
      assert.equal(opened.kind, principal.kind);
      return ((opened.session?.expiresAtMs ?? 0) - nowMs) / 1_000;
    };
    assert.equal(await ends(jane, {}), 43_200);
    assert.equal(await ends(jane, { DurationSeconds: 129_600 }), 129_600);
    assert.equal(await ends(root(), {}), 3_600);
    assert.equal(await ends(root(), { DurationSeconds: 129_600 }), 3_600);
    assert.equal(await ends(root(), { DurationSeconds: 900 }), 900);
    for (const DurationSeconds of [899, 129_601])
      await assert.rejects(ends(jane, { DurationSeconds }), refusedWith('ValidationError'));
  });
  test('is refused to sessions', async () => {
    const scene = new StsScene();
    const { output } = await scene.run<GetSessionTokenResponse>('GetSessionToken', {}, root());
    const session = scene.principalOf(output.Credentials);
    for (const operation of ['GetSessionToken', 'GetFederationToken'])
      await assert.rejects(
        scene.run(operation, { Name: 'bob' }, session),
        refusedWith('AccessDenied', /with session credentials/),
      );
  });
});

describe('MFA', () => {
  test('a code makes a session that says so, once', async () => {
    const scene = new StsScene();
    const jane = scene.user('jane', []);
    const SerialNumber = withDevice(scene, 'jane');
    const input = { SerialNumber, TokenCode: totpCode(seed, nowMs) };
    const { output } = await scene.run<GetSessionTokenResponse>('GetSessionToken', input, jane);
    const { session } = scene.principalOf(output.Credentials);
    assert.equal(session?.mfaAuthenticatedAtMs, nowMs);
    assert.equal(session?.mfaSerial, SerialNumber);
    await assert.rejects(
      scene.run('GetSessionToken', input, jane),
      refusedWith('AccessDenied', /invalid MFA one time pass code/),
    );
  });
  test('a code is half of a proof; another’s device none', async () => {
    const scene = new StsScene();
    const jane = scene.user('jane', []);
    const SerialNumber = withDevice(scene, 'jane');
    const TokenCode = totpCode(seed, nowMs);
    const wrong: [object, Principal, RegExp][] = [
      [{ SerialNumber }, jane, /must provide both/],
      [{ TokenCode }, jane, /must provide both/],
      [{ SerialNumber, TokenCode }, scene.user('mallory', []), /unable to validate MFA code/],
      [{ SerialNumber, TokenCode }, root(), /unable to validate MFA code/],
      [{ SerialNumber: `${SerialNumber}x`, TokenCode }, jane, /unable to validate MFA code/],
      [
        { SerialNumber, TokenCode: TokenCode === '000000' ? '000001' : '000000' },
        jane,
        /invalid MFA one time/,
      ],
    ];
    for (const [input, principal, message] of wrong)
      await assert.rejects(
        scene.run('GetSessionToken', input, principal),
        refusedWith('AccessDenied', message),
      );
    for (const odd of [
      { SerialNumber: 'x', TokenCode },
      { SerialNumber, TokenCode: '12345' },
      { SerialNumber, TokenCode: 'abcdef' },
    ])
      await assert.rejects(scene.run('GetSessionToken', odd, jane), refusedWith('ValidationError'));
  });
  test('codes cannot be tried through: after ten wrong ones the right one is not looked at either, for five minutes', async () => {
    const scene = new StsScene();
    const jane = scene.user('jane', []);
    const SerialNumber = withDevice(scene, 'jane');
    const right = totpCode(seed, nowMs);
    for (let tried = 0; tried < 10; tried += 1) {
      const TokenCode = String((Number(right) + 500_000 + tried) % 1_000_000).padStart(6, '0');
      await assert.rejects(
        scene.run('GetSessionToken', { SerialNumber, TokenCode }, jane),
        refusedWith('AccessDenied'),
      );
    }
    await assert.rejects(
      scene.run('GetSessionToken', { SerialNumber, TokenCode: right }, jane),
      refusedWith('AccessDenied', /invalid MFA one time/),
    );
    scene.clock.advance(5 * 60_000);
    const later = totpCode(seed, scene.clock.now());
    await scene.run('GetSessionToken', { SerialNumber, TokenCode: later }, jane);
  });
  test('opens a role that wants it: by a code in the call, or by a session that had one; a chain has none', async () => {
    const scene = new StsScene();
    const wantsMfa = [
      trust({ AWS: `arn:aws:iam::${accountA}:root` }, 'sts:AssumeRole', {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      }),
    ];
    const arn = scene.role('careful', wantsMfa, { inlinePolicies: { all: policyText([allow('sts:*')]) } });
    const jane = scene.user('jane', [allow('sts:AssumeRole')]);
    const SerialNumber = withDevice(scene, 'jane');
    const input = { RoleArn: arn, RoleSessionName: 'audit' };
    await assert.rejects(scene.run('AssumeRole', input, jane), refusedWith('AccessDenied'));
    const code = { SerialNumber, TokenCode: totpCode(seed, nowMs) };
    const assumed = await scene.run<AssumeRoleResponse>('AssumeRole', { ...input, ...code }, jane);
    const session = scene.principalOf(assumed.output.Credentials);
    assert.equal(session.session?.mfaAuthenticatedAtMs, nowMs);
    scene.clock.advance(60_000);
    const again = { SerialNumber, TokenCode: totpCode(seed, scene.clock.now()) };
    const token = await scene.run<GetSessionTokenResponse>('GetSessionToken', again, jane);
    const bySession = await scene.run<AssumeRoleResponse>(
      'AssumeRole',
      input,
      scene.principalOf(token.output.Credentials),
    );
    assert.equal(
      scene.principalOf(bySession.output.Credentials).session?.mfaAuthenticatedAtMs,
      nowMs + 60_000,
    );
    const plain = scene.role('plain', [trust({ AWS: arn }, 'sts:AssumeRole')]);
    const chained = await scene.run<AssumeRoleResponse>('AssumeRole', { ...input, RoleArn: plain }, session);
    assert.equal(scene.principalOf(chained.output.Credentials).session?.mfaAuthenticatedAtMs, undefined);
  });
});

describe('GetFederationToken', () => {
  test('gives a session of its own name, narrowed', async () => {
    const scene = new StsScene();
    const jane = scene.user('jane', [allow('sts:*')]);
    const Policy = policyText([allow('s3:ListAllMyBuckets')]);
    const input = { Name: 'bob', Policy, Tags: [{ Key: 'Project', Value: 'Automation' }] };
    const { output } = await scene.run<GetFederationTokenResponse>('GetFederationToken', input, jane);
    assert.deepEqual(output.FederatedUser, {
      FederatedUserId: `${accountA}:bob`,
      Arn: `arn:aws:sts::${accountA}:federated-user/bob`,
    });
    assert.ok((output.PackedPolicySize ?? 0) > 0);
    const opened = scene.principalOf(output.Credentials);
    assert.ok(opened.kind === 'federatedUser');
    assert.deepEqual(opened.session.policies, [Policy]);
    assert.deepEqual(opened.session.tags, { Project: 'Automation' });
    assert.equal(opened.session.expiresAtMs - nowMs, 43_200_000);
    assert.deepEqual(opened.issuer, {
      kind: 'user',
      userName: 'jane',
      userId: 'AIDAJANEXXXXXXXXXXXXX',
      arn: `arn:aws:iam::${accountA}:user/jane`,
    });
  });
  test('needs its permission, and a session of it takes no role', async () => {
    const scene = new StsScene();
    await assert.rejects(
      scene.run('GetFederationToken', { Name: 'bob' }, scene.user('jane', [])),
      refusedWith(
        'AccessDenied',
        /sts:GetFederationToken on resource: arn:aws:sts::111122223333:federated-user\/bob/,
      ),
    );
    const { output } = await scene.run<GetFederationTokenResponse>(
      'GetFederationToken',
      { Name: 'bob' },
      root(),
    );
    const bob = scene.principalOf(output.Credentials);
    assert.ok(bob.kind === 'federatedUser' && bob.issuer.kind === 'root');
    const arn = scene.role('reader', [trust('*', 'sts:AssumeRole')]);
    await assert.rejects(
      scene.run('AssumeRole', { RoleArn: arn, RoleSessionName: 'audit' }, bob),
      refusedWith('AccessDenied'),
    );
  });
  test('takes names of 2 to 32 characters', async () => {
    const scene = new StsScene();
    for (const Name of ['b', 'b'.repeat(33), 'b b', 'b/b'])
      await assert.rejects(scene.run('GetFederationToken', { Name }, root()), refusedWith('ValidationError'));
  });
});

describe('AssumeRoot', () => {
  const task = 'arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy';
  const input = { TargetPrincipal: accountB, TaskPolicyArn: { arn: task } };

  function organized(change: Partial<OrganizationDocument> = {}, access: Partial<RootAccessDocument> = {}) {
    const scene = new StsScene();
    const organizationId = 'o-exampleorgid';
    const organization: OrganizationDocument = {
      organizationId,
      managementAccountId: accountA,
      managementEmail: 'a@example.com',
      featureSet: 'ALL',
      createdAtMs: 0,
      rootId: 'r-ab12',
      enabledPolicyTypes: [],
      trustedServices: { 'iam.amazonaws.com': 0 },
      delegatedAdministrators: {},
      rootTags: {},
      ...change,
    };
    scene.state.put(organizationKey(organizationId), organization);
    for (const accountId of [accountA, accountB]) {
      const member: MembershipDocument = {
        accountId,
        organizationId,
        managementAccountId: accountA,
        parentId: 'r-ab12',
        name: accountId,
        email: `${accountId}@example.com`,
        joinedAtMs: 0,
        joinedMethod: 'CREATED',
        status: 'ACTIVE',
        tags: {},
      };
      scene.state.put(membershipKey(accountId), member);
    }
    const features: RootAccessDocument = {
      organizationId,
      rootSessions: true,
      rootCredentialsManagement: true,
      ...access,
    };
    scene.state.put(rootAccessKey(organizationId), features);
    return { scene, admin: scene.user('admin', [allow('sts:AssumeRoot')]) };
  }

  test('gives the management account 15 minutes as a member’s root', async () => {
    const { scene, admin } = organized();
    const { output, call } = await scene.run<AssumeRootResponse>('AssumeRoot', input, admin);
    const opened = scene.principalOf(output.Credentials);
    assert.ok(opened.kind === 'root');
    assert.equal(opened.accountId, accountB);
    assert.deepEqual(opened.session?.assumedRoot, { callerAccountId: accountA, taskPolicyArn: task });
    assert.equal((opened.session?.expiresAtMs ?? 0) - nowMs, 900_000);
    assert.deepEqual([...(call.audit.sharedWith ?? [])], [accountB]);
    await scene.run('AssumeRoot', { ...input, TargetPrincipal: `arn:aws:iam::${accountB}:root` }, admin);
  });
  test('gives it to a delegated administrator for IAM', async () => {
    const { scene } = organized({
      managementAccountId: '999999999999',
      delegatedAdministrators: { 'iam.amazonaws.com': { [accountA]: 1 } },
    });
    await scene.run('AssumeRoot', input, scene.user('admin', [allow('sts:AssumeRoot')]));
  });
  const refused: readonly [string, Partial<OrganizationDocument>, Partial<RootAccessDocument>][] = [
    ['to other members', { managementAccountId: '999999999999' }, {}],
    ['while the feature is off', {}, { rootSessions: false }],
    ['while IAM is not trusted', { trustedServices: {} }, {}],
    [
      'to delegated administrators for others',
      {
        managementAccountId: '999999999999',
        delegatedAdministrators: { 'cloudtrail.amazonaws.com': { [accountA]: 1 } },
      },
      {},
    ],
  ];
  for (const [name, change, access] of refused) {
    test(`is refused ${name}`, async () => {
      const { scene, admin } = organized(change, access);
      await assert.rejects(scene.run('AssumeRoot', input, admin), refusedWith('AccessDenied'));
    });
  }
  test('is refused for the management account, strangers, roots as callers, other policies, and without permission', async () => {
    const { scene, admin } = organized();
    const wrong: [object, Principal, string][] = [
      [{ ...input, TargetPrincipal: accountA }, admin, 'AccessDenied'],
      [{ ...input, TargetPrincipal: '777788889999' }, admin, 'AccessDenied'],
      [{ ...input, TargetPrincipal: `arn:aws:iam::${accountB}:user/x` }, admin, 'ValidationError'],
      [input, root(), 'AccessDenied'],
      [
        { ...input, TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' } },
        admin,
        'ValidationError',
      ],
      [{ ...input, DurationSeconds: 901 }, admin, 'ValidationError'],
      [input, scene.user('jane', []), 'AccessDenied'],
    ];
    for (const [asked, principal, code] of wrong)
      await assert.rejects(
        scene.run('AssumeRoot', asked, principal),
        refusedWith(code),
        JSON.stringify(asked),
      );
  });
});

describe('GetAccessKeyInfo', () => {
  test('names the account of kept keys and of temporary ones', async () => {
    const scene = new StsScene();
    const kept: AccessKeyDocument = {
      accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
      accountId: accountB,
      owner: { kind: 'root' },
      sealedSecret: '',
      status: 'Inactive',
      createdAtMs: 0,
    };
    scene.state.put(accessKeyKey(kept.accessKeyId), kept);
    const { output } = await scene.run<GetSessionTokenResponse>('GetSessionToken', {}, root());
    const accountOf = async (AccessKeyId: string | undefined) =>
      (await scene.run<GetAccessKeyInfoResponse>('GetAccessKeyInfo', { AccessKeyId }, root())).output.Account;
    assert.equal(await accountOf(kept.accessKeyId), accountB);
    assert.equal(await accountOf(output.Credentials?.AccessKeyId), accountA);
    for (const odd of ['AKIAIOSFODNN7EXAMPLE', 'short', '../../../../../etc'])
      await assert.rejects(accountOf(odd), refusedWith('ValidationError'));
    await assert.rejects(
      scene.run('GetAccessKeyInfo', { AccessKeyId: kept.accessKeyId }, scene.user('jane', [])),
      refusedWith('AccessDenied'),
    );
  });
});

describe('DecodeAuthorizationMessage', () => {
  const details = JSON.stringify({ allowed: false });
  test('opens messages of the account, while they last, for who may', async () => {
    const scene = new StsScene();
    const EncodedMessage = scene.deps.authorizationMessages.seal(details, accountA, nowMs);
    assert.ok(EncodedMessage !== undefined);
    const { output } = await scene.run<DecodeAuthorizationMessageResponse>(
      'DecodeAuthorizationMessage',
      { EncodedMessage },
      root(),
    );
    assert.equal(output.DecodedMessage, details);
    const invalid = refusedWith('InvalidAuthorizationMessageException');
    await assert.rejects(
      scene.run('DecodeAuthorizationMessage', { EncodedMessage }, root(accountB)),
      invalid,
    );
    for (const odd of [
      'x',
      'A'.repeat(10_240),
      `${EncodedMessage}A`,
      `${EncodedMessage}\n`,
      EncodedMessage.slice(1),
    ])
      await assert.rejects(scene.run('DecodeAuthorizationMessage', { EncodedMessage: odd }, root()), invalid);
    await assert.rejects(
      scene.run('DecodeAuthorizationMessage', { EncodedMessage }, scene.user('jane', [])),
      refusedWith('AccessDenied'),
    );
    scene.clock.advance(24 * 3_600_000);
    await assert.rejects(scene.run('DecodeAuthorizationMessage', { EncodedMessage }, root()), invalid);
  });
});

test('GetDelegatedAccessToken knows no trade-in token', async () => {
  await assert.rejects(
    new StsScene().run('GetDelegatedAccessToken', { TradeInToken: 'x' }, root()),
    refusedWith('ExpiredTradeInTokenException'),
  );
});

test('AssumeRoleWithSAML, which comes unsigned, is said not to be there', async () => {
  const { service, state } = new StsScene();
  const request = fakeCall().request;
  assert.throws(() => service.unsigned?.('AssumeRoleWithSAML', {}, state, 0, request), {
    code: 'NotImplemented',
    status: 501,
  });
});

test('every operation but AssumeRoleWithSAML is there', () => {
  const { model, handlers } = new StsScene().service;
  const missing = [...model.operations.keys()].filter((name) => handlers[name] === undefined);
  assert.deepEqual(missing, ['AssumeRoleWithSAML']);
});
