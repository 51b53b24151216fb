// SPDX-License-Identifier: Apache-2.0
// Oracle: what the killed process printed (only after its commit resolved), and the cursor, which counts what was committed.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../../ports/operator-log.js';
import { seeded, seedOfRun } from '../../../testing/random.js';
import { runAndKill } from '../../../testing/run-and-kill.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { eventIdsIn } from './testing/read-parquet.js';

const rounds = 5;
const child = fileURLToPath(new URL('./kill-child.js', import.meta.url));
/** When the kills fall. */
const random = seeded(seedOfRun());

test(`kill -9 while files are written and merged, ${rounds} rounds: records and cursor are those of whole commits`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-kill-'));
  const acknowledged: string[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const loadMs = Math.floor(random() * 400);
      const printed = await runAndKill(child, [folder], { loadMs, linesMin: 1 });
      acknowledged.push(...printed.flatMap((line) => line.split(' ').filter(Boolean)));
      const where = `round ${round}, killed after ${loadMs} ms`;
      const segments = new ParquetEventSegments(folder, silentLog);
      const snapshot = segments.snapshot('history/111122223333');
      const ids = await eventIdsIn(snapshot);
      snapshot.release();
      const there = new Set(ids);
      assert.equal(there.size, ids.length, `an event is there twice; ${where}`);
      assert.deepEqual(
        acknowledged.filter((id) => !there.has(id)),
        [],
        where,
      );
      assert.equal(segments.cursor('reader'), String(ids.length), where);
      assert.deepEqual(await segments.verify(), [], where);
      await segments.close();
    }
  } finally {
    // The writer of a process that was killed ends a moment after it.
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
});
