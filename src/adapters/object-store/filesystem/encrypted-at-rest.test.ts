// SPDX-License-Identifier: Apache-2.0
// Oracle: the files below the store's folder, read and altered here behind the adapter's back; for ranges, the same range
// of the bytes that were put.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../../ports/clock.js';
import {
  isCode,
  keysOf,
  noise,
  readBody,
  testStoreKey,
} from '../../../ports/contract/object-store-under-test.js';
import { testTimeMs } from '../../../ports/contract/stores-under-test.js';
import { silentLog } from '../../../ports/operator-log.js';
import { seedOfRun } from '../../../testing/random.js';
import { chunkBytes, sealedBytes, sealedChunkBytes, tagBytes } from './blob-cipher.js';
import { storeKeyCheck } from './blob-keys.js';
import type { FilesystemObjectStore } from './filesystem-object-store.js';
import { encodeObjectKey } from './index-key.js';
import { ObjectStoreKeyError, openObjectIndex } from './object-index.js';
import { decodeKeyRow, encodeRow } from './object-row.js';
import { openFilesystemObjectStore } from './open-filesystem-object-store.js';

const clock = new ManualClock(testTimeMs);
const openStore = (dir: string, key = testStoreKey) => openFilesystemObjectStore(dir, { clock, key });

async function withDir(check: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-sealed-'));
  try {
    await check(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

const blobsBelow = async (dir: string) => (await filesBelow(dir)).filter((file) => file.includes('/blobs/'));

const isDamaged = isCode('Damaged');
const readAll = async (store: FilesystemObjectStore, key: string) =>
  readBody((await store.get('b', key)).body);

describe('no plaintext on disk', () => {
  const canary = 'CANARY-of-an-object-4e1f';

  async function verifyNoCanary(dir: string): Promise<number> {
    const files = await filesBelow(dir);
    for (const file of files) assert.ok(!(await readFile(file)).includes(canary), `plaintext in ${file}`);
    return files.length;
  }

  test('not in files, not in the index, not in what is half-written, not after compose, delete and reopening', () =>
    withDir(async (dir) => {
      const store = await openStore(dir);
      const large = Buffer.alloc(300_000, canary);
      const dataKey = Buffer.alloc(32, 3);
      await store.put('b', 'small', Buffer.from(canary));
      await store.put('b', 'small-kms', Buffer.from(canary), { dataKey });
      await store.put('b', 'large', large);
      await store.put('b', 'large-kms', large, { dataKey });
      await store.compose(
        'b',
        'whole',
        ['small', 'large', 'small'].map((key) => ({ bucket: 'b', key })),
      );
      let filesMeanwhile = 0;
      async function* slow() {
        yield large;
        yield large;
        filesMeanwhile = await verifyNoCanary(dir);
        assert.ok((await filesBelow(dir)).some((file) => file.includes('/incoming/')));
        throw new Error('enough');
      }
      await assert.rejects(store.put('b', 'half', slow()), /enough/);
      assert.ok(filesMeanwhile >= 5, 'index, blobs and the half-written one were looked at');
      await store.delete('b', 'small');
      await store.close();
      await verifyNoCanary(dir);
      const again = await openStore(dir);
      assert.ok((await readAll(again, 'large')).equals(large));
      await again.close();
      await verifyNoCanary(dir);
    }));

  test('equal objects are not equal on disk', () =>
    withDir(async (dir) => {
      const store = await openStore(dir);
      const dataKey = Buffer.alloc(32, 3);
      for (const key of ['a', 'b']) await store.put('b', key, noise(100_000), { dataKey });
      const [a, b] = await Promise.all((await blobsBelow(dir)).map((file) => readFile(file)));
      assert.equal(a?.length, sealedBytes(100_000));
      assert.ok(!a?.subarray(0, 64).equals(b?.subarray(0, 64) ?? Buffer.alloc(0)));
      await store.close();
    }));
});

describe('what was altered on disk is not given out', () => {
  const size = 3 * chunkBytes + 5;
  const bytes = noise(size);
  const chunk = (sealed: Buffer, number: number) =>
    sealed.subarray(number * sealedChunkBytes, (number + 1) * sealedChunkBytes);

  const alterations: [what: string, alter: (sealed: Buffer) => Buffer][] = [
    ...[
      0,
      1,
      chunkBytes - 1,
      chunkBytes,
      sealedChunkBytes - 1,
      sealedChunkBytes,
      2 * sealedChunkBytes + 9,
    ].map((at): [string, (sealed: Buffer) => Buffer] => [
      `bit flipped at ${at}`,
      (sealed) => flipped(sealed, at),
    ]),
    ['bit flipped in the last tag', (sealed) => flipped(sealed, sealed.length - 1)],
    ['cut off by a byte', (sealed) => sealed.subarray(0, -1)],
    ['cut off behind a chunk', (sealed) => sealed.subarray(0, 3 * sealedChunkBytes)],
    ['emptied', () => Buffer.alloc(0)],
    [
      'two chunks swapped',
      (sealed) => Buffer.concat([chunk(sealed, 1), chunk(sealed, 0), sealed.subarray(2 * sealedChunkBytes)]),
    ],
    [
      'a chunk repeated',
      (sealed) => Buffer.concat([chunk(sealed, 0), chunk(sealed, 0), sealed.subarray(2 * sealedChunkBytes)]),
    ],
    [
      'a chunk left out',
      (sealed) => Buffer.concat([chunk(sealed, 0), sealed.subarray(2 * sealedChunkBytes)]),
    ],
  ];
  for (const [what, alter] of alterations) {
    test(`${what}: the reading ends in Damaged, and no altered byte came before`, () =>
      withDir(async (dir) => {
        const store = await openStore(dir);
        await store.put('b', 'k', bytes);
        const [file = ''] = await blobsBelow(dir);
        await writeFile(file, alter(await readFile(file)));
        const given: Buffer[] = [];
        const reading = async () => {
          for await (const some of (await store.get('b', 'k')).body) given.push(some as Buffer);
        };
        await assert.rejects(reading(), isDamaged);
        const got = Buffer.concat(given);
        assert.ok(got.equals(bytes.subarray(0, got.length)));
        await store.close();
      }));
  }

  test('the file of another object, of the same size and under the same data key', () =>
    withDir(async (dir) => {
      const store = await openStore(dir);
      const dataKey = Buffer.alloc(32, 3);
      await store.put('b', 'k', bytes, { dataKey });
      const [first = ''] = await blobsBelow(dir);
      await store.put('b', 'other', Buffer.alloc(size, 'o'), { dataKey });
      const second = (await blobsBelow(dir)).find((file) => file !== first) ?? '';
      await writeFile(first, await readFile(second));
      await assert.rejects(store.get('b', 'k', { dataKey }), isDamaged);
      await store.close();
    }));

  test('a small object in the index, and a wrapped key', () =>
    withDir(async (dir) => {
      for (const what of ['bytes', 'key', 'size'] as const) {
        const store = await openStore(dir);
        await store.put('b', 'k', noise(100));
        await store.close();
        const index = await openObjectIndex(join(dir, 'index'), storeKeyCheck(testStoreKey), silentLog);
        const rowKey = encodeObjectKey('b', 'k');
        const row = decodeKeyRow(index.keys.getBinary(rowKey) as Buffer);
        const body = row.latest.body;
        assert.ok(
          body !== null && 'inline' in body && body.sealed !== undefined && 'wrappedKey' in body.sealed,
        );
        const id = Buffer.from(body.inline);
        if (what === 'bytes')
          index.inline.putSync(id, flipped(Buffer.from(index.inline.getBinary(id) as Buffer), 7));
        if (what === 'size')
          index.inline.putSync(id, Buffer.from(index.inline.getBinary(id) as Buffer).subarray(1));
        if (what === 'key') {
          const wrappedKey = flipped(Buffer.from(body.sealed.wrappedKey, 'base64'), 3).toString('base64');
          const altered = { ...row, latest: { ...row.latest, body: { ...body, sealed: { wrappedKey } } } };
          index.keys.putSync(rowKey, encodeRow(altered));
        }
        await index.env.close();
        const again = await openStore(dir);
        await assert.rejects(again.get('b', 'k'), isDamaged, what);
        await again.close();
      }
    }));

  function flipped(sealed: Buffer, at: number): Buffer {
    const copy = Buffer.from(sealed);
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
    return copy;
  }
});

test('another master key is refused when the store is opened, and nothing is lost', () =>
  withDir(async (dir) => {
    const store = await openStore(dir);
    await store.put('b', 'k', noise(10));
    await store.close();
    await assert.rejects(openStore(dir, Buffer.alloc(32, 8)), ObjectStoreKeyError);
    const again = await openStore(dir);
    assert.ok((await readAll(again, 'k')).equals(noise(10)));
    await again.close();
  }));

describe('ranges', () => {
  const sizes = [32_769, chunkBytes - 1, chunkBytes, chunkBytes + 1, 4 * chunkBytes, 9 * chunkBytes + 17];
  for (const size of sizes) {
    test(`of ${size} bytes: around every border of a chunk, and any others`, () =>
      withDir(async (dir) => {
        const store = await openStore(dir);
        const bytes = noise(size);
        await store.put('b', 'k', bytes);
        const check = async (start: number, end: number) => {
          const { body } = await store.get('b', 'k', { start, end });
          assert.ok((await readBody(body)).equals(bytes.subarray(start, end + 1)), `${start}-${end}`);
        };
        const borders = Array.from({ length: Math.ceil(size / chunkBytes) + 1 }, (_, i) => i * chunkBytes);
        const places = borders.flatMap((at) => [at - 1, at, at + 1]).filter((at) => at >= 0 && at < size);
        places.push(size - 1);
        for (const start of places) for (const end of places) if (start <= end) await check(start, end);
        const seed = seedOfRun();
        const place = fc.nat(size - 1);
        await fc.assert(
          fc.asyncProperty(place, place, (a, b) => check(Math.min(a, b), Math.max(a, b))),
          { numRuns: 60, seed },
        );
      }));
  }

  test('a body that comes in pieces of any size is the same', () =>
    withDir(async (dir) => {
      const store = await openStore(dir);
      const seed = seedOfRun();
      const pieces = fc.array(fc.integer({ min: 0, max: 3 * chunkBytes }), { maxLength: 12 });
      await fc.assert(
        fc.asyncProperty(pieces, async (lengths) => {
          const bytes = noise(lengths.reduce((sum, length) => sum + length, 0));
          async function* source() {
            let at = 0;
            for (const length of lengths) {
              at += length;
              yield bytes.subarray(at - length, at);
            }
          }
          await store.put('b', 'k', source());
          assert.ok((await readAll(store, 'k')).equals(bytes));
        }),
        { numRuns: 25, seed },
      );
    }));
});

describe('a store of format 2', () => {
  /** Turns two objects of a new store into what format 2 wrote: bytes as they are, no sealing in the rows. */
  async function asFormat2(dir: string, objects: Readonly<Record<string, Buffer>>): Promise<void> {
    const index = await openObjectIndex(join(dir, 'index'), storeKeyCheck(testStoreKey), silentLog);
    for (const [key, bytes] of Object.entries(objects)) {
      const rowKey = encodeObjectKey('b', key);
      const row = decodeKeyRow(index.keys.getBinary(rowKey) as Buffer);
      const { body } = row.latest;
      assert.ok(body !== null);
      if ('inline' in body) {
        index.inline.putSync(Buffer.from(body.inline), bytes);
        const plain = { inline: body.inline };
        index.keys.putSync(rowKey, encodeRow({ ...row, latest: { ...row.latest, body: plain } }));
      } else {
        const blobs = body.blobs.map(({ id, bytes: length }) => ({ id, bytes: length }));
        const [{ id } = { id: '' }] = blobs;
        await writeFile(join(dir, 'blobs', id.slice(0, 2), id), bytes);
        index.keys.putSync(rowKey, encodeRow({ ...row, latest: { ...row.latest, body: { blobs } } }));
      }
    }
    index.meta.putSync(Buffer.from('format'), Buffer.from('2'));
    index.meta.removeSync(Buffer.from('keyCheck'));
    await index.env.close();
  }

  test('stays readable as it is; what is written from now on is encrypted, composed old parts too', () =>
    withDir(async (dir) => {
      const objects = { small: Buffer.alloc(500, 'old small '), large: Buffer.alloc(200_000, 'old large ') };
      const first = await openStore(dir);
      for (const [key, bytes] of Object.entries(objects)) await first.put('b', key, bytes);
      await first.close();
      await asFormat2(dir, objects);
      const store = await openStore(dir);
      assert.deepEqual(await keysOf(store, 'b'), ['large', 'small']);
      for (const [key, bytes] of Object.entries(objects))
        assert.ok((await readAll(store, key)).equals(bytes), key);
      const { body } = await store.get('b', 'large', { start: 70_000, end: 140_000 });
      assert.ok((await readBody(body)).equals(objects.large.subarray(70_000, 140_001)));
      await store.compose(
        'b',
        'whole',
        ['large', 'small', 'large'].map((key) => ({ bucket: 'b', key })),
      );
      await store.delete('b', 'large');
      await store.delete('b', 'small');
      const whole = Buffer.concat([objects.large, objects.small, objects.large]);
      assert.ok((await readAll(store, 'whole')).equals(whole));
      await store.close();
      for (const file of await blobsBelow(dir))
        assert.ok(!(await readFile(file)).includes('old large'), 'the whole is encrypted');
    }));

  test('an old file that was cut off is an error', () =>
    withDir(async (dir) => {
      const first = await openStore(dir);
      await first.put('b', 'k', noise(100_000));
      await first.close();
      await asFormat2(dir, { k: noise(100_000) });
      const store = await openStore(dir);
      const [file = ''] = await blobsBelow(dir);
      await truncate(file, 50_000);
      await assert.rejects(readAll(store, 'k'), /ends at 50000/);
      await store.close();
    }));
});

test('a sealed blob takes a tag for each chunk more', () => {
  for (const [bytes, tags] of [
    [1, 1],
    [chunkBytes, 1],
    [chunkBytes + 1, 2],
    [10 * chunkBytes, 10],
  ] as const)
    assert.equal(sealedBytes(bytes), bytes + tags * tagBytes);
});
