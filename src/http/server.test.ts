// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 9112 (framing, closing) and the limits that the test gives the server; time is the system's.
import assert from 'node:assert/strict';
import { Agent, request as httpRequest } from 'node:http';
import { BlockList, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { systemClock } from '../ports/clock.js';
import { httpText, rawExchange } from '../server-tests/raw-socket.js';
import { patienceMs, pause, until } from '../testing/until.js';
import type { WireRequest, WireResponse } from '../wire/http.js';
import type { HttpLimits } from './http-limits.js';
import { type HttpServer, startHttpServer } from './server.js';

type Handle = (request: WireRequest) => Promise<WireResponse>;

const ok: WireResponse = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'fine' };
const refused: WireResponse = { status: 403, headers: {}, body: 'no' };

async function withServer(
  handle: Handle,
  limits: Partial<HttpLimits>,
  check: (server: HttpServer, errors: unknown[]) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    trustedProxies: new BlockList(),
    clock: systemClock,
    handle,
    onError: (error) => errors.push(error),
    limits: { stopMsMax: 500, ...limits },
  });
  try {
    await check(server, errors);
  } finally {
    await server.stop();
  }
}

/** Sends `bytes` zeros, or as many as the server takes. */
async function sendZeros(socket: Socket, bytes: number): Promise<void> {
  const chunk = Buffer.alloc(64 * 1024);
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += chunk.length) {
    if (!socket.write(chunk))
      await new Promise((resolve) => socket.once('drain', resolve).once('close', resolve));
  }
}

describe('slow clients', () => {
  const limits = { headersMsMax: 150, requestMsMax: 400, overdueCheckMs: 50 };

  test('headers that never end are cut off', () =>
    withServer(
      async () => ok,
      limits,
      async ({ url }) => {
        const answer = await rawExchange(url, 'GET / HTTP/1.1\r\nhost: a\r\nx: ');
        assert.deepEqual([answer.statuses, answer.closed], [[408], true]);
      },
    ));

  test('a body that never ends is cut off', () => {
    const handle: Handle = async ({ body }) => {
      for await (const _ of body);
      return ok;
    };
    return withServer(handle, limits, async ({ url }, errors) => {
      const answer = await rawExchange(url, httpText('POST', '/', { 'content-length': '10' }, 'abc'));
      assert.ok(answer.closed, `${answer.ms} ms`);
      assert.equal(errors.length, 1, 'this handler rejected; the real one answers');
    });
  });
});

describe('a body that nobody read', () => {
  const upload = httpText('PUT', '/', { 'content-length': String(1024 ** 3) });

  test('is taken up to a number of bytes; the answer is there before', () =>
    withServer(
      async () => refused,
      { unreadBytesMax: 1024 ** 2 },
      async ({ url }) => {
        const answer = await rawExchange(url, upload, { send: (socket) => sendZeros(socket, 1024 ** 3) });
        assert.deepEqual([answer.statuses, answer.closed], [[403], true]);
        assert.match(answer.text, /connection: close[\s\S]*\r\n\r\nno$/i);
      },
    ));

  test('is taken for a time', () =>
    withServer(
      async () => refused,
      { unreadMsMax: 200 },
      async ({ url }) => {
        const trickle = async (socket: Socket) => {
          // Not before the answer: a write to a connection that was closed meanwhile would cost what is yet unread.
          await new Promise((resolve) => socket.once('data', resolve));
          for (; !socket.destroyed; await pause(20)) socket.write('x');
        };
        const answer = await rawExchange(url, upload, { send: trickle });
        assert.deepEqual([answer.statuses, answer.closed], [[403], true]);
        assert.ok(answer.ms >= 190, `${answer.ms} ms`);
      },
    ));

  test('and does not come is not waited for', () =>
    withServer(
      async () => refused,
      { unreadIdleMsMax: 100 },
      async ({ url }) => {
        const answer = await rawExchange(url, upload);
        assert.ok(answer.closed, `${answer.ms} ms`);
      },
    ));

  test('ends with the server', () =>
    withServer(
      async () => refused,
      { stopMsMax: 600_000, unreadMsMax: 600_000, unreadIdleMsMax: 600_000 },
      async (server) => {
        let keptOpen: Socket | undefined;
        const send = (socket: Socket) => {
          keptOpen = socket;
        };
        const exchange = rawExchange(server.url, upload, { send });
        await until(() => (keptOpen?.bytesRead ?? 0) > 0);
        const startedAt = performance.now();
        await server.stop();
        assert.ok(performance.now() - startedAt < patienceMs, 'it does not wait for the body');
        const answer = await exchange;
        assert.deepEqual([answer.statuses, answer.closed], [[403], true]);
      },
    ));

  test('is no reason to close when it is there already: the connection is used again', () =>
    withServer(
      async () => refused,
      {},
      async ({ url }) => {
        const put = httpText('PUT', '/', { 'content-length': '5' }, 'hello');
        const answer = await rawExchange(url, put + put, { answers: 2 });
        assert.deepEqual(answer.statuses, [403, 403]);
        assert.doesNotMatch(answer.text, /connection: close/i);
      },
    ));

  test('is not asked for: no 100 Continue without a reader, one with a reader', async () => {
    const reading: Handle = async ({ body, rawPath }) => {
      if (rawPath === '/read') for await (const _ of body);
      return ok;
    };
    const expecting = (path: string) =>
      httpText('PUT', path, { 'content-length': '2', expect: '100-continue' });
    await withServer(reading, { unreadIdleMsMax: 100 }, async ({ url }) => {
      assert.deepEqual((await rawExchange(url, expecting('/refused'))).statuses, [200]);
      const send = (socket: Socket) => void socket.once('data', () => socket.write('ab'));
      assert.deepEqual(
        (await rawExchange(url, expecting('/read'), { send, answers: 1 })).statuses,
        [100, 200],
      );
      // Impatient clients send without being asked, as they may.
      assert.deepEqual(
        (await rawExchange(url, `${expecting('/read')}ab`, { answers: 1 })).statuses,
        [100, 200],
      );
    });
  });
});

describe('answers', () => {
  test('a stream that fails half way ends the connection, so that nobody takes the half for the whole', () => {
    const failing = () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(1_000);
          throw new Error('the disk');
        })(),
      );
    const handle: Handle = async () => ({
      status: 200,
      headers: { 'content-length': '5000' },
      body: failing(),
    });
    return withServer(handle, {}, async ({ url }, errors) => {
      const answer = await rawExchange(url, httpText('GET', '/'));
      assert.ok(answer.closed && answer.text.length < 2_000);
      assert.match(String(errors), /the disk/);
    });
  });

  test('a stream that is not sent is closed: HEAD, and a client that went away', async () => {
    const streams: Readable[] = [];
    const handle: Handle = async () => {
      const body = new Readable({ read() {} });
      streams.push(body);
      return { status: 200, headers: { 'content-length': '5' }, body };
    };
    await withServer(handle, {}, async ({ url }, errors) => {
      assert.deepEqual((await rawExchange(url, httpText('HEAD', '/'), { answers: 1 })).statuses, [200]);
      await rawExchange(url, httpText('GET', '/'), {
        send: async (socket) => {
          await until(() => streams.length === 2);
          socket.destroy();
        },
      });
      await until(() => streams.length === 2 && streams.every(({ destroyed }) => destroyed));
      assert.deepEqual(
        streams.map(({ destroyed }) => destroyed),
        [true, true],
      );
      assert.deepEqual(errors, []);
    });
  });

  test('a handler that rejects, or a header that cannot be sent, is a 500 without words', async () => {
    const handle: Handle = async ({ rawPath }) => {
      if (rawPath === '/throw') throw new Error('secret');
      return { status: 200, headers: { 'x-bad': 'a\r\nb: c' }, body: 'x' };
    };
    await withServer(handle, {}, async ({ url }, errors) => {
      for (const path of ['/throw', '/header']) {
        const answer = await rawExchange(url, httpText('GET', path), { answers: 1 });
        assert.deepEqual(answer.statuses, [500]);
        assert.doesNotMatch(answer.text, /secret|b: c/);
      }
      assert.equal(errors.length, 2);
    });
  });
});

test('a stop answers what is under way, closes what is kept open, and takes nothing new', async () => {
  let release: (() => void) | undefined;
  const handle: Handle = async ({ rawPath }) => {
    if (rawPath === '/slow')
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    return ok;
  };
  await withServer(handle, { stopMsMax: 600_000 }, async (server) => {
    const agent = new Agent({ keepAlive: true });
    const get = (path: string) =>
      new Promise<[status: number | undefined, connection: string | undefined]>((resolve, reject) => {
        httpRequest(`${server.url}${path}`, { agent }, (response) => {
          response.resume().on('end', () => resolve([response.statusCode, response.headers.connection]));
        })
          .on('error', reject)
          .end();
      });
    assert.deepEqual(await get('/'), [200, 'keep-alive']);
    const slow = get('/slow');
    await until(() => release !== undefined);
    const startedAt = performance.now();
    const stopped = server.stop();
    await assert.rejects(rawExchangeOrThrow(server.url));
    release?.();
    assert.deepEqual(await slow, [200, 'close']);
    await stopped;
    assert.ok(performance.now() - startedAt < patienceMs);
    agent.destroy();
  });
});

async function rawExchangeOrThrow(url: string): Promise<void> {
  const { statuses } = await rawExchange(url, httpText('GET', '/'), { answers: 1 });
  if (statuses.length === 0) throw new Error('nobody listens');
}

test('requests come as they are: joined headers, the path of an absolute address, no prototype', async () => {
  let seen: WireRequest | undefined;
  const handle: Handle = async (request) => {
    seen = request;
    return ok;
  };
  await withServer(handle, {}, async ({ url }) => {
    const text =
      'GET HTTP://other:99?a=%zz&b HTTP/1.1\r\nhost: a\r\nX-One: 1\r\nx-one: 2\r\nconstructor: 3\r\n\r\n';
    await rawExchange(url, text, { answers: 1 });
    assert.deepEqual([seen?.rawPath, seen?.rawQuery], ['/', 'a=%zz&b']);
    assert.equal(seen?.headers['x-one'], '1,2');
    assert.deepEqual([seen?.headers.constructor, seen?.headers.toString], ['3', undefined]);
    assert.equal(seen?.sourceIp, '127.0.0.1');
  });
});

describe('answers from memory', () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, index) => index % 256));
  const handle: Handle = async ({ rawPath, withoutBody }) => {
    const headers = { 'x-without-body': String(withoutBody) };
    return rawPath === '/empty' ? { status: 200, headers } : { status: 200, headers, body: bytes };
  };

  test('are whole and leave the connection open; HEAD tells their length alone; none is a length of 0', () =>
    withServer(handle, {}, async ({ url }) => {
      const texts = [
        httpText('GET', '/'),
        httpText('HEAD', '/'),
        httpText('PUT', '/empty'),
        httpText('GET', '/'),
      ];
      const { text, statuses, closed } = await rawExchange(url, texts.join(''), { answers: 4 });
      assert.deepEqual([statuses, closed], [[200, 200, 200, 200], false]);
      const [first = '', head = '', empty = '', last = ''] = text.split(/(?=HTTP\/1\.1 )/);
      for (const answer of [first, last]) assert.ok(answer.endsWith(`\r\n\r\n${bytes.toString('latin1')}`));
      assert.match(head, /content-length: 1000\r\n[\s\S]*\r\n\r\n$/i);
      assert.match(empty, /content-length: 0\r\n[\s\S]*\r\n\r\n$/i);
    }));

  test('a request tells whether its headers announce a body', () =>
    withServer(handle, {}, async ({ url }) => {
      const told = async (text: string) =>
        /x-without-body: (\w+)/.exec((await rawExchange(url, text, { answers: 1 })).text)?.[1];
      assert.equal(await told(httpText('GET', '/')), 'true');
      assert.equal(await told(httpText('PUT', '/', { 'content-length': '0' })), 'true');
      assert.equal(await told(httpText('PUT', '/', { 'content-length': '3' }, 'abc')), 'false');
      const chunked = httpText('PUT', '/', { 'transfer-encoding': 'chunked' }, '0\r\n\r\n');
      assert.equal(await told(chunked), 'false');
    }));
});

test('a request tells when its client has left, and never when it was answered', async () => {
  const signals: AbortSignal[] = [];
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await withServer(
    async (request) => {
      const signal = request.left?.() as AbortSignal;
      signals.push(signal);
      if (request.rawPath === '/answered') return ok;
      arrive();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return ok;
    },
    {},
    async ({ url }) => {
      assert.equal((await fetch(`${url}/answered`)).status, 200);
      const leaving = new AbortController();
      const answer = fetch(`${url}/waits`, { signal: leaving.signal }).catch(() => undefined);
      await arrived;
      assert.deepEqual(
        signals.map(({ aborted }) => aborted),
        [false, false],
      );
      leaving.abort();
      await answer;
      const [answered, waiting] = signals;
      if (waiting?.aborted === false)
        await new Promise((resolve) => waiting.addEventListener('abort', resolve));
      assert.equal(answered?.aborted, false);
    },
  );
});
