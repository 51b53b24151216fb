// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { StateStore } from '../ports/state-store.js';
import type { RootPrincipal } from './principal.js';
import type { SecretBox } from './secret-box.js';

/** An access key as it is kept in state under `accessKeyKey`; its secret sealed by the master key. */
export interface AccessKeyDocument {
  readonly accessKeyId: string;
  readonly accountId: string;
  /** Whose key it is. */
  readonly owner: { readonly kind: 'root' };
  readonly sealedSecret: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAtMs: number;
}

export interface Credentials {
  readonly secret: string;
  readonly principal: RootPrincipal;
}

/** Opened secrets kept in memory, so that a busy caller's key is not decrypted on each call. */
const openedKeysMax = 1_000;

export const accessKeyPrefix = 'access-key/';

export function accessKeyKey(accessKeyId: string): string {
  return `${accessKeyPrefix}${accessKeyId}`;
}

/** 16 to 128 word characters. Source: IAM API Reference, "AccessKey" (AccessKeyId). */
export function isAccessKeyId(text: string): boolean {
  return /^\w{16,128}$/.test(text);
}

/** A new key id and secret in AWS's forms: `AKIA` and 16 of A–Z2–7; 40 base64 characters. */
export function newAccessKey(): { accessKeyId: string; secretAccessKey: string } {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const id = Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('');
  return { accessKeyId: `AKIA${id}`, secretAccessKey: randomBytes(30).toString('base64') };
}

/** Finds who an access key stands for. */
export class AccessKeys {
  readonly #state: Pick<StateStore, 'get'>;
  readonly #box: SecretBox;
  readonly #opened = new Map<string, { readonly sealed: string; readonly credentials: Credentials }>();

  constructor(state: Pick<StateStore, 'get'>, box: SecretBox) {
    this.#state = state;
    this.#box = box;
  }

  /** Undefined for an id that nobody has, or whose key is inactive. */
  find(accessKeyId: string): Credentials | undefined {
    if (!isAccessKeyId(accessKeyId)) return undefined;
    const document = this.#state.get<AccessKeyDocument>(accessKeyKey(accessKeyId))?.value;
    if (document === undefined || document.status !== 'Active') return undefined;
    const known = this.#opened.get(accessKeyId);
    if (known?.sealed === document.sealedSecret) return known.credentials;
    const secret = this.#box.open(document.sealedSecret, accessKeyId);
    const credentials = {
      secret,
      principal: { kind: 'root', accountId: document.accountId, accessKeyId } as const,
    };
    if (this.#opened.size >= openedKeysMax) this.#opened.clear();
    this.#opened.set(accessKeyId, { sealed: document.sealedSecret, credentials });
    return credentials;
  }
}
