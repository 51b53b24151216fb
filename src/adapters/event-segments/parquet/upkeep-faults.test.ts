// SPDX-License-Identifier: Apache-2.0
// Oracle: which of the committed events happened, or entered, since the times that were said; of a file that was damaged here nothing is
// asked, but that it is told and keeps nobody from the others.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { linesOf, segmentTimeMs } from '../../../ports/contract/event-segments-contract.js';
import type { SegmentAppend } from '../../../ports/event-segments.js';
import { type OperatorLog, silentLog } from '../../../ports/operator-log.js';
import { until } from '../../../testing/until.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { mergeFilesMin } from './segment-limits.js';
import { eventIdsIn } from './testing/read-parquet.js';

const stream = 'event-data-store/one';
const dayMs = 86_400_000;
const oldMs = segmentTimeMs - 30 * dayMs;
const sinceMs = segmentTimeMs - 10 * dayMs;

let folder: string;
let segments: ParquetEventSegments;
let told: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-upkeep-'));
  told = [];
  const log: OperatorLog = { ...silentLog, error: (...said: unknown[]) => void told.push(said) };
  segments = new ParquetEventSegments(folder, log);
});
afterEach(async () => {
  await segments.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function commit(
  name: string,
  enteredMs = segmentTimeMs,
  more: Partial<SegmentAppend> = {},
): Promise<void> {
  const lines = linesOf([
    { id: `${name} old`, happenedMs: oldMs, enteredMs },
    { id: `${name} new`, enteredMs },
  ]);
  await segments.commit('reader', name, [{ stream, kind: 'cloudtrail', lines, ...more }]);
}

const files = () => readdirSync(join(folder, 'streams', stream)).sort();

/** @returns its name */
function damage(place: number): string {
  const name = files()[place] as string;
  writeFileSync(join(folder, 'streams', stream, name), 'no Parquet');
  return name;
}

/** The eventIDs of all files but one. */
async function idsBut(damaged: string): Promise<string[]> {
  const { files: all, release } = segments.snapshot(stream);
  try {
    return (await eventIdsIn({ files: all.filter(({ path }) => !path.endsWith(damaged)), release })).sort();
  } finally {
    release();
  }
}

function assertTold(name: string): void {
  assert.equal(told.length, 1);
  assert.ok(JSON.stringify(told).includes(name), JSON.stringify(told));
}

test('retention goes on where a file that it has yet to rewrite is dropped meanwhile', async () => {
  await commit('first');
  await commit('early', segmentTimeMs - dayMs);
  await commit('last');
  const retention = segments.dropHappenedBefore(stream, sinceMs);
  await segments.dropEnteredBefore(stream, segmentTimeMs);
  await retention;
  assert.deepEqual(await idsBut('none'), ['first new', 'last new']);
  assert.deepEqual(await segments.verify(), []);
});

describe('a damaged file', () => {
  test('does not keep others from being dropped in time', async () => {
    for (const name of ['a', 'b', 'c']) await commit(name);
    const damaged = damage(0);
    await segments.dropHappenedBefore(stream, sinceMs);
    assert.deepEqual(await idsBut(damaged), ['b new', 'c new']);
    assertTold(damaged);
    await segments.dropHappenedBefore(stream, sinceMs);
    assertTold(damaged);
  });

  test('does not keep others from being merged', async () => {
    await commit('a');
    const damaged = damage(0);
    for (let n = 1; n < mergeFilesMin + 2; n++) await commit(String(n));
    await until(() => (segments.streams()[0]?.files ?? 0) < mergeFilesMin);
    assert.equal((await idsBut(damaged)).length, 2 * (mergeFilesMin + 1));
    assertTold(damaged);
  });

  test('lets an import in that is tried again', async () => {
    await commit('a');
    await commit('b');
    const damaged = damage(0);
    const imported = { leaveOutKnown: true };
    await assert.rejects(commit('b', segmentTimeMs, imported));
    await commit('b', segmentTimeMs, imported);
    await commit('c', segmentTimeMs, imported);
    assert.deepEqual(await idsBut(damaged), ['b new', 'b old', 'c new', 'c old']);
    assertTold(damaged);
  });
});
