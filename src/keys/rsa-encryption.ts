// SPDX-License-Identifier: Apache-2.0
import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { invalidCiphertext } from './create-data-keys.js';
import { KeyError } from './data-keys.js';
import type { KeyDocument } from './key.js';
import { type EncryptionAlgorithm, keyFamily } from './key-spec.js';
import { publicKeyOf } from './signature.js';

/** Source: KMS Developer Guide, "Key spec reference" (RSA key specs for encryption and decryption). */
function oaepHash(algorithm: EncryptionAlgorithm): { readonly name: string; readonly bytes: number } {
  return algorithm === 'RSAES_OAEP_SHA_1' ? { name: 'sha1', bytes: 20 } : { name: 'sha256', bytes: 32 };
}

/** Throws KeyError `ValidationException` for a plaintext that does not fit. */
export function encryptRsa(key: KeyDocument, plaintext: Uint8Array, algorithm: EncryptionAlgorithm): Buffer {
  const family = keyFamily(key.spec);
  const hash = oaepHash(algorithm);
  const bytesMax = (family.kind === 'rsa' ? family.bits / 8 : 0) - 2 * hash.bytes - 2;
  if (plaintext.length > bytesMax) {
    const message = `Algorithm ${algorithm} and key spec ${key.spec} cannot encrypt data larger than ${bytesMax} bytes.`;
    throw new KeyError('ValidationException', message);
  }
  return publicEncrypt({ ...padding(hash.name), key: publicKeyOf(key) }, plaintext);
}

/** Throws KeyError `InvalidCiphertextException`. */
export function decryptRsa(
  privateKey: KeyObject,
  ciphertext: Uint8Array,
  algorithm: EncryptionAlgorithm,
): Buffer {
  try {
    return privateDecrypt({ ...padding(oaepHash(algorithm).name), key: privateKey }, ciphertext);
  } catch {
    throw invalidCiphertext();
  }
}

function padding(oaepHash: string) {
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
}
