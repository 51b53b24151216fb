// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations on `dataKey` at the head of ports/object-store.ts; the bytes put.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectStore } from '../object-store.js';
import { isCode, noise, type OpenObjectStore, readBody, withObjectStore } from './object-store-under-test.js';

const dataKey = Buffer.alloc(32, 1);
const otherKey = Buffer.alloc(32, 2);

/** Neither without the key nor with a wrong one, whatever range is asked for. */
async function verifyClosed(store: ObjectStore, key: string): Promise<void> {
  for (const given of [{}, { dataKey: otherKey }, { dataKey: Buffer.alloc(16) }]) {
    await assert.rejects(store.get('b', key, given), isCode('DataKeyMismatch'));
    await assert.rejects(store.get('b', key, { ...given, start: 3, end: 4 }), isCode('DataKeyMismatch'));
  }
}

export function testObjectEncryptionContract(open: OpenObjectStore): void {
  for (const size of [1, 1_000, 300_000]) {
    test(`${size} bytes under a data key come back with it only, also after reopening; all else needs no key`, () =>
      withObjectStore(open, async (at) => {
        const info = await at.store.put('b', 'k', noise(size), { dataKey });
        await at.reopen();
        assert.deepEqual(await at.store.head('b', 'k'), info);
        const got = await at.store.get('b', 'k', { dataKey });
        assert.ok((await readBody(got.body)).equals(noise(size)));
        if (size > 4) await verifyClosed(at.store, 'k');
        await at.store.setAttributes('b', 'k', undefined, { tags: { a: 'b' } });
        await at.store.delete('b', 'k');
        await assert.rejects(at.store.head('b', 'k'), isCode('NoSuchKey'));
      }));
  }

  test('an empty object needs no key; a key that an object does not need is ignored', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('b', 'empty', noise(0), { dataKey });
      assert.equal((await readBody((await store.get('b', 'empty')).body)).length, 0);
      for (const size of [10, 100_000]) {
        await store.put('b', 'own', noise(size));
        assert.ok((await readBody((await store.get('b', 'own', { dataKey })).body)).equals(noise(size)));
      }
    }));

  for (const sizes of [
    [10, 20],
    [100_000, 200_000],
    [100_000, 10, 20, 70_000],
  ]) {
    test(`parts of ${sizes.join(', ')} bytes under one data key become a whole under it`, () =>
      withObjectStore(open, async ({ store }) => {
        const sources = sizes.map((_, i) => ({ bucket: 'p', key: `${i}` }));
        for (const [i, size] of sizes.entries()) await store.put('p', `${i}`, noise(size), { dataKey });
        for (const given of [{}, { dataKey: otherKey }])
          await assert.rejects(store.compose('b', 'k', sources, given), isCode('DataKeyMismatch'));
        await store.compose('b', 'k', sources, { dataKey });
        for (const { bucket, key } of sources) await store.delete(bucket, key);
        const whole = Buffer.concat(sizes.map((size) => noise(size)));
        assert.ok((await readBody((await store.get('b', 'k', { dataKey })).body)).equals(whole));
        await verifyClosed(store, 'k');
      }));
  }

  test('parts that are not under the data key of the whole are under it in the whole', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('p', '1', noise(100_000), { dataKey });
      await store.put('p', '2', noise(200_000));
      await store.put('p', '3', noise(5));
      const sources = ['1', '2', '3'].map((key) => ({ bucket: 'p', key }));
      await store.compose('b', 'k', sources, { dataKey });
      const whole = Buffer.concat([noise(100_000), noise(200_000), noise(5)]);
      assert.ok((await readBody((await store.get('b', 'k', { dataKey })).body)).equals(whole));
      await assert.rejects(store.get('b', 'k', { start: 150_000, end: 150_001 }), isCode('DataKeyMismatch'));
      await assert.rejects(store.get('b', 'k', { start: 300_004 }), isCode('DataKeyMismatch'));
    }));
}
