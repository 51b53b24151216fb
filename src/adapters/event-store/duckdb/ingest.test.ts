// SPDX-License-Identifier: Apache-2.0
// Oracle: what was given. A transaction is made to fail at each of its steps; afterwards the store must be as before,
// and the same batches must go in whole.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { importOfRecords, newId, toPosition } from '../../../ports/contract/event-store-under-test.js';
import type { LoggedRecord } from '../../../ports/event-log.js';
import { silentLog } from '../../../ports/operator-log.js';
import { DayCounts } from './day-counts.js';
import { IdGuide } from './id-guide.js';
import { IndexDatabase, rowsOf } from './index-database.js';
import { type IngestTarget, ingestBatches } from './ingest.js';
import { parseEntries } from './parse-entries.js';
import { Places } from './places.js';
import { RecordFiles } from './record-files.js';
import { TermIndex } from './runs/term-index.js';
import { TermHasher } from './term-hash.js';

async function withTarget(work: (target: IngestTarget) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'cairn-ingest-'));
  const { database, facts } = await IndexDatabase.open(dir, 256 * 1024 * 1024);
  const { files } = RecordFiles.open(join(dir, 'records'), facts.recordsEnd);
  const ids = new IdGuide(join(dir, 'ids.filter'), facts.hashSeed);
  try {
    await work({
      database,
      files,
      ids,
      places: new Places([]),
      days: new DayCounts(),
      terms: new TermIndex(join(dir, 'terms'), {
        hashSeed: facts.hashSeed,
        log: silentLog,
        onLost: () => {},
      }),
      hashSeed: facts.hashSeed,
    });
  } finally {
    database.close();
    files.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function batchOf(target: IngestTarget, count: number) {
  const records = Array.from({ length: count }, () => ({
    id: newId(),
    resources: [{ type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' }],
  }));
  return parseEntries([{ enteredAtMs: 1, entry: importOfRecords(records) }], new TermHasher(target.hashSeed));
}

const countOf = async ({ database }: IngestTarget, table: string): Promise<number> =>
  Number((await rowsOf(database.writer, `SELECT count(*) FROM ${table}`))[0]![0]);

for (const step of ['INSERT INTO places', 'UPDATE progress', 'COMMIT']) {
  test(`a transaction that fails at ${step} leaves nothing, and goes in when it comes again`, () =>
    withTarget(async (target) => {
      const first = await ingestBatches(target, [batchOf(target, 3)], toPosition(1));
      assert.equal(first.added, 3);
      const second = batchOf(target, 5000);
      const other = { ...second, places: [{ accountId: '999988887777', region: 'us-west-2' }] };
      const { writer } = target.database;
      const run = writer.run.bind(writer);
      writer.run = (sql, ...rest) =>
        sql.startsWith(step) ? Promise.reject(new Error('the disk is full')) : run(sql, ...rest);
      await assert.rejects(ingestBatches(target, [other], toPosition(2)), /the disk is full/);
      writer.run = run;
      assert.equal(await countOf(target, 'events'), 3);
      assert.equal(await countOf(target, 'resource_terms'), first.added * 2);
      assert.equal((await rowsOf(writer, 'SELECT position FROM progress'))[0]![0], toPosition(1));
      assert.deepEqual(await ingestBatches(target, [other], toPosition(2)).then(({ added }) => added), 5000);
      assert.equal(await countOf(target, 'events'), 5003);
      assert.equal(await countOf(target, 'places'), 2);
    }));
}

test('a batch with nothing new writes no record bytes', () =>
  withTarget(async (target) => {
    const batch = batchOf(target, 100);
    await ingestBatches(target, [batch], toPosition(1));
    const { end } = target.files;
    const again = await ingestBatches(target, [batch, batch], toPosition(2));
    assert.deepEqual([again.added, again.duplicates, target.files.end], [0, 200, end]);
  }));

test('aggregated events are in no history: not added, and no fault; an entry of nothing else is ingested', () =>
  withTarget(async (target) => {
    const record = (category: LoggedRecord['category'], json: object): LoggedRecord => ({
      accountId: '111122223333',
      region: 'us-east-1',
      category,
      json: JSON.stringify(json),
    });
    const summary = record('Aggregated', { eventVersion: '1.0', eventId: 'a', eventCategory: 'Aggregated' });
    const time = '2026-11-21T10:00:00Z';
    const event = record('Management', {
      eventTime: time,
      eventID: newId(),
      eventName: 'x',
      eventSource: 'y',
    });
    const parse = (...records: LoggedRecord[]) =>
      parseEntries(
        [{ enteredAtMs: 1, entry: { kind: 'call', records, changes: [] } }],
        new TermHasher(target.hashSeed),
      );
    const [both, alone] = [parse(summary, event), parse(summary)];
    assert.deepEqual([both.count, both.faults, alone.count, alone.faults], [1, [], 0, []]);
    await ingestBatches(target, [both], toPosition(1));
    await ingestBatches(target, [alone], toPosition(2));
    assert.equal(await countOf(target, 'events'), 1);
  }));
