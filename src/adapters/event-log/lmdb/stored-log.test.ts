// SPDX-License-Identifier: Apache-2.0
// Oracle: the tables of the log themselves, read and damaged here behind the adapter's back.
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '../../../ports/clock.js';
import { call, eventIds, readAll, testTimeMs } from '../../../ports/contract/stores-under-test.js';
import {
  type ImportEntry,
  type LogEntry,
  LogFullError,
  type Position,
  START,
} from '../../../ports/event-log.js';
import { silentLog } from '../../../ports/operator-log.js';
import { DamagedStoreError } from '../../lmdb/damaged-store.js';
import { decodeBatchKey } from './batch-key.js';
import { DamagedBatchError } from './batch-value.js';
import { LogFormatError } from './log-format.js';
import { queueLimits } from './log-limits.js';
import { type LogTables, openLogTables } from './log-tables.js';
import { openLmdbStores } from './open-lmdb-stores.js';

const { queueBytesMax, queueJobsMax } = queueLimits;
const clock = new ManualClock(testTimeMs);

async function withDir(check: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-stored-'));
  try {
    await check(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function appendAll(dir: string, entries: readonly LogEntry[]): Promise<void> {
  const { eventLog, close } = await openLmdbStores(dir, { clock });
  for (const entry of entries) await eventLog.append(entry);
  await close();
}

async function changeTables(dir: string, change: (tables: LogTables) => void): Promise<void> {
  const tables = openLogTables(dir, silentLog);
  tables.env.transactionSync(() => change(tables));
  await tables.env.close();
}

/** Flips one byte in the last (or another) value of a table. */
function damage(table: LogTables['batches'], fromEnd = 0): void {
  const key = Array.from(table.getKeys({})).at(-1 - fromEnd) as Buffer;
  const value = Buffer.from(table.getBinary(key) as Buffer);
  const at = value.length - 1;
  value.writeUInt8(value.readUInt8(at) ^ 1, at);
  table.putSync(key, value);
}

test('appends that wait together become one value', () =>
  withDir(async (dir) => {
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    await Promise.all(Array.from({ length: 64 }, (_, i) => eventLog.append(call(`${i}`, [], 1_000))));
    await close();
    await changeTables(dir, ({ batches }) => {
      const keys = Array.from(batches.getKeys({}), decodeBatchKey);
      assert.equal(keys.length, 1);
      assert.equal(keys[0]?.count, 64);
      const valueBytes = Array.from(batches.getRange({}), ({ value }) => value.length).reduce(
        (a, b) => a + b,
        0,
      );
      assert.ok(
        valueBytes < (keys[0]?.bytes as number) / 2,
        `${valueBytes} bytes stored for ${keys[0]?.bytes}`,
      );
    });
  }));

test('import bytes are stored as they are, not compressed a second time', () =>
  withDir(async (dir) => {
    const bytes = Buffer.alloc(700_000, 'compressible');
    await appendAll(dir, [{ kind: 'import', accountId: '1', source: 's', eventCount: 1, gzip: true, bytes }]);
    await changeTables(dir, ({ chunks }) => {
      const stored = Buffer.concat(Array.from(chunks.getRange({}), ({ value }) => value));
      assert.ok(stored.equals(bytes));
    });
  }));

for (const [what, format] of [
  ['a newer', '3'],
  ['an unknown', 'something else'],
] as const) {
  test(`${what} stored format is refused by name, and the log stays as it is`, () =>
    withDir(async (dir) => {
      await appendAll(dir, [call('a')]);
      await changeTables(dir, ({ meta }) => meta.putSync(Buffer.from('format'), Buffer.from(format)));
      await assert.rejects(openLmdbStores(dir, { clock }), (error) => {
        return (
          error instanceof LogFormatError &&
          error.message.includes(format) &&
          error.message.includes('reads format 2')
        );
      });
      await changeTables(dir, ({ meta }) => meta.putSync(Buffer.from('format'), Buffer.from('2')));
      const { eventLog, close } = await openLmdbStores(dir, { clock });
      assert.deepEqual(eventIds(await readAll(eventLog)), ['a']);
      await close();
    }));
}

test('a log of format 1 is read, and from then on refused by those who read no other', () =>
  withDir(async (dir) => {
    await appendAll(dir, [call('a')]);
    const key = Buffer.from('format');
    await changeTables(dir, ({ meta }) => meta.putSync(key, Buffer.from('1')));
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    assert.deepEqual(eventIds(await readAll(eventLog)), ['a']);
    await close();
    await changeTables(dir, ({ meta }) => assert.equal(meta.getBinary(key)?.toString(), '2'));
  }));

test('a log without a format, but with contents, is refused', () =>
  withDir(async (dir) => {
    await appendAll(dir, [call('a')]);
    await changeTables(dir, ({ meta }) => meta.removeSync(Buffer.from('format')));
    await assert.rejects(openLmdbStores(dir, { clock }), LogFormatError);
  }));

test('a damaged tail is cut and named; state stays; numbers are not used again', () =>
  withDir(async (dir) => {
    await appendAll(dir, [
      call('a', [{ key: 'k', value: 1 }]),
      call('b'),
      call('c', [{ key: 'k', value: 3 }]),
      call('d'),
    ]);
    await changeTables(dir, ({ batches }) => {
      damage(batches, 0);
      damage(batches, 1);
    });
    const errors: { facts: object; message: string }[] = [];
    const log = {
      info() {},
      warn() {},
      error: (facts: object, message: string) => errors.push({ facts, message }),
    };
    const { eventLog, stateStore, close } = await openLmdbStores(dir, { clock, log });
    assert.deepEqual(eventIds(await readAll(eventLog)), ['a', 'b']);
    assert.equal(stateStore.get('k')?.value, 3);
    assert.deepEqual(
      errors.map(({ facts }) => ({ ...facts, reason: '' })),
      [4, 3].map((n) => ({
        first: `${n}`.padStart(14, '0'),
        last: `${n}`.padStart(14, '0'),
        entries: 1,
        reason: '',
      })),
    );
    assert.match(errors[0]?.message ?? '', /damaged and has been cut/);
    const next = await eventLog.append(call('e', [{ key: 'k', value: 4 }]));
    assert.equal(next, '00000000000005');
    assert.deepEqual(eventIds(await readAll(eventLog)), ['a', 'b', 'e']);
    await close();
  }));

test('a damaged import at the tail is cut with its bytes', () =>
  withDir(async (dir) => {
    const bytes = Buffer.alloc(700_000, 'x');
    await appendAll(dir, [
      call('a'),
      { kind: 'import', accountId: '1', source: 's', eventCount: 1, gzip: true, bytes },
    ]);
    await changeTables(dir, ({ chunks }) => damage(chunks, 1));
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    assert.deepEqual(eventIds(await readAll(eventLog)), ['a']);
    await close();
    await changeTables(dir, ({ chunks }) => assert.equal(chunks.getKeysCount({}), 0));
  }));

test('a file that lost its end: what is gone is cut and named, the rest is there, and the log goes on', () =>
  withDir(async (dir) => {
    await appendAll(
      dir,
      Array.from({ length: 60 }, (_, i) => call(`${i}`, [{ key: `k${i}`, value: i }], 30_000)),
    );
    const file = join(dir, 'data.mdb');
    await truncate(file, Math.floor(((await stat(file)).size * 0.95) / 4_096) * 4_096);
    const messages: string[] = [];
    const say = (_: object, message: string) => messages.push(message);
    const { eventLog, stateStore, close } = await openLmdbStores(dir, {
      clock,
      log: { info: say, warn: say, error: say },
    });
    const ids = eventIds(await readAll(eventLog));
    assert.ok(ids.length > 30 && ids.length < 60, `${ids.length} entries`);
    assert.deepEqual(
      ids,
      Array.from({ length: ids.length }, (_, i) => `${i}`),
    );
    assert.equal(stateStore.list('k').length, 60);
    assert.match(messages[0] ?? '', /shorter than its header says/);
    assert.equal(messages.filter((message) => message.includes('has been cut')).length, 60 - ids.length);
    await eventLog.append(call('next'));
    assert.deepEqual(eventIds(await readAll(eventLog)), [...ids, 'next']);
    await close();
  }));

for (const [what, spoil] of [
  ['cut behind its head', (file: string) => truncate(file, 8_192)],
  ['cut within its head', (file: string) => truncate(file, 5_000)],
  ['no LMDB file', (file: string) => writeFile(file, Buffer.alloc(100_000, 'x'))],
] as const) {
  test(`a file that is ${what} is refused by name`, () =>
    withDir(async (dir) => {
      await appendAll(
        dir,
        Array.from({ length: 60 }, (_, i) => call(`${i}`, [{ key: `k${i}`, value: i }], 30_000)),
      );
      await spoil(join(dir, 'data.mdb'));
      await assert.rejects(openLmdbStores(dir, { clock }), (error) => {
        return error instanceof DamagedStoreError && error.message.includes(dir);
      });
    }));
}

test('damage before the tail is never skipped: reading it rejects and names the entries', () =>
  withDir(async (dir) => {
    await appendAll(dir, [call('a'), call('b'), call('c')]);
    await changeTables(dir, ({ batches }) => damage(batches, 1));
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    await assert.rejects(eventLog.read(START), (error) => {
      return error instanceof DamagedBatchError && error.message.includes('00000000000002');
    });
    assert.deepEqual(eventIds(await eventLog.read(START, { entriesMax: 1 })), ['a']);
    assert.deepEqual(eventIds(await eventLog.read('00000000000002' as Position)), ['c']);
    await close();
  }));

test('the file stops growing over cycles of appending and trimming', () =>
  withDir(async (dir) => {
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    const sizes: number[] = [];
    for (let cycle = 0; cycle < 30; cycle++) {
      const importBytes = Buffer.alloc(200_000 + ((cycle * 77_777) % 300_000), cycle);
      const entry: ImportEntry = {
        kind: 'import',
        accountId: '1',
        source: 's',
        eventCount: 1,
        gzip: true,
        bytes: importBytes,
      };
      await Promise.all([
        eventLog.append(entry),
        ...Array.from({ length: 100 }, (_, i) => eventLog.append(call(`${i}`, [], 3_000))),
      ]);
      await eventLog.saveCheckpoint('r', { position: eventLog.head(), state: null });
      await eventLog.trim();
      sizes.push((await stat(join(dir, 'data.mdb'))).size);
    }
    await close();
    assert.equal(sizes.at(-1), sizes[14], `file sizes ${sizes.join(' ')}`);
  }));

test('a long trim goes in steps: appends go on between them', () =>
  withDir(async (dir) => {
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    for (let i = 0; i < 30; i++)
      await Promise.all(Array.from({ length: 20 }, () => eventLog.append(call('x', [], 40_000))));
    await eventLog.saveCheckpoint('r', { position: eventLog.head(), state: null });
    const trimmed = eventLog.trim();
    await eventLog.append(call('meanwhile'));
    assert.deepEqual(eventIds(await eventLog.read(eventLog.head())), []);
    assert.ok((await eventLog.read(START)).length > 1, 'the trim was one single step');
    assert.equal(await trimmed, 600);
    assert.deepEqual(eventIds(await readAll(eventLog)), ['meanwhile']);
    await close();
  }));

test('the queue is bounded by jobs: the append beyond it is throttled, the others go in', () =>
  withDir(async (dir) => {
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    const outcomes = await Promise.allSettled(
      Array.from({ length: queueJobsMax + 5 }, () => eventLog.append(call('x'))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.equal(refused.length, 5);
    assert.ok(refused.every(({ reason }) => reason instanceof LogFullError));
    await eventLog.saveCheckpoint('r', { position: eventLog.head(), state: null });
    assert.equal(await eventLog.trim(), queueJobsMax);
    await close();
  }));

test('the queue is bounded by bytes', () =>
  withDir(async (dir) => {
    const { eventLog, close } = await openLmdbStores(dir, { clock });
    const bytes = Buffer.alloc(queueBytesMax / 4 - 1_000);
    const entry: ImportEntry = {
      kind: 'import',
      accountId: '1',
      source: 's',
      eventCount: 1,
      gzip: true,
      bytes,
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => eventLog.append(entry)));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    await close();
  }));
