// SPDX-License-Identifier: Apache-2.0
// Oracle: what look-ups and scans said before anything was damaged; each case loses or damages a file, and what is left must
// be told and be right.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  allPages,
  baseTimeMs,
  call,
  EventStoreUnderTest,
  idsOf,
  importOfRecords,
  newId,
  query,
} from '../../../../ports/contract/event-store-under-test.js';
import { START, type StoredEntry } from '../../../../ports/event-log.js';
import type { EventStore } from '../../../../ports/event-store.js';
import { silentLog } from '../../../../ports/operator-log.js';
import { openDuckdbEventStore } from '../open-duckdb-event-store.js';
import { EventStoreFormatError, EventStoreLockedError } from '../store-errors.js';
import { rebuildHistory } from './rebuild-history.js';
import { verifyHistory } from './verify-history.js';

const open = (place: string) =>
  openDuckdbEventStore(place, { log: silentLog, termIndex: { rowsPerRun: 50, quietMsBeforeMerge: 0 } });

/** Events of two accounts, live and imported, with twins, some of them dropped. The same each time. */
function entriesOf(at: EventStoreUnderTest): StoredEntry[] {
  const resources = [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' }];
  const first = newId();
  const old = at.entries(call({ note: 'old' }, { note: 'old too' }));
  at.appendedAtMs += 100;
  return [
    ...old,
    ...at.entries(
      call({ id: first, user: 'eve', resources, second: 40 }),
      importOfRecords(
        Array.from({ length: 220 }, (_, second) => ({ second, resources, note: `n${second}`.repeat(200) })),
      ),
      call({ id: first }, { accountId: '999988887777', region: 'us-west-2', category: 'Data' }),
      ...Array.from({ length: 12 }, (_, second) => call({ second, name: `Call${second}` })),
    ),
  ];
}

interface Before {
  readonly at: EventStoreUnderTest;
  readonly entries: readonly StoredEntry[];
  readonly answers: readonly unknown[];
}

async function answersOf(store: EventStore): Promise<unknown[]> {
  const scanned = await store.scan('', { eventsMax: 10_000, bytesMax: 1e9 });
  return [
    await store.count(),
    Buffer.from(scanned.lines).toString(),
    await allPages(store, query()),
    await allPages(store, query({ attributes: [{ key: 'Username', value: 'eve' }] })),
    await allPages(store, query({ attributes: [{ key: 'ResourceType', value: 'AWS::S3::Bucket' }] })),
    await allPages(store, { accountId: '999988887777', attributes: [], limit: 50 }),
  ];
}

/** A closed store, and what it said. */
function withStore(work: (before: Before) => Promise<void>): Promise<void> {
  return EventStoreUnderTest.with(open, async (at) => {
    const entries = entriesOf(at);
    for (const entry of entries) await at.store.ingest([entry]);
    await at.store.dropEnteredBefore(baseTimeMs + 100);
    const answers = await answersOf(at.store);
    await at.store.close();
    await work({ at, entries, answers });
  });
}

async function recordFile(dir: string): Promise<string> {
  const [name] = (await readdir(join(dir, 'records'))).sort();
  return join(dir, 'records', name!);
}

async function flip(path: string, at: number): Promise<void> {
  const file = await openFile(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte[0]! ^= 0x10;
  await file.write(byte, 0, 1, at);
  await file.close();
}

const verify = (dir: string) => verifyHistory(dir);
const rebuild = (dir: string) => rebuildHistory(dir, silentLog);

test('a sound store verifies, and nothing was changed by it', () =>
  withStore(async ({ at, answers }) => {
    const shares: number[] = [];
    const verified = await verifyHistory(at.place, (done, of) => shares.push(done / of));
    assert.deepEqual(verified.damages, []);
    assert.equal(verified.events, answers[0]);
    assert.equal(shares.at(-1), 1);
    await at.reopen();
    assert.deepEqual(await answersOf(at.store), answers);
  }));

test('an index that is gone is refused, not made empty; a rebuild brings everything back', () =>
  withStore(async ({ at, entries, answers }) => {
    await rm(join(at.place, 'index.duckdb'));
    const records = await stat(await recordFile(at.place));
    await assert.rejects(
      open(at.place),
      (error) => error instanceof EventStoreFormatError && /store rebuild/.test(error.message),
    );
    assert.equal((await verify(at.place)).damageCount, 1);
    assert.equal((await stat(await recordFile(at.place))).size, records.size);
    const rebuilt = await rebuild(at.place);
    assert.deepEqual(rebuilt.damages, []);
    // Which events had left the window stood in the index only: they leave again.
    assert.equal(rebuilt.events, Number(answers[0]) + 2);
    await at.reopen();
    assert.equal(await at.store.dropEnteredBefore(baseTimeMs + 100), 2);
    assert.deepEqual(await answersOf(at.store), answers);
    assert.equal((await at.store.ingest(entries)).added, 0);
    await at.store.close();
    assert.deepEqual((await verify(at.place)).damages, []);
  }));

test('a rebuild of a sound store changes no answer, and no place', () =>
  withStore(async ({ at, entries, answers }) => {
    const rebuilt = await rebuild(at.place);
    assert.deepEqual([rebuilt.damageCount, rebuilt.events], [0, answers[0]]);
    await at.reopen();
    assert.deepEqual(await answersOf(at.store), answers);
    assert.equal((await at.store.ingest(entries)).added, 0);
    const id = newId();
    assert.equal((await at.ingest(call({ id, second: 999 }))).added, 1);
    assert.deepEqual(idsOf((await at.store.lookup(query({ limit: 1 }))).events), [id]);
    await at.store.close();
    assert.deepEqual((await verify(at.place)).damages, []);
  }));

test('a flipped byte in the records is found; a rebuild goes on behind it, and the log brings back what it has', () =>
  withStore(async ({ at, entries, answers }) => {
    const path = await recordFile(at.place);
    await flip(path, (await stat(path)).size >> 1);
    const verified = await verify(at.place);
    assert.ok(verified.damages.some(({ file }) => file === path));
    assert.ok(verified.damages.some(({ reason }) => /no readable record/.test(reason)));
    const rebuilt = await rebuild(at.place);
    assert.ok(rebuilt.damageCount >= 1);
    assert.ok(rebuilt.events < Number(answers[0]) && rebuilt.events > 0);
    assert.equal(rebuilt.position, START);
    assert.deepEqual((await verify(at.place)).damages, [], 'what is lost was told once');
    await at.reopen();
    const added = (await at.store.ingest(entries)).added;
    // With the two that had left the window: the log is older than that here.
    assert.equal(added, Number(answers[0]) - rebuilt.events + 2);
    await at.store.dropEnteredBefore(baseTimeMs + 100);
    assert.deepEqual((await answersOf(at.store)).slice(2), answers.slice(2));
  }));

for (const [what, share] of [
  ['a little', 0.98],
  ['most of it', 0.1],
] as const) {
  test(`records of which ${what} is cut off`, () =>
    withStore(async ({ at, entries, answers }) => {
      const path = await recordFile(at.place);
      await truncate(path, Math.floor((await stat(path)).size * share));
      await assert.rejects(open(at.place), EventStoreFormatError);
      assert.ok((await verify(at.place)).damageCount > 0);
      const rebuilt = await rebuild(at.place);
      assert.ok(rebuilt.damageCount > 0);
      await at.reopen();
      await at.store.ingest(entries);
      await at.store.dropEnteredBefore(baseTimeMs + 100);
      assert.deepEqual((await answersOf(at.store)).slice(2), answers.slice(2));
      await at.store.close();
      assert.deepEqual((await verify(at.place)).damages, []);
    }));
}

test('an index that says something else than the records', () =>
  withStore(async ({ at, answers }) => {
    const instance = await DuckDBInstance.create(join(at.place, 'index.duckdb'));
    const connection = await instance.connect();
    await connection.run(
      'UPDATE events SET name = name + 1 WHERE ordinal = (SELECT max(ordinal) FROM events)',
    );
    await connection.run(
      'DELETE FROM resource_terms WHERE ordinal = (SELECT min(ordinal) FROM resource_terms)',
    );
    connection.closeSync();
    instance.closeSync();
    const { damages } = await verify(at.place);
    assert.deepEqual(
      damages.map(({ reason }) => reason.replace(/^event \d+: /, '')),
      ['the index and the record differ in resources', 'the index and the record differ in eventName'],
    );
    await rebuild(at.place);
    assert.deepEqual((await verify(at.place)).damages, []);
    await at.reopen();
    assert.deepEqual(await answersOf(at.store), answers);
  }));

test('a damaged index file', () =>
  withStore(async ({ at, answers }) => {
    await writeFile(join(at.place, 'index.duckdb'), 'this is no index');
    assert.equal((await verify(at.place)).damageCount, 1);
    await rebuild(at.place);
    await at.reopen();
    await at.store.dropEnteredBefore(baseTimeMs + 100);
    assert.deepEqual(await answersOf(at.store), answers);
  }));

test('an index that is damaged anywhere within is told, never believed, and made anew', () =>
  withStore(async ({ at, answers }) => {
    const index = join(at.place, 'index.duckdb');
    const sound = await readFile(index);
    const told: number[] = [];
    // DuckDB's blocks have 256 KiB behind three headers of 4 KiB; each begins with its checksum.
    const blocks = Array.from(
      { length: Math.floor(sound.length / 262_144) },
      (_, block) => 12_288 + block * 262_144,
    );
    for (const block of [4_096, 8_192, ...blocks]) {
      await writeFile(index, sound);
      await flip(index, block + 1_000);
      told.push((await verify(at.place)).damageCount);
      await writeFile(index, sound);
      await flip(index, block + 1_000);
      await rebuild(at.place);
      assert.deepEqual((await verify(at.place)).damages, []);
    }
    assert.ok(told.filter((count) => count > 0).length >= 2, told.join());
    await at.reopen();
    await at.store.dropEnteredBefore(baseTimeMs + 100);
    assert.deepEqual(await answersOf(at.store), answers);
  }));

test('a damaged run is found, never believed, and made anew', () =>
  withStore(async ({ at, answers }) => {
    const terms = join(at.place, 'terms');
    const names = await readdir(terms);
    assert.ok(names.length > 0);
    for (const name of names) {
      const { size } = await stat(join(terms, name));
      for (let byte = 4_096; byte < size; byte += 4_096) await flip(join(terms, name), byte + 7);
    }
    assert.equal((await verify(at.place)).damageCount, names.length);
    await at.reopen();
    assert.deepEqual(await answersOf(at.store), answers);
    await at.reopen();
    const store = at.store as Awaited<ReturnType<typeof open>>;
    assert.equal((await store.indexFacts()).isReady, true);
    assert.deepEqual(await answersOf(at.store), answers);
  }));

test('a rebuild that did not end keeps the store closed, says so, and can be repeated', () =>
  withStore(async ({ at, answers }) => {
    await assert.rejects(
      rebuildHistory(at.place, silentLog, undefined, () => Promise.reject(new Error('killed here'))),
      /killed here/,
    );
    await assert.rejects(
      open(at.place),
      (error) => error instanceof EventStoreFormatError && /store rebuild" again/.test(error.message),
    );
    assert.ok((await verify(at.place)).damages.some(({ reason }) => /did not end/.test(reason)));
    await rebuild(at.place);
    await at.reopen();
    assert.deepEqual(await answersOf(at.store), answers);
  }));

test('bytes of an unfinished write are no damage', () =>
  withStore(async ({ at }) => {
    await appendFile(await recordFile(at.place), 'half a block');
    assert.deepEqual((await verify(at.place)).damages, []);
  }));

test('a store that another process has open is left alone', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-upkeep-'));
  const owner = spawn(
    process.execPath,
    [fileURLToPath(new URL('../kill-child.js', import.meta.url)), dir, '1'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(owner, 'close');
  try {
    await once(owner.stdout, 'data');
    await assert.rejects(verify(dir), EventStoreLockedError);
    await assert.rejects(rebuild(dir), EventStoreLockedError);
  } finally {
    owner.kill('SIGKILL');
    await ended;
    await rm(dir, { recursive: true, force: true });
  }
});
