// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../ports/state-store.js';

/** A key pair that signs the digests of one Region, as it is kept in state under `digestKeyKey`. Times in ms since the epoch. */
export interface DigestKeyDocument {
  readonly region: string;
  /** `publicKeyFingerprint` of the public key. */
  readonly fingerprint: string;
  /** PKCS#1 DER, base64. */
  readonly publicKey: string;
  /** PKCS#8 PEM, sealed under the master key and bound to the state key. */
  readonly sealedPrivateKey: string;
  readonly validFromMs: number;
  readonly validUntilMs: number;
}

/**
 * A key is valid for 30 days and signs for the first 20 of them.
 * Source: the validity times in the sample answer of ListPublicKeys, CloudTrail User Guide, "Custom implementations of
 * CloudTrail log file integrity validation".
 */
export const digestKeyValidMs = 30 * 86_400_000;
export const digestKeySignsMs = 20 * 86_400_000;

/** Keys are numbered within their Region: two that are made at once meet under one number, and one of them wins. */
export function digestKeyKey(region: string, number: number): string {
  return `${digestKeyPrefix(region)}${String(number).padStart(6, '0')}`;
}

function digestKeyPrefix(region: string): string {
  return `digest-key/${region}/`;
}

/** Every key that a Region ever had, oldest first: public keys are kept for ever. */
export function digestKeysOf(
  state: { list<T>(prefix: string): StateEntry<T>[] },
  region: string,
): DigestKeyDocument[] {
  return state.list<DigestKeyDocument>(digestKeyPrefix(region)).map(({ value }) => value);
}
