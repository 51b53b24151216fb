// SPDX-License-Identifier: Apache-2.0
import type { IssuerKeys } from '../../identity/oidc/issuer-keys.js';
import type { SessionTokens } from '../../identity/session-token.js';
import type { ServedService } from '../../services/served-service.js';
import type { OidcEndpoints } from '../../signin/oidc-endpoints.js';
import { type CsrfTokens, parseSessionToken, type SessionToken } from '../../signin/session-tokens.js';
import { type OpenSession, openSession } from '../../signin/sessions.js';
import type { SignInDependencies } from '../../signin/sign-in.js';
import type { SigninAttempts } from '../../signin/signin-attempts.js';
import { notSignedIn, SigninError } from '../../signin/signin-error.js';
import type { SigninRequest, SigninState } from '../../signin/signin-request.js';
import type { WireRequest } from '../../wire/http.js';
import type { RunCallDependencies } from '../run-call.js';
import { readCookie } from './signin-cookies.js';
import type { Place } from './signin-guards.js';

export interface SigninApiDependencies {
  readonly calls: RunCallDependencies;
  readonly signIn: SignInDependencies;
  readonly attempts: SigninAttempts;
  readonly csrfTokens: CsrfTokens;
  readonly sessionTokens: SessionTokens;
  /** By which roles are taken. */
  readonly sts: ServedService;
  readonly issuerKeys: IssuerKeys;
  readonly oidc: OidcEndpoints;
  /** The server's address where it has a name. */
  readonly publicUrl: string | undefined;
  /** An attempt that is no act of any account. */
  readonly onRefused: (request: WireRequest, code: string) => void;
  /** Waits before a failed sign-in is answered, so that its time tells nothing. */
  readonly settle: (request: WireRequest) => Promise<void>;
}

/** A request of signing in, past the guards that all have in common. */
export interface SigninAsked {
  readonly request: WireRequest;
  readonly facts: SigninRequest;
  readonly place: Place;
  readonly token: SessionToken | undefined;
}

export interface SigninAnswer {
  readonly status: number;
  /** Of JSON. */
  readonly document?: unknown;
  readonly html?: string;
  readonly location?: string;
  readonly cookie?: string;
}

export type SigninRoute = (asked: SigninAsked) => Promise<SigninAnswer>;

export function askedOf(request: WireRequest, place: Place): SigninAsked {
  const { headers, sourceIp, receivedAtMs, tls } = request;
  const facts: SigninRequest = {
    receivedAtMs,
    sourceIp,
    userAgent: headers['user-agent'] ?? '',
    host: headers.host ?? '',
    ...(tls === undefined ? {} : { tls }),
    consoleUrl: `${place.base}/console/`,
  };
  const cookie = readCookie(headers.cookie, 'session', place.isSecure);
  return { request, facts, place, token: cookie === undefined ? undefined : parseSessionToken(cookie) };
}

/** The session that a request belongs to. Throws SigninError. */
export function sessionOf({ token, facts }: SigninAsked, state: Pick<SigninState, 'get'>): OpenSession {
  const session = openSession(token, state, facts.receivedAtMs);
  if (session === undefined) throw notSignedIn();
  return session;
}

/** The page that sent the request could read this session's token. Throws SigninError. */
export function verifyCsrf({ request, token }: SigninAsked, csrfTokens: CsrfTokens): void {
  if (token === undefined) throw notSignedIn();
  if (csrfTokens.isOf(token, request.headers['x-cairn-csrf-token'])) return;
  throw new SigninError('InvalidCsrfToken', 403, 'x-cairn-csrf-token must hold the token of this session.');
}
