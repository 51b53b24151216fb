// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations of src/ports/document-fetcher.ts, against servers of the test that misbehave.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DocumentFetchError } from '../../ports/document-fetcher.js';
import { HttpsDocumentFetcher } from './https-document-fetcher.js';

const closing: (() => void)[] = [];
after(() => {
  for (const close of closing) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
}

const fetcher = new HttpsDocumentFetcher();
const isRefused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof DocumentFetchError, String(error));
  assert.match(error.message, message);
  return true;
};

describe('what the operator names', () => {
  test('may be plain http on this machine, or a file', async () => {
    const url = await serve((_request, response) => response.end('{"keys":[]}'));
    assert.deepEqual(await fetcher.fetchJson(url, 'operator'), { keys: [] });
    const folder = await mkdtemp(join(tmpdir(), 'cairn-fetch-'));
    try {
      const path = join(folder, 'jwks.json');
      writeFileSync(path, '{"keys":[1]}');
      assert.deepEqual(await fetcher.fetchJson(pathToFileURL(path).href, 'operator'), { keys: [1] });
      await assert.rejects(fetcher.fetchJson(`${pathToFileURL(path).href}x`, 'operator'), DocumentFetchError);
      writeFileSync(path, ' '.repeat(300_000));
      await assert.rejects(fetcher.fetchJson(pathToFileURL(path).href, 'operator'), isRefused(/too large/));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what strangers name', () => {
  const unreachable = [
    'https://127.0.0.1/x',
    'https://127.1/x',
    'https://2130706433/x',
    'https://localhost/x',
    'https://[::1]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://[::ffff:169.254.169.254]/x',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00:ec2::254]/latest',
    'https://[fe80::1]/x',
    'https://0.0.0.0/x',
    'https://0/x',
    'https://224.0.0.1/x',
  ];
  for (const url of unreachable) {
    test(`cannot be ${url}`, async () => {
      await assert.rejects(fetcher.fetchJson(url, 'stranger'), isRefused(/address is one of this machine/));
    });
  }
  for (const url of [
    'http://example.com/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'data:application/json,{}',
  ])
    test(`cannot be ${url}`, async () => {
      await assert.rejects(fetcher.fetchJson(url, 'stranger'), isRefused(/is not https/));
    });
  test('has no user in it', async () => {
    await assert.rejects(fetcher.fetchJson('https://a:b@example.com/', 'stranger'), isRefused(/user/));
  });
  test('must be an address', async () => {
    await assert.rejects(fetcher.fetchJson('nonsense', 'stranger'), isRefused(/no address/));
  });
});

describe('a server that misbehaves', () => {
  const cases: [string, RequestListener, RegExp][] = [
    [
      'redirects',
      (_q, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
      /status 302/,
    ],
    ['fails', (_q, response) => response.writeHead(500).end('{}'), /status 500/],
    ['is no JSON', (_q, response) => response.end('<html>'), /not JSON/],
    [
      'sends without end',
      (_q, response) => {
        const send = () => {
          while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
          if (!response.destroyed) response.once('drain', send);
        };
        send();
      },
      /too large/,
    ],
    ['hangs up', (request) => request.socket.destroy(), /./],
    [
      'ends too soon',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setImmediate(() => request.socket.destroy());
      },
      /./,
    ],
  ];
  for (const [name, listener, message] of cases) {
    test(name, async () => {
      await assert.rejects(fetcher.fetchJson(await serve(listener), 'operator'), isRefused(message));
    });
  }
  test('speaks no http', async () => {
    const server = createTcpServer((socket) => socket.end('hello\r\n'));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    closing.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await assert.rejects(fetcher.fetchJson(`http://127.0.0.1:${port}/`, 'operator'), DocumentFetchError);
  });
});

describe('a form', () => {
  test('is posted as one, its answer read like any document', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => seen.push(text));
      request.on('end', () => {
        seen.push(String(request.method), String(request.headers['content-type']));
        response.end('{"id_token":"x"}');
      });
    });
    const form = { code: 'a b&c', grant_type: 'authorization_code' };
    assert.deepEqual(await fetcher.postForm(url, form, 'operator'), { id_token: 'x' });
    const type = 'application/x-www-form-urlencoded';
    assert.deepEqual(seen, ['code=a+b%26c&grant_type=authorization_code', 'POST', type]);
  });

  test('reaches no other address than the one that it was meant for', async () => {
    let isReached = false;
    const other = await serve((_request, response) => {
      isReached = true;
      response.end('{}');
    });
    const url = await serve((_request, response) => response.writeHead(307, { location: other }).end());
    await assert.rejects(fetcher.postForm(url, { secret: 'x' }, 'operator'), DocumentFetchError);
    assert.equal(isReached, false);
    await assert.rejects(fetcher.postForm(url, { secret: 'x' }, 'stranger'), isRefused(/is not https/));
    await assert.rejects(
      fetcher.postForm(pathToFileURL('/etc/hostname').href, {}, 'operator'),
      isRefused(/is not https/),
    );
  });
});
