// SPDX-License-Identifier: Apache-2.0
//
// Oracle: @smithy/signature-v4, the signer of the AWS SDK for JavaScript. (Signatures that AWS has printed are in
// documented-signatures.test.ts.)

import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { WireRequest } from '../http.js';
import { parseAmzDate } from './amz-date.js';
import { parseAuthorization } from './parse-authorization.js';
import type { SignatureClaim } from './signature-claim.js';
import { SignatureFailure, type SignatureFault, type SignatureFaultCode } from './signature-failure.js';
import { SigningKeyCache } from './signing-key.js';
import { signedRequest, type TestRequest, type TestSigning } from './testing/signed-request.js';
import { type VerifyOptions, verifySignature } from './verify-signature.js';

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: secret };
const date = new Date('2026-11-21T10:00:00Z');

function claimOf(request: WireRequest): SignatureClaim {
  const claim = parseAuthorization(request);
  assert(claim, 'the request carries no authentication');
  return claim;
}

function optionsFor(service: string, nowMs: number, bodySha256 = emptySha256): VerifyOptions {
  return {
    nowMs,
    style: service === 's3' ? 's3' : 'default',
    bodySha256,
    signingNames: [service],
    isRegion: (region) => region === 'us-east-1' || region === 'eu-central-1',
    homeRegion: 'us-east-1',
  };
}

/** The fault with which the request is refused; undefined when it is accepted. */
function faultOf(request: WireRequest, options: VerifyOptions): SignatureFault | undefined {
  try {
    verifySignature(request, claimOf(request), secret, options);
    return undefined;
  } catch (error) {
    if (error instanceof SignatureFailure) return error.fault;
    throw error;
  }
}

describe('requests signed by the SDK', () => {
  const check = async (request: TestRequest, signing: Partial<TestSigning> & { service: string }) => {
    const body = request.body ?? new Uint8Array();
    const wire = await signedRequest(request, { credentials, date, ...signing });
    const options = optionsFor(signing.service, date.getTime(), hash('sha256', body));
    assert.equal(faultOf(wire, options), undefined);
    return wire;
  };

  test('header, with a body, to a JSON service', async () => {
    await check(
      {
        method: 'POST',
        body: Buffer.from('{"MaxResults":1}'),
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents',
        },
      },
      { service: 'cloudtrail' },
    );
  });
  test('session token in the header', async () => {
    const wire = await check(
      {},
      { service: 'sts', credentials: { ...credentials, sessionToken: 'token/+=' } },
    );
    assert.equal(claimOf(wire).sessionToken, 'token/+=');
  });
  test('session token in a presigned URL', async () => {
    const signing = {
      service: 's3',
      expiresSeconds: 60,
      credentials: { ...credentials, sessionToken: 'token/+=' },
    };
    assert.equal(claimOf(await check({ path: '/b/k' }, signing)).sessionToken, 'token/+=');
  });
  test('presigned, to a query service', async () => {
    await check(
      { query: { Action: 'GetCallerIdentity', Version: '2011-06-15' } },
      { service: 'sts', expiresSeconds: 900 },
    );
  });
  test('presigned PUT with signed headers', async () => {
    await check(
      { method: 'PUT', path: '/b/k', headers: { 'content-type': 'text/plain' } },
      { service: 's3', expiresSeconds: 604_800 },
    );
  });
  test('another Region', async () => {
    await check({}, { service: 'cloudtrail', region: 'eu-central-1' });
  });
  test('metadata in UTF-8 and with runs of blanks', async () => {
    await check(
      {
        method: 'PUT',
        path: '/b/k',
        headers: { 'x-amz-meta-name': 'Grüße  aus   Kölln', 'x-amz-meta-empty': '' },
      },
      { service: 's3' },
    );
  });
  for (const path of [
    '/b//k',
    '/b/./k',
    '/b/../k',
    '/b/a%20b',
    '/b/%E1%88%B4',
    '/b/a%2Bb',
    '/b/a%2Fb',
    '/b/%25',
    '/b/k/',
    '/b/~*',
  ]) {
    test(`S3 path ${path}`, async () => {
      // The SDK percent-encodes all but A-Z a-z 0-9 - . _ ~ before it signs.
      await check({ path: path.replaceAll('*', '%2A') }, { service: 's3' });
    });
    test(`normalised path ${path}`, async () => {
      await check({ path }, { service: 'lambda' });
    });
  }
  test('query values that need encoding, repeated and empty ones', async () => {
    const query = { prefix: 'a b/ü+&=', 'list-type': '2', acl: '', tag: ['z', 'a', 'a b'], 'ä ': '*' };
    await check({ path: '/b', query }, { service: 's3' });
  });

  test('a + in the query is a space, as the handlers read it, and never %2B', async () => {
    const request = await check({ path: '/b', query: { prefix: 'a b' } }, { service: 's3' });
    const sent = (rawQuery: string) =>
      faultOf({ ...request, rawQuery }, optionsFor('s3', date.getTime()))?.code;
    assert.equal(sent('prefix=a+b'), undefined);
    assert.equal(sent('prefix=a%2Bb'), 'mismatch');
  });

  test('any path, query and header (property)', async () => {
    const segment = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom('.', '..', '', '%', '+'),
    );
    const queryName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((name) => {
      return !/^x-amz-/i.test(name) && name !== '__proto__' && name !== 'AWSAccessKeyId';
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 4 }),
        fc.dictionary(queryName, fc.string({ unit: 'grapheme', maxLength: 8 }), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
        fc.stringMatching(/^[!-~](?:[ -~]{0,20}[!-~])?$/),
        fc.constantFrom('s3', 'lambda'),
        fc.boolean(),
        fc.uint8Array({ maxLength: 64 }),
        async (segments, query, headerText, service, presigned, body) => {
          const path = `/${segments.map(awsEncoded).join('/')}`;
          const request: TestRequest = {
            path,
            query,
            headers: { 'x-amz-meta-a': headerText },
            method: 'PUT',
          };
          const signing = { service, ...(presigned ? { expiresSeconds: 60 } : {}) };
          await check(presigned ? request : { ...request, body }, signing);
        },
      ),
      { numRuns: 300, verbose: 1 },
    );
  });
});

function awsEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

describe('attacks', () => {
  const nowMs = date.getTime();
  const body = Buffer.from('{"Name":"trail"}');
  const jsonRequest = () =>
    signedRequest(
      {
        method: 'POST',
        path: '/some/path',
        body,
        query: { a: '1', b: '2' },
        headers: { 'x-amz-target': 'X.StartLogging', 'content-type': 'application/x-amz-json-1.1' },
      },
      { credentials, date, service: 'cloudtrail' },
    );
  const s3Request = (request: TestRequest = {}) =>
    signedRequest(
      { method: 'PUT', path: '/b/k', headers: { 'x-amz-acl': 'private' }, ...request },
      { credentials, date, service: 's3' },
    );
  const jsonOptions = optionsFor('cloudtrail', nowMs, hash('sha256', body));
  const s3Options = optionsFor('s3', nowMs);

  const changes: [name: string, change: (request: WireRequest) => WireRequest, code: SignatureFaultCode][] = [
    ['method', (r) => ({ ...r, method: 'GET' }), 'mismatch'],
    ['path', (r) => ({ ...r, rawPath: '/some/pati' }), 'mismatch'],
    ['query value', (r) => ({ ...r, rawQuery: 'a=1&b=3' }), 'mismatch'],
    ['query parameter added', (r) => ({ ...r, rawQuery: `${r.rawQuery}&c=` }), 'mismatch'],
    ['query parameter dropped', (r) => ({ ...r, rawQuery: 'a=1' }), 'mismatch'],
    ['query values swapped', (r) => ({ ...r, rawQuery: 'a=2&b=1' }), 'mismatch'],
    ['signed header', (r) => withHeader(r, 'x-amz-target', 'X.StopLogging'), 'mismatch'],
    ['signed header dropped', (r) => withHeader(r, 'content-type', undefined), 'mismatch'],
    ['host', (r) => withHeader(r, 'host', 'evil.example'), 'mismatch'],
    ['time', (r) => withHeader(r, 'x-amz-date', '20261121T100001Z'), 'mismatch'],
    ['day', (r) => withHeader(r, 'x-amz-date', '20261122T100000Z'), 'scopeDateMismatch'],
    ['scope Region', (r) => edited(r, '/us-east-1/', '/eu-central-1/'), 'mismatch'],
    ['unknown Region', (r) => edited(r, '/us-east-1/', '/mars-north-1/'), 'wrongRegion'],
    ['scope service', (r) => edited(r, '/cloudtrail/', '/s3/'), 'wrongService'],
    ['terminator', (r) => edited(r, '/aws4_request', '/aws5_request'), 'wrongTerminator'],
    ['host taken out of SignedHeaders', (r) => edited(r, ';host;', ';'), 'headersNotSigned'],
    ['target taken out of SignedHeaders', (r) => edited(r, ';x-amz-target', ''), 'headersNotSigned'],
    ['date taken out of SignedHeaders', (r) => edited(r, ';x-amz-date', ''), 'headersNotSigned'],
    ['signature cut', (r) => edited(r, /Signature=.*/, 'Signature='), 'mismatch'],
    [
      'signature in capitals',
      (r) => edited(r, /Signature=.*/, (s) => `Signature=${s.slice(10).toUpperCase()}`),
      'mismatch',
    ],
  ];
  for (const [name, change, code] of changes) {
    test(`changed ${name}: ${code}`, async () => {
      const request = await jsonRequest();
      assert.equal(faultOf(request, jsonOptions), undefined);
      assert.equal(faultOf(change(request), jsonOptions)?.code, code);
    });
  }

  test('another body', async () => {
    const options = { ...jsonOptions, bodySha256: hash('sha256', '{"Name":"other"}') };
    assert.equal(faultOf(await jsonRequest(), options)?.code, 'mismatch');
  });
  test('the secret of another key', async () => {
    const request = await jsonRequest();
    assert.throws(() => verifySignature(request, claimOf(request), 'another', jsonOptions), SignatureFailure);
  });
  test('any one changed character of the signature (property)', async () => {
    const request = await jsonRequest();
    const { authorization = '' } = request.headers;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.constantFrom(...'0123456789abcdef'),
        (fromEnd, digit) => {
          const at = authorization.length - fromEnd;
          fc.pre(authorization[at] !== digit);
          const changed = authorization.slice(0, at) + digit + authorization.slice(at + 1);
          assert.equal(faultOf(withHeader(request, 'authorization', changed), jsonOptions)?.code, 'mismatch');
        },
      ),
      { numRuns: 100, verbose: 1 },
    );
  });

  test('S3: an x-amz- header added behind the signature', async () => {
    const fault = faultOf(withHeader(await s3Request(), 'x-amz-grant-read', 'id=1'), s3Options);
    assert.deepEqual(fault, { code: 'headersNotSigned', headers: ['x-amz-grant-read'] });
  });
  test('S3: values of two signed headers swapped', async () => {
    const request = await s3Request({ headers: { 'x-amz-meta-a': 'one', 'x-amz-meta-b': 'two' } });
    const swapped = withHeader(withHeader(request, 'x-amz-meta-a', 'two'), 'x-amz-meta-b', 'one');
    assert.equal(faultOf(swapped, s3Options)?.code, 'mismatch');
  });
  test('S3: dot segments are part of the key', async () => {
    const request = await s3Request({ path: '/b/a/../k' });
    assert.equal(faultOf({ ...request, rawPath: '/b/k' }, s3Options)?.code, 'mismatch');
  });
  test('S3: a signed payload hash exchanged for UNSIGNED-PAYLOAD', async () => {
    const request = withHeader(await s3Request(), 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD');
    assert.equal(faultOf(request, s3Options)?.code, 'mismatch');
  });
  test('S3: without or with a malformed x-amz-content-sha256', async () => {
    const request = await s3Request();
    assert.equal(
      faultOf(withHeader(request, 'x-amz-content-sha256', undefined), s3Options)?.code,
      'missingContentSha256',
    );
    assert.equal(
      faultOf(withHeader(request, 'x-amz-content-sha256', 'abc'), s3Options)?.code,
      'malformedContentSha256',
    );
  });

  test('a header named like a member of Object.prototype is just empty', async () => {
    const request = edited(await jsonRequest(), 'SignedHeaders=', 'SignedHeaders=__proto__;constructor;');
    assert.equal(faultOf(request, jsonOptions)?.code, 'mismatch');
  });
});

describe('time', () => {
  const minute = 60_000;
  const at = (offsetMs: number, service: string, body = '') =>
    optionsFor(service, date.getTime() + offsetMs, hash('sha256', body));
  const cases: [service: string, offsetMs: number, code: SignatureFaultCode | undefined][] = [
    ['cloudtrail', 5 * minute, undefined],
    ['cloudtrail', 5 * minute + 1, 'expired'],
    ['cloudtrail', -5 * minute, undefined],
    ['cloudtrail', -5 * minute - 1, 'notYetCurrent'],
    ['s3', 15 * minute, undefined],
    ['s3', 15 * minute + 1, 'expired'],
    ['s3', -15 * minute - 1, 'notYetCurrent'],
  ];
  for (const [service, offsetMs, code] of cases) {
    test(`${service}, received ${offsetMs} ms after signing: ${code ?? 'accepted'}`, async () => {
      const request = await signedRequest({ path: '/b' }, { credentials, date, service });
      assert.equal(faultOf(request, at(offsetMs, service))?.code, code);
    });
  }
  test('a wider window where the service has one', async () => {
    const request = await signedRequest({}, { credentials, date, service: 'sts' });
    assert.equal(faultOf(request, { ...at(14 * minute, 'sts'), skewMs: 15 * minute }), undefined);
  });

  const presigned: [expiresSeconds: number, offsetMs: number, code: SignatureFaultCode | undefined][] = [
    [60, 60_000, undefined],
    [60, 60_001, 'presignedExpired'],
    [604_800, 604_800_000, undefined],
    [604_800, 604_800_001, 'presignedExpired'],
    [60, -15 * minute - 1, 'presignedNotYetValid'],
  ];
  for (const [expiresSeconds, offsetMs, code] of presigned) {
    test(`URL for ${expiresSeconds} s, used after ${offsetMs} ms: ${code ?? 'accepted'}`, async () => {
      const request = await signedRequest(
        { path: '/b/k' },
        { credentials, date, service: 's3', expiresSeconds },
      );
      assert.equal(faultOf(request, at(offsetMs, 's3'))?.code, code);
    });
  }
  test('S3 insists on X-Amz-Expires', async () => {
    const request = await signedRequest(
      { path: '/b' },
      { credentials, date, service: 's3', expiresSeconds: 60 },
    );
    const rawQuery = request.rawQuery.replace(/&X-Amz-Expires=60/, '');
    assert.equal(faultOf({ ...request, rawQuery }, at(0, 's3'))?.code, 'missingParameters');
  });
  test('the expiry is signed', async () => {
    const request = await signedRequest(
      { path: '/b' },
      { credentials, date, service: 's3', expiresSeconds: 60 },
    );
    const rawQuery = request.rawQuery.replace('Expires=60', 'Expires=6000');
    assert.equal(faultOf({ ...request, rawQuery }, at(100_000, 's3'))?.code, 'mismatch');
  });
  test('the Date header counts where there is no X-Amz-Date', async () => {
    const claim = parseAuthorization({
      rawQuery: '',
      headers: {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        authorization:
          'AWS4-HMAC-SHA256 Credential=A/20130524/us-east-1/s3/aws4_request,SignedHeaders=host,Signature=0',
      },
    });
    assert.equal(claim?.amzDate, '20130524T000000Z');
    assert.equal(claim?.signedAtMs, parseAmzDate('20130524T000000Z'));
    assert.equal(claim?.dateSource, 'date');
  });
});

describe('what a refusal shows', () => {
  test('neither the session token nor a customer key', async () => {
    const headers = { 'x-amz-server-side-encryption-customer-key': 'Q1VTVE9NRVItS0VZ' };
    const signing = { service: 's3', date, credentials: { ...credentials, sessionToken: 'SESSION-TOKEN' } };
    for (const extra of [{}, { expiresSeconds: 60 }]) {
      const request = await signedRequest({ path: '/b/k', headers }, { ...signing, ...extra });
      const fault = faultOf({ ...request, method: 'PUT' }, optionsFor('s3', date.getTime()));
      assert.equal(fault?.code, 'mismatch');
      assert.doesNotMatch(JSON.stringify(fault), /SESSION-TOKEN|Q1VTVE9NRVItS0VZ/);
      assert.match(JSON.stringify(fault), /HIDDEN_DUE_TO_SECURITY_REASONS/);
    }
  });
  test('never the secret', async () => {
    const request = await signedRequest({ path: '/b/k' }, { credentials, date, service: 's3' });
    const fault = faultOf({ ...request, method: 'PUT' }, optionsFor('s3', date.getTime()));
    assert.ok(!JSON.stringify(fault).includes(secret));
  });
});

describe('remembered signing keys', () => {
  test('only after a good signature, and never for another secret', async () => {
    const keys = new SigningKeyCache(10);
    const request = await signedRequest({}, { credentials, date, service: 'sts' });
    const options = { ...optionsFor('sts', date.getTime()), keys };
    assert.throws(() => verifySignature(request, claimOf(request), 'wrong', options), SignatureFailure);
    assert.equal(keys.size, 0);
    verifySignature(request, claimOf(request), secret, options);
    assert.equal(keys.size, 1);
    verifySignature(request, claimOf(request), secret, options);
    assert.throws(() => verifySignature(request, claimOf(request), 'wrong', options), SignatureFailure);
    assert.equal(keys.size, 1);
  });
});

function withHeader(request: WireRequest, name: string, value: string | undefined): WireRequest {
  const headers: Record<string, string> = { ...request.headers };
  delete headers[name];
  if (value !== undefined) headers[name] = value;
  return { ...request, headers };
}

/** The request with its Authorization header edited. */
function edited(
  request: WireRequest,
  from: string | RegExp,
  to: string | ((found: string) => string),
): WireRequest {
  const before = request.headers.authorization ?? '';
  const after = typeof to === 'string' ? before.replace(from, to) : before.replace(from, to);
  assert.notEqual(after, before, 'the edit has found nothing to change');
  return withHeader(request, 'authorization', after);
}
