// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "DeleteEventDataStore": a store is deleted after a wait period of seven days.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queriesOfStorePrefix } from '../../event-data-stores/lake-query.js';
import { ManualClock } from '../../ports/clock.js';
import type { EventLog, LogEntry } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import { removeGoneStores } from './start-store-removal.js';
import { nowMs, storeDocument, storeKey } from './testing/lake-jobs.js';

/** State that is changed by what is appended; an append that finds another revision is refused. */
function stateOf(documents: ReadonlyMap<string, unknown>) {
  const values = new Map(documents);
  const stateStore = {
    list: (prefix: string, { limit }: { limit?: number } = {}) =>
      [...values]
        .filter(([key]) => key.startsWith(prefix))
        .slice(0, limit)
        .map(([key, value]) => ({ key, value, revision: JSON.stringify(value) })),
  } as unknown as Pick<StateStore, 'list'>;
  const eventLog = {
    append: (entry: LogEntry) => {
      assert.ok(entry.kind === 'call' && entry.records.length === 0);
      for (const { key, value, expected } of entry.changes) {
        assert.equal(expected, JSON.stringify(values.get(key)));
        assert.equal(value, null);
        values.delete(key);
      }
      return Promise.resolve('' as never);
    },
  } as unknown as Pick<EventLog, 'append'>;
  return { values, stateStore, eventLog };
}

test('a store goes when its time has come, with the list of its queries, and no other', async () => {
  const doomed = storeDocument({ status: 'PENDING_DELETION', deleteAtMs: nowMs });
  const kept = storeDocument({ id: 'kept', status: 'PENDING_DELETION', deleteAtMs: nowMs + 1 });
  const queries = Array.from({ length: 1_200 }, (_, at) => `${queriesOfStorePrefix(doomed)}${at}`);
  const { values, ...deps } = stateOf(
    new Map<string, unknown>([
      [storeKey, doomed],
      [`${storeKey}-kept`, kept],
      ...queries.map((key) => [key, {}] as const),
      [`${queriesOfStorePrefix(kept)}1`, {}],
    ]),
  );
  const clock = new ManualClock(nowMs);
  await removeGoneStores({ ...deps, clock, log: silentLog });
  assert.deepEqual([...values.keys()], [`${storeKey}-kept`, `${queriesOfStorePrefix(kept)}1`]);
  clock.advance(1);
  await removeGoneStores({ ...deps, clock, log: silentLog });
  assert.deepEqual([...values.keys()], []);
});

test('a failure is told to the operator, and the next run goes on', async () => {
  const { values, stateStore } = stateOf(new Map([[storeKey, storeDocument({ deleteAtMs: 1 })]]));
  const told: string[] = [];
  const log = { ...silentLog, error: (_: object, message: string) => told.push(message) };
  const eventLog = { append: () => Promise.reject(new Error('the disk is full')) };
  await removeGoneStores({ stateStore, eventLog, clock: new ManualClock(nowMs), log });
  assert.equal(told.length, 1);
  assert.equal(values.size, 1);
});
