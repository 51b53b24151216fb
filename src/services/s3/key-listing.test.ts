// SPDX-License-Identifier: Apache-2.0
// Oracle: a slow reference that builds the whole listing in memory and then cuts pages out of it, as the S3 User Guide
// ("Organizing objects using prefixes") describes listings; run on random buckets. Pages named in ListObjects and
// ListObjectsV2 for the shapes. And a count of keys read, for the promise that a common prefix is skipped.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { compareKeys } from '../../buckets/object-key.js';
import type { ListOptions, ObjectInfo, ObjectStore } from '../../ports/object-store.js';
import { type KeyListing, listKeys } from './key-listing.js';
import { openScene, type S3Scene } from './testing/s3-scene.js';
import { urlEncoded } from './url-encoding.js';

let scene: S3Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

const nameOf = (entry: KeyListing['entries'][number]) =>
  'object' in entry ? `${entry.object.key}#${entry.object.versionId}` : `${entry.commonPrefix}...`;

/** A store that only lists, by the port's words, and counts what it hands out. */
class ListOnlyStore {
  handedOut = 0;
  readonly #objects: readonly ObjectInfo[];
  constructor(objects: readonly ObjectInfo[]) {
    this.#objects = objects;
  }

  get size(): number {
    return this.#objects.length;
  }

  list(
    _bucket: string,
    options: ListOptions,
  ): Promise<{ objects: readonly ObjectInfo[]; truncated: boolean }> {
    const { prefix = '', after: behind, afterVersionId, limit, versions } = options;
    let rest = this.#objects.filter(
      (object) =>
        object.key.startsWith(prefix) && (versions === true || (object.isLatest && !object.isDeleteMarker)),
    );
    if (behind !== undefined) {
      const at = rest.findIndex((object) => object.key === behind && object.versionId === afterVersionId);
      rest =
        afterVersionId !== undefined && at >= 0
          ? rest.slice(at + 1)
          : rest.filter(({ key }) => compareKeys(key, behind) > 0);
    }
    const objects = rest.slice(0, limit);
    this.handedOut += objects.length;
    return Promise.resolve({ objects, truncated: rest.length > limit });
  }
}

const asStore = (store: ListOnlyStore) => store as unknown as ObjectStore;

function objectsOf(keys: readonly string[], versionsPerKey = 1): ObjectInfo[] {
  const sorted = Array.from(new Set(keys)).sort(compareKeys);
  return sorted.flatMap((key) =>
    Array.from(
      { length: versionsPerKey },
      (_, n): ObjectInfo => ({
        bucket: 'b',
        key,
        versionId: `v${n}`,
        isLatest: n === 0,
        isDeleteMarker: false,
        size: 0,
        etag: '',
        lastModifiedMs: 0,
        sha256: '',
        attributes: {},
      }),
    ),
  );
}

/** Everything at once: keys under the prefix, rolled up, sorted; nothing else. */
function reference(
  objects: readonly ObjectInfo[],
  prefix: string,
  delimiter: string,
  marker: string,
): string[] {
  const names: string[] = [];
  for (const { key, versionId } of objects) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const rolled = at < 0 ? undefined : key.slice(0, at + delimiter.length);
    const sortsAs = rolled ?? key;
    if (marker !== '' && compareKeys(sortsAs, marker) <= 0) continue;
    const name = rolled === undefined ? `${key}#${versionId}` : `${rolled}...`;
    if (names.at(-1) !== name) names.push(name);
  }
  return names;
}

async function allPages(
  store: ListOnlyStore,
  request: { prefix: string; delimiter: string; marker: string; limit: number; versions?: boolean },
): Promise<string[]> {
  const names: string[] = [];
  let { marker } = request;
  let versionIdMarker: string | undefined;
  for (let pages = 0; ; pages += 1) {
    assert.ok(pages <= store.size, 'the pages come to an end');
    const page = await listKeys(asStore(store), 'b', { ...request, marker, versionIdMarker });
    assert.ok(page.entries.length <= request.limit);
    names.push(...page.entries.map(nameOf));
    const last = page.entries.at(-1);
    if (!page.truncated || last === undefined) return names;
    marker = 'object' in last ? last.object.key : last.commonPrefix;
    versionIdMarker = 'object' in last && request.versions === true ? last.object.versionId : undefined;
  }
}

const letter = fc.constantFrom('a', 'b', '/', '-', 'é', '\u{1f600}', '\uffee', '\u{10ffff}', '//');
const key = fc.array(letter, { minLength: 1, maxLength: 6 }).map((letters) => letters.join(''));
const bucket = fc.array(key, { maxLength: 60 });
const piece = fc.array(letter, { maxLength: 2 }).map((letters) => letters.join(''));
const limits = fc.integer({ min: 1, max: 20 });

describe('listings', () => {
  test('of random keys, prefixes, delimiters and markers, page by page, equal the reference', async () => {
    await fc.assert(
      fc.asyncProperty(
        bucket,
        piece,
        piece,
        fc.oneof(piece, key),
        limits,
        async (keys, prefix, delimiter, marker, limit) => {
          const objects = objectsOf(keys);
          const pages = await allPages(new ListOnlyStore(objects), { prefix, delimiter, marker, limit });
          assert.deepEqual(pages, reference(objects, prefix, delimiter, marker));
        },
      ),
      { numRuns: 2000, verbose: 1 },
    );
  });

  test('of versions likewise', async () => {
    await fc.assert(
      fc.asyncProperty(
        bucket,
        fc.integer({ min: 1, max: 4 }),
        piece,
        piece,
        limits,
        async (keys, versionsPerKey, prefix, delimiter, limit) => {
          const objects = objectsOf(keys, versionsPerKey);
          const pages = await allPages(new ListOnlyStore(objects), {
            prefix,
            delimiter,
            marker: '',
            limit,
            versions: true,
          });
          assert.deepEqual(pages, reference(objects, prefix, delimiter, ''));
        },
      ),
      { numRuns: 1000, verbose: 1 },
    );
  });

  test('a common prefix costs a look, not all its keys', async () => {
    const keys = ['p/', 'q/', 'r/'].flatMap((folder) =>
      Array.from({ length: 5000 }, (_, n) => `${folder}${String(n).padStart(5, '0')}`),
    );
    const store = new ListOnlyStore(objectsOf(keys));
    assert.deepEqual(await allPages(store, { prefix: '', delimiter: '/', marker: '', limit: 1000 }), [
      'p/...',
      'q/...',
      'r/...',
    ]);
    assert.ok(store.handedOut < 100, `${store.handedOut} keys were read`);
  });

  test('of the real store: markers longer than a key, prefixes longer than a key', async () => {
    await scene.makeBucket('long');
    await scene.put('long', 'a'.repeat(1024), 'x');
    await scene.put('long', 'b', 'x');
    const keys = async (more: object) =>
      ((await scene.run('ListObjectsV2', { Bucket: 'long', ...more })).Contents ?? []) as { Key: string }[];
    assert.deepEqual(
      (await keys({ StartAfter: 'a'.repeat(5000) })).map(({ Key }) => Key),
      ['b'],
    );
    assert.deepEqual(await keys({ Prefix: 'a'.repeat(5000) }), []);
    assert.equal((await keys({ StartAfter: 'a'.repeat(1023) })).length, 2);
  });
});

describe('ListObjects and ListObjectsV2', () => {
  const Bucket = 'listing';
  before(async () => {
    await scene.makeBucket(Bucket);
    for (const Key of ['a b', 'dir/1', 'dir/2', 'file(3).png', 'zz']) await scene.put(Bucket, Key, 'x');
  });
  const v1 = (more: object) => scene.run('ListObjects', { Bucket, ...more });
  const v2 = (more: object) => scene.run('ListObjectsV2', { Bucket, ...more });
  const keys = (answer: Record<string, unknown>) =>
    ((answer.Contents ?? []) as { Key: string }[]).map(({ Key }) => Key);

  test('v1: NextMarker only with a delimiter', async () => {
    const plain = await v1({ MaxKeys: 2 });
    assert.deepEqual([keys(plain), plain.IsTruncated, plain.NextMarker], [['a b', 'dir/1'], true, undefined]);
    const rolled = await v1({ MaxKeys: 2, Delimiter: '/' });
    assert.deepEqual(
      [keys(rolled), rolled.CommonPrefixes, rolled.NextMarker],
      [['a b'], [{ Prefix: 'dir/' }], 'dir/'],
    );
    assert.deepEqual(keys(await v1({ Delimiter: '/', Marker: 'dir/' })), ['file(3).png', 'zz']);
    assert.ok((plain.Contents as { Owner?: unknown }[])[0]?.Owner);
  });

  test('v2: tokens, StartAfter, KeyCount counts prefixes, owners on request', async () => {
    const page = await v2({ MaxKeys: 2, Delimiter: '/', StartAfter: 'a' });
    assert.deepEqual([page.KeyCount, page.IsTruncated, page.StartAfter], [2, true, 'a']);
    const next = await v2({
      ContinuationToken: page.NextContinuationToken,
      StartAfter: 'zzz',
      Delimiter: '/',
    });
    assert.deepEqual(keys(next), ['file(3).png', 'zz']);
    assert.equal((next.Contents as { Owner?: unknown }[])[0]?.Owner, undefined);
    assert.ok(((await v2({ FetchOwner: true })).Contents as { Owner?: unknown }[])[0]?.Owner);
    await scene.refuse('InvalidArgument', 'ListObjectsV2', { Bucket, ContinuationToken: 'nonsense' });
    await scene.refuse('InvalidArgument', 'ListObjectsV2', { Bucket, ContinuationToken: '' });
  });

  test('MaxKeys: 0 is an empty page, more than 1,000 is 1,000, negative is refused', async () => {
    const none = await v2({ MaxKeys: 0 });
    assert.deepEqual([none.KeyCount, none.IsTruncated, none.MaxKeys], [0, false, 0]);
    assert.equal((await v2({ MaxKeys: 5000 })).MaxKeys, 1000);
    await scene.refuse('InvalidArgument', 'ListObjectsV2', { Bucket, MaxKeys: -1 });
  });

  test('EncodingType url', async () => {
    const answer = await v1({ EncodingType: 'url', Delimiter: '/', Prefix: '' });
    assert.deepEqual(
      [keys(answer), answer.CommonPrefixes],
      [['a+b', 'file%283%29.png', 'zz'], [{ Prefix: 'dir/' }]],
    );
    await scene.refuse('InvalidArgument', 'ListObjects', { Bucket, EncodingType: 'base64' });
  });

  test('what is encoded decodes to itself', () => {
    const decoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => decoded(urlEncoded(text)) === text));
  });
});
