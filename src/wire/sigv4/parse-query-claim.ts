// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { parseAmzDate } from './amz-date.js';
import { parseCredential, parseSignedHeaders } from './parse-credential.js';
import { algorithm, type SignatureClaim } from './signature-claim.js';
import { SignatureFailure } from './signature-failure.js';

/** A presigned URL is good for a week at most. Source: S3 API Reference, "Using Query Parameters", X-Amz-Expires. */
const expiresSecondsMax = 604_800;

const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
] as const;

/** Reads the `X-Amz-…` parameters of a presigned URL. */
export function parseQueryClaim(
  parameters: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
): SignatureClaim {
  refuseOtherMechanisms(parameters);
  const missing = required.filter((name) => !parameters.has(name));
  if (missing.length > 0) throw new SignatureFailure({ code: 'missingParameters', missing });
  const amzDate = parameters.get('X-Amz-Date') ?? '';
  const signedAtMs = parseAmzDate(amzDate);
  if (signedAtMs === undefined)
    throw new SignatureFailure({ code: 'malformedDate', mode: 'query', date: amzDate });
  const expiresSeconds = parseExpires(parameters.get('X-Amz-Expires'));
  const sessionToken = parameters.get('X-Amz-Security-Token') ?? headers['x-amz-security-token'];
  return {
    mode: 'query',
    ...parseCredential(parameters.get('X-Amz-Credential') ?? '', 'query'),
    signedHeaders: parseSignedHeaders(parameters.get('X-Amz-SignedHeaders') ?? ''),
    signature: parameters.get('X-Amz-Signature') ?? '',
    amzDate,
    signedAtMs,
    dateSource: 'query',
    ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function refuseOtherMechanisms(parameters: ReadonlyMap<string, string>): void {
  const named = parameters.get('X-Amz-Algorithm');
  const isSigV2 = parameters.has('AWSAccessKeyId') && !parameters.has('X-Amz-Signature');
  if (!isSigV2 && (named === undefined || named === algorithm)) return;
  throw new SignatureFailure({
    code: 'unsupportedMechanism',
    mode: 'query',
    mechanism: isSigV2 ? 'sigv2' : named === 'AWS4-ECDSA-P256-SHA256' ? 'sigv4a' : 'unknown',
    authorizationSha256: hash('sha256', named ?? '', 'base64'),
  });
}

function parseExpires(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new SignatureFailure({ code: 'badExpires', problem: 'notANumber' });
  const seconds = Number(text);
  if (seconds < 1) throw new SignatureFailure({ code: 'badExpires', problem: 'notPositive' });
  if (seconds > expiresSecondsMax) throw new SignatureFailure({ code: 'badExpires', problem: 'tooLarge' });
  return seconds;
}
