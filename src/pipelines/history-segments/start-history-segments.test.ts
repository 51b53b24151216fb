// SPDX-License-Identifier: Apache-2.0
// Oracle: the list of events that the scripted history holds; every scan and every commit may fail once.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../ports/clock.js';
import type { Position } from '../../ports/event-log.js';
import type { ScannedEvents } from '../../ports/event-store.js';
import { silentLog } from '../../ports/operator-log.js';
import { MemorySegments } from '../event-data-stores/testing/memory-segments.js';
import { waitingEventsMax } from './limits.js';
import { linesByAccount } from './lines-by-account.js';
import {
  type HistorySegments,
  type HistorySegmentsOptions,
  historyStream,
  startHistorySegments,
} from './start-history-segments.js';

const [one, two] = ['111122223333', '444455556666'] as const;
const clock = new ManualClock(Date.UTC(2026, 10, 21));
const historyMs = 90 * 86_400_000;

interface HistoryEvent {
  readonly id: string;
  readonly account: string;
}

/** A history that gives a few events a scan. */
class ScriptedHistory {
  readonly events: HistoryEvent[] = [];
  scanEventsMax = 3;
  scans = 0;
  readonly afters: string[] = [];
  failAt: number | undefined;

  add(...events: HistoryEvent[]): void {
    this.events.push(...events);
  }

  count(): Promise<number> {
    return Promise.resolve(this.events.length);
  }

  scan(after: string, limits: { readonly eventsMax: number }): Promise<ScannedEvents> {
    if (this.scans++ === this.failAt) return Promise.reject(new Error('the history cannot be read'));
    this.afters.push(after);
    const start = after === '' ? 0 : Number(after);
    const found = this.events.slice(start, start + Math.min(this.scanEventsMax, limits.eventsMax));
    const lines = found.map(
      ({ id, account }, n) =>
        `{"place":"${start + n + 1}","account":"${account}","region":"r","category":"Management","entered":1,"record":{"eventID":"${id}","account":"000000000000"}}\n`,
    );
    return Promise.resolve({
      lines: Buffer.from(lines.join('')),
      count: found.length,
      accounts: [...new Set(found.map(({ account }) => account))],
      next: String(start + found.length),
    });
  }
}

let history: ScriptedHistory;
let segments: MemorySegments;
let running: HistorySegments | undefined;

beforeEach(() => {
  history = new ScriptedHistory();
  segments = new MemorySegments();
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

function options(): HistorySegmentsOptions {
  return {
    eventLog: { head: () => '1' as Position, subscribe: () => () => {} },
    indexer: { caughtUpTo: () => Promise.resolve() },
    eventStore: history,
    segments,
    clock,
    historyMs,
    log: silentLog,
    idleCores: () => 0,
  };
}

/** While events come, nothing is done unasked. */
const justAppended: HistorySegmentsOptions['eventLog'] = {
  head: () => '1' as Position,
  subscribe: (listener) => {
    listener();
    return () => {};
  },
};

function start(): HistorySegments {
  running = startHistorySegments(options());
  return running;
}

function ids(account: string): readonly string[] {
  return segments.ids(historyStream(account));
}

describe('segments of the history', () => {
  test('a query finds everything that was there when it asked, each account its own', async () => {
    history.scanEventsMax = 50_000;
    history.add({ id: 'a', account: one }, { id: 'b', account: two }, { id: 'c', account: one });
    await start().caughtUp();
    assert.deepEqual([ids(one), ids(two)], [['a', 'c'], ['b']]);
    history.add({ id: 'd', account: two });
    const seen: number[] = [];
    await running?.caughtUp(undefined, (events) => seen.push(events));
    assert.deepEqual([ids(one), ids(two), seen], [['a', 'c'], ['b', 'd'], [1]]);
    assert.equal(running?.behindEvents(), 0);
  });

  test('those who ask before a batch begins share it', async () => {
    history.scanEventsMax = 50_000;
    history.add({ id: 'a', account: one });
    await Promise.all([start().caughtUp(), running!.caughtUp(), running!.caughtUp()]);
    assert.deepEqual([ids(one), history.afters], [['a'], ['']]);
  });

  test('what came while the last batch was read ahead is found too', async () => {
    history.scanEventsMax = 50_000;
    for (let n = 0; n < 50_000; n++) history.add({ id: String(n), account: one });
    running = startHistorySegments({ ...options(), eventLog: justAppended });
    await running.caughtUp();
    // What was read ahead is the end, and nothing was there.
    history.add({ id: 'late', account: one });
    await running.caughtUp();
    assert.equal(ids(one).at(-1), 'late');
  });

  test('an empty history is caught up with at once', async () => {
    await start().caughtUp();
    assert.deepEqual(segments.streams(), []);
  });

  test('whatever fails once, every event comes exactly once', async () => {
    const events = Array.from({ length: 5 }, (_, n) => ({ id: String(n), account: n % 2 === 0 ? one : two }));
    for (const failing of ['scan', 'before', 'after'] as const) {
      history = new ScriptedHistory();
      history.scanEventsMax = 50_000;
      segments = new MemorySegments();
      history.add(...events);
      if (failing === 'scan') history.failAt = 0;
      else segments.faultAt = [0, failing];
      const first = start();
      await assert.rejects(first.caughtUp());
      await first.stop();
      await start().caughtUp();
      await running?.stop();
      assert.deepEqual(
        [ids(one), ids(two)],
        [
          ['0', '2', '4'],
          ['1', '3'],
        ],
        failing,
      );
    }
  });

  test('a query that is over waits no longer', async () => {
    history.add({ id: 'a', account: one });
    const reason = new Error('cancelled');
    await assert.rejects(start().caughtUp(AbortSignal.abort(reason)), reason);
    const controller = new AbortController();
    const waiting = assert.rejects(running!.caughtUp(controller.signal), reason);
    controller.abort(reason);
    await waiting;
    await running?.caughtUp();
    assert.deepEqual(ids(one), ['a']);
  });

  test('while events pour in it follows where processors have nothing to do, else it waits', async () => {
    for (const idle of [0, 2]) {
      history = new ScriptedHistory();
      history.scanEventsMax = 50_000;
      history.add(...Array.from({ length: waitingEventsMax }, (_, n) => ({ id: String(n), account: one })));
      const asked: number[] = [];
      running = startHistorySegments({
        ...options(),
        eventLog: justAppended,
        idleCores: () => asked.push(idle) && idle,
      });
      while (asked.length === 0) await turn();
      for (let turns = 0; turns < 20; turns++) await turn();
      assert.equal(history.scans > 0, idle > 0);
      await running.stop();
    }
  });

  test('the next batch is read while one is written', async () => {
    history.scanEventsMax = 50_000;
    const events = Array.from({ length: 120_000 }, (_, n) => ({ id: String(n), account: one }));
    for (const event of events) history.add(event);
    await start().caughtUp();
    assert.deepEqual(
      ids(one),
      events.map(({ id }) => id),
    );
    assert.deepEqual(
      history.afters.filter((after) => Number(after) < events.length),
      ['', '50000', '100000'],
      'each batch is read once',
    );
  });

  test('what left the look-up window is dropped', async () => {
    history.add({ id: 'a', account: one });
    await start().caughtUp();
    await running?.stop();
    segments.drops.length = 0;
    start();
    await running?.stop();
    assert.deepEqual(segments.drops, [`${historyStream(one)} entered before ${clock.now() - historyMs}`]);
  });
});

describe('lines by account', () => {
  test('go to the account of the event, whatever its record says', async () => {
    history.add({ id: 'a', account: one }, { id: 'b', account: two });
    const found = linesByAccount(await history.scan('', { eventsMax: 9 }));
    assert.deepEqual(
      Array.from(found, ([account, { bytes, count }]) => [
        account,
        count,
        Buffer.from(bytes).toString().trim().split('\n').length,
      ]),
      [
        [one, 1, 1],
        [two, 1, 1],
      ],
    );
  });
});
