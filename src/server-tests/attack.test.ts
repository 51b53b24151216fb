// SPDX-License-Identifier: Apache-2.0
// Oracle: AWS's own codes (the "Common Errors" page of each API reference, S3's error list), RFC 9112 for what is below
// them, and three things that hold whatever is sent: no answer of 500, nothing in the server's error log, and no event
// in the account's history that its root did not sign.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root, type Server, serve, temporaryFolder } from './cairn-process.js';
import { type Answer, Client } from './client.js';
import { httpText, rawExchange } from './raw-socket.js';
import { pause } from './recorded-state.js';
import { type RequestToSign, signed } from './signed-request.js';

const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';
const anonMiBMax = 400;

const lookup: RequestToSign = {
  service: 'cloudtrail',
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${target}.DescribeTrails` },
  body: '{}',
};
const identity: RequestToSign = {
  service: 'sts',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'Action=GetCallerIdentity&Version=2011-06-15',
};
const listBuckets: RequestToSign = { service: 's3', method: 'GET', path: '/' };
const own: RequestToSign = { service: 'cairn', path: '/cairn/v1/lookup', body: '{}' };

describe('what strangers and broken clients send', () => {
  const dataDir = temporaryFolder({ after });
  let server: Server;
  let client: Client;
  let refusedBefore = 0;

  before(async () => {
    server = await serve(dataDir);
    client = new Client(server.url);
    assert.equal((await client.s3('PUT', '/attacked')).status, 200);
  });

  after(async () => {
    client.close();
    const ended = await server.process.end('SIGTERM');
    assert.deepEqual([ended.code, ended.stderr], [0, ''], 'no fault of ours, no crash');
  });

  const refusedCalls = async (): Promise<number> => {
    const { text } = await client.get('/metrics');
    const counts = Array.from(text.matchAll(/^cairn_refused_calls_total\{.*\} (\d+)$/gm), ([, n]) => Number(n));
    return counts.reduce((sum, count) => sum + count, 0);
  };

  describe('nobody\'s calls', () => {
    const unsigned: [name: string, request: RequestToSign, status: number, code: string][] = [
      ['CloudTrail', lookup, 400, 'MissingAuthenticationTokenException'],
      ['STS', identity, 403, 'MissingAuthenticationToken'],
      ['S3', listBuckets, 403, 'AccessDenied'],
      ['S3, a bucket that is not there', { ...listBuckets, path: '/no-such-bucket-here/key' }, 403, 'AccessDenied'],
      ['S3, a method that is none', { ...listBuckets, method: 'PATCH' }, 405, 'MethodNotAllowed'],
    ];
    for (const [name, request, status, code] of unsigned) {
      test(`unsigned: ${name}`, async () => {
        refusedBefore = await refusedCalls();
        const { authorization: _, ...headers } = signed(client.host, request).headers;
        const answer = await client.send({ ...signed(client.host, request), headers });
        assertAnswer(answer, status, code);
        assert.equal(await refusedCalls(), refusedBefore + 1);
      });
    }

    const forged: [name: string, change: Partial<RequestToSign>, json: string, query: string, s3: string, own: string][] = [
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
        for (const [index, request] of [lookup, identity, listBuckets, own].entries()) {
          refusedBefore = await refusedCalls();
          const answer = await client.call({ ...request, ...change });
          assertAnswer(answer, undefined, String(codes[index]));
          assert.ok(!answer.text.includes(root.secretAccessKey));
          assert.equal(await refusedCalls(), refusedBefore + 1, request.service);
        }
      });
    }

    test('a swapped body, a changed header, another path', async () => {
      for (const request of [lookup, identity, own]) {
        const whole = signed(client.host, request);
        const swapped = await client.send({ ...whole, body: Buffer.from('{"trailNameList":["x"]}') });
        assert.match(swapped.text, /InvalidSignatureException|SignatureDoesNotMatch/, request.service);
        const later = { ...whole.headers, 'x-amz-date': '20300101T000000Z' };
        assert.match((await client.send({ ...whole, headers: later })).text, /Signature/, request.service);
      }
      const put = signed(client.host, { service: 's3', method: 'PUT', path: '/attacked/object', body: 'mine' });
      const swapped = await client.send({ ...put, body: Buffer.from('evil') });
      assertAnswer(swapped, 400, 'XAmzContentSHA256Mismatch');
      assertAnswer(await client.send({ ...put, path: '/attacked/other' }), 403, 'SignatureDoesNotMatch');
      assertAnswer(await client.s3('GET', '/attacked/object'), 404, 'NoSuchKey');
    });

    test('is written to the security log, without secrets, and cut', async () => {
      await client.send({
        method: 'GET',
        path: `/${'x'.repeat(5_000)}`,
        headers: { 'user-agent': 'u'.repeat(5_000) },
        body: Buffer.alloc(0),
      });
      await pause(100);
      const lines = readFileSync(join(dataDir, 'security.log'), 'utf8').trim().split('\n');
      const last = JSON.parse(String(lines.at(-1))) as Record<string, string>;
      assert.equal(last.code, 'AccessDenied');
      assert.deepEqual([last.path?.length, last.userAgent?.length, last.sourceIp], [256, 256, '127.0.0.1']);
      assert.equal(statSync(join(dataDir, 'security.log')).mode & 0o777, 0o600);
      assert.ok(!existsSync(join(dataDir, 'security.log.1')));
    });
  });

  describe('documents that are none', () => {
    const json = (body: string | Uint8Array): RequestToSign => ({ ...lookup, body });
    const form = (body: string | Uint8Array): RequestToSign => ({ ...identity, body });
    const xml = (body: string | Uint8Array): RequestToSign => ({
      service: 's3',
      method: 'PUT',
      path: '/attacked?tagging=',
      body,
    });
    const malformed: [name: string, request: RequestToSign, status: number, code: string][] = [
      ['JSON that ends early', json('{"a'), 400, 'SerializationException'],
      ['JSON of another kind', json('[1]'), 400, 'SerializationException'],
      ['JSON that is no UTF-8', json(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), 400, 'SerializationException'],
      ['100,000 brackets', json('['.repeat(100_000)), 400, 'SerializationException'],
      ['100,000 objects in each other', json('{"a":'.repeat(100_000)), 400, 'SerializationException'],
      [
        '100,000 brackets in a member',
        json(`{"trailNameList":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
        400,
        'SerializationException',
      ],
      ['a list where a text belongs', json('{"trailNameList":"x"}'), 400, 'SerializationException'],
      ['a form with a bad percent sign', form('Action=GetCallerIdentity&Version=2011-06-15&x=%zz'), 404, 'MalformedQueryString'],
      ['a form that is no UTF-8', form(Buffer.from('Action=GetCallerIdentity&x=%ff')), 404, 'MalformedQueryString'],
      ['a form with no action', form('x=1'), 400, 'MissingAction'],
      ['XML that ends early', xml('<Tagging><TagSet>'), 400, 'MalformedXML'],
      ['XML with an entity', xml('<!DOCTYPE a [<!ENTITY x "y">]><Tagging>&x;</Tagging>'), 400, 'MalformedXML'],
      ['100,000 elements in each other', xml('<a>'.repeat(100_000)), 400, 'MalformedXML'],
      ['XML that is no UTF-8', xml(Buffer.from([0x3c, 0xff, 0x3e])), 400, 'MalformedXML'],
      ['a path with a bad percent sign', { ...listBuckets, path: '/attacked/%zz' }, 400, 'InvalidURI'],
      ['a path that is no UTF-8', { ...listBuckets, path: '/attacked/%ff%fe' }, 400, 'InvalidURI'],
      ['a query that is no UTF-8', { ...listBuckets, path: '/attacked?list-type=2&prefix=%ff' }, 400, 'InvalidURI'],
    ];
    for (const [name, request, status, code] of malformed) {
      test(name, async () => assertAnswer(await client.call(request), status, code));
    }

    test('a body over the limit is refused, with a length and without', async () => {
      const large = 'x'.repeat(1024 * 1024 + 1);
      assertAnswer(await client.call(json(large)), 413, 'RequestEntityTooLargeException');
      const whole = signed(client.host, json(large));
      const head = httpText('POST', '/', { ...whole.headers, 'transfer-encoding': 'chunked' });
      const answer = await rawExchange(server.url, head, {
        send: (socket) => {
          for (let i = 0; i < 40; i += 1) socket.write(`10000\r\n${'x'.repeat(0x10000)}\r\n`);
        },
      });
      assert.deepEqual([answer.statuses, answer.closed], [[413], true]);
    });

    test('a chunked body within the limit is taken', async () => {
      const whole = signed(client.host, identity);
      const head = httpText('POST', '/', { ...whole.headers, 'transfer-encoding': 'chunked' });
      const size = whole.body.length.toString(16);
      const answer = await rawExchange(server.url, `${head}${size}\r\n${whole.body.toString()}\r\n0\r\n\r\n`, { answers: 1 });
      assert.deepEqual(answer.statuses, [200], answer.text);
    });
  });

  describe('HTTP', () => {
    const texts: [name: string, text: string, statuses: readonly number[]][] = [
      ['no HTTP at all', 'hello\r\n\r\n', [400]],
      ['TLS to a plain port', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', [400]],
      ['no Host header', 'GET /healthz HTTP/1.1\r\n\r\n', [400]],
      ['two Host headers', 'GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', [200]],
      ['an odd Host header', httpText('GET', '/healthz', { host: '[::1' }), [200]],
      ['a Host that is a bucket of nobody', httpText('GET', '/', { host: 'no-bucket.s3.amazonaws.com' }), [403]],
      ['a header over 16 KB', httpText('GET', '/healthz', { x: 'y'.repeat(20_000) }), [431]],
      [
        '10,000 headers',
        `GET /healthz HTTP/1.1\r\nhost: a\r\n${Array.from({ length: 10_000 }, (_, i) => `x${i}: y\r\n`).join('')}\r\n`,
        [431],
      ],
      ['headers of every name that JavaScript knows', httpText('GET', '/', { __proto__x: 'a', constructor: 'b', toString: 'c' }), [403]],
      ['Content-Length and Transfer-Encoding', httpText('POST', '/', { 'content-length': '5', 'transfer-encoding': 'chunked' }, '0\r\n\r\n'), [400]],
      ['a negative length', httpText('POST', '/', { 'content-length': '-5' }), [400]],
      ['an absolute address', httpText('GET', 'http://127.0.0.1/healthz'), [200]],
      ['an absolute address without a path', httpText('GET', 'http://127.0.0.1'), [403]],
      ['an asterisk', httpText('OPTIONS', '*'), [405]],
      ['slashes before the path', httpText('GET', '//healthz'), [403]],
      ['nothing but slashes', httpText('GET', '////'), [403]],
      ['dots in the path', httpText('GET', '/../../etc/passwd'), [403]],
      ['a NUL in the path', httpText('GET', '/attacked/%00'), [403]],
      ['raw bytes in the path', httpText('GET', '/attacked/\xff\xfe'), [400]],
      ['a method that nobody knows', httpText('BREW', '/pot'), [400]],
      ['TRACE', httpText('TRACE', '/'), [405]],
      ['HEAD of a probe', httpText('HEAD', '/healthz'), [200]],
      ['an expectation that nobody knows', httpText('GET', '/healthz', { expect: 'wonders' }), [417]],
      ['three requests in one', httpText('GET', '/healthz') + httpText('GET', '/readyz') + httpText('GET', '/healthz'), [200, 200, 200]],
      ['an upgrade', httpText('GET', '/healthz', { connection: 'upgrade', upgrade: 'websocket' }), [200]],
      ['a credential that is none', httpText('GET', '/', { authorization: 'AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;, Signature=' }), [400]],
      ['a service that is not there', httpText('GET', '/', { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/__proto__/aws4_request, SignedHeaders=host, Signature=0' }), [501]],
      ['a target of nobody', httpText('POST', '/', { 'x-amz-target': 'constructor.toString', 'content-length': '0' }), [501]],
    ];
    for (const [name, text, statuses] of texts) {
      test(name, async () => {
        const answer = await rawExchange(server.url, Buffer.from(text, 'latin1'), { answers: statuses.length, msMax: 2_000 });
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
      assert.equal((await client.s3('PUT', '/attacked/large', large)).status, 200);
      for (let i = 0; i < 10; i += 1) {
        const put = signed(client.host, { service: 's3', method: 'PUT', path: '/attacked/half', body: large });
        const head = httpText('PUT', put.path, { ...put.headers, 'content-length': String(large.length) });
        await rawExchange(server.url, head, {
          send: async (socket) => {
            socket.write(large.subarray(0, 1024 * 1024));
            await pause(10 * i);
            socket.destroy();
          },
        });
        const get = signed(client.host, { service: 's3', method: 'GET', path: '/attacked/large' });
        await rawExchange(server.url, httpText('GET', get.path, get.headers), {
          send: async (socket) => {
            await pause(3 * i);
            socket.destroy();
          },
        });
      }
      assertAnswer(await client.s3('GET', '/attacked/half'), 404, 'NoSuchKey');
      assert.equal((await client.s3('GET', '/attacked/large')).body.length, large.length);
    });

    test('a header that an answer cannot carry is refused, not a broken answer', async () => {
      for (const value of ['%0d%0aset-cookie:%20a', '%00', '%e2%82%ac']) {
        const answer = await client.s3('GET', `/attacked/large?response-content-type=${value}`);
        assert.ok(answer.status < 500, `${value}: ${answer.status}`);
        assert.equal(answer.headers['set-cookie'], undefined);
      }
    });
  });

  describe('uploads that are refused', () => {
    const size = 20 * 1024 * 1024;
    const head = (path: string, headers: Record<string, string> = {}) => {
      const put = signed(client.host, {
        service: 's3',
        method: 'PUT',
        path,
        headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      });
      return httpText('PUT', path, { ...put.headers, 'content-length': String(size), ...headers });
    };

    test('a client that sends all before it looks gets its answer', async () => {
      const chunk = Buffer.alloc(1024 * 1024);
      const answer = await rawExchange(server.url, head('/no-such-bucket-here/key'), {
        msMax: 10_000,
        send: async (socket) => {
          for (let sent = 0; sent < size; sent += chunk.length) {
            if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
          }
        },
      });
      assert.deepEqual(answer.statuses, [404]);
      assert.match(answer.text, /NoSuchBucket[\s\S]*<\/Error>/);
      assert.match(answer.text, /connection: close/i);
      assert.ok(answer.closed && answer.ms < 8_000, `${answer.ms} ms`);
    });

    test('a client that waits to be asked is not asked, and gets its answer', async () => {
      const answer = await rawExchange(server.url, head('/no-such-bucket-here/key', { expect: '100-continue' }));
      assert.deepEqual([answer.statuses, answer.closed], [[404], true]);
      assert.match(answer.text, /NoSuchBucket/);
    });

    test('a client that waits to be asked is asked when its upload is wanted', async () => {
      const put = signed(client.host, { service: 's3', method: 'PUT', path: '/attacked/asked', body: 'hello' });
      const text = httpText('PUT', put.path, { ...put.headers, 'content-length': '5', expect: '100-continue' });
      const answer = await rawExchange(server.url, text, {
        answers: 1,
        send: async (socket) => {
          await new Promise((resolve) => socket.once('data', resolve));
          socket.write('hello');
        },
      });
      assert.deepEqual(answer.statuses, [100, 200], answer.text);
      assert.equal((await client.s3('GET', '/attacked/asked')).text, 'hello');
    });

    test('a stranger that does not stop sending is cut off', async () => {
      const chunk = Buffer.alloc(1024 * 1024);
      let sent = 0;
      const text = httpText('PUT', '/no-such-bucket-here/key', { 'content-length': String(5 * 1024 ** 3) });
      const answer = await rawExchange(server.url, text, {
        msMax: 25_000,
        send: async (socket) => {
          while (!socket.destroyed) {
            sent += chunk.length;
            if (!socket.write(chunk)) {
              await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
            }
          }
        },
      });
      assert.deepEqual([answer.statuses, answer.closed], [[403], true]);
      assert.ok(sent < 200 * 1024 * 1024, `${sent} bytes were taken`);
    });
  });

  test('hundreds of clients that send nothing more hold no memory and keep nobody from being answered', async () => {
    const anonBefore = anonMiB(server.process.pid);
    const { headers } = signed(client.host, lookup);
    const start = httpText('POST', '/', { ...headers, 'content-length': String(1024 * 1024) });
    const slow = Array.from({ length: 300 }, () =>
      rawExchange(server.url, `${start}{`, { msMax: 1_500, answers: 1 }),
    );
    await pause(500);
    const startedAt = performance.now();
    assert.equal((await client.s3('GET', '/')).status, 200);
    assert.ok(performance.now() - startedAt < 1_000);
    const answers = await Promise.all(slow);
    const refused = answers.filter(({ text }) => text.includes('ThrottlingException')).length;
    assert.ok(refused >= 40, `only so many unverified bodies are waited for: ${refused} were refused`);
    assert.ok(anonMiB(server.process.pid) - anonBefore < 100);
    assert.equal((await client.call(lookup)).status, 200, 'there is room again');
  });

  test('after all of it: the server is well, and the history knows the root\'s calls only', async () => {
    assert.ok(anonMiB(server.process.pid) < anonMiBMax, `${anonMiB(server.process.pid)} MiB`);
    assert.equal((await client.get('/readyz')).text, 'ready\n');
    const before = Date.now();
    while (Date.now() - before < 2_000) await pause(100);
    const events = await client.history(root.accountId);
    const identities = new Set(events.map(({ userIdentity }) => JSON.stringify(userIdentity)));
    assert.deepEqual(
      [...identities].filter((text) => !text.includes('"type":"Root"')),
      [],
    );
    for (const { eventName, requestParameters } of events)
      assert.ok(!JSON.stringify(requestParameters).includes('trailNameList":["x"]'), eventName);
  });
});

function assertAnswer(answer: Answer, status: number | undefined, code: string): void {
  assert.match(answer.text, new RegExp(`\\b${code}\\b`), `${answer.status} ${answer.text}`);
  if (status !== undefined) assert.equal(answer.status, status);
}

/** Memory that is the process's own; the mapped log does not count. */
function anonMiB(pid: number): number {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
