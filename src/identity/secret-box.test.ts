// SPDX-License-Identifier: Apache-2.0
// Oracle: AES-GCM's promise: what was altered, moved or sealed under another key does not open.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { SecretBox } from './secret-box.js';

const box = new SecretBox(randomBytes(32));

describe('secrets at rest', () => {
  test('open gives back what was sealed', () =>
    assert.equal(box.open(box.seal('sécret', 'a'), 'a'), 'sécret'));
  test('sealing twice gives two texts', () => assert.notEqual(box.seal('x', 'a'), box.seal('x', 'a')));
  test('moved to another owner it does not open', () =>
    assert.throws(() => box.open(box.seal('x', 'a'), 'b')));
  test('under another key it does not open', () =>
    assert.throws(() => new SecretBox(randomBytes(32)).open(box.seal('x', 'a'), 'a')));
  test('altered in any byte it does not open', () => {
    const sealed = Buffer.from(box.seal('a secret', 'a'), 'base64');
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] as number) ^ 1;
      assert.throws(() => box.open(altered.toString('base64'), 'a'), `byte ${at}`);
    }
  });
});
