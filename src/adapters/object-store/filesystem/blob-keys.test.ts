// SPDX-License-Identifier: Apache-2.0
// Oracle: node:crypto's own HKDF and key wrap, and the store's words for what does not open.
import assert from 'node:assert/strict';
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isCode } from '../../../ports/contract/object-store-under-test.js';
import { BlobCipher } from './blob-cipher.js';
import { BlobKeys } from './blob-keys.js';

const storeKey = Buffer.alloc(32, 7);
const newId = () => randomBytes(16).toString('hex');

test('a blob opens under what HKDF makes of its unwrapped key and its id', () => {
  for (let round = 0; round < 20; round++) {
    const [own, blobId] = [randomBytes(32), newId()];
    const wrap = createCipheriv('id-aes256-wrap', storeKey, Buffer.alloc(8, 0xa6));
    const wrappedKey = Buffer.concat([wrap.update(own), wrap.final()]).toString('base64');
    const derived = hkdfSync('sha256', own, Buffer.from(blobId, 'hex'), 'cairn object blob 1', 32);
    const sealed = new BlobCipher(Buffer.from(derived)).seal(Buffer.from('bytes'), 0, true);
    const keys = new BlobKeys(storeKey);
    // The second time from memory.
    for (let time = 0; time < 2; time++) {
      const opened = keys.open(blobId, { wrappedKey }, undefined).open(sealed, 0, true);
      assert.equal(opened.toString(), 'bytes');
    }
  }
});

test('what was sealed opens in the process that did it and in the next one', () => {
  const [first, blobId] = [new BlobKeys(storeKey), newId()];
  const { cipher, sealing } = first.begin(blobId, undefined);
  const sealed = cipher.seal(Buffer.from('bytes'), 0, true);
  for (const keys of [first, new BlobKeys(storeKey)])
    assert.equal(keys.open(blobId, sealing, undefined).open(sealed, 0, true).toString(), 'bytes');
});

test('a key that is remembered opens no other blob and vouches for no altered key', () => {
  const [keys, blobId, otherId] = [new BlobKeys(storeKey), newId(), newId()];
  const { cipher, sealing } = keys.begin(blobId, undefined);
  assert.ok('wrappedKey' in sealing);
  const sealed = cipher.seal(Buffer.from('bytes'), 0, true);
  assert.throws(() => keys.open(otherId, sealing, undefined).open(sealed, 0, true), isCode('Damaged'));
  const altered = Buffer.from(sealing.wrappedKey, 'base64');
  altered.writeUInt8(altered.readUInt8(3) ^ 1, 3);
  const other = { wrappedKey: altered.toString('base64') };
  assert.throws(() => keys.open(blobId, other, undefined), isCode('Damaged'));
});
