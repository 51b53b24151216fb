// SPDX-License-Identifier: Apache-2.0
// Oracle: addresses taken apart by hand. Reading buckets is tried with a real server in conformance/.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { fixture } from '../server-tests/checkout.js';
import { CommandError } from './command-error.js';
import { logFilesInS3, s3ClientFromEnvironment } from './log-files-in-s3.js';
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

  test('AWS_CA_BUNDLE says whose certificates are good, as it does for the AWS command line', async () => {
    const certificate = fixture('tls/test-only-cert.pem');
    const server = createServer({
      cert: readFileSync(certificate),
      key: readFileSync(fixture('tls/test-only-key.pem')),
    });
    server.on('request', (_request, answer) => {
      answer.setHeader('content-type', 'application/xml');
      answer.end('<ListBucketResult><Contents><Key>a.json</Key><Size>7</Size></Contents></ListBucketResult>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const env = {
      AWS_ENDPOINT_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
    };
    const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const list = async (more: object): Promise<string[]> => {
      const client = s3ClientFromEnvironment({ ...env, ...more });
      client.config.credentials = () => Promise.resolve(key);
      try {
        const files = await logFilesInS3(client, { bucket: 'logs', prefix: '' });
        return files.map(({ name }) => name);
      } finally {
        client.destroy();
      }
    };
    try {
      assert.deepEqual(await list({ AWS_CA_BUNDLE: certificate }), ['s3://logs/a.json']);
      await assert.rejects(list({}), CommandError);
      await assert.rejects(list({ AWS_CA_BUNDLE: `${certificate}.none` }), /AWS_CA_BUNDLE cannot be read/);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
