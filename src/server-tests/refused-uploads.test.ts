// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 9110 (Expect), RFC 9112 (closing), how boto3 and the AWS CLI send uploads, and what AttackedServer holds to.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { until } from '../testing/until.js';
import { AttackedServer, describeTrails } from './attacked-server.js';
import { httpText, rawExchange } from './raw-socket.js';
import { signed } from './signed-request.js';

const server = new AttackedServer();

describe('uploads that are refused', () => {
  const size = 20 * 1024 * 1024;
  const head = (path: string, headers: Record<string, string> = {}) => {
    const put = signed(server.client.host, {
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
      msMax: 60_000,
      send: async (socket) => {
        for (let sent = 0; sent < size; sent += chunk.length) {
          if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
        }
      },
    });
    assert.deepEqual(answer.statuses, [404]);
    assert.match(answer.text, /NoSuchBucket[\s\S]*<\/Error>/);
    assert.match(answer.text, /connection: close/i);
    assert.ok(answer.closed, `${answer.ms} ms`);
  });

  test('a client that waits to be asked is not asked, and gets its answer', async () => {
    const answer = await rawExchange(
      server.url,
      head('/no-such-bucket-here/key', { expect: '100-continue' }),
    );
    assert.deepEqual([answer.statuses, answer.closed], [[404], true]);
    assert.match(answer.text, /NoSuchBucket/);
  });

  test('a client that waits to be asked is asked when its upload is wanted', async () => {
    const put = signed(server.client.host, {
      service: 's3',
      method: 'PUT',
      path: '/attacked/asked',
      body: 'hello',
    });
    const text = httpText('PUT', put.path, {
      ...put.headers,
      'content-length': '5',
      expect: '100-continue',
    });
    const answer = await rawExchange(server.url, text, {
      answers: 1,
      send: async (socket) => {
        await new Promise((resolve) => socket.once('data', resolve));
        socket.write('hello');
      },
    });
    assert.deepEqual(answer.statuses, [100, 200], answer.text);
    assert.equal((await server.client.s3('GET', '/attacked/asked')).text, 'hello');
  });

  test('a stranger that does not stop sending is cut off', async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    let sent = 0;
    const text = httpText('PUT', '/no-such-bucket-here/key', { 'content-length': String(5 * 1024 ** 3) });
    const answer = await rawExchange(server.url, text, {
      msMax: 120_000,
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
  const anonBefore = server.anonMiB();
  const { headers } = signed(server.client.host, describeTrails);
  const start = httpText('POST', '/', { ...headers, 'content-length': String(1024 * 1024) });
  const waiting = new Set<Socket>();
  let refused = 0;
  const slow = Array.from({ length: 300 }, async () => {
    const send = (socket: Socket) => {
      waiting.add(socket);
      socket.once('close', () => waiting.delete(socket));
    };
    const { text } = await rawExchange(server.url, `${start}{`, { answers: 1, send });
    if (text.includes('ThrottlingException')) refused += 1;
  });
  await until(() => refused >= 40);
  assert.ok(refused >= 40, `only so many unverified bodies are waited for: ${refused} were refused`);
  assert.equal((await server.client.s3('GET', '/')).status, 200, 'while they wait');
  assert.ok(server.anonMiB() - anonBefore < 100);
  for (const socket of waiting) socket.destroy();
  await Promise.all(slow);
  assert.equal((await server.client.call(describeTrails)).status, 200, 'there is room again');
});
