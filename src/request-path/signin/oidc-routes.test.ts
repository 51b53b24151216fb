// SPDX-License-Identifier: Apache-2.0
// Oracle: OpenID Connect Core 1.0 (3.1, code flow), RFC 7636 (PKCE), RFC 9207 (iss); a small issuer of the test's own on
// loopback, which checks the verifier. CloudTrail User Guide, "AWS Management Console sign-in events".
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { oidcProviderKey, roleKey } from '../../identity/iam-documents.js';
import { nowMs } from '../testing/scene.js';
import { LoopbackIssuer } from './testing/loopback-issuer.js';
import { account, type Browser, otherAccount, SigninScene } from './testing/signin-scene.js';

async function started(context: TestContext) {
  const issuer = await LoopbackIssuer.start(context, nowMs);
  const endpoints = {
    authorizationEndpoint: `${issuer.url}/authorize?tenant=7`,
    tokenEndpoint: `${issuer.url}/token`,
  };
  const scene = await SigninScene.start(context, {
    oidc: new Map([[issuer.issuer, endpoints]]),
    jwks: new Map([[issuer.issuer, `${issuer.url}/jwks`]]),
  });
  const provider = scene.provider(issuer.issuer, [issuer.clientId, 'another']);
  const role = scene.role('console', {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer.issuer}:sub`]: 'johndoe' } },
  });
  const begin = (browser: Browser, query: Record<string, string> = { provider, role }) =>
    browser.send('GET', `/signin/oidc?${new URLSearchParams(query)}`);
  const finish = (browser: Browser, query: URLSearchParams) =>
    browser.send('GET', `/signin/oidc/callback?${query}`, undefined, { 'sec-fetch-site': 'cross-site' });
  return { issuer, scene, provider, role, begin, finish };
}

describe('signing in at an issuer', () => {
  test('gives a session of the role', async (context) => {
    const { issuer, scene, role, begin, finish } = await started(context);
    const browser = scene.browser();
    const sent = await begin(browser);
    assert.equal(sent.status, 302);
    const location = sent.headers.get('location') ?? '';
    assert.ok(
      location.startsWith(`${issuer.url}/authorize?tenant=7&response_type=code&client_id=cairn-console`),
    );
    const { searchParams } = new URL(location);
    assert.equal(searchParams.get('redirect_uri'), `${scene.url}/signin/oidc/callback`);
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.match(
      sent.headers.getSetCookie().join(),
      /^cairn-oidc=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    const back = await finish(browser, issuer.authorize(location, { email: 'john doe@example.com' }));
    assert.equal(back.status, 200);
    assert.match(back.text, /<meta http-equiv="refresh" content="0;url=\/console\/">/);
    assert.match(
      back.headers.getSetCookie().join(),
      /^cairn-session=.*Max-Age=3600; HttpOnly; SameSite=Strict$/,
    );
    const { document } = await browser.who();
    assert.deepEqual(document.identity, {
      kind: 'assumedRole',
      accountId: account,
      accountAlias: 'stones',
      arn: `arn:aws:sts::${account}:assumed-role/console/john-doe@example.com`,
      roleName: 'console',
      sessionName: 'john-doe@example.com',
    });
    const principal = scene.bearerOf((await browser.credentials()).document);
    assert.ok(typeof principal === 'object' && principal.kind === 'assumedRole');
    assert.deepEqual([principal.roleArn, principal.session.webIdentity?.subject], [role, 'johndoe']);
    const [assumed, login] = scene.stores.records;
    assert.equal(assumed?.eventName, 'AssumeRoleWithWebIdentity');
    assert.deepEqual(login?.userIdentity, {
      type: 'AssumedRole',
      principalId: 'AROACONSOLE:john-doe@example.com',
      arn: `arn:aws:sts::${account}:assumed-role/console/john-doe@example.com`,
      accountId: account,
    });
    assert.deepEqual(
      [login?.eventName, login?.responseElements],
      ['ConsoleLogin', { ConsoleLogin: 'Success' }],
    );
    assert.ok(!JSON.stringify(scene.stores.entries).includes('eyJ'), 'tokens are nowhere');
  });

  test('ends with the role, and with the provider', async (context) => {
    const { issuer, scene, begin, finish } = await started(context);
    for (const key of [roleKey(account, 'console'), oidcProviderKey(account, issuer.issuer)]) {
      const value = scene.stored(key);
      const browser = scene.browser();
      await finish(browser, issuer.authorize((await begin(browser)).headers.get('location') ?? ''));
      assert.equal((await browser.who()).status, 200);
      await scene.remove(key);
      assert.equal((await browser.who()).status, 401);
      scene.stores.put(key, value);
    }
  });

  test('begins nowhere but at a provider of the role’s account', async (context) => {
    const { issuer, scene, provider, role, begin } = await started(context);
    const wrong: Record<string, string>[] = [
      {},
      { provider },
      { role },
      { provider: 'https://evil.example.com', role },
      { provider: `arn:aws:iam::${account}:oidc-provider/evil.example.com`, role },
      { provider: provider.replace(account, otherAccount), role: role.replace(account, otherAccount) },
      { provider, role: role.replace(account, otherAccount) },
      { provider, role, client_id: 'not-ours' },
    ];
    for (const query of wrong) {
      const { status, headers } = await begin(scene.browser(), query);
      assert.deepEqual([status, headers.get('location')], [400, null], JSON.stringify(query));
    }
    const other = await begin(scene.browser(), {
      provider,
      role,
      client_id: 'another',
      redirect_uri: 'https://evil/',
    });
    const { searchParams } = new URL(other.headers.get('location') ?? '');
    assert.deepEqual(
      [searchParams.get('client_id'), searchParams.get('redirect_uri')],
      ['another', `${scene.url}/signin/oidc/callback`],
    );
    assert.equal(issuer.forms.length, 0);
  });
});

describe('nobody is signed in', () => {
  const refusedCases: [what: string, claims: Record<string, unknown>][] = [
    ['a token of another flow', { nonce: 'another' }],
    ['a token without a nonce', { nonce: undefined }],
    ['a token for another client of the provider', { aud: 'another' }],
    ['a token of another issuer', { iss: 'https://idp.example.com/other' }],
    ['a token that has expired', { exp: nowMs / 1_000 }],
    ['a subject that the role does not trust', { sub: 'mallory' }],
  ];
  for (const [what, claims] of refusedCases) {
    test(`by ${what}`, async (context) => {
      const { issuer, scene, begin, finish } = await started(context);
      const browser = scene.browser();
      const query = issuer.authorize((await begin(browser)).headers.get('location') ?? '', claims);
      const { status, headers } = await finish(browser, query);
      assert.ok(status === 401 || status === 403, String(status));
      assert.deepEqual(
        [headers.getSetCookie(), scene.refused.length, (await browser.who()).status],
        [[], 1, 401],
      );
    });
  }

  test('by somebody else’s code, state or cookie, or by a code a second time', async (context) => {
    const { issuer, scene, begin, finish } = await started(context);
    const mallory = scene.browser();
    const planted = issuer.authorize((await begin(mallory)).headers.get('location') ?? '');
    const victim = scene.browser();
    assert.equal((await finish(victim, planted)).status, 401, 'without a flow of its own');
    const own = issuer.authorize((await begin(victim)).headers.get('location') ?? '');
    assert.equal((await finish(victim, planted)).status, 401, 'state of another flow');
    assert.equal(issuer.forms.length, 0, 'the issuer was not asked');
    const mixed = new URLSearchParams({ code: planted.get('code') ?? '', state: own.get('state') ?? '' });
    assert.equal(
      (await finish(victim, mixed)).status,
      401,
      'a code of another flow: the verifier does not fit',
    );
    const foreign = new URLSearchParams([...own, ['iss', 'https://evil.example.com']]);
    assert.equal((await finish(victim, foreign)).status, 401, 'an answer of another issuer');
    assert.equal((await finish(victim, own)).status, 200);
    const again = scene.browser();
    for (const [name, value] of victim.cookies) if (name === 'cairn-oidc') again.cookies.set(name, value);
    scene.clock.advance(60_000);
    assert.equal((await finish(again, own)).status, 401);
  });

  test('by a flow that was altered or took too long', async (context) => {
    const { issuer, scene, begin, finish } = await started(context);
    const browser = scene.browser();
    const query = issuer.authorize((await begin(browser)).headers.get('location') ?? '');
    const cookie = browser.cookies.get('cairn-oidc') ?? '';
    for (const altered of [
      '',
      'x',
      `${cookie}A`,
      cookie.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    ]) {
      browser.cookies.set('cairn-oidc', altered);
      assert.ok((await finish(browser, query)).status >= 401, altered);
      scene.clock.advance(60_000);
    }
    browser.cookies.set('cairn-oidc', cookie);
    scene.clock.advance(10 * 60_000);
    assert.equal((await finish(browser, query)).status, 401);
    assert.equal(issuer.forms.length, 0, 'the issuer was not asked');
  });
});
