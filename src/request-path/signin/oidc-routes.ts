// SPDX-License-Identifier: Apache-2.0
import { type RoleDocument, roleKey } from '../../identity/iam-documents.js';
import { verifyWebIdentity, WebIdentityError } from '../../identity/oidc/verify-web-identity.js';
import type { WebIdentityPrincipal } from '../../identity/principal.js';
import { DocumentFetchError } from '../../ports/document-fetcher.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import {
  authorizationUrl,
  beginFlow,
  flowMsMax,
  type OidcFlow,
  readTarget,
  resumeFlow,
  sealFlow,
  sessionNameOf,
  tokenForm,
  verifyBearer,
} from '../../signin/oidc-flow.js';
import { beginSession, type OpenSession } from '../../signin/sessions.js';
import { invalidInput, SigninError, signinFailed } from '../../signin/signin-error.js';
import { loginEventData, roleIdentity, type SigninEvent } from '../../signin/signin-record.js';
import { decodePercent, queryPairs, type WireRequest } from '../../wire/http.js';
import { roleOf, runSts } from './role-routes.js';
import { runSignin } from './run-signin.js';
import { sessionCookie } from './session-routes.js';
import type { SigninAnswer, SigninApiDependencies, SigninAsked, SigninRoute } from './signin-asked.js';
import { readCookie, setCookie } from './signin-cookies.js';
import type { Place } from './signin-guards.js';

/** Signing in to a role by an OIDC provider of the account: the code flow, with PKCE, state and nonce. */
export function oidcRoutes(deps: SigninApiDependencies): ReadonlyMap<string, SigninRoute> {
  return new Map<string, SigninRoute>([
    ['GET /signin/oidc', (asked) => begin(asked, deps)],
    ['GET /signin/oidc/callback', (asked) => finish(asked, deps)],
  ]);
}

/** Sends the browser to the issuer of the provider; nobody chooses where to, but who set the provider up. */
async function begin(
  { request, place, facts }: SigninAsked,
  { calls, oidc, signIn, publicUrl, onRefused }: SigninApiDependencies,
): Promise<SigninAnswer> {
  if (publicUrl !== undefined && place.base !== publicUrl) throw invalidInput(`sign in at ${publicUrl}`);
  const nowMs = facts.receivedAtMs;
  const target = readTarget(queryOf(request), new StateOverlay(calls.stateStore));
  const flow = beginFlow(target, redirectUri(place), { randomBytes: signIn.randomBytes, nowMs });
  try {
    const location = authorizationUrl(await oidc.clientOf(flow.issuer), flow);
    const maxAgeSec = flowMsMax / 1_000;
    const value = sealFlow(flow, signIn.secretBox);
    return {
      status: 302,
      location,
      cookie: setCookie('oidc', value, { maxAgeSec, isSecure: place.isSecure }),
    };
  } catch (error) {
    if (!(error instanceof DocumentFetchError)) throw error;
    onRefused(request, 'OidcProviderUnavailable');
    throw new SigninError('OidcProviderUnavailable', 502, 'The provider does not say where to sign in.');
  }
}

function redirectUri({ base }: Place): string {
  return `${base}/signin/oidc/callback`;
}

function queryOf({ rawQuery }: WireRequest): ReadonlyMap<string, string> {
  return new Map(
    queryPairs(rawQuery.replaceAll('+', '%20')).map(([name, value]) => [decodePercent(name), value]),
  );
}

async function finish(asked: SigninAsked, deps: SigninApiDependencies): Promise<SigninAnswer> {
  const { request, place, facts } = asked;
  const { attempts, signIn, onRefused } = deps;
  const nowMs = facts.receivedAtMs;
  const attempt = { name: `oidc ${request.sourceIp}`, sourceIp: request.sourceIp, nowMs };
  if (attempts.take(attempt) !== undefined) return failed(429, place);
  try {
    const cookie = readCookie(request.headers.cookie, 'oidc', place.isSecure);
    const { flow, code } = resumeFlow(cookie, queryOf(request), { secretBox: signIn.secretBox, nowMs });
    const bearer = await bearerOf(flow, code, asked, deps);
    const session = await begunSession(flow, bearer, asked, deps);
    attempts.succeeded(attempt);
    return { status: 200, html: goOn(place), cookie: sessionCookie(session, place.isSecure) };
  } catch (error) {
    if (!(error instanceof SigninError)) throw error;
    onRefused(request, error.code);
    return failed(error.status, place);
  }
}

/** Who signed in at the issuer. Throws SigninError. */
async function bearerOf(
  flow: OidcFlow,
  code: string,
  { facts }: SigninAsked,
  { calls, oidc, issuerKeys }: SigninApiDependencies,
): Promise<WebIdentityPrincipal> {
  try {
    const client = await oidc.clientOf(flow.issuer);
    const token = await oidc.idToken(client, tokenForm(flow, code));
    const bearer = await verifyWebIdentity(token, {
      accountId: accountOf(flow),
      state: new StateOverlay(calls.stateStore),
      keys: issuerKeys,
      nowMs: facts.receivedAtMs,
    });
    if (bearer.providerName !== flow.issuer) throw signinFailed();
    verifyBearer(flow, bearer);
    return bearer;
  } catch (error) {
    if (error instanceof WebIdentityError || error instanceof DocumentFetchError) throw signinFailed();
    throw error;
  }
}

function accountOf({ roleArn }: OidcFlow): string {
  return roleArn.split(':')[4] as string;
}

/** The role's trust policy decides, by the very call that everybody uses a web identity by. Throws SigninError. */
async function begunSession(
  flow: OidcFlow,
  principal: WebIdentityPrincipal,
  { request, facts }: SigninAsked,
  { calls, sts, sessionTokens, signIn }: SigninApiDependencies,
): Promise<OpenSession> {
  const { roleArn: RoleArn, issuer: providerUrl } = flow;
  const accountId = accountOf(flow);
  const roleName = RoleArn.slice(RoleArn.lastIndexOf('/') + 1);
  const document = new StateOverlay(calls.stateStore).get<RoleDocument>(roleKey(accountId, roleName));
  const input = {
    RoleArn,
    RoleSessionName: sessionNameOf(principal),
    ...(document === undefined ? {} : { DurationSeconds: document.maxSessionDurationSec }),
  };
  const call = { request, principal, accountId, input };
  const role = roleOf(await runSts('AssumeRoleWithWebIdentity', call, { calls, sts }), sessionTokens);
  return runSignin(facts, calls, (state) => {
    const { randomBytes } = signIn;
    const owner = { kind: 'federated', role, providerUrl } as const;
    const endsAtMs = role.session.expiresAtMs;
    const nowMs = facts.receivedAtMs;
    const answer = beginSession({ accountId, owner, endsAtMs }, state, { nowMs, randomBytes });
    const event: SigninEvent = {
      eventName: 'ConsoleLogin',
      accountId,
      userIdentity: roleIdentity(role),
      additionalEventData: loginEventData(facts.consoleUrl, { used: false }),
    };
    return { answer, events: [event] };
  });
}

/**
 * A page of this site that goes on to the console: the browser sends a Strict cookie along only where a navigation began
 * here, and a redirect would still count as the issuer's.
 */
function goOn({ base }: Place): string {
  return page('Signed in', `<meta http-equiv="refresh" content="0;url=${consolePath(base)}">`, base);
}

function failed(status: number, { base }: Place): SigninAnswer {
  return { status, html: page('Your authentication information is incorrect. Please try again.', '', base) };
}

function page(text: string, head: string, base: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Cairn</title>${head}</head><body><p>${text}</p><p><a href="${consolePath(base)}">Console</a></p></body></html>\n`;
}

/** The base was read from settings or is an address by number: nothing of it can be markup. */
function consolePath(base: string): string {
  return `${new URL(base).pathname.replace(/\/$/, '')}/console/`;
}
