// SPDX-License-Identifier: Apache-2.0
import {
  type AccountDocument,
  accountAliasKey,
  accountEmailKey,
  accountKey,
} from '../identity/account-documents.js';
import { type UserDocument, userArn, userKey } from '../identity/iam-documents.js';
import type { SigninInput, UserSignin } from './read-signin.js';
import type { NamedUser } from './signin-record.js';
import type { SigninState } from './signin-request.js';

/** Somebody who can sign in by a password, if there is one. */
export type Person = RootPerson | UserPerson;

interface PersonFacts {
  readonly account: AccountDocument;
  /** Undefined: nobody signs in as this person by a password. */
  readonly passwordHash: string | undefined;
  readonly mfaSerials: readonly string[];
}
export interface RootPerson extends PersonFacts {
  readonly kind: 'root';
}
export interface UserPerson extends PersonFacts {
  readonly kind: 'user';
  readonly user: UserDocument;
}

/** Whom a sign-in means, as far as that is there. */
export interface Found {
  readonly account?: AccountDocument;
  readonly person?: Person;
  /** By which tries are counted: one text for one person, however the account is written. */
  readonly name: string;
}

type Get = Pick<SigninState, 'get'>;

export function findPerson(input: SigninInput, state: Get): Found {
  return input.kind === 'root' ? findRoot(input.email, state) : findUser(input, state);
}

function findRoot(email: string, state: Get): Found {
  const name = `root ${email.toLowerCase()}`;
  const accountId = state.get<{ accountId: string }>(accountEmailKey(email))?.accountId;
  const account = accountId === undefined ? undefined : openAccount(accountId, state);
  if (account === undefined) return { name };
  const { rootPasswordHash: passwordHash, rootMfaSerials: mfaSerials = [] } = account;
  return { name, account, person: { kind: 'root', account, passwordHash, mfaSerials } };
}

function findUser({ account: written, userName }: UserSignin, state: Get): Found {
  const accountId = /^\d{12}$/.test(written)
    ? written
    : state.get<{ accountId: string }>(accountAliasKey(written.toLowerCase()))?.accountId;
  const name = `user ${accountId ?? written.toLowerCase()} ${userName.toLowerCase()}`;
  const account = accountId === undefined ? undefined : openAccount(accountId, state);
  if (account === undefined) return { name };
  const user = state.get<UserDocument>(userKey(account.accountId, userName));
  if (user === undefined) return { name, account };
  const { loginProfile, mfaSerials } = user;
  const passwordHash = loginProfile?.passwordHash;
  return { name, account, person: { kind: 'user', account, user, passwordHash, mfaSerials } };
}

function openAccount(accountId: string, state: Get): AccountDocument | undefined {
  const account = state.get<AccountDocument>(accountKey(accountId));
  return account?.closedAtMs === undefined ? account : undefined;
}

export function namedUser(user: UserDocument): NamedUser {
  const { accountId, userName, userId } = user;
  return { accountId, userName, userId, arn: userArn(user) };
}
