// SPDX-License-Identifier: Apache-2.0
// Oracle: the disk. What a running log answers from memory must be what the same log answers after it was opened anew; and
// for the tail by itself, the list of what was added.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../../ports/clock.js';
import type {
  CallEntry,
  EventLog,
  LogEntry,
  LoggedRecord,
  RecordBundle,
  StoredEntry,
} from '../../../ports/event-log.js';
import { START } from '../../../ports/event-log.js';
import { seedOfRun } from '../../../testing/random.js';
import { encodeEntry } from './entry-codec.js';
import { toSequence } from './log-position.js';
import { LogTail } from './log-tail.js';
import { openLmdbStores } from './open-lmdb-stores.js';

const seed = seedOfRun();

function oneRecord(json: string): LoggedRecord {
  return { accountId: '111122223333', region: 'us-east-1', category: 'Data', json };
}

function call(json: string, more: Partial<CallEntry> = {}): CallEntry {
  return { kind: 'call', records: [oneRecord(json)], changes: [], ...more };
}

/** Many records in one place, as events of applications come. */
function manyOf(json: string): LoggedRecord[] {
  const forEventDataStores = ['a-store', 'another'];
  return Array.from({ length: 20 }, (_, at) => ({
    ...oneRecord(at % 3 === 0 ? json : '{}'),
    forEventDataStores,
  }));
}

function bundleOf(...texts: readonly string[]): RecordBundle {
  return {
    accountId: '111122223333',
    region: 'us-east-1',
    category: 'ActivityAuditLog',
    forEventDataStores: ['a-store'],
    texts: Buffer.from(texts.join('')),
    textBytes: Uint32Array.from(texts, (text) => Buffer.byteLength(text)),
  };
}

const imported: LogEntry = {
  kind: 'import',
  accountId: '111122223333',
  source: 'a file',
  eventCount: 1,
  gzip: false,
  bytes: Buffer.from('{"Records":[{}]}'),
};

test('from memory as from the disk: any text, facts, changes, imports in between, any limits', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-tail-'));
  const options = { clock: new ManualClock(1_000) };
  const entries: LogEntry[] = [
    call('{"a":1}'),
    call('{"é":"\ud83d\ude00"}', {
      changes: [
        { key: 'a', value: { list: [1, { x: undefined, y: 'ü' }] }, expected: null },
        { key: 'b', value: null },
      ],
    }),
    call('{"lone":"\ud800"}'),
    imported,
    call('{}', {
      records: [
        { ...oneRecord('{"b":2}'), factsKind: 'é \ud800', factsOwn: '"%20"', forTrail: 't' },
        oneRecord('{"b":3}'),
      ],
    }),
    call('{}', { records: [], changes: [{ key: 'a', value: 2 }] }),
    call('{}', { records: manyOf('{"c":1}') }),
    call('{"e":1}', { bundle: bundleOf('{"é":"\ud83d\ude00"}', '{}'), changes: [{ key: 'd', value: 1 }] }),
    { kind: 'call', records: [], changes: [], bundle: bundleOf('{"f":1}') },
    call('{}', { records: manyOf('{"ü":"\ud83d"}'), changes: [{ key: 'c', value: 1 }] }),
    call('{}', { records: manyOf('"\ude00"').map((each, at) => ({ ...each, forTrail: `t${at % 2}` })) }),
    call('{}', { records: manyOf('{"d":1}').map((each) => ({ ...each, factsKind: 'k', factsOwn: 'o' })) }),
  ];
  let stores = await openLmdbStores(dir, options);
  try {
    for (const entry of entries) await stores.eventLog.append(entry);
    const fromMemory = await readAll(stores.eventLog, 10);
    assert.equal(fromMemory.length, entries.length);
    for (const atOnce of [1, 2, 3]) assert.deepEqual(await readAll(stores.eventLog, atOnce), fromMemory);
    await stores.close();
    stores = await openLmdbStores(dir, options);
    for (const atOnce of [1, 2, 10]) assert.deepEqual(await readAll(stores.eventLog, atOnce), fromMemory);
  } finally {
    await stores.close();
    rmSync(dir, { recursive: true });
  }
});

async function readAll(eventLog: EventLog, entriesMax: number): Promise<StoredEntry[]> {
  const all: StoredEntry[] = [];
  for (;;) {
    const batch = await eventLog.read(all.at(-1)?.position ?? START, { entriesMax });
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}

test('what the caller does with an entry later changes nothing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-tail-'));
  const stores = await openLmdbStores(dir, { clock: new ManualClock(1_000) });
  try {
    const record = oneRecord('{"a":1}');
    const value = { name: 'before' };
    const entry = { kind: 'call' as const, records: [record], changes: [{ key: 'k', value }] };
    await stores.eventLog.append(entry);
    Object.assign(record, { json: '{"a":2}' });
    value.name = 'after';
    entry.records.length = 0;
    const [stored] = await stores.eventLog.read(START);
    assert.deepEqual(stored?.entry, call('{"a":1}', { changes: [{ key: 'k', value: { name: 'before' } }] }));
  } finally {
    await stores.close();
    rmSync(dir, { recursive: true });
  }
});

test(`never a hole, never more than its bytes (seed ${seed})`, () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.nat({ max: 300 }), { minLength: 0, maxLength: 5 }) },
    { weight: 1, arbitrary: fc.record({ dropUpTo: fc.nat({ max: 100 }) }) },
  );
  let answered = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat({ max: 5_000 }), (steps, bytesMax) => {
      const tail = new LogTail(bytesMax);
      const sizes: number[] = [];
      for (const each of steps) {
        if (!Array.isArray(each)) {
          tail.dropUpTo(Math.min(each.dropUpTo, sizes.length));
        } else {
          // Some of them are imports.
          const entries = each.map((size) => {
            if (size % 7 === 0) return encodeEntry(imported);
            return encodeEntry(
              call('x'.repeat(size), size % 5 === 0 ? { records: manyOf('x'.repeat(size)) } : {}),
            );
          });
          tail.add(sizes.length + 1, 1, entries);
          sizes.push(...entries.map(({ bytes, records }) => (records === undefined ? -1 : bytes)));
        }
        for (let after = 0; after <= sizes.length; after++) {
          const read = tail.read(after, 3, 1_000);
          if (read === undefined) continue;
          answered += 1;
          assert.ok(read.length >= 1 && read.length <= 3);
          assert.deepEqual(
            read.map(({ position }) => toSequence(position)),
            read.map((_, i) => after + 1 + i),
          );
          for (const [i, { entry }] of read.entries())
            assert.equal(encodeEntry(entry).bytes, sizes[after + i], 'the entry of this number');
        }
        const kept = sizes.filter((size, i) => size >= 0 && tail.read(i, 1, 1) !== undefined);
        assert.ok(kept.reduce((sum, size) => sum + size, 0) <= bytesMax);
      }
    }),
    { numRuns: 500, seed },
  );
  assert.ok(answered > 1_000, String(answered));
});
