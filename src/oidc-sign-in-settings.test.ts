// SPDX-License-Identifier: Apache-2.0
// Oracle: the form that oidc-sign-in-settings.ts documents.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { holdsClientSecrets, readOidcSignIn } from './oidc-sign-in-settings.js';
import { readSettings } from './settings.js';
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

test('they stand in the configuration file beside everything else', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-settings-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'cairn.json');
  writeFileSync(config, JSON.stringify({ oidcSignIn: { [issuer]: { clientSecret: 'hush' } } }), {
    mode: 0o644,
  });
  const { oidcSignIn, warnings } = readSettings({ config }, {}, () => true);
  assert.equal(oidcSignIn.get('idp.example.com/realm')?.clientSecret, 'hush');
  assert.match(warnings.join(), /chmod 600/);
});
