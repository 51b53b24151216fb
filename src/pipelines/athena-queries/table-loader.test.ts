// SPDX-License-Identifier: Apache-2.0
/** Oracle: what is put into the fake buckets; every read that they were asked for is counted. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { TableDocument } from '../../athena/catalog/catalog-documents.js';
import {
  type CallerObjects,
  ObjectRefusedError,
  type ObjectsCaller,
} from '../../query/jobs/caller-objects.js';
import { QueryError } from '../../query/query-error.js';
import { loadLimits } from './limits.js';
import { toGroups } from './plan-table.js';
import { QueryCache } from './query-cache.js';
import { LoadedFiles, TableLoader } from './table-loader.js';

class FakeObjects implements CallerObjects {
  readonly bytes = new Map<string, string>();
  readonly kms = new Set<string>();
  readonly denied = new Set<string>();
  reads = 0;

  list: CallerObjects['list'] = async (_, bucket, prefix) => {
    if (this.denied.has(bucket)) throw new ObjectRefusedError('AccessDenied', 'not yours');
    const all = [...this.bytes]
      .filter(([path]) => path.startsWith(`${bucket}/${prefix}`))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      objects: all.map(([path, text]) => ({
        key: path.slice(bucket.length + 1),
        size: text.length,
        etag: String(text.length),
      })),
    };
  };
  get: CallerObjects['get'] = async (_, bucket, key, etag) => {
    this.reads += 1;
    const path = `${bucket}/${key}`;
    const text = this.bytes.get(path);
    if (this.denied.has(path)) throw new ObjectRefusedError('AccessDenied', 'not yours');
    if (text === undefined || String(text.length) !== etag)
      throw new ObjectRefusedError('PreconditionFailed', 'another');
    return { body: Buffer.from(text), etag, isKmsEncrypted: this.kms.has(path) };
  };
  put: CallerObjects['put'] = async () => {};
}

let folder: string;
let objects: FakeObjects;
let cache: QueryCache;
let loader: TableLoader;
const caller: ObjectsCaller = {
  principal: { kind: 'root', accountId: '111122223333', accessKeyId: 'AKIAEXAMPLE' },
  sourceIp: '192.0.2.1',
  userAgent: 'test',
  region: 'eu-west-1',
  service: 'athena.amazonaws.com',
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-loader-'));
  objects = new FakeObjects();
  cache = new QueryCache(join(folder, 'cache'), 1024 * 1024);
  loader = new TableLoader({ objects, cache, limits: { ...loadLimits, objectsMax: 50 } });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const table: TableDocument = {
  database: 'default',
  name: 't',
  columns: [{ name: 'a', type: 'int' }],
  partitionKeys: [],
  storage: {
    location: 's3://bucket/logs',
    serde: 'org.openx.data.jsonserde.JsonSerDe',
    serdeProperties: {},
    inputFormat: '',
    outputFormat: '',
  },
  properties: {},
  createdAtMs: 0,
};

async function load(of: TableDocument = table, bytesMax = Number.POSITIVE_INFINITY) {
  const held = new LoadedFiles(cache);
  const { signal } = new AbortController();
  const loaded = await loader.load({
    caller,
    table: of,
    partitions: () => [],
    nowMs: 0,
    bytesMax,
    held,
    signal,
  });
  assert.equal(loaded.source.kind, 'files');
  return { ...loaded, held, files: loaded.source.kind === 'files' ? loaded.source.files : [] };
}

describe('objects of a table', () => {
  test('are read once, and asked for by every query', async () => {
    objects.bytes.set('bucket/logs/a.json', '{"a":1}');
    objects.bytes.set('bucket/logs/b.json', '{"a":22}');
    objects.bytes
      .set('bucket/logs/_hidden', 'x')
      .set('bucket/logs/.x/y', 'x')
      .set('bucket/logs/folder/', '')
      .set('bucket/logs2/c.json', 'x');
    const first = await load();
    assert.deepEqual([objects.reads, first.bytes], [2, 15]);
    first.held.release();
    const second = await load();
    assert.deepEqual(second.files, first.files);
    assert.equal(objects.reads, 4);
    second.held.release();
    assert.ok(first.files.every(({ path }) => existsSync(path)));
  });

  test('that the caller may not read now are not read by way of a copy', async () => {
    objects.bytes.set('bucket/logs/a.json', '{"a":1}');
    (await load()).held.release();
    objects.denied.add('bucket/logs/a.json');
    await assert.rejects(
      load(),
      (error: unknown) =>
        error instanceof QueryError &&
        error.code === 'ACCESS_DENIED' &&
        error.message.includes('s3://bucket/logs/a.json'),
    );
    objects.denied.add('bucket');
    await assert.rejects(load(), /^QueryError: Access Denied \(Service: Amazon S3/);
  });

  test('under a KMS key are the scratch of one query', async () => {
    objects.bytes.set('bucket/logs/a.json', '{"a":1}');
    objects.kms.add('bucket/logs/a.json');
    const { files, held } = await load();
    assert.equal(files.length, 1);
    assert.equal(cache.bytes, 0);
    held.release();
    assert.deepEqual(readdirSync(join(folder, 'cache')), []);
  });

  test('that changed are read anew; too many, too much: told', async () => {
    objects.bytes.set('bucket/logs/a.json', '{"a":1}');
    const before = await load();
    objects.bytes.set('bucket/logs/a.json', '{"a":100}');
    const after = await load();
    assert.notDeepEqual(after.files, before.files);
    await assert.rejects(load(table, 5), /Bytes scanned limit was exceeded/);
    for (let at = 0; at < 60; at += 1) objects.bytes.set(`bucket/logs/${at}.json`, '{"a":1}');
    await assert.rejects(load(), /more than 50 objects/);
  });

  test('Parquet is handed on as it is', async () => {
    objects.bytes.set('bucket/logs/a.parquet', 'PAR1 pretends');
    const parquet = {
      ...table,
      storage: {
        ...(table.storage as NonNullable<TableDocument['storage']>),
        serde: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      },
    };
    const { files } = await load(parquet);
    assert.equal(files.length, 1);
    assert.ok(existsSync(files[0]?.path ?? ''));
  });
});

describe('the copies', () => {
  test('go when there are too many, the longest unused first, never those in use', () => {
    const small = new QueryCache(join(folder, 'small'), 25);
    const name = (of: number) => String(of).repeat(64);
    const keep = (of: number) => {
      const path = join(small.newScratch(), 'x');
      writeFileSync(path, '0123456789');
      return small.keep(name(of), path);
    };
    keep(1);
    keep(2);
    small.release(name(2));
    keep(3);
    assert.equal(small.take(name(2)), undefined);
    assert.notEqual(small.take(name(1)), undefined);
    assert.ok(small.bytes <= 25);
    // The next process finds what was kept, and nothing that was being made.
    const again = new QueryCache(join(folder, 'small'), 25);
    assert.notEqual(again.take(name(3)), undefined);
    assert.deepEqual(
      readdirSync(join(folder, 'small')).filter((each) => each.startsWith('scratch')),
      [],
    );
  });

  test('a group holds no more than it may; all objects are in one; one that comes last leaves the others as they are', () => {
    const limits = { objectsPerFileMax: 16, bytesPerFileMax: 1_000 };
    const object = (key: string) => ({ key, bucket: 'b', size: 10, etag: key });
    const groupsOf = (keys: readonly string[]) =>
      toGroups([...keys].sort().map(object), {}, limits).map(({ objects: found }) =>
        found.map(({ key }) => key),
      );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{1,8}$/), { minLength: 1, maxLength: 200 }),
        (keys) => {
          const before = groupsOf(keys);
          assert.deepEqual(before.flat(), [...keys].sort());
          assert.ok(before.every((group) => group.length <= 16));
          assert.deepEqual(groupsOf([...keys, 'later']).slice(0, before.length - 1), before.slice(0, -1));
        },
      ),
    );
  });
});
