// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 9110 and RFC 9112, and what AttackedServer holds to.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pause } from '../testing/until.js';
import { AttackedServer, assertAnswer } from './attacked-server.js';
import { httpText, rawExchange } from './raw-socket.js';
import { signed } from './signed-request.js';

const server = new AttackedServer();

describe('HTTP', () => {
  const texts: [name: string, text: string, statuses: readonly number[]][] = [
    ['no HTTP at all', 'hello\r\n\r\n', [400]],
    ['TLS to a plain port', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', [400]],
    ['no Host header', 'GET /healthz HTTP/1.1\r\n\r\n', [400]],
    ['two Host headers', 'GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', [200]],
    ['an odd Host header', httpText('GET', '/healthz', { host: '[::1' }), [200]],
    [
      'a Host that is a bucket of nobody',
      httpText('GET', '/', { host: 'no-bucket.s3.amazonaws.com' }),
      [403],
    ],
    ['a header over 16 KB', httpText('GET', '/healthz', { x: 'y'.repeat(20_000) }), [431]],
    [
      '10,000 headers',
      `GET /healthz HTTP/1.1\r\nhost: a\r\n${Array.from({ length: 10_000 }, (_, i) => `x${i}: y\r\n`).join('')}\r\n`,
      [431],
    ],
    [
      'headers of every name that JavaScript knows',
      httpText('GET', '/', { __proto__x: 'a', constructor: 'b', toString: 'c' }),
      [403],
    ],
    [
      'Content-Length and Transfer-Encoding',
      httpText('POST', '/', { 'content-length': '5', 'transfer-encoding': 'chunked' }, '0\r\n\r\n'),
      [400],
    ],
    ['a negative length', httpText('POST', '/', { 'content-length': '-5' }), [400]],
    ['an absolute address', httpText('GET', 'http://127.0.0.1/healthz'), [200]],
    ['an absolute address without a path', httpText('GET', 'http://127.0.0.1'), [403]],
    ['an asterisk', httpText('OPTIONS', '*'), [405]],
    ['slashes before the path', httpText('GET', '//healthz'), [405]],
    ['nothing but slashes', httpText('GET', '////'), [405]],
    ['dots in the path', httpText('GET', '/../../etc/passwd'), [403]],
    ['a NUL in the path', httpText('GET', '/attacked/%00'), [403]],
    ['raw bytes in the path', httpText('GET', '/attacked/\xff\xfe'), [400]],
    ['a method that nobody knows', httpText('BREW', '/pot'), [400]],
    ['TRACE', httpText('TRACE', '/'), [405]],
    ['HEAD of a probe', httpText('HEAD', '/healthz'), [200]],
    ['an expectation that nobody knows', httpText('GET', '/healthz', { expect: 'wonders' }), [417]],
    [
      'three requests in one',
      httpText('GET', '/healthz') + httpText('GET', '/readyz') + httpText('GET', '/healthz'),
      [200, 200, 200],
    ],
    ['an upgrade', httpText('GET', '/healthz', { connection: 'upgrade', upgrade: 'websocket' }), [200]],
    [
      'a credential that is none',
      httpText('GET', '/', {
        authorization: 'AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;, Signature=',
      }),
      [403],
    ],
    [
      'a service that is not there',
      httpText('GET', '/', {
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/__proto__/aws4_request, SignedHeaders=host, Signature=0',
      }),
      [501],
    ],
    [
      'a target of nobody',
      httpText('POST', '/', { 'x-amz-target': 'constructor.toString', 'content-length': '0' }),
      [501],
    ],
  ];
  for (const [name, text, statuses] of texts) {
    test(name, async () => {
      const answer = await rawExchange(server.url, Buffer.from(text, 'latin1'), {
        answers: statuses.length,
      });
      assert.deepEqual(answer.statuses, statuses, answer.text.slice(0, 500));
    });
  }

  test('4,000 small headers are all seen: none is dropped in silence', async () => {
    const many = Array.from({ length: 2_500 }, (_, i) => `x${i.toString(36)}:\r\n`).join('');
    const text = `GET /metrics HTTP/1.1\r\nhost: a\r\n${many}x-forwarded-for: 203.0.113.9\r\n\r\n`;
    const answer = await rawExchange(server.url, text, { answers: 1 });
    assert.deepEqual(answer.statuses, [403], 'the last header is one that counts');
  });

  test('a client that goes away in the middle of an upload or a download', async () => {
    const large = Buffer.alloc(8 * 1024 * 1024, 'x');
    assert.equal((await server.client.s3('PUT', '/attacked/large', large)).status, 200);
    for (let i = 0; i < 10; i += 1) {
      const put = signed(server.client.host, {
        service: 's3',
        method: 'PUT',
        path: '/attacked/half',
        body: large,
      });
      const head = httpText('PUT', put.path, { ...put.headers, 'content-length': String(large.length) });
      await rawExchange(server.url, head, {
        send: async (socket) => {
          socket.write(large.subarray(0, 1024 * 1024));
          await pause(10 * i);
          socket.destroy();
        },
      });
      const get = signed(server.client.host, { service: 's3', method: 'GET', path: '/attacked/large' });
      await rawExchange(server.url, httpText('GET', get.path, get.headers), {
        send: async (socket) => {
          await pause(3 * i);
          socket.destroy();
        },
      });
    }
    assertAnswer(await server.client.s3('GET', '/attacked/half'), 404, 'NoSuchKey');
    assert.equal((await server.client.s3('GET', '/attacked/large')).body.length, large.length);
  });

  test('a header that an answer cannot carry is refused, not a broken answer', async () => {
    for (const value of ['%0d%0aset-cookie:%20a', '%00', '%e2%82%ac']) {
      const answer = await server.client.s3('GET', `/attacked/large?response-content-type=${value}`);
      assert.ok(answer.status < 500, `${value}: ${answer.status}`);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
  });
});
