// SPDX-License-Identifier: Apache-2.0
// Oracle: tokens signed by `jose` with keys of the test; OpenID Connect Core 1.0, "ID Token Validation"; IAM User Guide, "Pass
// session tags in AWS STS" (the decoded token of its example).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { ManualClock } from '../../ports/clock.js';
import { DocumentFetchError } from '../../ports/document-fetcher.js';
import { silentLog } from '../../ports/operator-log.js';
import { type OidcProviderDocument, oidcProviderKey } from '../iam-documents.js';
import { IssuerKeys } from './issuer-keys.js';
import { verifyWebIdentity, WebIdentityError } from './verify-web-identity.js';

const accountId = '111122223333';
const nowSec = 1_793_000_000;
const ours = await generateKeyPair('RS256');
const newer = await generateKeyPair('ES256');
const strangers = await generateKeyPair('RS256');
const publicKeys = {
  ours: { ...(await exportJWK(ours.publicKey)), kid: 'ours', alg: 'RS256' },
  newer: { ...(await exportJWK(newer.publicKey)), kid: 'newer', alg: 'ES256' },
};

class Issuer {
  readonly clock = new ManualClock(nowSec * 1_000);
  readonly fetched: string[] = [];
  published: object[] = [publicKeys.ours];
  isDown = false;
  discovery: Record<string, unknown> = {
    issuer: 'https://idp.example.com/realm',
    jwks_uri: 'https://keys.example.com/jwks',
  };
  readonly keys = new IssuerKeys({
    clock: this.clock,
    log: silentLog,
    locations: new Map(),
    fetcher: {
      fetchJson: (url) => {
        this.fetched.push(url);
        if (this.isDown) return Promise.reject(new DocumentFetchError('down'));
        return Promise.resolve(
          url.endsWith('openid-configuration') ? this.discovery : { keys: this.published },
        );
      },
    },
  });
  readonly provider: OidcProviderDocument = {
    accountId,
    url: 'idp.example.com/realm',
    clientIds: ['my-app', 'other-app'],
    thumbprints: [],
    createdAtMs: 0,
    tags: {},
  };

  verify(token: string, account = accountId) {
    const known = oidcProviderKey(accountId, this.provider.url);
    const get = <T>(key: string) => (key === known ? (this.provider as T) : undefined);
    return verifyWebIdentity(token, {
      accountId: account,
      state: { get },
      keys: this.keys,
      nowMs: this.clock.now(),
    });
  }
}

const goodClaims: JWTPayload = {
  iss: 'https://idp.example.com/realm',
  aud: 'my-app',
  sub: 'johndoe',
  iat: nowSec - 10,
  exp: nowSec + 300,
};

const { sub: _, ...withoutSubject } = goodClaims;

function signed(change: JWTPayload = {}, { kid = 'ours', alg = 'RS256', key = ours.privateKey } = {}) {
  return new SignJWT({ ...goodClaims, ...change }).setProtectedHeader({ alg, kid }).sign(key);
}

const isFault = (code: string) => (error: unknown) => {
  assert.ok(error instanceof WebIdentityError, String(error));
  assert.equal(error.fault.code, code);
  return true;
};

describe('a web identity token', () => {
  test('names its bearer', async () => {
    const issuer = new Issuer();
    const principal = await issuer.verify(
      await signed({ email: 'john@example.com', groups: ['a', 'b'], nested: { a: 1 }, admin: true }),
    );
    assert.deepEqual(principal, {
      kind: 'webIdentity',
      provider: `arn:aws:iam::${accountId}:oidc-provider/idp.example.com/realm`,
      providerName: 'idp.example.com/realm',
      subject: 'johndoe',
      audience: 'my-app',
      claims: {
        iss: 'https://idp.example.com/realm',
        aud: 'my-app',
        sub: 'johndoe',
        iat: String(nowSec - 10),
        exp: String(nowSec + 300),
        email: 'john@example.com',
        groups: ['a', 'b'],
        admin: 'true',
      },
      asked: { tags: {}, transitiveTagKeys: [] },
    });
    assert.deepEqual(issuer.fetched, [
      'https://idp.example.com/realm/.well-known/openid-configuration',
      'https://keys.example.com/jwks',
    ]);
  });

  test('brings session tags and a source identity, nested or flat', async () => {
    const nested = {
      'https://aws.amazon.com/tags': {
        principal_tags: { Project: ['Automation'], CostCenter: ['987654'], Department: ['Engineering'] },
        transitive_tag_keys: ['Project', 'CostCenter'],
      },
      'https://aws.amazon.com/source_identity': 'Admin',
    };
    const wanted = {
      tags: { Project: 'Automation', CostCenter: '987654', Department: 'Engineering' },
      transitiveTagKeys: ['Project', 'CostCenter'],
      sourceIdentity: 'Admin',
    };
    assert.deepEqual((await new Issuer().verify(await signed(nested))).asked, wanted);
    const flat = {
      'https://aws.amazon.com/tags/principal_tags/Project': ['Automation'],
      'https://aws.amazon.com/tags/principal_tags/CostCenter': '987654',
      'https://aws.amazon.com/tags/principal_tags/Department': ['Engineering'],
      'https://aws.amazon.com/tags/transitive_tag_keys': ['Project', 'CostCenter'],
      'https://aws.amazon.com/source_identity': 'Admin',
    };
    assert.deepEqual((await new Issuer().verify(await signed(flat))).asked, wanted);
  });

  test('is for the client that it was issued to', async () => {
    const issuer = new Issuer();
    assert.equal((await issuer.verify(await signed({ aud: ['x', 'other-app'] }))).audience, 'other-app');
    assert.equal((await issuer.verify(await signed({ aud: 'x', azp: 'my-app' }))).audience, 'my-app');
    for (const claims of [{ aud: 'x' }, { aud: ['x'] }, { aud: 'my-app', azp: 'x' }])
      await assert.rejects(issuer.verify(await signed(claims)), isFault('wrongAudience'));
  });
});

describe('a token that proves nobody', () => {
  test('is refused before anything is fetched where that can be said', async () => {
    const issuer = new Issuer();
    const cases: [string, string | Promise<string>][] = [
      ['notAJwt', 'an access token'],
      ['notAJwt', 'a.b.c'],
      ['notAJwt', ''],
      ['unknownProvider', signed({ iss: 'https://evil.example.com' })],
      ['unknownProvider', signed({ iss: 'http://idp.example.com/realm' })],
      ['unknownProvider', signed({ iss: 'https://idp.example.com/realm/x' })],
      ['unknownProvider', signed({ iss: 'https://idp.example.com/realm?x' })],
      ['unknownProvider', signed({ iss: 'https://user@idp.example.com/realm' })],
      ['wrongAudience', signed({ aud: 'x' })],
      ['expired', signed({ exp: nowSec })],
      ['badSignature', signed({ iat: nowSec + 301 })],
      ['badSignature', signed({ nbf: nowSec + 301 })],
      [
        'missingClaim',
        new SignJWT(withoutSubject).setProtectedHeader({ alg: 'RS256' }).sign(ours.privateKey),
      ],
      ['badSignature', new SignJWT(goodClaims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32))],
      ['notAJwt', new UnsecuredJWT(goodClaims).encode()],
    ];
    for (const [code, token] of cases) {
      const given = await token;
      await assert.rejects(
        issuer.verify(given),
        (error: unknown) => {
          assert.ok(error instanceof WebIdentityError);
          // An unsecured token has no signature part, or an algorithm that is not taken.
          if (code === 'notAJwt')
            return error.fault.code === 'notAJwt' || error.fault.code === 'badSignature';
          return isFault(code)(error);
        },
        given.slice(0, 40),
      );
    }
    await assert.rejects(issuer.verify(await signed(), '444455556666'), isFault('unknownProvider'));
    assert.deepEqual(issuer.fetched, []);
  });

  test('is one of another key, also under the name of ours', async () => {
    const issuer = new Issuer();
    await assert.rejects(
      issuer.verify(await signed({}, { key: strangers.privateKey })),
      isFault('badSignature'),
    );
    await assert.rejects(
      issuer.verify(await signed({}, { key: strangers.privateKey, kid: 'none' })),
      isFault('badSignature'),
    );
  });

  test('is one that was altered anywhere', async () => {
    const issuer = new Issuer();
    const token = await signed();
    await issuer.verify(token);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const other = Buffer.from(JSON.stringify({ ...goodClaims, sub: 'admin' })).toString('base64url');
    await assert.rejects(issuer.verify(`${header}.${other}.${signature}`), isFault('badSignature'));
    const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    await assert.rejects(issuer.verify(`${header}.${payload}.${flipped}`), isFault('badSignature'));
  });
});

describe('keys of an issuer', () => {
  test('are remembered, and asked for again when a new one signs, but not all the time', async () => {
    const issuer = new Issuer();
    await issuer.verify(await signed());
    await issuer.verify(await signed());
    assert.equal(issuer.fetched.length, 2);
    const byNewer = () => signed({}, { kid: 'newer', alg: 'ES256', key: newer.privateKey });
    await assert.rejects(issuer.verify(await byNewer()), isFault('badSignature'));
    assert.equal(issuer.fetched.length, 2, 'within the cooldown nothing is asked');
    issuer.published = [publicKeys.ours, publicKeys.newer];
    issuer.clock.advance(30_000);
    await issuer.verify(await byNewer());
    assert.equal(issuer.fetched.length, 4);
  });

  test('are asked for once, however many tokens wait', async () => {
    const issuer = new Issuer();
    const token = await signed();
    await Promise.all(Array.from({ length: 20 }, () => issuer.verify(token)));
    assert.equal(issuer.fetched.length, 2);
  });

  test('that cannot be had are not asked for by every token; those had before serve on', async () => {
    const issuer = new Issuer();
    issuer.isDown = true;
    for (let time = 0; time < 3; time += 1)
      await assert.rejects(issuer.verify(await signed()), isFault('noKeys'));
    assert.equal(issuer.fetched.length, 1);
    issuer.isDown = false;
    issuer.clock.advance(30_000);
    await issuer.verify(await signed());
    issuer.isDown = true;
    issuer.clock.advance(120_000);
    await issuer.verify(await signed());
  });

  test('of a discovery document that is of another issuer do not count', async () => {
    for (const discovery of [
      { issuer: 'https://evil.example.com', jwks_uri: 'https://x/' },
      { issuer: 'https://idp.example.com/realm' },
      {},
      [],
    ]) {
      const issuer = new Issuer();
      issuer.discovery = discovery as Record<string, unknown>;
      await assert.rejects(issuer.verify(await signed()), isFault('noKeys'));
    }
  });
});
