// SPDX-License-Identifier: Apache-2.0
// Oracle: what the killed process printed (a position only after its ingest resolved), and the entries, which are the
// same for everybody: the history must hold exactly the events of all entries up to its own position.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { allPages, query } from '../../../ports/contract/event-store-under-test.js';
import { silentLog } from '../../../ports/operator-log.js';
import { seeded, seedOfRun } from '../../../testing/random.js';
import { runAndKill } from '../../../testing/run-and-kill.js';
import { entryAt, smallFiles, smallRuns } from './kill-child.js';
import { openDuckdbEventStore } from './open-duckdb-event-store.js';
import { EventStoreLockedError } from './store-errors.js';
import { verifyHistory } from './upkeep/verify-history.js';

const rounds = 8;
const options = { log: silentLog, termIndex: smallRuns, packing: smallFiles };
const child = fileURLToPath(new URL('./kill-child.js', import.meta.url));
/** When the kills fall. */
const random = seeded(seedOfRun());

test(`kill -9 at random points, ${rounds} rounds: rows, texts and position agree, packed or not`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-kill-'));
  let next = 1;
  const total = (upTo: number): number => {
    let events = 0;
    for (let number = 1; number <= upTo; number++) events += number % 4 === 0 ? 400 : 3;
    return events;
  };
  try {
    for (let round = 0; round < rounds; round++) {
      const loadMs = Math.floor(random() * 250);
      const locked = async (): Promise<void> => {
        if (round > 0) return;
        const refusal = (error: unknown): boolean =>
          error instanceof EventStoreLockedError && error.message.includes(dir);
        await assert.rejects(openDuckdbEventStore(dir, options), refusal);
      };
      const printed = await runAndKill(child, [dir, String(next)], {
        loadMs,
        linesMin: 1,
        whileItRuns: locked,
      });
      // The last position that it acknowledged; 0 is none.
      const acknowledged = Number(printed.slice(1).at(-1) ?? 0);
      const store = await openDuckdbEventStore(dir, options);
      const where = `round ${round}, killed after ${loadMs} ms`;
      const position = Number(await store.ingestedUpTo());
      assert.ok(
        position >= acknowledged,
        `${acknowledged} was acknowledged, the history is at ${position}; ${where}`,
      );
      assert.equal(await store.count(), total(position), where);
      const again = Array.from({ length: 8 }, (_, index) => entryAt(Math.max(1, position - 7) + index));
      const expected = total(Math.max(1, position - 7) + 7) - total(position);
      assert.equal((await store.ingest(again)).added, expected, `ingesting the last entries again; ${where}`);
      next = Number(await store.ingestedUpTo()) + 1;
      await store.close();
    }
    const store = await openDuckdbEventStore(dir, options);
    assert.equal((await store.indexFacts()).isReady, true);
    const events = await allPages(store, query({ limit: 2000 }));
    const ids = new Set(events.map(({ eventId }) => eventId));
    assert.equal(ids.size, events.length);
    assert.equal(events.length, total(next - 1));
    for (const { json, eventId } of events) assert.equal(JSON.parse(json).eventID, eventId);
    await store.close();
    assert.deepEqual((await verifyHistory(dir)).damages, []);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 10 });
  }
});
