// SPDX-License-Identifier: Apache-2.0
// Oracle: what was ingested; each case damages or loses a file, or makes hashes meet, and the answers must not change
// (or the refusal must say what is wrong).
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import {
  allPages,
  call,
  EventStoreUnderTest,
  idsOf,
  importOfRecords,
  newId,
  query,
} from '../../../ports/contract/event-store-under-test.js';
import { silentLog } from '../../../ports/operator-log.js';
import { openDuckdbEventStore } from './open-duckdb-event-store.js';
import { EventStoreFormatError, EventStoreLockedError } from './store-errors.js';
import { TermHasher } from './term-hash.js';

const open = (place: string) => openDuckdbEventStore(place, { log: silentLog });
const withStore = (work: (at: EventStoreUnderTest) => Promise<void>): Promise<void> =>
  EventStoreUnderTest.with(open, work);

async function withIndex(
  place: string,
  work: (run: (sql: string) => Promise<DuckDBValue[][]>) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(join(place, 'index.duckdb'));
  const connection = await instance.connect();
  try {
    await work(async (sql) => (await connection.run(sql)).getRows());
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function recordFilesOf(place: string): Promise<string[]> {
  return (await readdir(join(place, 'records'))).sort().map((name) => join(place, 'records', name));
}

test('a second opening in this process is refused, and the first goes on', () =>
  withStore(async (at) => {
    await assert.rejects(
      open(at.place),
      (error) => error instanceof EventStoreLockedError && error.message.includes(at.place),
    );
    assert.equal((await at.ingest(call({}))).added, 1);
  }));

test('a store of another format is refused by name', () =>
  withStore(async (at) => {
    await at.store.close();
    await withIndex(at.place, async (run) => void (await run('UPDATE store_facts SET format_version = 99')));
    await assert.rejects(
      open(at.place),
      (error) => error instanceof EventStoreFormatError && /format 99/.test(error.message),
    );
  }));

test('a file that is no index is refused', async () => {
  const place = await mkdtemp(join(tmpdir(), 'cairn-events-'));
  try {
    await writeFile(
      join(place, 'index.duckdb'),
      'this is something else, and long enough to look like a file'.repeat(100),
    );
    await assert.rejects(open(place), EventStoreFormatError);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
});

test('bytes behind the committed ones are cut, and what follows is sound', () =>
  withStore(async (at) => {
    const ids = [newId(), newId()];
    await at.ingest(call({ id: ids[0]!, second: 1 }));
    await at.store.close();
    const [file] = await recordFilesOf(at.place);
    const { size } = await stat(file!);
    await appendFile(file!, 'half of a block');
    await at.reopen();
    assert.equal((await stat(file!)).size, size);
    await at.ingest(call({ id: ids[1]!, second: 2 }));
    assert.deepEqual(idsOf((await at.store.lookup(query())).events), [ids[1], ids[0]]);
  }));

test('record files that lost committed bytes are refused', () =>
  withStore(async (at) => {
    await at.ingest(call({}));
    await at.store.close();
    const [file] = await recordFilesOf(at.place);
    await truncate(file!, 10);
    await assert.rejects(
      open(at.place),
      (error) => error instanceof EventStoreFormatError && error.message.includes(file!),
    );
  }));

test('a filter of event IDs that is lost, damaged or of another store costs nothing but time', () =>
  withStore(async (at) => {
    const ids = Array.from({ length: 500 }, newId);
    const again = (): Promise<{ added: number }> => at.ingest(importOfRecords(ids.map((id) => ({ id }))));
    await again();
    const filter = join(at.place, 'ids.filter');
    const damages = [
      () => rm(filter),
      () => writeFile(filter, 'no filter'),
      async () => writeFile(filter, Buffer.alloc((await stat(filter)).size)),
      () => truncate(filter, 100),
    ];
    for (const [index, damage] of damages.entries()) {
      await at.store.close();
      await damage();
      await at.reopen();
      assert.equal((await again()).added, 0, `damage ${index}`);
    }
  }));

test('values whose hashes meet are told apart, on every page', () =>
  withStore(async (at) => {
    await at.ingest(call({}));
    await at.store.close();
    let seed = 0;
    await withIndex(at.place, async (run) => {
      seed = Number((await run('SELECT hash_seed FROM store_facts'))[0]![0]);
    });
    const [one, other] = meetingNames(new TermHasher(seed));
    await at.reopen();
    const ids = Array.from({ length: 12 }, newId);
    await at.ingest(
      call(...ids.map((id, index) => ({ id, user: index % 4 === 0 ? one : other, second: index }))),
    );
    for (const limit of [1, 2, 3, 50]) {
      const found = await allPages(at.store, query({ limit, attributes: [{ key: 'Username', value: one }] }));
      assert.deepEqual(idsOf(found), [ids[8], ids[4], ids[0]], `limit ${limit}`);
    }
  }));

/** Two names with one hash: among 300,000 there are about ten such pairs. */
function meetingNames(hasher: TermHasher): [string, string] {
  const seen = new Map<number, string>();
  for (let number = 0; number < 3_000_000; number++) {
    const name = `user-${number}`;
    const hash = hasher.hash('Username', name);
    const other = seen.get(hash);
    if (other !== undefined) return [other, name];
    seen.set(hash, name);
  }
  return assert.fail('no two names with one hash among 3,000,000');
}
