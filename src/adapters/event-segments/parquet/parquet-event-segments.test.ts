// SPDX-License-Identifier: Apache-2.0
// Oracles: the contract of the port; for merging, DuckDB's reading of the files that are left.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { linesOf, testEventSegmentsContract } from '../../../ports/contract/event-segments-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { mergeFilesMin } from './segment-limits.js';
import { eventIdsIn } from './testing/read-parquet.js';

testEventSegmentsContract('Parquet files', {
  open: (folder) => new ParquetEventSegments(folder, silentLog),
  eventIds: eventIdsIn,
});

const stream = 'history/111122223333';

test('many small files become one in the background, and nothing is lost or doubled by it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-segments-'));
  const segments = new ParquetEventSegments(folder, silentLog);
  try {
    const ids = Array.from({ length: mergeFilesMin * 2 }, () => randomUUID());
    for (const [index, id] of ids.entries())
      await segments.commit('reader', String(index), [
        { stream, kind: 'cloudtrail', lines: linesOf([{ id }]) },
      ]);
    while ((segments.streams()[0]?.files ?? 0) >= mergeFilesMin)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const snapshot = segments.snapshot(stream);
    assert.deepEqual((await eventIdsIn(snapshot)).sort(), ids.sort());
    snapshot.release();
    assert.deepEqual(await segments.verify(), []);
  } finally {
    await segments.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});

test('what a crash left behind is removed at the next start, and its number is not given again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-segments-'));
  try {
    const left = join(folder, 'streams', 'history', '111122223333');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, '00000041.parquet'), 'half a file');
    mkdirSync(join(folder, 'scratch', 'write'), { recursive: true });
    writeFileSync(join(folder, 'scratch', 'write', 'rows'), 'rows');
    const segments = new ParquetEventSegments(folder, silentLog);
    assert.deepEqual(readdirSync(left), []);
    assert.ok(!existsSync(join(folder, 'scratch', 'write', 'rows')));
    await segments.commit('reader', '1', [
      { stream, kind: 'cloudtrail', lines: linesOf([{ id: randomUUID() }]) },
    ]);
    assert.deepEqual(readdirSync(left), ['00000042.parquet']);
    await segments.close();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
