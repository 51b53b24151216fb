// SPDX-License-Identifier: Apache-2.0
// Oracle: KMS Developer Guide, "Key policies in AWS KMS", "Grants in AWS KMS", "AWS KMS condition keys".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cpuMsSince, linearCpuMsMax } from '../../testing/cpu-ms.js';
import { account, KmsScene } from './testing/kms-scene.js';

function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
const message = Buffer.from('a message');
const stranger = '444455556666';
const root = `arn:aws:iam::${account}:root`;
const all = { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' };

describe('key policies', () => {
  test('are the only way in: an account without a statement is out, its root too', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key({
      Policy: policy({ ...all, Action: ['kms:PutKeyPolicy', 'kms:DescribeKey'] }),
    });
    await scene.call('DescribeKey', { KeyId });
    assert.deepEqual(await scene.refusal('Encrypt', { KeyId, Plaintext: message }), [
      'AccessDeniedException',
      `User: ${root} is not authorized to perform: kms:Encrypt on resource: ${scene.arn(KeyId)} because no resource-based policy allows the kms:Encrypt action`,
    ]);
    await scene.call('PutKeyPolicy', {
      KeyId,
      Policy: policy(all, { ...all, Effect: 'Deny', Action: 'kms:Decrypt' }),
    });
    const { CiphertextBlob } = await scene.call('Encrypt', { KeyId, Plaintext: message });
    assert.deepEqual(await scene.refusal('Decrypt', { CiphertextBlob }), [
      'AccessDeniedException',
      `User: ${root} is not authorized to perform: kms:Decrypt on resource: ${scene.arn(KeyId)} with an explicit deny in a resource-based policy`,
    ]);
  });

  test('that lock their giver out are refused, unless that is meant', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const lockout = { KeyId, Policy: policy({ ...all, Principal: { AWS: stranger } }) };
    assert.deepEqual(await scene.refusal('PutKeyPolicy', lockout), [
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    ]);
    await scene.call('PutKeyPolicy', { ...lockout, BypassPolicyLockoutSafetyCheck: true });
    assert.equal((await scene.refusal('DescribeKey', { KeyId }))[0], 'AccessDeniedException');
  });

  test('hold nobody up, whatever they are held against', async () => {
    const scene = new KmsScene();
    const Condition = { StringLike: { 'kms:EncryptionContext:x': `*${'?a'.repeat(14_000)}b*` } };
    const KeyId = await scene.key({ Policy: policy(all, { ...all, Effect: 'Deny', Condition }) });
    const started = process.cpuUsage();
    for (const length of [8_000, 900_000]) {
      const EncryptionContext = { x: 'a'.repeat(length) };
      const use = { KeyId, Plaintext: message, EncryptionContext };
      if (length <= 8_192) await scene.call('Encrypt', use);
      else assert.equal((await scene.refusal('Encrypt', use))[0], 'ValidationException');
    }
    assert.ok(cpuMsSince(started) < linearCpuMsMax);
  });

  test('that are none are refused', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const bad = [
      '{',
      '[]',
      policy({ ...all, Effect: 'Perhaps' }),
      policy({ ...all, Principal: { AWS: 'nobody' } }),
    ];
    for (const Policy of bad)
      assert.equal(
        (await scene.refusal('PutKeyPolicy', { KeyId, Policy }))[0],
        'MalformedPolicyDocumentException',
        Policy,
      );
    const long = { ...all, Sid: 'x'.repeat(33_000) };
    assert.equal(
      (await scene.refusal('PutKeyPolicy', { KeyId, Policy: policy(long) }))[0],
      'LimitExceededException',
    );
    assert.equal(
      (await scene.refusal('GetKeyPolicy', { KeyId, PolicyName: 'other' }))[0],
      'NotFoundException',
    );
    const { Policy } = await scene.call('GetKeyPolicy', { KeyId });
    assert.equal(JSON.parse(Policy ?? '').Id, 'key-default-1');
    assert.deepEqual((await scene.call('ListKeyPolicies', { KeyId })).PolicyNames, ['default']);
  });

  test('let another account in to use, not to manage', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key({ Policy: policy(all, { ...all, Principal: { AWS: stranger } }) });
    const from = { accountId: stranger };
    const { CiphertextBlob } = await scene.call(
      'Encrypt',
      { KeyId: scene.arn(KeyId), Plaintext: message },
      from,
    );
    await scene.call('Decrypt', { CiphertextBlob }, from);
    assert.equal(
      (await scene.refusal('DisableKey', { KeyId: scene.arn(KeyId) }, from))[0],
      'AccessDeniedException',
    );
    assert.equal((await scene.refusal('DescribeKey', { KeyId }, from))[0], 'NotFoundException');
    const own = await scene.key();
    const sealed = await scene.call('Encrypt', { KeyId: own, Plaintext: message });
    const [code, told] = await scene.refusal('Decrypt', { CiphertextBlob: sealed.CiphertextBlob }, from);
    assert.equal(code, 'AccessDeniedException');
    assert.ok(!told.includes(own), 'whose ciphertext it is stays untold');
    assert.deepEqual(scene.audit.resources, []);
    assert.equal(
      (await scene.refusal('DescribeKey', { KeyId: scene.arn(own) }, from))[0],
      'AccessDeniedException',
    );
  });

  const conditioned: [name: string, condition: object, input: object, isAllowed: boolean][] = [
    [
      'encryption context',
      { StringEquals: { 'kms:EncryptionContext:app': 'cairn' } },
      { EncryptionContext: { app: 'cairn' } },
      true,
    ],
    [
      'another encryption context',
      { StringEquals: { 'kms:EncryptionContext:app': 'cairn' } },
      { EncryptionContext: { app: 'x' } },
      false,
    ],
    ['no encryption context', { Null: { 'kms:EncryptionContextKeys': 'false' } }, {}, false],
    [
      'the keys of the context',
      { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['app'] } },
      { EncryptionContext: { app: '1', more: '2' } },
      false,
    ],
    ['the account that calls', { StringEquals: { 'kms:CallerAccount': account } }, {}, true],
    [
      'through a service only',
      { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
      {},
      false,
    ],
    ['by an alias', { StringEquals: { 'kms:RequestAlias': 'alias/x' } }, {}, false],
    ['a tag of the key', { StringEquals: { 'aws:ResourceTag/team': 'audit' } }, {}, true],
  ];
  for (const [name, Condition, input, isAllowed] of conditioned) {
    test(`conditions: ${name}`, async () => {
      const scene = new KmsScene();
      const Policy = policy(
        { ...all, Action: ['kms:PutKeyPolicy', 'kms:TagResource'] },
        { ...all, Action: 'kms:Encrypt', Condition },
      );
      const KeyId = await scene.key({ Policy, Tags: [{ TagKey: 'team', TagValue: 'audit' }] });
      const request = { KeyId, Plaintext: message, ...input };
      if (isAllowed) await scene.call('Encrypt', request);
      else assert.equal((await scene.refusal('Encrypt', request))[0], 'AccessDeniedException');
    });
  }
});

describe('grants', () => {
  const grantee = `arn:aws:iam::${stranger}:root`;
  const from = { accountId: stranger };

  test('let in whom the policy does not name, for what they say, and no longer', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const Constraints = { EncryptionContextSubset: { app: 'cairn' } };
    const grant = {
      KeyId,
      GranteePrincipal: grantee,
      Operations: ['Encrypt', 'DescribeKey'],
      Name: 'one',
      Constraints,
    };
    const { GrantId, GrantToken } = await scene.call('CreateGrant', grant);
    assert.equal((await scene.call('CreateGrant', grant)).GrantId, GrantId, 'asked again by its name');
    const use = { KeyId: scene.arn(KeyId), Plaintext: message, GrantTokens: [GrantToken] };
    await scene.call('Encrypt', { ...use, EncryptionContext: { app: 'cairn', more: 'x' } }, from);
    await scene.call('DescribeKey', { KeyId: scene.arn(KeyId) }, from);
    const denied = async (input: object, operation: 'Encrypt' | 'Decrypt' = 'Encrypt') =>
      assert.equal((await scene.refusal(operation, { ...use, ...input }, from))[0], 'AccessDeniedException');
    await denied({});
    await denied({ EncryptionContext: { app: 'other' } });
    const { CiphertextBlob } = await scene.call('Encrypt', { ...use, EncryptionContext: { app: 'cairn' } });
    await denied({ CiphertextBlob, EncryptionContext: { app: 'cairn' } }, 'Decrypt');
    assert.equal(
      (await scene.refusal('Encrypt', { ...use, GrantTokens: ['no token'] }, from))[0],
      'InvalidGrantTokenException',
    );
    await scene.call('RevokeGrant', { KeyId, GrantId });
    await denied({ EncryptionContext: { app: 'cairn' } });
    assert.deepEqual(await scene.refusal('RevokeGrant', { KeyId, GrantId }), [
      'NotFoundException',
      `Grant ID ${GrantId} not found`,
    ]);
  });

  test('with an equal context: exactly that one', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const Constraints = { EncryptionContextEquals: { app: 'cairn' } };
    await scene.call('CreateGrant', {
      KeyId,
      GranteePrincipal: stranger,
      Operations: ['Encrypt'],
      Constraints,
    });
    const use = { KeyId: scene.arn(KeyId), Plaintext: message };
    await scene.call('Encrypt', { ...use, EncryptionContext: { app: 'cairn' } }, from);
    const more = { ...use, EncryptionContext: { app: 'cairn', more: 'x' } };
    assert.equal((await scene.refusal('Encrypt', more, from))[0], 'AccessDeniedException');
  });

  test('an explicit deny is stronger', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key({
      Policy: policy(all, { ...all, Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt' }),
    });
    await scene.call('CreateGrant', { KeyId, GranteePrincipal: grantee, Operations: ['Encrypt'] });
    const use = { KeyId: scene.arn(KeyId), Plaintext: message };
    assert.equal((await scene.refusal('Encrypt', use, from))[0], 'AccessDeniedException');
  });

  test('have constraints of eight pairs and 384 characters, as CreateGrant says', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const grant = { KeyId, GranteePrincipal: grantee, Operations: ['Encrypt'] };
    const pairs = (count: number, value: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, value]));
    const constrained = (context: object) => ({
      ...grant,
      Constraints: { EncryptionContextSubset: context },
    });
    await scene.call('CreateGrant', constrained(pairs(8, 'x'.repeat(384))));
    for (const context of [pairs(9, 'x'), pairs(1, 'x'.repeat(385))])
      assert.equal((await scene.refusal('CreateGrant', constrained(context)))[0], 'ValidationException');
  });

  test('passed on give no more than they are', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    await scene.call('CreateGrant', {
      KeyId,
      GranteePrincipal: grantee,
      Operations: ['CreateGrant', 'Encrypt'],
    });
    const pass = { KeyId: scene.arn(KeyId), GranteePrincipal: '777788889999' };
    await scene.call('CreateGrant', { ...pass, Operations: ['Encrypt'] }, from);
    const more = { ...pass, Operations: ['Encrypt', 'Decrypt'] };
    assert.equal((await scene.refusal('CreateGrant', more, from))[0], 'AccessDeniedException');
  });

  test('passed on give no more, also where the policy allows some grants to the grantee', async () => {
    const scene = new KmsScene();
    const some = {
      Effect: 'Allow',
      Principal: { AWS: grantee },
      Action: 'kms:CreateGrant',
      Resource: '*',
      // A condition of this kind holds where its key is missing.
      Condition: { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['GenerateMac', 'DescribeKey'] } },
    };
    const KeyId = await scene.key({ Policy: policy(all, some) });
    await scene.call('CreateGrant', { KeyId, GranteePrincipal: grantee, Operations: ['CreateGrant'] });
    const pass = { KeyId: scene.arn(KeyId), GranteePrincipal: '777788889999' };
    const more = { ...pass, Operations: ['Decrypt'] };
    assert.equal((await scene.refusal('CreateGrant', more, from))[0], 'AccessDeniedException');
    await scene.call('CreateGrant', { ...pass, Operations: ['DescribeKey'] }, from);
  });

  test('are retired by the retiring principal, by token or by key and id, and by nobody else', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const grant = {
      KeyId,
      GranteePrincipal: '777788889999',
      RetiringPrincipal: grantee,
      Operations: ['Encrypt'],
    };
    const first = await scene.call('CreateGrant', grant);
    const second = await scene.call('CreateGrant', grant);
    assert.notEqual(first.GrantId, second.GrantId);
    const listed = await scene.call('ListRetirableGrants', { RetiringPrincipal: grantee });
    assert.equal(listed.Grants?.length, 2);
    const byId = { KeyId: scene.arn(KeyId), GrantId: second.GrantId };
    assert.equal(
      (await scene.refusal('RetireGrant', byId, { accountId: '777788889999' }))[0],
      'AccessDeniedException',
    );
    await scene.call('RetireGrant', { GrantToken: first.GrantToken }, from);
    await scene.call('RetireGrant', byId, from);
    assert.deepEqual((await scene.call('ListGrants', { KeyId })).Grants, []);
    assert.equal((await scene.refusal('RetireGrant', {}))[0], 'ValidationException');
    assert.equal((await scene.refusal('RetireGrant', { KeyId, GrantId: 'x' }))[0], 'InvalidGrantIdException');
  });

  test('name operations that such a key has', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const wrong = { KeyId, GranteePrincipal: grantee, Operations: ['Sign'] };
    assert.equal((await scene.refusal('CreateGrant', wrong))[0], 'ValidationException');
    assert.equal(
      (
        await scene.refusal('CreateGrant', {
          ...wrong,
          Operations: ['Encrypt'],
          GranteePrincipal: 'arn:aws:nobody',
        })
      )[0],
      'InvalidArnException',
    );
  });
});
