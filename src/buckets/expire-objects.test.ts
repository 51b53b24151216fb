// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "Lifecycle configuration elements" and "Expiring objects": days are counted from creation and rounded up to the
// next midnight UTC; the cases name what a rule removes. Real object store.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openFilesystemObjectStore } from '../adapters/object-store/filesystem/open-filesystem-object-store.js';
import { ManualClock } from '../ports/clock.js';
import { testStoreKey } from '../ports/contract/object-store-under-test.js';
import type { ObjectAttributes, ObjectStore } from '../ports/object-store.js';
import type { BucketDocument } from './bucket.js';
import { BucketError } from './bucket-error.js';
import { type ExpiryCounts, expireObjects } from './expire-objects.js';
import { type SentLifecycleRule, toLifecycleDocument } from './lifecycle-configuration.js';
import { partKey, partsNamespace, uploadsNamespace } from './upload-namespace.js';

const dayMs = 86_400_000;
/** Ten in the morning: one day later rounds up to midnight at the end of the next day. */
const start = Date.UTC(2026, 0, 1, 10);
const midnight = (day: number) => Date.UTC(2026, 0, day);

let dir: string;
let clock: ManualClock;
let store: ObjectStore;
let names = 0;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cairn-expiry-'));
  clock = new ManualClock(start);
  store = await openFilesystemObjectStore(dir, { clock, key: testStoreKey });
});
after(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

function bucketWith(
  rule: Omit<SentLifecycleRule, 'Status'>,
  change: Partial<BucketDocument> = {},
): BucketDocument {
  const lifecycle = toLifecycleDocument(
    [{ Status: 'Enabled', ...(rule.Prefix === undefined ? { Filter: {} } : undefined), ...rule }],
    () => 'rule',
  );
  return {
    name: `bucket-${++names}`,
    accountId: '111122223333',
    region: 'us-east-1',
    createdAtMs: 0,
    objectOwnership: 'BucketOwnerEnforced',
    lifecycle,
    ...change,
  };
}

async function put(
  bucket: BucketDocument,
  key: string,
  body = 'x',
  attributes: ObjectAttributes = {},
): Promise<void> {
  await store.put(bucket.name, key, Buffer.from(body), {
    versioned: bucket.versioning === 'Enabled',
    attributes,
  });
}

async function keys(bucket: BucketDocument): Promise<string[]> {
  return (await store.list(bucket.name, { limit: 1000 })).objects.map(({ key }) => key);
}

async function versions(bucket: BucketDocument): Promise<string[]> {
  const { objects } = await store.list(bucket.name, { limit: 1000, versions: true });
  return objects.map((info) => (info.isDeleteMarker ? 'marker' : String(info.size)));
}

const at = (bucket: BucketDocument, nowMs: number) => expireObjects(bucket, { objectStore: store, nowMs });
const none: ExpiryCounts = { expired: 0, noncurrentRemoved: 0, deleteMarkersRemoved: 0, uploadsAborted: 0 };

describe('current objects', () => {
  test('Days: at the midnight after that many days, not before; twice is once', async () => {
    clock.set(start);
    const bucket = bucketWith({ Expiration: { Days: 1 } });
    await put(bucket, 'k');
    assert.deepEqual(await at(bucket, midnight(3) - 1), none);
    assert.deepEqual(await at(bucket, midnight(3)), { ...none, expired: 1 });
    assert.deepEqual(await at(bucket, midnight(3)), none);
    assert.deepEqual(await keys(bucket), []);
  });

  test('Date: everything in scope from then on', async () => {
    const bucket = bucketWith({ Expiration: { Date: new Date(midnight(10)) } });
    await put(bucket, 'k');
    assert.deepEqual(await at(bucket, midnight(10) - 1), none);
    assert.equal((await at(bucket, midnight(10))).expired, 1);
  });

  const scopes: [string, Omit<SentLifecycleRule, 'Status'>, string[]][] = [
    ['the older Prefix', { Prefix: 'logs/' }, ['other', 'tagged']],
    ['Filter.Prefix', { Filter: { Prefix: 'logs/' } }, ['other', 'tagged']],
    ['Filter.Tag', { Filter: { Tag: { Key: 't', Value: '1' } } }, ['logs/1', 'logs/big', 'other']],
    ['ObjectSizeGreaterThan', { Filter: { ObjectSizeGreaterThan: 1 } }, ['logs/1', 'other', 'tagged']],
    ['ObjectSizeLessThan', { Filter: { ObjectSizeLessThan: 2 } }, ['logs/big']],
    [
      'And',
      { Filter: { And: { Prefix: 'logs/', ObjectSizeGreaterThan: 1 } } },
      ['logs/1', 'other', 'tagged'],
    ],
    ['a disabled rule', { Filter: {}, ...{ Status: 'Disabled' } }, ['logs/1', 'logs/big', 'other', 'tagged']],
  ];
  for (const [what, rule, left] of scopes) {
    test(`in the scope of ${what}`, async () => {
      const bucket = bucketWith({ ...rule, Expiration: { Days: 1 } });
      await put(bucket, 'logs/1');
      await put(bucket, 'logs/big', 'xx');
      await put(bucket, 'other');
      await put(bucket, 'tagged', 'x', { tags: { t: '1' } });
      await at(bucket, midnight(20));
      assert.deepEqual(await keys(bucket), left);
    });
  }

  test('a versioned bucket gets delete markers, and keeps the versions', async () => {
    const bucket = bucketWith({ Expiration: { Days: 1 } }, { versioning: 'Enabled' });
    await put(bucket, 'k', 'one');
    assert.equal((await at(bucket, midnight(20))).expired, 1);
    assert.deepEqual(await versions(bucket), ['marker', '3']);
  });

  test('an object that was written anew while the walk ran stays', async () => {
    clock.set(start);
    const bucket = bucketWith({ Expiration: { Days: 1 } });
    await put(bucket, 'k', 'old');
    const racing = new Proxy(store, {
      get(target, name) {
        if (name !== 'list')
          return (Reflect.get(target, name) as (...args: unknown[]) => unknown).bind(target);
        return async (...args: Parameters<ObjectStore['list']>) => {
          const page = await target.list(...args);
          clock.set(midnight(20));
          if (args[0] === bucket.name) await put(bucket, 'k', 'new');
          return page;
        };
      },
    });
    assert.deepEqual(await expireObjects(bucket, { objectStore: racing, nowMs: midnight(20) }), none);
    assert.deepEqual(await keys(bucket), ['k']);
    clock.set(start);
  });
});

describe('older versions and markers', () => {
  test('NoncurrentDays count from when the version was replaced; NewerNoncurrentVersions keeps some', async () => {
    const bucket = bucketWith(
      { NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 1 } },
      { versioning: 'Enabled' },
    );
    for (const [day, body] of [
      [0, '1'],
      [1, '22'],
      [2, '333'],
      [9, '4444'],
    ] as const) {
      clock.set(start + day * dayMs);
      await put(bucket, 'k', body);
    }
    // 333 is the newest of the older ones and kept; 22 and 1 were replaced on days 2 and 1.
    assert.equal((await at(bucket, midnight(4))).noncurrentRemoved, 1);
    assert.deepEqual(await versions(bucket), ['4', '3', '2']);
    assert.equal((await at(bucket, midnight(5))).noncurrentRemoved, 1);
    assert.equal((await at(bucket, midnight(100))).noncurrentRemoved, 0);
    assert.deepEqual(await versions(bucket), ['4', '3']);
  });

  test('a marker goes when nothing is under it any more', async () => {
    clock.set(start);
    const bucket = bucketWith({ Expiration: { ExpiredObjectDeleteMarker: true } }, { versioning: 'Enabled' });
    await store.delete(bucket.name, 'alone', { versioned: 'enabled' });
    await put(bucket, 'under', 'x');
    await store.delete(bucket.name, 'under', { versioned: 'enabled' });
    assert.deepEqual(await at(bucket, start), { ...none, deleteMarkersRemoved: 1 });
    assert.deepEqual(await versions(bucket), ['marker', '1']);
  });

  test('the last older version and the marker above it go in one run', async () => {
    const bucket: BucketDocument = {
      ...bucketWith({ Expiration: { Days: 1 } }, { versioning: 'Enabled' }),
      lifecycle: toLifecycleDocument(
        [
          { ID: 'a', Status: 'Enabled', Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } },
          { ID: 'b', Status: 'Enabled', Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
        ],
        () => 'x',
      ),
    };
    await put(bucket, 'k');
    await store.delete(bucket.name, 'k', { versioned: 'enabled' });
    assert.deepEqual(await at(bucket, midnight(20)), {
      ...none,
      noncurrentRemoved: 1,
      deleteMarkersRemoved: 1,
    });
    assert.deepEqual(await versions(bucket), []);
  });
});

test('uploads in progress are aborted with their parts', async () => {
  clock.set(start);
  const bucket = bucketWith({
    Filter: { Prefix: 'up/' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
  });
  const upload = await store.put(uploadsNamespace(bucket.name), 'up/1', new Uint8Array(0), {
    versioned: true,
  });
  await store.put(uploadsNamespace(bucket.name), 'elsewhere', new Uint8Array(0), { versioned: true });
  await store.put(partsNamespace(bucket.name), partKey(upload.versionId, 1), Buffer.from('part'));
  assert.deepEqual(await at(bucket, midnight(3) - 1), none);
  assert.deepEqual(await at(bucket, midnight(3)), { ...none, uploadsAborted: 1 });
  assert.deepEqual((await store.list(partsNamespace(bucket.name), { limit: 10 })).objects, []);
  assert.equal((await store.list(uploadsNamespace(bucket.name), { limit: 10 })).objects.length, 1);
});

describe('a lifecycle configuration is refused', () => {
  const rule: SentLifecycleRule = { Status: 'Enabled', Filter: {}, Expiration: { Days: 1 } };
  const refused: [string, string, readonly SentLifecycleRule[]][] = [
    ['without rules', 'MalformedXML', []],
    ['with 1,001 rules', 'MalformedXML', Array.from({ length: 1001 }, (_, n) => ({ ...rule, ID: `r${n}` }))],
    ['with a status that is none', 'MalformedXML', [{ ...rule, Status: 'On' }]],
    ['with Filter and Prefix', 'MalformedXML', [{ ...rule, Prefix: 'a' }]],
    ['with neither', 'MalformedXML', [{ Status: 'Enabled', Expiration: { Days: 1 } }]],
    ['without an action', 'InvalidRequest', [{ Status: 'Enabled', Filter: {} }]],
    ['with an ID of 256 characters', 'InvalidArgument', [{ ...rule, ID: 'i'.repeat(256) }]],
    [
      'with an ID twice',
      'InvalidArgument',
      [
        { ...rule, ID: 'i' },
        { ...rule, ID: 'i' },
      ],
    ],
    ['with 0 days', 'InvalidArgument', [{ ...rule, Expiration: { Days: 0 } }]],
    [
      'with days and a date',
      'MalformedXML',
      [{ ...rule, Expiration: { Days: 1, Date: new Date(midnight(1)) } }],
    ],
    [
      'with a date that is not midnight',
      'InvalidArgument',
      [{ ...rule, Expiration: { Date: new Date(start) } }],
    ],
    [
      'with markers by tag',
      'InvalidRequest',
      [
        {
          ...rule,
          Filter: { Tag: { Key: 'a', Value: 'b' } },
          Expiration: { ExpiredObjectDeleteMarker: true },
        },
      ],
    ],
    [
      'with 101 newer versions',
      'InvalidArgument',
      [
        {
          Status: 'Enabled',
          Filter: {},
          NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 101 },
        },
      ],
    ],
    [
      'with uploads by tag',
      'InvalidRequest',
      [
        {
          Status: 'Enabled',
          Filter: { Tag: { Key: 'a', Value: 'b' } },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    ],
    [
      'with uploads by size',
      'InvalidRequest',
      [
        {
          Status: 'Enabled',
          Filter: { ObjectSizeLessThan: 5 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        },
      ],
    ],
    ['with And of one', 'MalformedXML', [{ ...rule, Filter: { And: { Prefix: 'a' } } }]],
    [
      'with two terms and no And',
      'MalformedXML',
      [{ ...rule, Filter: { Prefix: 'a', ObjectSizeLessThan: 5 } }],
    ],
    [
      'with sizes that leave nothing',
      'InvalidRequest',
      [{ ...rule, Filter: { And: { ObjectSizeGreaterThan: 5, ObjectSizeLessThan: 6 } } }],
    ],
  ];
  for (const [what, code, rules] of refused) {
    test(`${what}: ${code}`, () => {
      assert.throws(
        () => toLifecycleDocument(rules, () => 'new'),
        (error: unknown) => error instanceof BucketError && error.code === code,
      );
    });
  }
  test('unless it is right; rules get names', () => {
    assert.deepEqual(toLifecycleDocument([rule], () => 'new').Rules, [{ ...rule, ID: 'new' }]);
  });
});

describe('locked versions', () => {
  const locks: ObjectAttributes[] = [
    { legalHold: 'ON' },
    { retention: { mode: 'GOVERNANCE', untilMs: start + 100 * dayMs } },
    { retention: { mode: 'COMPLIANCE', untilMs: start + 100 * dayMs } },
  ];
  test('are never removed: a marker hides them, the free ones beside them go', async () => {
    const bucket = bucketWith(
      { Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
      { versioning: 'Enabled', objectLock: {} },
    );
    for (const attributes of [...locks, {}]) await put(bucket, 'k', 'x', attributes);
    const first = await at(bucket, start + 10 * dayMs);
    assert.equal(first.expired, 1);
    clock.set(start + 10 * dayMs);
    assert.equal((await at(bucket, start + 30 * dayMs)).noncurrentRemoved, 1);
    assert.deepEqual(await versions(bucket), ['marker', '1', '1', '1']);
    assert.deepEqual(await at(bucket, start + 60 * dayMs), none);
    clock.set(start + 100 * dayMs);
    assert.equal((await at(bucket, clock.now())).noncurrentRemoved, 2);
    assert.deepEqual(await versions(bucket), ['marker', '1']);
  });

  test('an object that was locked before its bucket kept versions stays too', async () => {
    const bucket = bucketWith({ Expiration: { Days: 1 } });
    await put(bucket, 'k', 'x', { legalHold: 'ON' });
    assert.deepEqual(await at(bucket, clock.now() + 10 * dayMs), none);
    assert.deepEqual(await keys(bucket), ['k']);
  });
});
