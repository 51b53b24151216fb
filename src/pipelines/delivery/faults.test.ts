// SPDX-License-Identifier: Apache-2.0
// Oracle: the events that were appended, counted in the files that arrived: each exactly once, whatever single
// operation failed, and wherever the process died or the power went; and of each file the topic is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Delivery } from './start-delivery.js';
import type { SceneParts } from './testing/delivery-scene.js';
import { DeliveryScene, startMs, trail } from './testing/delivery-scene.js';
import { type Fault, FaultPlan } from './testing/fault-plan.js';
import { recordsOf } from './testing/memory-destination.js';

const topicArn = 'arn:aws:sns:us-east-1:111122223333:files';
const buckets = ['one-logs', 'all-logs', 'new-logs'];

/** A life with two trails, three flushes, a dead bucket that is replaced, and a clock that jumps back. */
async function live(scene: DeliveryScene, start: () => Promise<Delivery>): Promise<void> {
  await scene.setTrail(trail('one'), 'e1');
  await scene.setTrail(trail('all', { isMultiRegionTrail: true, snsTopicArn: topicArn }), 'e2');
  await scene.event('e3', { region: 'eu-west-1' });
  const delivery = await start();
  await again(() => delivery.flushNow());
  // The bucket dies only once nothing is on its way to it: what it held then is not counted as lost.
  await again(() => delivery.flushNow());
  await scene.event('e4');
  scene.destination.refuse.set('one-logs', 'NoSuchBucket');
  scene.clock.advance(-3_600_000);
  await again(() => delivery.flushNow());
  await scene.setTrail(trail('one', { s3BucketName: 'new-logs' }), 'e5');
  await again(() => delivery.flushNow());
  await delivery.stop();
}

/** One fault at most: whatever it hit, the second time must work. */
async function again(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch {
    await action();
  }
}

function faulty(scene: DeliveryScene, plan: FaultPlan): SceneParts {
  return {
    notices: plan.notices(scene.notices),
    disk: plan.disk(scene.disk),
    eventLog: plan.eventLog(scene.eventLog),
    destination: plan.destination(scene.destination),
  };
}

function check(scene: DeliveryScene, what: string): void {
  const found = buckets.flatMap((bucket) => scene.destination.keys(bucket).map((key) => ({ bucket, key })));
  const ofOne = found.filter(({ bucket }) => bucket !== 'all-logs');
  const events = (files: typeof found) =>
    files
      .flatMap(({ bucket, key }) =>
        recordsOf(scene.destination.objects.get(`${bucket}/${key}`) as Buffer).map((event) => event.eventID),
      )
      .sort();
  assert.deepEqual(
    events(found.filter(({ bucket }) => bucket === 'all-logs')),
    ['e2', 'e3', 'e4', 'e5'],
    `trail all: ${what}`,
  );
  assert.deepEqual(events(ofOne), ['e1', 'e2', 'e4', 'e5'], `trail one: ${what}`);
  const files = found.filter(({ bucket }) => bucket === 'all-logs').map(({ key }) => `all-logs/${key}`);
  assert.deepEqual([...new Set(scene.notices.told(topicArn))].sort(), files.sort(), `notices: ${what}`);
  assert.ok(
    found.every(({ key }) => key.includes('_20261121T1005Z_')),
    `stamps never go back: ${what}`,
  );
}

async function countSteps(): Promise<number> {
  const scene = new DeliveryScene();
  const plan = new FaultPlan(Number.POSITIVE_INFINITY, 'fails');
  await live(scene, () => scene.start(faulty(scene, plan)));
  check(scene, 'no fault');
  return plan.steps;
}

test('every single operation fails once, before or after its effect: every event once', async () => {
  const steps = await countSteps();
  assert.ok(steps > 100, `only ${steps} steps`);
  for (let at = 1; at <= steps; at++) {
    const scene = new DeliveryScene();
    const plan = new FaultPlan(at, 'fails');
    const start = () => scene.start(faulty(scene, plan));
    await live(scene, async () => start().catch(start));
    const last = await scene.start();
    await last.flushNow();
    await last.stop();
    check(scene, `failed at ${at} of ${steps}`);
    assert.deepEqual(
      (await scene.disk.list()).filter((name) => name !== 'status.json'),
      [],
      `left over after ${at}`,
    );
  }
});

for (const [how, keeps] of Object.entries({
  'the process dies': () => () => true,
  'the power goes and nothing unsynced survives': () => () => false,
  'the power goes and chance decides': (seed: number) => seededChance(seed),
})) {
  test(`${how} between any two steps: every event once after the restart`, async (context) => {
    const steps = await countSteps();
    context.diagnostic(`${steps} places; chance is seeded by the place`);
    for (let at = 1; at <= steps; at++) await dieAt(at, 'dies', keeps(at));
  });
}

async function dieAt(at: number, fault: Fault, keep: () => boolean): Promise<void> {
  const scene = new DeliveryScene();
  const plan = new FaultPlan(at, fault);
  const life = live(scene, () => scene.start(faulty(scene, plan)));
  await Promise.race([life, plan.died]);
  scene.disk.losePower(keep);
  // What the dead process had no time for: the log is fed by others.
  await finishLife(scene);
  const delivery = await scene.start();
  await delivery.flushNow();
  await delivery.stop();
  check(scene, `died at ${at}`);
  assert.deepEqual(
    (await scene.disk.list()).filter((name) => name !== 'status.json'),
    [],
    `left over after ${at}`,
  );
}

/** Appends what `live` would still have appended. */
async function finishLife(scene: DeliveryScene): Promise<void> {
  const appended = scene.eventLog.entries.length;
  if (appended < 4) await scene.event('e4');
  if (appended < 5) await scene.setTrail(trail('one', { s3BucketName: 'new-logs' }), 'e5');
  scene.clock.set(Math.min(scene.clock.now(), startMs));
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
