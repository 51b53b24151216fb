// SPDX-License-Identifier: Apache-2.0
// Oracle: OWASP "Cross-Site Request Forgery Prevention Cheat Sheet" and "Authentication Cheat Sheet"; what browsers send
// (Fetch Standard: Origin; Fetch Metadata: Sec-Fetch-Site). Over HTTP.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { account, password, SigninScene } from './testing/signin-scene.js';

describe('other sites', () => {
  test('can cause nothing: each change needs the session’s own token, this origin, and JSON', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    await scene.user('mallory');
    const browser = scene.browser();
    await browser.signIn('jane');
    const mallory = scene.browser();
    await mallory.signIn('mallory');
    const port = new URL(scene.url).port;
    const forged: [code: string, headers: Record<string, string>][] = [
      ['InvalidCsrfToken', { 'x-cairn-csrf-token': '' }],
      ['InvalidCsrfToken', { 'x-cairn-csrf-token': mallory.csrfToken as string }],
      ['CrossSiteRequest', { origin: 'https://evil.example.com' }],
      ['CrossSiteRequest', { origin: 'null' }],
      ['CrossSiteRequest', { origin: `http://localhost:${port}` }],
      ['CrossSiteRequest', { 'sec-fetch-site': 'cross-site' }],
      ['CrossSiteRequest', { 'sec-fetch-site': 'same-site' }],
    ];
    const changes: [method: string, path: string, body?: object][] = [
      ['POST', '/signin/credentials', {}],
      ['POST', '/signin/role', { roleArn: 'x' }],
      ['DELETE', '/signin/role'],
      ['DELETE', '/signin/session'],
    ];
    for (const [method, path, body] of changes)
      for (const [code, headers] of forged) {
        const answer = await browser.send(method, path, body, headers);
        assert.deepEqual([answer.status, answer.document.code], [403, code], `${method} ${path}`);
      }
    assert.equal(scene.refused.length, changes.length * forged.length);
    const login = { kind: 'user', account, userName: 'mallory', password };
    const planted = await browser.send('POST', '/signin/session', login, {
      origin: 'https://evil.example.com',
    });
    assert.equal(planted.status, 403, 'nor sign anybody in as somebody else');
    assert.equal((await browser.who()).document.identity.userName, 'jane');
  });

  test('cannot make their own name mean this server', async (context) => {
    const scene = await SigninScene.start(context, { publicUrl: 'https://audit.example.com' });
    const { request } = await import('node:http');
    const asked = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const sent = request(`${scene.url}/signin/session`, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        sent.on('error', reject).end();
      });
    for (const host of [
      'evil.example.com',
      `evil.example.com:${new URL(scene.url).port}`,
      'audit.example.com.evil',
      'a@127.0.0.1',
    ])
      assert.equal(await asked(host), 403, host);
    for (const host of ['audit.example.com', 'AUDIT.example.com:443', '127.0.0.1:1', '[::1]', 'localhost'])
      assert.equal(await asked(host), 401, host);
  });

  test('cannot frame, sniff or keep what is answered', async (context) => {
    const scene = await SigninScene.start(context);
    const { headers } = await scene.browser().who();
    const shown = [
      'cache-control',
      'x-content-type-options',
      'x-frame-options',
      'cross-origin-resource-policy',
    ];
    assert.deepEqual(
      shown.map((name) => headers.get(name)),
      ['no-store', 'nosniff', 'DENY', 'same-origin'],
    );
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    assert.equal(headers.get('access-control-allow-origin'), null);
  });
});

describe('guessing', () => {
  test('by many at once looks at a few, and is no way to lock the owner out', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    scene.passwords.work = 0;
    const guesses = await Promise.all(
      Array.from({ length: 60 }, (_, at) => scene.browser().signIn('jane', { password: `Gu3ss!${at}` })),
    );
    assert.equal(scene.passwords.work, 5);
    assert.equal(guesses.filter(({ status }) => status === 429).length, 55);
    const { status, headers } = await scene.browser().signIn('jane');
    assert.deepEqual([status, headers.get('retry-after')], [429, '1']);
    assert.equal(scene.refused.filter((code) => code === 'TooManyAttempts').length, 56);
    scene.clock.advance(1_000);
    assert.equal((await scene.browser().signIn('jane')).status, 200);
  });

  test('at names that are not there is held up alike', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const seen = async (userName: string) => {
      const statuses: number[] = [];
      for (let at = 0; at < 8; at += 1)
        statuses.push((await scene.browser().signIn(userName, { password: 'Wr0ng!pass' })).status);
      return statuses;
    };
    assert.deepEqual(await seen('jane'), await seen('nobody'));
  });
});
