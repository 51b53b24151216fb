// SPDX-License-Identifier: Apache-2.0
// Oracle: the records that the files were made of, read back from a real log.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { systemClock } from '../../ports/clock.js';
import { type ImportEntry, LogFullError, type Position, START } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import { LogFileError, readLogFile } from '../../record/log-file.js';
import { pause, until } from '../../testing/until.js';
import { ScriptedEventLog } from '../index-history/testing/scripted-stores.js';
import { createImporter, type Importer } from './importer.js';

const accountId = '111122223333';
const record = (n: number) => ({
  eventVersion: '1.11',
  eventTime: '2026-11-21T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'CreateBucket',
  eventID: String(n),
});
const file = (...list: unknown[]) => Buffer.from(JSON.stringify({ Records: list }));

describe('importer', () => {
  let dir: string;
  let stores: LmdbStores;
  let importer: Importer;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cairn-import-'));
    stores = await openLmdbStores(dir, { clock: systemClock, log: silentLog });
    importer = createImporter({
      eventLog: stores.eventLog,
      indexer: { caughtUpTo: () => Promise.resolve() },
      log: silentLog,
    });
  });
  afterEach(async () => {
    await importer.close();
    await stores.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function logged(): Promise<ImportEntry[]> {
    return (await stores.eventLog.read(START)).map(({ entry }) => entry as ImportEntry);
  }

  test('a file is in the log as it came, behind the position that is answered', async () => {
    const bytes = gzipSync(file(record(1), record(2)));
    const { position, ...summary } = await importer.importFile('a.json.gz', Buffer.from(bytes), accountId);
    assert.deepEqual(summary, { shape: 'Records', recordCount: 2, rejectedCount: 0, rejected: [] });
    assert.equal(position, stores.eventLog.head());
    const [entry] = await logged();
    assert.deepEqual(
      { ...entry, bytes: Buffer.from(entry!.bytes) },
      { kind: 'import', accountId, source: 'a.json.gz', eventCount: 2, gzip: true, bytes },
    );
  });

  test('a bad file changes nothing and others go on', async () => {
    const results = await Promise.allSettled([
      importer.importFile('bad', Buffer.from('{'), accountId),
      importer.importFile('good', file(record(1)), accountId),
      importer.importFile('digest', Buffer.from('{"digestStartTime":"x","digestEndTime":"y"}'), accountId),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
    assert.ok((results[0] as PromiseRejectedResult).reason instanceof LogFileError);
    assert.deepEqual(
      (await logged()).map(({ source }) => source),
      ['good'],
    );
  });

  test('many files at a time all go in, each once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        importer.importFile(`f${n}`, gzipSync(file(record(n))), accountId),
      ),
    );
    assert.equal(new Set(answers.map(({ position }) => position)).size, 200);
    const ids = (await logged()).flatMap(({ gzip, bytes }) =>
      readLogFile(gzip ? gunzipSync(bytes) : bytes).records.map(({ fields }) => Number(fields.eventId)),
    );
    assert.deepEqual(
      ids.sort((a, b) => a - b),
      Array.from({ length: 200 }, (_, n) => n),
    );
  });

  test('close waits for files that are under way, and refuses more', async () => {
    const underWay = importer.importFile('a', file(record(1)), accountId);
    await importer.close();
    assert.equal((await underWay).recordCount, 1);
    await assert.rejects(importer.importFile('b', file(record(2)), accountId), /importing has ended/);
  });
});

describe('importer and a history that lags behind', () => {
  test('the log never holds much that the history lacks', async () => {
    const eventLog = new ScriptedEventLog();
    let catchUp = () => {};
    const caughtUp = new Promise<void>((resolve) => {
      catchUp = resolve;
    });
    const importer = createImporter({
      eventLog,
      indexer: { caughtUpTo: () => caughtUp },
      log: silentLog,
      unindexedBytesMax: 300,
    });
    const files = Array.from({ length: 4 }, (_, n) =>
      importer.importFile(`f${n}`, file(record(n)), accountId),
    );
    await Promise.race(files);
    await until(() => eventLog.entries.length >= 2);
    await pause(100);
    assert.equal(eventLog.entries.length, 2);
    catchUp();
    await Promise.all(files);
    assert.equal(eventLog.entries.length, 4);
    await importer.close();
  });

  test('a full log is trimmed behind the history, then the file goes in', async () => {
    const eventLog = new FullEventLog(1);
    const importer = createImporter({
      eventLog,
      indexer: { caughtUpTo: () => Promise.resolve() },
      log: silentLog,
    });
    await importer.importFile('a', file(record(1)), accountId);
    assert.deepEqual([eventLog.trims, eventLog.entries.length], [1, 1]);
    await importer.close();
  });

  test('a log that stays full refuses the file', async () => {
    const eventLog = new FullEventLog(9);
    const importer = createImporter({
      eventLog,
      indexer: { caughtUpTo: () => Promise.resolve() },
      log: silentLog,
    });
    await assert.rejects(importer.importFile('a', file(record(1)), accountId), LogFullError);
    assert.equal(eventLog.entries.length, 0);
    await importer.close();
  });
});

class FullEventLog extends ScriptedEventLog {
  #refusals: number;
  constructor(refusals: number) {
    super();
    this.#refusals = refusals;
  }
  override append(entry: Parameters<ScriptedEventLog['append']>[0]): Promise<Position> {
    return this.#refusals-- > 0 ? Promise.reject(new LogFullError('full')) : super.append(entry);
  }
  override trim(): Promise<number> {
    this.trims++;
    return Promise.resolve(1);
  }
}
