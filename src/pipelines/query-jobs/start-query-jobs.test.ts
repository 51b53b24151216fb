// SPDX-License-Identifier: Apache-2.0
// Oracle: the states of queries as the CloudTrail and Athena API References tell them (DescribeQuery, QueryExecutionStatus); the
// contract of jobs/query-job.ts; the real log, state and object store through stops, failures and crashes.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LogFullError } from '../../ports/event-log.js';
import { ObjectQueryResults } from '../../query/results/object-query-results.js';
import { QueryJobsScene } from './testing/query-jobs-scene.js';
import { columns, ScriptedEngine } from './testing/scripted-engine.js';

const dayMs = 86_400_000;
let scene: QueryJobsScene;
beforeEach(async () => {
  scene = await QueryJobsScene.open();
});
afterEach(() => scene.close());

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

describe('a query', () => {
  test('is run, kept, delivered, and then it has succeeded', async () => {
    const jobs = scene.start();
    const key = await scene.put('rows 2345');
    await jobs.idle();
    const job = scene.job(key)!;
    assert.equal(job.state, 'SUCCEEDED');
    assert.deepEqual(job.columns, columns);
    assert.equal(job.statistics?.rowsReturned, 2_345);
    assert.deepEqual(job.facts, { workGroup: 'primary', delivered: 2_345 });
    assert.deepEqual([job.startedAtMs, job.endedAtMs], [scene.clock.now(), scene.clock.now()]);
    assert.equal(await scene.rows(key), 2_345);
    assert.deepEqual(scene.front.released, [job.id]);
  });

  test('that waited since before the start is run', async () => {
    const key = await scene.put('rows 1');
    await scene.start().idle();
    assert.equal(scene.job(key)?.state, 'SUCCEEDED');
  });

  for (const [sql, state, failure] of [
    ['fail SYNTAX_ERROR line 1:8: Column', 'FAILED', { code: 'SYNTAX_ERROR', message: 'line 1:8: Column' }],
    ['time', 'TIMED_OUT', { code: 'EXCEEDED_LIMIT', message: 'The query ran for longer than 1 seconds.' }],
    ['table x', 'FAILED', { code: 'INTERNAL', message: 'The query failed: an internal error.' }],
  ] as const)
    test(`${sql}: ${state}, and nothing is kept`, async () => {
      const jobs = scene.start();
      const key = await scene.put(sql);
      await jobs.idle();
      const job = scene.job(key)!;
      assert.deepEqual([job.state, job.failure], [state, failure]);
      assert.equal(job.endedAtMs, scene.clock.now());
      assert.deepEqual(await scene.objects(), []);
      assert.deepEqual(scene.front.released, [job.id]);
    });

  test('whose delivery fails has failed', async () => {
    scene.front.onFinish = () => Promise.reject(new Error('secret'));
    const jobs = scene.start();
    const key = await scene.put('rows 3');
    await jobs.idle();
    assert.deepEqual([scene.job(key)?.state, scene.job(key)?.failure?.code], ['FAILED', 'INTERNAL']);
    assert.deepEqual(await scene.objects(), []);
  });

  test('waits while the engine is busy', async () => {
    scene.engine.busyLeft = 1;
    const jobs = scene.start();
    const key = await scene.put('rows 3');
    await jobs.idle();
    assert.equal(scene.job(key)?.state, 'SUCCEEDED');
    assert.equal(scene.engine.ran.length, 2);
  });
});

describe('cancelling', () => {
  test('a query that waits: it is never run', async () => {
    const key = await scene.put('rows 1');
    await scene.cancel(key);
    await scene.start().idle();
    assert.deepEqual(scene.engine.ran, []);
    assert.equal(scene.job(key)?.state, 'CANCELLED');
  });

  test('a query that runs: the engine ends it at once', async () => {
    const jobs = scene.start();
    const key = await scene.put('hang');
    await until(() => scene.engine.running === 1);
    await scene.cancel(key);
    await jobs.idle();
    assert.deepEqual(scene.engine.cancelled, ['hang']);
    assert.equal(scene.job(key)?.state, 'CANCELLED');
    assert.equal(scene.job(key)?.failure, undefined);
  });

  test('a query whose result is being delivered: it has none', async () => {
    let deliver: (() => void) | undefined;
    scene.front.onFinish = () =>
      new Promise((resolve) => {
        deliver = resolve;
      });
    const jobs = scene.start();
    const key = await scene.put('rows 5');
    await until(() => deliver !== undefined);
    await scene.cancel(key);
    deliver?.();
    await jobs.idle();
    assert.equal(scene.job(key)?.state, 'CANCELLED');
    assert.deepEqual(await scene.objects(), []);
  });
});

describe('many queries', () => {
  test('run two at a time at most, and every account has its turn', async () => {
    const first = '111122223333';
    for (let index = 0; index < 6; index += 1) await scene.put(`slow a${index}`, { accountId: first });
    for (let index = 0; index < 2; index += 1)
      await scene.put(`slow b${index}`, { accountId: '444455556666' });
    await scene.start().idle();
    assert.deepEqual(
      scene.engine.ran
        .slice(0, 4)
        .map((sql) => sql[5])
        .sort(),
      ['a', 'a', 'b', 'b'],
    );
    assert.deepEqual(
      scene.engine.ran.filter((sql) => sql.includes(' a')),
      [0, 1, 2, 3, 4, 5].map((index) => `slow a${index}`),
    );
    assert.equal(scene.engine.runningMost, 2);
  });

  test('a slow delivery keeps no query waiting', async () => {
    let isDelivered = false;
    scene.front.onFinish = async ({ sql }) => {
      if (sql === 'rows 1') await until(() => isDelivered);
    };
    const jobs = scene.start();
    const slow = await Promise.all([1, 2, 3, 4].map(() => scene.put('rows 1')));
    const quick = await scene.put('rows 2');
    await until(() => scene.job(quick)?.state === 'SUCCEEDED');
    assert.deepEqual(
      slow.map((key) => scene.job(key)?.state),
      ['RUNNING', 'RUNNING', 'RUNNING', 'RUNNING'],
    );
    isDelivered = true;
    await jobs.idle();
    assert.deepEqual(
      slow.map((key) => scene.job(key)?.state),
      slow.map(() => 'SUCCEEDED'),
    );
  });
});

describe('stopping', () => {
  test('puts back what runs; the next start runs it', async () => {
    const jobs = scene.start();
    const key = await scene.put('hang');
    await until(() => scene.engine.running === 1);
    await jobs.stop();
    const job = scene.job(key)!;
    assert.deepEqual([job.state, job.startedAtMs], ['QUEUED', undefined]);
    scene.engine = new ScriptedEngine();
    await scene.set(key, { ...job, sql: 'rows 4' });
    await scene.start().idle();
    assert.equal(scene.job(key)?.state, 'SUCCEEDED');
    assert.equal(await scene.rows(key), 4);
  });

  test('lets a statement about tables come to its end', async () => {
    let define: (() => void) | undefined;
    scene.front.onDefine = () =>
      new Promise((resolve) => {
        define = resolve;
      });
    const jobs = scene.start();
    const key = await scene.put('ddl');
    await until(() => define !== undefined);
    const stopped = jobs.stop();
    define?.();
    await stopped;
    assert.equal(scene.job(key)?.state, 'SUCCEEDED');
    assert.equal(scene.front.defined, 1);
  });
});

describe('failures of the log', () => {
  test('a log that is full: what has happened is written when there is room', async () => {
    const { eventLog } = scene.stores;
    let [fullLeft, appends] = [3, 0];
    const jobs = scene.start({
      eventLog: {
        append: (entry) => {
          appends += 1;
          // The second append of the job says that it has succeeded.
          if (appends < 2 || fullLeft === 0) return eventLog.append(entry);
          fullLeft -= 1;
          return Promise.reject(new LogFullError('full'));
        },
      },
    });
    const key = await scene.put('rows 5');
    await until(() => fullLeft < 3);
    assert.ok(jobs.failingMs() >= 0);
    await jobs.idle();
    assert.equal(scene.job(key)?.state, 'SUCCEEDED');
    assert.equal(jobs.failingMs(), 0);
    assert.deepEqual(scene.engine.ran, ['rows 5']);
  });

  test('answers of the log that are lost', async () => {
    const { eventLog } = scene.stores;
    let isDeaf = false;
    const jobs = scene.start({
      eventLog: {
        append: async (entry) => {
          const position = await eventLog.append(entry);
          isDeaf = !isDeaf;
          if (isDeaf) throw new Error('the answer is lost');
          return position;
        },
      },
    });
    const key = await scene.put('rows 5');
    await jobs.idle();
    assert.equal(scene.job(key)?.state, 'SUCCEEDED');
    assert.deepEqual(scene.engine.ran, ['rows 5']);
    assert.equal(scene.front.finished.length, 1);
  });
});

describe('a process that ends in the middle', () => {
  /** Everything durable that a run does, in order; from one step on nothing happens any more: the process is gone. */
  function mortal(stepsMax: number) {
    let steps = 0;
    const step = <T>(act: () => Promise<T>): Promise<T> => {
      steps += 1;
      return steps > stepsMax ? new Promise(() => {}) : act();
    };
    const { eventLog } = scene.stores;
    const { objectStore } = scene;
    const mortalObjects = {
      ...objectStore,
      put: (...args: Parameters<typeof objectStore.put>) => step(() => objectStore.put(...args)),
      get: (...args: Parameters<typeof objectStore.get>) => objectStore.get(...args),
      list: (...args: Parameters<typeof objectStore.list>) => objectStore.list(...args),
      delete: (...args: Parameters<typeof objectStore.delete>) => step(() => objectStore.delete(...args)),
    };
    return {
      isGone: () => steps > stepsMax,
      step,
      options: {
        eventLog: {
          append: (entry: Parameters<typeof eventLog.append>[0]) => step(() => eventLog.append(entry)),
        },
        results: new ObjectQueryResults(mortalObjects as typeof objectStore),
      },
    };
  }

  for (let stepsMax = 0; stepsMax <= 8; stepsMax += 1)
    test(`after step ${stepsMax}: the next start brings it to one clear end`, async () => {
      const before = mortal(stepsMax);
      let isDelivering = false;
      scene.front.onFinish = () =>
        before.step(async () => {
          isDelivering = true;
        });
      const first = scene.start(before.options);
      const key = await scene.put('rows 2100');
      await until(() => before.isGone() || scene.job(key)?.state === 'SUCCEEDED');
      scene.abandon(first);
      scene.front.onFinish = async () => {};
      const deliveredBefore = scene.front.finished.length;
      const left = scene.job(key)!;
      const wasComplete = (await scene.rows(key)) !== undefined;
      scene.engine = new ScriptedEngine();
      await scene.start().idle();
      const job = scene.job(key)!;
      if (job.state === 'FAILED') {
        assert.equal(left.state, 'RUNNING');
        assert.equal(wasComplete, false, 'a result that was complete is not thrown away');
        assert.match(String(job.failure?.message), /restarted/);
        assert.deepEqual(await scene.objects(), []);
        assert.equal(isDelivering, false);
      } else {
        assert.equal(job.state, 'SUCCEEDED');
        assert.equal(await scene.rows(key), 2_100);
        assert.equal(job.facts.delivered, 2_100);
        if (wasComplete) assert.deepEqual(scene.engine.ran, [], 'it is not run again');
        if (left.state === 'SUCCEEDED') assert.equal(scene.front.finished.length, deliveredBefore);
      }
    });
});

test('old queries and their results are removed, each front by its time', async () => {
  const jobs = scene.start();
  const lake = await scene.put('rows 1', { front: 'lake', dialect: 'lake' });
  const athena = await scene.put('rows 1');
  await jobs.idle();
  await jobs.stop();
  const kept = async (): Promise<unknown[]> => [
    scene.job(lake) !== undefined,
    (await scene.rows(lake)) !== undefined,
    scene.job(athena) !== undefined,
    (await scene.rows(athena)) !== undefined,
  ];
  for (const [days, expected] of [
    [6, [true, true, true, true]],
    [2, [false, false, true, true]],
    [38, [false, false, false, false]],
  ] as const) {
    scene.clock.advance(days * dayMs);
    const later = scene.start();
    await later.idle();
    await later.stop();
    assert.deepEqual(await kept(), expected);
  }
});
