// SPDX-License-Identifier: Apache-2.0
import type { StateStore } from '../ports/state-store.js';
import { type AccessKeys, type Credentials, isAccessKeyId, isClosedAccount } from './access-keys.js';
import type { SessionTokens } from './session-token.js';
import { isOwnerStillThere, type SigninSessionDocument } from './signin-sessions.js';

/** Whose an access key id is, with the session token that came beside it, if any; or what is wrong with the two. */
export type FindCredentials = (
  accessKeyId: string,
  sessionToken: string | undefined,
) => Credentials | 'unknownAccessKey' | 'invalidSessionToken';

export interface FindCredentialsDependencies {
  readonly state: Pick<StateStore, 'get'>;
  readonly accessKeys: AccessKeys;
  readonly sessionTokens: SessionTokens;
}

/** An id has a token or has none, never both ways: a long-lived key beside a token is a mix of two credentials. */
export function findCredentialsOf(deps: FindCredentialsDependencies): FindCredentials {
  const { state, accessKeys, sessionTokens } = deps;
  return (accessKeyId, sessionToken) => {
    if (!isAccessKeyId(accessKeyId)) return 'unknownAccessKey';
    if (sessionToken === undefined || sessionToken === '')
      return accessKeys.find(accessKeyId) ?? 'unknownAccessKey';
    const opened = sessionTokens.open(accessKeyId, sessionToken);
    if (opened === undefined)
      return isTemporary(accessKeyId) || accessKeys.find(accessKeyId) !== undefined
        ? 'invalidSessionToken'
        : 'unknownAccessKey';
    if (isClosedAccount(state, opened.principal.accountId)) return 'unknownAccessKey';
    return isSignedOut(state, opened.principal.session?.signinSession) ? 'invalidSessionToken' : opened;
  };
}

function isTemporary(accessKeyId: string): boolean {
  return accessKeyId.startsWith('ASIA');
}

/** The console's credentials end with the session that they were made in. */
function isSignedOut(state: Pick<StateStore, 'get'>, signinSession: string | undefined): boolean {
  if (signinSession === undefined) return false;
  const session = state.get<SigninSessionDocument>(signinSession)?.value;
  const values = { get: <T>(key: string) => state.get<T>(key)?.value };
  return session === undefined || !isOwnerStillThere(values, session);
}
