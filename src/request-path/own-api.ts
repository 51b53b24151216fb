// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import type { AccessNeed } from '../identity/access.js';
import { accessDeniedMessage } from '../identity/policy/access-denied-message.js';
import type { SignedPrincipal } from '../identity/principal.js';
import type { Clock } from '../ports/clock.js';
import type { OperatorLog } from '../ports/operator-log.js';
import { StateOverlay } from '../ports/state-overlay.js';
import type { StateStore } from '../ports/state-store.js';
import { BodyFailure, toBodyError } from '../wire/body/body-failure.js';
import { readBody } from '../wire/body/read-body.js';
import { queryPairs, type WireRequest, type WireResponse } from '../wire/http.js';
import { toWireError } from '../wire/sigv4/failure-dialect.js';
import { parseAuthorization } from '../wire/sigv4/parse-authorization.js';
import { SignatureFailure } from '../wire/sigv4/signature-failure.js';
import { WireError } from '../wire/wire-error.js';
import type { Authenticator } from './authenticate.js';
import { decisionsOf } from './authorize-call.js';

/** The service name in the signatures of Cairn's own API, which its command line speaks. */
export const ownSigningName = 'cairn';

/** The largest log file taken in one request; the command line splits what is larger. */
const bodyBytesMax = 128 * 1024 * 1024;

export interface OwnRequest {
  readonly query: ReadonlyMap<string, string>;
  readonly body: Buffer;
  readonly principal: SignedPrincipal;
  /** The Region of the signature. */
  readonly region: string;
  /** As it came; its body is read. */
  readonly wire: WireRequest;
  /** Throws AccessDeniedException where the caller's policies do not allow it: nobody may anything by default. */
  readonly authorize: (need: AccessNeed) => void;
}

/** What a route answers in place of a JSON document. Whoever takes it reads the body to its end, or destroys it. */
export class StreamedAnswer {
  constructor(
    readonly contentType: string,
    readonly body: Readable,
  ) {}
}

/** Answers a JSON document, or a StreamedAnswer. Throws WireError. */
export type OwnRoute = (request: OwnRequest) => Promise<unknown>;

export interface OwnApiDependencies {
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** Where policies are. */
  readonly stateStore: StateStore;
  /** By method and path: `POST /cairn/v1/import`. */
  readonly routes: ReadonlyMap<string, OwnRoute>;
  readonly onRefused: (
    request: WireRequest,
    code: string,
    service: string,
    accessKeyId: string | undefined,
  ) => void;
}

/**
 * Cairn's own API: what the command line needs beyond AWS's. Signed like an AWS call, for the service `cairn`; each route
 * asks what its caller may do, by the policies that AWS's APIs are decided by; JSON in and out, but for what is read in bulk. What it changes is the history (imports), which makes no records, and
 * accounts, which does.
 */
export class OwnApi {
  readonly #deps: OwnApiDependencies;

  constructor(deps: OwnApiDependencies) {
    this.#deps = deps;
  }

  async answer(request: WireRequest): Promise<WireResponse> {
    try {
      const identified = await this.#identified(request);
      const route = this.#deps.routes.get(`${request.method} ${request.rawPath}`);
      if (route === undefined) {
        throw new WireError('UnknownOperation', `there is no ${request.method} ${request.rawPath}`, {
          status: 404,
        });
      }
      const query = new Map(queryPairs(request.rawQuery));
      const authorize = (need: AccessNeed) => this.#authorize(need, identified, request);
      const answer = await route({ ...identified, query, authorize, wire: request }).catch(
        (error: unknown) => {
          // No history has these calls: what somebody tried who may not is in the security log.
          if (error instanceof WireError && error.status === 403)
            this.#deps.onRefused(request, error.code, ownSigningName, identified.principal.accessKeyId);
          throw error;
        },
      );
      return answer instanceof StreamedAnswer ? streamed(answer, request) : json(200, answer, request);
    } catch (error) {
      const { code, message, status } = this.#wireError(error, request);
      return json(status ?? 400, { code, message }, request);
    }
  }

  /**
   * The signature is verified over the hash that the request declares, before any of its body is read: a stranger
   * cannot make the server hold a large one. The body must then have that hash.
   */
  async #identified(request: WireRequest): Promise<Pick<OwnRequest, 'body' | 'principal' | 'region'>> {
    let accessKeyId: string | undefined;
    try {
      const claim = parseAuthorization(request);
      if (claim === undefined) throw new SignatureFailure({ code: 'missingAuthentication' });
      accessKeyId = claim.accessKeyId;
      const declared = declaredHash(request);
      const { principal, region } = this.#deps.authenticator.authenticate(request, claim, {
        style: 'default',
        signingNames: [ownSigningName],
        bodySha256: declared,
        nowMs: this.#deps.clock.now(),
      });
      const { bytes, sha256 } = await readBody(request, { bytesMax: bodyBytesMax });
      if (sha256 === declared) return { body: bytes, principal, region };
      throw new WireError('InvalidSignatureException', 'The body is not the one that was signed.', {
        status: 403,
      });
    } catch (error) {
      const wireError = refusal(error);
      if (wireError === undefined) throw error;
      this.#deps.onRefused(request, wireError.code, ownSigningName, accessKeyId);
      throw wireError;
    }
  }

  #authorize(
    need: AccessNeed,
    { principal, region }: Pick<OwnRequest, 'principal' | 'region'>,
    request: WireRequest,
  ): void {
    const { accountId } = principal;
    const { receivedAtMs } = request;
    const state = new StateOverlay(this.#deps.stateStore);
    const decision = decisionsOf({ principal, accountId, region, request, receivedAtMs, state })(need);
    if (decision.isAllowed) return;
    const message = accessDeniedMessage(principal, need, decision);
    throw new WireError('AccessDeniedException', message, { status: 403 });
  }

  #wireError(error: unknown, request: WireRequest): WireError {
    if (error instanceof WireError) return error;
    this.#deps.log.error({ err: error, requestId: request.requestId }, 'a request failed by a fault of ours');
    return new WireError('InternalFailure', 'Cairn met an internal error; its log says more.', {
      status: 500,
    });
  }
}

function refusal(error: unknown): WireError | undefined {
  if (error instanceof WireError) return error;
  if (error instanceof SignatureFailure) return toWireError(error, 'restJson');
  return error instanceof BodyFailure ? toBodyError(error, 'restJson') : undefined;
}

function declaredHash(request: WireRequest): string {
  const declared = request.headers['x-amz-content-sha256'] ?? '';
  if (/^[0-9a-f]{64}$/.test(declared)) return declared;
  throw new WireError('IncompleteSignatureException', "x-amz-content-sha256 must hold the body's SHA-256", {
    status: 400,
  });
}

function streamed({ contentType, body }: StreamedAnswer, request: WireRequest): WireResponse {
  return {
    status: 200,
    headers: { 'content-type': contentType, 'x-amzn-requestid': request.requestId },
    body,
  };
}

function json(status: number, document: unknown, request: WireRequest): WireResponse {
  const body = Buffer.from(JSON.stringify(document));
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      'x-amzn-requestid': request.requestId,
    },
    body,
  };
}
