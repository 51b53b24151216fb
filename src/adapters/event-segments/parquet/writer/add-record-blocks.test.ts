// SPDX-License-Identifier: Apache-2.0
// Oracle: DuckDB's reading of the same file: its row of that number has the record that the blocks have there.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findBlocks, hasBlocks, RecordBlockReader, readLineOfRow } from '../../../../record/record-blocks.js';
import { fixtureEvents } from '../../../../record/testing/recorded-events.js';
import { runSql } from '../testing/read-parquet.js';
import { SegmentWriter } from './segment-writer.js';

const records = [
  '{}',
  '[1,2]',
  '"a text"',
  '{"eventTime":"no time","eventID":"odd","requestParameters":{"a":"\\ud83d"}}',
  ...fixtureEvents().map((event) => JSON.stringify(event)),
];

let folder: string;
let writer: SegmentWriter;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-blocks-'));
  writer = await SegmentWriter.open(join(folder, 'scratch'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

function linesOf(some: readonly string[], place?: string): Uint8Array {
  const more = place === undefined ? '' : `"place":"${place}",`;
  return Buffer.from(
    some
      .map(
        (record, n) =>
          `{${more}"account":"111122223333","region":"eu-west-1","category":"Management","entered":${1_795_255_200_000 + n},"record":${record}}\n`,
      )
      .join(''),
  );
}

async function write(name: string, lines: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writer.run({ kind: 'write', path, records: 'cloudtrail', lines });
  return path;
}

function readerOf(path: string): RecordBlockReader | undefined {
  const bytes = readFileSync(path);
  const read = (position: number, length: number) => bytes.subarray(position, position + length);
  const found = findBlocks(bytes.length, read);
  return found && new RecordBlockReader(found, read);
}

async function verify(path: string, count: number): Promise<void> {
  const rows = await runSql(
    `SELECT file_row_number AS row, account, region, category, entered::VARCHAR AS entered, record FROM read_parquet('${path}')`,
  );
  const reader = readerOf(path);
  assert.equal(rows.length, count);
  assert.ok(reader !== undefined, 'it has blocks');
  for (const { row, account, region, category, entered, record } of rows)
    assert.deepEqual(readLineOfRow(reader.line(Number(row))), [account, region, category, entered, record]);
  assert.throws(() => reader.line(count));
}

describe('the record blocks of a file', () => {
  test('are its rows, whatever records are', () =>
    write('one.parquet', linesOf(records)).then((path) => verify(path, records.length)));

  test('are not where the history has the records', async () => {
    const path = await write('placed.parquet', linesOf(records.slice(4), '7'));
    const bytes = readFileSync(path);
    assert.equal(
      hasBlocks(bytes.length, (position, length) => bytes.subarray(position, position + length)),
      false,
    );
  });

  test('go with the rows when files are merged, one file or many, with all or some of them', async () => {
    const half = Math.floor(records.length / 2);
    const from = [
      await write('a.parquet', linesOf(records.slice(half))),
      await write('b.parquet', linesOf(records.slice(0, half))),
    ];
    for (const files of [from.slice(0, 1), from]) {
      const path = join(folder, `merged-${files.length}.parquet`);
      const written = await writer.run({ kind: 'merge', records: 'cloudtrail', path, from: files });
      await verify(path, files === from ? records.length : records.length - half);
      assert.equal(written?.bytes, readFileSync(path).length);
    }
    const since = Date.UTC(2019, 0, 1);
    const kept = join(folder, 'since.parquet');
    const written = await writer.run({
      kind: 'merge',
      path: kept,
      records: 'cloudtrail',
      from,
      happenedSinceMs: since,
    });
    assert.ok(written !== undefined && written.rows < records.length, 'some are left out');
    await verify(kept, written.rows);
  });

  test('are made for a file that is merged with one of an earlier release', async () => {
    const old = await write('old.parquet', linesOf(records.slice(0, 9)));
    await runSql(`COPY (SELECT * FROM read_parquet('${old}')) TO '${old}.plain' (FORMAT parquet)`);
    assert.equal(readerOf(`${old}.plain`), undefined);
    const path = join(folder, 'renewed.parquet');
    await writer.run({
      kind: 'merge',
      path,
      records: 'cloudtrail',
      from: [`${old}.plain`, join(folder, 'a.parquet')],
    });
    await verify(path, 9 + records.length - Math.floor(records.length / 2));
  });

  test('are of the rows that were not known', async () => {
    const known = { path: await write('known.parquet', linesOf(records)), fromMs: 0, toMs: 4e12 };
    const fresh = '{"eventID":"fresh","eventTime":"2018-01-01T00:00:00Z"}';
    const path = join(folder, 'unknown.parquet');
    const lines = linesOf([...records.slice(4), fresh]);
    const written = await writer.run({
      kind: 'write',
      path,
      records: 'cloudtrail',
      lines,
      known: [known],
    });
    assert.ok(written !== undefined && written.rows >= 1 && written.rows < records.length);
    await verify(path, written.rows);
  });
});
