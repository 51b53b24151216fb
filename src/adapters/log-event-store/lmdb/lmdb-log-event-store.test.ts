// SPDX-License-Identifier: Apache-2.0
// Oracle: the contract; for what lies on the disk, the words that were written.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testLogEventStoreContract } from '../../../ports/contract/log-event-store-contract.js';
import { silentLog } from '../../../ports/operator-log.js';
import { decodeChunk, encodeChunks } from './chunk-value.js';
import { openLmdbLogEventStore } from './open-lmdb-log-event-store.js';
import { chunkBytesMax, chunkEventsMax, passedOverMax } from './store-limits.js';
import { openStoreTables } from './store-tables.js';

testLogEventStoreContract('lmdb', (place, diskFreeBytes) =>
  openLmdbLogEventStore(place, diskFreeBytes === undefined ? {} : { diskFreeBytes }),
);

test('a batch is cut where a chunk is full, and comes back whole', () => {
  const small = Array.from({ length: chunkEventsMax + 1 }, (_, i) => ({ timestampMs: i, message: `m${i}` }));
  const large = Array.from({ length: 5 }, (_, i) => ({
    timestampMs: i,
    message: String(i).repeat(chunkBytesMax / 2),
  }));
  for (const [events, chunkCount] of [
    [small, 2],
    [large, 3],
  ] as const) {
    const chunks = encodeChunks(events, 7);
    assert.equal(chunks.length, chunkCount);
    const back = chunks.flatMap(({ value }) =>
      decodeChunk(value).events.map(({ timestampMs, message }) => ({ timestampMs, message })),
    );
    assert.deepEqual(back, events);
  }
});

test('one changed bit anywhere is noticed', () => {
  const value = encodeChunks([{ timestampMs: 1, message: 'hello '.repeat(200) }], 7)[0]?.value as Buffer;
  for (let at = 4; at < value.length; at += 7) {
    const damaged = Buffer.from(value);
    damaged[at] = (damaged[at] as number) ^ 4;
    assert.throws(() => decodeChunk(damaged), { name: 'DamagedChunkError' }, `byte ${at}`);
  }
});

test('a store of another format is refused and left as it is', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-log-events-'));
  try {
    const tables = await openStoreTables(dir, silentLog);
    tables.meta.putSync(Buffer.from('format'), Buffer.from('999'));
    await tables.env.close();
    await assert.rejects(openLmdbLogEventStore(dir), {
      name: 'LogEventStoreFormatError',
      message: /format 999/,
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test('a page that would pass over too many chunks of other streams ends, and leads on', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-log-events-'));
  const store = await openLmdbLogEventStore(dir);
  try {
    const batch = (streamId: string, timestampMs: number) => ({
      groupId: 'g',
      streamId,
      events: [{ timestampMs, message: streamId }],
    });
    const others = Array.from({ length: passedOverMax + 500 }, (_, i) => batch('busy', i));
    await store.append([...others, batch('quiet', others.length), batch('calm', others.length + 1)], {
      ingestedAtMs: 1,
    });
    const query = {
      groupId: 'g',
      streamIds: ['quiet', 'calm'],
      order: 'oldestFirst',
      eventsMax: 10,
      bytesMax: 1_000,
    } as const;
    const first = await store.read(query);
    assert.deepEqual(first.events, []);
    assert.ok(first.next !== undefined);
    const second = await store.read({ ...query, after: first.next });
    assert.deepEqual(
      second.events.map(({ message }) => message),
      ['quiet', 'calm'],
    );
    assert.equal(second.next, undefined);
  } finally {
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
});
