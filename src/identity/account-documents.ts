// SPDX-License-Identifier: Apache-2.0

/** An account as it is kept in state under `accountKey`. */
export interface AccountDocument {
  readonly accountId: string;
  readonly createdAtMs: number;
  /** Of the root; unique in this Cairn, compared without case. The first account has none until one is set. */
  readonly email?: string;
  readonly name?: string;
  readonly alias?: string;
  /** Closed: its keys work no more. */
  readonly closedAtMs?: number;
  readonly passwordPolicy?: PasswordPolicyDocument;
  /** The root's password, sealed as users' are (`LoginProfileDocument.passwordHash`). */
  readonly rootPasswordHash?: string;
  readonly rootPasswordLastUsedMs?: number;
  /** Serial numbers (ARNs) of the root's MFA devices. */
  readonly rootMfaSerials?: readonly string[];
  /** Ids of the root's access keys, two at most; absent while only starts have made any. */
  readonly rootAccessKeyIds?: readonly string[];
  /** Which tokens STS's global endpoint gives (SetSecurityTokenServicePreferences); absent: version 1. */
  readonly globalEndpointTokenVersion?: 1 | 2;
}

/** Source: IAM API Reference, "PasswordPolicy". */
export interface PasswordPolicyDocument {
  readonly minimumPasswordLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireLowercaseCharacters: boolean;
  readonly allowUsersToChangePassword: boolean;
  readonly maxPasswordAgeDays?: number;
  readonly passwordReusePrevention?: number;
  readonly hardExpiry?: boolean;
}

export const accountPrefix = 'account/';

export function accountKey(accountId: string): string {
  return `${accountPrefix}${accountId}`;
}

/** The account that has an alias: `{ accountId }`. Aliases are unique among all accounts. */
export function accountAliasKey(alias: string): string {
  return `account-alias/${alias}`;
}

/** The account whose root has an e-mail address: `{ accountId }`. */
export function accountEmailKey(email: string): string {
  return `account-email/${email.toLowerCase()}`;
}
