// SPDX-License-Identifier: Apache-2.0
// Oracle: Buffer.compare over the UTF-8 keys, and a Map from key to versions, newest first.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListOptions, ObjectInfo, ObjectStore } from '../object-store.js';
import { keysOf, noise, type OpenObjectStore, withObjectStore } from './object-store-under-test.js';

function inByteOrder(keys: readonly string[]): string[] {
  return keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

async function putAll(store: ObjectStore, bucket: string, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key) => store.put(bucket, key, noise(1))));
}

/** All objects, page by page, going on from the last key (and version) of each page. */
async function page(store: ObjectStore, bucket: string, options: ListOptions): Promise<ObjectInfo[]> {
  const all: ObjectInfo[] = [];
  for (let next: Partial<ListOptions> = {}; ; ) {
    const { objects, truncated } = await store.list(bucket, { ...options, ...next });
    assert.ok(objects.length <= options.limit);
    all.push(...objects);
    const last = objects.at(-1);
    if (!truncated || last === undefined) return all;
    assert.equal(objects.length, options.limit);
    next = options.versions ? { after: last.key, afterVersionId: last.versionId } : { after: last.key };
  }
}

export function testObjectListContract(open: OpenObjectStore): void {
  // U+FFFD and U+FF61 come before U+10000 and U+1F600 by UTF-8 bytes, behind them by UTF-16 units.
  const tricky = [
    'a',
    'a/',
    'a/b',
    'a//b',
    'a b',
    'a-',
    'A',
    'é',
    'e\u0301',
    '\uff61',
    '\ufffd',
    '\u{10000}',
    '😀',
    '.',
    '../x',
    '~',
    '\u0001',
    'a\u0000',
    'a\u0000b',
  ];

  test('keys come in the byte order of their UTF-8, not in that of JavaScript strings', () =>
    withObjectStore(open, async ({ store }) => {
      await putAll(store, 'logs', tricky.toReversed());
      const keys = await keysOf(store, 'logs');
      assert.deepEqual(keys, inByteOrder(tricky));
      assert.ok(keys.indexOf('\ufffd') < keys.indexOf('\u{10000}'));
    }));

  test('a prefix is a plain prefix, in its bucket', () =>
    withObjectStore(open, async ({ store }) => {
      await putAll(store, 'logs', tricky);
      await putAll(store, 'logs2', ['a/c']);
      for (const prefix of ['', 'a', 'a/', 'a/b', 'a\u0000', '\ufffd', '😀', 'é', 'none', '.']) {
        const expected = inByteOrder(tricky.filter((key) => key.startsWith(prefix)));
        assert.deepEqual(await keysOf(store, 'logs', prefix), expected, JSON.stringify(prefix));
      }
    }));

  test('after: keys behind it by bytes, whether it is there or not', () =>
    withObjectStore(open, async ({ store }) => {
      await putAll(store, 'logs', tricky);
      for (const after of [...tricky, 'a/a', 'zzz', '\u{10ffff}', '\u0000']) {
        const { objects } = await store.list('logs', { after, limit: 100 });
        const expected = inByteOrder(tricky).filter(
          (key) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
        );
        assert.deepEqual(
          objects.map(({ key }) => key),
          expected,
          JSON.stringify(after),
        );
      }
      const { objects } = await store.list('logs', { prefix: 'a/', after: 'A', limit: 100 });
      assert.deepEqual(
        objects.map(({ key }) => key),
        ['a/', 'a//b', 'a/b'],
      );
    }));

  test('prefix and after longer than any key: nothing, and on from where they stand', () =>
    withObjectStore(open, async ({ store }) => {
      const longest = 'b'.repeat(1_024);
      const tooLong = 'b'.repeat(20_000);
      await putAll(store, 'logs', ['a', 'b', longest, `${longest.slice(1)}c`, 'c']);
      assert.deepEqual((await store.list('logs', { prefix: tooLong, limit: 10 })).objects, []);
      for (const more of [{}, { versions: true }, { versions: true, afterVersionId: 'gone' }]) {
        const { objects } = await store.list('logs', { after: tooLong, limit: 10, ...more });
        const keys = objects.map(({ key }) => key).filter((key) => key !== longest);
        assert.deepEqual(keys, [`${longest.slice(1)}c`, 'c']);
      }
    }));

  test('pages through 2,500 keys without repeat or gap; truncated says whether there is more', () =>
    withObjectStore(open, async ({ store }) => {
      const keys = Array.from({ length: 2_500 }, (_, i) => `AWSLogs/${(i * 7_919) % 2_500}`);
      await putAll(store, 'logs', keys);
      await putAll(store, 'logs', ['Zebra', 'AAA']);
      for (const limit of [1_000, 999, 2_500]) {
        const all = await page(store, 'logs', { prefix: 'AWSLogs/', limit });
        assert.deepEqual(
          all.map(({ key }) => key),
          inByteOrder(keys),
        );
      }
      assert.equal((await store.list('logs', { prefix: 'AWSLogs/', limit: 2_500 })).truncated, false);
      assert.equal((await store.list('logs', { prefix: 'AWSLogs/', limit: 2_499 })).truncated, true);
      assert.equal(
        (await store.list('logs', { prefix: 'AWSLogs/', limit: 1_000, after: 'AWSLogs/999' })).truncated,
        false,
      );
    }));

  test('deleted keys and delete markers are no current objects, however many lie between', () =>
    withObjectStore(open, async ({ store }) => {
      const keys = Array.from({ length: 1_500 }, (_, i) => `k${String(i).padStart(4, '0')}`);
      await putAll(store, 'logs', keys);
      await Promise.all(keys.slice(1, -1).map((key) => store.delete('logs', key, { versioned: 'enabled' })));
      const { objects, truncated } = await store.list('logs', { limit: 2 });
      assert.deepEqual(
        objects.map(({ key }) => key),
        ['k0000', 'k1499'],
      );
      assert.equal(truncated, false);
    }));

  test('versions: all of them and the delete markers, newest first a key, page by page', () =>
    withObjectStore(open, async ({ store }) => {
      const model = await makeVersions(store);
      for (const limit of [1, 2, 3, 7, 1_000]) {
        const all = await page(store, 'logs', { versions: true, limit });
        assert.deepEqual(
          all.map(({ key, versionId, isDeleteMarker, isLatest }) => ({
            key,
            versionId,
            isDeleteMarker,
            isLatest,
          })),
          model,
          `limit ${limit}`,
        );
      }
    }));

  test('versions behind a version that is gone: none that is left is missed', () =>
    withObjectStore(open, async ({ store }) => {
      const ids: string[] = [];
      for (let i = 0; i < 10; i++)
        ids.unshift((await store.put('logs', 'k', noise(i), { versioned: true })).versionId);
      for (let left = 10; left > 0; left -= 3) {
        const { objects } = await store.list('logs', { versions: true, limit: 3, ...markerOf(ids, left) });
        assert.deepEqual(
          objects.map(({ versionId }) => versionId),
          ids.slice(10 - left, 13 - left),
        );
        for (const { versionId } of objects) await store.delete('logs', 'k', { versionId });
      }
      assert.deepEqual((await store.list('logs', { versions: true, limit: 3 })).objects, []);
    }));

  test('after without afterVersionId: the keys behind it, none of its own versions', () =>
    withObjectStore(open, async ({ store }) => {
      for (const key of ['a', 'a', 'b']) await store.put('logs', key, noise(1), { versioned: true });
      const { objects } = await store.list('logs', { versions: true, after: 'a', limit: 10 });
      assert.deepEqual(
        objects.map(({ key }) => key),
        ['b'],
      );
    }));
}

/** The place behind the versions that were deleted already. */
function markerOf(ids: readonly string[], left: number): Partial<ListOptions> {
  const gone = ids[9 - left];
  return gone === undefined ? {} : { after: 'k', afterVersionId: gone };
}

async function makeVersions(store: ObjectStore) {
  const model = new Map<string, { key: string; versionId: string; isDeleteMarker: boolean }[]>();
  for (let i = 0; i < 60; i++) {
    const key = `k${(i * 7) % 11}`;
    const info =
      i % 5 === 4
        ? await store.delete('logs', key, { versioned: 'enabled' })
        : await store.put('logs', key, noise(i), { versioned: true });
    assert.ok(info);
    const { versionId, isDeleteMarker } = info;
    model.set(key, [{ key, versionId, isDeleteMarker }, ...(model.get(key) ?? [])]);
  }
  return inByteOrder([...model.keys()]).flatMap((key) =>
    (model.get(key) ?? []).map((v, i) => ({ ...v, isLatest: i === 0 })),
  );
}
