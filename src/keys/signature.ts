// SPDX-License-Identifier: Apache-2.0
import {
  constants,
  createPublicKey,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
} from 'node:crypto';
import { KeyError } from './data-keys.js';
import { signDigest, verifyDigest } from './ecdsa-digest.js';
import type { KeyDocument } from './key.js';
import { keyFamily, type SigningAlgorithm } from './key-spec.js';
import {
  type DigestName,
  signPkcs1Digest,
  signPssDigest,
  verifyPkcs1Digest,
  verifyPssDigest,
} from './rsa-digest.js';

export interface SigningRequest {
  readonly message: Uint8Array;
  /** RAW: the message is hashed here. DIGEST: it is the digest. */
  readonly messageType: 'RAW' | 'DIGEST';
  readonly algorithm: SigningAlgorithm;
}

const digestBytes: Readonly<Record<DigestName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/** ECDSA signatures are DER, RSA's as long as the modulus. Throws KeyError. Source: KMS API Reference, "Sign". */
export function signMessage(key: KeyDocument, privateKey: KeyObject, request: SigningRequest): Buffer {
  const { message, algorithm } = request;
  const scheme = schemeOf(algorithm);
  if (scheme.kind === 'ed25519') return nodeSign(null, message, privateKey);
  if (request.messageType === 'RAW') return nodeSign(scheme.digest, message, rawOptions(privateKey, scheme));
  verifyDigestLength(request, scheme.digest);
  if (scheme.kind === 'ecdsa') return signDigest(message, privateKey, curveOf(key));
  const signRsa = scheme.kind === 'pss' ? signPssDigest : signPkcs1Digest;
  return signRsa(message, scheme.digest, privateKey);
}

/** @returns whether the signature is one. Throws KeyError for a digest of the wrong length. */
export function verifyMessage(key: KeyDocument, request: SigningRequest, signature: Uint8Array): boolean {
  const { message, algorithm } = request;
  const publicKey = publicKeyOf(key);
  const scheme = schemeOf(algorithm);
  if (scheme.kind === 'ed25519') return nodeVerify(null, message, publicKey, signature);
  if (request.messageType === 'RAW')
    return nodeVerify(scheme.digest, message, rawOptions(publicKey, scheme), signature);
  verifyDigestLength(request, scheme.digest);
  if (scheme.kind === 'ecdsa') return verifyDigest(message, signature, publicKey, curveOf(key));
  const verifyRsa = scheme.kind === 'pss' ? verifyPssDigest : verifyPkcs1Digest;
  return verifyRsa(message, signature, scheme.digest, publicKey);
}

export function publicKeyOf(key: KeyDocument): KeyObject {
  return createPublicKey({ key: Buffer.from(key.publicKey ?? '', 'base64'), format: 'der', type: 'spki' });
}

type Scheme =
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'pss' | 'pkcs1' | 'ecdsa'; readonly digest: DigestName };

function schemeOf(algorithm: SigningAlgorithm): Scheme {
  if (algorithm.startsWith('ED25519')) return { kind: 'ed25519' };
  const digest = `sha${algorithm.slice(-3)}` as DigestName;
  if (algorithm.startsWith('ECDSA')) return { kind: 'ecdsa', digest };
  return { kind: algorithm.startsWith('RSASSA_PSS') ? 'pss' : 'pkcs1', digest };
}

function rawOptions(key: KeyObject, { kind }: Exclude<Scheme, { kind: 'ed25519' }>) {
  if (kind === 'ecdsa') return { key, dsaEncoding: 'der' as const };
  if (kind === 'pkcs1') return { key, padding: constants.RSA_PKCS1_PADDING };
  return {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
}

function curveOf(key: KeyDocument): string {
  const family = keyFamily(key.spec);
  if (family.kind !== 'ecc') throw new Error(`${key.spec} has no curve`);
  return family.curve;
}

function verifyDigestLength({ message, algorithm }: SigningRequest, digest: DigestName): void {
  if (message.length === digestBytes[digest]) return;
  throw new KeyError('ValidationException', `Digest is invalid length for algorithm ${algorithm}.`);
}
