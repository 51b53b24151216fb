// SPDX-License-Identifier: Apache-2.0
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { type OidcProviderDocument, oidcProviderArn, oidcProviderKey } from '../iam-documents.js';
import type { WebIdentityPrincipal } from '../principal.js';
import { askedSessionOf } from './asked-session.js';
import type { IssuerKeys } from './issuer-keys.js';

/** Why a token proves nobody. `STS API Reference, "AssumeRoleWithWebIdentity"` has an error for each. */
export type WebIdentityFault =
  | { readonly code: 'notAJwt' | 'noKeys' | 'wrongAudience' | 'badSignature' }
  | { readonly code: 'unknownProvider'; readonly issuer: string }
  | { readonly code: 'missingClaim'; readonly claim: string }
  | { readonly code: 'expired'; readonly expiresAtSec: number; readonly nowSec: number };

export class WebIdentityError extends Error {
  override readonly name = 'WebIdentityError';
  constructor(
    readonly fault: WebIdentityFault,
    options?: ErrorOptions,
  ) {
    super(`the web identity token proves nobody: ${fault.code}`, options);
  }
}

/** Source: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM" (supported signatures). */
const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
/** Clocks of issuers run ahead. */
const skewSec = 300;
/** A claim's value that is longer is no condition key's. */
const claimCharsMax = 1_024;
const claimsMax = 64;

export interface VerifyWebIdentityOptions {
  /** Whose providers count: the role's. */
  readonly accountId: string;
  readonly state: { get<T>(key: string): T | undefined };
  readonly keys: IssuerKeys;
  readonly nowMs: number;
}

/**
 * Who bears the token. Everything that can be said without the issuer's keys is said first: nothing is fetched for an issuer
 * that is no provider of the account, or for a token that would not count anyway. Throws WebIdentityError.
 */
export async function verifyWebIdentity(
  token: string,
  options: VerifyWebIdentityOptions,
): Promise<WebIdentityPrincipal> {
  const { accountId, state, keys, nowMs } = options;
  const claimed = decoded(token);
  const issuer = textClaim(claimed, 'iss');
  const provider = findProvider(issuer, accountId, state);
  const audience = audienceOf(claimed, provider);
  const subject = textClaim(claimed, 'sub');
  verifyTimes(claimed, nowMs);
  const payload = await verifiedPayload(token, provider.url, issuer, keys, nowMs);
  return {
    kind: 'webIdentity',
    provider: oidcProviderArn(provider),
    providerName: provider.url,
    subject,
    audience,
    claims: conditionClaims(payload),
    asked: askedSessionOf(payload),
  };
}

/** Unproven: only to be asked what would refuse it. */
function decoded(token: string): JWTPayload {
  try {
    const { alg } = decodeProtectedHeader(token);
    if (alg === undefined || !algorithms.includes(alg)) throw new WebIdentityError({ code: 'badSignature' });
    return decodeJwt(token);
  } catch (cause) {
    if (cause instanceof WebIdentityError) throw cause;
    throw new WebIdentityError({ code: 'notAJwt' }, { cause });
  }
}

function textClaim(payload: JWTPayload, claim: 'iss' | 'sub'): string {
  const value = payload[claim];
  if (typeof value === 'string' && value !== '' && value.length <= claimCharsMax) return value;
  throw new WebIdentityError({ code: 'missingClaim', claim });
}

function findProvider(
  issuer: string,
  accountId: string,
  state: VerifyWebIdentityOptions['state'],
): OidcProviderDocument {
  const url = /^https:\/\/([^\s?#@]{1,255}?)\/?$/.exec(issuer)?.[1];
  const provider =
    url === undefined ? undefined : state.get<OidcProviderDocument>(oidcProviderKey(accountId, url));
  if (provider === undefined)
    throw new WebIdentityError({ code: 'unknownProvider', issuer: issuer.slice(0, 255) });
  return provider;
}

/** Where the token names whom it was issued to (`azp`), that is the audience, otherwise one of `aud`. */
function audienceOf({ aud, azp }: JWTPayload, { clientIds }: OidcProviderDocument): string {
  const named = typeof azp === 'string' && azp !== '' ? [azp] : [aud ?? []].flat();
  const audience = named.find((each) => clientIds.includes(each));
  if (audience === undefined) throw new WebIdentityError({ code: 'wrongAudience' });
  return audience;
}

function verifyTimes({ exp, iat, nbf }: JWTPayload, nowMs: number): void {
  const nowSec = Math.floor(nowMs / 1_000);
  if (typeof exp !== 'number') throw new WebIdentityError({ code: 'missingClaim', claim: 'exp' });
  if (typeof iat !== 'number') throw new WebIdentityError({ code: 'missingClaim', claim: 'iat' });
  if (exp <= nowSec) throw new WebIdentityError({ code: 'expired', expiresAtSec: exp, nowSec });
  if (iat > nowSec + skewSec || (typeof nbf === 'number' && nbf > nowSec + skewSec))
    throw new WebIdentityError({ code: 'badSignature' });
}

async function verifiedPayload(
  token: string,
  provider: string,
  issuer: string,
  keys: IssuerKeys,
  nowMs: number,
): Promise<JWTPayload> {
  for (const wantsNewer of [false, true]) {
    const keySet = await keysOf(provider, keys, wantsNewer);
    try {
      const { payload } = await jwtVerify(token, createLocalJWKSet(keySet), {
        issuer,
        algorithms,
        clockTolerance: skewSec,
        currentDate: new Date(nowMs),
      });
      return payload;
    } catch (cause) {
      // The issuer may have a new key by now.
      if (cause instanceof errors.JWKSNoMatchingKey && !wantsNewer) continue;
      throw new WebIdentityError({ code: 'badSignature' }, { cause });
    }
  }
  throw new WebIdentityError({ code: 'badSignature' });
}

async function keysOf(provider: string, keys: IssuerKeys, wantsNewer: boolean) {
  try {
    return await keys.keysOf(provider, wantsNewer);
  } catch (cause) {
    throw new WebIdentityError({ code: 'noKeys' }, { cause });
  }
}

/** What trust policies may ask for: texts and lists of texts. */
function conditionClaims(payload: JWTPayload): Record<string, string | readonly string[]> {
  const claims: [string, string | readonly string[]][] = [];
  for (const [name, value] of Object.entries(payload).slice(0, claimsMax)) {
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (name.length > 128 || (!isList && !isPlain)) continue;
    const texts = isList ? (value as string[]) : [String(value)];
    if (texts.some((text) => text.length > claimCharsMax) || texts.length > claimsMax) continue;
    claims.push([name, isList ? texts : (texts[0] as string)]);
  }
  return Object.fromEntries(claims);
}
