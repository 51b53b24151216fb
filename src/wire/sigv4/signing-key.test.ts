// SPDX-License-Identifier: Apache-2.0
//
// Oracle: the derived key printed in the AWS General Reference ("Examples of how to derive a signing key"); OpenSSL's HMAC.

import assert from 'node:assert/strict';
import { createHmac, createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { deriveSigningKey, SigningKeyCache, sign } from './signing-key.js';

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

test('a signature is the HMAC that OpenSSL computes, whatever is signed', () => {
  const text = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    maxLength: 700,
  });
  const key = fc.uint8Array({ minLength: 1, maxLength: 100 });
  const property = fc.property(key, fc.array(text, { minLength: 1, maxLength: 4 }), (bytes, texts) => {
    const secret = createSecretKey(bytes);
    // One key for several texts: nothing of the longer one may be left in the shorter one's signature.
    for (const each of texts)
      assert.equal(sign(secret, each), createHmac('sha256', bytes).update(each, 'latin1').digest('hex'));
  });
  fc.assert(property, { numRuns: 300, verbose: 1 });
});
