// SPDX-License-Identifier: Apache-2.0
import { PasswordsBusyError } from '../../identity/passwords.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import { readDuration, sessionCredentials } from '../../signin/credentials.js';
import { findPerson } from '../../signin/find-person.js';
import { readSignin } from '../../signin/read-signin.js';
import { sessionIdentity, sessionView } from '../../signin/session-view.js';
import { type OpenSession, openSession, useSession } from '../../signin/sessions.js';
import { PasswordSignIn, type SigninOutcome } from '../../signin/sign-in.js';
import { SigninError } from '../../signin/signin-error.js';
import type { SigninState } from '../../signin/signin-request.js';
import { renewedRole } from './role-routes.js';
import { runSignin } from './run-signin.js';
import {
  type SigninAnswer,
  type SigninApiDependencies,
  type SigninAsked,
  type SigninRoute,
  sessionOf,
  verifyCsrf,
} from './signin-asked.js';
import { setCookie } from './signin-cookies.js';
import { readJson } from './signin-guards.js';

/** Signing in, who is signed in, signing out, and credentials for the console. */
export function sessionRoutes(deps: SigninApiDependencies): ReadonlyMap<string, SigninRoute> {
  return new Map<string, SigninRoute>([
    ['POST /signin/session', (asked) => signIn(asked, deps)],
    ['GET /signin/session', (asked) => who(asked, deps)],
    ['DELETE /signin/session', (asked) => signOut(asked, deps)],
    ['POST /signin/credentials', (asked) => credentials(asked, deps)],
  ]);
}

async function signIn(asked: SigninAsked, deps: SigninApiDependencies): Promise<SigninAnswer> {
  const { request, facts } = asked;
  const { attempts } = deps;
  const input = readSignin(await readJson(request));
  const { name } = findPerson(input, new StateOverlay(deps.calls.stateStore));
  const attempt = { name, sourceIp: request.sourceIp, nowMs: request.receivedAtMs };
  const waitMs = attempts.take(attempt);
  if (waitMs !== undefined) throw tooManyAttempts(waitMs);
  const trial = new PasswordSignIn(input, facts, deps.signIn);
  try {
    const { session, refusal } = await recordedTrial(trial, asked, deps);
    if (session === undefined) throw refusal ?? new Error('a sign-in came to nothing');
    attempts.succeeded(attempt);
    return signedIn(session, asked, deps);
  } catch (error) {
    // Whoever knew the password, or was told to come again, guessed nothing wrong.
    if (!isFailure(error)) attempts.forgive(attempt);
    if (error instanceof SigninError && error.status === 401) await deps.settle(request);
    throw error;
  }
}

function isFailure(error: unknown): boolean {
  return (
    !(error instanceof PasswordsBusyError) && error instanceof SigninError && error.code === 'SignInFailed'
  );
}

function tooManyAttempts(waitMs: number): SigninError {
  const message = 'Too many attempts to sign in. Please wait and try again.';
  return new SigninError('TooManyAttempts', 429, message, Math.ceil(waitMs / 1_000));
}

async function recordedTrial(
  trial: PasswordSignIn,
  { request, facts, token }: SigninAsked,
  { calls, attempts, onRefused }: SigninApiDependencies,
): Promise<SigninOutcome> {
  let isNoted = false;
  const outcome = await runSignin(facts, calls, async (state) => {
    const tried = await trial.run(state);
    const { session, found } = tried;
    // Another session of the same browser ends with this one.
    const before = session === undefined ? undefined : openSession(token, state, facts.receivedAtMs);
    if (before !== undefined) state.delete(before.token.key);
    const { account } = found;
    isNoted =
      session === undefined &&
      found.person === undefined &&
      (account === undefined || !attempts.mayRecordUnknown(account.accountId, facts.receivedAtMs));
    return { answer: tried, events: isNoted ? [] : tried.events, isDiscarded: session === undefined };
  });
  if (isNoted) onRefused(request, 'SignInFailed');
  return outcome;
}

/** The answer with which a session begins. */
function signedIn(session: OpenSession, { place }: SigninAsked, deps: SigninApiDependencies): SigninAnswer {
  const state = new StateOverlay(deps.calls.stateStore);
  return {
    status: 200,
    document: sessionView(session, state, deps.csrfTokens.of(session.token)),
    cookie: sessionCookie(session, place.isSecure),
  };
}

/** The browser forgets it when the session cannot go on; what ends it earlier is the server's to say. */
export function sessionCookie({ token, document }: OpenSession, isSecure: boolean): string {
  const maxAgeSec = Math.ceil((document.endsAtMs - document.signedInAtMs) / 1_000);
  return setCookie('session', token.text, { maxAgeSec, isSecure });
}

async function who(asked: SigninAsked, { calls, csrfTokens }: SigninApiDependencies): Promise<SigninAnswer> {
  const state = new StateOverlay(calls.stateStore);
  const session = sessionOf(asked, state);
  return { status: 200, document: sessionView(session, state, csrfTokens.of(session.token)) };
}

async function signOut(
  asked: SigninAsked,
  { calls, csrfTokens }: SigninApiDependencies,
): Promise<SigninAnswer> {
  verifyCsrf(asked, csrfTokens);
  await runSignin(asked.facts, calls, (state) => {
    const session = sessionOf(asked, state);
    state.delete(session.token.key);
    const { accountId } = session.document;
    const userIdentity = sessionIdentity(session, state);
    return { answer: undefined, events: [{ eventName: 'Logout', accountId, userIdentity }] };
  });
  return { status: 204, cookie: setCookie('session', '', { maxAgeSec: 0, isSecure: asked.place.isSecure }) };
}

/** Asking for credentials is using the session: it goes on. */
async function credentials(asked: SigninAsked, deps: SigninApiDependencies): Promise<SigninAnswer> {
  const { calls, csrfTokens, sessionTokens } = deps;
  verifyCsrf(asked, csrfTokens);
  const durationSec = readDuration((await readJson(asked.request)).durationSeconds);
  const nowMs = asked.facts.receivedAtMs;
  await renewedRole(asked, deps);
  const given = await runSignin(asked.facts, calls, (state: SigninState) => {
    const session = useSession(sessionOf(asked, state), state, nowMs);
    return { answer: sessionCredentials(session, state, { nowMs, durationSec, sessionTokens }) };
  });
  const { accessKeyId, secretAccessKey, sessionToken, expiresAtMs } = given;
  const expiration = new Date(expiresAtMs).toISOString();
  return { status: 200, document: { accessKeyId, secretAccessKey, sessionToken, expiration } };
}
