// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../wire-error.js';
import { formatAmzDate } from './amz-date.js';
import { toS3Error } from './failure-dialect-s3.js';
import type { SignatureFailure, SignatureFault } from './signature-failure.js';

export type FailureDialect = 'json' | 'query' | 's3' | 'restJson';

/** What the answer is about; each protocol has a code and a status for it. */
type Topic = 'missing' | 'incomplete' | 'invalid' | 'unknownKey' | 'urlExpired' | 'sessionExpired';

/**
 * Codes: "Common Errors" page of each service's API reference (query), CommonErrors of AWS JSON services.
 * An expired presigned URL is RequestExpired in the query protocol only.
 */
const queryCodes: Readonly<Record<Topic, readonly [code: string, status: number]>> = {
  missing: ['MissingAuthenticationToken', 403],
  incomplete: ['IncompleteSignature', 400],
  invalid: ['SignatureDoesNotMatch', 403],
  unknownKey: ['InvalidClientTokenId', 403],
  urlExpired: ['RequestExpired', 400],
  sessionExpired: ['ExpiredToken', 403],
};

const jsonCodes: Readonly<Record<Topic, string>> = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  invalid: 'InvalidSignatureException',
  unknownKey: 'UnrecognizedClientException',
  urlExpired: 'InvalidSignatureException',
  sessionExpired: 'ExpiredTokenException',
};

/** The failure in the code, status and message of one protocol's AWS services. */
export function toWireError(failure: SignatureFailure, dialect: FailureDialect): WireError {
  if (dialect === 's3') return toS3Error(failure);
  const [topic, text] = inCommonWords(failure.fault);
  const message =
    topic === 'missing' && dialect === 'query' ? 'Request is missing Authentication Token' : text;
  if (dialect === 'query') {
    const [code, status] = queryCodes[topic];
    return new WireError(code, message, { status, cause: failure });
  }
  // awsJson answers 400 to all of them, restJson 403.
  return new WireError(jsonCodes[topic], message, { status: dialect === 'json' ? 400 : 403, cause: failure });
}

const mismatchMessage =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
  'and signing method. Consult the service documentation for details.';

/** The words that all services but S3 share. */
function inCommonWords(fault: SignatureFault): [Topic, string] {
  switch (fault.code) {
    case 'missingAuthentication':
      return ['missing', 'Missing Authentication Token'];
    case 'multipleMechanisms':
      return [
        'incomplete',
        "Only one of the 'Authorization' header and the 'X-Amz-Algorithm' query-string parameter may be given.",
      ];
    case 'unsupportedMechanism':
      return ['incomplete', unsupportedMechanism(fault)];
    case 'malformedComponent':
      return [
        'incomplete',
        'Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with ' +
          `Base64): '${fault.authorizationSha256}'.`,
      ];
    case 'missingComponents':
      return ['incomplete', missingComponents(fault.missing, fault.dateMissing, fault.authorizationSha256)];
    case 'missingParameters':
      return [
        'incomplete',
        `${fault.missing.map((name) => `AWS query-string parameters must include '${name}'. `).join('')}Re-examine the query-string parameters.`,
      ];
    case 'malformedCredential':
      return [
        'incomplete',
        `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got ${fault.elements}.`,
      ];
    case 'missingDate':
      return [
        'incomplete',
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
      ];
    case 'malformedDate':
      return ['incomplete', `Date must be in ISO-8601 'basic format'. Got '${shorten(fault.date)}'.`];
    case 'badExpires':
      return ['incomplete', "'X-Amz-Expires' must be a number of seconds between 1 and 604800."];
    case 'malformedScopeDate':
      return [
        'invalid',
        `Date in Credential scope must be of the form YYYYMMDD, not '${shorten(fault.scopeDate)}'.`,
      ];
    case 'scopeDateMismatch':
      return [
        'invalid',
        'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
          `'${fault.scopeDate}' != '${fault.amzDate.slice(0, 8)}', from '${fault.amzDate}'.`,
      ];
    case 'wrongTerminator':
      return [
        'invalid',
        `Credential should be scoped with a valid terminator: 'aws4_request', not '${shorten(fault.terminator)}'.`,
      ];
    case 'wrongRegion':
      return ['invalid', `Credential should be scoped to a valid region, not '${shorten(fault.region)}'.`];
    case 'wrongService':
      return ['invalid', `Credential should be scoped to correct service: '${fault.expected}'.`];
    case 'headersNotSigned':
      return ['invalid', fault.headers.map(mustBeSigned).join(' ')];
    case 'expired':
    case 'notYetCurrent':
      return ['invalid', skewed(fault)];
    case 'presignedExpired':
      return ['urlExpired', 'Request has expired.'];
    case 'presignedNotYetValid':
      return ['invalid', 'Signature not yet current.'];
    case 'missingContentSha256':
    case 'malformedContentSha256':
      return ['incomplete', "The 'x-amz-content-sha256' header is missing or malformed."];
    case 'unknownAccessKey':
    case 'invalidSessionToken':
      return ['unknownKey', 'The security token included in the request is invalid.'];
    case 'expiredSessionToken':
      return ['sessionExpired', 'The security token included in the request is expired'];
    case 'mismatch':
      return ['invalid', mismatchMessage];
  }
}

function unsupportedMechanism(fault: SignatureFault & { code: 'unsupportedMechanism' }): string {
  if (fault.mechanism === 'sigv4a') {
    return 'AWS4-ECDSA-P256-SHA256 signatures are not supported by this endpoint. Please use AWS4-HMAC-SHA256.';
  }
  if (fault.mode === 'query') {
    return 'Unsupported query-string authentication. Please use X-Amz-Algorithm=AWS4-HMAC-SHA256.';
  }
  // What SigV2's `AWS AKID:signature` (and any foreign scheme) gets from services that only know version 4.
  return missingComponents(['Credential', 'Signature', 'SignedHeaders'], false, fault.authorizationSha256);
}

function missingComponents(missing: readonly string[], dateMissing: boolean, sha256: string): string {
  const needs = missing.map((name) => `Authorization header requires '${name}' parameter. `).join('');
  const date = dateMissing
    ? "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    : '';
  return `${needs}${date}(Hashed with SHA-256 and encoded with Base64) Authorization=${sha256}`;
}

function mustBeSigned(header: string): string {
  const name = header === 'host' ? "'Host' or ':authority'" : `'${header}'`;
  return `${name} must be a 'SignedHeader' in the AWS Authorization.`;
}

function skewed(fault: SignatureFault & { code: 'expired' | 'notYetCurrent' }): string {
  const minutes = Math.round(fault.skewMs / 60_000);
  const now = formatAmzDate(fault.nowMs);
  if (fault.code === 'expired') {
    const bound = formatAmzDate(fault.nowMs - fault.skewMs);
    return `Signature expired: ${fault.amzDate} is now earlier than ${bound} (${now} - ${minutes} min.)`;
  }
  const bound = formatAmzDate(fault.nowMs + fault.skewMs);
  return `Signature not yet current: ${fault.amzDate} is still later than ${bound} (${now} + ${minutes} min.)`;
}

/** Text that a stranger chose is quoted in part only: an error message is no place for kilobytes of it. */
function shorten(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`;
}
