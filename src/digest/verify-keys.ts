// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto';
import { isSignatureOf, publicKeyFingerprint, readPublicKey } from './digest-signature.js';

/** A public key as ListPublicKeys gives it. */
export interface ListedKey {
  readonly fingerprint: string;
  /** PKCS#1 DER, or SubjectPublicKeyInfo: the samples of the guide have both. */
  readonly value: Uint8Array;
  /** In ms since the epoch. */
  readonly validFromMs?: number;
  readonly validToMs?: number;
  /** Whose key it is; lists that came from elsewhere do not tell. */
  readonly region?: string;
}

interface ReadyKey {
  readonly listed: ListedKey;
  readonly key: KeyObject;
}

/** A file of keys holds what is none. */
export class PublicKeyError extends Error {
  override readonly name = 'PublicKeyError';
}

/** The keys that a validation trusts, by fingerprint. */
export class PublicKeys {
  readonly #keys = new Map<string, ReadyKey>();

  /** Throws PublicKeyError for bytes that are no key, or not the key that the fingerprint names. */
  add(listed: ListedKey): void {
    let key: KeyObject;
    try {
      key = readEither(listed.value);
    } catch (cause) {
      throw new PublicKeyError(`the key ${listed.fingerprint} is no RSA key`, { cause });
    }
    if (publicKeyFingerprint(listed.value) !== listed.fingerprint.toLowerCase())
      throw new PublicKeyError(`the key ${listed.fingerprint} is another key than its fingerprint says`);
    this.#keys.set(listed.fingerprint.toLowerCase(), { listed, key });
  }

  get size(): number {
    return this.#keys.size;
  }

  get(fingerprint: string): ListedKey | undefined {
    return this.#keys.get(fingerprint.toLowerCase())?.listed;
  }

  all(): ListedKey[] {
    return Array.from(this.#keys.values(), ({ listed }) => listed);
  }

  /** Whether the key of this fingerprint signed the text. */
  hasSigned(fingerprint: string, text: string, signature: string): boolean {
    const ready = this.#keys.get(fingerprint.toLowerCase());
    return ready !== undefined && isSignatureOf(text, signature, ready.key);
  }
}

/** Source of the second form: the third sample key in "Custom implementations of CloudTrail log file integrity validation". */
function readEither(value: Uint8Array): KeyObject {
  try {
    return readPublicKey(value);
  } catch {
    const key = createPublicKey({ key: Buffer.from(value), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'rsa')
      throw new TypeError(`a key of type ${String(key.asymmetricKeyType)}`);
    return key;
  }
}
