// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations of `StateChange` and of `append` at the head of ports/event-log.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StaleRevisionError } from '../event-log.js';
import type { Revision } from '../state-store.js';
import { call, eventIds, type OpenStores, readAll, withStores } from './stores-under-test.js';

export function testCompareAndSet(open: OpenStores): void {
  test('a stale revision rejects with the key and writes neither record nor any change', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('a', [{ key: 'k', value: 1 }]));
      const stale = stateStore.get('k')?.revision as Revision;
      await eventLog.append(call('b', [{ key: 'k', value: 2, expected: stale }]));
      const refused = eventLog.append(
        call('c', [
          { key: 'other', value: 1 },
          { key: 'k', value: 3, expected: stale },
        ]),
      );
      await assert.rejects(refused, (error) => error instanceof StaleRevisionError && error.key === 'k');
      assert.equal(stateStore.get('k')?.value, 2);
      assert.equal(stateStore.get('other'), undefined);
      assert.deepEqual(eventIds(await readAll(eventLog)), ['a', 'b']);
    }));

  test('null means: there must be nothing', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('a', [{ key: 'k', value: 1, expected: null }]));
      await assert.rejects(
        eventLog.append(call('b', [{ key: 'k', value: 2, expected: null }])),
        StaleRevisionError,
      );
      await eventLog.append(call('c', [{ key: 'k', value: null }]));
      await eventLog.append(call('d', [{ key: 'k', value: 3, expected: null }]));
      assert.equal(stateStore.get('k')?.value, 3);
    }));

  test('a revision does not hold once the key was removed, nor after it came back with the same value', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('a', [{ key: 'k', value: 1 }]));
      const expected = stateStore.get('k')?.revision as Revision;
      await eventLog.append(call('b', [{ key: 'k', value: null, expected }]));
      await assert.rejects(
        eventLog.append(call('c', [{ key: 'k', value: 1, expected }])),
        StaleRevisionError,
      );
      await eventLog.append(call('d', [{ key: 'k', value: 1 }]));
      await assert.rejects(
        eventLog.append(call('e', [{ key: 'k', value: 1, expected }])),
        StaleRevisionError,
      );
    }));

  test('of 50 racing appends with one revision exactly one wins; their neighbours all go in', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      await eventLog.append(call('first', [{ key: 'k', value: 'first' }]));
      const expected = stateStore.get('k')?.revision as Revision;
      const racers = Array.from({ length: 50 }, (_, i) =>
        eventLog.append(call(`race-${i}`, [{ key: 'k', value: i, expected }])),
      );
      const others = Array.from({ length: 50 }, (_, i) =>
        eventLog.append(call(`other-${i}`, [{ key: `o/${i}`, value: i }])),
      );
      const outcomes = await Promise.allSettled(racers);
      await Promise.all(others);
      const winners = outcomes.flatMap((outcome, i) => (outcome.status === 'fulfilled' ? [i] : []));
      assert.equal(winners.length, 1);
      assert.equal(stateStore.get('k')?.value, winners[0]);
      const losses = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
      assert.ok(losses.every(({ reason }) => reason instanceof StaleRevisionError));
      const ids = eventIds(await readAll(eventLog));
      assert.equal(ids.length, 1 + 1 + 50);
      assert.ok(ids.includes(`race-${winners[0]}`));
    }));

  test('a change later in the same group sees the earlier one', () =>
    withStores(open, async ({ eventLog, stateStore }) => {
      const outcomes = await Promise.allSettled([
        eventLog.append(call('a', [{ key: 'k', value: 1, expected: null }])),
        eventLog.append(call('b', [{ key: 'k', value: 2, expected: null }])),
        eventLog.append(call('c', [{ key: 'k', value: null }])),
        eventLog.append(call('d', [{ key: 'k', value: 4, expected: null }])),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
      );
      assert.equal(stateStore.get('k')?.value, 4);
    }));
}
