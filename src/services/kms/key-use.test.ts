// SPDX-License-Identifier: Apache-2.0
// Oracle: KMS API Reference, by operation; Node's crypto for what public keys verify and what key agreement derives.
import assert from 'node:assert/strict';
import { createPublicKey, diffieHellman, generateKeyPairSync, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { account, KmsScene } from './testing/kms-scene.js';

const message = Buffer.from('a message');
const stranger = '444455556666';

describe('other keys', () => {
  for (const spec of ['RSA_2048', 'ECC_NIST_P384'] as const) {
    test(`${spec}: the public key verifies without KMS what KMS signed`, async () => {
      const scene = new KmsScene();
      const KeyId = await scene.key({ KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
      const { PublicKey, SigningAlgorithms = [] } = await scene.call('GetPublicKey', { KeyId });
      const SigningAlgorithm = SigningAlgorithms[0];
      const { Signature } = await scene.call('Sign', { KeyId, Message: message, SigningAlgorithm });
      const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' });
      const hash = `sha${SigningAlgorithm?.slice(-3)}`;
      assert.ok(verify(hash, message, key, Signature as Uint8Array));
    });
  }

  test('GetPublicKey of a key that has none', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    assert.equal((await scene.refusal('GetPublicKey', { KeyId }))[0], 'UnsupportedOperationException');
  });

  test('data key pairs: the private key, opened again, fits the public one', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const pair = await scene.call('GenerateDataKeyPair', {
      KeyId,
      KeyPairSpec: 'ECC_NIST_P256',
      EncryptionContext: { a: 'b' },
    });
    const opened = await scene.call('Decrypt', {
      CiphertextBlob: pair.PrivateKeyCiphertextBlob,
      EncryptionContext: { a: 'b' },
    });
    assert.deepEqual(opened.Plaintext, pair.PrivateKeyPlaintext);
    const sealed = await scene.call('GenerateDataKeyPairWithoutPlaintext', {
      KeyId,
      KeyPairSpec: 'RSA_2048',
    });
    assert.ok(!('PrivateKeyPlaintext' in sealed) && sealed.PublicKey);
  });

  test('data keys: bytes or a spec, not both and not neither', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    for (const input of [{}, { KeySpec: 'AES_256', NumberOfBytes: 3 }, { KeySpec: 'RSA_2048' }])
      assert.equal((await scene.refusal('GenerateDataKey', { KeyId, ...input }))[0], 'ValidationException');
    assert.equal((await scene.call('GenerateDataKey', { KeyId, KeySpec: 'AES_128' })).Plaintext?.length, 16);
    assert.equal(
      (await scene.call('GenerateDataKey', { KeyId, NumberOfBytes: 1024 })).Plaintext?.length,
      1024,
    );
    assert.ok(
      !('Plaintext' in (await scene.call('GenerateDataKeyWithoutPlaintext', { KeyId, KeySpec: 'AES_256' }))),
    );
  });

  test('key agreement: both sides derive the same secret', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
    const peer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const PublicKey = peer.publicKey.export({ type: 'spki', format: 'der' });
    const input = { KeyId, KeyAgreementAlgorithm: 'ECDH' };
    const { SharedSecret } = await scene.call('DeriveSharedSecret', { ...input, PublicKey });
    const { PublicKey: ours } = await scene.call('GetPublicKey', { KeyId });
    const publicKey = createPublicKey({ key: Buffer.from(ours ?? []), format: 'der', type: 'spki' });
    assert.deepEqual(SharedSecret, diffieHellman({ privateKey: peer.privateKey, publicKey }));
    const other = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    assert.equal(
      (await scene.refusal('DeriveSharedSecret', { ...input, PublicKey: other }))[0],
      'ValidationException',
    );
  });

  test('ReEncrypt goes from key to key and from context to context', async () => {
    const scene = new KmsScene();
    const [from, to] = [await scene.key(), await scene.key()];
    const sealed = await scene.call('Encrypt', {
      KeyId: from,
      Plaintext: message,
      EncryptionContext: { a: '1' },
    });
    const input = {
      CiphertextBlob: sealed.CiphertextBlob,
      DestinationKeyId: to,
      DestinationEncryptionContext: { b: '2' },
    };
    const moved = await scene.call('ReEncrypt', { ...input, SourceEncryptionContext: { a: '1' } });
    assert.deepEqual([moved.SourceKeyId, moved.KeyId], [scene.arn(from), scene.arn(to)]);
    const opened = await scene.call('Decrypt', {
      CiphertextBlob: moved.CiphertextBlob,
      EncryptionContext: { b: '2' },
    });
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), message);
    assert.equal((await scene.refusal('ReEncrypt', input))[0], 'InvalidCiphertextException');
    assert.deepEqual(
      scene.audit.resources.map((resource) => resource.ARN),
      [scene.arn(from), scene.arn(to)],
    );
  });

  test('a dry run says what would be, and does nothing', async () => {
    const scene = new KmsScene();
    const KeyId = await scene.key();
    const told = 'The request would have succeeded, but the DryRun option is set.';
    const dry = { KeyId, DryRun: true };
    assert.deepEqual(await scene.refusal('Encrypt', { ...dry, Plaintext: message }), [
      'DryRunOperationException',
      told,
    ]);
    const grant = { ...dry, GranteePrincipal: stranger, Operations: ['Encrypt'] };
    assert.equal((await scene.refusal('CreateGrant', grant))[0], 'DryRunOperationException');
    assert.deepEqual((await scene.call('ListGrants', { KeyId })).Grants, []);
    await scene.call('DisableKey', { KeyId });
    assert.equal((await scene.refusal('Encrypt', { ...dry, Plaintext: message }))[0], 'DisabledException');
  });
});

test('what cannot be had is refused by name', async () => {
  const scene = new KmsScene();
  for (const input of [
    { Origin: 'EXTERNAL' },
    { MultiRegion: true },
    { KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' },
  ])
    assert.equal((await scene.refusal('CreateKey', input))[0], 'NotImplemented');
  assert.equal(
    (await scene.refusal('CreateKey', { CustomKeyStoreId: 'cks-1' }))[0],
    'CustomKeyStoreNotFoundException',
  );
});

test('no secret stands in state', async () => {
  const scene = new KmsScene();
  const KeyId = await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const [entry] = scene.state.list<{ materials: { sealed: string }[] }>('key/');
  const sealed = Buffer.from(entry?.value.materials[0]?.sealed ?? '', 'base64');
  assert.equal(entry?.key, `key/${account}/us-east-1/${KeyId}`);
  // An IV of 12 bytes, 32 bytes in base64, a tag of 16.
  assert.equal(sealed.length, 12 + 44 + 16);
});
