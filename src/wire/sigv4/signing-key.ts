// SPDX-License-Identifier: Apache-2.0
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
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

/** Hexadecimal HMAC-SHA256 of a string to sign. */
export function sign(key: KeyObject, stringToSign: string): string {
  return createHmac('sha256', key).update(stringToSign, 'latin1').digest('hex');
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
