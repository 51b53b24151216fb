// SPDX-License-Identifier: Apache-2.0
// Oracle: the obligations of `checkpoint`, `trim`, `close` and of a full log in ports/event-log.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ImportEntry, type LogEntry, LogFullError, type Position, START } from '../event-log.js';
import { noise } from './object-store-under-test.js';
import { call, eventIds, importEntry, type OpenStores, readAll, withStores } from './stores-under-test.js';

export function testCheckpointsAndTrim(open: OpenStores): void {
  test('a checkpoint is kept with its document, replaced, forgotten, and survives reopening', () =>
    withStores(open, async (at) => {
      const position = await at.eventLog.append(call('a'));
      assert.equal(await at.eventLog.checkpoint('indexer'), undefined);
      await at.eventLog.saveCheckpoint('indexer', { position: START, state: null });
      await at.eventLog.saveCheckpoint('indexer', { position, state: { open: ['ü', 1] } });
      await at.eventLog.saveCheckpoint('delivery', { position, state: 'x'.repeat(300_000) });
      await at.reopen();
      assert.deepEqual(await at.eventLog.checkpoint('indexer'), { position, state: { open: ['ü', 1] } });
      assert.deepEqual((await at.eventLog.checkpoint('delivery'))?.state, 'x'.repeat(300_000));
      await at.eventLog.saveCheckpoint('indexer', null);
      await at.reopen();
      assert.equal(await at.eventLog.checkpoint('indexer'), undefined);
    }));

  test('a checkpoint beyond the end of the log is refused', () =>
    withStores(open, async (at) => {
      await at.eventLog.append(call('a'));
      const position = await at.eventLog.append(call('b'));
      const other = await withSecondLog(open, position);
      assert.equal(other, 'RangeError');
    }));

  test('nothing is trimmed while no reader ever saved a checkpoint', () =>
    withStores(open, async ({ eventLog }) => {
      await eventLog.append(call('a'));
      assert.equal(await eventLog.trim(), 0);
      assert.deepEqual(eventIds(await readAll(eventLog)), ['a']);
    }));

  test('trim keeps what the slowest reader has not passed', () =>
    withStores(open, async (at) => {
      const positions: Position[] = [];
      for (let i = 0; i < 20; i++)
        positions.push(await at.eventLog.append(call(`id-${i}`, [{ key: 'k', value: i }])));
      await at.eventLog.saveCheckpoint('fast', { position: positions[19] as Position, state: null });
      await at.eventLog.saveCheckpoint('slow', { position: positions[11] as Position, state: null });
      const trimmed = await at.eventLog.trim();
      assert.ok(trimmed <= 12);
      const rest = eventIds(await readAll(at.eventLog, positions[11]));
      assert.deepEqual(rest, ['id-12', 'id-13', 'id-14', 'id-15', 'id-16', 'id-17', 'id-18', 'id-19']);
      assert.equal((await readAll(at.eventLog)).length, 20 - trimmed);
      await at.eventLog.saveCheckpoint('slow', null);
      assert.equal(trimmed + (await at.eventLog.trim()), 20);
      assert.deepEqual(await readAll(at.eventLog), []);
      assert.equal(at.stateStore.get('k')?.value, 19);
    }));

  test('positions go on after everything was trimmed, also after reopening', () =>
    withStores(open, async (at) => {
      const before = await at.eventLog.append(call('a', [{ key: 'k', value: 1 }]));
      const revision = at.stateStore.get('k')?.revision;
      await at.eventLog.saveCheckpoint('r', { position: before, state: null });
      assert.equal(await at.eventLog.trim(), 1);
      await at.reopen();
      assert.equal(at.eventLog.head(), before);
      const after = await at.eventLog.append(call('b', [{ key: 'k', value: 1 }]));
      assert.ok(after > before);
      assert.notEqual(at.stateStore.get('k')?.revision, revision);
      assert.deepEqual(eventIds(await at.eventLog.read(before)), ['b']);
    }));

  test('imports are trimmed with their bytes', () =>
    withStores(open, async (at) => {
      await at.eventLog.append(importEntry('a', noise(600_000)));
      const position = await at.eventLog.append(importEntry('b', noise(600_000)));
      await at.eventLog.saveCheckpoint('r', { position, state: null });
      assert.equal(await at.eventLog.trim(), 2);
      await at.eventLog.append(importEntry('c', noise(10)));
      await at.reopen();
      const all = await readAll(at.eventLog);
      assert.deepEqual(
        all.map(({ entry }) => (entry as ImportEntry).source),
        ['c'],
      );
    }));
}

/** How a log that is one entry long answers a checkpoint at a position beyond its end. */
async function withSecondLog(open: OpenStores, position: Position): Promise<string> {
  let name = 'accepted';
  await withStores(open, async ({ eventLog }) => {
    await eventLog.append(call('only'));
    await eventLog.saveCheckpoint('r', { position, state: null }).catch((error: Error) => {
      name = error.name;
    });
  });
  return name;
}

export function testLimitsAndClose(open: OpenStores): void {
  test('a full log refuses, keeps what it has, and takes entries again once readers moved on', () =>
    withStores(
      open,
      async ({ eventLog, stateStore }) => {
        const full = await fill(eventLog.append.bind(eventLog));
        assert.ok(full.error instanceof LogFullError, String(full.error));
        const ids = eventIds(await readAll(eventLog));
        assert.deepEqual(ids, full.appended);
        assert.equal(stateStore.get('last')?.value, full.appended.at(-1));
        await eventLog.saveCheckpoint('r', { position: eventLog.head(), state: null });
        await eventLog.trim();
        await eventLog.append(call('again'));
        assert.deepEqual(eventIds(await readAll(eventLog)), ['again']);
      },
      200_000,
    ));

  test('many appends at once do not pass the byte limit', () =>
    withStores(
      open,
      async ({ eventLog }) => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 300 }, (_, i) => eventLog.append(call(`${i}`, [], 10_000))),
        );
        const taken = outcomes.filter(({ status }) => status === 'fulfilled').length;
        assert.ok(taken > 0 && taken * 10_000 <= 200_000, `${taken} entries of 10,000 bytes`);
        assert.equal((await readAll(eventLog)).length, taken);
      },
      200_000,
    ));

  test('close waits for appends under way; after it appends reject', () =>
    withStores(open, async (at) => {
      const { eventLog } = at;
      const appended = Promise.all(Array.from({ length: 20 }, (_, i) => eventLog.append(call(String(i)))));
      await Promise.all([appended, eventLog.close()]);
      await assert.rejects(eventLog.append(call('late')));
      await at.reopen();
      assert.equal((await readAll(at.eventLog)).length, 20);
    }));
}

async function fill(
  append: (entry: LogEntry) => Promise<Position>,
): Promise<{ appended: string[]; error: unknown }> {
  const appended: string[] = [];
  for (let i = 0; i < 1_000; i++) {
    try {
      await append(call(`id-${i}`, [{ key: 'last', value: `id-${i}` }], 10_000));
      appended.push(`id-${i}`);
    } catch (error) {
      return { appended, error };
    }
  }
  return { appended, error: undefined };
}
