// SPDX-License-Identifier: Apache-2.0
// Oracle: SNS Developer Guide, "Fanout Amazon SNS notifications to HTTPS endpoints" (user and password in the URL); a
// password that may be seen nowhere.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { maskedEndpoint, parseHttpEndpoint } from './endpoint.js';

describe('endpoints', () => {
  test('stay as they were written', () => {
    const url = 'http://example.com:8080/a%20b?x=1&y=%2F';
    assert.deepEqual(parseHttpEndpoint(url, 'http'), { url, password: undefined });
  });

  test('a password is taken out', () => {
    const found = parseHttpEndpoint('https://bob:s%3Acret@example.com/notices', 'https');
    assert.deepEqual(found, { url: 'https://bob@example.com/notices', password: 's:cret' });
    assert.equal(maskedEndpoint(found!.url, true), 'https://bob:****@example.com/notices');
  });

  test('a user alone is no secret', () => {
    const url = 'https://bob@example.com/';
    assert.deepEqual(parseHttpEndpoint(url, 'https'), { url, password: undefined });
    assert.equal(maskedEndpoint(url, false), url);
  });

  for (const strange of [
    'https://a:b@c@example.com/',
    'https://:secret@example.com/',
    'https://u:p#x@example.com/',
  ]) {
    test(`no part of a password is left of ${strange}`, () => {
      const found = parseHttpEndpoint(strange, 'https');
      if (found === undefined) return;
      const { password } = new URL(found.url);
      assert.equal(password, '');
    });
  }

  const refused: [string, 'http' | 'https'][] = [
    ['https://example.com/', 'http'],
    ['http://example.com/', 'https'],
    ['http://', 'http'],
    ['http://exa mple.com/', 'http'],
    ['http://example.com/\r\nX: y', 'http'],
    ['ftp://example.com/', 'http'],
    ['http://example.com:99999/', 'http'],
    [`http://example.com/${'x'.repeat(2_048)}`, 'http'],
  ];
  for (const [url, protocol] of refused) {
    test(`refused as ${protocol}: ${JSON.stringify(url.slice(0, 40))}`, () =>
      assert.equal(parseHttpEndpoint(url, protocol), undefined));
  }
});
