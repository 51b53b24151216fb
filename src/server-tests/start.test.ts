// SPDX-License-Identifier: Apache-2.0
// Oracle: exit codes, what the operating system says of processes, ports and files, and the messages that an operator
// needs: each names what to mend.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { until } from '../testing/until.js';
import { type Ended, root, run, serve, serverEnv, temporaryFolder } from './cairn-process.js';
import { fixture } from './checkout.js';
import { Client } from './client.js';

const cert = fixture('tls/test-only-cert.pem');
const key = fixture('tls/test-only-key.pem');

/** `cairn serve` that is expected not to start. */
function serveOnce(
  dataDir: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return run(['serve', '--port', '0', '--data-dir', dataDir, ...args], serverEnv(env));
}

function assertRefused({ code, stdout, stderr }: Ended, message: RegExp): void {
  assert.deepEqual([code, stdout], [1, ''], stderr);
  assert.match(stderr, message);
  assert.doesNotMatch(stderr, /\n\s+at /, 'a message, not a stack trace');
  assert.doesNotMatch(stderr, new RegExp(root.secretAccessKey.slice(0, 10)), 'no secret');
}

describe('one data directory, one owner', () => {
  test('a second serve is refused, after a kill -9 the next one starts, and env is never misled', async (context) => {
    const dataDir = temporaryFolder(context);
    const first = await serve(dataDir);
    assertRefused(await serveOnce(dataDir), new RegExp(`${dataDir} is in use`));
    assert.match((await run(['env', '--data-dir', dataDir])).stdout, new RegExp(first.url));
    await first.process.end('SIGKILL');

    const serverFile = join(dataDir, 'server.json');
    assert.ok(existsSync(serverFile), 'the crash left the file behind');
    assertRefused(await run(['env', '--data-dir', dataDir]), /no server runs/);
    // The number of the dead server is another process's now: this test's own.
    const left = JSON.parse(readFileSync(serverFile, 'utf8')) as Record<string, unknown>;
    writeFileSync(serverFile, JSON.stringify({ ...left, pid: process.pid }));
    if (process.platform === 'linux') {
      assertRefused(await run(['env', '--data-dir', dataDir]), /no server runs/);
    }
    writeFileSync(serverFile, '{"url":');
    assertRefused(await run(['env', '--data-dir', dataDir]), /no server runs/);

    const next = await serve(dataDir);
    assert.match((await run(['env', '--data-dir', dataDir])).stdout, new RegExp(next.url));
    assert.equal((await next.process.end('SIGTERM')).code, 0);
    assert.ok(!existsSync(serverFile), 'an orderly end takes the file away');
    assertRefused(await run(['env', '--data-dir', dataDir]), /no server runs/);
  });

  test("what lies in the data directory is the owner's alone", async (context) => {
    const dataDir = join(temporaryFolder(context), 'data');
    const server = await serve(dataDir);
    await server.process.end('SIGTERM');
    const modeOf = (name: string) => (statSync(join(dataDir, name)).mode & 0o777).toString(8);
    const modes = Object.fromEntries(readdirSync(dataDir).map((name) => [name, modeOf(name)]));
    assert.equal(modeOf('.'), '700');
    for (const name of ['root-credentials.json', 'master.key']) assert.equal(modes[name], '600', name);
    for (const name of ['log', 'history', 'objects', 'outbox']) assert.equal(modes[name], '700', name);
  });
});

describe('the first start', () => {
  test('a crash after the credentials were written and before the log has the key is made good', async (context) => {
    const dataDir = temporaryFolder(context);
    const credentials = { ...root, region: 'us-east-1' };
    writeFileSync(join(dataDir, 'root-credentials.json'), JSON.stringify(credentials));
    const server = await serve(dataDir, { env: { CAIRN_ACCESS_KEY_ID: '', CAIRN_SECRET_ACCESS_KEY: '' } });
    const client = new Client(server.url);
    assert.equal((await client.callerIdentity()).status, 200);
    client.close();
    await server.process.end('SIGTERM');
  });

  test('credentials that were lost come back from the log; those of another account are refused', async (context) => {
    const dataDir = temporaryFolder(context);
    await (await serve(dataDir)).process.end('SIGTERM');
    const file = join(dataDir, 'root-credentials.json');
    const before = JSON.parse(readFileSync(file, 'utf8')) as object;
    rmSync(file);
    const env = { CAIRN_ACCOUNT_ID: '', CAIRN_ACCESS_KEY_ID: '', CAIRN_SECRET_ACCESS_KEY: '' };
    await (await serve(dataDir, { env })).process.end('SIGTERM');
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), before);
    assertRefused(
      await serveOnce(dataDir, [], { CAIRN_ACCOUNT_ID: '999988887777' }),
      /belongs to account 111122223333/,
    );
    writeFileSync(file, JSON.stringify({ ...before, secretAccessKey: 'another' }));
    assertRefused(await serveOnce(dataDir), /root-credentials\.json holds another account or secret/);
    writeFileSync(file, JSON.stringify(before));
    assertRefused(
      await serveOnce(dataDir, [], { CAIRN_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') }),
      /master key/,
    );
    await (await serve(dataDir)).process.end('SIGTERM');
  });
});

describe('a start that cannot be says why, and leaves nothing open', () => {
  const dataDir = temporaryFolder({ after });

  test('the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const ended = await run(['serve', '--port', String(port), '--data-dir', dataDir], serverEnv());
    other.close();
    assertRefused(ended, new RegExp(`port ${port} on 127.0.0.1 is taken`));
    assert.ok(!existsSync(join(dataDir, 'server.json')));
    await (await serve(dataDir)).process.end('SIGTERM');
  });

  test('the data directory is a file, or below one', async (context) => {
    const folder = temporaryFolder(context);
    const file = join(folder, 'file');
    writeFileSync(file, 'here');
    assertRefused(await serveOnce(file), new RegExp(`cannot use the data directory ${file}`));
    assertRefused(await serveOnce(join(file, 'data')), /cannot use the data directory/);
    assert.equal(readFileSync(file, 'utf8'), 'here');
  });

  test('the data directory cannot be written', async (context) => {
    const closed = join(temporaryFolder(context), 'closed');
    mkdirSync(closed, { mode: 0o500 });
    // Root may write everywhere, but not make folders in /proc.
    const folder = process.getuid?.() === 0 ? '/proc/cairn-test' : closed;
    assertRefused(
      await serveOnce(folder),
      new RegExp(`cannot use the data directory ${folder}: (EACCES|ENOENT)`),
    );
  });

  const digestLine = `digests/${'0'.repeat(24)}.line`;
  const damaged: [name: string, file: string, content: string, message: RegExp][] = [
    ['credentials that are not JSON', 'root-credentials.json', '{"acc', /root-credentials\.json is damaged/],
    [
      'credentials without a secret',
      'root-credentials.json',
      '{"accountId":"111122223333"}',
      /does not hold region, accessKeyId, secretAccessKey/,
    ],
    ['credentials of null', 'root-credentials.json', 'null', /root-credentials\.json is damaged/],
    ['a master key that is too short', 'master.key', 'c2hvcnQ=', /master\.key must hold 32 bytes/],
    ['a digest line that is not JSON', digestLine, '{"version":1', /the digest line 0{24}\.line is damaged/],
    ['a digest line of null', digestLine, 'null', /the digest line 0{24}\.line is damaged/],
    [
      'a digest line without its chain',
      digestLine,
      '{"version":1}',
      /the digest line 0{24}\.line is damaged/,
    ],
    ['a digest line of another version', digestLine, '{"version":2}', /of a newer Cairn/],
    ['messages that are none', 'messages/data.mdb', 'no messages', /messages\/data\.mdb is not a data file/],
    [
      'log events that are none',
      'log-groups/data.mdb',
      'no events',
      /log-groups\/data\.mdb is not a data file/,
    ],
    ['a file for the outbox', 'outbox', 'here', /cannot use the data directory .*outbox/],
    ['a file for the digests', 'digests', 'here', /cannot use the data directory .*digests/],
    ['a file for the log groups', 'log-groups', 'here', /cannot use the data directory .*log-groups/],
  ];
  for (const [name, file, content, message] of damaged) {
    test(name, async (context) => {
      const folder = temporaryFolder(context);
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
      assertRefused(await serveOnce(folder), message);
      assert.equal(readFileSync(join(folder, file), 'utf8'), content, 'left for its owner to look at');
    });
  }

  const badTls: [name: string, cert: string, key: string, message: RegExp][] = [
    ['no such certificate', '/nowhere/cert.pem', key, /--tls-cert cannot be read: ENOENT/],
    ['no such key', cert, '/nowhere/key.pem', /--tls-key cannot be read: ENOENT/],
    ['a certificate that is none', fixture('SOURCES.md'), key, /are no certificate and key in PEM/],
    ['a key that is none', cert, cert, /are no certificate and key in PEM/],
  ];
  for (const [name, certFile, keyFile, message] of badTls) {
    test(name, async (context) => {
      const folder = join(temporaryFolder(context), 'data');
      assertRefused(await serveOnce(folder, ['--tls-cert', certFile, '--tls-key', keyFile]), message);
      assert.ok(!existsSync(folder), 'found before anything was made');
    });
  }

  test('trusted proxies that are no addresses', async () => {
    const { code, stderr } = await serveOnce(dataDir, [], { CAIRN_TRUSTED_PROXIES: 'proxy.example' });
    assert.equal(code, 2);
    assert.match(stderr, /^cairn: CAIRN_TRUSTED_PROXIES/);
  });
});

test('HTTPS: the line, the call, and tlsDetails in its record', async (context) => {
  const dataDir = temporaryFolder(context);
  const server = await serve(dataDir, { args: ['--tls-cert', cert, '--tls-key', key] });
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  const client = new Client(server.url);
  assert.equal((await client.callerIdentity()).status, 200);
  await until(async () => (await client.history(root.accountId)).length > 0);
  const [event] = await client.history(root.accountId);
  const { tlsDetails } = event as unknown as { tlsDetails: Record<string, string> };
  const { tlsVersion, cipherSuite, clientProvidedHostHeader } = tlsDetails;
  assert.match(String(tlsVersion), /^TLSv1\.[23]$/);
  assert.match(String(cipherSuite), /^TLS_/);
  assert.equal(clientProvidedHostHeader, client.host);
  client.close();
  assert.equal((await server.process.end('SIGTERM')).code, 0);
});
