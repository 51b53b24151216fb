// SPDX-License-Identifier: Apache-2.0
// Oracle: what the killed process printed (a number only after its append resolved), and the batches as they must be.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { LogEventStore, StoredLogEvent } from '../../../ports/log-event-store.js';
import { seeded, seedOfRun } from '../../../testing/random.js';
import { runAndKill } from '../../../testing/run-and-kill.js';
import { openLmdbLogEventStore } from './open-lmdb-log-event-store.js';

const rounds = 15;
const child = fileURLToPath(new URL('./kill-child.js', import.meta.url));
/** When the kills fall. */
const random = seeded(seedOfRun());

async function readAll(store: LogEventStore): Promise<StoredLogEvent[]> {
  const found: StoredLogEvent[] = [];
  for (
    let query = { groupId: 'group', order: 'oldestFirst' as const, eventsMax: 5_000, bytesMax: 10 ** 7 };
    ;
  ) {
    const { events, next } = await store.read(query);
    found.push(...events);
    if (next === undefined) return found;
    query = { ...query, after: next } as typeof query;
  }
}

test(`kill -9 at random points, ${rounds} rounds: nothing acknowledged is lost, nothing is there twice, counts hold`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-kill-'));
  const acknowledged: string[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const loadMs = 20 + Math.floor(random() * 120);
      const printed = await runAndKill(child, [dir], { loadMs, linesMin: 2 });
      acknowledged.push(...printed.slice(1));
      const store = await openLmdbLogEventStore(dir);
      const where = `round ${round}, killed after ${loadMs} ms`;
      const events = await readAll(store);
      const words = events.map(({ message }) => message);
      assert.equal(new Set(words).size, words.length, `an event is there twice; ${where}`);
      for (const writer of ['w', 'x', 'y', 'z']) {
        const last = Number((await store.mark(writer))?.key ?? 0);
        const own = words.filter((word) => word.startsWith(writer));
        const expected = Array.from({ length: last }, (_, i) => ((i + 1) % 5) + 1).reduce(
          (sum, count) => sum + count,
          0,
        );
        assert.equal(own.length, expected, `the events of ${writer} are not those up to its mark; ${where}`);
      }
      const there = new Set(words);
      for (const id of acknowledged) assert.ok(there.has(`${id}-0`), `${id} is lost; ${where}`);
      const counted = (await store.stats('group')).reduce((sum, { eventCount }) => sum + eventCount, 0);
      assert.equal(counted, events.length, where);
      await store.close();
    }
    assert.ok(acknowledged.length >= rounds, `only ${acknowledged.length} appends in all: no load`);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 10 });
  }
});
