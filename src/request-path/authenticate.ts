// SPDX-License-Identifier: Apache-2.0
import type { Credentials } from '../identity/access-keys.js';
import type { FindCredentials } from '../identity/find-credentials.js';
import type { SignedPrincipal } from '../identity/principal.js';
import { isRegion } from '../identity/regions.js';
import type { WireRequest } from '../wire/http.js';
import type { CanonicalStyle } from '../wire/sigv4/canonical-request.js';
import type { SignatureClaim } from '../wire/sigv4/signature-claim.js';
import { SignatureFailure } from '../wire/sigv4/signature-failure.js';
import { SigningKeyCache } from '../wire/sigv4/signing-key.js';
import { type VerifiedSignature, verifySignature } from '../wire/sigv4/verify-signature.js';

/** Somebody proven to have signed the request. */
export interface Authenticated {
  readonly principal: SignedPrincipal;
  readonly region: string;
  readonly verified: VerifiedSignature;
}

export interface AuthenticateOptions {
  readonly style: CanonicalStyle;
  readonly signingNames: readonly string[];
  /** Hexadecimal SHA-256 of the body as received; for the `default` style. */
  readonly bodySha256?: string;
  readonly nowMs: number;
  readonly skewMs?: number;
}

/** Verifies signatures against the access keys and the session tokens of all accounts. */
export class Authenticator {
  readonly #findCredentials: FindCredentials;
  readonly #homeRegion: string;
  readonly #keys = new SigningKeyCache();

  constructor(findCredentials: FindCredentials, homeRegion: string) {
    this.#findCredentials = findCredentials;
    this.#homeRegion = homeRegion;
  }

  /** Throws SignatureFailure for a key or token that nobody has: known before the body is read. */
  verifyKnown(claim: SignatureClaim): void {
    this.#credentialsOf(claim);
  }

  /** Throws SignatureFailure. */
  authenticate(request: WireRequest, claim: SignatureClaim, options: AuthenticateOptions): Authenticated {
    const { secret, principal } = this.#credentialsOf(claim);
    const { style, signingNames, nowMs, bodySha256, skewMs } = options;
    const verified = verifySignature(request, claim, secret, {
      style,
      signingNames,
      nowMs,
      isRegion,
      homeRegion: this.#homeRegion,
      keys: this.#keys,
      ...(bodySha256 === undefined ? {} : { bodySha256 }),
      ...(skewMs === undefined ? {} : { skewMs }),
    });
    // Behind the signature: whether somebody's session has ended is told to nobody else.
    if (principal.session !== undefined && nowMs >= principal.session.expiresAtMs) {
      throw new SignatureFailure({ code: 'expiredSessionToken' });
    }
    return { principal, region: claim.region, verified };
  }

  #credentialsOf({ accessKeyId, sessionToken }: SignatureClaim): Credentials {
    const found = this.#findCredentials(accessKeyId, sessionToken);
    if (typeof found !== 'string') return found;
    throw new SignatureFailure(found === 'unknownAccessKey' ? { code: found, accessKeyId } : { code: found });
  }
}
