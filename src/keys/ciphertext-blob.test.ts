// SPDX-License-Identifier: Apache-2.0
// Oracle: what AES-GCM promises. Whatever is changed of a blob, its material or its context, nothing comes out.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { openBlob, readBlobHeader, sealBlob } from './ciphertext-blob.js';
import { encryptionContextBytes } from './encryption-context.js';

const seed = 20_261_121;
const material = randomBytes(32);
const header = {
  keyArn: 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  materialId: randomBytes(32).toString('hex'),
};
const seal = (plaintext: Uint8Array, encryptionContext = {}) =>
  sealBlob(plaintext, { ...header, material, encryptionContext });

/** Names that objects inherit among them: contexts come from callers. */
const contexts = fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString')), fc.string());

describe('ciphertext blobs', () => {
  test(`open to what was sealed, in whatever order the context stands; seed ${seed}`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), contexts, (plaintext, context) => {
        const reversed = Object.fromEntries(Object.entries(context).reverse());
        const opened = openBlob(seal(plaintext, context), material, reversed);
        assert.deepEqual(opened && Uint8Array.from(opened), Uint8Array.from(plaintext));
      }),
      { seed, numRuns: 100 },
    );
  });

  test(`differ for every two contexts; seed ${seed}`, () => {
    fc.assert(
      fc.property(contexts, contexts, (one, two) => {
        const sorted = (context: object) => JSON.stringify(Object.entries(context).sort());
        fc.pre(sorted(one) !== sorted(two));
        assert.notDeepEqual(encryptionContextBytes(one), encryptionContextBytes(two));
        assert.equal(openBlob(seal(Buffer.from('x'), one), material, two), undefined);
      }),
      { seed, numRuns: 200 },
    );
  });

  test('with any one bit changed do not open', () => {
    const blob = seal(Buffer.from('secret'), { a: 'b' });
    for (let at = 0; at < blob.length; at += 1) {
      const altered = Buffer.from(blob);
      altered[at] = (altered[at] as number) ^ (1 << (at % 8));
      assert.equal(openBlob(altered, material, { a: 'b' }), undefined, `byte ${at}`);
    }
  });

  test('cut short or made longer do not open, and do not throw', () => {
    const blob = seal(Buffer.from('secret'));
    for (let length = 0; length < blob.length; length += 1)
      assert.equal(openBlob(blob.subarray(0, length), material, {}), undefined, `${length} bytes`);
    assert.equal(openBlob(Buffer.concat([blob, Buffer.from([0])]), material, {}), undefined);
    assert.equal(openBlob(blob, randomBytes(32), {}), undefined);
  });

  test('name their key and version, and are never the same twice', () => {
    const [one, two] = [seal(Buffer.from('secret')), seal(Buffer.from('secret'))];
    assert.deepEqual(readBlobHeader(one), header);
    assert.notDeepEqual(one.subarray(-22), two.subarray(-22));
    assert.ok(!one.includes('secret'));
  });

  test('fit KMS: 4,096 bytes of plaintext within 6,144, also under the longest ARN', () => {
    const keyArn = `arn:aws:kms:ap-southeast-99:111122223333:key/mrk-${'0'.repeat(32)}`;
    const blob = sealBlob(randomBytes(4096), { ...header, keyArn, material, encryptionContext: {} });
    assert.ok(blob.length <= 6144, `${blob.length}`);
  });

  test(`are told from other bytes without throwing; seed ${seed}`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readBlobHeader(bytes);
        assert.equal(openBlob(bytes, material, {}), undefined);
      }),
      { seed, numRuns: 300 },
    );
  });
});
