// SPDX-License-Identifier: Apache-2.0
import { PasswordsBusyError } from '../../identity/passwords.js';
import { LogFullError } from '../../ports/event-log.js';
import { SigninError } from '../../signin/signin-error.js';
import { BodyFailure } from '../../wire/body/body-failure.js';
import type { WireRequest, WireResponse } from '../../wire/http.js';
import { oidcRoutes } from './oidc-routes.js';
import { roleRoutes } from './role-routes.js';
import { sessionRoutes } from './session-routes.js';
import { askedOf, type SigninAnswer, type SigninApiDependencies, type SigninRoute } from './signin-asked.js';
import { placeOf, verifySameSite } from './signin-guards.js';

export type { SigninApiDependencies };

/** The console signs in here: unsigned requests with cookies, JSON in and out. */
export class SigninApi {
  readonly #deps: SigninApiDependencies;
  readonly #routes: ReadonlyMap<string, SigninRoute>;
  readonly #paths: ReadonlySet<string>;

  constructor(deps: SigninApiDependencies) {
    this.#deps = deps;
    this.#routes = new Map([...sessionRoutes(deps), ...roleRoutes(deps), ...oidcRoutes(deps)]);
    this.#paths = new Set(Array.from(this.#routes.keys(), (route) => route.slice(route.indexOf(' ') + 1)));
  }

  /** Undefined for what is no request of signing in. Never rejects for anything that a client can send. */
  async answer(request: WireRequest): Promise<WireResponse | undefined> {
    if (!this.#paths.has(request.rawPath)) return undefined;
    try {
      return toResponse(await this.#answer(request), request);
    } catch (error) {
      const known = this.#known(error, request);
      const { code, message, status, retryAfterSec } = known;
      const response = toResponse({ status, document: { code, message } }, request);
      const headers = { ...response.headers, 'retry-after': String(retryAfterSec) };
      return retryAfterSec === undefined ? response : { ...response, headers };
    }
  }

  async #answer(request: WireRequest): Promise<SigninAnswer> {
    const { method, rawPath } = request;
    const place = placeOf(request, this.#deps.publicUrl);
    // The issuer sends the browser back from another site; everything else is asked by this one.
    if (rawPath !== '/signin/oidc/callback' && rawPath !== '/signin/oidc') verifySameSite(request, place);
    const route = this.#routes.get(`${method} ${rawPath}`);
    if (route === undefined) throw new SigninError('MethodNotAllowed', 405, `${rawPath} has no ${method}.`);
    return route(askedOf(request, place));
  }

  #known(error: unknown, request: WireRequest): SigninError {
    if (error instanceof SigninError) {
      if (refusals.has(error.code)) this.#deps.onRefused(request, error.code);
      return error;
    }
    if (error instanceof PasswordsBusyError || error instanceof LogFullError)
      return new SigninError('Busy', 503, 'Too much is going on. Please try again.', 5);
    if (error instanceof BodyFailure) {
      const isLarge = error.fault.code === 'tooLarge';
      return isLarge
        ? new SigninError('RequestTooLarge', 413, 'The body is too large.')
        : new SigninError('ValidationError', 400, 'The body ended too early.');
    }
    const { requestId } = request;
    this.#deps.calls.log.error({ err: error, requestId }, 'a sign-in request failed by a fault of ours');
    return new SigninError('InternalFailure', 500, 'Cairn met an internal error; its log says more.');
  }
}

/** What an attack looks like, and no account's history tells. */
const refusals: ReadonlySet<string> = new Set([
  'TooManyAttempts',
  'CrossSiteRequest',
  'InvalidCsrfToken',
  'WrongHost',
  'RequestTooLarge',
]);

const commonHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;

function toResponse(
  { status, document, html, location, cookie }: SigninAnswer,
  request: WireRequest,
): WireResponse {
  const body = html ?? (document === undefined ? undefined : JSON.stringify(document));
  const type = html === undefined ? 'application/json' : 'text/html; charset=utf-8';
  const headers = {
    ...commonHeaders,
    'x-amzn-requestid': request.requestId,
    ...(body === undefined
      ? {}
      : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
    ...(location === undefined ? {} : { location }),
    ...(cookie === undefined ? {} : { 'set-cookie': cookie }),
  };
  return { status, headers, ...(body === undefined ? {} : { body }) };
}
