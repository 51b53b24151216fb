// SPDX-License-Identifier: Apache-2.0
// Oracle: addresses as Amazon S3 User Guide, "Virtual hosting of general purpose buckets" has them. That the signatures are
// right, Cairn's own verifier says in conformance/aws-cli/validate.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucketAddress, pathIn } from './aws-requests.js';

for (const [endpoint, region, bucket, key, expected] of [
  [undefined, 'us-east-1', 'logs', 'a/b', 'https://logs.s3.us-east-1.amazonaws.com/a/b'],
  [undefined, 'cn-north-1', 'logs', 'a', 'https://logs.s3.cn-north-1.amazonaws.com.cn/a'],
  [undefined, 'eu-west-1', 'my.logs', 'a', 'https://s3.eu-west-1.amazonaws.com/my.logs/a'],
  [undefined, 'eu-west-1', 'my.logs', '', 'https://s3.eu-west-1.amazonaws.com/my.logs'],
  [
    'http://127.0.0.1:4577',
    'us-east-1',
    'logs',
    'a b/ü(1)',
    'http://127.0.0.1:4577/logs/a%20b/%C3%BC%281%29',
  ],
  ['http://[::1]:9', 'us-east-1', 'logs', '', 'http://[::1]:9/logs'],
  ['http://localhost:9/', 'us-east-1', 'logs', 'a', 'http://localhost:9/logs/a'],
  ['http://minio:9000', 'us-east-1', 'logs', 'a', 'http://minio:9000/logs/a'],
  ['https://s3.example.org', 'us-east-1', 'logs', 'a', 'https://logs.s3.example.org/a'],
  ['https://example.org/s3/', 'us-east-1', 'my.logs', 'a', 'https://example.org/s3/my.logs/a'],
] as const) {
  test(expected, () => {
    const { origin, path } = pathIn(bucketAddress(endpoint, region, bucket), key);
    assert.equal(`${origin}${path}`, expected);
  });
}

test('what is no name of a bucket is no address: it could be one of another host', () => {
  const names = [
    '2130706433/',
    'localhost/',
    'me@localhost',
    'localhost:8080',
    'logs#',
    'logs?',
    '',
    '..',
    'a\\b',
    'ü-logs',
  ];
  for (const bucket of names)
    for (const endpoint of [undefined, 'https://s3.example.org', 'http://127.0.0.1:4577'])
      assert.throws(() => bucketAddress(endpoint, 'us-east-1', bucket), /no bucket/, bucket);
});
