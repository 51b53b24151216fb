// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { StateStore } from '../ports/state-store.js';
import { isAccessKeyId, newAccessKeyId } from './access-key-id.js';
import { type AccountDocument, accountKey } from './account-documents.js';
import { type UserDocument, userArn, userKey } from './iam-documents.js';
import type { SignedPrincipal } from './principal.js';
import type { SecretBox } from './secret-box.js';

export { isAccessKeyId };

/** An access key as it is kept in state under `accessKeyKey`; its secret sealed by the master key. */
export interface AccessKeyDocument {
  readonly accessKeyId: string;
  readonly accountId: string;
  /** Whose key it is. */
  readonly owner: AccessKeyOwner;
  readonly sealedSecret: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAtMs: number;
}

/** A user by name and id: a key counts only while both are still the same user's. Renaming a user rewrites its keys. */
export type AccessKeyOwner =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly userName: string; readonly userId: string };

export interface Credentials {
  readonly secret: string;
  readonly principal: SignedPrincipal;
}

/** Opened secrets kept in memory, so that a busy caller's key is not decrypted on each call. */
const openedKeysMax = 1_000;

export const accessKeyPrefix = 'access-key/';

export function accessKeyKey(accessKeyId: string): string {
  return `${accessKeyPrefix}${accessKeyId}`;
}

/** A root's key that was deleted, `{ accountId, atMs }`: the file of the first start may still hold it. */
export function retiredRootKeyKey(accessKeyId: string): string {
  return `retired-root-key/${accessKeyId}`;
}

/**
 * A new key id and secret in AWS's forms: `AKIA` and 16 of A–Z2–7; 40 base64 characters.
 * @param accountId whose the key will be, where it is known: the id then carries it
 */
export function newAccessKey(accountId = '000000000000'): { accessKeyId: string; secretAccessKey: string } {
  return {
    accessKeyId: newAccessKeyId('AKIA', accountId),
    secretAccessKey: randomBytes(30).toString('base64'),
  };
}

/** Closed accounts' keys and sessions work no more. Source: Organizations User Guide, "Close a member account". */
export function isClosedAccount(state: Pick<StateStore, 'get'>, accountId: string): boolean {
  return state.get<AccountDocument>(accountKey(accountId))?.value.closedAtMs !== undefined;
}

/** Finds who an access key stands for. */
export class AccessKeys {
  readonly #state: Pick<StateStore, 'get'>;
  readonly #box: SecretBox;
  readonly #opened = new Map<string, { readonly sealed: string; readonly secret: string }>();

  constructor(state: Pick<StateStore, 'get'>, box: SecretBox) {
    this.#state = state;
    this.#box = box;
  }

  /** Undefined for an id that nobody has, or whose key is inactive, its user gone, or its account closed. */
  find(accessKeyId: string): Credentials | undefined {
    if (!isAccessKeyId(accessKeyId)) return undefined;
    const document = this.#state.get<AccessKeyDocument>(accessKeyKey(accessKeyId))?.value;
    if (document === undefined || document.status !== 'Active') return undefined;
    if (isClosedAccount(this.#state, document.accountId)) return undefined;
    const principal = this.#principalOf(document);
    return principal === undefined ? undefined : { secret: this.#secretOf(document), principal };
  }

  #principalOf({ accessKeyId, accountId, owner }: AccessKeyDocument): SignedPrincipal | undefined {
    if (owner.kind === 'root') return { kind: 'root', accountId, accessKeyId };
    const user = this.#state.get<UserDocument>(userKey(accountId, owner.userName))?.value;
    // The name may be somebody else's by now.
    if (user === undefined || user.userId !== owner.userId) return undefined;
    const { userName, userId } = user;
    return { kind: 'user', accountId, userName, userId, arn: userArn(user), accessKeyId };
  }

  #secretOf({ accessKeyId, sealedSecret }: AccessKeyDocument): string {
    const known = this.#opened.get(accessKeyId);
    if (known?.sealed === sealedSecret) return known.secret;
    const secret = this.#box.open(sealedSecret, accessKeyId);
    if (this.#opened.size >= openedKeysMax) this.#opened.clear();
    this.#opened.set(accessKeyId, { sealed: sealedSecret, secret });
    return secret;
  }
}
