// SPDX-License-Identifier: Apache-2.0
// Oracle: what look-ups, scans and reads of places said before anything was packed, and the events that were recorded.
import assert from 'node:assert/strict';
import { open as openFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  accountId,
  allPages,
  call,
  EventStoreUnderTest,
  importOfRecords,
  query,
} from '../../../../ports/contract/event-store-under-test.js';
import type { EventStore, ScannedEvents } from '../../../../ports/event-store.js';
import { type OperatorLog, silentLog } from '../../../../ports/operator-log.js';
import { openDuckdbEventStore } from '../open-duckdb-event-store.js';
import { BlockWriter, DamagedBlockError } from '../record-block.js';
import { rebuildHistory } from '../upkeep/rebuild-history.js';
import { verifyHistory } from '../upkeep/verify-history.js';
import { encodeParts, PackedBlock } from './packed-block.js';

/** Files of a few dozen calls, so that several become full. */
const sizes = { fileBytesMax: 20_000, liveFileBytesMax: 20_000 };
const never = { ...sizes, firstRoundMs: 1e9, restMs: 1e9 };

const openUnpacked = (dir: string) => openDuckdbEventStore(dir, { log: silentLog, packing: never });

/** Opens the store and waits until as many files as can be are packed. */
async function openPacked(dir: string): Promise<EventStore> {
  const left = (await readdir(join(dir, 'records'))).filter((name) => name.endsWith('.records')).length - 1;
  let packed = 0;
  let done = (): void => {};
  const isDone = new Promise<void>((resolve) => {
    done = resolve;
  });
  const log: OperatorLog = {
    ...silentLog,
    info: () => {
      if (++packed === left) done();
    },
  };
  const store = await openDuckdbEventStore(dir, { log, packing: { ...sizes, firstRoundMs: 0, restMs: 0 } });
  await isDone;
  return store;
}

async function answersOf(store: EventStore): Promise<unknown[]> {
  const scans: string[] = [];
  let next = '';
  for (let scan: ScannedEvents | undefined; scan?.count !== 0; next = scan.next) {
    scan = await store.scan(next, { eventsMax: 37, bytesMax: 1e9 });
    scans.push(Buffer.from(scan.lines).toString());
  }
  const places = scans
    .join('')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { place: string }).place);
  return [
    await store.count(),
    scans.join(''),
    await allPages(store, query()),
    await allPages(store, query({ attributes: [{ key: 'EventName', value: 'Call7' }] })),
    await store.records(accountId, places, 1e9),
  ];
}

interface Before {
  readonly at: EventStoreUnderTest;
  readonly answers: readonly unknown[];
}

/** A closed store of small blocks, with an import among them, and what it said. */
function withStore(work: (before: Before) => Promise<void>): Promise<void> {
  return EventStoreUnderTest.with(openUnpacked, async (at) => {
    const calls = (count: number) =>
      Array.from({ length: count }, (_, second) => call({ second: second % 60, name: `Call${second % 9}` }));
    for (const entry of at.entries(...calls(150))) await at.store.ingest([entry]);
    const records = Array.from({ length: 40 }, (_, second) => ({ second, note: `n${second}`.repeat(50) }));
    await at.store.ingest(at.entries(importOfRecords(records)));
    for (const entry of at.entries(...calls(60))) await at.store.ingest([entry]);
    const answers = await answersOf(at.store);
    await at.store.close();
    await work({ at, answers });
  });
}

async function bytesOf(dir: string): Promise<number> {
  const names = await readdir(join(dir, 'records'));
  const stats = await Promise.all(names.map((name) => stat(join(dir, 'records', name))));
  return stats.reduce((sum, { size }) => sum + size, 0);
}

const namesOf = async (dir: string) => (await readdir(join(dir, 'records'))).sort();

test('packed files say what they said before, in less than half of the room, and go on', () =>
  withStore(async ({ at, answers }) => {
    const before = await bytesOf(at.place);
    const store = await openPacked(at.place);
    assert.deepEqual(await answersOf(store), answers);
    const names = await namesOf(at.place);
    assert.deepEqual(
      names.map((name) => name.endsWith('.packed')),
      names.map((_, index) => index < names.length - 1),
    );
    assert.ok((await bytesOf(at.place)) < before / 2, `${await bytesOf(at.place)} of ${before}`);
    const more = at.entries(call({ name: 'Later' }));
    assert.equal((await store.ingest(more)).added, 1);
    await store.close();
    await at.reopen();
    assert.equal(await at.store.count(), Number(answers[0]) + 1);
    assert.deepEqual((await at.store.ingest(more)).added, 0);
  }));

test('verify and rebuild know them: nothing is damaged, and the index is made again from them alone', () =>
  withStore(async ({ at, answers }) => {
    await (await openPacked(at.place)).close();
    const verified = await verifyHistory(at.place);
    assert.deepEqual([verified.damages, verified.events], [[], answers[0]]);
    for (const name of ['index.duckdb', 'ids.filter']) await rm(join(at.place, name));
    await rm(join(at.place, 'terms'), { recursive: true });
    const rebuilt = await rebuildHistory(at.place, silentLog);
    assert.deepEqual([rebuilt.damages, rebuilt.events, rebuilt.eventsByOwnWord], [[], answers[0], 0]);
    assert.deepEqual((await verifyHistory(at.place)).damages, []);
    await at.reopen();
    assert.deepEqual(await answersOf(at.store), answers);
  }));

test('a changed byte is told and never believed; what else there is comes back', () =>
  withStore(async ({ at, answers }) => {
    await (await openPacked(at.place)).close();
    const [name] = await namesOf(at.place);
    const path = join(at.place, 'records', name!);
    const { size } = await stat(path);
    for (const [index, byteAt] of [30, 600, size - 10, size - 30].entries()) {
      await flip(path, byteAt);
      const { damages, damageCount } = await verifyHistory(at.place);
      assert.ok(damageCount > 0, `byte ${byteAt} of ${size}`);
      assert.ok(damages.some(({ file }) => file === path));
      // A directory can be made again of the blocks.
      if (index >= 2) {
        const store = await openUnpacked(at.place);
        assert.deepEqual(await answersOf(store), answers);
        await store.close();
      }
      await flip(path, byteAt);
    }
    assert.deepEqual((await verifyHistory(at.place)).damages, []);
    await flip(path, 30);
    const rebuilt = await rebuildHistory(at.place, silentLog);
    assert.ok(rebuilt.damageCount > 0);
    assert.ok(rebuilt.events < Number(answers[0]) && rebuilt.events > 100, String(rebuilt.events));
    assert.deepEqual((await verifyHistory(at.place)).damages, []);
  }));

test('what an interrupted packing leaves: the unfinished is removed, the finished counts', () =>
  withStore(async ({ at, answers }) => {
    const [first] = await namesOf(at.place);
    const records = join(at.place, 'records');
    await writeFile(join(records, first!.replace('.records', '.packing')), 'half a file');
    const { packRecords } = await import('./pack-records.js');
    const second = (await namesOf(at.place)).filter((name) => name.endsWith('.records'))[1]!;
    packRecords(join(records, second), join(records, second.replace('.records', '.packed')));
    assert.deepEqual((await verifyHistory(at.place)).damages, []);
    await at.reopen();
    assert.deepEqual(await answersOf(at.store), answers);
    const names = await namesOf(at.place);
    assert.ok(!names.some((name) => name.endsWith('.packing')) && !names.includes(second), names.join());
  }));

test('a damaged file is not packed', () =>
  withStore(async ({ at }) => {
    const [first] = await namesOf(at.place);
    const path = join(at.place, 'records', first!);
    await flip(path, 5_000);
    const { packRecords } = await import('./pack-records.js');
    assert.throws(() => packRecords(path, `${path}.packing`), DamagedBlockError);
    assert.deepEqual((await namesOf(at.place))[0], first);
    await assert.rejects(stat(`${path}.packing`));
  }));

test('events leave packed files file by file, while pages are read', () =>
  withStore(async ({ at, answers }) => {
    const store = await openPacked(at.place);
    const pages = Promise.all(Array.from({ length: 4 }, () => allPages(store, query())));
    const dropped = await store.dropEnteredBefore(Number.MAX_SAFE_INTEGER);
    await pages;
    assert.equal(dropped, answers[0]);
    assert.deepEqual(await allPages(store, query()), []);
    assert.equal((await namesOf(at.place)).length, 1);
    await store.close();
  }));

test('records of a packed block are found by the addresses that their blocks had', () => {
  const part = fc.record({
    gap: fc.integer({ min: 1, max: 100_000 }),
    texts: fc.array(fc.string(), { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), (given) => {
      const parts: { readonly from: number; readonly texts: readonly string[] }[] = [];
      for (const { gap, texts } of given) parts.push({ from: (parts.at(-1)?.from ?? -1) + gap, texts });
      const writer = new BlockWriter();
      for (const { texts } of parts) for (const text of texts) writer.add(text);
      const front = encodeParts(parts.map((of) => ({ from: of.from, records: of.texts.length })));
      const block = new PackedBlock(Buffer.concat(writer.sealPacked(front)));
      for (const { from: at, texts } of parts) {
        const found = block.part(at);
        assert.deepEqual(
          Array.from({ length: found.records }, (_, slot) => found.json(slot)),
          texts.map((text) => Buffer.from(text).toString()),
        );
        assert.throws(() => found.bytes(texts.length), DamagedBlockError);
        if (!parts.some((other) => other.from === at + 1))
          assert.throws(() => block.part(at + 1), DamagedBlockError);
      }
    }),
    { numRuns: 50 },
  );
});

async function flip(path: string, at: number): Promise<void> {
  const file = await openFile(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  byte[0]! ^= 0x10;
  await file.write(byte, 0, 1, at);
  await file.close();
}
