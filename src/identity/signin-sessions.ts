// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { type AccountDocument, accountKey } from './account-documents.js';
import {
  type OidcProviderDocument,
  oidcProviderKey,
  type RoleDocument,
  roleKey,
  type UserDocument,
  userKey,
} from './iam-documents.js';
import { findMfaDevice, isMfaDeviceOf } from './mfa-codes.js';
import type { AssumedRolePrincipal } from './principal.js';

/** A role's session as it is kept: it gets the id of a key when credentials are made for it. */
export type KeptRole = Omit<AssumedRolePrincipal, 'accessKeyId'>;

/** Who signed in. */
export type SigninOwner =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly userName: string; readonly userId: string }
  | { readonly kind: 'federated'; readonly role: KeptRole; readonly providerUrl: string };

/** Somebody's stay at the console, as it is kept in state under `signinSessionKey`. Times in ms since the epoch. */
export interface SigninSessionDocument {
  readonly accountId: string;
  readonly owner: SigninOwner;
  /** `ASIA…`: the key id by which records of calls made in the session's name know it. */
  readonly accessKeyId: string;
  readonly signedInAtMs: number;
  /** Of the last request that counts as use. */
  readonly lastUsedMs: number;
  readonly endsAtMs: number;
  /** Fingerprint of the password's hash: another password ends the session. */
  readonly passwordMark?: string;
  readonly mfa?: { readonly atMs: number; readonly serialNumber: string };
  /** The role that was switched to. */
  readonly acting?: KeptRole;
}

const signinSessionsPrefix = 'signin-session/';
/** @param ownerId `root`, the id of a user, or a text that stands for somebody of a role; absent: all of the account */
export const signinSessionsOf = (accountId: string, ownerId?: string): string =>
  `${signinSessionsPrefix}${accountId}/${ownerId === undefined ? '' : `${ownerId}/`}`;
/** @param secretHash of the secret in the cookie, which itself is kept nowhere */
export const signinSessionKey = (accountId: string, ownerId: string, secretHash: string): string =>
  `${signinSessionsOf(accountId, ownerId)}${secretHash}`;

export function passwordMark(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('base64url').slice(0, 22);
}

/** Reads state: a call's view of it, or the store's values. */
type Get = { get<T>(key: string): T | undefined };

/**
 * Whether whoever signed in still is who he was: the account is open, the user or role and the provider that vouched are
 * there, the password is the same, the MFA device is still his. Whether its time is over is asked elsewhere.
 */
export function isOwnerStillThere(state: Get, document: SigninSessionDocument): boolean {
  const account = state.get<AccountDocument>(accountKey(document.accountId));
  if (account === undefined || account.closedAtMs !== undefined) return false;
  const { owner } = document;
  if (owner.kind === 'federated')
    return isRoleStillThere(state, owner.role) && hasProvider(state, document, owner.providerUrl);
  if (!hasMfaStill(state, document, owner)) return false;
  if (owner.kind === 'root') return isSamePassword(document, account.rootPasswordHash);
  const user = state.get<UserDocument>(userKey(document.accountId, owner.userName));
  return user?.userId === owner.userId && isSamePassword(document, user.loginProfile?.passwordHash);
}

/** A role of the same name that was made anew is another role. */
export function isRoleStillThere(state: Get, { accountId, roleName, roleId }: KeptRole): boolean {
  return state.get<RoleDocument>(roleKey(accountId, roleName))?.roleId === roleId;
}

function hasProvider(state: Get, { accountId }: SigninSessionDocument, url: string): boolean {
  return state.get<OidcProviderDocument>(oidcProviderKey(accountId, url)) !== undefined;
}

function isSamePassword(document: SigninSessionDocument, passwordHash: string | undefined): boolean {
  return passwordHash !== undefined && document.passwordMark === passwordMark(passwordHash);
}

function hasMfaStill(
  state: Get,
  { accountId, mfa }: SigninSessionDocument,
  owner: Exclude<SigninOwner, { kind: 'federated' }>,
): boolean {
  if (mfa === undefined) return true;
  const device = findMfaDevice(state, accountId, mfa.serialNumber);
  const holder = owner.kind === 'root' ? { accountId } : { accountId, userName: owner.userName };
  return device !== undefined && isMfaDeviceOf(device, holder);
}
