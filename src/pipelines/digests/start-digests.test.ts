// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "CloudTrail digest file structure" (starting, empty and final digests, what a digest
// covers), and the slow reference of verify-chains.ts for every chain that arrives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Position, ReadLimits, StoredEntry } from '../../ports/event-log.js';
import type { Manifest } from '../delivery/manifest.js';
import type { OpenFile } from '../delivery/outbox-disk.js';
import { trail } from '../delivery/testing/delivery-scene.js';
import { SimulatedDisk } from '../delivery/testing/simulated-disk.js';
import { catchUpIntervalsMax, finalIntervalsMax, waitingDigestsMax } from './limits.js';
import { DigestScene, intervalMs, type Life, StampedEventLog } from './testing/digest-scene.js';
import { digestsIn, type FoundDigest, verifyChains } from './testing/verify-chains.js';

const digested = { logFileValidationEnabled: true };
const settleMs = intervalMs / 4;

/** Everything recorded so far is delivered, then time passes and digests are made of it. */
async function interval(scene: DigestScene, { delivery, digests }: Life, count = 1): Promise<void> {
  await delivery.flushNow();
  scene.clock.advance(count * intervalMs);
  await digests.runNow();
}

const spans = (digests: readonly FoundDigest[]): number[] =>
  digests.map(
    ({ document }) =>
      (Date.parse(document.digestEndTime) - Date.parse(document.digestStartTime)) / intervalMs,
  );
const filesOf = (digests: readonly FoundDigest[]): number[] =>
  digests.map(({ document }) => document.logFiles.length);
const isStarting = (digests: readonly FoundDigest[]): boolean[] =>
  digests.map(({ document }) => document.previousDigestSignature === null);

/** A scene with a digested trail, one delivery and one digest of it. */
async function running(facts: Parameters<typeof trail>[1] = {}): Promise<{ scene: DigestScene; life: Life }> {
  const scene = new DigestScene();
  await scene.setTrail(trail('one', { ...digested, ...facts }), 'e1');
  const life = await scene.begin();
  await life.delivery.flushNow();
  scene.clock.advance(intervalMs + settleMs);
  await life.digests.runNow();
  return { scene, life };
}

test('a starting digest, then one for every interval, also for idle ones', async () => {
  const { scene, life } = await running();
  await interval(scene, life);
  await scene.event('e2');
  await interval(scene, life);
  await life.stop();
  const found = digestsIn(scene.destination);
  assert.deepEqual(isStarting(found), [true, false, false]);
  assert.deepEqual(filesOf(found), [1, 0, 1]);
  assert.deepEqual(spans(found), [1, 1, 1]);
  const idle = found[1]?.document;
  assert.deepEqual([idle?.newestEventTime, idle?.oldestEventTime, idle?.logFiles], [null, null, []]);
  verifyChains(scene.destination, 'idle');
  assert.equal(life.digests.status(trail('one').arn)?.latestDeliveryMs, scene.clock.now());
});

test('members stand in the order of the user guide', async () => {
  const { scene, life } = await running();
  await life.stop();
  const [digest] = digestsIn(scene.destination);
  assert.deepEqual(Object.keys(digest?.document ?? {}), [
    'awsAccountId',
    'digestStartTime',
    'digestEndTime',
    'digestS3Bucket',
    'digestS3Object',
    'digestPublicKeyFingerprint',
    'digestSignatureAlgorithm',
    'newestEventTime',
    'oldestEventTime',
    'previousDigestS3Bucket',
    'previousDigestS3Object',
    'previousDigestHashValue',
    'previousDigestHashAlgorithm',
    'previousDigestSignature',
    'logFiles',
  ]);
  assert.deepEqual(Object.keys(digest?.document.logFiles[0] ?? {}), [
    's3Bucket',
    's3Object',
    'hashValue',
    'hashAlgorithm',
    'newestEventTime',
    'oldestEventTime',
  ]);
});

for (const [how, value] of [
  ['StopLogging', trail('one', { ...digested, isLogging: false })],
  ['validation off', trail('one')],
  ['DeleteTrail', null],
] as const) {
  test(`${how}: a final digest with the last files, then none`, async () => {
    const { scene, life } = await running();
    await scene.setTrail(trail('one'), 'last', value);
    await interval(scene, life);
    await interval(scene, life, 3);
    await life.stop();
    const found = digestsIn(scene.destination);
    assert.deepEqual(filesOf(found), [1, 1]);
    assert.deepEqual(isStarting(found), [true, false]);
    verifyChains(scene.destination, how);
    if (value === null)
      assert.deepEqual(
        (await scene.digestDisk.list()).filter((name) => name !== 'status.json'),
        [],
      );
  });
}

test('logging starts again: a new chain with a starting digest', async () => {
  const { scene, life } = await running();
  await scene.setTrail(trail('one', { ...digested, isLogging: false }), 'stop');
  await interval(scene, life, 2);
  await scene.setTrail(trail('one', digested), 'start');
  await interval(scene, life);
  await interval(scene, life);
  await life.stop();
  verifyChains(scene.destination, 'restart');
  assert.deepEqual(isStarting(digestsIn(scene.destination)), [true, false, true]);
});

test('logging starts again before the final digest: that ends where the new chain begins', async () => {
  const { scene, life } = await running();
  await scene.setTrail(trail('one', { ...digested, isLogging: false }), 'stop');
  scene.clock.advance(3_000);
  await life.delivery.flushNow();
  await scene.setTrail(trail('one', digested), 'start');
  await interval(scene, life, 2);
  await life.stop();
  verifyChains(scene.destination, 'quick restart');
  const found = digestsIn(scene.destination);
  assert.deepEqual(isStarting(found), [true, false, true]);
  assert.equal(found[1]?.document.digestEndTime, found[2]?.document.digestStartTime);
  assert.deepEqual(filesOf(found), [1, 1, 1]);
});

test('stopped and started within a second, again and again: no two digests end together', async () => {
  const { scene, life } = await running();
  for (let turn = 0; turn < 5; turn++) {
    await scene.setTrail(trail('one', { ...digested, isLogging: false }), `stop-${turn}`);
    await life.delivery.flushNow();
    await scene.setTrail(trail('one', digested), `start-${turn}`);
    await life.delivery.flushNow();
  }
  await interval(scene, life, 2);
  await life.stop();
  verifyChains(scene.destination, 'flapping');
});

test('validation off while logging goes on: what is recorded after it is in no digest', async () => {
  const { scene, life } = await running();
  await scene.setTrail(trail('one'), 'off');
  await scene.event('after');
  await interval(scene, life);
  await scene.event('later');
  await interval(scene, life, 2);
  await life.stop();
  assert.deepEqual(filesOf(digestsIn(scene.destination)), [1, 1]);
  assert.equal(scene.destination.keys('one-logs').filter((key) => key.includes('/CloudTrail/')).length, 4);
});

test('Regions: those that recorded for a multi-Region trail, its own for another', async () => {
  const scene = new DigestScene();
  await scene.setTrail(trail('all', { ...digested, isMultiRegionTrail: true }), 'e1');
  await scene.setTrail(trail('one', digested), 'e2');
  const life = await scene.begin();
  await scene.event('e3', { region: 'eu-west-1' });
  await interval(scene, life);
  await interval(scene, life);
  await life.stop();
  verifyChains(scene.destination, 'Regions');
  const regions = (bucket: string) =>
    [
      ...new Set(
        digestsIn(scene.destination).flatMap(({ key }) =>
          key.includes(`_${bucket}_`) ? [key.split('/')[3]] : [],
        ),
      ),
    ].sort();
  assert.deepEqual(regions('all'), ['eu-west-1', 'us-east-1']);
  assert.deepEqual(regions('one'), ['us-east-1']);
});

test('another bucket and prefix: the next digest goes there and names the old place', async () => {
  const { scene, life } = await running();
  await scene.setTrail(trail('one', { ...digested, s3BucketName: 'new-logs', s3KeyPrefix: 'p' }), 'move');
  await interval(scene, life);
  await life.stop();
  verifyChains(scene.destination, 'moved');
  const [, second] = digestsIn(scene.destination);
  assert.equal(second?.bucket, 'new-logs');
  assert.match(second?.key ?? '', /^p\/AWSLogs\//);
  assert.equal(second?.document.previousDigestS3Bucket, 'one-logs');
});

test('a dead bucket: digests wait, go out in order, and the status says so', async () => {
  const { scene, life } = await running();
  scene.destination.refuse.set('one-logs', 'AccessDenied');
  for (let count = 0; count < 5; count++) await interval(scene, life);
  assert.equal(life.digests.waitingDigests(), 5);
  assert.equal(life.digests.status(trail('one').arn)?.latestError, 'AccessDenied');
  scene.destination.refuse.clear();
  await interval(scene, life);
  await life.stop();
  assert.equal(life.digests.waitingDigests(), 0);
  assert.equal(life.digests.status(trail('one').arn)?.latestError, undefined);
  verifyChains(scene.destination, 'dead bucket');
  assert.equal(digestsIn(scene.destination).length, 7);
});

test('the dead bucket is replaced: waiting digests are made anew for the new one', async () => {
  const { scene, life } = await running();
  scene.destination.refuse.set('one-logs', 'NoSuchBucket');
  await scene.event('e2');
  for (let count = 0; count < 3; count++) await interval(scene, life);
  await scene.setTrail(trail('one', { ...digested, s3BucketName: 'new-logs' }), 'move');
  await life.delivery.flushNow();
  await interval(scene, life);
  await life.stop();
  verifyChains(scene.destination, 'replaced');
  assert.deepEqual(
    digestsIn(scene.destination).map(({ bucket }) => bucket),
    ['one-logs', 'new-logs', 'new-logs', 'new-logs', 'new-logs'],
  );
});

test('a bucket that stays dead: so many digests wait and no more; one digest covers the rest of the time', async () => {
  const { scene, life } = await running();
  scene.destination.refuse.set('one-logs', 'AccessDenied');
  await scene.event('e2');
  await life.delivery.flushNow();
  for (let made = 0; made < waitingDigestsMax + 400; made += 100) {
    scene.clock.advance(100 * intervalMs);
    await life.digests.runNow();
  }
  assert.equal(life.digests.waitingDigests(), waitingDigestsMax);
  scene.destination.refuse.clear();
  await interval(scene, life);
  await interval(scene, life);
  await life.stop();
  verifyChains(scene.destination, 'long dead');
  assert.ok(spans(digestsIn(scene.destination)).some((span) => span > 100));
});

test('a clock that jumps ahead by years makes a bounded number of digests, without a hole', async () => {
  const { scene, life } = await running();
  scene.clock.advance(50_000 * intervalMs);
  await life.digests.runNow();
  await life.stop();
  const found = digestsIn(scene.destination);
  assert.equal(found.length, 1 + catchUpIntervalsMax);
  verifyChains(scene.destination, 'years ahead');
  assert.equal(spans(found)[1], 50_000 - catchUpIntervalsMax + 1);
});

test('a clock set back: no digest until it has caught up, then the chain goes on', async () => {
  const { scene, life } = await running();
  scene.clock.advance(-3_600_000);
  await scene.event('e2');
  await interval(scene, life, 3);
  assert.equal(digestsIn(scene.destination).length, 1);
  await life.stop();
  const next = await scene.begin();
  await scene.event('e3');
  await interval(scene, next, 357);
  await interval(scene, next);
  await interval(scene, next);
  await next.stop();
  verifyChains(scene.destination, 'set back');
  assert.deepEqual(filesOf(digestsIn(scene.destination)), [1, 2, 0]);
  assert.ok(!digestsIn(scene.destination).some(({ key }) => key.includes('_backfill')));
});

test('announced twice, in one run and after a restart: listed once', async () => {
  const { scene, life } = await running();
  await scene.event('e2');
  const manifests: Manifest[] = [];
  scene.destination.refuse.set('one-logs', 'AccessDenied');
  await life.delivery.flushNow();
  await life.stop();
  scene.destination.refuse.clear();
  const { digests } = life;
  const again = await scene.begin();
  const booking = again.digests.onDelivered.bind(again.digests);
  again.digests.onDelivered = (manifest, atMs) => {
    manifests.push(manifest);
    return booking(manifest, atMs);
  };
  await again.delivery.flushNow();
  for (const manifest of manifests) await booking(manifest, scene.clock.now());
  await interval(scene, again);
  await again.stop();
  assert.equal(digests.failingMs(), 0);
  verifyChains(scene.destination, 'twice');
});

test('booked after its digest was made: a backfill digest with its time in the metadata', async () => {
  const { scene, life } = await running();
  await life.delivery.stop();
  await scene.event('e2');
  const deliveredAtMs = scene.clock.now() - settleMs - 1_000;
  let late: Manifest | undefined;
  const delivery = await scene.start(
    {},
    {
      onDelivered: (manifest) => {
        late = manifest;
        return Promise.resolve();
      },
    },
  );
  await delivery.flushNow();
  await delivery.stop();
  assert.ok(late);
  await life.digests.onDelivered(late, deliveredAtMs);
  scene.clock.advance(2 * intervalMs);
  await life.digests.runNow();
  await life.digests.stop();
  verifyChains(scene.destination, 'late');
  const backfill = digestsIn(scene.destination, /_backfill\.json\.gz$/);
  assert.deepEqual(filesOf(backfill), [1]);
  const { document, metadata } = backfill[0] as FoundDigest;
  assert.ok(
    Date.parse(document.digestStartTime) <= deliveredAtMs &&
      deliveredAtMs < Date.parse(document.digestEndTime),
  );
  assert.equal(
    metadata['backfill-generation-timestamp'],
    `${new Date(scene.clock.now()).toISOString().slice(0, 19)}Z`,
  );
  assert.deepEqual(filesOf(digestsIn(scene.destination, /\d{6}Z\.json\.gz$/)), [1, 0, 0]);
});

test('a trail that stopped while its bucket was dead: the final digest waits a while, what comes later is backfilled', async () => {
  const { scene, life } = await running();
  scene.destination.refuse.set('one-logs', 'AccessDenied');
  await scene.setTrail(trail('one', { ...digested, isLogging: false }), 'stop');
  for (let count = 0; count < finalIntervalsMax + 5; count++) await interval(scene, life);
  scene.destination.refuse.clear();
  await interval(scene, life);
  await interval(scene, life);
  await life.stop();
  verifyChains(scene.destination, 'backfill after the end');
  const regular = digestsIn(scene.destination, /\d{6}Z\.json\.gz$/);
  assert.equal(regular.length, 1 + finalIntervalsMax + 1);
  assert.deepEqual(filesOf(digestsIn(scene.destination, /_backfill\.json\.gz$/)), [1]);
});

test('its bucket comes back in time: the final digest lists what waited, and nothing is backfilled', async () => {
  const { scene, life } = await running();
  scene.destination.refuse.set('one-logs', 'AccessDenied');
  await scene.setTrail(trail('one', { ...digested, isLogging: false }), 'stop');
  for (let count = 0; count < 3; count++) await interval(scene, life);
  scene.destination.refuse.clear();
  await interval(scene, life);
  await interval(scene, life, 4);
  await life.stop();
  verifyChains(scene.destination, 'in time');
  assert.deepEqual(filesOf(digestsIn(scene.destination)), [1, 0, 0, 0, 1]);
});

test('trails that change without end: digests are made all the same, and a line is not saved for every change', async () => {
  let changes = 0;
  const change = () =>
    scene.setTrail(trail('one', { ...digested, s3KeyPrefix: `p${changes}` }), `c${changes++}`);
  let chased = false;
  /** While chased, whoever reads meets an entry more than there was before. */
  class ChasedLog extends StampedEventLog {
    override async read(from: Position, limits?: ReadLimits): Promise<readonly StoredEntry[]> {
      if (chased) await change();
      assert.ok(changes < 1_000, 'the end of the log is chased, and never reached');
      return super.read(from, limits);
    }
  }
  let lineWrites = 0;
  class CountingDisk extends SimulatedDisk {
    override create(name: string): Promise<OpenFile> {
      if (name.includes('.line')) lineWrites++;
      return super.create(name);
    }
  }
  class ChasedScene extends DigestScene {
    override readonly eventLog = new ChasedLog(() => this.clock.now());
    override readonly digestDisk = new CountingDisk();
  }
  const scene = new ChasedScene();
  await scene.setTrail(trail('one', digested), 'e1');
  const life = await scene.begin();
  for (let i = 0; i < 50; i++) await change();
  chased = true;
  scene.clock.advance(intervalMs + settleMs);
  await life.digests.runNow();
  chased = false;
  assert.equal(digestsIn(scene.destination).length, 1);
  assert.ok(lineWrites < 10, `${lineWrites} writes for ${changes} changes`);
  await life.stop();
});

test('a digest of 100,000 files', async () => {
  const { scene, life } = await running();
  await scene.event('e2');
  await life.delivery.flushNow();
  await life.stop();
  const books = (await scene.digestDisk.list()).find((name) => name.endsWith('.books')) as string;
  const line = Buffer.from(await scene.digestDisk.read(books)).toString();
  const many = Array.from({ length: 100_000 }, (_, number) => line.replace('Unique0', `Many${number}`));
  const file = await scene.digestDisk.create(books);
  await file.write(Buffer.from(many.join('')));
  await file.sync();
  const next = await scene.begin();
  await interval(scene, next, 2);
  await next.stop();
  assert.deepEqual(filesOf(digestsIn(scene.destination)), [1, 100_000, 0]);
});
