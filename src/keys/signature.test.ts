// SPDX-License-Identifier: Apache-2.0
// Oracle: Node's crypto (OpenSSL) for every signature over a digest, in both directions: what is signed here over a digest is a
// signature of the message to OpenSSL, and the other way round.
import assert from 'node:assert/strict';
import { createHash, createPrivateKey } from 'node:crypto';
import { describe, test } from 'node:test';
import type { KeyDocument } from './key.js';
import { newSecret } from './key-material.js';
import { isKeySpec, type KeySpec, keyAlgorithms, type SigningAlgorithm } from './key-spec.js';
import { type SigningRequest, signMessage, verifyMessage } from './signature.js';

const specs = ['RSA_2048', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1'] as const;
const message = Buffer.from('a cairn is a stack of stones');

async function keyOf(spec: KeySpec) {
  const { secret, publicKey } = await newSecret(spec);
  const key = {
    spec,
    usage: 'SIGN_VERIFY',
    publicKey: publicKey?.toString('base64'),
  } as unknown as KeyDocument;
  return { key, privateKey: createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' }) };
}

function both(algorithm: SigningAlgorithm): { raw: SigningRequest; digest: SigningRequest } {
  const hashed = createHash(`sha${algorithm.slice(-3)}`)
    .update(message)
    .digest();
  return {
    raw: { message, messageType: 'RAW', algorithm },
    digest: { message: hashed, messageType: 'DIGEST', algorithm },
  };
}

for (const spec of specs) {
  describe(spec, () => {
    for (const algorithm of keyAlgorithms({ spec, usage: 'SIGN_VERIFY' }).signing) {
      test(`${algorithm}: over the message and over its digest is one and the same`, async () => {
        const { key, privateKey } = await keyOf(spec);
        const { raw, digest } = both(algorithm);
        for (let round = 0; round < 4; round += 1) {
          const ofRaw = signMessage(key, privateKey, raw);
          const ofDigest = signMessage(key, privateKey, digest);
          for (const signature of [ofRaw, ofDigest]) {
            assert.ok(verifyMessage(key, raw, signature));
            assert.ok(verifyMessage(key, digest, signature));
          }
          const other = {
            ...digest,
            message: createHash('sha512').update('x').digest().subarray(0, digest.message.length),
          };
          assert.ok(!verifyMessage(key, other, ofRaw));
          for (const at of [0, 1, 5, ofRaw.length >> 1, ofRaw.length - 1]) {
            const altered = Buffer.from(ofRaw);
            altered[at] = (altered[at] as number) ^ 1;
            assert.ok(!verifyMessage(key, digest, altered), `byte ${at}`);
          }
          assert.ok(!verifyMessage(key, digest, ofRaw.subarray(1)));
          assert.ok(!verifyMessage(key, digest, Buffer.concat([ofRaw, Buffer.from([0])])));
        }
      });
    }

    test('a digest of another length is refused', async () => {
      const { key, privateKey } = await keyOf(spec);
      const [algorithm] = keyAlgorithms({ spec, usage: 'SIGN_VERIFY' }).signing;
      assert.ok(algorithm);
      const request = { message: Buffer.alloc(20), messageType: 'DIGEST', algorithm } as const;
      const refusal = {
        code: 'ValidationException',
        message: `Digest is invalid length for algorithm ${algorithm}.`,
      };
      assert.throws(() => signMessage(key, privateKey, request), refusal);
      assert.throws(() => verifyMessage(key, request, Buffer.alloc(8)), refusal);
    });
  });
}

test('Ed25519 signs messages', async () => {
  const { key, privateKey } = await keyOf('ECC_NIST_EDWARDS25519');
  const request = { message, messageType: 'RAW', algorithm: 'ED25519_SHA_512' } as const;
  const signature = signMessage(key, privateKey, request);
  assert.ok(verifyMessage(key, request, signature));
  assert.ok(!verifyMessage(key, { ...request, message: Buffer.from('other') }, signature));
});

test('names that objects inherit are no key specs', () => assert.ok(!isKeySpec('constructor')));
