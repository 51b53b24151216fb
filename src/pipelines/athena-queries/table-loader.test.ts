// SPDX-License-Identifier: Apache-2.0
/** Oracle: what is put into the fake buckets; every read that they were asked for is counted. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import type { TableDocument } from '../../athena/catalog/catalog-documents.js';
import type { ObjectsCaller } from '../../query/jobs/caller-objects.js';
import { QueryError } from '../../query/query-error.js';
import { loadLimits } from './limits.js';
import { toGroups } from './plan-table.js';
import { QueryCache } from './query-cache.js';
import { LoadedFiles, TableLoader } from './table-loader.js';
import { FakeObjects } from './testing/fake-objects.js';

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

async function load(
  of: TableDocument = table,
  bytesMax = Number.POSITIVE_INFINITY,
  hidden: readonly string[] = [],
) {
  const held = new LoadedFiles(cache);
  const { signal } = new AbortController();
  const loaded = await loader.load({
    caller,
    table: of,
    partitions: () => [],
    hidden,
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

  test('put again as they were: a copy with their times is made anew, another one is not', async () => {
    objects.bytes.set('bucket/logs/a.json', '{"a":1}');
    objects.modified.set('bucket/logs/a.json', 1_000);
    const times = ['$file_modified_time'];
    const [plain, first] = [await load(), await load(table, 1e9, times)];
    assert.deepEqual((await load(table, 1e9, times)).files, first.files);
    objects.modified.set('bucket/logs/a.json', 2_000);
    assert.notDeepEqual((await load(table, 1e9, times)).files, first.files);
    assert.deepEqual((await load()).files, plain.files);
    const { source } = first;
    assert.deepEqual(source.kind === 'files' && source.hiddenColumns, [
      { name: '$file_modified_time', type: 'timestamp(3) with time zone' },
    ]);
  });

  test('many in many groups are read side by side, each once; one that is gone ends all with its name', async () => {
    const wide: TableDocument = { ...table, partitionKeys: [{ name: 'p', type: 'string' }] };
    const partitions = Array.from({ length: 40 }, (_, at) => {
      objects.bytes.set(`bucket/wide/${at}/a.json`, `{"a":${at}}`);
      return { values: [String(at)], location: `s3://bucket/wide/${at}/`, createdAtMs: 0 };
    });
    let [reading, most] = [0, 0];
    const get = objects.get;
    objects.get = async (...args) => {
      reading += 1;
      most = Math.max(most, reading);
      await new Promise((resolve) => setImmediate(resolve));
      return get(...args).finally(() => {
        reading -= 1;
      });
    };
    const request = { caller, table: wide, partitions: () => partitions, nowMs: 0, bytesMax: 1e9 };
    const { signal } = new AbortController();
    const held = new LoadedFiles(cache);
    const { source } = await loader.load({ ...request, held, signal });
    assert.deepEqual(
      source.kind === 'files' && source.files.map(({ partition }) => partition?.p),
      partitions.map(({ values }) => values[0]),
    );
    assert.ok(most > 1 && most <= loadLimits.readingMax, String(most));
    assert.equal(objects.reads, 40);
    held.release();
    const list = objects.list;
    objects.list = async (...args) => {
      const page = await list(...args);
      if (page.objects.some(({ key }) => key === 'wide/7/a.json'))
        objects.bytes.delete('bucket/wide/7/a.json');
      return page;
    };
    objects.bytes.set('bucket/wide/7/a.json', '{"a":77777}');
    await assert.rejects(
      loader.load({ ...request, held, signal }),
      /HIVE_CANNOT_OPEN_SPLIT: s3:\/\/bucket\/wide\/7\/a\.json was changed or removed/,
    );
    held.release();
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
