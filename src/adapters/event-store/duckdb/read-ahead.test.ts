// SPDX-License-Identifier: Apache-2.0
// Oracle: the same store without reading ahead. Whether a file was read ahead, forgotten, or read ahead for somebody
// else's import must not be seen in any answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  allPages,
  call,
  EventStoreUnderTest,
  importOf,
  importOfRecords,
  query,
} from '../../../ports/contract/event-store-under-test.js';
import type { ImportEntry, LogEntry } from '../../../ports/event-log.js';
import { silentLog } from '../../../ports/operator-log.js';
import { LogFileError } from '../../../record/log-file.js';
import { openDuckdbEventStore } from './open-duckdb-event-store.js';
import { parseAhead } from './parse-entries.js';
import { ReadAheadFiles } from './read-ahead-files.js';
import { readAheadBytesMax } from './store-limits.js';
import { TermHasher } from './term-hash.js';

type Store = Awaited<ReturnType<typeof openDuckdbEventStore>>;
const open = (place: string) => openDuckdbEventStore(place, { log: silentLog });
const withStore = (work: (at: EventStoreUnderTest, store: Store) => Promise<void>): Promise<void> =>
  EventStoreUnderTest.with(open, (at) => work(at, at.store as Store));

const records = Array.from({ length: 300 }, (_, second) => ({
  second,
  name: `Name${second % 7}`,
  user: `user-${second % 11}`,
  region: second % 2 === 0 ? 'eu-central-1' : 'us-east-1',
  resources: [{ type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::b-${second % 5}` }],
}));
const otherAccount = '444455556666';

async function answersAfter(ahead: readonly ImportEntry[], entries: readonly LogEntry[]): Promise<unknown> {
  let answers: unknown;
  await withStore(async (at, store) => {
    for (const { bytes } of ahead) await store.readAhead(bytes);
    const { added, duplicates } = await at.ingest(...entries);
    const pages = [];
    for (const accountId of [query().accountId, otherAccount]) {
      for (const region of ['eu-central-1', 'us-east-1'])
        pages.push(await allPages(store, query({ accountId, region })));
    }
    const byName = await allPages(store, query({ attributes: [{ key: 'EventName', value: 'Name3' }] }));
    const byResource = await allPages(
      store,
      query({ attributes: [{ key: 'ResourceName', value: 'arn:aws:s3:::b-2' }] }),
    );
    answers = { added, duplicates, pages, byName, byResource };
  });
  return answers;
}

test('read ahead or not, the answers are the same', async () => {
  const [first, second] = [importOfRecords(records.slice(0, 200)), importOfRecords(records.slice(150))];
  const entries = [
    call({ second: 1 }),
    first,
    call({ second: 2 }),
    { ...second, accountId: otherAccount },
    first,
  ];
  const expected = await answersAfter([], entries);
  assert.deepEqual(await answersAfter([second], entries), expected);
  assert.deepEqual(await answersAfter([first, second], entries), expected);
  assert.deepEqual(await answersAfter([first, first], entries), expected);
});

test('it tells what the file holds', () =>
  withStore(async (_at, store) => {
    const { bytes } = importOfRecords(records);
    const { shape, recordCount, rejectedCount, textBytes } = await store.readAhead(bytes);
    assert.deepEqual([shape, recordCount, rejectedCount], ['Records', 300, 0]);
    assert.ok(textBytes > 300 * 200, `${textBytes}`);
    assert.ok(bytes.length > 0, 'the bytes stay with the caller');
  }));

const bad: [name: string, bytes: Uint8Array, reason: RegExp][] = [
  ['no JSON', gzipSync('{"Records":[{]}'), /./],
  ['no gzip behind the first bytes', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), /gzip/],
  ['a gzip bomb', gzipSync(Buffer.alloc(600 * 1024 * 1024, 32), { level: 1 }), /MB/],
];
for (const [name, bytes, reason] of bad) {
  test(`a file that is ${name} is refused, and the store goes on`, () =>
    withStore(async (at, store) => {
      await assert.rejects(
        store.readAhead(bytes),
        (error) => error instanceof LogFileError && reason.test(error.message),
      );
      assert.equal((await at.ingest(importOfRecords(records.slice(0, 3)))).added, 3);
    }));
}

test('a partly bad file is not kept: the good records are packed anew', () =>
  withStore(async (at, store) => {
    const partly = importOf('{"Records":[{"eventName":"NoTime","eventID":"x"}]}');
    assert.equal((await store.readAhead(partly.bytes)).rejectedCount, 1);
    assert.equal((await at.ingest(partly)).added, 0);
  }));

test('what is kept is bounded, and the oldest is forgotten first', () => {
  const entry = importOfRecords(records.slice(0, 5));
  const { batch } = parseAhead(entry.bytes, new TermHasher(1));
  const large = { ...batch, blocks: new Uint8Array(readAheadBytesMax / 2 - 1024 * 1024) };
  const files = new ReadAheadFiles();
  files.keep(ReadAheadFiles.nameOf(entry.bytes), large);
  files.keep('second', large);
  files.keep('third', large);
  assert.equal(files.take(entry, 1), undefined, 'the first one had to go');
  files.keep(ReadAheadFiles.nameOf(entry.bytes), batch);
  assert.equal(files.take(entry, 7)?.enteredAtMs[0], 7);
  assert.equal(files.take(entry, 7), undefined, 'taken once');
});
