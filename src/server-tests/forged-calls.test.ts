// SPDX-License-Identifier: Apache-2.0
// Oracle: AWS's codes for failed authentication (the "Common Errors" page of each API reference, S3's error list), and what AttackedServer holds to.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { until } from '../testing/until.js';
import {
  AttackedServer,
  assertAnswer,
  describeTrails,
  identity,
  listBuckets,
  own,
} from './attacked-server.js';
import { root } from './cairn-process.js';
import { type RequestToSign, signed } from './signed-request.js';

const server = new AttackedServer();

describe("nobody's calls", () => {
  const unsigned: [name: string, request: RequestToSign, status: number, code: string][] = [
    ['CloudTrail', describeTrails, 400, 'MissingAuthenticationTokenException'],
    ['STS', identity, 403, 'MissingAuthenticationToken'],
    ['S3', listBuckets, 403, 'AccessDenied'],
    [
      'S3, a bucket that is not there',
      { ...listBuckets, path: '/no-such-bucket-here/key' },
      403,
      'AccessDenied',
    ],
    ['S3, a method that is none', { ...listBuckets, method: 'PATCH' }, 405, 'MethodNotAllowed'],
  ];
  for (const [name, request, status, code] of unsigned) {
    test(`unsigned: ${name}`, async () => {
      const refusedBefore = await server.refusedCalls();
      const { authorization: _, ...headers } = signed(server.client.host, request).headers;
      const answer = await server.client.send({ ...signed(server.client.host, request), headers });
      assertAnswer(answer, status, code);
      assert.equal(await server.refusedCalls(), refusedBefore + 1);
    });
  }

  const forged: [
    name: string,
    change: Partial<RequestToSign>,
    json: string,
    query: string,
    s3: string,
    own: string,
  ][] = [
    [
      'a key that nobody has',
      { accessKeyId: 'AKIANOBODYHASTHISKEY' },
      'UnrecognizedClientException',
      'InvalidClientTokenId',
      'InvalidAccessKeyId',
      'UnrecognizedClientException',
    ],
    [
      'a wrong secret',
      { secretAccessKey: 'guessed' },
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'SignatureDoesNotMatch',
      'InvalidSignatureException',
    ],
    [
      'a replay after the window',
      { timeMs: Date.now() - 16 * 60_000 },
      'InvalidSignatureException',
      'SignatureDoesNotMatch',
      'RequestTimeTooSkewed',
      'InvalidSignatureException',
    ],
  ];
  for (const [name, change, ...codes] of forged) {
    test(name, async () => {
      for (const [index, request] of [describeTrails, identity, listBuckets, own].entries()) {
        const refusedBefore = await server.refusedCalls();
        const answer = await server.client.call({ ...request, ...change });
        assertAnswer(answer, undefined, String(codes[index]));
        assert.ok(!answer.text.includes(root.secretAccessKey));
        assert.equal(await server.refusedCalls(), refusedBefore + 1, request.service);
      }
    });
  }

  test('a swapped body, a changed header, another path', async () => {
    for (const request of [describeTrails, identity, own]) {
      const whole = signed(server.client.host, request);
      const swapped = await server.client.send({ ...whole, body: Buffer.from('{"trailNameList":["x"]}') });
      assert.match(swapped.text, /InvalidSignatureException|SignatureDoesNotMatch/, request.service);
      const later = { ...whole.headers, 'x-amz-date': '20300101T000000Z' };
      assert.match(
        (await server.client.send({ ...whole, headers: later })).text,
        /Signature/,
        request.service,
      );
    }
    const put = signed(server.client.host, {
      service: 's3',
      method: 'PUT',
      path: '/attacked/object',
      body: 'mine',
    });
    const swapped = await server.client.send({ ...put, body: Buffer.from('evil') });
    assertAnswer(swapped, 400, 'XAmzContentSHA256Mismatch');
    assertAnswer(await server.client.send({ ...put, path: '/attacked/other' }), 403, 'SignatureDoesNotMatch');
    assertAnswer(await server.client.s3('GET', '/attacked/object'), 404, 'NoSuchKey');
  });

  test('is written to the security log, without secrets, and cut', async () => {
    await server.client.send({
      method: 'GET',
      path: `/${'x'.repeat(5_000)}`,
      headers: { 'user-agent': 'u'.repeat(5_000) },
      body: Buffer.alloc(0),
    });
    const lastLine = () =>
      String(readFileSync(join(server.dataDir, 'security.log'), 'utf8').trim().split('\n').at(-1));
    await until(() => lastLine().includes('xxx'));
    const last = JSON.parse(lastLine()) as Record<string, string>;
    assert.equal(last.code, 'AccessDenied');
    assert.deepEqual([last.path?.length, last.userAgent?.length, last.sourceIp], [256, 256, '127.0.0.1']);
    assert.equal(statSync(join(server.dataDir, 'security.log')).mode & 0o777, 0o600);
    assert.ok(!existsSync(join(server.dataDir, 'security.log.1')));
  });
});
