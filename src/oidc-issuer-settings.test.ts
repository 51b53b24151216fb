// SPDX-License-Identifier: Apache-2.0
// Oracle: the sentence of src/services/sts/README.md: an issuer, and where its keys are.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readOidcIssuers } from './oidc-issuer-settings.js';
import { SettingsError } from './settings-error.js';

describe('oidcIssuers of the configuration file', () => {
  test('name the keys of issuers by path or address', () => {
    const oidcIssuers = {
      'https://a.example.com/realm/': '/etc/cairn/a.json',
      'https://b.example.com:8443': 'http://127.0.0.1:8080/jwks',
      'https://c.example.com': 'https://keys.example.com/c',
    };
    assert.deepEqual(
      [...readOidcIssuers({ oidcIssuers })],
      [
        ['a.example.com/realm', 'file:///etc/cairn/a.json'],
        ['b.example.com:8443', 'http://127.0.0.1:8080/jwks'],
        ['c.example.com', 'https://keys.example.com/c'],
      ],
    );
  });
  test('may be left out', () => {
    for (const config of [undefined, null, {}]) assert.equal(readOidcIssuers(config).size, 0);
  });
  const wrong = [
    [],
    'https://a.example.com',
    { 'http://a.example.com': '/x' },
    { 'a.example.com': '/x' },
    { 'https://a.example.com?x': '/x' },
    { 'https://a.example.com': '' },
    { 'https://a.example.com': 7 },
    { 'https://a.example.com': 'ftp://x/' },
  ];
  for (const oidcIssuers of wrong)
    test(`cannot be ${JSON.stringify(oidcIssuers)}`, () =>
      assert.throws(() => readOidcIssuers({ oidcIssuers }), SettingsError));
});
