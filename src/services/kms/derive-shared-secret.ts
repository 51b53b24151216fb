// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import type { DeriveSharedSecretRequest, DeriveSharedSecretResponse } from '@aws-sdk/client-kms';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { keyFamily } from '../../keys/key-spec.js';
import { verifyEnabled, verifyUsage } from '../../keys/usable-key.js';
import type { Handler } from '../service.js';
import { authorizedKey, endDryRun, notServed } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { validationError } from './verify-input.js';

/** ECDH, as it is: the x coordinate, not hashed. Source: KMS API Reference, "DeriveSharedSecret". */
export function deriveSharedSecretHandler({
  materials,
}: KmsDependencies): Handler<DeriveSharedSecretRequest, DeriveSharedSecretResponse> {
  return (input, call) => {
    if (input.Recipient !== undefined) throw notServed('DeriveSharedSecret for a Recipient');
    const key = authorizedKey(input.KeyId, call, {
      action: 'kms:DeriveSharedSecret',
      context: { 'kms:KeyAgreementAlgorithm': 'ECDH' },
      byAlias: true,
      acrossAccounts: true,
      grantTokens: input.GrantTokens,
    });
    verifyEnabled(key);
    verifyUsage(key, 'KEY_AGREEMENT', 'DeriveSharedSecret');
    const publicKey = peerKey(input.PublicKey ?? new Uint8Array(), key);
    endDryRun(input.DryRun);
    return {
      KeyId: keyArn(key),
      SharedSecret: diffieHellman({ privateKey: materials.privateKey(key), publicKey }),
      KeyAgreementAlgorithm: 'ECDH',
      KeyOrigin: 'AWS_KMS',
    };
  };
}

/** OpenSSL refuses points that are not on the curve. */
function peerKey(der: Uint8Array, key: KeyDocument): KeyObject {
  const family = keyFamily(key.spec);
  try {
    const publicKey = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    const { namedCurve } = publicKey.asymmetricKeyDetails ?? {};
    if (family.kind === 'ecc' && namedCurve === family.curve) return publicKey;
  } catch {
    // Told below, in one way for all that cannot be used.
  }
  throw validationError(`The public key is not valid for a key with the key spec ${key.spec}.`);
}
