// SPDX-License-Identifier: Apache-2.0
// Oracle: the rule written at clientAddress, case by case; the spoofing cases are the point.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clientAddress, parseTrustedProxies } from './trusted-proxies.js';

const cases: [
  name: string,
  trusted: string,
  peer: string,
  forwardedFor: string | undefined,
  client: string,
][] = [
  ['no proxy trusted: the header proves nothing', '', '198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['a trusted peer: its right-most entry', '10.0.0.0/8', '10.1.2.3', '203.0.113.9', '203.0.113.9'],
  [
    'what the client wrote left of it does not count',
    '10.0.0.0/8',
    '10.1.2.3',
    '1.1.1.1, 203.0.113.9',
    '203.0.113.9',
  ],
  ['a chain of trusted proxies', '10.0.0.0/8', '10.1.2.3', '203.0.113.9, 10.9.9.9', '203.0.113.9'],
  ['only trusted ones: the left-most', '10.0.0.0/8', '10.1.2.3', '10.8.8.8, 10.9.9.9', '10.8.8.8'],
  ['no header: the peer', '10.0.0.0/8', '10.1.2.3', undefined, '10.1.2.3'],
  ['no address in the header: the peer', '10.0.0.0/8', '10.1.2.3', 'unknown', '10.1.2.3'],
  ['IPv4 on a dual-stack socket', '10.0.0.0/8', '::ffff:10.1.2.3', '203.0.113.9', '203.0.113.9'],
  ['IPv6', '2001:db8::/32', '2001:db8::1', '2001:db9::2', '2001:db9::2'],
];

describe('the client address', () => {
  for (const [name, trusted, peer, forwardedFor, client] of cases) {
    test(name, () => assert.equal(clientAddress(peer, forwardedFor, parseTrustedProxies(trusted)), client));
  }

  for (const text of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '::1/129',
    '10.0.0.5/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
  ]) {
    test(`"${text}" is refused`, () =>
      assert.throws(() => parseTrustedProxies(text), /CAIRN_TRUSTED_PROXIES/));
  }
});
