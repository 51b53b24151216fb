// SPDX-License-Identifier: Apache-2.0
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { type SignatureClaim, scopeTerminator } from './signature-claim.js';

type KeyScope = Pick<SignatureClaim, 'accessKeyId' | 'date' | 'region' | 'service'>;

/** The key of one day, Region and service. A KeyObject, so that printing it by accident shows nothing. */
export function deriveSigningKey(secret: string, scope: KeyScope): KeyObject {
  const dateKey = hmac(`AWS4${secret}`, scope.date);
  const regionKey = hmac(dateKey, scope.region);
  const serviceKey = hmac(regionKey, scope.service);
  return createSecretKey(hmac(serviceKey, scopeTerminator));
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

const blockBytes = 64;

/** The key as the two hashes of HMAC begin with it, with room behind for what they hash. */
interface PaddedKey {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** A string to sign has some 140 bytes. */
const textBytesMax = 512;

/** Gone with their keys. */
const paddedKeys = new WeakMap<KeyObject, PaddedKey>();

/**
 * Hexadecimal HMAC-SHA256 of a string to sign. Two hashes in one go each: a createHmac is an object of OpenSSL's to make
 * and to collect, with every request of every client. Source: RFC 2104, 2.
 */
export function sign(key: KeyObject, stringToSign: string): string {
  const length = stringToSign.length;
  if (length > textBytesMax || (key.symmetricKeySize ?? Number.POSITIVE_INFINITY) > blockBytes)
    return createHmac('sha256', key).update(stringToSign, 'latin1').digest('hex');
  const { inner, outer } = paddedKey(key);
  inner.write(stringToSign, blockBytes, 'latin1');
  outer.set(hash('sha256', inner.subarray(0, blockBytes + length), 'buffer'), blockBytes);
  return hash('sha256', outer, 'hex');
}

function paddedKey(key: KeyObject): PaddedKey {
  let padded = paddedKeys.get(key);
  if (padded === undefined) {
    const bytes = key.export();
    const [inner, outer] = [Buffer.alloc(blockBytes + textBytesMax), Buffer.alloc(blockBytes + 32)];
    for (let at = 0; at < blockBytes; at++) {
      inner[at] = (bytes[at] ?? 0) ^ 0x36;
      outer[at] = (bytes[at] ?? 0) ^ 0x5c;
    }
    padded = { inner, outer };
    paddedKeys.set(key, padded);
  }
  return padded;
}

/**
 * Derived keys of the callers of late, the least recently used forgotten first.
 *
 * Only keys that have verified a request come in (`remember`), so that a stranger who knows an access key id cannot
 * push out everybody else's. An entry serves the secret that it was derived from and no other.
 */
export class SigningKeyCache {
  readonly #entriesMax: number;
  readonly #entries = new Map<string, { readonly secret: string; readonly key: KeyObject }>();

  constructor(entriesMax = 10_000) {
    this.#entriesMax = entriesMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(secret: string, scope: KeyScope): KeyObject | undefined {
    const name = entryName(scope);
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.secret !== secret) return undefined;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.key;
  }

  remember(secret: string, scope: KeyScope, key: KeyObject): void {
    const name = entryName(scope);
    this.#entries.delete(name);
    this.#entries.set(name, { secret, key });
    if (this.#entries.size <= this.#entriesMax) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

function entryName(scope: KeyScope): string {
  return `${scope.accessKeyId}/${scope.date}/${scope.region}/${scope.service}`;
}
