// SPDX-License-Identifier: Apache-2.0
// Oracle: the log itself. What each store must hold is told by the test's script: who selected what at which place. Every
// operation that writes fails once, before and after it is done, and nothing may change by it.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  type EventDataStoreDocument,
  eventDataStoreKey,
  eventDataStoreStream,
} from '../../event-data-stores/event-data-store.js';
import { membershipKey } from '../../identity/organization-documents.js';
import { ManualClock } from '../../ports/clock.js';
import type { LoggedRecord } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import type { Revision, StateChange } from '../../ports/state-store.js';
import type { AdvancedSelector } from '../../trails/selectors/trail-selectors.js';
import { MemoryStores } from '../aggregate-events/testing/memory-stores.js';
import { StoreReader, storeReader } from './store-reader.js';
import { MemorySegments } from './testing/memory-segments.js';

const owner = '111122223333';
const member = '444455556666';
const dayMs = 86_400_000;

let stores: MemoryStores;
let segments: MemorySegments;
const clock = new ManualClock(Date.UTC(2026, 10, 21));

beforeEach(() => fresh());

function fresh(): void {
  stores = new MemoryStores();
  segments = new MemorySegments();
}

/** As after a crash: nothing is left but what the log and the segments hold. */
function newReader(): StoreReader {
  return new StoreReader({ eventLog: stores.eventLog, segments, clock, log: silentLog });
}

function ofCategory(category: string, ...more: AdvancedSelector['fieldSelectors']): AdvancedSelector[] {
  return [{ fieldSelectors: [{ field: 'eventCategory', equals: [category] }, ...more] }];
}

function store(id: string, more: Partial<EventDataStoreDocument> = {}): EventDataStoreDocument {
  return {
    id,
    name: id,
    accountId: owner,
    region: 'us-east-1',
    status: 'ENABLED',
    isMultiRegion: true,
    selectors: ofCategory('Management'),
    retentionDays: 30,
    billingMode: 'EXTENDABLE_RETENTION_PRICING',
    isTerminationProtected: false,
    tags: {},
    createdAtMs: 0,
    updatedAtMs: 0,
    ...more,
  };
}

function put(document: EventDataStoreDocument): StateChange {
  return { key: eventDataStoreKey(document.accountId, document.region, document.id), value: document };
}

function remove({ accountId, region, id }: EventDataStoreDocument): StateChange {
  return { key: eventDataStoreKey(accountId, region, id), value: null };
}

function record(eventID: string, more: Partial<LoggedRecord> = {}): LoggedRecord {
  const { accountId = owner, region = 'us-east-1', category = 'Management' } = more;
  const json = JSON.stringify({
    eventID,
    awsRegion: region,
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
  });
  return { accountId, region, category, json, ...more };
}

function append(records: readonly LoggedRecord[], changes: readonly StateChange[] = []): void {
  stores.append({ kind: 'call', records, changes });
}

async function readAll(): Promise<void> {
  const reader = newReader();
  await reader.load();
  await reader.readToHead();
  await reader.save();
  await reader.end();
}

function ids(id: string): readonly string[] {
  return segments.ids(eventDataStoreStream(id));
}

describe('what a store takes', () => {
  test('what it selects from its making on, by the selectors of that place, until it is stopped', async () => {
    append([record('before')]);
    append([record('made')], [put(store('a'))]);
    append([record('one'), record('data', { category: 'Data' })]);
    append([], [put(store('a', { selectors: ofCategory('Data') }))]);
    append([record('two'), record('object', { category: 'Data' })]);
    append([], [put(store('a', { status: 'STOPPED_INGESTION', selectors: ofCategory('Data') }))]);
    append([record('stopped', { category: 'Data' })]);
    append([], [put(store('a', { selectors: ofCategory('Data') }))]);
    append([record('again', { category: 'Data' })]);
    await readAll();
    assert.deepEqual(ids('a'), ['made', 'one', 'object', 'again']);
  });

  test('one Region takes its own events, all Regions every one; other accounts none', async () => {
    append([], [put(store('one', { isMultiRegion: false })), put(store('all'))]);
    append([
      record('here'),
      record('there', { region: 'eu-west-1' }),
      record('other', { accountId: member }),
    ]);
    await readAll();
    assert.deepEqual(ids('one'), ['here']);
    assert.deepEqual(ids('all'), ['here', 'there']);
  });

  test("an organization's store takes members' events while they are members", async () => {
    const join = { key: membershipKey(member), value: { accountId: member, organizationId: 'o-1' } };
    append([], [put(store('org', { organizationId: 'o-1' }))]);
    append([record('stranger', { accountId: member })]);
    append([], [join]);
    append([record('member', { accountId: member }), record('mine')]);
    append([], [{ key: membershipKey(member), value: null }]);
    append([record('gone', { accountId: member })]);
    await readAll();
    assert.deepEqual(ids('org'), ['member', 'mine']);
  });

  test('records that were made for stores go there and nowhere else; those for a trail to no store', async () => {
    const activity = store('activity', { selectors: ofCategory('ActivityAuditLog') });
    append([], [put(activity), put(store('a'))]);
    append([
      record('sent', { category: 'ActivityAuditLog', forEventDataStores: ['activity', 'unknown'] }),
      record('summary', { category: 'Aggregated', forTrail: 'arn@1' }),
    ]);
    await readAll();
    assert.deepEqual(ids('activity'), ['sent']);
    assert.deepEqual(ids('a'), []);
    assert.deepEqual(
      segments.streams().map(({ kind }) => kind),
      ['activity'],
    );
  });

  test('a bundle goes to the stores that it names and still are there, each record on a line of its own', async () => {
    const activity = store('activity', { selectors: ofCategory('ActivityAuditLog') });
    const texts = ['{"eventID":"one",\n"a":"é"}', '{"eventID":"two"}'];
    const bundle = {
      accountId: owner,
      region: 'us-east-1',
      category: 'ActivityAuditLog',
      forEventDataStores: ['activity', 'unknown'],
      texts: Buffer.from(texts.join('')),
      textBytes: Uint32Array.from(texts, (text) => Buffer.byteLength(text)),
    } as const;
    append([], [put(activity), put(store('a'))]);
    stores.append({ kind: 'call', records: [record('call')], changes: [], bundle });
    append([], [remove(activity)]);
    stores.append({ kind: 'call', records: [], changes: [], bundle });
    append([], [put(activity)]);
    await readAll();
    assert.deepEqual(ids('activity'), ['one', 'two']);
    assert.deepEqual(ids('a'), ['call']);
  });

  test('imports go to the store that they name, without what it has; a file that cannot be read stops nobody', async () => {
    const old = (eventID: string, eventTime = '2020-01-01T00:00:00Z') => ({
      ...JSON.parse(record(eventID).json),
      eventTime,
    });
    const beyondRetention = old('beyond', '2016-01-01T00:00:00Z');
    const file = (events: readonly unknown[], eventDataStore?: string) =>
      stores.append({
        kind: 'import',
        accountId: owner,
        source: 's3://logs/a.json.gz',
        eventCount: events.length,
        gzip: true,
        bytes: gzipSync(JSON.stringify({ Records: events })),
        ...(eventDataStore === undefined ? {} : { eventDataStore }),
      });
    stores.nowMs = clock.now();
    append([], [put(store('a', { retentionDays: 3_653 }))]);
    file([old('1'), beyondRetention, old('2')], 'a');
    file([old('2'), old('3')], 'a');
    file([old('history')]);
    file([old('nobody')], 'unknown');
    stores.append({
      kind: 'import',
      accountId: owner,
      source: 'x',
      eventCount: 1,
      gzip: true,
      bytes: Buffer.from('no gzip'),
      eventDataStore: 'a',
    });
    append([record('after')]);
    await readAll();
    assert.deepEqual(ids('a').toSorted(), ['1', '2', '3', 'after']);
  });
});

describe('enriched events', () => {
  test('each store has its own copy: as large as it takes them, with the keys that it asked for at that place', async () => {
    const context = {
      requestContext: { 'aws:userid': 'AIDA', 'aws:ViaAWSService': 'false' },
      tagContext: { resourceTags: [{ arn: 'arn:aws:s3:::b', tags: { team: 'audit', cost: '7' } }] },
    };
    const enriched = (eventID: string) =>
      record(eventID, {
        eventContext: JSON.stringify(context),
        largeJson: JSON.stringify({ eventID, large: true }),
      });
    const selectors = [
      { type: 'RequestContext', equals: ['aws:UserId'] },
      { type: 'TagContext', equals: ['team'] },
    ] as const;
    append([], [put(store('plain')), put(store('large', { maxEventSize: 'Large' }))]);
    append([enriched('before')], [put(store('rich', { maxEventSize: 'Large' }))]);
    append([], [put(store('rich', { maxEventSize: 'Large', contextKeySelectors: selectors }))]);
    append([enriched('after'), record('other')]);
    await readAll();
    const texts = (id: string) => segments.records(eventDataStoreStream(id)).map((each) => JSON.parse(each));
    assert.ok(texts('plain').every((each) => each.large === undefined && each.eventContext === undefined));
    assert.deepEqual(
      texts('large').map(({ eventID, large, eventContext }) => [eventID, large, eventContext]),
      [
        ['before', true, undefined],
        ['after', true, undefined],
        ['other', undefined, undefined],
      ],
    );
    assert.deepEqual(
      texts('rich').map(({ eventID, large, eventContext }) => [eventID, large, eventContext]),
      [
        ['before', true, undefined],
        [
          'after',
          true,
          {
            requestContext: { 'aws:userid': 'AIDA' },
            tagContext: { resourceTags: [{ arn: 'arn:aws:s3:::b', tags: { team: 'audit' } }] },
          },
        ],
        ['other', undefined, undefined],
      ],
    );
  });
});

describe('a KMS key', () => {
  const kmsKeyId = 'arn:aws:kms:us-east-1:111122223333:key/1';

  test('is for all that is written after it was set, and for the batch that it comes into', async () => {
    append([], [put(store('a')), put(store('plain'))]);
    append([record('before')]);
    append([], [put(store('a', { kmsKeyId }))]);
    append([record('after')]);
    await readAll();
    assert.deepEqual(ids('a'), ['before', 'after']);
    assert.deepEqual(segments.kmsKeys.sort(), [kmsKeyId, undefined]);
  });

  test('is for imports too', async () => {
    append([], [put(store('a', { kmsKeyId, retentionDays: 3_653 }))]);
    stores.append({
      kind: 'import',
      accountId: owner,
      source: 's3://logs/a.json.gz',
      eventCount: 1,
      gzip: false,
      bytes: Buffer.from(
        JSON.stringify({ Records: [{ ...JSON.parse(record('1').json), eventTime: '2026-01-01T00:00:00Z' }] }),
      ),
      eventDataStore: 'a',
    });
    await readAll();
    assert.deepEqual(ids('a'), ['1']);
    assert.deepEqual(segments.kmsKeys, [kmsKeyId]);
  });

  test('that a checkpoint does not know yet is taken from the state', async () => {
    append([], [put(store('a'))]);
    await readAll();
    append([record('after')]);
    const document = store('a', { kmsKeyId });
    const key = eventDataStoreKey(document.accountId, document.region, document.id);
    const stateStore = {
      get: <T>(name: string) =>
        name === key ? { key, value: document as T, revision: '1' as unknown as Revision } : undefined,
    };
    const reader = new StoreReader({
      eventLog: stores.eventLog,
      segments,
      clock,
      log: silentLog,
      stateStore,
    });
    await reader.load();
    await reader.readToHead();
    await reader.save();
    await reader.end();
    assert.deepEqual(segments.kmsKeys, [kmsKeyId]);
  });
});

describe('the end of a store', () => {
  test('a store that waits for its deletion keeps its events and takes none; one that is gone has none left', async () => {
    append([], [put(store('a'))]);
    append([record('one')]);
    append([], [put(store('a', { status: 'PENDING_DELETION', deleteAtMs: 1 }))]);
    append([record('late'), record('sent', { category: 'ActivityAuditLog', forEventDataStores: ['a'] })]);
    await readAll();
    assert.deepEqual(ids('a'), ['one']);
    append([], [remove(store('a'))]);
    await readAll();
    assert.deepEqual(segments.streams(), []);
  });

  test('retention goes by the time that events happened', async () => {
    append([record('one')], [put(store('a', { retentionDays: 7 }))]);
    const reader = newReader();
    await reader.load();
    await reader.readToHead();
    await reader.save();
    await reader.dropExpired();
    await reader.end();
    assert.deepEqual(segments.drops, [
      `${eventDataStoreStream('a')} happened before ${clock.now() - 7 * dayMs}`,
    ]);
  });
});

describe('crashes', () => {
  /** Reads in small steps, so that places are saved in many moments; a failure is a crash. */
  async function readThrough(): Promise<number> {
    for (let crashes = 0; ; crashes++) {
      assert.ok(crashes < 5);
      const reader = newReader();
      try {
        await reader.load();
        await reader.readToHead();
        await reader.flush();
        await reader.save();
        return crashes;
      } catch {
        // The next one goes on from what is saved.
      } finally {
        await reader.end();
      }
    }
  }

  async function script(): Promise<number> {
    let crashes = 0;
    append([record('before')]);
    append([record('made')], [put(store('a')), put(store('b', { selectors: ofCategory('Data') }))]);
    append([record('one'), record('object', { category: 'Data' })]);
    crashes += await readThrough();
    append([record('two')], [put(store('b'))]);
    append([record('three')]);
    crashes += await readThrough();
    append([], [remove(store('a'))]);
    append([record('four')]);
    crashes += await readThrough();
    return crashes;
  }

  test('every operation that writes fails once, before and after: every record comes exactly once', async () => {
    await script();
    const wanted = ids('b');
    assert.deepEqual(wanted, ['object', 'two', 'three', 'four']);
    const [inLog, inSegments] = [stores.operations, segments.operations];
    assert.ok(inLog >= 4 && inSegments >= 3);
    for (const fault of ['before', 'after'] as const) {
      for (let n = 0; n < inLog + inSegments; n++) {
        fresh();
        if (n < inLog) stores.faultAt = [n, fault];
        else segments.faultAt = [n - inLog, fault];
        assert.equal(await script(), 1, `operation ${n} ${fault}`);
        assert.deepEqual(ids('b'), wanted, `operation ${n} ${fault}`);
        assert.deepEqual(
          segments.streams().map(({ stream }) => stream),
          [eventDataStoreStream('b')],
        );
      }
    }
  });

  test('the log keeps what the reader has not passed: it saves its place before anything is read', async () => {
    const reader = newReader();
    await reader.load();
    assert.ok((await stores.eventLog.checkpoint(storeReader)) !== undefined);
    await reader.end();
  });
});
