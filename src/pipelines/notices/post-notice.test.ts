// SPDX-License-Identifier: Apache-2.0
// Oracle: what a subscriber of Node's own HTTP server gets; SNS Developer Guide, "Make sure your endpoint is ready to process
// Amazon SNS messages" (an answer that takes too long counts as none).
import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Post, type PostOutcome, postNotice } from './post-notice.js';

interface Got {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let base = '';
const got: Got[] = [];

before(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const path = request.url ?? '';
      got.push({ method: request.method ?? '', path, headers: request.headers, body });
      if (path === '/silent') return;
      if (path === '/broken') return void request.socket.destroy();
      if (path === '/elsewhere') response.setHeader('location', '/taken');
      response.statusCode = Number(/^\/(\d{3})$/.exec(path)?.[1] ?? (path === '/elsewhere' ? 302 : 200));
      response.end(path === '/large' ? Buffer.alloc(10 * 1024 * 1024) : 'thanks');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const never = new AbortController().signal;

function post(path: string, more: Partial<Post> = {}, msMax = 60_000): Promise<PostOutcome> {
  const whole = {
    url: `${base}${path}`,
    password: undefined,
    headers: { 'x-a': 'b' },
    body: 'größe',
    ...more,
  };
  return postNotice(whole, never, msMax);
}

describe('a POST to a subscriber', () => {
  test('has the body and the headers', async () => {
    assert.deepEqual(await post('/path?x=1'), { kind: 'answered', status: 200 });
    const { method, path, headers, body } = got.at(-1)!;
    assert.deepEqual([method, path, body, headers['x-a']], ['POST', '/path?x=1', 'größe', 'b']);
    assert.equal(headers['content-length'], '7');
    assert.equal(headers.authorization, undefined);
  });

  test('has user and password where the endpoint has them', async () => {
    await post('', { url: `${base.replace('//', '//bob@')}/`, password: 'sécret' });
    const { authorization } = got.at(-1)!.headers;
    assert.equal(Buffer.from(String(authorization).split(' ')[1]!, 'base64').toString(), 'bob:sécret');
  });

  for (const status of [204, 404, 429, 503])
    test(`answered ${status}`, async () =>
      assert.deepEqual(await post(`/${status}`), { kind: 'answered', status }));

  test('a redirect is not followed', async () => {
    assert.deepEqual(await post('/elsewhere'), { kind: 'answered', status: 302 });
    assert.ok(!got.some(({ path }) => path === '/taken'));
  });

  test('an endless answer is not waited for', async () => {
    assert.deepEqual(await post('/large'), { kind: 'answered', status: 200 });
  });

  test('no answer in time', async () => {
    assert.deepEqual(await post('/silent', {}, 100), { kind: 'failed', reason: 'no answer in time' });
  });

  test('a connection that breaks, one that is refused', async () => {
    assert.deepEqual(await post('/broken'), { kind: 'failed', reason: 'connection reset' });
    const outcome = await post('', { url: 'http://127.0.0.1:1/' });
    assert.deepEqual(outcome, { kind: 'failed', reason: 'connection refused' });
  });

  test('called off', async () => {
    const abort = new AbortController();
    const url = `${base}/silent`;
    const outcome = postNotice({ url, password: undefined, headers: {}, body: '' }, abort.signal);
    setTimeout(() => abort.abort(), 50);
    assert.deepEqual(await outcome, { kind: 'aborted' });
  });

  test('no request to the metadata of a cloud, and none over what HTTP cannot carry', async () => {
    for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '[fd00:ec2::254]'])
      assert.equal((await post('', { url: `http://${host}/` })).kind, 'refused', host);
    assert.equal((await post('/', { headers: { 'x-a': 'b\r\nX-C: d' } })).kind, 'refused');
  });
});
