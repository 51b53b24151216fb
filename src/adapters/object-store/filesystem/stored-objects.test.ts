// SPDX-License-Identifier: Apache-2.0
// Oracle: the folder itself: which files are there, read here behind the adapter's back.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManualClock } from '../../../ports/clock.js';
import {
  isCode,
  keysOf,
  noise,
  readBody,
  testStoreKey,
} from '../../../ports/contract/object-store-under-test.js';
import { testTimeMs } from '../../../ports/contract/stores-under-test.js';
import { BytesStream } from '../../../ports/object-store.js';
import { silentLog } from '../../../ports/operator-log.js';
import { DamagedStoreError } from '../../lmdb/damaged-store.js';
import { storeKeyCheck } from './blob-keys.js';
import { ObjectIndexFormatError, openObjectIndex } from './object-index.js';
import { diskLookBytes } from './object-limits.js';
import { openFilesystemObjectStore } from './open-filesystem-object-store.js';

const clock = new ManualClock(testTimeMs);

async function withDir(check: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-stored-'));
  try {
    await check(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** All files outside the index, by path below `dir`. */
async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
  return files.filter((file) => !file.startsWith('index'));
}

/** Waits for the removal that follows a commit in the background. */
async function untilFiles(dir: string, count: number): Promise<string[]> {
  for (let i = 0; i < 12_000; i++) {
    const files = await filesIn(dir);
    if (files.length === count) return files;
    await sleep(5);
  }
  return assert.fail(`not ${count} files: ${await filesIn(dir)}`);
}

test('files have random names in a fan-out folder; keys reach none of them', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    for (const key of ['../../etc/passwd', 'a/b/c', 'x'.repeat(1_024)])
      await store.put('my-bucket', key, noise(70_000));
    const files = await filesIn(dir);
    assert.equal(files.length, 3);
    for (const file of files) assert.match(file, /^blobs\/([0-9a-f]{2})\/\1[0-9a-f]{30}$/);
    await store.close();
  }));

test('small objects make no file', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    for (let i = 0; i < 20; i++) await store.put('b', `${i}`, noise(1_000));
    assert.deepEqual(await filesIn(dir), []);
    const { body } = await store.get('b', '7', { start: 100, end: 199 });
    assert.ok(body instanceof BytesStream && noise(1_000).subarray(100, 200).equals(body.bytes));
    await store.close();
  }));

test('what failed leaves no file: the source, beforeCommit, the condition', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    await store.put('b', 'taken', noise(1));
    async function* failing() {
      yield noise(200_000);
      throw new Error('gone');
    }
    await assert.rejects(store.put('b', 'k', failing()), /gone/);
    const beforeCommit = () => {
      throw new Error('refused');
    };
    await assert.rejects(store.put('b', 'k', noise(200_000), { beforeCommit }), /refused/);
    await assert.rejects(
      store.put('b', 'taken', noise(200_000), { ifNoneMatch: '*' }),
      isCode('PreconditionFailed'),
    );
    const source = [{ bucket: 'b', key: 'taken' }];
    await store.put('b', 'large', noise(200_000));
    const mixed = [...source, { bucket: 'b', key: 'large' }];
    await assert.rejects(
      store.compose('b', 'taken', mixed, { ifNoneMatch: '*' }),
      isCode('PreconditionFailed'),
    );
    assert.equal((await filesIn(dir)).length, 1);
    await store.close();
  }));

test('files go once nothing uses them: overwritten, deleted, versions, shared by compose', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    await store.put('b', 'k', noise(100_000));
    await store.put('b', 'k', noise(200_000));
    await untilFiles(dir, 1);
    await store.compose('b', 'whole', [
      { bucket: 'b', key: 'k' },
      { bucket: 'b', key: 'k' },
    ]);
    await store.delete('b', 'k');
    assert.equal((await untilFiles(dir, 1)).length, 1);
    assert.equal((await readBody((await store.get('b', 'whole')).body)).length, 400_000);
    await store.delete('b', 'whole');
    await untilFiles(dir, 0);
    const { versionId } = await store.put('b', 'v', noise(100_000), { versioned: true });
    await store.delete('b', 'v', { versioned: 'enabled' });
    assert.equal((await filesIn(dir)).length, 1);
    await store.delete('b', 'v', { versionId });
    await untilFiles(dir, 0);
    await store.close();
  }));

test('a file that is being read goes when the reader is done or leaves', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    for (const leave of [false, true]) {
      await store.put('b', 'k', noise(600_000));
      const { body } = await store.get('b', 'k');
      await store.delete('b', 'k');
      await sleep(20);
      assert.equal((await filesIn(dir)).length, 1);
      if (leave) body.destroy();
      else assert.equal((await readBody(body)).length, 600_000);
      await untilFiles(dir, 0);
    }
    await store.close();
  }));

test('a source of a compose that is deleted meanwhile keeps its bytes for the whole', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    await store.put('p', '1', noise(300_000));
    const composed = store.compose('b', 'k', [{ bucket: 'p', key: '1' }]);
    await Promise.all([composed, store.delete('p', '1')]);
    await sleep(20);
    assert.ok((await readBody((await store.get('b', 'k')).body)).equals(noise(300_000)));
    assert.equal((await filesIn(dir)).length, 1);
    await store.close();
  }));

test('opening sweeps half-written files and files that no object uses, and nothing else', () =>
  withDir(async (dir) => {
    const first = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    await first.put('b', 'kept', noise(100_000));
    await first.close();
    const rubbish = ['incoming/half-written', `blobs/ab/ab${'0'.repeat(30)}`, 'blobs/ff/not-even-an-id'];
    for (const file of rubbish) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), 'x');
    }
    const told: object[] = [];
    const log = { info: (facts: object) => told.push(facts), warn: () => {}, error: () => {} };
    const second = await openFilesystemObjectStore(dir, { clock, key: testStoreKey, log });
    // Puts that run while the sweep does are not taken for rubbish.
    await Promise.all(Array.from({ length: 20 }, (_, i) => second.put('b', `new-${i}`, noise(70_000))));
    assert.equal(await second.swept, 3);
    assert.deepEqual(told, [{ files: 3 }]);
    assert.equal((await filesIn(dir)).length, 21);
    for (const key of await keysOf(second, 'b')) await readBody((await second.get('b', key)).body);
    await second.close();
  }));

test('a file that somebody removed is an error of get, not of the stream', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    await store.put('b', 'k', noise(100_000));
    for (const file of await filesIn(dir)) await unlink(join(dir, file));
    await assert.rejects(store.get('b', 'k'), { code: 'ENOENT' });
    await store.close();
  }));

test('on a full disk puts answer NoSpace and leave nothing; deletes go on; puts come back with the space', () =>
  withDir(async (dir) => {
    let free = 200_000_000;
    const store = await openFilesystemObjectStore(dir, {
      clock,
      key: testStoreKey,
      diskFreeBytesMin: 100_000_000,
      diskFreeBytes: () => free,
    });
    await store.put('b', 'old', noise(100_000));
    free = 99_000_000;
    for (const size of [1, 100_000])
      await assert.rejects(store.put('b', 'k', noise(size)), isCode('NoSpace'));
    const sources = [{ bucket: 'b', key: 'old' }];
    await assert.rejects(store.compose('b', 'k', sources), isCode('NoSpace'));
    assert.deepEqual(await keysOf(store, 'b'), ['old']);
    assert.equal((await filesIn(dir)).length, 1);
    await store.delete('b', 'old');
    await untilFiles(dir, 0);
    free = 200_000_000;
    assert.equal((await store.put('b', 'k', noise(100_000))).size, 100_000);
    await store.close();
  }));

test('a disk that fills up while a body comes in: NoSpace, and the file goes', () =>
  withDir(async (dir) => {
    let free = 200_000_000;
    const store = await openFilesystemObjectStore(dir, {
      clock,
      key: testStoreKey,
      diskFreeBytesMin: 100_000_000,
      diskFreeBytes: () => free,
    });
    const chunk = Buffer.alloc(1024 ** 2);
    async function* growing() {
      for (let sent = 0; sent < 3 * diskLookBytes; sent += chunk.length) {
        yield chunk;
        free -= 20 * chunk.length;
      }
    }
    await assert.rejects(store.put('b', 'k', growing()), isCode('NoSpace'));
    assert.deepEqual(await filesIn(dir), []);
    await store.close();
  }));

test('an id with a true order and other random bytes, or of another key, names no version', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.push((await store.put('b', 'k', noise(i), { versioned: true })).versionId);
    const { versionId: foreign } = await store.put('b', 'other', noise(9), { versioned: true });
    for (const id of ids) assert.equal((await store.head('b', 'k', id)).versionId, id);
    for (const id of [...ids.map((real) => `${real.slice(0, 8)}${'A'.repeat(24)}`), foreign])
      await assert.rejects(store.head('b', 'k', id), isCode('NoSuchVersion'));
    await store.close();
  }));

test('a newer stored format is refused by name', () =>
  withDir(async (dir) => {
    await (await openFilesystemObjectStore(dir, { clock, key: testStoreKey })).close();
    const index = await openObjectIndex(join(dir, 'index'), storeKeyCheck(testStoreKey), silentLog);
    index.meta.putSync(Buffer.from('format'), Buffer.from('4'));
    await index.env.close();
    await assert.rejects(
      openFilesystemObjectStore(dir, { clock, key: testStoreKey }),
      ObjectIndexFormatError,
    );
  }));

test('an index that is no LMDB file is refused by name', () =>
  withDir(async (dir) => {
    await mkdir(join(dir, 'index'));
    await writeFile(join(dir, 'index', 'data.mdb'), Buffer.alloc(100_000, 'x'));
    await assert.rejects(openFilesystemObjectStore(dir, { clock, key: testStoreKey }), (error) => {
      return error instanceof DamagedStoreError && error.message.includes(dir);
    });
  }));

test('what was looked at before a write is not what is opened after it', () =>
  withDir(async (dir) => {
    const store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
    const opened = async (bucket: string, key: string, versionId?: string) => {
      const { info, body } = await store.get(bucket, key, versionId === undefined ? {} : { versionId });
      return [info.size, (await readBody(body)).toString()];
    };
    try {
      for (const [bucket, key] of [
        ['my-bucket', 'a'],
        ['my-bucket', 'b'],
        ['other-bucket', 'a'],
      ] as const)
        await store.put(bucket, key, Buffer.from(`${bucket}/${key}`));
      await store.head('my-bucket', 'a');
      assert.deepEqual(await opened('my-bucket', 'b'), [11, 'my-bucket/b']);
      await store.head('my-bucket', 'a');
      assert.deepEqual(await opened('other-bucket', 'a'), [14, 'other-bucket/a']);

      for (const key of ['a', 'b']) await store.head('my-bucket', key);
      await store.head('other-bucket', 'a');
      assert.deepEqual(await opened('my-bucket', 'a'), [11, 'my-bucket/a']);
      assert.deepEqual(await opened('other-bucket', 'a'), [14, 'other-bucket/a']);

      for (const key of ['a', 'b']) await store.head('my-bucket', key);
      await store.put('my-bucket', 'b', Buffer.from('second b'));
      await store.put('my-bucket', 'a', Buffer.from('second'));
      assert.deepEqual(await opened('my-bucket', 'a'), [6, 'second']);
      assert.deepEqual(await opened('my-bucket', 'b'), [8, 'second b']);
      for (let index = 0; index < 200; index++) await store.head('my-bucket', index % 2 === 0 ? 'a' : 'b');
      await store.delete('my-bucket', 'a');
      await assert.rejects(store.get('my-bucket', 'a'), isCode('NoSuchKey'));
      await store.put('my-bucket', 'a', Buffer.from('third'));

      const { versionId } = await store.put('my-bucket', 'v', Buffer.from('one'), { versioned: true });
      await store.head('my-bucket', 'v');
      await store.put('my-bucket', 'v', Buffer.from('three'), { versioned: true });
      assert.deepEqual(await opened('my-bucket', 'v'), [5, 'three']);
      await store.head('my-bucket', 'v');
      assert.deepEqual(await opened('my-bucket', 'v', versionId), [3, 'one']);

      await store.head('my-bucket', 'a');
      await store.delete('my-bucket', 'a');
      await assert.rejects(store.get('my-bucket', 'a'), isCode('NoSuchKey'));
      await store.head('my-bucket', 'b');
      await store.setAttributes('my-bucket', 'b', undefined, { contentType: 'text/plain' });
      assert.equal((await store.get('my-bucket', 'b')).info.attributes.contentType, 'text/plain');
    } finally {
      await store.close();
    }
  }));
