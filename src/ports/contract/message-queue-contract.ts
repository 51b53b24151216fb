// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations at the head of ports/message-queue.ts.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Clock, ManualClock } from '../clock.js';
import { type MessageQueue, MessageQueueFullError, type NewMessage } from '../message-queue.js';

/** Limits that every adapter's factory for this suite sets, small enough to meet. */
export interface SmallLimits {
  readonly bytesMax: number;
  readonly deliveriesMax: number;
  readonly laneBytesMax: number;
  readonly laneDeliveriesMax: number;
  readonly deadLettersMax: number;
  readonly deadBytesMax: number;
}

export type OpenMessageQueue = (
  place: string,
  options: { readonly clock: Clock; readonly limits: SmallLimits },
) => Promise<MessageQueue>;

const limits: SmallLimits = {
  bytesMax: 1_000,
  deliveriesMax: 20,
  laneBytesMax: 600,
  laneDeliveriesMax: 5,
  deadLettersMax: 4,
  deadBytesMax: 800,
};

interface Opened {
  readonly queue: MessageQueue;
  readonly clock: ManualClock;
  reopen(): Promise<void>;
}

async function withQueue(open: OpenMessageQueue, check: (at: Opened) => Promise<void>): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'cairn-messages-'));
  const clock = new ManualClock(1_000_000);
  let queue = await open(place, { clock, limits });
  const at = {
    get queue() {
      return queue;
    },
    clock,
    async reopen() {
      await queue.close();
      queue = await open(place, { clock, limits });
    },
  };
  try {
    await check(at);
  } finally {
    await queue.close();
    await rm(place, { recursive: true, force: true });
  }
}

function message(id: string, lanes: readonly string[], bytes = 10): NewMessage {
  return { id, lanes, body: Buffer.alloc(bytes, id) };
}

function idsOf(queue: MessageQueue, lane: string, nowMs = Number.MAX_SAFE_INTEGER): string[] {
  return queue.due(lane, nowMs, 100).map(({ messageId }) => messageId);
}

/** Registers the contract of MessageQueue for one adapter. */
export function testMessageQueueContract(name: string, open: OpenMessageQueue): void {
  const check: Check = (title, body) => {
    test(title, () => withQueue(open, body));
  };

  describe(`MessageQueue contract: ${name}`, () => {
    describe('put and settle', () => testPutAndSettle(check));
    describe('limits', () => testLimits(check));
    describe('dead letters', () => testDeadLetters(check));
  });
}

type Check = (title: string, body: (at: Opened) => Promise<void>) => void;

function testPutAndSettle(check: Check): void {
  check('every lane gets the message, in the order of the puts, also after reopening', async (at) => {
    await at.queue.put([message('m1', ['a', 'b']), message('m2', ['a'])]);
    await at.reopen();
    assert.deepEqual(idsOf(at.queue, 'a'), ['m1', 'm2']);
    assert.deepEqual(idsOf(at.queue, 'b'), ['m1']);
    assert.deepEqual([...at.queue.lanes().keys()].sort(), ['a', 'b']);
    const [delivery] = at.queue.due('b', at.clock.now(), 1);
    assert.deepEqual(Buffer.from(at.queue.body(delivery!)!), Buffer.alloc(10, 'm1'));
    assert.deepEqual([delivery!.attempts, delivery!.putAtMs, delivery!.dueAtMs], [0, 1_000_000, 1_000_000]);
  });

  check('a lane that is the beginning of another keeps to itself', async ({ queue }) => {
    await queue.put([message('short', ['a:b']), message('long', ['a:b:c', 'a'])]);
    assert.deepEqual(idsOf(queue, 'a:b'), ['short']);
    assert.deepEqual(idsOf(queue, 'a'), ['long']);
  });

  check('what is settled does not come again, for no lane but its own', async (at) => {
    await at.queue.put([message('m1', ['a', 'b'])]);
    const [delivery] = at.queue.due('a', at.clock.now(), 1);
    await at.queue.settle(delivery!, { kind: 'delivered' });
    await at.queue.settle(delivery!, { kind: 'delivered' });
    await at.reopen();
    assert.deepEqual(idsOf(at.queue, 'a'), []);
    assert.equal(at.queue.body(delivery!), undefined);
    assert.deepEqual(idsOf(at.queue, 'b'), ['m1']);
    assert.deepEqual(at.queue.counts(), { waitingDeliveries: 1, bytes: 10, deadLetters: 0 });
    const [other] = at.queue.due('b', at.clock.now(), 1);
    await at.queue.settle(other!, { kind: 'void' });
    assert.deepEqual(at.queue.counts(), { waitingDeliveries: 0, bytes: 0, deadLetters: 0 });
    assert.equal(at.queue.lanes().size, 0);
  });

  check('a retry is due when it was said, with its attempts counted', async (at) => {
    await at.queue.put([message('m1', ['a']), message('m2', ['a'])]);
    const [first] = at.queue.due('a', at.clock.now(), 1);
    await at.queue.settle(first!, { kind: 'retry', dueAtMs: 1_020_000 });
    await at.reopen();
    assert.deepEqual(idsOf(at.queue, 'a', 1_019_999), ['m2']);
    assert.deepEqual(idsOf(at.queue, 'a', 1_020_000), ['m2', 'm1']);
    assert.equal(at.queue.nextDueMs('a'), 1_000_000);
    const [, again] = at.queue.due('a', 1_020_000, 2);
    assert.deepEqual([again!.attempts, again!.putAtMs], [1, 1_000_000]);
    assert.deepEqual(Buffer.from(at.queue.body(again!)!), Buffer.alloc(10, 'm1'));
  });

  check('subscribers hear of puts, with their lanes, until they stop', async ({ queue }) => {
    const heard: string[] = [];
    const stop = queue.subscribe((lanes) => heard.push(...lanes));
    await queue.put([message('m1', ['a', 'b'])]);
    assert.deepEqual(heard.sort(), ['a', 'b']);
    stop();
    await queue.put([message('m2', ['c'])]);
    assert.equal(heard.length, 2);
  });

  check('names that are none are refused', async ({ queue }) => {
    for (const lane of ['', 'a\0b', 'x'.repeat(513)])
      await assert.rejects(queue.put([message('m', [lane])]), TypeError);
    await queue.put([message('nobody waits', [])]);
    assert.equal(queue.counts().bytes, 0);
  });
}

function testLimits(check: Check): void {
  check('a full queue refuses a put as a whole and takes more once something is settled', async (at) => {
    await at.queue.put([message('m1', ['a'], 500), message('m2', ['b'], 400)]);
    const tooMuch = at.queue.put([message('m3', ['c'], 50), message('m4', ['d'], 60)]);
    await assert.rejects(tooMuch, MessageQueueFullError);
    assert.deepEqual([...at.queue.lanes().keys()].sort(), ['a', 'b']);
    const [delivery] = at.queue.due('a', at.clock.now(), 1);
    await at.queue.settle(delivery!, { kind: 'delivered' });
    await at.queue.put([message('m3', ['c'], 50), message('m4', ['d'], 60)]);
    assert.deepEqual(at.queue.counts(), { waitingDeliveries: 3, bytes: 510, deadLetters: 0 });
  });

  check('so many deliveries and no more', async ({ queue }) => {
    const lanes = Array.from({ length: 20 }, (_, at) => `lane-${at}`);
    await queue.put([message('m', lanes)]);
    await assert.rejects(queue.put([message('n', ['a'])]), MessageQueueFullError);
  });

  check('a lane with its share gets dead letters; its neighbours get the message', async (at) => {
    for (let i = 0; i < 5; i++) await at.queue.put([message(`m${i}`, ['full'])]);
    await at.queue.put([message('more', ['full', 'other'])]);
    assert.equal(idsOf(at.queue, 'full').length, 5);
    assert.deepEqual(idsOf(at.queue, 'other'), ['more']);
    await at.reopen();
    const [letter] = at.queue.deadLetters({ limit: 10 });
    assert.deepEqual([letter!.lane, letter!.messageId], ['full', 'more']);
    assert.match(letter!.reason, /too many/);
  });

  check('a lane has a share of the bytes; one message always fits', async ({ queue }) => {
    await queue.put([message('large', ['a'], 700)]);
    await queue.put([message('small', ['a'], 1)]);
    assert.deepEqual(idsOf(queue, 'a'), ['large']);
    assert.equal(queue.counts().deadLetters, 1);
  });
}

function testDeadLetters(check: Check): void {
  check('what is given up is kept with its reason, message and times', async (at) => {
    await at.queue.put([message('m1', ['a', 'b'])]);
    const [delivery] = at.queue.due('a', at.clock.now(), 1);
    at.clock.advance(5_000);
    await at.queue.settle(delivery!, { kind: 'dead', reason: 'HTTP 404' });
    await at.reopen();
    assert.deepEqual(idsOf(at.queue, 'a'), []);
    assert.deepEqual(idsOf(at.queue, 'b'), ['m1']);
    const [letter] = at.queue.deadLetters({ limit: 10 });
    assert.deepEqual(
      { ...letter, body: Buffer.from(letter!.body) },
      {
        lane: 'a',
        messageId: 'm1',
        attempts: 1,
        putAtMs: 1_000_000,
        deadAtMs: 1_005_000,
        reason: 'HTTP 404',
        body: Buffer.alloc(10, 'm1'),
      },
    );
    assert.deepEqual(at.queue.deadLetters({ limit: 10, lane: 'b' }), []);
  });

  check('the oldest go first when there are too many, by number and by bytes', async (at) => {
    const kill = async (id: string, bytes: number) => {
      await at.queue.put([message(id, ['a'], bytes)]);
      const [delivery] = at.queue.due('a', at.clock.now(), 1);
      await at.queue.settle(delivery!, { kind: 'dead', reason: 'gone' });
    };
    const left = () => at.queue.deadLetters({ limit: 10 }).map(({ messageId }) => messageId);
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']) await kill(id, 10);
    assert.deepEqual(left(), ['m6', 'm5', 'm4', 'm3']);
    await kill('m7', 790);
    assert.deepEqual(left(), ['m7', 'm6']);
    assert.deepEqual(at.queue.counts(), { waitingDeliveries: 0, bytes: 800, deadLetters: 2 });
    await at.reopen();
    assert.deepEqual(at.queue.counts(), { waitingDeliveries: 0, bytes: 800, deadLetters: 2 });
  });
}
