// SPDX-License-Identifier: Apache-2.0
// Oracle: a plain list of events, filtered and sorted as the port's text says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import type { LookupQuery } from '../event-store.js';
import {
  accountId,
  allPages,
  baseTimeMs,
  call,
  EventStoreUnderTest,
  idsOf,
  importOfRecords,
  type OpenEventStore,
  type RecordFacts,
} from './event-store-under-test.js';

const users = ['alice', 'bob', 'Bob', 'ünï'];
const names = ['GetObject', 'PutObject', 'getObject'];
const regions = ['eu-central-1', 'us-east-1'];
const categories = ['Management', 'Data'] as const;

const facts: fc.Arbitrary<RecordFacts> = fc.record({
  id: fc.integer({ min: 1, max: 60 }).map((number) => `event-${number}`),
  name: fc.constantFrom(...names),
  user: fc.constantFrom(...users),
  region: fc.constantFrom(...regions),
  category: fc.constantFrom(...categories),
  readOnly: fc.boolean(),
  second: fc.integer({ min: 0, max: 9 }),
});

interface Batch {
  readonly records: readonly RecordFacts[];
  readonly isImport: boolean;
}

const batches: fc.Arbitrary<Batch[]> = fc.array(
  fc.record({ records: fc.array(facts, { maxLength: 12 }), isImport: fc.boolean() }),
  { maxLength: 8 },
);

const queries: fc.Arbitrary<LookupQuery> = fc
  .record({
    region: fc.option(fc.constantFrom(...regions), { nil: undefined }),
    category: fc.constantFrom(...categories),
    user: fc.option(fc.constantFrom(...users), { nil: undefined }),
    name: fc.option(fc.constantFrom(...names), { nil: undefined }),
    readOnly: fc.option(fc.constantFrom('true', 'False'), { nil: undefined }),
    start: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    end: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ region, category, user, name, readOnly, start, end, limit }) => ({
    accountId,
    category,
    limit,
    attributes: [
      ...(user === undefined ? [] : [{ key: 'Username' as const, value: user }]),
      ...(name === undefined ? [] : [{ key: 'EventName' as const, value: name }]),
      ...(readOnly === undefined ? [] : [{ key: 'ReadOnly' as const, value: readOnly }]),
    ],
    ...(region !== undefined && { region }),
    ...(start !== undefined && { startTimeMs: baseTimeMs + start * 1000 }),
    ...(end !== undefined && { endTimeMs: baseTimeMs + end * 1000 }),
  }));

/** The history as the port describes it: the first of each (Region, event ID), in order of arrival. */
function historyOf(given: readonly Batch[]): RecordFacts[] {
  const first = new Map<string, RecordFacts>();
  for (const { records } of given) {
    for (const record of records) {
      const key = `${record.region} ${record.id}`;
      if (!first.has(key)) first.set(key, record);
    }
  }
  return [...first.values()];
}

function answer(history: readonly RecordFacts[], asked: LookupQuery): string[] {
  const value = (key: string): string | undefined =>
    asked.attributes.find((attribute) => attribute.key === key)?.value;
  return history
    .map((record, arrival) => ({ record, arrival, timeMs: baseTimeMs + record.second! * 1000 }))
    .filter(({ record, timeMs }) => {
      if (record.category !== asked.category || (asked.region ?? record.region) !== record.region)
        return false;
      if (
        (value('Username') ?? record.user) !== record.user ||
        (value('EventName') ?? record.name) !== record.name
      )
        return false;
      if ((value('ReadOnly')?.toLowerCase() ?? String(record.readOnly)) !== String(record.readOnly))
        return false;
      return timeMs >= (asked.startTimeMs ?? 0) && timeMs <= (asked.endTimeMs ?? Number.POSITIVE_INFINITY);
    })
    .sort((a, b) => b.timeMs - a.timeMs || b.arrival - a.arrival)
    .map(({ record }) => record.id!);
}

export function testRandomHistories(open: OpenEventStore): void {
  const seed = seedOfRun();
  test(`answers are those of a plain list (seed ${seed})`, () =>
    EventStoreUnderTest.with(open, async (at) => {
      let run = 0;
      await fc.assert(
        fc.asyncProperty(batches, fc.array(queries, { minLength: 1, maxLength: 6 }), async (given, asked) => {
          // Opening a store costs more than a run: each run has an account of its own instead.
          const ownAccountId = String(++run).padStart(12, '0');
          const owned = given.map(({ records, isImport }) => ({
            isImport,
            records: records.map((record) => ({ ...record, accountId: ownAccountId })),
          }));
          const countBefore = await at.store.count();
          const entries = owned.map(({ records, isImport }) =>
            isImport ? importOfRecords(records, { accountId: ownAccountId }) : call(...records),
          );
          const half = entries.length >> 1;
          await at.ingest(...entries.slice(0, half));
          await at.ingest(...entries.slice(half));
          const history = historyOf(owned);
          assert.equal(await at.store.count(), countBefore + history.length);
          for (const one of asked) {
            const pages = await allPages(at.store, { ...one, accountId: ownAccountId });
            assert.deepEqual(idsOf(pages), answer(history, one));
          }
        }),
        { numRuns: 40, seed },
      );
    }));
}
