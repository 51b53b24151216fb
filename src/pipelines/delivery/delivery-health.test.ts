// SPDX-License-Identifier: Apache-2.0
// Oracle: faults that the test puts in, and the sizes in the trails' own statuses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventLog } from '../../ports/event-log.js';
import { DeliveryScene, trail } from './testing/delivery-scene.js';

test('a delivery tells what waits, and for how long it has failed to finish files', async () => {
  const scene = new DeliveryScene();
  await scene.setTrail(trail('one'), 'e1');
  let isBroken = false;
  const eventLog = new Proxy<EventLog>(scene.eventLog, {
    get: (log, name) => {
      const value: unknown = Reflect.get(log, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (isBroken && name === 'saveCheckpoint') return Promise.reject(new Error('the disk'));
        return Reflect.apply(value, log, args);
      };
    },
  });
  const delivery = await scene.start({ eventLog });
  assert.deepEqual([delivery.waitingBytes(), delivery.failingMs()], [0, 0]);

  scene.destination.refuse.set('one-logs', 'NoSuchBucket');
  await delivery.flushNow();
  assert.equal(delivery.waitingBytes(), delivery.status(trail('one').arn)?.waitingBytes);
  assert.ok(delivery.waitingBytes() > 0);
  assert.equal(delivery.failingMs(), 0, "a bucket that is gone is its owner's matter");

  isBroken = true;
  await scene.event('e2');
  await assert.rejects(delivery.flushNow());
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(delivery.failingMs() >= 15, `${delivery.failingMs()} ms`);

  isBroken = false;
  await delivery.flushNow();
  assert.equal(delivery.failingMs(), 0);
  await delivery.stop();
});
