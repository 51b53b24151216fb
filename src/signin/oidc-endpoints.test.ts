// SPDX-License-Identifier: Apache-2.0
// Oracle: OpenID Connect Discovery 1.0 (section 4); the bounds that oidc-endpoints.ts names.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '../ports/clock.js';
import { DocumentFetchError } from '../ports/document-fetcher.js';
import { OidcEndpoints } from './oidc-endpoints.js';

const good = {
  issuer: 'https://idp.example.com/realm/',
  authorization_endpoint: 'https://idp.example.com/authorize',
  token_endpoint: 'https://login.example.com/token',
};

function scene(document: unknown = good) {
  const clock = new ManualClock(0);
  const asked: string[] = [];
  const posted: object[] = [];
  const answers = { discovery: document, token: { id_token: 'a.b.c' } as unknown };
  const web = {
    fetchJson: async (url: string, chosenBy: string) => {
      asked.push(`${chosenBy} ${url}`);
      if (answers.discovery instanceof Error) throw answers.discovery;
      return answers.discovery;
    },
    postForm: async (url: string, form: object, chosenBy: string) => {
      posted.push({ url, form, chosenBy });
      return answers.token;
    },
  };
  const settings = new Map([
    ['secret.example.com', { clientSecret: 'hush' }],
    ['own.example.com', { authorizationEndpoint: 'http://10.0.0.1/a', tokenEndpoint: 'http://10.0.0.1/t' }],
  ]);
  return { endpoints: new OidcEndpoints({ web, clock, settings }), asked, posted, clock, answers };
}

describe('where people sign in', () => {
  test('is told by the discovery document, asked for now and then', async () => {
    const { endpoints, asked, clock } = scene();
    const wanted = {
      authorizationEndpoint: 'https://idp.example.com/authorize',
      tokenEndpoint: 'https://login.example.com/token',
      chosenBy: 'stranger',
    };
    const all = await Promise.all(
      Array.from({ length: 20 }, () => endpoints.clientOf('idp.example.com/realm')),
    );
    for (const each of all) assert.deepEqual(each, wanted);
    assert.deepEqual(asked, ['stranger https://idp.example.com/realm/.well-known/openid-configuration']);
    clock.advance(10 * 60_000);
    await endpoints.clientOf('idp.example.com/realm');
    assert.equal(asked.length, 2);
  });

  test('is not asked for all the time when nobody answers', async () => {
    const { endpoints, asked, clock, answers } = scene(new DocumentFetchError('down'));
    for (let at = 0; at < 5; at += 1)
      await assert.rejects(endpoints.clientOf('idp.example.com/realm'), DocumentFetchError);
    assert.equal(asked.length, 1);
    clock.advance(30_000);
    answers.discovery = good;
    await endpoints.clientOf('idp.example.com/realm');
  });

  const wrong: [what: string, document: unknown][] = [
    ['nothing', null],
    ['another issuer', { ...good, issuer: 'https://evil.example.com' }],
    ['no endpoint', { ...good, token_endpoint: undefined }],
    ['plain http', { ...good, token_endpoint: 'http://idp.example.com/token' }],
    ['a script', { ...good, authorization_endpoint: 'javascript:alert(1)' }],
    ['a name before the host', { ...good, authorization_endpoint: 'https://idp@evil.example.com/' }],
  ];
  for (const [what, document] of wrong)
    test(`is not where a document says ${what}`, () =>
      assert.rejects(scene(document).endpoints.clientOf('idp.example.com/realm'), DocumentFetchError));

  test('is where the operator says', async () => {
    const { endpoints, asked } = scene();
    const client = await endpoints.clientOf('own.example.com');
    assert.deepEqual([client.tokenEndpoint, client.chosenBy, asked], ['http://10.0.0.1/t', 'operator', []]);
  });
});

test('a code is changed for a token, with the secret where the issuer has given one', async () => {
  const { endpoints, posted, answers } = scene({ ...good, issuer: 'https://secret.example.com' });
  const client = await endpoints.clientOf('secret.example.com');
  assert.equal(await endpoints.idToken(client, { code: 'x' }), 'a.b.c');
  assert.deepEqual(posted, [
    { url: good.token_endpoint, form: { code: 'x', client_secret: 'hush' }, chosenBy: 'stranger' },
  ]);
  for (const token of [null, {}, { id_token: 7 }, { id_token: 'x'.repeat(20_001) }]) {
    answers.token = token;
    await assert.rejects(endpoints.idToken(client, {}), DocumentFetchError);
  }
});
