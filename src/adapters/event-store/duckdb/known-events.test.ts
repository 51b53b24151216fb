// SPDX-License-Identifier: Apache-2.0
// Oracle: a Set of the IDs that were given. Few events are looked up in the term index, many are compared with all.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { importOfRecords, newId, toPosition } from '../../../ports/contract/event-store-under-test.js';
import { silentLog } from '../../../ports/operator-log.js';
import { openDuckdbEventStore } from './open-duckdb-event-store.js';

test('an event that is there is known, among few and among many, in runs and in memory', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-known-'));
  const store = await openDuckdbEventStore(dir, { log: silentLog, termIndex: { rowsPerRun: 32 } });
  try {
    const there: string[] = [];
    let position = 0;
    const give = (ids: readonly string[]) => {
      position += 1;
      const entry = importOfRecords(ids.map((id) => ({ id })));
      return store.ingest([{ position: toPosition(position), appendedAtMs: position, entry }]);
    };
    assert.equal((await store.indexFacts()).isReady, true);
    for (const size of [1, 2, 7, 8, 9, 60, 3, 200, 1, 8, 5]) {
      const fresh = Array.from({ length: size }, newId);
      const old = there.filter((_, index) => index % 3 === size % 3).slice(0, size);
      const { added, duplicates } = await give([...old, ...fresh]);
      assert.deepEqual({ added, duplicates }, { added: fresh.length, duplicates: old.length }, `${size}`);
      there.push(...fresh);
    }
    assert.equal(await store.count(), new Set(there).size);
    for (const id of [there[0], there.at(-1)]) assert.equal((await give([id as string])).duplicates, 1);
  } finally {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
});
