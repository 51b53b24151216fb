// SPDX-License-Identifier: Apache-2.0
//
// Oracle: the derived key printed in the AWS General Reference ("Examples of how to derive a signing key").

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveSigningKey, SigningKeyCache } from './signing-key.js';

const scope = { accessKeyId: 'A', date: '20150830', region: 'us-east-1', service: 'iam' };

test('the documented key', () => {
  const key = deriveSigningKey('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', scope);
  const hex = key.export().toString('hex');
  assert.equal(hex, 'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9');
});

test('the cache is bounded and forgets the least recently used', () => {
  const cache = new SigningKeyCache(2);
  const key = deriveSigningKey('s', scope);
  const of = (accessKeyId: string) => ({ ...scope, accessKeyId });
  cache.remember('s', of('a'), key);
  cache.remember('s', of('b'), key);
  assert.equal(cache.find('s', of('a')), key);
  cache.remember('s', of('c'), key);
  assert.equal(cache.size, 2);
  assert.equal(cache.find('s', of('b')), undefined);
  assert.equal(cache.find('s', of('a')), key);
  assert.equal(cache.find('s', of('c')), key);
});

test('a key serves the secret that it came from, in its own scope', () => {
  const cache = new SigningKeyCache(4);
  const key = deriveSigningKey('s', scope);
  cache.remember('s', scope, key);
  assert.equal(cache.find('s', scope), key);
  assert.equal(cache.find('t', scope), undefined);
  for (const other of [
    { date: '20150831' },
    { region: 'eu-west-1' },
    { service: 'sts' },
    { accessKeyId: 'B' },
  ]) {
    assert.equal(cache.find('s', { ...scope, ...other }), undefined);
  }
});
