// SPDX-License-Identifier: Apache-2.0
// Oracle: servers. Scripted ones that answer byte for byte what a case says, node:http and node:https, which frame their
// answers by themselves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { fixture } from '../../server-tests/checkout.js';
import { until } from '../../testing/until.js';
import type { HttpAnswer } from './http-answer-reader.js';
import { HttpConnections } from './http-connections.js';

const request = { method: 'GET', bytes: 'GET / HTTP/1.1\r\nhost: x\r\n\r\n', bytesMax: 10_000_000 } as const;
const ending: (() => void)[] = [];
after(() => {
  for (const end of ending) end();
});

async function listening(server: Server, scheme = 'http'): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  ending.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Calls `answer` with each request of each connection, both counted from 0. */
function scripted(
  answer: (socket: Socket, connection: number, asked: number) => void,
): Promise<string> & { readonly connections: () => number } {
  let connections = 0;
  const server = createServer((socket) => {
    const connection = connections++;
    let asked = 0;
    let came = '';
    socket.on('data', (bytes) => {
      came += bytes.toString('latin1');
      for (let end = came.indexOf('\r\n\r\n'); end >= 0; end = came.indexOf('\r\n\r\n')) {
        came = came.slice(end + 4);
        answer(socket, connection, asked++);
      }
    });
  });
  return Object.assign(listening(server), { connections: () => connections });
}

function connections(socketsMax = 4): HttpConnections {
  const made = new HttpConnections({ socketsMax, authorities: undefined, isCertificateChecked: true });
  ending.push(() => made.close());
  return made;
}

const good = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

async function texts(answers: readonly Promise<HttpAnswer>[]): Promise<string[]> {
  return (await Promise.all(answers)).map(({ body }) => body.toString('latin1'));
}

describe('connections', () => {
  test('are kept open, one request at a time on each, no more than the maximum', async () => {
    let running = 0;
    let most = 0;
    const answers$: (() => void)[] = [];
    const server = scripted((socket, connection, asked) => {
      most = Math.max(most, ++running);
      answers$.push(() => {
        running--;
        socket.write(good(`${connection}/${asked}`));
      });
      // Thirty requests are ten times three: each is answered once there are three.
      if (running === 3) for (const answer of answers$.splice(0)) answer();
    });
    const client = connections(3);
    const origin = await server;
    const answers = await texts(Array.from({ length: 30 }, () => client.send(origin, request)));
    assert.equal(server.connections(), 3);
    assert.equal(most, 3);
    assert.equal(new Set(answers).size, 30);
  });

  test('one that was closed while idle: the request goes over a new one', async () => {
    const server = scripted((socket, connection, asked) => {
      if (asked === 0) socket.write(good(`${connection}`));
      else socket.destroy();
    });
    const client = connections(1);
    const origin = await server;
    for (const expected of ['0', '1', '2'])
      assert.deepEqual(await texts([client.send(origin, request)]), [expected]);
  });

  test('one that the server ends after its answer is not used again', async () => {
    const server = scripted((socket, connection) => socket.end(good(`${connection}`)));
    const client = connections(2);
    const origin = await server;
    const answers = await texts(Array.from({ length: 6 }, () => client.send(origin, request)));
    assert.deepEqual(answers.sort(), ['0', '1', '2', '3', '4', '5']);
  });

  test('a new connection that closes without an answer is an error, and not tried for ever', async () => {
    const server = scripted((socket) => socket.destroy());
    const client = connections(2);
    await assert.rejects(client.send(await server, request), /connection broke|ECONNRESET/);
    assert.equal(server.connections(), 1);
  });

  for (const [name, answer] of Object.entries({
    'within its headers': 'HTTP/1.1 200 OK\r\nContent-Le',
    'within its body': 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc',
    'within a chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc',
    'before the last chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
  })) {
    test(`an answer that breaks off ${name} is an error, on a new connection and on a used one`, async () => {
      const server = scripted((socket, connection, asked) => {
        if (connection === 1 && asked === 0) socket.write(good('a'));
        else socket.end(answer);
      });
      const client = connections(1);
      const origin = await server;
      await assert.rejects(client.send(origin, request), /connection broke/);
      await client.send(origin, request);
      await assert.rejects(client.send(origin, request), /connection broke/);
      assert.equal(server.connections(), 2);
    });
  }

  test('what nobody asked for is never an answer', async () => {
    const server = scripted((socket, connection) => socket.write(good(`${connection}`) + good('planted')));
    const client = connections(1);
    const origin = await server;
    assert.deepEqual(await texts([client.send(origin, request)]), ['0']);
    assert.deepEqual(await texts([client.send(origin, request)]), ['1']);
  });

  test('what comes on an idle connection is never an answer', async () => {
    const sockets: Socket[] = [];
    const server = scripted((socket, connection) => {
      sockets.push(socket);
      socket.write(good(`${connection}`));
    });
    const client = connections(1);
    const origin = await server;
    assert.deepEqual(await texts([client.send(origin, request)]), ['0']);
    sockets[0]?.write(good('planted'));
    await until(() => sockets[0]?.closed === true);
    assert.equal(sockets[0]?.closed, true, 'the client has closed it');
    assert.deepEqual(await texts([client.send(origin, request)]), ['1']);
  });

  test('nobody there: the error of the network, for all that wait', async () => {
    // A port that was free a moment ago may be somebody's by now; the first one is nobody's.
    const origin = 'http://127.0.0.1:1';
    const client = connections(2);
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => client.send(origin, request)));
    assert.deepEqual(
      results.map((result) => (result.status === 'rejected' ? result.reason.code : 'answered')),
      Array(6).fill('ECONNREFUSED'),
    );
  });

  test('closing rejects what is on its way and what waits', async () => {
    const server = scripted(() => undefined);
    const client = connections(1);
    const origin = await server;
    const waiting = [client.send(origin, request), client.send(origin, request)];
    const settled = Promise.allSettled(waiting);
    client.close();
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
  });
});

const large = Buffer.alloc(3_000_000, 'abcdefg');
const listener: RequestListener = (asked, response) => {
  if (asked.url === '/large') response.end(large);
  else if (asked.url === '/chunked') {
    response.write(large.subarray(0, 1_000_000));
    setTimeout(() => response.end(large.subarray(1_000_000)), 1);
  } else if (asked.url === '/close') response.writeHead(200, { connection: 'close' }).end('closed');
  else response.writeHead(404, { 'X-Amz-Meta-A': ['b', 'c'] }).end('no');
};

async function checkServer(origin: string, client: HttpConnections): Promise<void> {
  const ask = (path: string) =>
    client.send(origin, { ...request, bytes: `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n` });
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all(['/large', '/chunked', '/close', '/other'].map(ask));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 404],
    );
    assert.ok(answers[0]!.body.equals(large));
    assert.ok(answers[1]!.body.equals(large));
    assert.equal(answers[2]!.body.toString(), 'closed');
    assert.equal(answers[3]!.headers['x-amz-meta-a'], 'b, c');
  }
}

describe('servers of node', () => {
  test('http', async () => checkServer(await listening(createHttpServer(listener)), connections(2)));

  const [cert, key] = ['test-only-cert.pem', 'test-only-key.pem'].map((name) =>
    readFileSync(fixture(`tls/${name}`), 'utf8'),
  );
  const secure = async (): Promise<string> =>
    (await listening(createHttpsServer({ cert: cert!, key: key! }, listener), 'https')).replace(
      '127.0.0.1',
      'localhost',
    );

  test('https, its certificate vouched for by an authority', async () => {
    const client = new HttpConnections({ socketsMax: 2, authorities: cert, isCertificateChecked: true });
    ending.push(() => client.close());
    await checkServer(await secure(), client);
  });

  test('https, on loopback without a check', async () => {
    const client = new HttpConnections({
      socketsMax: 2,
      authorities: undefined,
      isCertificateChecked: false,
    });
    ending.push(() => client.close());
    await checkServer(await secure(), client);
  });

  test('https, a certificate that nobody vouches for is refused', async () => {
    await assert.rejects(connections().send(await secure(), request), {
      code: /SELF_SIGNED|UNABLE_TO_VERIFY/,
    });
  });
});
