// SPDX-License-Identifier: Apache-2.0
// Oracle: the form that oidc-sign-in-settings.ts documents.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdsClientSecrets, readOidcSignIn } from './oidc-sign-in-settings.js';
import { SettingsError } from './settings-error.js';

const issuer = 'https://idp.example.com/realm';

test('issuers are known without https:// and without a slash at their end', () => {
  assert.deepEqual(readOidcSignIn(undefined), new Map());
  const settings = readOidcSignIn({ oidcSignIn: { [`${issuer}/`]: { clientSecret: 'hush' } } });
  assert.deepEqual(settings, new Map([['idp.example.com/realm', { clientSecret: 'hush' }]]));
});

test('a file with a client secret holds a secret', () => {
  assert.ok(holdsClientSecrets({ oidcSignIn: { [issuer]: { clientSecret: 'hush' } } }));
  assert.ok(!holdsClientSecrets({ oidcSignIn: { [issuer]: {} } }));
});

test('mistakes are named, secrets are not', () => {
  const wrong: unknown[] = [
    [],
    { 'http://idp.example.com': {} },
    { [issuer]: 'hush' },
    { [issuer]: { clientSecrets: 'hush' } },
    { [issuer]: { clientSecret: '' } },
    { [issuer]: { tokenEndpoint: 'https://idp.example.com/token' } },
    { [issuer]: { tokenEndpoint: 'file:///x', authorizationEndpoint: 'https://x/' } },
  ];
  for (const oidcSignIn of wrong)
    assert.throws(
      () => readOidcSignIn({ oidcSignIn }),
      (error: unknown) => error instanceof SettingsError && !error.message.includes('hush"'),
      JSON.stringify(oidcSignIn),
    );
});
