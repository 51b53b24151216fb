// SPDX-License-Identifier: Apache-2.0
// Oracle: the SDK's STS client for the console's credentials, LookupEvents for what is recorded, RFC 6265bis for cookies;
// the whole server as a process.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { root, serve, temporaryFolder } from './cairn-process.js';
import { fixture } from './checkout.js';
import { Client } from './client.js';

const program = fileURLToPath(new URL('../cli/main.js', import.meta.url));
const email = 'owner@example.com';
const password = 'Str0ng!pass';

function setRootPassword(dataDir: string, input: string, args: readonly string[] = ['--email', email]) {
  const command = ['account', 'set-root-password', '--data-dir', dataDir, ...args];
  return spawnSync(process.execPath, [program, ...command], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
}

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

async function callerArn(endpoint: string, credentials: Credentials): Promise<string | undefined> {
  const client = new STSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Arn;
  } finally {
    client.destroy();
  }
}

async function send(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: object,
) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...headers,
      origin: url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { status: response.status, cookie, document: text === '' ? {} : JSON.parse(text) };
}

test('the owner of an account sets a password, signs in, calls, and signs out; a restart changes nothing', async (context) => {
  const dataDir = temporaryFolder(context);
  let server = await serve(dataDir);
  context.after(() => server.process.end('SIGTERM'));
  const input = { kind: 'root', email, password };
  assert.equal((await send(server.url, 'POST', '/signin/session', {}, input)).status, 401);
  assert.match(setRootPassword(dataDir, 'weak\n').stderr, /Password should have a minimum length of 8/);
  assert.match(
    setRootPassword(dataDir, `${password}\n`, ['--email', 'nonsense']).stderr,
    /no e-mail address/,
  );
  assert.match(
    setRootPassword(dataDir, `${password}\n`, ['--email', email, '--account', '999999999999']).stderr,
    /no account 999999999999/,
  );
  const set = setRootPassword(dataDir, `${password}\nnot this line\n`);
  assert.deepEqual([set.status, set.stderr], [0, '']);
  assert.ok(!set.stdout.includes(password));

  const signedIn = await send(server.url, 'POST', '/signin/session', {}, input);
  assert.equal(signedIn.status, 200);
  const session = { cookie: signedIn.cookie, 'x-cairn-csrf-token': signedIn.document.csrfToken as string };
  const { expiration: _shown, ...given } = (
    await send(server.url, 'POST', '/signin/credentials', session, {})
  ).document as Credentials & { readonly expiration: string };
  assert.equal(await callerArn(server.url, given), `arn:aws:iam::${root.accountId}:root`);

  assert.equal((await server.process.end('SIGTERM')).code, 0);
  server = await serve(dataDir);
  assert.equal((await send(server.url, 'GET', '/signin/session', session)).status, 200);
  assert.equal(await callerArn(server.url, given), `arn:aws:iam::${root.accountId}:root`);

  const cloudtrail = new CloudTrailClient({ endpoint: server.url, region: 'us-east-1', credentials: given });
  const { Events = [] } = await cloudtrail.send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: 'signin.amazonaws.com' }],
    }),
  );
  cloudtrail.destroy();
  // The first try was on an e-mail address that nobody had: no account's history tells of it.
  assert.deepEqual(
    Events.map(({ EventName, Username }) => [EventName, Username]),
    [
      ['ConsoleLogin', 'root'],
      ['PasswordUpdated', 'root'],
    ],
  );

  assert.equal((await send(server.url, 'DELETE', '/signin/session', session)).status, 204);
  assert.equal((await send(server.url, 'GET', '/signin/session', session)).status, 401);
  await assert.rejects(callerArn(server.url, given), { name: 'InvalidClientTokenId' });
});

test('a password can be set while no server runs; over TLS the cookie is of this host alone', async (context) => {
  const dataDir = temporaryFolder(context);
  await (await serve(dataDir)).process.end('SIGTERM');
  assert.equal(setRootPassword(dataDir, '').status, 1);
  assert.equal(setRootPassword(dataDir, `${password}\n`).status, 0);
  const args = [
    '--tls-cert',
    fixture('tls/test-only-cert.pem'),
    '--tls-key',
    fixture('tls/test-only-key.pem'),
  ];
  const server = await serve(dataDir, { args });
  context.after(() => server.process.end('SIGTERM'));
  const client = new Client(server.url);
  context.after(() => client.close());
  const { status, headers } = await client.send({
    method: 'POST',
    path: '/signin/session',
    headers: { host: client.host, 'content-type': 'application/json', origin: server.url },
    body: Buffer.from(JSON.stringify({ kind: 'root', email, password })),
  });
  assert.equal(status, 200);
  assert.match(
    headers['set-cookie']?.join() ?? '',
    /^__Host-cairn-session=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
  );
});
