// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "StartQuery" (form of DeliveryS3Uri); User Guide, "CloudTrail sign file structure" (places).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDeliveryUri, queryOrder, queryTimeOrder, resultFolderKey } from './lake-query.js';

test('queries sort newest first, between the marks of their times', () => {
  const time = fc.integer({ min: 0, max: 9_999_999_999_998 });
  const property = fc.property(time, time, fc.uuid(), fc.uuid(), (a, b, first, second) => {
    const [one, two] = [
      queryOrder({ createdAtMs: a, queryId: first }),
      queryOrder({ createdAtMs: b, queryId: second }),
    ];
    if (a !== b) assert.equal(one < two, a > b);
    assert.ok(queryTimeOrder(a) < one && (a === 0 || one < queryTimeOrder(a - 1)));
  });
  fc.assert(property, { numRuns: 200 });
});

for (const [uri, expected] of [
  ['s3://bucket', { bucket: 'bucket', prefix: '' }],
  ['s3://bucket/', { bucket: 'bucket', prefix: '' }],
  ['s3://my.bucket-1/a/b/', { bucket: 'my.bucket-1', prefix: 'a/b' }],
  ['s3://bucket//a//b', { bucket: 'bucket', prefix: 'a//b' }],
  ['https://bucket', undefined],
  ['s3://ab', undefined],
  ['s3://Bucket/x', undefined],
  ['s3://bucket-/x', undefined],
] as const)
  test(`${uri} means ${JSON.stringify(expected)}`, () => assert.deepEqual(parseDeliveryUri(uri), expected));

test('results lie by the day of their query', () => {
  const query = { id: 'q', accountId: '111122223333', submittedAtMs: Date.parse('2026-03-04T23:59:59.999Z') };
  assert.equal(resultFolderKey('', query), 'AWSLogs/111122223333/CloudTrail-Lake/Query/2026/03/04/q');
  assert.equal(resultFolderKey('a/b', query), 'a/b/AWSLogs/111122223333/CloudTrail-Lake/Query/2026/03/04/q');
});
