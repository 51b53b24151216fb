// SPDX-License-Identifier: Apache-2.0
// Oracle: the contract of query-results.ts over the real object store; plain arrays for paging.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { openFilesystemObjectStore } from '../../adapters/object-store/filesystem/open-filesystem-object-store.js';
import { systemClock } from '../../ports/clock.js';
import { testStoreKey } from '../../ports/contract/object-store-under-test.js';
import type { ObjectStore } from '../../ports/object-store.js';
import type { Row } from '../query-engine.js';
import { ObjectQueryResults, resultsBucket } from './object-query-results.js';
import { packRows } from './packed-rows.js';
import { csvRows } from './quoted-csv.js';

const dir = mkdtempSync(join(tmpdir(), 'cairn-query-results-'));
const columns = [
  { name: 'n', type: 'bigint' },
  { name: 'text', type: 'varchar' },
];
let objectStore: ObjectStore;
let results: ObjectQueryResults;
let ids = 0;

before(async () => {
  objectStore = await openFilesystemObjectStore(dir, { clock: systemClock, key: testStoreKey });
  results = new ObjectQueryResults(objectStore);
});
after(async () => {
  await objectStore.close();
  rmSync(dir, { recursive: true, force: true });
});

function newId(): string {
  ids += 1;
  return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
}

function rowsUpTo(count: number, text: (n: number) => string | null = (n) => `row ${n}`): Row[] {
  return Array.from({ length: count }, (_, n) => [String(n), text(n)]);
}

async function written(id: string, rows: readonly Row[]) {
  const writer = results.write(id);
  writer.columns(columns);
  for (let from = 0; from < rows.length; from += 700) await writer.rows(rows.slice(from, from + 700));
  return writer.finish();
}

async function keys(): Promise<string[]> {
  return (await objectStore.list(resultsBucket, { limit: 1_000 })).objects.map(({ key }) => key);
}

describe('results of queries', () => {
  test('pages are those of the rows, wherever they begin and end', async () => {
    const rows = rowsUpTo(3_456);
    const id = newId();
    await written(id, rows);
    const result = await results.open(id);
    assert.deepEqual([result?.columns, result?.rowCount], [columns, 3_456]);
    await fc.assert(
      fc.asyncProperty(fc.nat(4_000), fc.nat(2_500), async (from, count) => {
        assert.deepEqual(await result?.rows(from, count), rows.slice(from, from + count));
      }),
      { numRuns: 40 },
    );
    const pieces: Row[] = [];
    for await (const piece of result!.pieces()) pieces.push(...piece);
    assert.deepEqual(pieces, rows);
  });

  test('no rows, NULL, empty and large cells', async () => {
    assert.equal((await written(newId(), [])).rowCount, 0);
    const rows = rowsUpTo(5, (n) => [null, '', 'x'.repeat(900_000), '\u0000\u{1f600}', '"\\'][n] ?? null);
    const id = newId();
    assert.deepEqual(await (await written(id, rows)).rows(0, 10), rows);
  });

  test('nothing is visible before it is finished, and a result that was begun again is the last one', async () => {
    const id = newId();
    const first = results.write(id);
    first.columns(columns);
    await first.rows(rowsUpTo(5_000));
    assert.equal(await results.open(id), undefined);
    await written(id, rowsUpTo(10));
    assert.equal((await results.open(id))?.rowCount, 10);
  });

  test('what is removed or abandoned leaves nothing behind', async () => {
    const before = await keys();
    const [removed, abandoned] = [newId(), newId()];
    await written(removed, rowsUpTo(3_000));
    const writer = results.write(abandoned);
    await writer.rows(rowsUpTo(2_500));
    await writer.abandon();
    await results.remove(removed);
    await results.remove(removed);
    assert.equal(await results.open(removed), undefined);
    assert.deepEqual(await keys(), before);
  });

  test('few rows are one object, many have theirs; statistics and the size of their CSV stay with them', async () => {
    const statistics = {
      planningMs: 1,
      executionMs: 2,
      bytesScanned: 3,
      rowsScanned: 4,
      rowsReturned: 5,
    };
    const piece = rowsUpTo(1_000, () => randomBytes(300).toString('base64'));
    const csv = Buffer.from(csvRows(piece));
    const packed = { count: piece.length, packed: await packRows(piece), csvBytes: csv.length };
    for (const [pieces, objects] of [
      [1, 1],
      [5, 6],
    ] as const) {
      const before = await keys();
      const id = newId();
      const writer = results.write(id);
      writer.columns(columns);
      for (let n = 0; n < pieces; n += 1) await writer.packed({ ...packed, csv });
      const made = await writer.finish(statistics);
      const found = await results.open(id);
      assert.equal((await keys()).length - before.length, objects);
      assert.deepEqual(made.csv, {
        bytes: pieces * csv.length,
        pieces: Array.from({ length: pieces }, () => csv),
      });
      assert.deepEqual(found?.csv, { bytes: pieces * csv.length });
      assert.deepEqual([made.statistics, found?.statistics], [statistics, statistics]);
      for (const result of [made, found])
        assert.deepEqual(await result?.rows(pieces * 1_000 - 3, 9), piece.slice(-3));
    }
  });

  test('CSV that is not all at hand, or not of all rows, is none', async () => {
    const piece = rowsUpTo(2);
    const packed = { count: 2, packed: await packRows(piece) };
    const csv = Buffer.from(csvRows(piece));
    for (const [given, expected] of [
      [[{ csvBytes: csv.length, csv }, { csvBytes: 7 }], { bytes: csv.length + 7 }],
      [[{ csvBytes: csv.length, csv }, {}], undefined],
      [[{}, { csvBytes: csv.length, csv }], undefined],
      [[], undefined],
    ] as const) {
      const writer = results.write(newId());
      writer.columns(columns);
      for (const facts of given) await writer.packed({ ...packed, ...facts });
      assert.deepEqual((await writer.finish()).csv, expected);
    }
  });

  test('results of older releases are read', async () => {
    const id = newId();
    const put = (name: string, value: unknown) =>
      objectStore.put(resultsBucket, `${id}/${name}`, gzipSync(JSON.stringify(value)));
    await put('00000000', rowsUpTo(2));
    await put('index', { columns, chunks: [2] });
    const result = await results.open(id);
    assert.deepEqual([result?.rowCount, result?.statistics, result?.csv], [2, undefined, undefined]);
    assert.deepEqual(await result?.rows(0, 5), rowsUpTo(2));
  });

  test('an id that is none is refused: it is a part of keys', async () => {
    assert.throws(() => results.write('../x'), TypeError);
    await assert.rejects(results.open('a/b'), TypeError);
  });
});
