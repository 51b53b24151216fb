// SPDX-License-Identifier: Apache-2.0
// Oracle: KMS API Reference, "CreateAlias", "UpdateAlias", "ScheduleKeyDeletion", "RotateKeyOnDemand", "EnableKeyRotation".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, dayMs, KmsScene } from './testing/kms-scene.js';

function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
const message = Buffer.from('a message');
const root = `arn:aws:iam::${account}:root`;
const all = { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' };

describe('aliases', () => {
  test('name a key everywhere a key is used, and no other Region knows them', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    await scene.call('CreateAlias', { AliasName: 'alias/audit', TargetKeyId: KeyId });
    const arn = `arn:aws:kms:us-east-1:${account}:alias/audit`;
    for (const name of ['alias/audit', arn])
      assert.equal(
        (await scene.call('Encrypt', { KeyId: name, Plaintext: message })).KeyId,
        scene.arn(KeyId),
      );
    assert.equal(
      (await scene.refusal('DescribeKey', { KeyId: 'alias/audit' }, { region: 'eu-west-1' }))[0],
      'NotFoundException',
    );
    assert.deepEqual(await scene.refusal('EnableKey', { KeyId: 'alias/audit' }), [
      'NotFoundException',
      "Invalid keyId 'alias/audit'",
    ]);
    assert.deepEqual(await scene.refusal('CreateAlias', { AliasName: 'alias/audit', TargetKeyId: KeyId }), [
      'AlreadyExistsException',
      `An alias with the name ${arn} already exists`,
    ]);
  });

  test('go over to a key of the same type, and to no other', async () => {
    const scene = new KmsScene();
    const [one, two, other] = [
      await scene.key(),
      await scene.key(),
      await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    ];
    await scene.call('CreateAlias', { AliasName: 'alias/a', TargetKeyId: one });
    scene.clock.advance(1000);
    await scene.call('UpdateAlias', { AliasName: 'alias/a', TargetKeyId: two });
    const { Aliases } = await scene.call('ListAliases', { KeyId: two });
    assert.deepEqual(
      Aliases?.map((alias) => [
        alias.TargetKeyId,
        Number(alias.LastUpdatedDate) - Number(alias.CreationDate),
      ]),
      [[two, 1000]],
    );
    assert.equal(
      (await scene.refusal('UpdateAlias', { AliasName: 'alias/a', TargetKeyId: other }))[0],
      'ValidationException',
    );
    assert.equal(
      (await scene.refusal('UpdateAlias', { AliasName: 'alias/b', TargetKeyId: two }))[0],
      'NotFoundException',
    );
    await scene.call('DeleteAlias', { AliasName: 'alias/a' });
    assert.equal((await scene.refusal('DeleteAlias', { AliasName: 'alias/a' }))[0], 'NotFoundException');
  });

  test('under alias/aws/ are not to be had; the one of S3 comes by itself', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    assert.equal(
      (await scene.refusal('CreateAlias', { AliasName: 'alias/aws/s3', TargetKeyId: KeyId }))[0],
      'NotAuthorizedException',
    );
    const { KeyMetadata } = await scene.call('DescribeKey', { KeyId: 'alias/aws/s3' });
    assert.equal(KeyMetadata?.KeyManager, 'AWS');
    assert.equal(
      (await scene.call('DescribeKey', { KeyId: 'alias/aws/s3' })).KeyMetadata?.KeyId,
      KeyMetadata?.KeyId,
    );
    for (const operation of ['Encrypt', 'DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy'] as const) {
      const input: object = { KeyId: KeyMetadata?.KeyId, Plaintext: message, Policy: policy(all) };
      assert.equal((await scene.refusal(operation, input))[0], 'AccessDeniedException', operation);
    }
    assert.equal(
      (await scene.refusal('DescribeKey', { KeyId: 'alias/aws/unheard-of' }))[0],
      'NotFoundException',
    );
  });

  test('are fifty for one key', async () => {
    const scene = new KmsScene();
    const TargetKeyId = await scene.key();
    for (let at = 0; at < 50; at += 1)
      await scene.call('CreateAlias', { AliasName: `alias/${at}`, TargetKeyId });
    assert.equal(
      (await scene.refusal('CreateAlias', { AliasName: 'alias/50', TargetKeyId }))[0],
      'LimitExceededException',
    );
  });
});

describe('deletion', () => {
  test('waits 7 to 30 days, and then the key is gone, whoever asks', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const { CiphertextBlob } = await scene.call('Encrypt', { KeyId, Plaintext: message });
    await scene.call('CreateAlias', { AliasName: 'alias/gone', TargetKeyId: KeyId });
    for (const days of [6, 31])
      assert.equal(
        (await scene.refusal('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: days }))[0],
        'ValidationException',
      );
    const scheduled = await scene.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    assert.deepEqual(scheduled, {
      KeyId: scene.arn(KeyId),
      DeletionDate: new Date(scene.clock.now() + 7 * dayMs),
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 7,
    });
    scene.clock.advance(7 * dayMs - 1);
    assert.equal((await scene.call('DescribeKey', { KeyId })).KeyMetadata?.KeyState, 'PendingDeletion');
    scene.clock.advance(1);
    for (const operation of ['DescribeKey', 'CancelKeyDeletion', 'GetKeyPolicy'] as const)
      assert.equal((await scene.refusal(operation, { KeyId }))[0], 'NotFoundException', operation);
    assert.equal((await scene.refusal('Decrypt', { CiphertextBlob }))[0], 'AccessDeniedException');
    assert.deepEqual((await scene.call('ListKeys')).Keys, []);
    assert.deepEqual((await scene.call('ListAliases')).Aliases, []);
  });
});

describe('rotation', () => {
  test('on demand: new secrets for new ciphertexts, old ones still open', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const before = await scene.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
    await scene.call('RotateKeyOnDemand', { KeyId });
    const after = await scene.call('GenerateDataKey', { KeyId, KeySpec: 'AES_256' });
    assert.notEqual(before.KeyMaterialId, after.KeyMaterialId);
    for (const { CiphertextBlob, Plaintext, KeyMaterialId } of [before, after])
      assert.deepEqual(await scene.call('Decrypt', { CiphertextBlob }), {
        KeyId: scene.arn(KeyId),
        Plaintext,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        KeyMaterialId,
      });
    const { Rotations } = await scene.call('ListKeyRotations', {
      KeyId,
      IncludeKeyMaterial: 'ALL_KEY_MATERIAL',
    });
    const shown = Rotations?.map(({ KeyMaterialState, RotationType, KeyMaterialId }) => [
      KeyMaterialState,
      RotationType,
      KeyMaterialId,
    ]);
    assert.deepEqual(shown, [
      ['NON_CURRENT', undefined, before.KeyMaterialId],
      ['CURRENT', 'ON_DEMAND', after.KeyMaterialId],
    ]);
    assert.equal((await scene.call('ListKeyRotations', { KeyId })).Rotations?.length, 1);
  });

  test('on demand: 25 times', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    for (let at = 0; at < 25; at += 1) await scene.call('RotateKeyOnDemand', { KeyId });
    assert.equal((await scene.refusal('RotateKeyOnDemand', { KeyId }))[0], 'LimitExceededException');
  });

  test('automatic: every 365 days, or 90 to 2560; its status', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    assert.deepEqual(await scene.call('GetKeyRotationStatus', { KeyId }), {
      KeyId: scene.arn(KeyId),
      KeyRotationEnabled: false,
    });
    await scene.call('EnableKeyRotation', { KeyId });
    const status = { KeyId: scene.arn(KeyId), KeyRotationEnabled: true, RotationPeriodInDays: 365 };
    const next = (days: number) => ({ NextRotationDate: new Date(scene.clock.now() + days * dayMs) });
    assert.deepEqual(await scene.call('GetKeyRotationStatus', { KeyId }), { ...status, ...next(365) });
    await scene.call('EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
    assert.deepEqual(await scene.call('GetKeyRotationStatus', { KeyId }), {
      ...status,
      RotationPeriodInDays: 90,
      ...next(90),
    });
    for (const RotationPeriodInDays of [89, 2561])
      assert.equal(
        (await scene.refusal('EnableKeyRotation', { KeyId, RotationPeriodInDays }))[0],
        'ValidationException',
      );
    await scene.call('DisableKeyRotation', { KeyId });
    assert.equal((await scene.call('GetKeyRotationStatus', { KeyId })).KeyRotationEnabled, false);
    const KeyOfSigning = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
    assert.equal(
      (await scene.refusal('EnableKeyRotation', { KeyId: KeyOfSigning }))[0],
      'UnsupportedOperationException',
    );
  });
});
