// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from '../http.js';
import { type CanonicalStyle, canonicalRequest } from './canonical-request.js';
import { type PayloadDeclaration, parsePayloadHash, unsignedPayload } from './payload-hash.js';
import { algorithm, credentialScope, type SignatureClaim, scopeTerminator } from './signature-claim.js';
import { SignatureFailure, type SignatureFault } from './signature-failure.js';
import { deriveSigningKey, type SigningKeyCache, sign } from './signing-key.js';

/**
 * How far a request's time may be from ours.
 * Source: IAM User Guide, "AWS Signature Version 4 for API requests" (five minutes in most cases); S3 API Reference,
 * RequestTimeTooSkewed (15 minutes). IAM and STS allow 15 minutes too ("… - 15 min." in their answers).
 */
const clockSkewMsMax: Readonly<Record<CanonicalStyle, number>> = {
  s3: 15 * 60_000,
  default: 5 * 60_000,
};

export interface VerifyOptions {
  /** ms since the epoch. */
  readonly nowMs: number;
  readonly style: CanonicalStyle;
  /** Hexadecimal SHA-256 of the body as received; needed in the `default` style, not looked at in S3's. */
  readonly bodySha256?: string;
  /** The scope names that mean the routed service. */
  readonly signingNames: readonly string[];
  readonly isRegion: (region: string) => boolean;
  /** The Region that S3's answer tells the client to use instead of an unknown one. */
  readonly homeRegion?: string;
  /** Where it differs from `clockSkewMsMax`. */
  readonly skewMs?: number;
  readonly keys?: SigningKeyCache;
}

/** Proof that the request was signed by the owner of the secret; what is needed to verify signed chunks. */
export interface VerifiedSignature {
  readonly claim: SignatureClaim;
  readonly payload: PayloadDeclaration;
  readonly signingKey: KeyObject;
  readonly scope: string;
}

type VerifiableRequest = Pick<WireRequest, 'method' | 'rawPath' | 'rawQuery' | 'headers'>;

/**
 * Verifies that whoever holds `secret` has signed this request, for this service, now.
 * Throws SignatureFailure. Whether the session token belongs to the access key is the identity layer's to say.
 */
export function verifySignature(
  request: VerifiableRequest,
  claim: SignatureClaim,
  secret: string,
  options: VerifyOptions,
): VerifiedSignature {
  verifyScope(claim, options);
  verifySignedHeaders(request, claim, options.style);
  const payloadHash = options.style === 's3' ? s3PayloadHash(request, claim) : options.bodySha256;
  assert(payloadHash !== undefined, 'bodySha256 is needed to verify a signature in the default style');
  const payload = parsePayloadHash(payloadHash);
  if (payload === undefined) fail({ code: 'malformedContentSha256', value: payloadHash });
  verifyTime(claim, options);

  const { style, keys } = options;
  const { signedHeaders } = claim;
  const scope = credentialScope(claim);
  const canonical = canonicalRequest(request, { style, signedHeaders, payloadHash });
  const canonicalHash = hash('sha256', Buffer.from(canonical, 'latin1'));
  const stringToSign = `${algorithm}\n${claim.amzDate}\n${scope}\n${canonicalHash}`;
  const known = keys?.find(secret, claim);
  const signingKey = known ?? deriveSigningKey(secret, claim);
  if (!isSameSignature(sign(signingKey, stringToSign), claim.signature)) {
    const { accessKeyId, signature } = claim;
    const shown = canonicalRequest(request, { style, signedHeaders, payloadHash, redacted: true });
    fail({ code: 'mismatch', accessKeyId, signature, stringToSign, canonicalRequest: shown });
  }
  if (known === undefined) keys?.remember(secret, claim, signingKey);
  return { claim, payload, signingKey, scope };
}

/** Takes as long for a near miss as for any other: the time must not tell how much of a guess was right. */
export function isSameSignature(expected: string, given: string): boolean {
  const a = Buffer.from(expected, 'latin1');
  const b = Buffer.from(given, 'latin1');
  return a.length === b.length && timingSafeEqual(a, b);
}

function fail(fault: SignatureFault): never {
  throw new SignatureFailure(fault);
}

function verifyScope(claim: SignatureClaim, options: VerifyOptions): void {
  const { mode, date: scopeDate, region, service, terminator, amzDate } = claim;
  if (!/^\d{8}$/.test(scopeDate)) fail({ code: 'malformedScopeDate', mode, scopeDate });
  if (terminator !== scopeTerminator) fail({ code: 'wrongTerminator', mode, terminator });
  if (!options.signingNames.includes(service)) {
    fail({ code: 'wrongService', mode, service, expected: options.signingNames[0] ?? '' });
  }
  if (!options.isRegion(region)) fail({ code: 'wrongRegion', mode, region, expected: options.homeRegion });
  if (!amzDate.startsWith(scopeDate)) fail({ code: 'scopeDateMismatch', mode, scopeDate, amzDate });
}

/**
 * Without these in the signature a captured request could be sent to another host, at another time, or as another
 * operation. S3 demands every `x-amz-` header that is there.
 */
function verifySignedHeaders(request: VerifiableRequest, claim: SignatureClaim, style: CanonicalStyle): void {
  const { signedHeaders, dateSource } = claim;
  const missing = new Set<string>();
  const require = (name: string): void => {
    if (!signedHeaders.includes(name)) missing.add(name);
  };
  require('host');
  if (dateSource !== 'query') require(dateSource);
  if (style === 's3') {
    for (const name in request.headers) if (name.startsWith('x-amz-')) require(name);
  } else if (Object.hasOwn(request.headers, 'x-amz-target')) require('x-amz-target');
  if (missing.size > 0) fail({ code: 'headersNotSigned', headers: [...missing] });
}

function s3PayloadHash(request: VerifiableRequest, claim: SignatureClaim): string {
  const header = request.headers['x-amz-content-sha256'];
  if (header !== undefined) return header;
  if (claim.mode === 'header') fail({ code: 'missingContentSha256' });
  // The JavaScript SDK moves the header into the query string of a presigned URL, where it is signed as well.
  const moved = /(?:^|&)x-amz-content-sha256=([^&]*)/i.exec(request.rawQuery);
  return moved?.[1] ?? unsignedPayload;
}

function verifyTime(claim: SignatureClaim, options: VerifyOptions): void {
  const { nowMs, style } = options;
  const { amzDate, signedAtMs, expiresSeconds } = claim;
  const skewMs = options.skewMs ?? clockSkewMsMax[style];
  if (claim.mode === 'query' && expiresSeconds !== undefined) {
    const expiresAtMs = signedAtMs + expiresSeconds * 1000;
    if (signedAtMs - nowMs > skewMs) fail({ code: 'presignedNotYetValid', nowMs });
    if (nowMs > expiresAtMs) fail({ code: 'presignedExpired', expiresSeconds, expiresAtMs, nowMs });
    return;
  }
  if (claim.mode === 'query' && style === 's3')
    fail({ code: 'missingParameters', missing: ['X-Amz-Expires'] });
  if (nowMs - signedAtMs > skewMs) fail({ code: 'expired', amzDate, nowMs, skewMs });
  if (signedAtMs - nowMs > skewMs) fail({ code: 'notYetCurrent', amzDate, nowMs, skewMs });
}
