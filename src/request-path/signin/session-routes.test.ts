// SPDX-License-Identifier: Apache-2.0
// Oracle: the life of a session in src/signin/README.md; attacks on its cookie. Over HTTP, on a clock of the test's.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type MfaDeviceDocument, mfaDeviceKey, userKey } from '../../identity/iam-documents.js';
import { account, eventNames, otherAccount, SigninScene } from './testing/signin-scene.js';

const minuteMs = 60_000;

describe('a session', () => {
  async function signedIn(context: Parameters<typeof SigninScene.start>[0]) {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const browser = scene.browser();
    await browser.signIn('jane');
    return { scene, browser };
  }

  test('ends with signing out, and its credentials with it', async (context) => {
    const { scene, browser } = await signedIn(context);
    const { document: credentials } = await browser.credentials();
    assert.equal(typeof scene.bearerOf(credentials), 'object');
    const stolen = new Map(browser.cookies);
    const out = await browser.send('DELETE', '/signin/session');
    assert.deepEqual([out.status, browser.cookies.size], [204, 0]);
    for (const [name, value] of stolen) browser.cookies.set(name, value);
    const { status, document } = await browser.who();
    assert.deepEqual([status, document.code], [401, 'NotSignedIn']);
    assert.equal(scene.bearerOf(credentials), 'invalidSessionToken');
    assert.deepEqual(eventNames(scene), ['ConsoleLogin Success', 'Logout Success']);
  });

  test('ends after an hour without use, and after twelve with it', async (context) => {
    const { scene, browser } = await signedIn(context);
    scene.clock.advance(59 * minuteMs);
    assert.equal((await browser.who()).status, 200, 'to be asked about is no use');
    scene.clock.advance(minuteMs);
    assert.equal((await browser.who()).status, 401);
    await browser.signIn('jane');
    for (let at = 0; at < 14; at += 1) {
      assert.equal((await browser.credentials()).status, 200);
      scene.clock.advance(50 * minuteMs);
    }
    const { document } = await browser.credentials({ durationSeconds: 3_600 });
    assert.equal(document.expiration, '2026-11-21T23:00:00.000Z', 'never longer than the session');
    scene.clock.advance(20 * minuteMs);
    assert.equal((await browser.credentials()).status, 401);
  });

  const ends: [what: string, change: (scene: SigninScene) => unknown][] = [
    ['the user is deleted', (scene) => scene.remove(userKey(account, 'jane'))],
    ['the user is made anew', (scene) => scene.user('jane', { userId: 'AIDAANOTHER' })],
    ['the password is changed', (scene) => scene.user('jane')],
    ['the password is removed', (scene) => scene.change('jane', ({ loginProfile: _, ...user }) => user)],
    ['the account is closed', (scene) => scene.account({ accountId: account, closedAtMs: 1 })],
  ];
  for (const [what, change] of ends) {
    test(`ends at once when ${what}`, async (context) => {
      const { scene, browser } = await signedIn(context);
      const { document: credentials } = await browser.credentials();
      await change(scene);
      assert.equal((await browser.who()).status, 401);
      assert.equal((await browser.credentials()).status, 401);
      assert.equal(typeof scene.bearerOf(credentials), 'string');
    });
  }

  test('ends at once when the MFA device is taken away', async (context) => {
    const scene = await SigninScene.start(context);
    await scene.user('jane');
    const code = scene.mfa('phone', 'jane');
    const browser = scene.browser();
    await browser.signIn('jane', { mfaCode: code() });
    assert.equal((await browser.who()).status, 200);
    const key = mfaDeviceKey(account, 'phone');
    const { enabled: _enabled, ...device } = scene.stored<MfaDeviceDocument>(key);
    scene.stores.put(key, device);
    assert.equal((await browser.who()).status, 401);
  });

  test('is had by its cookie alone', async (context) => {
    const { browser } = await signedIn(context);
    const [name, value] = Array.from(browser.cookies)[0] as [string, string];
    const altered = [
      '',
      value.slice(0, -1),
      `${value}A`,
      value.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      value.replace(account, otherAccount),
      value.replace('AIDAJANE', 'root'),
      value.replace('AIDAJANE', 'AIDAJOHN'),
      value.replace('AIDAJANE', '../AIDAJANE'),
      'null',
      `${value}; ${name}=${value}`,
    ];
    for (const each of altered) {
      browser.cookies.set(name, each);
      assert.equal((await browser.who()).status, 401, each);
    }
  });

  test('is not kept: who reads the state cannot sign in by it', async (context) => {
    const { scene, browser } = await signedIn(context);
    const [value = ''] = browser.cookies.values();
    assert.ok(!JSON.stringify(scene.stores.entries).includes(value.split('.')[2] as string));
  });

  test('follows the one before in the same browser; there are twenty of a person at most', async (context) => {
    const { scene, browser } = await signedIn(context);
    const first = scene.browser();
    for (const [name, value] of browser.cookies) first.cookies.set(name, value);
    await browser.signIn('jane');
    assert.equal((await first.who()).status, 401);
    for (let at = 0; at < 20; at += 1) {
      scene.clock.advance(1_000);
      await scene.browser().signIn('jane');
    }
    assert.equal((await browser.who()).status, 401);
    assert.equal(scene.stores.stateStore.list('signin-session/').length, 20);
  });

  test('that ran out is removed when anybody of the account signs in', async (context) => {
    const { scene } = await signedIn(context);
    scene.clock.advance(60 * minuteMs);
    await scene.browser().signInAsRoot();
    const keys = scene.stores.stateStore.list('signin-session/').map(({ key }) => key);
    assert.equal(keys.length, 1);
    assert.ok(keys[0]?.startsWith(`signin-session/${account}/root/`));
  });

  test('gives credentials for a while, known as the console’s', async (context) => {
    const { scene, browser } = await signedIn(context);
    const { status, document } = await browser.credentials();
    assert.equal(status, 200);
    assert.match(document.accessKeyId, /^ASIA/);
    assert.equal(document.expiration, '2026-11-21T10:15:00.000Z');
    const principal = scene.bearerOf(document);
    assert.ok(typeof principal === 'object' && principal.kind === 'user');
    assert.deepEqual(
      [principal.userName, principal.session?.isOfConsole, principal.session?.issuedAtMs],
      ['jane', true, scene.clock.now()],
    );
    for (const durationSeconds of [899, 3_601, '900', 900.5, {}])
      assert.equal((await browser.credentials({ durationSeconds })).status, 400);
  });
});
