// SPDX-License-Identifier: Apache-2.0
// Oracle: the table of settings in README.md.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSettings, type ServeFlags, SettingsError } from './settings.js';

const read = (env: Record<string, string>, flags: ServeFlags = {}) =>
  readSettings(flags, env, (name) => name.startsWith('eu-') || name === 'us-east-1');

describe('settings', () => {
  test('defaults', () => {
    const settings = read({});
    assert.deepEqual(
      [
        settings.host,
        settings.port,
        settings.dataDir,
        settings.region,
        settings.deliveryIntervalMs,
        settings.historyMs,
      ],
      ['127.0.0.1', 4577, './.cairn', 'us-east-1', 60_000, 90 * 86_400_000],
    );
  });
  test('flags win over variables', () => assert.equal(read({ CAIRN_PORT: '1' }, { port: '0' }).port, 0));
  test('an empty variable is an unset one', () =>
    assert.equal(read({ CAIRN_PORT: '', CAIRN_REGION: '' }).port, 4577));
  test('the public address goes without a slash at its end', () => {
    const { publicUrl } = read({ CAIRN_PUBLIC_URL: 'https://audit.example.com:8443/cairn/' });
    assert.equal(publicUrl, 'https://audit.example.com:8443/cairn');
    assert.equal(read({}).publicUrl, undefined);
  });

  const refused: [env: Record<string, string>, named: RegExp][] = [
    [{ CAIRN_PORT: '70000' }, /CAIRN_PORT/],
    [{ CAIRN_PORT: '4577x' }, /CAIRN_PORT/],
    [{ CAIRN_PUBLIC_URL: 'audit.example.com' }, /CAIRN_PUBLIC_URL/],
    [{ CAIRN_PUBLIC_URL: 'https://audit.example.com/?a=b' }, /CAIRN_PUBLIC_URL/],
    [{ CAIRN_REGION: 'mars-north-1' }, /mars-north-1/],
    [{ CAIRN_ACCOUNT_ID: '12345' }, /12 digits/],
    [{ CAIRN_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA' }, /together/],
    [{ CAIRN_DELIVERY_INTERVAL: '0' }, /CAIRN_DELIVERY_INTERVAL/],
    [{ CAIRN_DELIVERY_INTERVAL: '901' }, /CAIRN_DELIVERY_INTERVAL/],
    [{ CAIRN_HISTORY_DAYS: '-1' }, /CAIRN_HISTORY_DAYS/],
    [{ CAIRN_LOG_LEVEL: 'loud' }, /CAIRN_LOG_LEVEL/],
    [{ CAIRN_TLS_CERT: 'cert.pem' }, /--tls-key/],
  ];
  for (const [env, named] of refused) {
    test(`${JSON.stringify(env)} is refused by name`, () =>
      assert.throws(
        () => read(env),
        (error) => error instanceof SettingsError && named.test(error.message),
      ));
  }
  test('a refused secret is not repeated', () =>
    assert.throws(
      () => read({ CAIRN_ACCESS_KEY_ID: 'short', CAIRN_SECRET_ACCESS_KEY: 'very-secret' }),
      (error) => !String(error).includes('very-secret'),
    ));
});
