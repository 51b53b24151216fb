// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/object-store.ts; node:crypto for the checksums; the bytes put.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectAttributes, ObjectStore } from '../object-store.js';
import { testObjectComposeContract } from './object-compose-contract.js';
import { testObjectEncryptionContract } from './object-encryption-contract.js';
import { testObjectListContract } from './object-list-contract.js';
import { testObjectLockContract } from './object-lock-contract.js';
import {
  isCode,
  keysOf,
  md5,
  noise,
  type OpenObjectStore,
  readBody,
  withObjectStore,
} from './object-store-under-test.js';
import { testObjectVersionContract } from './object-version-contract.js';
import { testTimeMs } from './stores-under-test.js';

/** Sizes on both sides of every limit that an adapter may have for small objects. */
const sizes = [0, 1, 1_000, 32_767, 32_768, 32_769, 65_536, 65_537, 1_000_000];

/** Registers the contract of ObjectStore for one adapter. */
export function testObjectStoreContract(name: string, open: OpenObjectStore): void {
  describe(`ObjectStore contract: ${name}`, () => {
    describe('put, head and get', () => testPutAndGet(open));
    describe('all or nothing', () => testAllOrNothing(open));
    describe('conditions', () => testConditions(open));
    describe('readers keep what they were promised', () => testReaders(open));
    describe('keys', () => testKeys(open));
    describe('attributes', () => testAttributes(open));
    describe('compose', () => testObjectComposeContract(open));
    describe('lists', () => testObjectListContract(open));
    describe('versions', () => testObjectVersionContract(open));
    describe('encryption', () => testObjectEncryptionContract(open));
    describe('locks', () => testObjectLockContract(open));
  });
}

function testPutAndGet(open: OpenObjectStore): void {
  for (const size of sizes) {
    test(`an object of ${size} bytes comes back with its checksums, also after reopening`, () =>
      withObjectStore(open, async (at) => {
        const bytes = noise(size);
        const info = await at.store.put('logs', 'a/b.json.gz', bytes);
        assert.deepEqual(info, {
          bucket: 'logs',
          key: 'a/b.json.gz',
          versionId: 'null',
          isLatest: true,
          isDeleteMarker: false,
          size,
          etag: md5(bytes),
          lastModifiedMs: testTimeMs,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          attributes: {},
        });
        await at.reopen();
        assert.deepEqual(await at.store.head('logs', 'a/b.json.gz'), info);
        const got = await at.store.get('logs', 'a/b.json.gz');
        assert.deepEqual(got.info, info);
        assert.ok((await readBody(got.body)).equals(bytes));
      }));
  }

  test('a streamed body of odd chunks is the same object; the source may use its buffer again', () =>
    withObjectStore(open, async ({ store }) => {
      const bytes = noise(300_000);
      async function* chunks() {
        const buffer = Buffer.alloc(7_919);
        for (let at = 0; at < bytes.length; at += buffer.length) {
          const taken = bytes.copy(buffer, 0, at, at + buffer.length);
          yield buffer.subarray(0, taken);
        }
      }
      const info = await store.put('logs', 'k', chunks());
      assert.equal(info.etag, md5(bytes));
      assert.ok((await readBody((await store.get('logs', 'k')).body)).equals(bytes));
    }));

  test('what is not there', () =>
    withObjectStore(open, async ({ store }) => {
      await assert.rejects(store.head('logs', 'none'), isCode('NoSuchKey'));
      await assert.rejects(store.get('logs', 'none'), isCode('NoSuchKey'));
      await store.put('logs', 'k', noise(1));
      await assert.rejects(store.head('other', 'k'), isCode('NoSuchKey'));
      await assert.rejects(store.head('logs', 'k', 'x'.repeat(32)), isCode('NoSuchVersion'));
      assert.equal(await store.delete('logs', 'none'), undefined);
    }));

  test('a put replaces, a delete removes', () =>
    withObjectStore(open, async ({ store, clock }) => {
      await store.put('logs', 'k', noise(100_000));
      clock.advance(1_000);
      const second = await store.put('logs', 'k', noise(10));
      assert.equal(second.lastModifiedMs, testTimeMs + 1_000);
      assert.equal((await store.head('logs', 'k')).size, 10);
      await store.delete('logs', 'k');
      await assert.rejects(store.head('logs', 'k'), isCode('NoSuchKey'));
      assert.deepEqual((await store.list('logs', { limit: 10 })).objects, []);
    }));

  for (const size of [10, 200_000]) testRanges(open, size);
}

function testRanges(open: OpenObjectStore, size: number): void {
  const ranges: [start: number | undefined, end: number | undefined][] = [
    [0, 0],
    [1, 3],
    [size - 1, size - 1],
    [0, size - 1],
    [5, undefined],
    [5, size + 100],
    [undefined, 4],
  ];
  for (const [start, end] of ranges) {
    test(`bytes ${start ?? ''}-${end ?? ''} of ${size}`, () =>
      withObjectStore(open, async ({ store }) => {
        const bytes = noise(size);
        await store.put('logs', 'k', bytes);
        const range = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
        const { body } = await store.get('logs', 'k', range);
        assert.ok((await readBody(body)).equals(bytes.subarray(start ?? 0, (end ?? size) + 1)));
      }));
  }
  for (const [start, end] of [
    [size, undefined],
    [size, size + 1],
    [3, 2],
    [-1, 2],
  ] as const) {
    test(`bytes ${start}-${end ?? ''} of ${size} are no valid range`, () =>
      withObjectStore(open, async ({ store }) => {
        await store.put('logs', 'k', noise(size));
        const range = end === undefined ? { start } : { start, end };
        await assert.rejects(store.get('logs', 'k', range), isCode('InvalidRange'));
      }));
  }
}

function testAllOrNothing(open: OpenObjectStore): void {
  for (const size of [10, 200_000]) {
    test(`a source that fails after ${size} bytes leaves what was there before`, () =>
      withObjectStore(open, async ({ store }) => {
        const failure = new Error('the client went away');
        async function* failing() {
          yield noise(size);
          throw failure;
        }
        await assert.rejects(store.put('logs', 'new', failing()), failure);
        await assert.rejects(store.head('logs', 'new'), isCode('NoSuchKey'));
        const before = await store.put('logs', 'old', noise(5));
        await assert.rejects(store.put('logs', 'old', failing()), failure);
        assert.deepEqual(await store.head('logs', 'old'), before);
        assert.deepEqual(await keysOf(store, 'logs'), ['old']);
      }));

    test(`beforeCommit sees the facts of ${size} bytes, aborts by throwing, and adds attributes`, () =>
      withObjectStore(open, async ({ store }) => {
        const bytes = noise(size);
        const refusal = new Error('the checksum does not match');
        const refused = store.put('logs', 'k', bytes, {
          beforeCommit: () => {
            throw refusal;
          },
        });
        await assert.rejects(refused, refusal);
        await assert.rejects(store.head('logs', 'k'), isCode('NoSuchKey'));
        let facts: unknown;
        const info = await store.put('logs', 'k', bytes, {
          attributes: { contentType: 'text/plain' },
          beforeCommit: (given) => {
            facts = given;
            return { checksums: { ChecksumCRC32: 'AAAAAA==' } };
          },
        });
        assert.deepEqual(facts, { size, md5: info.etag, sha256: info.sha256 });
        assert.deepEqual(info.attributes, {
          contentType: 'text/plain',
          checksums: { ChecksumCRC32: 'AAAAAA==' },
        });
      }));
  }

  test('an object is not seen before its last byte came', () =>
    withObjectStore(open, async ({ store }) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      async function* slow() {
        yield noise(100_000);
        await held;
        yield noise(1);
      }
      const put = store.put('logs', 'k', slow());
      await sleep(20);
      await assert.rejects(store.head('logs', 'k'), isCode('NoSuchKey'));
      release();
      assert.equal((await put).size, 100_001);
      assert.equal((await store.head('logs', 'k')).size, 100_001);
    }));
}

function testConditions(open: OpenObjectStore): void {
  for (const size of [10, 100_000]) {
    test(`of 20 racing ifNoneMatch puts of ${size} bytes exactly one succeeds, and its bytes are there`, () =>
      withObjectStore(open, async ({ store }) => {
        const bodies = Array.from({ length: 20 }, (_, i) => Buffer.alloc(size, i + 1));
        const outcomes = await Promise.allSettled(
          bodies.map((body) => store.put('logs', 'k', body, { ifNoneMatch: '*' })),
        );
        const won = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
        assert.equal(won.length, 1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') assert.ok(isCode('PreconditionFailed')(outcome.reason));
        }
        const body = await readBody((await store.get('logs', 'k')).body);
        assert.ok(body.equals(bodies[won[0] as number] as Buffer));
      }));
  }

  test('ifMatch: the ETag must be the current one; without an object it is NoSuchKey', () =>
    withObjectStore(open, async ({ store }) => {
      await assert.rejects(store.put('logs', 'k', noise(1), { ifMatch: md5(noise(1)) }), isCode('NoSuchKey'));
      const { etag } = await store.put('logs', 'k', noise(1));
      await store.put('logs', 'k', noise(2), { ifMatch: etag });
      await assert.rejects(store.put('logs', 'k', noise(3), { ifMatch: etag }), isCode('PreconditionFailed'));
      assert.equal((await store.head('logs', 'k')).size, 2);
    }));

  test('ifNoneMatch sees no object behind a delete marker', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(1), { versioned: true });
      await store.delete('logs', 'k', { versioned: 'enabled' });
      await store.put('logs', 'k', noise(2), { versioned: true, ifNoneMatch: '*' });
      await assert.rejects(
        store.put('logs', 'k', noise(3), { versioned: true, ifNoneMatch: '*' }),
        isCode('PreconditionFailed'),
      );
    }));
}

function testReaders(open: OpenObjectStore): void {
  for (const size of [10, 500_000]) {
    for (const [what, change] of [
      ['overwritten', (store: ObjectStore) => store.put('logs', 'k', noise(3))],
      ['deleted', (store: ObjectStore) => store.delete('logs', 'k')],
    ] as const) {
      test(`${size} bytes are read to the end though they were ${what} before the first byte was read`, () =>
        withObjectStore(open, async ({ store }) => {
          const bytes = Buffer.alloc(size, 7);
          await store.put('logs', 'k', bytes);
          const { body } = await store.get('logs', 'k');
          await change(store);
          await sleep(20);
          assert.ok((await readBody(body)).equals(bytes));
        }));
    }
  }

  test('a reader that leaves early harms nobody', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(500_000));
      (await store.get('logs', 'k')).body.destroy();
      for await (const _ of (await store.get('logs', 'k')).body) break;
      assert.equal((await readBody((await store.get('logs', 'k')).body)).length, 500_000);
    }));
}

const trickyKeys = [
  '../../etc/passwd',
  '/etc/passwd',
  '.',
  '..',
  './a',
  'a//b',
  'a/',
  '/',
  ' ',
  'a\\b',
  'a\u0000b',
  'ümlaut/😀',
  '\ufffd',
  'e\u0301',
  '\u00e9',
  'CON',
  'x'.repeat(1_024),
  'ü'.repeat(512),
  '\u0000'.repeat(1_024),
];

function testKeys(open: OpenObjectStore): void {
  test('any UTF-8 is a key of its own', () =>
    withObjectStore(open, async (at) => {
      for (const key of trickyKeys) await at.store.put('logs', key, Buffer.from(`body of ${key}`));
      await at.reopen();
      for (const key of trickyKeys) {
        const { info, body } = await at.store.get('logs', key);
        assert.equal(info.key, key);
        assert.equal((await readBody(body)).toString(), `body of ${key}`);
      }
      assert.equal((await keysOf(at.store, 'logs')).length, trickyKeys.length);
    }));

  for (const [what, key] of [
    ['an empty key', ''],
    ['a key of 1,025 bytes', `${'ü'.repeat(512)}x`],
    ['a lone surrogate', 'a\ud800'],
  ] as const) {
    test(`refused as a mistake of the caller: ${what}`, () =>
      withObjectStore(open, async ({ store }) => {
        await assert.rejects(store.put('logs', key, noise(1)));
        assert.deepEqual(await keysOf(store, 'logs'), []);
      }));
  }

  test('buckets whose names begin alike are kept apart', () =>
    withObjectStore(open, async ({ store }) => {
      for (const bucket of ['logs', 'logs-2', '.parts.logs', 'log'])
        await store.put(bucket, 's', Buffer.from(bucket));
      for (const bucket of ['logs', 'logs-2', '.parts.logs', 'log']) {
        assert.deepEqual(await keysOf(store, bucket), ['s']);
        assert.equal((await readBody((await store.get(bucket, 's')).body)).toString(), bucket);
      }
    }));
}

function testAttributes(open: OpenObjectStore): void {
  const attributes: ObjectAttributes = {
    contentType: 'application/json',
    metadata: { 'digest-signature': 'ab', ü: '😀' },
    tags: { team: 'a b' },
    partSizes: [5, 6],
    acl: { grants: [] },
  };

  test('attributes come back as they were given', () =>
    withObjectStore(open, async (at) => {
      await at.store.put('logs', 'k', noise(1), { attributes, etag: 'abc-2' });
      await at.reopen();
      const info = await at.store.head('logs', 'k');
      assert.deepEqual(info.attributes, attributes);
      assert.equal(info.etag, 'abc-2');
    }));

  test('setAttributes changes what it names, of the version it names, and nothing else', () =>
    withObjectStore(open, async ({ store, clock }) => {
      const first = await store.put('logs', 'k', noise(100_000), { attributes, versioned: true });
      const second = await store.put('logs', 'k', noise(5), { attributes, versioned: true });
      clock.advance(1_000);
      const changed = await store.setAttributes('logs', 'k', first.versionId, { tags: { x: 'y' } });
      assert.deepEqual(changed, {
        ...first,
        isLatest: false,
        attributes: { ...attributes, tags: { x: 'y' } },
      });
      assert.deepEqual(await store.head('logs', 'k', first.versionId), changed);
      assert.deepEqual(await store.head('logs', 'k'), second);
      const current = await store.setAttributes('logs', 'k', undefined, { storageClass: 'GLACIER' });
      assert.deepEqual(current, { ...second, attributes: { ...attributes, storageClass: 'GLACIER' } });
      assert.ok(
        (await readBody((await store.get('logs', 'k', { versionId: first.versionId })).body)).equals(
          noise(100_000),
        ),
      );
    }));

  test('setAttributes of what is not there, and of a delete marker', () =>
    withObjectStore(open, async ({ store }) => {
      await assert.rejects(store.setAttributes('logs', 'k', undefined, {}), isCode('NoSuchKey'));
      await store.put('logs', 'k', noise(1), { versioned: true });
      await assert.rejects(store.setAttributes('logs', 'k', 'x', {}), isCode('NoSuchVersion'));
      await store.delete('logs', 'k', { versioned: 'enabled' });
      await assert.rejects(store.setAttributes('logs', 'k', undefined, {}), isCode('NoSuchKey'));
    }));

  test('changes of attributes at the same time are all kept', () =>
    withObjectStore(open, async ({ store }) => {
      await store.put('logs', 'k', noise(1));
      await Promise.all([
        store.setAttributes('logs', 'k', undefined, { tags: { a: '1' } }),
        store.setAttributes('logs', 'k', undefined, { contentType: 'text/plain' }),
        store.setAttributes('logs', 'k', undefined, { acl: 'x' }),
      ]);
      const { attributes: kept } = await store.head('logs', 'k');
      assert.deepEqual(kept, { tags: { a: '1' }, contentType: 'text/plain', acl: 'x' });
    }));
}
