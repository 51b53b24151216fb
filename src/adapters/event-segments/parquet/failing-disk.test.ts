// SPDX-License-Identifier: Apache-2.0
// Oracle: the events of the commits that resolved, and what a start over a copy of the folder at that moment finds: every file that its
// books name, whole.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs, { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { linesOf, segmentTimeMs } from '../../../ports/contract/event-segments-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { eventIdsIn } from './testing/read-parquet.js';

const stream = 'history/111122223333';
const dayMs = 86_400_000;

let folder: string;
let segments: ParquetEventSegments;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-failing-'));
  segments = new ParquetEventSegments(join(folder, 'segments'), silentLog);
});
afterEach(async () => {
  repair();
  await segments.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** From here on syncing a file of this process fails, though it was written. Folders are synced, and what other processes write. */
function breakSync(times = Number.POSITIVE_INFINITY): void {
  const { fsync, fsyncSync } = fs;
  let left = times;
  const fails = (file: number): boolean => fs.fstatSync(file).isFile() && left-- > 0;
  mock.method(fs, 'fsyncSync', (file: number) => {
    if (fails(file)) throw new Error('EIO: sync');
    fsyncSync(file);
  });
  mock.method(fs, 'fsync', (file: number, done: (error: Error | null) => void) => {
    if (fails(file)) done(new Error('EIO: sync'));
    else fsync(file, done);
  });
  syncBuiltinESMExports();
}

/** From here on no file gets shorter. */
function breakTruncation(): void {
  mock.method(fs, 'ftruncateSync', () => {
    throw new Error('EIO: truncate');
  });
  syncBuiltinESMExports();
}

function repair(): void {
  mock.restoreAll();
  syncBuiltinESMExports();
}

function commit(cursor: string, id: string, happenedMs = segmentTimeMs): Promise<unknown> {
  const lines = linesOf([{ id: randomUUID() }, { id, happenedMs }]);
  return segments.commit('reader', cursor, [{ stream, kind: 'cloudtrail', lines }]);
}

const files = () => readdirSync(join(folder, 'segments', 'streams', stream)).sort();

/** What a start would find if the process had ended here. */
async function afterCrash(): Promise<{ readonly cursor: string | undefined; readonly rows: number }> {
  const copy = join(folder, `crashed-${randomUUID()}`);
  cpSync(join(folder, 'segments'), copy, { recursive: true });
  const crashed = new ParquetEventSegments(copy, silentLog);
  try {
    assert.deepEqual(await crashed.verify(), []);
    return { cursor: crashed.cursor('reader'), rows: crashed.streams()[0]?.rows ?? 0 };
  } finally {
    await crashed.close();
  }
}

async function idsNow(): Promise<string[]> {
  const snapshot = segments.snapshot(stream);
  try {
    return await eventIdsIn(snapshot);
  } finally {
    snapshot.release();
  }
}

describe('where the books cannot be written', () => {
  test('a commit that was taken back leaves no file, and is tried again', async () => {
    await commit('1', 'one');
    const before = files();
    // The change is written and not synced; that it was taken back is.
    breakSync(1);
    await assert.rejects(commit('2', 'two'), /EIO: sync/);
    assert.deepEqual(files(), before);
    assert.deepEqual(await afterCrash(), { cursor: '1', rows: 2 });
    repair();
    await commit('2', 'two');
    assert.equal((await idsNow()).length, 4);
    assert.deepEqual(await afterCrash(), { cursor: '2', rows: 4 });
  });

  test('a commit that could not be taken back keeps its file: a start may find it in the books', async () => {
    await commit('1', 'one');
    breakSync();
    breakTruncation();
    await assert.rejects(commit('2', 'two'), /EIO: sync/);
    repair();
    assert.deepEqual(await afterCrash(), { cursor: '2', rows: 4 });
    assert.equal(segments.cursor('reader'), '1', 'for this process it was not committed');
    await commit('2', 'two');
    const ids = await idsNow();
    assert.equal(ids.length, 4);
    assert.deepEqual(await afterCrash(), { cursor: '2', rows: 4 });
  });

  test('nothing is written behind a change that could not be taken back', async () => {
    await commit('1', 'one');
    breakSync();
    breakTruncation();
    await assert.rejects(commit('2', 'two'), /EIO: sync/);
    await assert.rejects(commit('2', 'two'), /EIO: truncate/);
    assert.equal((await idsNow()).length, 2);
  });

  test('a file without what is too old is not kept, and the one that it was made of is', async () => {
    await commit('1', 'old', segmentTimeMs - 30 * dayMs);
    const before = files();
    breakSync();
    const sinceMs = segmentTimeMs - 10 * dayMs;
    await assert.rejects(segments.dropHappenedBefore(stream, sinceMs), /EIO: sync/);
    repair();
    assert.ok(files().includes(before[0] as string));
    assert.deepEqual((await idsNow()).includes('old'), true);
    await segments.dropHappenedBefore(stream, sinceMs);
    assert.equal((await idsNow()).length, 1);
    assert.deepEqual(await afterCrash(), { cursor: '1', rows: 1 });
  });
});
