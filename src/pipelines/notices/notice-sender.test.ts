// SPDX-License-Identifier: Apache-2.0
// Oracle: SNS Developer Guide, "Amazon SNS message delivery retries" (three retries, 20 s apart; client-side errors are not
// retried) and "Amazon SNS dead-letter queues"; what was put is delivered or a dead letter.
import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openLmdbMessageQueue } from '../../adapters/message-queue/lmdb/open-lmdb-message-queue.js';
import { ManualClock } from '../../ports/clock.js';
import type { MessageQueue } from '../../ports/message-queue.js';
import { silentLog } from '../../ports/operator-log.js';
import { until } from '../../testing/until.js';
import { type DeliveryPolicy, defaultRetryPolicy } from '../../topics/delivery-policy.js';
import { encodeMessage } from '../../topics/topic-message.js';
import { failingDeliveriesMax, laneDeliveriesMax, settleAgainMs } from './limits.js';
import { NoticeSender } from './notice-sender.js';
import type { PostOutcome } from './post-notice.js';
import type { Prepared } from './prepare-delivery.js';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
}

/** A queue, a sender, and time that moves when it is told to. `answers` says what a lane answers. */
class Scene {
  readonly clock = new ManualClock(1_000_000);
  readonly posts: { lane: string; id: string; atMs: number }[] = [];
  readonly outcomes: string[] = [];
  readonly prepared = new Map<string, Prepared['kind']>();
  answers: (lane: string, id: string) => PostOutcome | Promise<PostOutcome> = () => ok;
  policy: Partial<DeliveryPolicy> = {};
  queue!: MessageQueue;
  #sender: NoticeSender | undefined;
  #timers = new Set<Timer>();

  start(): void {
    this.#sender = new NoticeSender({
      queue: this.queue,
      clock: this.clock,
      log: silentLog,
      random: () => 0,
      after: (ms, callback) => {
        const timer = { atMs: this.clock.now() + ms, callback };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      prepare: (message, lane) => {
        const kind = this.prepared.get(lane) ?? 'send';
        if (kind !== 'send') return { kind };
        const post = { url: lane, password: undefined, headers: {}, body: message.messageId };
        const defaults = {
          retry: defaultRetryPolicy,
          maxReceivesPerSecond: undefined,
          contentType: 'text/plain',
        };
        return { kind, post, policy: { ...defaults, ...this.policy } };
      },
      post: async ({ url: lane, body: id }, signal) => {
        setMaxListeners(0, signal);
        this.posts.push({ lane, id, atMs: this.clock.now() });
        const aborted = new Promise<PostOutcome>((resolve) =>
          signal.addEventListener('abort', () => resolve({ kind: 'aborted' })),
        );
        return Promise.race([aborted, this.answers(lane, id)]);
      },
      onOutcome: (outcome) => this.outcomes.push(outcome),
    });
  }

  async stop(): Promise<void> {
    await this.#sender?.stop();
  }

  put(id: string, ...lanes: string[]): Promise<void> {
    const message = {
      type: 'Notification',
      messageId: id,
      topicArn: 't',
      message: 'm',
      publishedAtMs: 0,
    } as const;
    return this.queue.put([{ id, body: encodeMessage(message), lanes }]);
  }

  /** Commits of the real queue that are under way: only they take time of their own. */
  #commits = 0;

  use(queue: MessageQueue): void {
    const counted = (commit: Promise<void>): Promise<void> => {
      this.#commits += 1;
      return commit.finally(() => {
        this.#commits -= 1;
      });
    };
    const [put, settle] = [queue.put.bind(queue), queue.settle.bind(queue)];
    queue.put = (messages) => counted(put(messages));
    queue.settle = (delivery, settlement) => counted(settle(delivery, settlement));
    this.queue = queue;
  }

  /** Lets everything happen that happens by itself now. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 20; quiet += 1) {
      await turn();
      if (this.#commits > 0) quiet = 0;
    }
  }

  /** Waits until it holds: what is to happen takes commits of a real queue. */
  async until(holds: () => boolean, what: string): Promise<void> {
    await until(async () => {
      await this.settle();
      return holds();
    });
    assert.ok(holds(), `waited for ${what}: ${JSON.stringify(this.outcomes)}`);
  }

  told(count: number): Promise<void> {
    return this.until(() => this.outcomes.length >= count, `${count} outcomes`);
  }

  async pass(ms: number, stepMs = 1_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.advance(Math.min(stepMs, ms - passed));
      for (const timer of [...this.#timers]) {
        if (timer.atMs > this.clock.now()) continue;
        this.#timers.delete(timer);
        timer.callback();
      }
      await this.settle();
    }
  }

  times(lane: string): number[] {
    return this.posts.filter((post) => post.lane === lane).map(({ atMs }) => (atMs - 1_000_000) / 1_000);
  }
}

const ok: PostOutcome = { kind: 'answered', status: 200 };
const down: PostOutcome = { kind: 'failed', reason: 'connection refused' };

async function withScene(check: (scene: Scene) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-notices-'));
  const scene = new Scene();
  scene.use(await openLmdbMessageQueue(dir, { clock: scene.clock }));
  try {
    await check(scene);
  } finally {
    await scene.stop();
    await scene.queue.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function scene(title: string, check: (scene: Scene) => Promise<void>): void {
  test(title, () => withScene(check));
}

describe('delivery', () => {
  scene('a queue that cannot be read holds only its own lane up, and only as long', async (at) => {
    await at.put('m1', 'bad', 'good');
    const due = at.queue.due.bind(at.queue);
    let isDamaged = true;
    at.queue.due = (lane, ...rest) => {
      if (lane === 'bad' && isDamaged) throw new Error('MDB_PAGE_NOTFOUND');
      return due(lane, ...rest);
    };
    at.start();
    await at.told(1);
    assert.deepEqual(at.times('good'), [0]);
    isDamaged = false;
    await at.pass(settleAgainMs);
    await at.told(2);
    assert.equal(at.times('bad').length, 1);
  });

  scene('what was put before the start and after it', async (at) => {
    await at.put('m1', 'a', 'b');
    at.start();
    await at.put('m2', 'a');
    await at.told(3);
    assert.deepEqual(at.posts.map(({ lane, id }) => `${lane} ${id}`).sort(), ['a m1', 'a m2', 'b m1']);
    assert.equal(at.queue.counts().waitingDeliveries, 0);
  });

  scene('a subscriber that comes back gets it, once, at the retry', async (at) => {
    let isUp = false;
    at.answers = () => (isUp ? ok : { kind: 'answered', status: 503 });
    at.start();
    await at.put('m1', 'a');
    await at.told(1);
    isUp = true;
    await at.pass(60_000);
    assert.deepEqual(at.times('a'), [0, 20]);
    assert.deepEqual(at.outcomes, ['retried', 'delivered']);
  });

  scene('three retries 20 s apart, then it is a dead letter', async (at) => {
    at.answers = () => down;
    at.start();
    await at.put('m1', 'a');
    for (let tries = 1; tries <= 4; tries++) {
      await at.told(tries);
      await at.pass(20_000, 10_000);
    }
    assert.deepEqual(at.times('a'), [0, 20, 40, 60]);
    const [letter] = at.queue.deadLetters({ limit: 2 });
    assert.deepEqual([letter!.messageId, letter!.attempts, letter!.reason], ['m1', 4, 'connection refused']);
    assert.equal(at.queue.counts().waitingDeliveries, 0);
  });

  const answers: [status: number, outcome: string][] = [
    [204, 'delivered'],
    [301, 'dead'],
    [400, 'dead'],
    [404, 'dead'],
    [410, 'dead'],
    [429, 'retried'],
    [500, 'retried'],
    [599, 'retried'],
  ];
  for (const [status, outcome] of answers) {
    scene(`HTTP ${status}: ${outcome}`, async (at) => {
      at.answers = () => ({ kind: 'answered', status });
      at.start();
      await at.put('m1', 'a');
      await at.told(1);
      assert.deepEqual(at.outcomes, [outcome]);
      assert.equal(
        at.queue.deadLetters({ limit: 1 })[0]?.reason,
        outcome === 'dead' ? `HTTP ${status}` : undefined,
      );
    });
  }

  scene('an address that is never sent to is given up at once', async (at) => {
    at.answers = () => ({ kind: 'refused', reason: 'never' });
    at.start();
    await at.put('m1', 'a');
    await at.told(1);
    assert.deepEqual(at.outcomes, ['dead']);
  });

  scene('a stop in the middle counts as nothing: the next start delivers', async (at) => {
    at.answers = () => new Promise(() => {});
    at.start();
    await at.put('m1', 'a');
    await at.until(() => at.posts.length === 1, 'the post');
    await at.stop();
    assert.equal(at.queue.counts().waitingDeliveries, 1);
    at.answers = () => ok;
    at.start();
    await at.told(1);
    assert.deepEqual(at.outcomes, ['delivered']);
    assert.equal(at.posts.length, 2);
  });

  scene('nobody waits for it: gone without a trace', async (at) => {
    at.prepared.set('a', 'void');
    at.start();
    await at.put('m1', 'a');
    await at.until(() => at.queue.counts().waitingDeliveries === 0, 'nothing waiting');
    assert.deepEqual(at.queue.counts(), { waitingDeliveries: 0, bytes: 0, deadLetters: 0 });
    assert.deepEqual(at.posts, []);
  });

  scene('a change that is not there yet is waited for, and counts as no attempt', async (at) => {
    at.prepared.set('a', 'later');
    at.start();
    await at.put('m1', 'a');
    await at.pass(3_000);
    at.prepared.delete('a');
    await at.pass(2_000);
    await at.told(1);
    assert.deepEqual(at.outcomes, ['delivered']);
    assert.equal(at.posts.length, 1);
  });

  scene('what fails here stays in the queue and is tried again', async (at) => {
    let isBroken = true;
    at.answers = () => {
      if (isBroken) throw new Error('a fault of ours');
      return ok;
    };
    at.start();
    await at.put('m1', 'a');
    await at.settle();
    assert.equal(at.queue.counts().waitingDeliveries, 1);
    isBroken = false;
    await at.pass(6_000);
    await at.told(1);
    assert.deepEqual(at.outcomes, ['delivered']);
  });
});

describe('nobody holds up anybody', () => {
  scene('hundreds of subscribers that never answer, and one that does', async (at) => {
    at.answers = (lane) => (lane.startsWith('dead') ? new Promise(() => {}) : ok);
    at.start();
    const dead = Array.from({ length: 300 }, (_, index) => `dead-${index}`);
    // Once they have failed, they are known.
    at.answers = (lane) => (lane.startsWith('dead') ? down : ok);
    await at.put('m0', ...dead);
    await at.told(300);
    at.answers = (lane) => (lane.startsWith('dead') ? new Promise(() => {}) : ok);
    at.posts.length = 0;
    await at.put('m1', ...dead);
    await at.until(() => at.posts.length >= failingDeliveriesMax, 'posts to the dead');
    await at.settle();
    assert.equal(at.posts.length, failingDeliveriesMax, 'their places are taken');
    await at.put('m2', 'alive');
    await at.until(() => at.times('alive').length === 1, 'the one that answers');
  });

  scene('a slow subscriber gets so many at once and no more', async (at) => {
    at.start();
    await at.put('first', 'slow');
    await at.put('more', 'slow');
    await at.told(2);
    at.answers = () => new Promise(() => {});
    at.posts.length = 0;
    for (let i = 0; i < laneDeliveriesMax + 3; i++) await at.put(`m${i}`, 'slow');
    await at.until(() => at.posts.length >= 1, 'posts');
    await at.settle();
    await at.settle();
    assert.equal(at.posts.length, laneDeliveriesMax);
  });

  scene('maxReceivesPerSecond spreads them', async (at) => {
    at.policy = { maxReceivesPerSecond: 2 };
    await at.put('m0', 'a');
    at.start();
    await at.told(1);
    for (let i = 1; i <= 4; i++) await at.put(`m${i}`, 'a');
    await at.pass(3_000, 100);
    await at.told(5);
    const times = at.times('a');
    assert.equal(times.length, 5);
    for (let i = 1; i < 5; i++) assert.ok(times[i]! - times[i - 1]! >= 0.499, String(times));
  });
});
