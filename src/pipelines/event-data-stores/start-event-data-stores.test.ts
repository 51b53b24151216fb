// SPDX-License-Identifier: Apache-2.0
// Oracle: the list of records that were appended, and the count of commits.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import {
  type EventDataStoreDocument,
  eventDataStoreKey,
  eventDataStoreStream,
} from '../../event-data-stores/event-data-store.js';
import { ManualClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import { MemoryStores } from '../aggregate-events/testing/memory-stores.js';
import { type EventDataStores, startEventDataStores } from './start-event-data-stores.js';
import { MemorySegments } from './testing/memory-segments.js';

const owner = '111122223333';
const id = 'a';

const document: EventDataStoreDocument = {
  id,
  name: id,
  accountId: owner,
  region: 'us-east-1',
  status: 'ENABLED',
  isMultiRegion: true,
  selectors: [{ fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }] }],
  retentionDays: 30,
  billingMode: 'EXTENDABLE_RETENTION_PRICING',
  isTerminationProtected: false,
  tags: {},
  createdAtMs: 0,
  updatedAtMs: 0,
};

let stores: MemoryStores;
let segments: MemorySegments;
let running: EventDataStores | undefined;

beforeEach(() => {
  stores = new MemoryStores();
  segments = new MemorySegments();
  const key = eventDataStoreKey(owner, 'us-east-1', id);
  stores.append({ kind: 'call', records: [], changes: [{ key, value: document }] });
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

function append(...eventIDs: readonly string[]): void {
  const records = eventIDs.map((eventID) => ({
    accountId: owner,
    region: 'us-east-1',
    category: 'Management' as const,
    json: JSON.stringify({ eventID, eventSource: 'iam.amazonaws.com', eventName: 'CreateUser' }),
  }));
  stores.append({ kind: 'call', records, changes: [] });
}

type Rest = NonNullable<Parameters<typeof startEventDataStores>[0]['rest']>;

async function start(rest?: Rest): Promise<EventDataStores> {
  running = await startEventDataStores({
    eventLog: stores.eventLog,
    segments,
    clock: new ManualClock(Date.UTC(2026, 10, 21)),
    log: silentLog,
    stateStore: { get: () => undefined, watch: () => () => {} },
    ...(rest && { rest }),
  });
  return running;
}

function ids(): readonly string[] {
  return segments.ids(eventDataStoreStream(id));
}

test('who asks finds everything that was recorded before', async () => {
  append('one');
  await (await start()).caughtUp();
  assert.deepEqual(ids(), ['one']);
  append('two', 'three');
  await running?.caughtUp();
  assert.deepEqual(ids(), ['one', 'two', 'three']);
  assert.equal(running?.waitingRecords(), 0);
});

test('a batch that rests is for all who ask meanwhile', async () => {
  const noted: number[] = [];
  let second: Promise<void> | undefined;
  const rest: Rest = {
    leftMs: () => {
      if (second !== undefined) return 0;
      append('two');
      second = running?.caughtUp();
      return 5;
    },
    note: ({ events, isFull }) => noted.push(isFull ? Number.NaN : events),
  };
  append('one');
  await (await start(rest)).caughtUp();
  await second;
  assert.deepEqual([ids(), segments.operations, noted], [['one', 'two'], 1, [2]]);
});

test('one that has nothing to write does not rest, nor is it a batch', async () => {
  let asked = 0;
  const never: Rest = { leftMs: () => ++asked && Number.POSITIVE_INFINITY, note: () => assert.fail() };
  await (await start(never)).caughtUp();
  assert.deepEqual([ids(), segments.operations], [[], 0]);
  assert.ok(asked <= 1);
});

test('an end does not wait for a rest', async () => {
  const long: Rest = { leftMs: () => 3_600_000, note: () => {} };
  append('one');
  const waiting = assert.rejects((await start(long)).caughtUp(), /stopped/);
  await new Promise((resolve) => setImmediate(resolve));
  await running?.stop();
  await waiting;
  assert.deepEqual(ids(), [], 'the log keeps it for the next start');
  await (await start()).caughtUp();
  assert.deepEqual(ids(), ['one']);
});
