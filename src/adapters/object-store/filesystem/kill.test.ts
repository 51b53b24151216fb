// SPDX-License-Identifier: Apache-2.0
// Oracle: what the killed process printed before and after each call, and node:crypto over the bytes read back.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../ports/clock.js';
import { keysOf, readBody, testStoreKey } from '../../../ports/contract/object-store-under-test.js';
import { seeded, seedOfRun } from '../../../testing/random.js';
import { runAndKill } from '../../../testing/run-and-kill.js';
import { openFilesystemObjectStore } from './open-filesystem-object-store.js';

const rounds = 10;
const child = fileURLToPath(new URL('./kill-child.js', import.meta.url));
/** When the kills fall. */
const random = seeded(seedOfRun());

/** What may be under a key: the last thing acknowledged, or something begun since. */
type Possible = Map<string, Set<string>>;

function note(possible: Possible, line: string): void {
  const [step, key = '', outcome = ''] = line.split(' ');
  if (step === 'done') possible.set(key, new Set([outcome]));
  else possible.set(key, new Set([...(possible.get(key) ?? ['none']), outcome]));
}

test(`kill -9 at random points, ${rounds} rounds: every object is one that was put, whole; nothing else stays`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-kill-'));
  const possible: Possible = new Map();
  try {
    for (let round = 0; round < rounds; round++) {
      const loadMs = 30 + Math.floor(random() * 100);
      // Four writers have begun, and one is done.
      const printed = await runAndKill(child, [dir, `${round}`], { loadMs, linesMin: 6 });
      for (const line of printed.slice(1)) note(possible, line);
      const store = await openFilesystemObjectStore(dir, { clock: systemClock, key: testStoreKey });
      await store.swept;
      let largeObjects = 0;
      const there = new Set(await keysOf(store, 'bucket'));
      for (const [key, outcomes] of possible) {
        const where = `${key}, round ${round}, killed after ${loadMs} ms`;
        if (!there.has(key)) {
          assert.ok(outcomes.has('none'), `lost: ${where}`);
          continue;
        }
        const { info, body } = await store.get('bucket', key);
        const sha256 = createHash('sha256')
          .update(await readBody(body))
          .digest('hex');
        assert.ok(outcomes.has(sha256), `not what was put: ${where}`);
        assert.equal(info.sha256, sha256, where);
        if (info.size > 100_000) largeObjects++;
      }
      await store.close();
      const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter(
        (entry) => entry.isFile() && !entry.parentPath.endsWith('index'),
      );
      assert.equal(files.length, largeObjects, `files beside the objects, round ${round}`);
    }
    assert.ok(possible.size > rounds, 'no load');
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 10 });
  }
});
