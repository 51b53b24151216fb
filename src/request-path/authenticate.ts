// SPDX-License-Identifier: Apache-2.0
import { type AccessKeys, type Credentials, isAccessKeyId } from '../identity/access-keys.js';
import type { RootPrincipal } from '../identity/principal.js';
import { isRegion } from '../identity/regions.js';
import type { WireRequest } from '../wire/http.js';
import type { CanonicalStyle } from '../wire/sigv4/canonical-request.js';
import type { SignatureClaim } from '../wire/sigv4/signature-claim.js';
import { SignatureFailure } from '../wire/sigv4/signature-failure.js';
import { SigningKeyCache } from '../wire/sigv4/signing-key.js';
import { type VerifiedSignature, verifySignature } from '../wire/sigv4/verify-signature.js';

/** Somebody proven to have signed the request. */
export interface Authenticated {
  readonly principal: RootPrincipal;
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

/** Verifies signatures against the access keys of all accounts. */
export class Authenticator {
  readonly #accessKeys: AccessKeys;
  readonly #homeRegion: string;
  readonly #keys = new SigningKeyCache();

  constructor(accessKeys: AccessKeys, homeRegion: string) {
    this.#accessKeys = accessKeys;
    this.#homeRegion = homeRegion;
  }

  /** Throws SignatureFailure for a key that nobody has: known before the body is read. */
  verifyKnown({ accessKeyId }: SignatureClaim): void {
    if (this.#credentialsOf(accessKeyId) === undefined)
      throw new SignatureFailure({ code: 'unknownAccessKey', accessKeyId });
  }

  /** Throws SignatureFailure. */
  authenticate(request: WireRequest, claim: SignatureClaim, options: AuthenticateOptions): Authenticated {
    const { accessKeyId } = claim;
    const credentials = this.#credentialsOf(accessKeyId);
    if (credentials === undefined) throw new SignatureFailure({ code: 'unknownAccessKey', accessKeyId });
    const { style, signingNames, nowMs, bodySha256, skewMs } = options;
    const verified = verifySignature(request, claim, credentials.secret, {
      style,
      signingNames,
      nowMs,
      isRegion,
      homeRegion: this.#homeRegion,
      keys: this.#keys,
      ...(bodySha256 === undefined ? {} : { bodySha256 }),
      ...(skewMs === undefined ? {} : { skewMs }),
    });
    // A long-lived key has no session: a token beside it belongs to somebody else's credentials.
    if (claim.sessionToken !== undefined && claim.sessionToken !== '') {
      throw new SignatureFailure({ code: 'invalidSessionToken' });
    }
    return { principal: credentials.principal, region: claim.region, verified };
  }

  #credentialsOf(accessKeyId: string): Credentials | undefined {
    return isAccessKeyId(accessKeyId) ? this.#accessKeys.find(accessKeyId) : undefined;
  }
}
