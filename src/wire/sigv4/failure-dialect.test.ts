// SPDX-License-Identifier: Apache-2.0
//
// Oracle: answers of AWS as its documentation and its clients' bug reports show them, written out by hand: codes and
// statuses of "Common Errors" (IAM API Reference), "Error responses" (S3 API Reference), and the messages of the
// services ("Signature expired: … is now earlier than …").

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FailureDialect, toWireError } from './failure-dialect.js';
import { SignatureFailure, type SignatureFault, type SignatureFaultCode } from './signature-failure.js';

const nowMs = Date.UTC(2026, 10, 21, 10, 20, 0);
const authorizationSha256 = 'RBV1xKBXvIC6';

/** One fault of each code: the type makes sure that none is forgotten. */
const faults: { readonly [Code in SignatureFaultCode]: SignatureFault & { code: Code } } = {
  missingAuthentication: { code: 'missingAuthentication' },
  multipleMechanisms: { code: 'multipleMechanisms' },
  unsupportedMechanism: {
    code: 'unsupportedMechanism',
    mode: 'header',
    mechanism: 'sigv2',
    authorizationSha256,
  },
  malformedComponent: { code: 'malformedComponent', component: 'Extra', authorizationSha256 },
  missingComponents: {
    code: 'missingComponents',
    missing: ['Credential', 'Signature'],
    dateMissing: true,
    authorizationSha256,
  },
  missingParameters: { code: 'missingParameters', missing: ['X-Amz-Date'] },
  malformedCredential: { code: 'malformedCredential', mode: 'header', elements: 4 },
  missingDate: { code: 'missingDate' },
  malformedDate: { code: 'malformedDate', mode: 'query', date: 'today' },
  malformedScopeDate: { code: 'malformedScopeDate', mode: 'header', scopeDate: '2026' },
  scopeDateMismatch: {
    code: 'scopeDateMismatch',
    mode: 'header',
    scopeDate: '20261120',
    amzDate: '20261121T100000Z',
  },
  wrongTerminator: { code: 'wrongTerminator', mode: 'header', terminator: 'aws5' },
  wrongRegion: { code: 'wrongRegion', mode: 'header', region: 'mars', expected: 'us-east-1' },
  wrongService: { code: 'wrongService', mode: 'query', service: 'sts', expected: 's3' },
  badExpires: { code: 'badExpires', problem: 'tooLarge' },
  headersNotSigned: { code: 'headersNotSigned', headers: ['host', 'x-amz-acl'] },
  expired: { code: 'expired', amzDate: '20261121T100000Z', nowMs, skewMs: 300_000 },
  notYetCurrent: { code: 'notYetCurrent', amzDate: '20261121T110000Z', nowMs, skewMs: 900_000 },
  presignedExpired: { code: 'presignedExpired', expiresSeconds: 60, expiresAtMs: nowMs - 1000, nowMs },
  presignedNotYetValid: { code: 'presignedNotYetValid', nowMs },
  missingContentSha256: { code: 'missingContentSha256' },
  malformedContentSha256: { code: 'malformedContentSha256', value: 'abc' },
  unknownAccessKey: { code: 'unknownAccessKey', accessKeyId: 'AKID' },
  invalidSessionToken: { code: 'invalidSessionToken' },
  expiredSessionToken: { code: 'expiredSessionToken' },
  mismatch: {
    code: 'mismatch',
    accessKeyId: 'AKID',
    signature: 'beef',
    stringToSign: 'AWS4',
    canonicalRequest: 'GET',
  },
};

const expected: { readonly [Code in SignatureFaultCode]: Record<FailureDialect, string> } = {
  missingAuthentication: row(
    'MissingAuthenticationToken 403',
    'MissingAuthenticationTokenException',
    'AccessDenied 403',
  ),
  multipleMechanisms: row('IncompleteSignature 400', 'IncompleteSignatureException', 'InvalidArgument 400'),
  unsupportedMechanism: row('IncompleteSignature 400', 'IncompleteSignatureException', 'InvalidRequest 400'),
  malformedComponent: row(
    'IncompleteSignature 400',
    'IncompleteSignatureException',
    'AuthorizationHeaderMalformed 400',
  ),
  missingComponents: row(
    'IncompleteSignature 400',
    'IncompleteSignatureException',
    'AuthorizationHeaderMalformed 400',
  ),
  missingParameters: row(
    'IncompleteSignature 400',
    'IncompleteSignatureException',
    'AuthorizationQueryParametersError 400',
  ),
  malformedCredential: row(
    'IncompleteSignature 400',
    'IncompleteSignatureException',
    'AuthorizationHeaderMalformed 400',
  ),
  missingDate: row('IncompleteSignature 400', 'IncompleteSignatureException', 'AccessDenied 403'),
  malformedDate: row(
    'IncompleteSignature 400',
    'IncompleteSignatureException',
    'AuthorizationQueryParametersError 400',
  ),
  malformedScopeDate: row(
    'SignatureDoesNotMatch 403',
    'InvalidSignatureException',
    'AuthorizationHeaderMalformed 400',
  ),
  scopeDateMismatch: row(
    'SignatureDoesNotMatch 403',
    'InvalidSignatureException',
    'AuthorizationHeaderMalformed 400',
  ),
  wrongTerminator: row(
    'SignatureDoesNotMatch 403',
    'InvalidSignatureException',
    'AuthorizationHeaderMalformed 400',
  ),
  wrongRegion: row(
    'SignatureDoesNotMatch 403',
    'InvalidSignatureException',
    'AuthorizationHeaderMalformed 400',
  ),
  wrongService: row(
    'SignatureDoesNotMatch 403',
    'InvalidSignatureException',
    'AuthorizationQueryParametersError 400',
  ),
  badExpires: row(
    'IncompleteSignature 400',
    'IncompleteSignatureException',
    'AuthorizationQueryParametersError 400',
  ),
  headersNotSigned: row('SignatureDoesNotMatch 403', 'InvalidSignatureException', 'AccessDenied 403'),
  expired: row('SignatureDoesNotMatch 403', 'InvalidSignatureException', 'RequestTimeTooSkewed 403'),
  notYetCurrent: row('SignatureDoesNotMatch 403', 'InvalidSignatureException', 'RequestTimeTooSkewed 403'),
  presignedExpired: row('RequestExpired 400', 'InvalidSignatureException', 'AccessDenied 403'),
  presignedNotYetValid: row('SignatureDoesNotMatch 403', 'InvalidSignatureException', 'AccessDenied 403'),
  missingContentSha256: row('IncompleteSignature 400', 'IncompleteSignatureException', 'InvalidRequest 400'),
  malformedContentSha256: row(
    'IncompleteSignature 400',
    'IncompleteSignatureException',
    'InvalidArgument 400',
  ),
  unknownAccessKey: row('InvalidClientTokenId 403', 'UnrecognizedClientException', 'InvalidAccessKeyId 403'),
  invalidSessionToken: row('InvalidClientTokenId 403', 'UnrecognizedClientException', 'InvalidToken 400'),
  expiredSessionToken: row('ExpiredToken 403', 'ExpiredTokenException', 'ExpiredToken 400'),
  mismatch: row('SignatureDoesNotMatch 403', 'InvalidSignatureException', 'SignatureDoesNotMatch 403'),
};

function row(query: string, jsonCode: string, s3: string): Record<FailureDialect, string> {
  return { query, s3, json: `${jsonCode} 400`, restJson: `${jsonCode} 403` };
}

const answer = (fault: SignatureFault, dialect: FailureDialect) =>
  toWireError(new SignatureFailure(fault), dialect);

for (const code of Object.keys(faults) as SignatureFaultCode[]) {
  for (const dialect of ['json', 'query', 's3', 'restJson'] as const) {
    test(`${code} in ${dialect}: ${expected[code][dialect]}`, () => {
      const error = answer(faults[code], dialect);
      assert.equal(`${error.code} ${error.status}`, expected[code][dialect]);
      assert.notEqual(error.message, '');
      assert.ok(error.cause instanceof SignatureFailure);
    });
  }
}

describe('messages', () => {
  const cases: [code: SignatureFaultCode, dialect: FailureDialect, message: string][] = [
    ['missingAuthentication', 'query', 'Request is missing Authentication Token'],
    ['missingAuthentication', 'json', 'Missing Authentication Token'],
    ['unknownAccessKey', 'json', 'The security token included in the request is invalid.'],
    [
      'expired',
      'json',
      'Signature expired: 20261121T100000Z is now earlier than 20261121T101500Z (20261121T102000Z - 5 min.)',
    ],
    [
      'notYetCurrent',
      'query',
      'Signature not yet current: 20261121T110000Z is still later than 20261121T103500Z (20261121T102000Z + 15 min.)',
    ],
    [
      'missingComponents',
      'query',
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
        '(Hashed with SHA-256 and encoded with Base64) Authorization=RBV1xKBXvIC6',
    ],
    [
      'scopeDateMismatch',
      'json',
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261120' != '20261121', from '20261121T100000Z'.",
    ],
    [
      'wrongRegion',
      's3',
      "The authorization header is malformed; the region 'mars' is wrong; expecting 'us-east-1'",
    ],
    [
      'wrongService',
      's3',
      'Error parsing the X-Amz-Credential parameter; incorrect service "sts". This endpoint belongs to "s3".',
    ],
    ['presignedExpired', 's3', 'Request has expired'],
    [
      'unsupportedMechanism',
      's3',
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    ],
  ];
  for (const [code, dialect, message] of cases) {
    test(`${code} in ${dialect}`, () => assert.equal(answer(faults[code], dialect).message, message));
  }
  test('text of strangers is cut', () => {
    const long = 'x'.repeat(10_000);
    for (const dialect of ['json', 'query', 's3', 'restJson'] as const) {
      assert.ok(
        answer({ code: 'wrongRegion', mode: 'header', region: long, expected: undefined }, dialect).message
          .length < 300,
      );
      assert.ok(answer({ code: 'malformedDate', mode: 'header', date: long }, dialect).message.length < 300);
    }
  });
});

describe("S3's further fields", () => {
  const cases: [code: SignatureFaultCode, fields: Record<string, unknown>][] = [
    ['unknownAccessKey', { AWSAccessKeyId: 'AKID' }],
    ['wrongRegion', { Region: 'us-east-1' }],
    ['headersNotSigned', { HeadersNotSigned: 'host, x-amz-acl' }],
    [
      'expired',
      {
        RequestTime: '20261121T100000Z',
        ServerTime: '2026-11-21T10:20:00Z',
        MaxAllowedSkewMilliseconds: 300_000,
      },
    ],
    [
      'presignedExpired',
      { 'X-Amz-Expires': 60, Expires: '2026-11-21T10:19:59Z', ServerTime: '2026-11-21T10:20:00Z' },
    ],
    [
      'mismatch',
      {
        AWSAccessKeyId: 'AKID',
        StringToSign: 'AWS4',
        SignatureProvided: 'beef',
        StringToSignBytes: '41 57 53 34',
        CanonicalRequest: 'GET',
        CanonicalRequestBytes: '47 45 54',
      },
    ],
  ];
  for (const [code, fields] of cases) {
    test(code, () => assert.deepEqual(answer(faults[code], 's3').fields, fields));
  }
});
