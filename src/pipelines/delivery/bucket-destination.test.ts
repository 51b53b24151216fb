// SPDX-License-Identifier: Apache-2.0
// Oracle: what the real file-backed object store holds after delivery from a real log.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { openFilesystemObjectStore } from '../../adapters/object-store/filesystem/open-filesystem-object-store.js';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { canCloudTrailWrite } from '../../buckets/log-destination.js';
import { systemClock } from '../../ports/clock.js';
import type { ObjectStore } from '../../ports/object-store.js';
import { silentLog } from '../../ports/operator-log.js';
import { trailKey } from '../../trails/trail.js';
import { bucketDestination } from './bucket-destination.js';
import { type Delivery, startDelivery } from './start-delivery.js';
import { account, record, trail } from './testing/delivery-scene.js';
import { recordsOf } from './testing/memory-destination.js';

let folder: string;
let stores: LmdbStores;
let objectStore: ObjectStore;
let delivery: Delivery;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cairn-destination-'));
  stores = await openLmdbStores(join(folder, 'log'), { clock: systemClock });
  objectStore = await openFilesystemObjectStore(join(folder, 'objects'), { clock: systemClock });
  const destination = bucketDestination({
    stateStore: stores.stateStore,
    objectStore,
    mayWrite: canCloudTrailWrite,
  });
  const dir = join(folder, 'outbox');
  delivery = await startDelivery({
    eventLog: stores.eventLog,
    destination,
    clock: systemClock,
    log: silentLog,
    dir,
    intervalMs: 60_000,
  });
});

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
