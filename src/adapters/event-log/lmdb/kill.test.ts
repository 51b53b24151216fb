// SPDX-License-Identifier: Apache-2.0
// Oracle: what the killed process printed (it prints an id only after its append resolved), and a fold of the log
// that is computed here.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../ports/clock.js';
import { eventIds, readAll } from '../../../ports/contract/stores-under-test.js';
import type { StoredEntry } from '../../../ports/event-log.js';
import { seeded, seedOfRun } from '../../../testing/random.js';
import { runAndKill } from '../../../testing/run-and-kill.js';
import { openLmdbStores } from './open-lmdb-stores.js';

const rounds = 20;
const child = fileURLToPath(new URL('./kill-child.js', import.meta.url));
/** When the kills fall. */
const random = seeded(seedOfRun());

function fold(entries: readonly StoredEntry[]): Map<string, unknown> {
  const state = new Map<string, unknown>();
  for (const { entry } of entries) {
    if (entry.kind === 'call') for (const { key, value } of entry.changes) state.set(key, value);
  }
  return state;
}

test(`kill -9 at random points, ${rounds} rounds: nothing acknowledged is lost or doubled, state is the fold of the log`, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-kill-'));
  const acknowledged: string[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const loadMs = 20 + Math.floor(random() * 130);
      const printed = await runAndKill(child, [dir, `${round}`], { loadMs, linesMin: 2 });
      acknowledged.push(...printed.slice(1));
      const stores = await openLmdbStores(dir, { clock: systemClock });
      const entries = await readAll(stores.eventLog);
      const ids = eventIds(entries);
      const where = `round ${round}, killed after ${loadMs} ms`;
      assert.equal(new Set(ids).size, ids.length, `an event is there twice; ${where}`);
      const there = new Map(ids.map((id, i) => [id, i]));
      const places = acknowledged.map((id) => there.get(id) ?? assert.fail(`${id} is lost; ${where}`));
      assertInOrder(acknowledged, places, where);
      assert.ok(
        ids.length - acknowledged.length <= 8 * (round + 1),
        `more than one unacknowledged entry a writer; ${where}`,
      );
      assert.deepEqual(
        new Map(stores.stateStore.list('').map(({ key, value }) => [key, value])),
        fold(entries),
        where,
      );
      assertCountsHold(entries, where);
      assert.equal(stores.eventLog.head(), entries.at(-1)?.position ?? '');
      await stores.close();
    }
    assert.ok(acknowledged.length >= rounds, `only ${acknowledged.length} appends in all: no load`);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 10 });
  }
});

/** Each writer's acknowledged entries stand in the log in the order in which it made them. */
function assertInOrder(ids: readonly string[], places: readonly number[], where: string): void {
  const last = new Map<string, number>();
  ids.forEach((id, i) => {
    const writer = id.slice(0, id.lastIndexOf('-'));
    const place = places[i] as number;
    assert.ok(place > (last.get(writer) ?? -1), `${id} is out of order; ${where}`);
    last.set(writer, place);
  });
}

/** Every compare-and-set counter went up by one with each of its entries: no hole, no change without its entry. */
function assertCountsHold(entries: readonly StoredEntry[], where: string): void {
  const counts = new Map<string, number>();
  for (const { entry } of entries) {
    for (const { key, value } of entry.kind === 'call' ? entry.changes : []) {
      const expected = (counts.get(key) ?? 0) + 1;
      assert.equal((value as { count: number }).count, expected, `${key}; ${where}`);
      counts.set(key, expected);
    }
  }
}
