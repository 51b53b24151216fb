// SPDX-License-Identifier: Apache-2.0
// Oracles: the contract of the port; for merging, DuckDB's reading of the files that are left.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { linesOf, testEventSegmentsContract } from '../../../ports/contract/event-segments-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { until } from '../../../testing/until.js';
import { Books } from './books.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { mergeFilesMin } from './segment-limits.js';
import { SegmentPaths } from './segment-paths.js';
import { eventIdsIn, runSql, tableOf } from './testing/read-parquet.js';

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
    await until(() => (segments.streams()[0]?.files ?? 0) < mergeFilesMin);
    assert.ok((segments.streams()[0]?.files ?? 0) < mergeFilesMin);
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
    assert.match(readdirSync(left).join(), /^00000042-[0-9a-f]{8}\.parquet$/);
    await segments.close();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});

test('what one opening writes has names of its own: a writer that outlives its server meets nothing of the next one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-segments-'));
  try {
    const openings: string[] = [];
    for (const cursor of ['1', '2']) {
      const segments = new ParquetEventSegments(folder, silentLog);
      await segments.commit('reader', cursor, [
        { stream, kind: 'cloudtrail', lines: linesOf([{ id: randomUUID() }]) },
      ]);
      const [scratch, ...others] = readdirSync(join(folder, 'scratch'));
      assert.deepEqual(others, [], 'the scratch of the one before is gone');
      openings.push(scratch?.split('-')[0] as string);
      await segments.close();
    }
    assert.notEqual(openings[0], openings[1]);
    assert.deepEqual(
      readdirSync(join(folder, 'streams', 'history', '111122223333')).sort(),
      openings.map((opening, index) => `0000000${index + 1}-${opening}.parquet`),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});

/** Makes a closed folder's only file what the first release made of it. */
async function makeOlder(folder: string): Promise<void> {
  const paths = new SegmentPaths(folder);
  const books = new Books(paths.books);
  const file = books.stream(stream)?.files[0];
  assert.ok(file?.layout !== undefined);
  const { layout: _, ...older } = file;
  const path = paths.file(stream, file.name);
  await runSql(
    `COPY (SELECT * EXCLUDE (oddtime, resources_count, resources_first_arn, requestparameters_bucketname) FROM read_parquet('${path}')) TO '${path}.old' (FORMAT parquet)`,
  );
  renameSync(`${path}.old`, path);
  const bytes = readFileSync(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await books.write({
    remove: [{ stream, name: file.name }],
    add: [{ stream, kind: 'cloudtrail', file: { ...older, bytes: bytes.length, sha256 } }],
  });
  books.close();
}

test('a file of an earlier release is told, and made anew in the background, also where nothing is added', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-segments-'));
  try {
    const ids = [randomUUID(), randomUUID()];
    const append = (id: string) => ({ stream, kind: 'cloudtrail' as const, lines: linesOf([{ id }]) });
    const before = new ParquetEventSegments(folder, silentLog);
    await before.commit('reader', '1', [append(ids[0] as string)]);
    await before.close();
    await makeOlder(folder);
    const segments = new ParquetEventSegments(folder, silentLog);
    const older = segments.snapshot(stream);
    assert.deepEqual(
      older.files.map(({ isOlder }) => isOlder),
      [true],
    );
    const snapshots = [segments.snapshot(stream)];
    const last = () => snapshots.at(-1)!;
    await until(() => {
      last().release();
      return snapshots.push(segments.snapshot(stream)) > 0 && last().files.every(({ isOlder }) => !isOlder);
    });
    last().release();
    await segments.commit('reader', '2', [append(ids[1] as string)]);
    const snapshot = segments.snapshot(stream);
    assert.ok(snapshot.files.every(({ isOlder }) => !isOlder));
    assert.ok(older.files.every(({ path }) => existsSync(path)));
    older.release();
    assert.deepEqual((await eventIdsIn(snapshot)).sort(), ids.sort());
    const rows = await runSql(`SELECT oddtime, resources_count FROM ${tableOf(snapshot)}`);
    assert.equal(rows.length, 2);
    snapshot.release();
    assert.deepEqual(await segments.verify(), []);
    await segments.close();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
