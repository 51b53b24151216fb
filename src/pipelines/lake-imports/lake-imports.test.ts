// SPDX-License-Identifier: Apache-2.0
/**
 * Oracles: CloudTrail API Reference, "GetImport" (statistics), "StopImport"; the real log and state, through stops, failures of the
 * bucket and new starts: each file counts once.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { eventDataStoreKey } from '../../event-data-stores/event-data-store.js';
import {
  type ImportFailure,
  importFailurePrefix,
  type StoreImportDocument,
  storeImportKey,
} from '../../event-data-stores/store-import.js';
import { ManualClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import { LogFileError } from '../../record/log-file.js';
import { type ImportBucket, ImportSourceError, keysPerPage } from './import-bucket.js';
import { startLakeImports } from './start-lake-imports.js';

const [accountId, region, storeId] = ['111122223333', 'us-east-1', 'store-1'];
const dir = mkdtempSync(join(tmpdir(), 'cairn-lake-imports-'));
const clock = new ManualClock(Date.UTC(2026, 10, 21, 10));
let stores: LmdbStores;

const keyOf = (at: number) =>
  `AWSLogs/${accountId}/CloudTrail/us-east-1/2026/11/${20 + Math.floor(at / 300)}/f${String(at).padStart(4, '0')}_20261121T1000Z_x.json.gz`;

function wantedImport(id: string): StoreImportDocument {
  return {
    id,
    accountId,
    region,
    destination: `arn:aws:cloudtrail:${region}:${accountId}:eventdatastore/${storeId}`,
    source: { s3LocationUri: 's3://logs/', s3BucketRegion: region, s3BucketAccessRoleArn: 'r' },
    status: 'INITIALIZING',
    createdAtMs: 1,
    updatedAtMs: 1,
    statistics: {
      prefixesFound: 0,
      prefixesCompleted: 0,
      filesCompleted: 0,
      eventsCompleted: 0,
      failedEntries: 0,
    },
  };
}

async function put(key: string, value: unknown): Promise<void> {
  await stores.eventLog.append({ kind: 'call', records: [], changes: [{ key, value }] });
}
const found = (id: string) =>
  stores.stateStore.get<StoreImportDocument>(storeImportKey({ accountId, region, id }))
    ?.value as StoreImportDocument;

before(async () => {
  stores = await openLmdbStores(join(dir, 'log'), { clock, log: silentLog });
  await put(eventDataStoreKey(accountId, region, storeId), {
    id: storeId,
    status: 'ENABLED',
    retentionDays: 30,
  });
});
after(async () => {
  await stores.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

interface Scene {
  readonly bucket?: Partial<ImportBucket>;
  readonly onFile?: (source: string) => void | Promise<void>;
  readonly keys: readonly string[];
}

/** A bucket of made-up files of two events each (and three that are too old), and who has been given which. */
function start({ bucket, onFile, keys }: Scene) {
  const taken: string[] = [];
  const fake: ImportBucket = {
    list: (prefix, after) => {
      const left = keys.filter((key) => key.startsWith(prefix) && (after === undefined || key > after));
      return Promise.resolve({ keys: left.slice(0, keysPerPage), isEnd: left.length <= keysPerPage });
    },
    get: () => Promise.resolve(new Uint8Array()),
    ...bucket,
  };
  const imports = startLakeImports({
    ...stores,
    clock,
    log: silentLog,
    bucketOf: () => fake,
    importer: {
      importFile: async (source, _bytes, account, eventDataStore, happenedSinceMs) => {
        const since = clock.now() - 30 * 86_400_000;
        assert.deepEqual([account, eventDataStore, happenedSinceMs], [accountId, storeId, since]);
        await onFile?.(source);
        taken.push(source);
        return { recordCount: 5, olderCount: 3, rejectedCount: 0, rejected: [] } as never;
      },
    },
  });
  return { imports, taken };
}

test('pages of files, two days: all of them once, counted', async () => {
  const keys = Array.from({ length: 450 }, (_, at) => keyOf(at));
  await put(storeImportKey(wantedImport('a')), wantedImport('a'));
  const { imports, taken } = start({ keys });
  await imports.runNow();
  await imports.stop();
  assert.deepEqual(taken.toSorted(), keys.map((key) => `s3://logs/${key}`).toSorted());
  assert.equal(found('a').status, 'COMPLETED');
  assert.deepEqual(found('a').statistics, {
    prefixesFound: 2,
    prefixesCompleted: 2,
    filesCompleted: 450,
    eventsCompleted: 900,
    failedEntries: 0,
  });
});

test('stopped on the way: what was not written down is done after the next start, and no more', async () => {
  const keys = Array.from({ length: 450 }, (_, at) => keyOf(at));
  await put(storeImportKey(wantedImport('b')), wantedImport('b'));
  let seen = 0;
  const stopping = start({
    keys,
    onFile: async () => {
      seen += 1;
      if (seen === 250) await put(storeImportKey(wantedImport('b')), { ...found('b'), status: 'STOPPED' });
    },
  });
  await stopping.imports.runNow();
  await stopping.imports.stop();
  assert.equal(found('b').status, 'STOPPED');
  assert.equal(found('b').statistics.filesCompleted, keysPerPage);
  await put(storeImportKey(wantedImport('b')), { ...found('b'), status: 'INITIALIZING' });
  const next = start({ keys });
  await next.imports.runNow();
  await next.imports.stop();
  assert.equal(next.taken.length, 250);
  assert.deepEqual([found('b').status, found('b').statistics.filesCompleted], ['COMPLETED', 450]);
});

test('bad files and refused objects are failures, tried again first; a refused bucket ends it', async () => {
  const keys = [0, 1, 2].map(keyOf);
  await put(storeImportKey(wantedImport('c')), wantedImport('c'));
  const bad = start({
    keys,
    bucket: {
      get: (key) =>
        key === keys[1]
          ? Promise.reject(new ImportSourceError('AccessDenied', 'no'))
          : Promise.resolve(new Uint8Array()),
    },
    onFile: (source) => {
      if (source.endsWith(keys[2] as string)) throw new LogFileError('not valid gzip');
    },
  });
  await bad.imports.runNow();
  await bad.imports.stop();
  const failures = () =>
    stores.stateStore
      .list<ImportFailure>(importFailurePrefix(found('c')))
      .map(({ value }) => [value.location, value.status, value.errorType]);
  assert.deepEqual([found('c').status, found('c').statistics.failedEntries], ['FAILED', 2]);
  assert.deepEqual(failures(), [
    [`s3://logs/${keys[1]}`, 'FAILED', 'AccessDenied'],
    [`s3://logs/${keys[2]}`, 'FAILED', 'InvalidLogFile'],
  ]);
  await put(storeImportKey(wantedImport('c')), { ...found('c'), status: 'INITIALIZING', retryAfter: '' });
  const again = start({ keys });
  await again.imports.runNow();
  await again.imports.stop();
  assert.deepEqual(
    again.taken.toSorted(),
    keys.slice(1).map((key) => `s3://logs/${key}`),
  );
  assert.deepEqual(
    failures().map(([, status]) => status),
    ['SUCCEEDED', 'SUCCEEDED'],
  );
  assert.deepEqual(found('c').statistics, {
    prefixesFound: 1,
    prefixesCompleted: 1,
    filesCompleted: 3,
    eventsCompleted: 6,
    failedEntries: 0,
  });

  await put(storeImportKey(wantedImport('d')), wantedImport('d'));
  const refused = start({
    keys,
    bucket: { list: () => Promise.reject(new ImportSourceError('NoSuchBucket', 'gone')) },
  });
  await refused.imports.runNow();
  await refused.imports.stop();
  assert.deepEqual([found('d').status, found('d').statistics.failedEntries], ['FAILED', 1]);
});
