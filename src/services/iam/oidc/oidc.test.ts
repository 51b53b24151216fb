// SPDX-License-Identifier: Apache-2.0
//
// Oracle: answers and errors that AWS gave (recorded by the public test suites of AWS emulators, February 2026); IAM API
// Reference, "CreateOpenIDConnectProvider" and its neighbours.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testAccountId } from '../../testing/call.js';
import { RoleScene } from '../testing/role-scene.js';

const arnOf = (url: string) => `arn:aws:iam::${testAccountId}:oidc-provider/${url}`;
const thumbprint = (digit: string) => digit.repeat(40);

describe('OIDC providers', () => {
  test('made, got, listed, changed, deleted', async () => {
    const scene = new RoleScene();
    const created = await scene.run('CreateOpenIDConnectProvider', {
      Url: 'https://oidc.example.com/id/1',
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: [thumbprint('b')],
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    const OpenIDConnectProviderArn = arnOf('oidc.example.com/id/1');
    assert.deepEqual(created, { OpenIDConnectProviderArn, Tags: [{ Key: 'k', Value: 'v' }] });
    await scene.run('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'app' });
    await scene.run('AddClientIDToOpenIDConnectProvider', { OpenIDConnectProviderArn, ClientID: 'app' });
    await scene.run('RemoveClientIDFromOpenIDConnectProvider', {
      OpenIDConnectProviderArn,
      ClientID: 'sts.amazonaws.com',
    });
    await scene.run('RemoveClientIDFromOpenIDConnectProvider', {
      OpenIDConnectProviderArn,
      ClientID: 'nobody',
    });
    await scene.run('UpdateOpenIDConnectProviderThumbprint', {
      OpenIDConnectProviderArn,
      ThumbprintList: [thumbprint('c'), thumbprint('d')],
    });
    await scene.run('UntagOpenIDConnectProvider', { OpenIDConnectProviderArn, TagKeys: ['k'] });
    await scene.run('TagOpenIDConnectProvider', {
      OpenIDConnectProviderArn,
      Tags: [
        { Key: 'k2', Value: '' },
        { Key: 'K2', Value: '' },
      ],
    });
    assert.deepEqual(await scene.run('GetOpenIDConnectProvider', { OpenIDConnectProviderArn }), {
      Url: 'oidc.example.com/id/1',
      ClientIDList: ['app'],
      ThumbprintList: [thumbprint('c'), thumbprint('d')],
      CreateDate: new Date(scene.nowMs),
      Tags: [
        { Key: 'K2', Value: '' },
        { Key: 'k2', Value: '' },
      ],
    });
    const tags = await scene.run('ListOpenIDConnectProviderTags', { OpenIDConnectProviderArn, MaxItems: 1 });
    assert.equal(tags.IsTruncated, true);
    assert.deepEqual(await scene.run('ListOpenIDConnectProviders'), {
      OpenIDConnectProviderList: [{ Arn: OpenIDConnectProviderArn }],
    });
    await scene.run('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
    assert.equal(
      await scene.refusal('GetOpenIDConnectProvider', { OpenIDConnectProviderArn }),
      `NoSuchEntity: OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    );
    assert.equal(
      await scene.refusal('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn }),
      `NoSuchEntity: OpenId connect Provider ${OpenIDConnectProviderArn} cannot be found.`,
    );
  });

  const refused: readonly [string, object, string][] = [
    [
      'there already',
      { Url: 'https://oidc.example.com/' },
      'EntityAlreadyExists: Provider with url https://oidc.example.com already exists.',
    ],
    [
      'not https',
      { Url: 'http://other.example.com' },
      'ValidationError: Invalid Open ID Connect Provider URL',
    ],
    ['no URL', { Url: 'other' }, 'ValidationError: Invalid Open ID Connect Provider URL'],
    [
      'a host that is a prefix of condition keys',
      { Url: 'https://aws' },
      'ValidationError: Invalid Open ID Connect Provider URL',
    ],
    [
      'somebody else before the host',
      { Url: 'https://oidc.example.com@evil.example.net' },
      'ValidationError: Invalid Open ID Connect Provider URL',
    ],
    [
      'a query',
      { Url: 'https://o.example.com/?a=b' },
      'ValidationError: Invalid Open ID Connect Provider URL',
    ],
    [
      'a URL of more than 255 characters',
      { Url: `https://o.example.com/${'x'.repeat(240)}` },
      "ValidationError: 1 validation error detected: Value at 'url' failed to satisfy constraint: Member must have length less than or equal to 255",
    ],
    [
      'more than five thumbprints',
      { ThumbprintList: ['0', '1', '2', '3', '4', '5'].map(thumbprint) },
      'InvalidInput: Thumbprint list must contain fewer than 5 entries.',
    ],
    [
      'a short thumbprint',
      { ThumbprintList: ['ab'] },
      "ValidationError: 1 validation error detected: Value at 'thumbprintList' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 40, Member must have length greater than or equal to 40]",
    ],
    [
      'more than 100 clients',
      { ClientIDList: Array.from({ length: 101 }, (_, at) => `client-${at}`) },
      'LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100',
    ],
  ];
  for (const [what, more, message] of refused) {
    test(`refused: ${what}`, async () => {
      const scene = new RoleScene();
      await scene.run('CreateOpenIDConnectProvider', { Url: 'https://oidc.example.com' });
      const input = { Url: 'https://new.example.com', ...more };
      assert.equal(await scene.refusal('CreateOpenIDConnectProvider', input), message);
    });
  }

  test('those of another account are not found', async () => {
    const scene = new RoleScene();
    await scene.run('CreateOpenIDConnectProvider', { Url: 'https://oidc.example.com' }, '999988887777');
    const OpenIDConnectProviderArn = 'arn:aws:iam::999988887777:oidc-provider/oidc.example.com';
    assert.match(
      await scene.refusal('GetOpenIDConnectProvider', { OpenIDConnectProviderArn }),
      /^NoSuchEntity/,
    );
    assert.match(
      await scene.refusal('GetOpenIDConnectProvider', {
        OpenIDConnectProviderArn: 'arn:aws:iam::999988887777:saml-provider/x',
      }),
      /^InvalidInput: ARN .* is not valid\.$/,
    );
  });
});
