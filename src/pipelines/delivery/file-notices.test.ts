// SPDX-License-Identifier: Apache-2.0
// Oracle: the files in the buckets, against the messages that reached the topic. The message's form: CloudTrail User Guide,
// "Configuring Amazon SNS notifications for CloudTrail".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { silentLog } from '../../ports/operator-log.js';
import { account, DeliveryScene, startMs, trail } from './testing/delivery-scene.js';
import { MemoryNotices } from './testing/memory-notices.js';

const topicArn = `arn:aws:sns:us-east-1:${account}:files`;
const otherTopicArn = `arn:aws:sns:us-east-1:${account}:others`;
const told = trail('main', { snsTopicArn: topicArn, isMultiRegionTrail: true });
const hourMs = 3_600_000;

async function sceneWith(notices: MemoryNotices, options: object = {}) {
  const scene = new DeliveryScene();
  const start = () => scene.start({}, { notices, ...options });
  const delivery = await start();
  await scene.setTrail(told, 'start');
  return { scene, delivery, start, status: () => delivery.status(told.arn) };
}

describe('a notice', () => {
  test('names the files of one pass, of all Regions, in one message', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery, status } = await sceneWith(notices);
    await scene.event('west', { region: 'eu-west-1' });
    await delivery.flushNow();
    assert.deepEqual(notices.published, [
      {
        topicArn,
        trailArn: told.arn,
        s3Bucket: 'main-logs',
        s3ObjectKey: scene.destination.keys('main-logs'),
      },
    ]);
    assert.deepEqual(
      [
        status()?.latestNotificationMs,
        status()?.latestNotificationAttemptMs,
        status()?.latestNotificationError,
      ],
      [startMs, startMs, undefined],
    );
    assert.deepEqual(await scene.disk.list(), ['status.json']);
    await delivery.flushNow();
    assert.equal(notices.published.length, 1, 'nothing delivered, nobody told');
  });

  test('comes for no file that has not arrived', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery } = await sceneWith(notices);
    scene.destination.refuse.set('main-logs', 'AccessDenied');
    await delivery.flushNow();
    assert.equal(notices.tries, 0);
    scene.destination.refuse.clear();
    await delivery.flushNow();
    assert.equal(notices.told(topicArn).length, 1);
  });

  test('has at most a hundred keys', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery } = await sceneWith(notices);
    scene.destination.refuse.set('main-logs', 'AccessDenied');
    for (let count = 0; count < 130; count++) {
      await scene.event(`e${count}`);
      await delivery.flushNow();
    }
    scene.destination.refuse.clear();
    await delivery.flushNow();
    assert.deepEqual(
      notices.published.map(({ s3ObjectKey }) => s3ObjectKey.length),
      [100, 30],
    );
    assert.deepEqual(notices.told(topicArn).sort(), [...scene.destination.objects.keys()].sort());
  });

  test('goes to the topic that the trail has when the file arrives; of a trail that is gone, to its last', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery } = await sceneWith(notices);
    await scene.setTrail({ ...told, snsTopicArn: otherTopicArn }, 'update');
    await delivery.flushNow();
    await scene.setTrail(told, 'delete', null);
    await delivery.flushNow();
    assert.deepEqual(notices.told(topicArn), []);
    assert.deepEqual(notices.told(otherTopicArn).sort(), [...scene.destination.objects.keys()].sort());
  });

  test('is left out where the trail has no topic', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery } = await sceneWith(notices);
    await scene.setTrail(trail('main', { isMultiRegionTrail: true }), 'update');
    await delivery.flushNow();
    assert.equal(notices.tries, 0);
    assert.deepEqual(await scene.disk.list(), ['status.json']);
  });
});

describe('a topic that takes no notices', () => {
  test('holds up no log files, shows in the status, and gets them once it is repaired', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery, status } = await sceneWith(notices);
    notices.refuse.set(topicArn, 'AuthorizationError');
    await delivery.flushNow();
    scene.clock.advance(60_000);
    await scene.event('second');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start', 'second']);
    const refused = status();
    assert.deepEqual(
      [refused?.latestNotificationError, refused?.latestNotificationAttemptMs, refused?.latestNotificationMs],
      ['AuthorizationError', startMs + 60_000, undefined],
    );
    assert.deepEqual([refused?.latestError, refused?.latestDeliveryMs], [undefined, startMs + 60_000]);
    assert.deepEqual([refused?.waitingFiles, delivery.waitingBytes()], [0, 0], 'they are delivered');
    notices.refuse.clear();
    await delivery.flushNow();
    assert.deepEqual(notices.told(topicArn).sort(), [...scene.destination.objects.keys()].sort());
    assert.equal(status()?.latestNotificationError, undefined);
    assert.deepEqual(await scene.disk.list(), ['status.json']);
  });

  test('is told after a restart; what is delivered is not delivered again, even where its owner took it away', async () => {
    const notices = new MemoryNotices();
    const delivered: string[] = [];
    const onDelivered = (manifest: { key: string }) => Promise.resolve(void delivered.push(manifest.key));
    const { scene, delivery, start } = await sceneWith(notices, { onDelivered });
    notices.refuse.set(topicArn, 'NotFound');
    await delivery.flushNow();
    await delivery.stop();
    const keys = [...scene.destination.objects.keys()];
    scene.destination.objects.clear();
    notices.refuse.clear();
    const again = await start();
    assert.equal(again.status(told.arn)?.waitingFiles, 0);
    await again.flushNow();
    assert.deepEqual(notices.told(topicArn), keys);
    assert.deepEqual([scene.destination.puts, delivered.length], [1, 1]);
    assert.deepEqual(await scene.disk.list(), ['status.json']);
  });

  test('is given up after an hour, and the operator is told', async () => {
    const notices = new MemoryNotices();
    const errors: object[] = [];
    const log = { ...silentLog, error: (facts: object) => errors.push(facts) };
    const { scene, delivery } = await sceneWith(notices, { log });
    notices.refuse.set(topicArn, 'NotFound');
    await delivery.flushNow();
    scene.clock.advance(hourMs - 1);
    await delivery.flushNow();
    assert.equal((await scene.disk.list()).length, 3);
    scene.clock.advance(1);
    await delivery.flushNow();
    assert.deepEqual(await scene.disk.list(), ['status.json']);
    assert.deepEqual(errors, [{ trail: told.arn, topic: topicArn, files: 1 }]);
  });

  test('keeps a thousand files waiting at most', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery } = await sceneWith(notices);
    notices.refuse.set(topicArn, 'NotFound');
    for (let count = 0; count < 1_005; count++) {
      await scene.event(`e${count}`);
      await delivery.flushNow();
    }
    assert.equal((await scene.disk.list()).length, 2 * 1_000 + 1);
    assert.equal(scene.destination.keys('main-logs').length, 1_005);
  });

  test('of one trail says nothing to others', async () => {
    const notices = new MemoryNotices();
    const { scene, delivery } = await sceneWith(notices);
    await scene.setTrail(trail('other', { snsTopicArn: otherTopicArn }), 'start-other');
    notices.refuse.set(topicArn, 'NotFound');
    await delivery.flushNow();
    assert.equal(notices.told(otherTopicArn).length, 1);
  });
});
