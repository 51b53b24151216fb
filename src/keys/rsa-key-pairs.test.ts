// SPDX-License-Identifier: Apache-2.0
// Oracle: KMS Developer Guide, "Throttling AWS KMS requests": what is too much is refused with ThrottlingException.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRsaKeyPair } from './rsa-key-pairs.js';

test('more than can wait are refused; the others get theirs, and so does who comes later', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 50 }, () => makeRsaKeyPair(512)));
  const refused = asked.filter((one) => one.status === 'rejected');
  assert.equal(refused.length, 50 - 34);
  assert.ok(refused.every(({ reason }) => (reason as { code: string }).code === 'ThrottlingException'));
  const later = await Promise.all(Array.from({ length: 10 }, () => makeRsaKeyPair(512)));
  assert.equal(new Set(later.map(({ privateKey }) => privateKey.export({ format: 'jwk' }).n)).size, 10);
});
