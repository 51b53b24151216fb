// SPDX-License-Identifier: Apache-2.0
// Oracle: Amazon S3 User Guide, "How S3 Versioning works", "Working with delete markers", "Adding objects to
// versioning-suspended buckets", "Deleting objects from versioning-suspended buckets".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectStore } from '../object-store.js';
import { isCode, noise, type OpenObjectStore, readBody, withObjectStore } from './object-store-under-test.js';

/** `size` or `marker` of each version, newest first, with `null` before those that are the null version. */
async function versions(store: ObjectStore): Promise<string[]> {
  const { objects } = await store.list('logs', { versions: true, limit: 100 });
  assert.deepEqual(
    objects.map(({ isLatest }) => isLatest),
    objects.map((_, i) => i === 0),
  );
  return objects.map(
    ({ versionId, isDeleteMarker, size }) =>
      `${versionId === 'null' ? 'null ' : ''}${isDeleteMarker ? 'marker' : size}`,
  );
}

export function testObjectVersionContract(open: OpenObjectStore): void {
  test('an enabled bucket keeps every version under an id of 32 characters', () =>
    withObjectStore(open, async (at) => {
      const infos = [];
      for (const size of [1, 2, 100_000])
        infos.push(await at.store.put('logs', 'k', noise(size), { versioned: true }));
      await at.reopen();
      for (const info of infos) {
        assert.match(info.versionId, /^[A-Za-z0-9_-]{32}$/);
        const got = await at.store.get('logs', 'k', { versionId: info.versionId });
        assert.deepEqual(got.info, { ...info, isLatest: info.size === 100_000 });
        assert.ok((await readBody(got.body)).equals(noise(info.size)));
      }
      assert.equal(new Set(infos.map(({ versionId }) => versionId)).size, 3);
      assert.deepEqual(await versions(at.store), ['100000', '2', '1']);
    }));

  test('a delete in an enabled bucket adds a marker, that of a key never seen too', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(1), { versioned: true });
      const marker = await store.delete('logs', 'k', { versioned: 'enabled' });
      assert.ok(marker?.isDeleteMarker && marker.isLatest && marker.versionId !== 'null');
      assert.deepEqual(await versions(store), ['marker', '1']);
      assert.equal((await store.head('logs', 'k')).isDeleteMarker, true);
      assert.equal((await store.get('logs', 'k')).info.isDeleteMarker, true);
      const other = await store.delete('other', 'never', { versioned: 'enabled' });
      assert.ok(other?.isDeleteMarker);
      await store.delete('logs', 'k', { versioned: 'enabled' });
      assert.deepEqual(await versions(store), ['marker', 'marker', '1']);
    }));

  test('removing the marker by its id brings the object back, and says what was removed', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(1), { versioned: true });
      const marker = await store.delete('logs', 'k', { versioned: 'enabled' });
      const removed = await store.delete('logs', 'k', {
        versionId: marker?.versionId ?? '',
        versioned: 'enabled',
      });
      assert.deepEqual(removed, marker);
      assert.equal((await store.head('logs', 'k')).size, 1);
    }));

  test('removing versions by id: the newest that is left becomes the latest; the last one takes the key along', () =>
    withObjectStore(open, async ({ store }) => {
      const ids: string[] = [];
      for (const size of [1, 2, 3, 4])
        ids.push((await store.put('logs', 'k', noise(size), { versioned: true })).versionId);
      assert.equal(await store.delete('logs', 'k', { versionId: ids[3] as string }), undefined);
      assert.deepEqual(await versions(store), ['3', '2', '1']);
      await store.delete('logs', 'k', { versionId: ids[1] as string });
      assert.deepEqual(await versions(store), ['3', '1']);
      await store.delete('logs', 'k', { versionId: ids[1] as string });
      await store.delete('logs', 'k', { versionId: ids[2] as string });
      await store.delete('logs', 'k', { versionId: ids[0] as string });
      await assert.rejects(store.head('logs', 'k'), isCode('NoSuchKey'));
      assert.deepEqual(await versions(store), []);
    }));

  test('an object from before versioning stays as the null version', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(100_000));
      await store.put('logs', 'k', noise(2), { versioned: true });
      assert.deepEqual(await versions(store), ['2', 'null 100000']);
      const { body } = await store.get('logs', 'k', { versionId: 'null' });
      assert.equal((await readBody(body)).length, 100_000);
      await store.delete('logs', 'k', { versionId: 'null' });
      assert.deepEqual(await versions(store), ['2']);
    }));

  test('a suspended bucket writes over the null version, wherever it stands, and keeps the others', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(1));
      await store.put('logs', 'k', noise(2), { versioned: true });
      await store.put('logs', 'k', noise(3));
      assert.deepEqual(await versions(store), ['null 3', '2']);
      await store.put('logs', 'k', noise(4));
      assert.deepEqual(await versions(store), ['null 4', '2']);
      await store.put('logs', 'k', noise(5), { versioned: true });
      await store.put('logs', 'k', noise(6), { versioned: true });
      await store.put('logs', 'k', noise(7));
      assert.deepEqual(await versions(store), ['null 7', '6', '5', '2']);
    }));

  test('a delete in a suspended bucket replaces the null version by a marker with the id null', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(1), { versioned: true });
      await store.put('logs', 'k', noise(2));
      const marker = await store.delete('logs', 'k', { versioned: 'suspended' });
      assert.equal(marker?.versionId, 'null');
      assert.deepEqual(await versions(store), ['null marker', '1']);
      await store.delete('logs', 'k', { versioned: 'suspended' });
      assert.deepEqual(await versions(store), ['null marker', '1']);
      await store.put('logs', 'k', noise(3));
      assert.deepEqual(await versions(store), ['null 3', '1']);
      await store.delete('logs', 'k', { versioned: 'suspended' });
      await store.delete('logs', 'k', { versionId: 'null' });
      assert.deepEqual(await versions(store), ['1']);
    }));

  test('an unversioned delete never removes a version that has an id', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(1));
      await store.put('logs', 'k', noise(2), { versioned: true });
      await store.delete('logs', 'k');
      assert.deepEqual(await versions(store), ['2']);
      await store.delete('logs', 'k');
      assert.deepEqual(await versions(store), ['2']);
    }));
}
