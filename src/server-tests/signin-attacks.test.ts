// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "AWS Management Console sign-in events" (failed ones, HIDDEN_DUE_TO_SECURITY_REASONS); OWASP Cheat
// Sheets, "Session Management", "Cross-Site Request Forgery Prevention", "Authentication" (no telling who is there).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pause, until } from '../testing/until.js';
import { AttackedAccounts, allow, type Keys, rootKeys } from './attacked-accounts.js';
import type { Answer } from './client.js';

const scene = new AttackedAccounts();
const [password, wrong] = ['Correct-horse-1', 'Guessed-horse-1'];
const badToken = /InvalidClientTokenId|InvalidToken/;

interface Session {
  readonly cookie: string;
  readonly csrf: string;
}

function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return scene.client.send({
    method,
    path,
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    headers: { host: scene.client.host, 'content-type': 'application/json', ...headers },
  });
}

const form = (userName: string, more: object = {}) => ({
  kind: 'user',
  account: scene.main,
  userName,
  password,
  ...more,
});

async function person(UserName: string): Promise<void> {
  await scene.user(rootKeys, UserName, allow('*'));
  await scene.done(rootKeys, 'iam', 'CreateLoginProfile', { UserName, Password: password });
}

async function signIn(userName: string, headers: Record<string, string> = {}): Promise<Session> {
  const answer = await send('POST', '/signin/session', form(userName), headers);
  assert.equal(answer.status, 200, answer.text);
  const [set = ''] = answer.headers['set-cookie'] ?? [];
  assert.match(set, /; HttpOnly; SameSite=Strict/);
  const token = /"csrfToken":"([\w-]+)"/.exec(answer.text)?.[1] ?? '';
  return { cookie: set.split(';')[0] ?? '', csrf: token };
}

const withSession = ({ cookie, csrf }: Session) => ({ cookie, 'x-cairn-csrf-token': csrf });

async function consoleKeys(session: Session): Promise<Keys> {
  const answer = await send('POST', '/signin/credentials', {}, withSession(session));
  assert.equal(answer.status, 200, answer.text);
  const { accessKeyId, secretAccessKey, sessionToken = '' } = JSON.parse(answer.text) as Keys;
  return { accessKeyId, secretAccessKey, sessionToken };
}

describe('a session', () => {
  test('is used by nobody who has half of it, and from nowhere else', async () => {
    await person('jane');
    await person('mallory');
    const [jane, mallory] = [await signIn('jane'), await signIn('mallory')];
    const [name, value = ''] = jane.cookie.split('=', 2);
    const last = value.at(-1) === 'A' ? 'B' : 'A';
    const tries: [what: string, headers: Record<string, string>, statuses: RegExp][] = [
      ['no token', { cookie: jane.cookie }, /403/],
      ["another session's token", { ...withSession(jane), 'x-cairn-csrf-token': mallory.csrf }, /403/],
      ['a token alone', { 'x-cairn-csrf-token': jane.csrf }, /401/],
      ['another origin', { ...withSession(jane), origin: 'https://evil.example.com' }, /403/],
      ['another port', { ...withSession(jane), origin: 'http://127.0.0.1:1' }, /403/],
      ['no origin that is told', { ...withSession(jane), origin: 'null' }, /403/],
      ['another site', { ...withSession(jane), 'sec-fetch-site': 'cross-site' }, /403/],
      ['a sibling', { ...withSession(jane), 'sec-fetch-site': 'same-site' }, /403/],
      ['a name that means this address', { ...withSession(jane), host: 'evil.example.com' }, /403/],
      ['a form', { ...withSession(jane), 'content-type': 'text/plain' }, /415/],
      ['two cookies', { ...withSession(jane), cookie: `${jane.cookie}; ${mallory.cookie}` }, /401/],
      [
        'an altered cookie',
        { ...withSession(jane), cookie: `${name}=${value.slice(0, -1)}${last}` },
        /40[13]/,
      ],
      [
        'a cookie for another account',
        { ...withSession(jane), cookie: jane.cookie.replace(scene.main, scene.alone) },
        /40[13]/,
      ],
      [
        "a cookie for the account's root",
        { ...withSession(jane), cookie: jane.cookie.replace(/\.\w+\./, '.root.') },
        /40[13]/,
      ],
      ['a path for a cookie', { ...withSession(jane), cookie: `${name}=../../${value}` }, /401/],
    ];
    for (const [what, headers, statuses] of tries) {
      for (const [method, path] of [
        ['POST', '/signin/credentials'],
        ['DELETE', '/signin/session'],
      ] as const) {
        if (what === 'a form' && method === 'DELETE') continue;
        const answer = await send(method, path, method === 'POST' ? {} : undefined, headers);
        assert.match(String(answer.status), statuses, `${what}: ${answer.text}`);
        assert.ok(!answer.text.includes('secretAccessKey'), what);
        assert.equal(answer.headers['access-control-allow-origin'], undefined, what);
      }
    }
    await consoleKeys(jane);
  });

  test("ends, and its credentials with it: by signing out, another password, the user's end", async () => {
    const ways: [string, (session: Session) => Promise<unknown>][] = [
      ['leaver', (session) => send('DELETE', '/signin/session', undefined, withSession(session))],
      [
        'changer',
        () =>
          scene.done(rootKeys, 'iam', 'UpdateLoginProfile', {
            UserName: 'changer',
            Password: 'Another-horse-1',
          }),
      ],
      ['loser', () => scene.done(rootKeys, 'iam', 'DeleteLoginProfile', { UserName: 'loser' })],
    ];
    for (const [userName, end] of ways) {
      await person(userName);
      const session = await signIn(userName);
      const keys = await consoleKeys(session);
      await scene.done(keys, 's3', 'ListBuckets');
      await end(session);
      assert.equal((await send('GET', '/signin/session', undefined, withSession(session))).status, 401);
      await scene.refused(undefined, keys, 's3', 'ListBuckets', {}, badToken);
    }
  });

  test('begins anew at every sign-in: what was planted before is worth nothing', async () => {
    await person('planted');
    const before = await signIn('planted');
    const after = await signIn('planted', { cookie: before.cookie });
    assert.notEqual(after.cookie, before.cookie);
    assert.equal((await send('GET', '/signin/session', undefined, withSession(before))).status, 401);
  });
});

/** Guesses until the waits are longer than a try takes: then the right password waits like a wrong one. */
async function guessUntilHeldUp(userName: string): Promise<void> {
  for (let at = 0; at < 40; at += 1) {
    const { status, headers } = await send('POST', '/signin/session', form(userName, { password: wrong }));
    assert.ok(status === 401 || status === 429);
    const waitSec = Number(headers['retry-after'] ?? 0);
    // The header is rounded up.
    if (waitSec < 2) {
      await pause(waitSec * 1_000);
      continue;
    }
    const sentMs = Date.now();
    const right = await send('POST', '/signin/session', form(userName));
    if (Date.now() - sentMs >= (waitSec - 1) * 1_000) continue;
    assert.equal(right.status, 429);
    return;
  }
  assert.fail('nothing holds a guesser up');
}

describe('a guesser', () => {
  test('sends what is no sign-in, and hears nothing but that', async () => {
    const odd: unknown[] = [
      [],
      'x',
      null,
      { kind: 'admin' },
      form('jane', { password: { $ne: '' } }),
      form('jane', { password: ['a'] }),
      form('jane', { password: 'x'.repeat(5_000) }),
      form('x'.repeat(5_000)),
      form('jane', { account: '../../account' }),
      { kind: 'user', userName: 'jane', password, account: 7 },
      { __proto__: null, constructor: { prototype: {} } },
    ];
    for (const body of odd) {
      const { status, text } = await send('POST', '/signin/session', body);
      assert.ok(status >= 400 && status < 500, `${JSON.stringify(body)?.slice(0, 60)}: ${status} ${text}`);
      assert.ok(!text.includes(password));
    }
  });

  test('does not learn who is there, is in the history, and has to wait', async () => {
    await person('victim');
    const there = await send('POST', '/signin/session', form('victim', { password: wrong }));
    const nobody = await send('POST', '/signin/session', form('nobody-of-that-name', { password: wrong }));
    const nowhere = await send('POST', '/signin/session', form('jane', { account: '999988887777' }));
    const ofRoot = { kind: 'root', email: 'nobody@example.com', password: wrong };
    const noRoot = await send('POST', '/signin/session', ofRoot);
    for (const answer of [there, nobody, nowhere, noRoot])
      assert.deepEqual([answer.status, answer.text], [401, there.text]);
    await guessUntilHeldUp('victim');
    await until(async () => {
      const text = JSON.stringify(await scene.client.history(scene.main));
      return ['"victim"', 'HIDDEN_DUE_TO_SECURITY_REASONS'].every((name) => text.includes(name));
    });
    const events = await scene.client.history(scene.main);
    const failed = events.filter(
      ({ eventName, errorMessage }) => eventName === 'ConsoleLogin' && errorMessage !== undefined,
    );
    const names = failed.map(({ userIdentity }) => (userIdentity as { userName?: string }).userName);
    assert.ok(names.includes('victim'));
    assert.ok(names.includes('HIDDEN_DUE_TO_SECURITY_REASONS'));
    assert.ok(failed.length < 20, `${failed.length} failed sign-ins are in the history`);
    const texts = JSON.stringify(events);
    for (const secret of [password, wrong, 'nobody-of-that-name']) assert.ok(!texts.includes(secret), secret);
    const securityLog = () => readFileSync(join(scene.dataDir, 'security.log'), 'utf8');
    await until(() => securityLog().includes('TooManyAttempts'));
    const log = securityLog();
    assert.ok(log.includes('TooManyAttempts'));
    for (const secret of [password, wrong]) assert.ok(!log.includes(secret), secret);
  });
});
