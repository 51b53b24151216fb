// SPDX-License-Identifier: Apache-2.0
// Oracle: the layout in README.md, `bucket NUL key` in UTF-8, put together here by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeObjectKey, keyOf } from './index-key.js';

test('a key is encoded as the bucket, NUL and its UTF-8, and read back', () => {
  const key = fc
    .string({
      unit: fc
        .oneof(fc.integer({ min: 0, max: 127 }), fc.constantFrom(0x80, 0xff, 0x20ac, 0x1f5ff))
        .map((code) => String.fromCodePoint(code)),
      minLength: 1,
      maxLength: 256,
    })
    .filter((text) => Buffer.byteLength(text) <= 1_024);
  const property = fc.property(key, (text) => {
    const encoded = encodeObjectKey('my-bucket', text);
    assert.deepEqual(encoded, Buffer.concat([Buffer.from('my-bucket'), Buffer.of(0), Buffer.from(text)]));
    assert.equal(keyOf('my-bucket', encoded), text);
  });
  fc.assert(property, { numRuns: 300, verbose: 1 });
});

test('what cannot be stored is refused', () => {
  assert.throws(() => encodeObjectKey('my-bucket', ''), RangeError);
  assert.throws(() => encodeObjectKey('my-bucket', 'x'.repeat(1_025)), RangeError);
  assert.throws(() => encodeObjectKey('my-bucket', '\u20ac'.repeat(342)), RangeError);
  assert.throws(() => encodeObjectKey('', 'a'), RangeError);
  assert.throws(() => encodeObjectKey('my\0bucket', 'a'), RangeError);
  assert.throws(() => encodeObjectKey('my-bucket', '\ud800'), TypeError);
  assert.equal(encodeObjectKey('my-bucket', 'x'.repeat(1_024)).length, 1_034);
});
