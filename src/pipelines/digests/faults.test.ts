// SPDX-License-Identifier: Apache-2.0
// Oracle: the slow reference of verify-chains.ts over what arrived: no hole, no fork, every log file in exactly one digest,
// whatever single operation failed, and wherever the process died or the power went.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMs, trail } from '../delivery/testing/delivery-scene.js';
import { type Fault, FaultPlan } from '../delivery/testing/fault-plan.js';
import { recordsOf } from '../delivery/testing/memory-destination.js';
import { DigestScene, type DigestSceneParts, intervalMs, type Life } from './testing/digest-scene.js';
import { digestsIn, verifyChains } from './testing/verify-chains.js';

const digested = { logFileValidationEnabled: true };

/** What callers do, in order; each makes one entry of the log. */
const calls: ((scene: DigestScene) => Promise<void>)[] = [
  (scene) => scene.setTrail(trail('one', digested), 'e1'),
  (scene) => scene.event('e2'),
  (scene) => scene.setTrail(trail('one', { ...digested, isLogging: false }), 'e3'),
  (scene) => scene.setTrail(trail('one', { ...digested, s3BucketName: 'new-logs' }), 'e4'),
];

async function call(scene: DigestScene, number: number): Promise<void> {
  if (scene.eventLog.entries.length < number) await calls[number - 1]?.(scene);
}

/** Digests that go on, a clock set back, a stop, a start with another bucket, a bucket that refuses for a while. */
async function live(scene: DigestScene, begin: () => Promise<Life>): Promise<void> {
  await call(scene, 1);
  const { delivery, digests, stop } = await begin();
  const flush = () => again(() => delivery.flushNow());
  const pass = async (ms: number) => {
    scene.clock.advance(ms);
    await again(() => digests.runNow());
  };
  await flush();
  await pass(intervalMs + 5_000);
  await call(scene, 2);
  scene.clock.advance(-3_600_000);
  await flush();
  await pass(0);
  await pass(3_600_000 + intervalMs);
  await call(scene, 3);
  await flush();
  await flush();
  await pass(intervalMs);
  await call(scene, 4);
  scene.destination.refuse.set('new-logs', 'AccessDenied');
  await flush();
  await pass(intervalMs + 5_000);
  scene.destination.refuse.clear();
  await flush();
  await pass(intervalMs);
  await stop();
}

/** One fault at most: whatever it hit, the second time must work. */
async function again(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch {
    await action();
  }
}

function faulty(scene: DigestScene, plan: FaultPlan): DigestSceneParts {
  return {
    disk: plan.disk(scene.disk),
    digestDisk: plan.disk(scene.digestDisk),
    eventLog: plan.eventLog(scene.eventLog),
    destination: plan.destination(scene.destination),
  };
}

/** A life without faults: all calls are made, and everything that waits arrives. */
async function finish(scene: DigestScene): Promise<void> {
  scene.destination.refuse.clear();
  if (scene.clock.now() < startMs) scene.clock.advance(3_600_000);
  const { delivery, digests, stop } = await scene.begin();
  for (let number = 1; number <= calls.length; number++) {
    await call(scene, number);
    await delivery.flushNow();
    await delivery.flushNow();
    scene.clock.advance(intervalMs + 5_000);
    await digests.runNow();
  }
  scene.clock.advance(intervalMs * 2);
  await delivery.flushNow();
  await digests.runNow();
  await digests.runNow();
  await stop();
}

async function check(scene: DigestScene, what: string): Promise<void> {
  verifyChains(scene.destination, what);
  const chains = digestsIn(scene.destination).filter(
    ({ document }) => document.previousDigestSignature === null,
  );
  assert.equal(chains.length, 2, `starting digests: ${what}`);
  assert.equal(eventIds(scene).join(), 'e1,e2,e3,e4', what);
  const left = (await scene.digestDisk.list()).filter((name) => !/\.line$|^status\.json$/.test(name));
  assert.deepEqual(
    left.filter((name) => !name.endsWith('.books')),
    [],
    `left over: ${what}`,
  );
}

/** Of all log files, in the order of their names within a bucket. */
function eventIds({ destination }: DigestScene): string[] {
  return ['one-logs', 'new-logs'].flatMap((bucket) =>
    destination
      .keys(bucket)
      .filter((key) => key.includes('/CloudTrail/'))
      .flatMap((key) => recordsOf(destination.objects.get(`${bucket}/${key}`) as Buffer))
      .map((record) => record.eventID),
  );
}

async function countSteps(): Promise<number> {
  const scene = new DigestScene();
  const plan = new FaultPlan(Number.POSITIVE_INFINITY, 'fails');
  await live(scene, () => scene.begin(faulty(scene, plan)));
  await finish(scene);
  await check(scene, 'no fault');
  return plan.steps;
}

// A place is before or after an operation. By default every second place is tried, deaths in one of the three ways in turn,
// which takes seconds; CAIRN_EVERY_FAULT=1 tries all places in all ways.
const isThorough = process.env.CAIRN_EVERY_FAULT === '1';
const stride = isThorough ? 1 : 2;

test('every single operation fails once, before or after its effect: the chains hold', async (context) => {
  const steps = await countSteps();
  context.diagnostic(`${steps} places`);
  assert.ok(steps > 200, `only ${steps} steps`);
  for (let at = 1; at <= steps; at += stride) {
    const scene = new DigestScene();
    const plan = new FaultPlan(at, 'fails');
    const begin = () => scene.begin(faulty(scene, plan));
    await live(scene, () => begin().catch(begin));
    await finish(scene);
    await check(scene, `failed at ${at} of ${steps}`);
  }
});

/** What survives of unsynced work: all of it, nothing, or what chance decides. */
const survivals: readonly ((seed: number) => () => boolean)[] = [
  () => () => true,
  () => () => false,
  seededChance,
];

test('the process dies or the power goes between any two steps: the chains hold after the restart', async (context) => {
  const steps = await countSteps();
  context.diagnostic(`${steps} places; chance is seeded by the place`);
  for (let at = stride; at <= steps; at += stride) {
    const ways = isThorough ? survivals : survivals.slice(at % 3, (at % 3) + 1);
    for (const keep of ways) await dieAt(at, 'dies', keep(at));
  }
});

async function dieAt(at: number, fault: Fault, keep: () => boolean): Promise<void> {
  const scene = new DigestScene();
  const plan = new FaultPlan(at, fault);
  const life = live(scene, () => scene.begin(faulty(scene, plan)));
  await Promise.race([life, plan.died]);
  scene.disk.losePower(keep);
  scene.digestDisk.losePower(keep);
  await finish(scene);
  await check(scene, `died at ${at}`);
}

/** A coin that falls the same way in every run (mulberry32). */
function seededChance(seed: number): () => boolean {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) & 1) === 0;
  };
}
