// SPDX-License-Identifier: Apache-2.0
import { type AccountDocument, accountKey } from '../identity/account-documents.js';
import { principalArn, type SignedPrincipal } from '../identity/principal.js';
import type { KeptRole } from '../identity/signin-sessions.js';
import type { UserIdentity } from '../record/types.js';
import { idleMsMax, type OpenSession, ownPrincipal } from './sessions.js';
import { roleIdentity, rootIdentity, signedInUser } from './signin-record.js';
import type { SigninState } from './signin-request.js';

type Get = Pick<SigninState, 'get'>;

/** Whoever signed in, as records of `signin.amazonaws.com` name somebody. */
export function sessionIdentity(session: OpenSession, state: Get): UserIdentity {
  const principal = ownPrincipal(session, state);
  switch (principal.kind) {
    case 'root':
      return rootIdentity(
        principal.accountId,
        state.get<AccountDocument>(accountKey(principal.accountId))?.alias,
      );
    case 'user':
      return signedInUser(principal);
    default:
      return roleIdentity(principal as KeptRole);
  }
}

/** What the console is told of its session. Times in ISO 8601. */
export function sessionView(session: OpenSession, state: Get, csrfToken: string) {
  const { signedInAtMs, lastUsedMs, endsAtMs, mfa, acting } = session.document;
  return {
    identity: identityView(ownPrincipal(session, state), state),
    ...(acting === undefined ? {} : { role: roleView(acting) }),
    mfaAuthenticated: mfa !== undefined,
    signedInAt: isoText(signedInAtMs),
    idleEndsAt: isoText(Math.min(endsAtMs, lastUsedMs + idleMsMax)),
    endsAt: isoText(endsAtMs),
    csrfToken,
  };
}

function identityView(principal: SignedPrincipal, state: Get) {
  const { kind, accountId } = principal;
  const { alias, name } = state.get<AccountDocument>(accountKey(accountId)) ?? {};
  return {
    kind,
    accountId,
    ...(alias === undefined ? {} : { accountAlias: alias }),
    ...(name === undefined ? {} : { accountName: name }),
    arn: principalArn(principal),
    ...(principal.kind === 'user' ? { userName: principal.userName } : {}),
    ...(principal.kind === 'assumedRole'
      ? { roleName: principal.roleName, sessionName: principal.sessionName }
      : {}),
  };
}

function roleView({ accountId, roleName, roleArn, sessionName, session }: KeptRole) {
  return { accountId, roleName, roleArn, sessionName, expiresAt: isoText(session.expiresAtMs) };
}

function isoText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
