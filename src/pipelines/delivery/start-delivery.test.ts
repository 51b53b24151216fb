// SPDX-License-Identifier: Apache-2.0
// Oracle: the events that a test appended, counted one by one in the files that arrived in the buckets.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseLogFileKey } from '../../digest/log-file-name.js';
import { silentLog } from '../../ports/operator-log.js';
import { until } from '../../testing/until.js';
import { account, DeliveryScene, record, startMs, trail } from './testing/delivery-scene.js';
import { recordsOf } from './testing/memory-destination.js';

describe('what a trail gets', () => {
  test('its own start and stop, everything between, nothing around', async () => {
    const scene = new DeliveryScene();
    const it = trail('main');
    const delivery = await scene.start();
    await scene.setTrail({ ...it, isLogging: false }, 'create');
    await scene.event('too-early');
    await scene.setTrail(it, 'start');
    await scene.event('during');
    await scene.setTrail({ ...it, isLogging: false }, 'stop');
    await scene.event('too-late');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start', 'during', 'stop']);
  });

  test('what it logged before it was deleted, its deletion too', async () => {
    const scene = new DeliveryScene();
    const it = trail('main');
    const delivery = await scene.start();
    await scene.setTrail(it, 'start');
    await scene.event('during');
    await scene.setTrail(it, 'delete', null);
    await scene.event('too-late');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start', 'during', 'delete']);
  });

  test('management events of its account; no data events, no imports', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    await scene.event('data', { category: 'Data' });
    await scene.event('other-account', { accountId: '444455556666' });
    await scene.eventLog.append({
      kind: 'import',
      accountId: account,
      source: 'x',
      eventCount: 1,
      gzip: false,
      bytes: Buffer.from('{"Records":[]}'),
    });
    await scene.event('management');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start', 'management']);
  });

  test('one file a Region for a multi-Region trail, its home Region alone for another', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('all', { isMultiRegionTrail: true, homeRegion: 'eu-west-1' }), 'start-all');
    await scene.setTrail(trail('one', { homeRegion: 'eu-west-1' }), 'start-one');
    await scene.event('east');
    await scene.event('west', { region: 'eu-west-1' });
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('one-logs').sort(), ['start-one', 'west']);
    const regions = scene.destination
      .keys('all-logs')
      .map((key) => [
        parseLogFileKey(key)?.region,
        recordsOf(scene.destination.objects.get(`all-logs/${key}`) as Buffer).map((event) => event.awsRegion),
      ]);
    assert.deepEqual(regions, [
      ['eu-west-1', ['eu-west-1', 'eu-west-1', 'eu-west-1']],
      ['us-east-1', ['us-east-1']],
    ]);
  });

  test('events of global services only where it includes them', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('with'), 'start-with');
    await scene.setTrail(trail('without', { includeGlobalServiceEvents: false }), 'start-without');
    await scene.event('iam', { eventSource: 'iam.amazonaws.com' });
    await scene.event('ec2');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('with-logs'), ['start-with', 'start-without', 'iam', 'ec2']);
    assert.deepEqual(scene.destination.eventIds('without-logs'), ['start-without', 'ec2']);
  });

  test('files in the old bucket for what came before UpdateTrail, in the new one after', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    await scene.event('before');
    await scene.setTrail(trail('main', { s3BucketName: 'new-logs', s3KeyPrefix: 'p/q' }), 'update');
    await scene.event('after');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start', 'before']);
    assert.deepEqual(scene.destination.eventIds('new-logs'), ['update', 'after']);
    assert.ok(
      scene.destination
        .keys('new-logs')
        .every((key) => key.startsWith('p/q/AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/')),
    );
  });

  test('several files when one flush would hold too much', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    const filler = 'x'.repeat(9 * 1024 * 1024);
    for (let number = 0; number < 8; number++) {
      const { json, ...facts } = record(`big-${number}`);
      await scene.append({ records: [{ ...facts, json: json.replace('}', `,"filler":"${filler}"}`) }] });
    }
    await delivery.flushNow();
    assert.equal(scene.destination.keys('main-logs').length, 3);
    assert.deepEqual(
      scene.destination.eventIds('main-logs').slice(1),
      Array.from({ length: 8 }, (_, number) => `big-${number}`),
    );
  });
});

describe('coming to rest', () => {
  test('nothing new in the log means nothing done', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    const [puts, entries, checkpoint] = [
      scene.destination.puts,
      scene.eventLog.entries.length,
      await scene.eventLog.checkpoint('delivery'),
    ];
    await delivery.flushNow();
    await delivery.flushNow();
    assert.deepEqual(
      [scene.destination.puts, scene.eventLog.entries.length, await scene.eventLog.checkpoint('delivery')],
      [puts, entries, checkpoint],
    );
    assert.deepEqual(await scene.disk.list(), ['status.json']);
  });
});

describe('stamps', () => {
  test('a clock set back an hour does not take file names back', async () => {
    const scene = new DeliveryScene();
    let delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    scene.clock.advance(-3_600_000);
    await scene.event('same-process');
    await delivery.flushNow();
    await delivery.stop();
    delivery = await scene.start();
    await scene.event('next-process');
    await delivery.flushNow();
    const stamps = scene.destination.keys('main-logs').map((key) => parseLogFileKey(key)?.stampMs);
    assert.deepEqual(stamps, Array(3).fill(Date.parse('2026-11-21T10:05:00Z')));
  });
});

describe('a destination that is down', () => {
  test('holds up nobody else, shows in the status, and gets everything once when it is back', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    const [dead, alive] = [trail('dead'), trail('alive')];
    scene.destination.refuse.set('dead-logs', 'NoSuchBucket');
    await scene.setTrail(dead, 'start-dead');
    await scene.setTrail(alive, 'start-alive');
    await delivery.flushNow();
    scene.clock.advance(60_000);
    await scene.event('second');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('alive-logs'), ['start-alive', 'second']);
    const down = delivery.status(dead.arn);
    assert.deepEqual(
      [down?.latestError, down?.latestAttemptMs, down?.latestDeliveryMs, down?.waitingFiles],
      ['NoSuchBucket', startMs + 60_000, undefined, 2],
    );
    assert.equal(delivery.status(alive.arn)?.latestError, undefined);
    scene.destination.refuse.clear();
    scene.clock.advance(60_000);
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('dead-logs'), ['start-dead', 'start-alive', 'second']);
    const up = delivery.status(dead.arn);
    assert.deepEqual(
      [up?.latestError, up?.latestDeliveryMs, up?.waitingFiles, up?.waitingBytes],
      [undefined, startMs + 120_000, 0, 0],
    );
  });

  test('is waited for across restarts, and its status with it', async () => {
    const scene = new DeliveryScene();
    let delivery = await scene.start();
    scene.destination.refuse.set('main-logs', 'AccessDenied');
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    await delivery.stop();
    delivery = await scene.start();
    assert.equal(delivery.status(trail('main').arn)?.latestError, 'AccessDenied');
    scene.destination.refuse.clear();
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start']);
  });

  test('is replaced by the bucket that UpdateTrail names', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    scene.destination.refuse.set('main-logs', 'NoSuchBucket');
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    await scene.setTrail(trail('main', { s3BucketName: 'new-logs' }), 'update');
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('new-logs').sort(), ['start', 'update']);
    assert.equal(delivery.status(trail('main').arn)?.waitingFiles, 0);
  });

  test('is not replaced while it may hold the file: the answer to the first try was lost', async () => {
    const scene = new DeliveryScene();
    let isFirst = true;
    const destination = {
      put: async (...args: Parameters<typeof scene.destination.put>) => {
        const outcome = await scene.destination.put(...args);
        if (!isFirst) return outcome;
        isFirst = false;
        scene.destination.refuse.set('main-logs', 'AccessDenied');
        throw new Error('connection reset');
      },
    };
    const delivery = await scene.start({ destination });
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    await scene.setTrail(trail('main', { s3BucketName: 'new-logs' }), 'update');
    await delivery.flushNow();
    assert.deepEqual(
      scene.destination.eventIds('new-logs'),
      ['update'],
      'the file that waits holds up no other bucket',
    );
    scene.destination.refuse.clear();
    await delivery.flushNow();
    assert.deepEqual(
      [scene.destination.eventIds('main-logs'), scene.destination.eventIds('new-logs')],
      [['start'], ['update']],
    );
  });

  test('is tried for 30 days; then the loss is told', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    scene.destination.refuse.set('main-logs', 'NoSuchBucket');
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    await scene.event('second');
    await delivery.flushNow();
    scene.clock.advance(30 * 86_400_000 - 1);
    await delivery.flushNow();
    assert.equal(delivery.status(trail('main').arn)?.waitingFiles, 2);
    scene.clock.advance(1);
    await delivery.flushNow();
    const status = delivery.status(trail('main').arn);
    assert.deepEqual(
      [status?.waitingFiles, status?.lost?.eventCount, status?.lost?.reason],
      [0, 2, 'RetriedTooLong'],
    );
  });

  test('fills the outbox of its trail up to the limit; then the loss is told, and others go on', async () => {
    const scene = new DeliveryScene();
    const errors: object[] = [];
    const log = { ...silentLog, error: (facts: object) => errors.push(facts) };
    const delivery = await scene.start({}, { outboxLimits: { bytesMax: 1, filesMax: 10 }, log });
    scene.destination.refuse.set('dead-logs', 'NoSuchBucket');
    await scene.setTrail(trail('dead'), 'start-dead');
    await scene.setTrail(trail('alive'), 'start-alive');
    await delivery.flushNow();
    await scene.event('beyond');
    await delivery.flushNow();
    const status = delivery.status(trail('dead').arn);
    assert.deepEqual(
      [status?.waitingFiles, status?.lost?.eventCount, status?.lost?.reason, errors.length],
      [1, 1, 'OutboxFull', 1],
    );
    await delivery.stop();
    const again = await scene.start();
    assert.equal(again.status(trail('dead').arn)?.lost?.eventCount, 1, 'the loss outlives a restart');
    assert.deepEqual(scene.destination.eventIds('alive-logs'), ['start-alive', 'beyond']);
  });
});

describe('a key that is taken', () => {
  test('by the same bytes counts as delivered', async () => {
    const scene = new DeliveryScene();
    // Stores, but the answer is lost on the way.
    let isFirst = true;
    const destination = {
      put: async (...args: Parameters<typeof scene.destination.put>) => {
        const outcome = await scene.destination.put(...args);
        if (!isFirst) return outcome;
        isFirst = false;
        throw new Error('connection reset');
      },
    };
    const delivery = await scene.start({ destination });
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    assert.equal(delivery.status(trail('main').arn)?.waitingFiles, 0);
    assert.equal(scene.destination.puts, 2);
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start']);
  });

  test('by other bytes is left alone: the file goes under another name', async () => {
    const scene = new DeliveryScene();
    const key =
      'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/21/111122223333_CloudTrail_us-east-1_20261121T1005Z_Unique0000000000.json.gz';
    scene.destination.objects.set(`main-logs/${key}`, Buffer.from('foreign'));
    const delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    assert.equal(scene.destination.objects.get(`main-logs/${key}`)?.toString(), 'foreign');
    scene.destination.objects.delete(`main-logs/${key}`);
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start']);
    assert.equal(delivery.status(trail('main').arn)?.latestError, undefined);
  });
});

describe('a trail made anew under its old name', () => {
  test('starts with an empty status', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    scene.destination.refuse.set('main-logs', 'NoSuchBucket');
    await scene.setTrail(trail('main'), 'start');
    await delivery.flushNow();
    await scene.setTrail(trail('main'), 'delete', null);
    await scene.setTrail(trail('main', { createdAtMs: startMs + 5, s3BucketName: 'other-logs' }), 'again');
    await delivery.flushNow();
    const status = delivery.status(trail('main').arn);
    assert.deepEqual([status?.trailCreatedAtMs, status?.latestError], [startMs + 5, undefined]);
    assert.deepEqual(
      scene.destination.eventIds('other-logs'),
      ['again'],
      'files of the old trail keep to its bucket',
    );
  });
});

/** Timers that ring when a test says so. */
class Timers {
  readonly planned: { ms: number; ring: () => void }[] = [];

  readonly after = (ms: number, ring: () => void) => {
    const timer = { ms, ring };
    this.planned.push(timer);
    return () => void this.#take(timer);
  };

  /** Once there are some of this length. */
  async planning(ms: number): Promise<void> {
    await until(() => this.planned.some((timer) => timer.ms === ms));
    assert.ok(this.planned.some((timer) => timer.ms === ms));
  }

  /** Rings all timers of this length once there are some. */
  async ring(ms: number): Promise<void> {
    await this.planning(ms);
    for (const timer of this.planned.filter((candidate) => candidate.ms === ms))
      if (this.#take(timer)) timer.ring();
  }

  #take(timer: { ms: number; ring: () => void }): boolean {
    const at = this.planned.indexOf(timer);
    if (at >= 0) this.planned.splice(at, 1);
    return at >= 0;
  }
}

describe('time', () => {
  test('files are finished at the interval, uploads tried again later, and both end with stop', async () => {
    const scene = new DeliveryScene();
    const timers = new Timers();
    scene.destination.refuse.set('main-logs', 'SlowDown');
    const delivery = await scene.start({}, { after: timers.after });
    const planned = () => timers.planned.map((timer) => timer.ms);
    // What the last run left waits for two seconds only; from then on it is the interval.
    assert.deepEqual(planned(), [250, 2_000]);
    await timers.ring(2_000);
    await timers.planning(60_000);
    await scene.setTrail(trail('main'), 'start');
    assert.deepEqual(planned(), [250, 60_000]);
    await timers.ring(60_000);
    await until(() => delivery.status(trail('main').arn)?.latestError === 'SlowDown');
    assert.equal(delivery.status(trail('main').arn)?.latestError, 'SlowDown');
    // One second, with the jitter of random() = 0.5; then two.
    await timers.ring(750);
    await timers.planning(1_500);
    scene.destination.refuse.clear();
    await timers.ring(1_500);
    await until(() => scene.destination.eventIds('main-logs').length > 0);
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start']);
    await delivery.stop();
    assert.deepEqual(timers.planned, []);
  });

  test('an upload without an end is broken off, others go on meanwhile, and stop does not wait for it', async () => {
    const scene = new DeliveryScene();
    const timers = new Timers();
    const destination = {
      put: (...args: Parameters<typeof scene.destination.put>) =>
        args[0].bucket === 'hung-logs' ? new Promise<never>(() => {}) : scene.destination.put(...args),
    };
    const delivery = await scene.start({ destination }, { after: timers.after });
    await timers.ring(2_000);
    await timers.planning(60_000);
    await scene.setTrail(trail('alive'), 'start-alive');
    await scene.setTrail(trail('hung'), 'start-hung');
    await timers.ring(60_000);
    await until(() => scene.destination.eventIds('alive-logs').length === 2);
    assert.deepEqual(scene.destination.eventIds('alive-logs'), ['start-alive', 'start-hung']);
    await timers.ring(120_000);
    await until(() => delivery.status(trail('hung').arn)?.latestError !== undefined);
    assert.equal(delivery.status(trail('hung').arn)?.latestError, 'RequestTimeout');
    const stopped = delivery.stop();
    await timers.ring(10_000);
    await stopped;
    assert.deepEqual(timers.planned, []);
  });
});
