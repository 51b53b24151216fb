// SPDX-License-Identifier: Apache-2.0
//
// Oracle: the signatures printed in the AWS documentation, on the pages named below.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WireRequest } from '../http.js';
import { parseAuthorization } from './parse-authorization.js';
import { SignatureFailure } from './signature-failure.js';
import { testRequest } from './testing/signed-request.js';
import { type VerifyOptions, verifySignature } from './verify-signature.js';

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

describe('signatures printed in the AWS documentation', () => {
  const s3Host = 'examplebucket.s3.amazonaws.com';
  const scope = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  const authorization = (signedHeaders: string, signature: string) =>
    `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=${signedHeaders},Signature=${signature}`;
  const base = { host: s3Host, 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': emptySha256 };
  const cases: { page: string; service: string; request: WireRequest; secret?: string }[] = [
    {
      page: 'S3 API Reference, sig-v4-header-based-auth: GET Object',
      service: 's3',
      request: testRequest({
        rawPath: '/test.txt',
        headers: {
          ...base,
          range: 'bytes=0-9',
          authorization: authorization(
            'host;range;x-amz-content-sha256;x-amz-date',
            'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
          ),
        },
      }),
    },
    {
      page: 'S3 API Reference, sig-v4-header-based-auth: PUT Object',
      service: 's3',
      request: testRequest({
        method: 'PUT',
        rawPath: '/test%24file.text',
        headers: {
          ...base,
          date: 'Fri, 24 May 2013 00:00:00 GMT',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
          authorization: authorization(
            'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
            '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
          ),
        },
      }),
    },
    {
      page: 'S3 API Reference, sig-v4-header-based-auth: GET Bucket Lifecycle',
      service: 's3',
      request: testRequest({
        rawQuery: 'lifecycle',
        headers: {
          ...base,
          authorization: authorization(
            'host;x-amz-content-sha256;x-amz-date',
            'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
          ),
        },
      }),
    },
    {
      page: 'S3 API Reference, sig-v4-header-based-auth: Get Bucket (List Objects)',
      service: 's3',
      request: testRequest({
        rawQuery: 'max-keys=2&prefix=J',
        headers: {
          ...base,
          authorization: authorization(
            'host;x-amz-content-sha256;x-amz-date',
            '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
          ),
        },
      }),
    },
    {
      page: 'S3 API Reference, sigv4-query-string-auth: presigned GET',
      service: 's3',
      request: testRequest({
        rawPath: '/test.txt',
        rawQuery:
          'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
          '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
          '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
        headers: { host: s3Host },
      }),
    },
    {
      page: 'S3 API Reference, sigv4-streaming: the seed signature of a chunked upload',
      service: 's3',
      request: testRequest({
        method: 'PUT',
        rawPath: '/examplebucket/chunkObject.txt',
        headers: {
          ...base,
          host: 's3.amazonaws.com',
          'x-amz-storage-class': 'REDUCED_REDUNDANCY',
          'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
          'content-encoding': 'aws-chunked',
          'x-amz-decoded-content-length': '66560',
          'content-length': '66824',
          authorization: authorization(
            'content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class',
            '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
          ),
        },
      }),
    },
    {
      page: 'AWS General Reference, "Signature Version 4 signing process": IAM ListUsers',
      service: 'iam',
      secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      request: testRequest({
        rawQuery: 'Action=ListUsers&Version=2010-05-08',
        headers: {
          host: 'iam.amazonaws.com',
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          'x-amz-date': '20150830T123600Z',
          authorization:
            'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
        },
      }),
    },
    {
      page: 'Signature Version 4 test suite: get-vanilla',
      service: 'service',
      secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      request: testRequest({
        headers: {
          host: 'example.amazonaws.com',
          'x-amz-date': '20150830T123600Z',
          authorization:
            'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
        },
      }),
    },
  ];
  for (const { page, service, request, secret: own } of cases) {
    test(page, () => {
      const claim = parseAuthorization(request);
      assert(claim);
      const options: VerifyOptions = {
        nowMs: claim.signedAtMs,
        style: service === 's3' ? 's3' : 'default',
        bodySha256: emptySha256,
        signingNames: [service],
        isRegion: (region) => region === 'us-east-1',
      };
      assert.equal(verifySignature(request, claim, own ?? secret, options).claim, claim);
      assert.throws(() => verifySignature(request, claim, `${own ?? secret}x`, options), SignatureFailure);
    });
  }
});
