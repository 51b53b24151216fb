// SPDX-License-Identifier: Apache-2.0
// Oracle: what the killed process printed (only after its commit resolved), and the cursor, which counts what was committed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../../ports/operator-log.js';
import { ParquetEventSegments } from './parquet-event-segments.js';
import { eventIdsIn } from './testing/read-parquet.js';

const rounds = 5;
const child = fileURLToPath(new URL('./kill-child.js', import.meta.url));

/** Lets the child work for `loadMs` after its first commit, kills it, and gives the ids that it acknowledged. */
function runAndKill(folder: string, loadMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const victim = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    victim.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (out === '') setTimeout(() => victim.kill('SIGKILL'), loadMs);
      out += text;
    });
    victim.on('error', reject).on('close', (code, signal) => {
      if (signal !== 'SIGKILL') reject(new Error(`the child ended by itself with ${code}`));
      // A last line without its end was cut in the pipe.
      else resolve(out.split('\n').slice(0, -1).join(' ').split(' ').filter(Boolean));
    });
  });
}

test(`kill -9 while files are written and merged, ${rounds} rounds: records and cursor are those of whole commits`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cairn-kill-'));
  const acknowledged: string[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const loadMs = Math.floor(Math.random() * 400);
      acknowledged.push(...(await runAndKill(folder, loadMs)));
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
