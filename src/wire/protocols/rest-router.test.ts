// SPDX-License-Identifier: Apache-2.0
/** Oracle: the requests that the Amazon S3 API Reference shows for each operation. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { s3Model } from '../../services/s3/model.js';
import { sampleRequest } from '../testing/sample-request.js';
import { RestRouter } from './rest-router.js';

const router = new RestRouter(s3Model);
const copy = { 'x-amz-copy-source': '/other/key' };

const cases: readonly (readonly [string, string, string | undefined, Record<string, string>?])[] = [
  ['GET', '/', 'ListBuckets'],
  ['GET', '/?x-id=ListDirectoryBuckets', 'ListDirectoryBuckets'],
  ['GET', '/?max-buckets=10&prefix=a', 'ListBuckets'],
  ['GET', '/b', 'ListObjects'],
  ['GET', '/b/', 'ListObjects'],
  ['GET', '/b?list-type=1', 'ListObjects'],
  ['GET', '/b?prefix=a%2Fb&delimiter=%2F&marker=m', 'ListObjects'],
  ['GET', '/b?list-type=2&prefix=p', 'ListObjectsV2'],
  ['GET', '/b/?list-type=2', 'ListObjectsV2'],
  ['GET', '/b?versions', 'ListObjectVersions'],
  ['GET', '/b?versions=&max-keys=3', 'ListObjectVersions'],
  ['GET', '/b?uploads', 'ListMultipartUploads'],
  ['GET', '/b?location', 'GetBucketLocation'],
  ['GET', '/b?policy', 'GetBucketPolicy'],
  ['GET', '/b?policyStatus', 'GetBucketPolicyStatus'],
  ['GET', '/b?analytics&id=1', 'GetBucketAnalyticsConfiguration'],
  ['GET', '/b?analytics', 'ListBucketAnalyticsConfigurations'],
  ['GET', '/b?inventory', 'ListBucketInventoryConfigurations'],
  ['GET', '/b?metrics&id=m', 'GetBucketMetricsConfiguration'],
  ['GET', '/b?unknown-key', 'ListObjects'],
  ['HEAD', '/b', 'HeadBucket'],
  ['PUT', '/b', 'CreateBucket'],
  ['PUT', '/b/', 'CreateBucket'],
  ['PUT', '/b?policy', 'PutBucketPolicy'],
  ['PUT', '/b?requestPayment', 'PutBucketRequestPayment'],
  ['PUT', '/b?versioning', 'PutBucketVersioning'],
  ['DELETE', '/b', 'DeleteBucket'],
  ['DELETE', '/b?policy', 'DeleteBucketPolicy'],
  ['POST', '/b?delete', 'DeleteObjects'],
  ['GET', '/b/k', 'GetObject'],
  ['GET', '/b/a/b//c', 'GetObject'],
  ['GET', '/b//', 'GetObject'],
  ['GET', '/b/k?versionId=v&partNumber=2', 'GetObject'],
  ['GET', '/b/k?response-content-type=text%2Fplain', 'GetObject'],
  ['GET', '/b/k?uploadId=u', 'ListParts'],
  ['GET', '/b/k?acl', 'GetObjectAcl'],
  ['GET', '/b/k?tagging', 'GetObjectTagging'],
  ['GET', '/b/k?attributes', 'GetObjectAttributes'],
  ['HEAD', '/b/k', 'HeadObject'],
  ['PUT', '/b/k', 'PutObject'],
  ['PUT', '/b/k?x-id=CopyObject', 'PutObject'],
  ['PUT', '/b/k', 'CopyObject', copy],
  ['PUT', '/b/k?x-id=PutObject', 'CopyObject', copy],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPart'],
  ['PUT', '/b/k?partNumber=1&uploadId=u', 'UploadPartCopy', copy],
  ['PUT', '/b/k?tagging', 'PutObjectTagging'],
  ['POST', '/b/k?uploads', 'CreateMultipartUpload'],
  ['POST', '/b/k?uploadId=u', 'CompleteMultipartUpload'],
  ['POST', '/b/k?restore', 'RestoreObject'],
  ['POST', '/b/k?select&select-type=2', 'SelectObjectContent'],
  ['DELETE', '/b/k', 'DeleteObject'],
  ['DELETE', '/b/k?versionId=v', 'DeleteObject'],
  ['DELETE', '/b/k?uploadId=u', 'AbortMultipartUpload'],
  ['POST', '/WriteGetObjectResponse', 'WriteGetObjectResponse'],
  ['POST', '/', undefined],
  ['PATCH', '/b/k', undefined],
  ['POST', '/b', undefined],
];

describe('S3 requests by method, path, keys and headers', () => {
  for (const [method, address, expected, headers = {}] of cases) {
    test(`${method} ${address} ${Object.keys(headers).join()} is ${expected ?? 'nothing'}`, () => {
      assert.equal(router.find(sampleRequest(method, address, headers))?.name, expected);
    });
  }
});

describe('an incomplete request never becomes a more destructive one', () => {
  const slips: readonly (readonly [string, string, string | undefined])[] = [
    ['DELETE', '/b?analytics', 'DeleteBucketAnalyticsConfiguration'],
    ['DELETE', '/b?versions', undefined],
    ['DELETE', '/b?location', undefined],
    ['DELETE', '/b/k?acl', undefined],
    ['PUT', '/b/k?uploadId=u', 'UploadPart'],
    ['PUT', '/b/k?partNumber=1', 'UploadPart'],
    ['PUT', '/b?uploads', undefined],
    ['PUT', '/b/k?versions', undefined],
  ];
  for (const [method, address, expected] of slips) {
    test(`${method} ${address} is ${expected ?? 'nothing'}`, () => {
      assert.equal(router.find(sampleRequest(method, address))?.name, expected);
    });
  }
});
