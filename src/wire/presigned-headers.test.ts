// SPDX-License-Identifier: Apache-2.0
// Oracle: @smithy/signature-v4, the presigner of the AWS SDK for JavaScript, which moves x-amz- headers into the query.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { s3Model } from '../services/s3/model.js';
import type { WireRequest } from './http.js';
import { presignedHeaders } from './presigned-headers.js';
import { protocolFor } from './protocol.js';
import { signedRequest, type TestRequest } from './sigv4/testing/signed-request.js';
import { sampleRequest } from './testing/sample-request.js';
import { WireError } from './wire-error.js';

const protocol = protocolFor(s3Model, 'restXml');

function parsed(request: WireRequest): Record<string, unknown> {
  const name = protocol.operationName(request, undefined);
  assert.equal(name, 'PutObject');
  const operation = s3Model.operations.get(name);
  assert.ok(operation);
  const { Body: _body, ...input } = protocol.parse(operation, request, Readable.from([]));
  return input;
}

function presigned(request: TestRequest): Promise<WireRequest> {
  const credentials = { accessKeyId: 'AKIDEXAMPLEEXAMPLE', secretAccessKey: 'secret' };
  const put = { method: 'PUT', path: '/b/k', ...request };
  return signedRequest(put, { credentials, service: 's3', date: new Date(0), expiresSeconds: 60 });
}

describe('headers in the query of a presigned URL', () => {
  test('what the SDK moved there reaches the operation', async () => {
    const request = await presigned({
      headers: { 'x-amz-acl': 'private', 'x-amz-meta-name': 'Grüße +', 'x-amz-storage-class': 'STANDARD' },
    });
    assert.equal(request.headers['x-amz-acl'], undefined);
    assert.deepEqual(parsed(request), {
      Bucket: 'b',
      Key: 'k',
      ACL: 'private',
      StorageClass: 'STANDARD',
      Metadata: { name: 'Grüße +' },
    });
  });
  test('a header that is sent goes before it', async () => {
    const request = await presigned({ headers: { 'x-amz-acl': 'private' } });
    const both = { ...request, headers: { ...request.headers, 'x-amz-acl': 'public-read' } };
    assert.equal(parsed(both).ACL, 'public-read');
  });
  test('tags, copy sources and checksums are not taken from there', () => {
    const query =
      'x-amz-tagging=a%3Db&x-amz-copy-source=o%2Fk&x-amz-checksum-crc32=AAAAAA==&X-Amz-Signature=0';
    assert.deepEqual(parsed(sampleRequest('PUT', `/b/k?${query}`)), { Bucket: 'b', Key: 'k' });
  });
  test('of two values the first counts, as everywhere', () => {
    const request = sampleRequest('PUT', '/b/k?x-amz-acl=private&X-Amz-Acl=public-read&X-Amz-Signature=0');
    assert.deepEqual(presignedHeaders(request), { 'x-amz-acl': 'private' });
  });
  test('a request that is signed by its headers has no such query', () => {
    assert.deepEqual(parsed(sampleRequest('PUT', '/b/k?x-amz-acl=public-read')), { Bucket: 'b', Key: 'k' });
  });
  test('a query that is not valid is refused as an address', () => {
    const request = sampleRequest('PUT', '/b/k?x-amz-acl=%ZZ&X-Amz-Signature=0');
    assert.throws(
      () => parsed(request),
      (error) => error instanceof WireError && error.code === 'InvalidURI',
    );
  });
});
