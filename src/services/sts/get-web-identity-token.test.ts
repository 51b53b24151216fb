// SPDX-License-Identifier: Apache-2.0
// Oracle: `jose` verifies what is signed with what is published, as any relying party would (OpenID Connect Discovery 1.0).
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import type { EnableOutboundWebIdentityFederationResponse } from '@aws-sdk/client-iam';
import type { GetWebIdentityTokenResponse } from '@aws-sdk/client-sts';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { issuerDocument } from '../../identity/outbound-federation.js';
import { outboundFederationHandlers } from '../iam/outbound-federation/outbound-federation.js';
import { fakeCall } from '../testing/call.js';
import { accountA, allow, nowMs, refusedWith, StsScene } from './testing/sts-scene.js';

async function enabled(publicUrl?: string) {
  const scene = new StsScene();
  const handlers = outboundFederationHandlers({ secretBox: scene.secretBox, randomBytes, publicUrl });
  const iam = async <Output = unknown>(operation: string) =>
    (await handlers[operation]?.({}, fakeCall({ state: scene.state }))) as Output;
  const { IssuerIdentifier = '' } = await iam<EnableOutboundWebIdentityFederationResponse>(
    'EnableOutboundWebIdentityFederation',
  );
  const published = (name: string) => {
    const path = `${new URL(IssuerIdentifier).pathname}/.well-known/${name}`;
    return issuerDocument(path, (key) => scene.state.get(key)) as Record<string, unknown> | undefined;
  };
  return { scene, iam, issuer: IssuerIdentifier, published };
}

describe('an account as an issuer', () => {
  test('publishes what verifies its tokens', async () => {
    const { scene, issuer, published } = await enabled('https://audit.example.com');
    assert.match(issuer, /^https:\/\/audit\.example\.com\/cairn\/oidc\/[0-9a-f]{32}$/);
    const discovery = published('openid-configuration');
    assert.equal(discovery?.issuer, issuer);
    assert.equal(discovery?.jwks_uri, `${issuer}/.well-known/jwks.json`);
    const keys = published('jwks.json') as unknown as JSONWebKeySet;
    for (const jwk of keys.keys)
      for (const secret of ['d', 'p', 'q']) assert.equal(jwk[secret as 'd'], undefined);
    for (const SigningAlgorithm of ['RS256', 'ES384']) {
      const input = {
        Audience: ['https://api.example.com'],
        SigningAlgorithm,
        Tags: [{ Key: 'job-id', Value: '1' }],
      };
      const { output } = await scene.run<GetWebIdentityTokenResponse>(
        'GetWebIdentityToken',
        input,
        scene.user('jane', [allow('sts:*')]),
      );
      const { payload } = await jwtVerify(output.WebIdentityToken ?? '', createLocalJWKSet(keys), {
        issuer,
        audience: 'https://api.example.com',
        subject: `arn:aws:iam::${accountA}:user/jane`,
        currentDate: new Date(nowMs),
        maxTokenAge: 300,
      });
      assert.equal(payload.exp, nowMs / 1_000 + 300);
      assert.equal(output.Expiration?.getTime(), nowMs + 300_000);
      assert.deepEqual(payload['https://sts.amazonaws.com/'], {
        aws_account: accountA,
        source_region: 'us-east-1',
        request_tags: { 'job-id': '1' },
      });
    }
  });

  test('keeps its name when it is switched off and on; what it signed stays good', async () => {
    const { scene, iam, issuer, published } = await enabled();
    const jane = scene.user('jane', [allow('sts:*')]);
    await assert.rejects(iam('EnableOutboundWebIdentityFederation'), refusedWith('FeatureEnabledException'));
    await iam('DisableOutboundWebIdentityFederation');
    const input = { Audience: ['a'], SigningAlgorithm: 'RS256' };
    await assert.rejects(
      scene.run('GetWebIdentityToken', input, jane),
      refusedWith('OutboundWebIdentityFederationDisabledException'),
    );
    for (const operation of ['DisableOutboundWebIdentityFederation', 'GetOutboundWebIdentityFederationInfo'])
      await assert.rejects(iam(operation), refusedWith('FeatureDisabledException'));
    assert.ok(published('jwks.json') !== undefined);
    assert.deepEqual(await iam('EnableOutboundWebIdentityFederation'), { IssuerIdentifier: issuer });
    assert.deepEqual(await iam('GetOutboundWebIdentityFederationInfo'), {
      IssuerIdentifier: issuer,
      JwtVendingEnabled: true,
    });
  });

  test('gives no token beyond a session, without permission, or out of bounds', async () => {
    const { scene } = await enabled();
    const jane = scene.user('jane', [
      allow('sts:GetWebIdentityToken', '*', { StringEquals: { 'sts:IdentityTokenAudience': 'a' } }),
    ]);
    const input = { Audience: ['a'], SigningAlgorithm: 'ES384' };
    await scene.run('GetWebIdentityToken', input, jane);
    await assert.rejects(
      scene.run('GetWebIdentityToken', { ...input, Audience: ['b'] }, jane),
      refusedWith('AccessDenied'),
    );
    await assert.rejects(
      scene.run('GetWebIdentityToken', { ...input, Tags: [{ Key: 'a', Value: 'b' }] }, jane),
      refusedWith('AccessDenied', /sts:TagGetWebIdentityToken/),
    );
    for (const odd of [
      { ...input, SigningAlgorithm: 'none' },
      { ...input, SigningAlgorithm: 'HS256' },
      { ...input, Audience: [] },
      { ...input, Audience: Array.from({ length: 11 }, () => 'a') },
      { ...input, DurationSeconds: 59 },
      { ...input, DurationSeconds: 3_601 },
    ])
      await assert.rejects(scene.run('GetWebIdentityToken', odd, jane), refusedWith('ValidationError'));
    const session = {
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + 100_000,
      tags: {},
      transitiveTagKeys: [],
      policies: [],
      policyArns: [],
      isOfConsole: true,
    };
    const root = { kind: 'root', accountId: accountA, accessKeyId: 'ASIAIOSFODNN7EXAMPLE', session } as const;
    await assert.rejects(
      scene.run('GetWebIdentityToken', input, root),
      refusedWith('SessionDurationEscalationException'),
    );
    await scene.run('GetWebIdentityToken', { ...input, DurationSeconds: 100 }, root);
  });
});

test('other paths publish nothing', () => {
  const get = () => assert.fail('the state was asked');
  for (const path of [
    '/',
    '/cairn/oidc/',
    '/cairn/oidc/x/jwks.json',
    '/cairn/oidc/../.well-known/jwks.json',
    '/cairn/oidc/A%2F/.well-known/jwks.json',
    `/cairn/oidc/${'a'.repeat(65)}/.well-known/jwks.json`,
  ])
    assert.equal(issuerDocument(path, get), undefined);
});
