// SPDX-License-Identifier: Apache-2.0
//
// Oracle: the shapes in the S3 API Reference ("Using the Authorization Header", "Using Query Parameters") and the
// answers of AWS to broken ones, written out by hand.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseAuthorization } from './parse-authorization.js';
import { SignatureFailure, type SignatureFault } from './signature-failure.js';

const amzDate = '20261121T100000Z';
const credential = 'AKID/20261121/us-east-1/s3/aws4_request';
const good = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=abc`;

const fromHeader = (authorization: string, headers: Record<string, string> = { 'x-amz-date': amzDate }) =>
  parseAuthorization({ rawQuery: '', headers: { ...headers, authorization } });

function faultOf(parse: () => unknown): SignatureFault {
  try {
    parse();
  } catch (error) {
    if (error instanceof SignatureFailure) return error.fault;
    throw error;
  }
  return assert.fail('nothing was refused');
}

describe('the Authorization header', () => {
  const forms = [
    good,
    good.replaceAll(', ', ','),
    good.replaceAll(', ', ' ,  '),
    `AWS4-HMAC-SHA256 Signature=abc,SignedHeaders=X-Amz-Date;Host,Credential=${credential}`,
  ];
  for (const form of forms) {
    test(form, () => {
      assert.deepEqual(fromHeader(form), {
        mode: 'header',
        accessKeyId: 'AKID',
        date: '20261121',
        region: 'us-east-1',
        service: 's3',
        terminator: 'aws4_request',
        signedHeaders: ['host', 'x-amz-date'],
        signature: 'abc',
        amzDate,
        signedAtMs: Date.UTC(2026, 10, 21, 10),
        dateSource: 'x-amz-date',
      });
    });
  }

  test('none at all: unsigned', () => {
    assert.equal(parseAuthorization({ rawQuery: 'prefix=a&X-Amz=1', headers: {} }), undefined);
    assert.equal(parseAuthorization({ rawQuery: '', headers: {} }), undefined);
  });

  const broken: [authorization: string, code: SignatureFault['code']][] = [
    ['', 'unsupportedMechanism'],
    ['AWS AKID:signature', 'unsupportedMechanism'],
    ['Bearer secret-token', 'unsupportedMechanism'],
    [good.replace('HMAC', 'ECDSA-P256'), 'unsupportedMechanism'],
    ['AWS4-HMAC-SHA256', 'missingComponents'],
    ['AWS4-HMAC-SHA256 ', 'missingComponents'],
    [`AWS4-HMAC-SHA256 Credential=${credential}, Signature=abc`, 'missingComponents'],
    ['AWS4-HMAC-SHA256 Credential= AKID, 20261121', 'malformedComponent'],
    [`${good}, Signature=abc`, 'malformedComponent'],
    [`${good}, Extra=1`, 'malformedComponent'],
    [good.replace('AKID/', ''), 'malformedCredential'],
    [good.replace('AKID/', 'A/B/'), 'malformedCredential'],
    [good.replace('AKID/', '/'), 'malformedCredential'],
  ];
  for (const [authorization, code] of broken) {
    test(`${JSON.stringify(authorization)}: ${code}`, () => {
      assert.equal(faultOf(() => fromHeader(authorization)).code, code);
    });
  }

  test('what stands in the wrong place is not kept', () => {
    for (const authorization of [
      'Bearer secret-token',
      'AWS4-HMAC-SHA256 secret-token',
      'AWS4-HMAC-SHA256 a b=secret-token',
    ]) {
      assert.doesNotMatch(JSON.stringify(faultOf(() => fromHeader(authorization))), /secret-token/);
    }
  });
  test('SigV4A is known by name', () => {
    const fault = faultOf(() => fromHeader('AWS4-ECDSA-P256-SHA256 Credential=A/20261121/s3/aws4_request'));
    assert.equal(fault.code === 'unsupportedMechanism' && fault.mechanism, 'sigv4a');
  });
  test('no date', () => {
    assert.equal(faultOf(() => fromHeader(good, {})).code, 'missingDate');
  });
  for (const date of [
    '20261121',
    '2026-11-21T10:00:00Z',
    '20261332T100000Z',
    '20260229T100000Z',
    'yesterday',
    '',
  ]) {
    test(`date ${JSON.stringify(date)}`, () => {
      assert.equal(faultOf(() => fromHeader(good, { 'x-amz-date': date })).code, 'malformedDate');
    });
  }
  test('header and query at once', () => {
    const request = { rawQuery: `X-Amz-Algorithm=AWS4-HMAC-SHA256`, headers: { authorization: good } };
    assert.equal(faultOf(() => parseAuthorization(request)).code, 'multipleMechanisms');
  });
  test('any text is read or refused, never an error of ours (property)', () => {
    const part = fc.constantFrom(
      'Credential=',
      'Signature=',
      'SignedHeaders=',
      ',',
      ', ',
      '/',
      ';',
      '=',
      credential,
    );
    const text = fc
      .array(fc.oneof(part, fc.string({ maxLength: 5 })), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.string(), (rest, rawQuery) => {
        try {
          fromHeader(`AWS4-HMAC-SHA256 ${rest}`);
          parseAuthorization({ rawQuery: `X-Amz-Algorithm=AWS4-HMAC-SHA256&${rawQuery}`, headers: {} });
        } catch (error) {
          assert(error instanceof SignatureFailure, String(error));
        }
      }),
      { numRuns: 500, verbose: 1 },
    );
  });
});

describe('presigned URLs', () => {
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': credential,
    'X-Amz-Date': amzDate,
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': 'abc',
  };
  const parse = (changed: Record<string, string | undefined> = {}) => {
    const pairs = Object.entries({ ...parameters, ...changed }).filter(([, value]) => value !== undefined);
    const rawQuery = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`).join('&');
    return parseAuthorization({ rawQuery, headers: {} });
  };

  test('read', () => {
    assert.deepEqual(parse({ 'X-Amz-Security-Token': 'a+b' }), {
      mode: 'query',
      accessKeyId: 'AKID',
      date: '20261121',
      region: 'us-east-1',
      service: 's3',
      terminator: 'aws4_request',
      signedHeaders: ['host'],
      signature: 'abc',
      amzDate,
      signedAtMs: Date.UTC(2026, 10, 21, 10),
      dateSource: 'query',
      expiresSeconds: 60,
      sessionToken: 'a+b',
    });
  });
  for (const name of Object.keys(parameters)) {
    if (name === 'X-Amz-Expires') continue;
    test(`without ${name}`, () => {
      assert.deepEqual(
        faultOf(() => parse({ [name]: undefined })),
        { code: 'missingParameters', missing: [name] },
      );
    });
  }
  const expiries: [text: string, problem: string][] = [
    ['0', 'notPositive'],
    ['-1', 'notPositive'],
    ['604801', 'tooLarge'],
    ['1.5', 'notANumber'],
    ['1e3', 'notANumber'],
    ['', 'notANumber'],
    ['9'.repeat(400), 'notANumber'],
  ];
  for (const [text, problem] of expiries) {
    test(`X-Amz-Expires=${text.slice(0, 20)}: ${problem}`, () => {
      assert.deepEqual(
        faultOf(() => parse({ 'X-Amz-Expires': text })),
        { code: 'badExpires', problem },
      );
    });
  }
  test('another algorithm', () => {
    const fault = faultOf(() => parse({ 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' }));
    assert.equal(fault.code === 'unsupportedMechanism' && fault.mechanism, 'sigv4a');
  });
  test('SigV2', () => {
    const request = { rawQuery: 'AWSAccessKeyId=A&Expires=1141889120&Signature=v', headers: {} };
    const fault = faultOf(() => parseAuthorization(request));
    assert.equal(fault.code === 'unsupportedMechanism' && fault.mechanism, 'sigv2');
  });
});

describe('headers one after the other, of several clients', () => {
  const hex = (digit: string): string => digit.repeat(64);
  const client = (id: string, signed: string, signature: string): string =>
    `AWS4-HMAC-SHA256 Credential=${id}/20261121/us-east-1/s3/aws4_request, SignedHeaders=${signed}, Signature=${signature}`;
  const usual = [
    ['AKIDA', 'host;x-amz-date', hex('a')],
    ['AKIDA', 'host;x-amz-date', hex('b')],
    ['AKIDB', 'host;x-amz-date', hex('a')],
    ['AKIDA', 'host;range;x-amz-date', hex('a')],
    // The beginning is another one's whole.
    ['AKIDA', 'host;x-amz-date', hex('A')],
    ['AKIDA', 'host;x-amz-date', `${hex('a')}a`],
    ['AKIDA', 'host;x-amz-date', hex('a').slice(1)],
    ['AKIDA', 'host;x-amz-date', `${hex('a').slice(1)}g`],
  ] as const;

  test('each is read as if it were the first', () => {
    for (const [id, signed, signature] of usual)
      for (const [nextId, nextSigned, nextSignature] of usual) {
        fromHeader(client(id, signed, signature));
        const claim = fromHeader(client(nextId, nextSigned, nextSignature));
        assert.equal(claim?.accessKeyId, nextId);
        assert.deepEqual(claim?.signedHeaders, nextSigned.split(';'));
        assert.equal(claim?.signature, nextSignature);
        assert.equal(claim?.amzDate, amzDate);
      }
  });

  test('time and token are those of the request', () => {
    const header = client('AKIDA', 'host;x-amz-date', hex('a'));
    fromHeader(header, { 'x-amz-date': amzDate, 'x-amz-security-token': 'one' });
    const other = fromHeader(header, { 'x-amz-date': '20261121T100001Z' });
    assert.equal(other?.amzDate, '20261121T100001Z');
    assert.equal(other?.sessionToken, undefined);
    assert.deepEqual(
      faultOf(() => fromHeader(header, {})),
      { code: 'missingDate' },
    );
    const malformed = faultOf(() => fromHeader(header, { 'x-amz-date': 'today' }));
    assert.equal(malformed.code, 'malformedDate');
  });

  test('what follows in place of a signature is refused or its own signature', () => {
    fromHeader(client('AKIDA', 'host;x-amz-date', hex('a')));
    const twice = faultOf(() =>
      fromHeader(client('AKIDA', 'host;x-amz-date', `${hex('a').slice(20)}, Signature=${'b'.repeat(8)}`)),
    );
    assert.equal(twice.code, 'malformedComponent');
  });
});
