// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../wire-error.js';
import { formatIsoSeconds } from './amz-date.js';
import type { SignatureFailure, SignatureFault, SignatureMode } from './signature-failure.js';

type Fields = Readonly<Record<string, unknown>>;
interface S3Words {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly fields?: Fields;
}

/** A failure as S3 answers it. Codes and statuses: S3 API Reference, "Error responses". */
export function toS3Error(failure: SignatureFailure): WireError {
  const { code, status, message, fields } = inS3Words(failure.fault);
  return new WireError(code, message, {
    status,
    cause: failure,
    ...(fields === undefined ? {} : { fields }),
  });
}

function inS3Words(fault: SignatureFault): S3Words {
  switch (fault.code) {
    case 'missingAuthentication':
      return denied('Access Denied');
    case 'multipleMechanisms':
      return badRequest(
        'InvalidArgument',
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter ' +
          'or the Authorization header should be specified',
        { ArgumentName: 'Authorization' },
      );
    case 'unsupportedMechanism':
      return unsupportedMechanism(fault);
    case 'malformedComponent':
      return malformedHeader(`the authorization component "${fault.component}" is malformed.`);
    case 'missingComponents':
      return malformedHeader(
        fault.missing.length === 1
          ? `missing ${fault.missing[0]}.`
          : 'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
      );
    case 'missingParameters':
      return badParameters(
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, ' +
          'X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      );
    case 'missingDate':
      return denied('AWS authentication requires a valid Date or x-amz-date header');
    case 'malformedDate':
      return fault.mode === 'header'
        ? denied('AWS authentication requires a valid Date or x-amz-date header')
        : badParameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
    case 'malformedCredential':
    case 'malformedScopeDate':
    case 'scopeDateMismatch':
    case 'wrongTerminator':
    case 'wrongRegion':
    case 'wrongService':
      return badCredential(fault);
    case 'badExpires':
      return badParameters(expiresProblems[fault.problem]);
    case 'headersNotSigned':
      return denied('There were headers present in the request which were not signed', {
        HeadersNotSigned: fault.headers.join(', '),
      });
    case 'expired':
    case 'notYetCurrent':
      return {
        code: 'RequestTimeTooSkewed',
        status: 403,
        message: "The difference between the request time and the server's time is too large.",
        fields: {
          RequestTime: fault.amzDate,
          ServerTime: formatIsoSeconds(fault.nowMs),
          MaxAllowedSkewMilliseconds: fault.skewMs,
        },
      };
    case 'presignedExpired':
      return denied('Request has expired', {
        'X-Amz-Expires': fault.expiresSeconds,
        Expires: formatIsoSeconds(fault.expiresAtMs),
        ServerTime: formatIsoSeconds(fault.nowMs),
      });
    case 'presignedNotYetValid':
      return denied('Request is not valid yet', { ServerTime: formatIsoSeconds(fault.nowMs) });
    case 'missingContentSha256':
      return badRequest('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
    case 'malformedContentSha256':
      return badRequest(
        'InvalidArgument',
        'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, ' +
          'STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
        { ArgumentName: 'x-amz-content-sha256', ArgumentValue: fault.value.slice(0, 128) },
      );
    case 'unknownAccessKey':
      return {
        code: 'InvalidAccessKeyId',
        status: 403,
        message: 'The AWS Access Key Id you provided does not exist in our records.',
        fields: { AWSAccessKeyId: fault.accessKeyId },
      };
    case 'invalidSessionToken':
      return badRequest('InvalidToken', 'The provided token is malformed or otherwise invalid.');
    case 'expiredSessionToken':
      return badRequest('ExpiredToken', 'The provided token has expired.');
    case 'mismatch':
      return mismatch(fault);
  }
}

const expiresProblems = {
  notANumber: 'X-Amz-Expires should be a number',
  notPositive: 'X-Amz-Expires must be non-negative and greater than zero',
  tooLarge:
    'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
} as const;

function badRequest(code: string, message: string, fields?: Fields): S3Words {
  return { code, status: 400, message, ...(fields === undefined ? {} : { fields }) };
}

function denied(message: string, fields?: Fields): S3Words {
  return { code: 'AccessDenied', status: 403, message, ...(fields === undefined ? {} : { fields }) };
}

function badParameters(message: string, fields?: Fields): S3Words {
  return badRequest('AuthorizationQueryParametersError', message, fields);
}

function malformedHeader(detail: string, fields?: Fields): S3Words {
  return badRequest(
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; ${detail}`,
    fields,
  );
}

/** Something is wrong in the credential scope: the code depends on where the credential stood. */
function inCredential(mode: SignatureMode, detail: string, fields?: Fields): S3Words {
  if (mode === 'header') return malformedHeader(detail, fields);
  return badParameters(`Error parsing the X-Amz-Credential parameter; ${detail}`, fields);
}

type CredentialFault = SignatureFault & {
  code:
    | 'malformedCredential'
    | 'malformedScopeDate'
    | 'scopeDateMismatch'
    | 'wrongTerminator'
    | 'wrongRegion'
    | 'wrongService';
};

function badCredential(fault: CredentialFault): S3Words {
  const { mode } = fault;
  switch (fault.code) {
    case 'malformedCredential':
      return inCredential(
        mode,
        'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      );
    case 'malformedScopeDate':
      return inCredential(
        mode,
        `incorrect date format "${quoted(fault.scopeDate)}". This date in the credential must be in the format "yyyyMMdd".`,
      );
    case 'scopeDateMismatch':
      return mode === 'header'
        ? malformedHeader('Invalid credential date. Date is not the same as X-Amz-Date.')
        : badParameters(
            `Invalid credential date "${fault.scopeDate}". This date is not the same as X-Amz-Date: "${fault.amzDate.slice(0, 8)}".`,
          );
    case 'wrongTerminator':
      return inCredential(
        mode,
        `incorrect terminal "${quoted(fault.terminator)}". This endpoint uses "aws4_request".`,
      );
    case 'wrongService':
      return inCredential(
        mode,
        `incorrect service "${quoted(fault.service)}". This endpoint belongs to "${fault.expected}".`,
      );
    case 'wrongRegion': {
      const { region, expected } = fault;
      if (expected === undefined) return inCredential(mode, `the region '${quoted(region)}' is wrong`);
      const detail = `the region '${quoted(region)}' is wrong; expecting '${expected}'`;
      return inCredential(mode, detail, { Region: expected });
    }
  }
}

function unsupportedMechanism(fault: SignatureFault & { code: 'unsupportedMechanism' }): S3Words {
  if (fault.mechanism === 'unknown' && fault.mode === 'query') {
    return badParameters('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  if (fault.mechanism === 'unknown') {
    return badRequest('InvalidArgument', 'Unsupported Authorization Type', { ArgumentName: 'Authorization' });
  }
  return badRequest(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );
}

function mismatch(fault: SignatureFault & { code: 'mismatch' }): S3Words {
  return {
    code: 'SignatureDoesNotMatch',
    status: 403,
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    fields: {
      AWSAccessKeyId: fault.accessKeyId,
      StringToSign: fault.stringToSign,
      SignatureProvided: quoted(fault.signature),
      StringToSignBytes: spacedHex(fault.stringToSign),
      CanonicalRequest: fault.canonicalRequest,
      CanonicalRequestBytes: spacedHex(fault.canonicalRequest),
    },
  };
}

/** `41 57 53 …`, as S3 shows the bytes that it hashed. */
function spacedHex(text: string): string {
  return Buffer.from(text, 'latin1').toString('hex').replace(/../g, '$& ').trimEnd();
}

function quoted(text: string): string {
  return text.length <= 128 ? text : `${text.slice(0, 128)}…`;
}
