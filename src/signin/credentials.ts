// SPDX-License-Identifier: Apache-2.0

import {
  type SessionSubject,
  type SessionTokens,
  SessionTokenTooLargeError,
  type TemporaryCredentials,
} from '../identity/session-token.js';
import { isRoleStillThere, type KeptRole } from '../identity/signin-sessions.js';
import { type OpenSession, ownPrincipal } from './sessions.js';
import { invalidInput, SigninError } from './signin-error.js';
import type { SigninState } from './signin-request.js';

/** How long the console's credentials are good, in s. */
const credentialsDuration = { min: 900, max: 3_600, byDefault: 900 } as const;

/** Throws SigninError. */
export function readDuration(value: unknown): number {
  const { min, max, byDefault } = credentialsDuration;
  if (value === undefined || value === null) return byDefault;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw invalidInput(`durationSeconds is a whole number from ${min} to ${max}`);
}

/** Whether the role's session is over or its role gone, so that it must be assumed again before anything is done by it. */
export function isRoleOver(role: KeptRole, state: Pick<SigninState, 'get'>, nowMs: number): boolean {
  return nowMs >= role.session.expiresAtMs || !isRoleStillThere(state, role);
}

/**
 * Credentials of whom the session acts as, never longer than the session; with the session they end at once.
 * Throws SigninError.
 */
export function sessionCredentials(
  session: OpenSession,
  state: Pick<SigninState, 'get'>,
  {
    nowMs,
    durationSec,
    sessionTokens,
  }: { readonly nowMs: number; readonly durationSec: number; readonly sessionTokens: SessionTokens },
): TemporaryCredentials {
  const { document, token } = session;
  const { accessKeyId: _own, ...subject } = actingAs(session, state);
  const endsAtMs = Math.min(document.endsAtMs, subject.session.expiresAtMs);
  const expiresAtMs = Math.floor(Math.min(nowMs + durationSec * 1_000, endsAtMs) / 1_000) * 1_000;
  const facts = { ...subject.session, expiresAtMs, isOfConsole: true, signinSession: token.key };
  try {
    return sessionTokens.issue({ ...subject, session: facts } as SessionSubject);
  } catch (error) {
    if (!(error instanceof SessionTokenTooLargeError)) throw error;
    throw new SigninError(
      'SessionTooLarge',
      400,
      "The session's tags and policies do not fit into a session token.",
    );
  }
}

function actingAs(session: OpenSession, state: Pick<SigninState, 'get'>) {
  const { acting, accessKeyId } = session.document;
  if (acting !== undefined) return { ...acting, accessKeyId };
  const principal = ownPrincipal(session, state);
  if (principal.session === undefined) throw new Error('a session without its facts');
  return { ...principal, session: principal.session };
}
