// SPDX-License-Identifier: Apache-2.0
// Oracle: what the real file-backed object store holds after delivery from a real log. KMS's codes as S3 passes them on:
// S3's own answers for disabled and deleted keys (`KMS.DisabledException`, `KMS.KMSInvalidStateException`).
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { openFilesystemObjectStore } from '../../adapters/object-store/filesystem/open-filesystem-object-store.js';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { canCloudTrailWrite } from '../../buckets/log-destination.js';
import { type DataKeys, type KeyCaller, KeyError } from '../../keys/data-keys.js';
import { systemClock } from '../../ports/clock.js';
import { testStoreKey } from '../../ports/contract/object-store-under-test.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { silentLog } from '../../ports/operator-log.js';
import { trailKey } from '../../trails/trail.js';
import { bucketDestination } from './bucket-destination.js';
import type { LogDestination } from './log-destination.js';
import { type Delivery, startDelivery } from './start-delivery.js';
import { account, record, trail } from './testing/delivery-scene.js';
import { recordsOf } from './testing/memory-destination.js';

let folder: string;
let stores: LmdbStores;
let objectStore: ObjectStore;
let delivery: Delivery;
let keys: MemoryKeys;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cairn-destination-'));
  stores = await openLmdbStores(join(folder, 'log'), { clock: systemClock });
  objectStore = await openFilesystemObjectStore(join(folder, 'objects'), {
    clock: systemClock,
    key: testStoreKey,
  });
  keys = new MemoryKeys();
  delivery = await start(bucketDestination({ ...destinationParts(), dataKeys: keys }));
});

function destinationParts() {
  return { stateStore: stores.stateStore, objectStore, clock: systemClock, mayWrite: canCloudTrailWrite };
}

function start(destination: LogDestination): Promise<Delivery> {
  return startDelivery({
    eventLog: stores.eventLog,
    destination,
    clock: systemClock,
    log: silentLog,
    dir: join(folder, 'outbox'),
    intervalMs: 60_000,
  });
}

async function restartWith(destination: LogDestination): Promise<void> {
  await delivery.stop();
  delivery = await start(destination);
}

afterEach(async () => {
  await delivery.stop();
  await objectStore.close();
  await stores.close();
  await rm(folder, { recursive: true });
});

async function setBucket(bucket: Partial<BucketDocument> | null): Promise<void> {
  const document = {
    name: 'main-logs',
    accountId: account,
    region: 'us-east-1',
    createdAtMs: 1,
    objectOwnership: 'BucketOwnerEnforced',
    policy,
    ...bucket,
  };
  await stores.eventLog.append({
    kind: 'call',
    records: [],
    changes: [{ key: bucketKey('main-logs'), value: bucket === null ? null : document }],
  });
}

async function startTrail(): Promise<void> {
  const change = { key: trailKey(account, 'us-east-1', 'main'), value: trail('main') };
  await stores.eventLog.append({ kind: 'call', records: [record('start')], changes: [change] });
}

/** As the CloudTrail User Guide gives it, "Amazon S3 bucket policy for CloudTrail". */
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:GetBucketAcl',
      Resource: 'arn:aws:s3:::main-logs',
      Condition: { StringEquals: { 'aws:SourceArn': trail('main').arn } },
    },
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudtrail.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::main-logs/AWSLogs/${account}/*`,
      Condition: {
        StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': trail('main').arn },
      },
    },
  ],
});

const status = () => delivery.status(trail('main').arn);

test('a log file is an encrypted gzip object of the bucket’s owner', async () => {
  await setBucket({ accountId: '444455556666' });
  await startTrail();
  await delivery.flushNow();
  const { objects } = await objectStore.list('main-logs', { limit: 10 });
  assert.equal(objects.length, 1);
  const { info, body } = await objectStore.get('main-logs', objects[0]?.key ?? '');
  const { contentType, contentEncoding, serverSideEncryption, ownerAccountId } = info.attributes;
  assert.deepEqual(
    [contentType, contentEncoding, serverSideEncryption, ownerAccountId],
    ['application/json', 'gzip', 'AES256', '444455556666'],
  );
  const pieces = (await body.toArray()) as Uint8Array[];
  assert.deepEqual(
    recordsOf(Buffer.concat(pieces)).map((event) => event.eventID),
    ['start'],
  );
});

test('no bucket: NoSuchBucket, until there is one', async () => {
  await startTrail();
  await delivery.flushNow();
  assert.equal(status()?.latestError, 'NoSuchBucket');
  assert.equal((await objectStore.list('main-logs', { limit: 1 })).objects.length, 0);
  await setBucket({});
  await delivery.flushNow();
  assert.deepEqual([status()?.latestError, status()?.waitingFiles], [undefined, 0]);
  assert.equal((await objectStore.list('main-logs', { limit: 10 })).objects.length, 1);
});

test('a bucket whose policy keeps CloudTrail out: AccessDenied', async () => {
  await setBucket({ policy: policy.replace('Allow', 'Deny') });
  await startTrail();
  await delivery.flushNow();
  assert.equal(status()?.latestError, 'AccessDenied');
  await setBucket({});
  await delivery.flushNow();
  assert.equal(status()?.latestError, undefined);
});

test('a versioned bucket keeps one version of each file', async () => {
  await setBucket({ versioning: 'Enabled' });
  await startTrail();
  await delivery.flushNow();
  await delivery.flushNow();
  assert.equal((await objectStore.list('main-logs', { limit: 10, versions: true })).objects.length, 1);
});

test('a bucket’s default retention goes to every file: nobody removes it before', async () => {
  const objectLock = { defaultRetention: { mode: 'COMPLIANCE', days: 7 } } as const;
  await setBucket({ versioning: 'Enabled', objectLock });
  await startTrail();
  const before = systemClock.now();
  await delivery.flushNow();
  const [info] = (await objectStore.list('main-logs', { limit: 10 })).objects;
  assert.ok(info !== undefined);
  const { mode, untilMs = 0 } = info.attributes.retention ?? {};
  const retainedMs = untilMs - 7 * 86_400_000;
  assert.ok(mode === 'COMPLIANCE' && retainedMs >= before && retainedMs <= systemClock.now());
  const removal = { versionId: info.versionId, bypassGovernance: true };
  await assert.rejects(objectStore.delete('main-logs', info.key, removal), { code: 'Locked' });
});

describe("a trail's KMS key", () => {
  const keyArn = `arn:aws:kms:us-east-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const otherKeyArn = keyArn.replace('1234abcd', 'abcd1234');

  async function setTrail(eventID: string, kmsKeyId?: string): Promise<void> {
    const value = trail('main', kmsKeyId === undefined ? {} : { kmsKeyId });
    const change = { key: trailKey(account, 'us-east-1', 'main'), value };
    await stores.eventLog.append({ kind: 'call', records: [record(eventID)], changes: [change] });
  }

  /** Key, encryption and eventIDs of every file. */
  async function files(): Promise<[key: string | undefined, events: string[]][]> {
    const { objects } = await objectStore.list('main-logs', { limit: 10 });
    return Promise.all(
      objects.map(async ({ key, attributes: { kmsKeyId, encryptedDataKey, encryptionContext } }) => {
        assert.deepEqual(
          encryptionContext,
          kmsKeyId && {
            'aws:cloudtrail:arn': trail('main').arn,
            'aws:s3:arn': `arn:aws:s3:::main-logs/${key}`,
          },
        );
        const dataKey = encryptedDataKey && keys.opened(encryptedDataKey);
        const { body } = await objectStore.get('main-logs', key, dataKey ? { dataKey } : {});
        const bytes = Buffer.concat((await body.toArray()) as Uint8Array[]);
        return [kmsKeyId, recordsOf(bytes).map((event) => event.eventID)] as [string | undefined, string[]];
      }),
    );
  }

  test('encrypts each file under a data key of its own, asked for by CloudTrail for the trail', async () => {
    await setBucket({});
    await setTrail('start', keyArn);
    await delivery.flushNow();
    assert.deepEqual(await files(), [[keyArn, ['start']]]);
    const { objects } = await objectStore.list('main-logs', { limit: 10 });
    assert.equal(objects[0]?.attributes.serverSideEncryption, 'aws:kms');
    assert.deepEqual(keys.callers, [
      {
        principal: { kind: 'service', service: 'cloudtrail.amazonaws.com' },
        accountId: account,
        region: 'us-east-1',
        sourceArn: trail('main').arn,
      },
    ]);
  });

  for (const [code, shown] of [
    ['DisabledException', 'KMS.DisabledException'],
    ['KMSInvalidStateException', 'KMS.KMSInvalidStateException'],
    ['AccessDeniedException', 'AccessDenied'],
  ] as const) {
    test(`that answers ${code} stops delivery; once it is usable again everything comes, once`, async () => {
      await setBucket({});
      await setTrail('start', keyArn);
      keys.refuse.set(keyArn, code);
      await delivery.flushNow();
      await stores.eventLog.append({ kind: 'call', records: [record('second')], changes: [] });
      await delivery.flushNow();
      assert.deepEqual([status()?.latestError, status()?.waitingFiles, await files()], [shown, 2, []]);
      keys.refuse.clear();
      await delivery.flushNow();
      assert.deepEqual((await files()).map(([key, events]) => [key, ...events]).sort(), [
        [keyArn, 'second'],
        [keyArn, 'start'],
      ]);
      assert.deepEqual([status()?.latestError, status()?.waitingFiles], [undefined, 0]);
    });
  }

  test('that UpdateTrail changes: files are encrypted under the key of their time', async () => {
    await setBucket({});
    await setTrail('start');
    await setTrail('update', keyArn);
    await setTrail('again', otherKeyArn);
    await delivery.flushNow();
    const found = await files();
    assert.deepEqual(Object.fromEntries(found.map(([key, events]) => [String(key), events])), {
      undefined: ['start'],
      [keyArn]: ['update'],
      [otherKeyArn]: ['again'],
    });
  });

  test('that is lost: once the trail has another, waiting files go under that', async () => {
    await setBucket({});
    await setTrail('start', keyArn);
    keys.refuse.set(keyArn, 'NotFoundException');
    await delivery.flushNow();
    assert.equal(status()?.latestError, 'KMS.NotFoundException');
    await setTrail('update', otherKeyArn);
    await delivery.flushNow();
    assert.deepEqual((await files()).map(([key, events]) => [key, ...events]).sort(), [
      [otherKeyArn, 'start'],
      [otherKeyArn, 'update'],
    ]);
  });

  test('is not needed for a file that an earlier try has stored', async () => {
    await setBucket({});
    await setTrail('start', keyArn);
    const lost = bucketDestination({ ...destinationParts(), dataKeys: keys });
    let isFirst = true;
    await restartWith({
      put: async (upload, signal) => {
        const outcome = await lost.put(upload, signal);
        if (!isFirst) return outcome;
        isFirst = false;
        keys.refuse.set(keyArn, 'DisabledException');
        throw new Error('connection reset');
      },
    });
    await delivery.flushNow();
    await delivery.flushNow();
    assert.deepEqual(
      [(await files()).length, status()?.latestError, status()?.waitingFiles],
      [1, undefined, 0],
    );
  });
});

test('metadata (the signature of a digest) is kept with the object', async () => {
  await setBucket({});
  const bytes = Buffer.from('digest');
  const outcome = await bucketDestination(destinationParts()).put(
    {
      trailArn: trail('main').arn,
      accountId: account,
      bucket: 'main-logs',
      prefix: '',
      key: `AWSLogs/${account}/CloudTrail-Digest/x.json.gz`,
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      metadata: { signature: '00ff', 'signature-algorithm': 'SHA256withRSA' },
      open: async function* () {
        yield bytes;
      },
    },
    new AbortController().signal,
  );
  assert.deepEqual(outcome, { kind: 'stored' });
  const info = await objectStore.head('main-logs', `AWSLogs/${account}/CloudTrail-Digest/x.json.gz`);
  assert.deepEqual(info.attributes.metadata, { signature: '00ff', 'signature-algorithm': 'SHA256withRSA' });
});

/** Keys in memory: a data key's ciphertext is its name. */
class MemoryKeys implements DataKeys {
  readonly refuse = new Map<string, string>();
  readonly callers: KeyCaller[] = [];
  readonly #made: Buffer[] = [];

  async generate(keyArn: string, _context: object, caller: KeyCaller) {
    const code = this.refuse.get(keyArn);
    if (code !== undefined) throw new KeyError(code, `${keyArn}: ${code} by the test`);
    this.callers.push(caller);
    const plaintext = randomBytes(32);
    this.#made.push(plaintext);
    return { plaintext, ciphertext: Buffer.from(String(this.#made.length - 1)), keyArn };
  }

  decrypt(): Promise<never> {
    return Promise.reject(new Error('nothing is decrypted here'));
  }

  opened(encryptedDataKey: string): Buffer {
    return (
      this.#made[Number(Buffer.from(encryptedDataKey, 'base64').toString())] ?? assert.fail('no such key')
    );
  }
}
