// SPDX-License-Identifier: Apache-2.0
// Oracle: the events appended to a real log (LMDB), counted in the files that arrived; the real outbox folder.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { systemClock } from '../../ports/clock.js';
import { silentLog } from '../../ports/operator-log.js';
import { trailKey } from '../../trails/trail.js';
import { startDelivery } from './start-delivery.js';
import { account, record, trail } from './testing/delivery-scene.js';
import { MemoryDestination } from './testing/memory-destination.js';

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-delivery-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('events appended while files go out every 20 ms arrive once each, in order, across restarts', async () => {
  await withFolder(async (folder) => {
    const destination = new MemoryDestination();
    const expected: string[] = [];
    for (let life = 0; life < 3; life++) {
      const { eventLog, close } = await openLmdbStores(join(folder, 'log'), { clock: systemClock });
      const delivery = await startDelivery({
        eventLog,
        destination,
        clock: systemClock,
        log: silentLog,
        dir: join(folder, 'outbox'),
        intervalMs: 20,
      });
      if (life === 0) {
        const it = trail('main');
        await eventLog.append({
          kind: 'call',
          records: [],
          changes: [{ key: trailKey(account, 'us-east-1', 'main'), value: it }],
        });
      }
      for (let number = 0; number < 200; number++) {
        const eventID = `${life}-${number}`;
        await eventLog.append({ kind: 'call', records: [record(eventID)], changes: [] });
        expected.push(eventID);
      }
      await delivery.stop();
      await close();
    }
    assert.deepEqual(destination.eventIds('main-logs').sort(), expected.sort());
    assert.deepEqual(await readdir(join(folder, 'outbox')), ['status.json']);
  });
});

test('the folder is cleaned of what a crash left, and nobody else may read it', async () => {
  await withFolder(async (folder) => {
    const { eventLog, close } = await openLmdbStores(join(folder, 'log'), { clock: systemClock });
    const dir = join(folder, 'outbox');
    const start = () =>
      startDelivery({
        eventLog,
        destination: new MemoryDestination(),
        clock: systemClock,
        log: silentLog,
        dir,
        intervalMs: 60_000,
      });
    await (await start()).stop();
    for (const left of [
      '000000000009-000000.json.gz',
      '000000000009-000000.manifest.tmp',
      '000000000009-000001.manifest',
      'status.json.tmp',
    ]) {
      await writeFile(join(dir, left), 'left');
    }
    await (await start()).stop();
    assert.deepEqual(await readdir(dir), []);
    assert.equal((await stat(dir)).mode & 0o777, 0o700);
    await close();
  });
});
