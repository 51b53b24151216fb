// SPDX-License-Identifier: Apache-2.0
// Oracle: addresses taken apart by hand. Reading buckets is tried with a real server in conformance/.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { s3ClientFromEnvironment } from './log-files-in-s3.js';
import { parseS3Address } from './s3-address.js';

describe('S3 sources', () => {
  test('addresses', () => {
    assert.deepEqual(parseS3Address('s3://b'), { bucket: 'b', prefix: '' });
    assert.deepEqual(parseS3Address('s3://b/'), { bucket: 'b', prefix: '' });
    assert.deepEqual(parseS3Address('s3://b/AWSLogs/1/'), { bucket: 'b', prefix: 'AWSLogs/1/' });
    assert.equal(parseS3Address('b/AWSLogs'), undefined);
    assert.equal(parseS3Address('s3:///x'), undefined);
  });

  const styles: [string | undefined, boolean][] = [
    ['http://127.0.0.1:4577', true],
    ['http://[::1]:4577', true],
    ['http://localhost:9000', true],
    ['http://minio:9000', true],
    ['https://s3.example.com', false],
    [undefined, false],
  ];
  for (const [endpoint, expected] of styles) {
    test(`${endpoint ?? 'AWS itself'} takes ${expected ? 'path' : 'virtual host'} style`, () => {
      const client = s3ClientFromEnvironment({ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-east-1' });
      assert.equal(client.config.forcePathStyle === true, expected);
      client.destroy();
    });
  }
});
