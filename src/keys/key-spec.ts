// SPDX-License-Identifier: Apache-2.0

export type KeyUsage = 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC' | 'KEY_AGREEMENT';
export type EncryptionAlgorithm = 'SYMMETRIC_DEFAULT' | 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256';
export type MacAlgorithm = 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512';
export type RsaSigningAlgorithm =
  | `RSASSA_PSS_SHA_${256 | 384 | 512}`
  | `RSASSA_PKCS1_V1_5_SHA_${256 | 384 | 512}`;
export type SigningAlgorithm =
  | RsaSigningAlgorithm
  | `ECDSA_SHA_${256 | 384 | 512}`
  | 'ED25519_SHA_512'
  | 'ED25519_PH_SHA_512';

export type KeyFamily =
  | { readonly kind: 'symmetric' }
  | { readonly kind: 'hmac'; readonly bytes: number; readonly algorithm: MacAlgorithm }
  | { readonly kind: 'rsa'; readonly bits: number }
  /** `curve`: as OpenSSL calls it. */
  | { readonly kind: 'ecc'; readonly curve: string; readonly algorithm: SigningAlgorithm }
  | { readonly kind: 'ed25519' };

export interface KeySpecFacts {
  readonly family: KeyFamily;
  readonly usages: readonly KeyUsage[];
}

const rsaUsages: readonly KeyUsage[] = ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'];
const nistUsages: readonly KeyUsage[] = ['SIGN_VERIFY', 'KEY_AGREEMENT'];

/**
 * The key specs that are served. Source: KMS Developer Guide, "Key spec reference"; KMS API Reference, "CreateKey". HMAC keys are as
 * long as their hash.
 */
export const keySpecs = {
  SYMMETRIC_DEFAULT: { family: { kind: 'symmetric' }, usages: ['ENCRYPT_DECRYPT'] },
  RSA_2048: { family: { kind: 'rsa', bits: 2048 }, usages: rsaUsages },
  RSA_3072: { family: { kind: 'rsa', bits: 3072 }, usages: rsaUsages },
  RSA_4096: { family: { kind: 'rsa', bits: 4096 }, usages: rsaUsages },
  ECC_NIST_P256: ecc('prime256v1', 'ECDSA_SHA_256', nistUsages),
  ECC_NIST_P384: ecc('secp384r1', 'ECDSA_SHA_384', nistUsages),
  ECC_NIST_P521: ecc('secp521r1', 'ECDSA_SHA_512', nistUsages),
  ECC_SECG_P256K1: ecc('secp256k1', 'ECDSA_SHA_256', ['SIGN_VERIFY']),
  ECC_NIST_EDWARDS25519: { family: { kind: 'ed25519' }, usages: ['SIGN_VERIFY'] },
  HMAC_224: hmac(28, 'HMAC_SHA_224'),
  HMAC_256: hmac(32, 'HMAC_SHA_256'),
  HMAC_384: hmac(48, 'HMAC_SHA_384'),
  HMAC_512: hmac(64, 'HMAC_SHA_512'),
} as const satisfies Record<string, KeySpecFacts>;

export type KeySpec = keyof typeof keySpecs;

export function isKeySpec(text: string): text is KeySpec {
  return Object.hasOwn(keySpecs, text);
}

export function keyFamily(spec: KeySpec): KeyFamily {
  return keySpecs[spec].family;
}

/** The algorithms that a key's metadata lists, by its usage; those of other usages are empty. */
export interface KeyAlgorithms {
  readonly encryption: readonly EncryptionAlgorithm[];
  readonly signing: readonly SigningAlgorithm[];
  readonly mac: readonly MacAlgorithm[];
}

const rsaSigning: readonly RsaSigningAlgorithm[] = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
];

export function keyAlgorithms({
  spec,
  usage,
}: {
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
}): KeyAlgorithms {
  const family = keyFamily(spec);
  return {
    encryption: usage === 'ENCRYPT_DECRYPT' ? encryptionAlgorithms(family) : [],
    signing: usage === 'SIGN_VERIFY' ? signingAlgorithms(family) : [],
    mac: family.kind === 'hmac' ? [family.algorithm] : [],
  };
}

function encryptionAlgorithms({ kind }: KeyFamily): readonly EncryptionAlgorithm[] {
  return kind === 'rsa' ? ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] : ['SYMMETRIC_DEFAULT'];
}

function signingAlgorithms(family: KeyFamily): readonly SigningAlgorithm[] {
  switch (family.kind) {
    case 'rsa':
      return rsaSigning;
    case 'ecc':
      return [family.algorithm];
    case 'ed25519':
      return ['ED25519_PH_SHA_512', 'ED25519_SHA_512'];
    default:
      return [];
  }
}

function ecc<const Usages extends readonly KeyUsage[]>(
  curve: string,
  algorithm: SigningAlgorithm,
  usages: Usages,
) {
  return { family: { kind: 'ecc', curve, algorithm }, usages } as const;
}

function hmac(bytes: number, algorithm: MacAlgorithm) {
  return { family: { kind: 'hmac', bytes, algorithm }, usages: ['GENERATE_VERIFY_MAC'] } as const;
}
