// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** RSA PKCS#1 v1.5 over SHA-256, as lower-case hex. */
export function signText(text: string, privateKey: KeyObject): string {
  return sign('sha256', Buffer.from(text), privateKey).toString('hex');
}

const hexForm = /^(?:[0-9a-f]{2})+$/i;

/** @param publicKey from `readPublicKey` */
export function isSignatureOf(text: string, signature: string, publicKey: KeyObject): boolean {
  // Buffer.from stops at what is no hex and would verify the part before it.
  if (!hexForm.test(signature)) return false;
  return verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'hex'));
}

/** A public key as ListPublicKeys gives it (PKCS#1 DER). Throws on bytes that are none. */
export function readPublicKey(pkcs1: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(pkcs1), format: 'der', type: 'pkcs1' });
}

/**
 * MD5 of the key's DER, hex. It names a key and proves nothing: the key itself is what signatures are verified with.
 * Source: the sample keys in CloudTrail User Guide, "Custom implementations of CloudTrail log file integrity validation",
 * whose fingerprints are exactly this.
 */
export function publicKeyFingerprint(pkcs1: Uint8Array): string {
  return createHash('md5').update(pkcs1).digest('hex');
}
