// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail Data Service API Reference, "PutAuditEvents" (which events fail, with which codes; what fails as a whole), and, for
// requests that are read beside the main thread, the very same requests read on it: same answers, same entries of the log.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { ChannelDocument } from '../../event-data-stores/channel.js';
import { channelArn, channelIngestionKey, channelKey } from '../../event-data-stores/channel.js';
import { type EventDataStoreDocument, eventDataStoreKey } from '../../event-data-stores/event-data-store.js';
import { AwsApi } from '../../request-path/aws-api.js';
import {
  accountId,
  authenticatorOf,
  dependencies,
  MemoryStores,
  signedRequest,
  wireRequest,
} from '../../request-path/testing/scene.js';
import { loadedService } from '../served-service.js';
import { AuditBatchThread, BatchThreadEndedError } from './audit-batch-thread.js';
import { createCloudTrailDataService } from './cloudtrail-data-service.js';
import { cloudtrailDataModel } from './model.js';
import { eventIds } from './new-event-id.js';

const region = 'us-east-1';
const store = {
  id: 'a-store',
  name: 'activity',
  accountId,
  region,
  status: 'ENABLED',
  isMultiRegion: true,
  selectors: [{ fieldSelectors: [{ field: 'eventCategory', equals: ['ActivityAuditLog'] }] }],
  retentionDays: 30,
  billingMode: 'EXTENDABLE_RETENTION_PRICING',
  isTerminationProtected: false,
  tags: {},
  createdAtMs: 0,
  updatedAtMs: 0,
} satisfies EventDataStoreDocument;
const channel: ChannelDocument = {
  id: 'a-channel',
  name: 'billing',
  accountId,
  region,
  source: 'Custom',
  destinations: [
    {
      type: 'EVENT_DATA_STORE',
      location: `arn:aws:cloudtrail:${region}:${accountId}:eventdatastore/${store.id}`,
    },
  ],
  tags: {},
  createdAtMs: 0,
  updatedAtMs: 0,
};
const arn = channelArn(channel);

type Thread = Pick<AuditBatchThread, 'read'>;
/** Everything is read on the main thread. */
const noThread: Thread = { read: () => undefined };

class Scene {
  readonly stores = new MemoryStores();
  readonly #api: AwsApi;

  constructor(thread: Thread, isStopped = false) {
    const { errors: _, ...deps } = dependencies(this.stores);
    const status = isStopped ? 'STOPPED_INGESTION' : 'ENABLED';
    this.stores.put(eventDataStoreKey(accountId, region, store.id), { ...store, status });
    this.stores.put(channelKey(channel), channel);
    this.#api = new AwsApi({
      ...deps,
      services: [
        loadedService(createCloudTrailDataService({ model: cloudtrailDataModel, newId: eventIds(), thread })),
      ],
      authenticator: authenticatorOf(this.stores),
      homeRegion: region,
      routing: { baseHosts: [] },
      onRefused: () => {},
      onAnswered: () => {},
      onRecorded: () => {},
    });
  }

  async put(body: string, query = `channelArn=${encodeURIComponent(arn)}`) {
    const signed = signedRequest({
      service: 'cloudtrail-data',
      path: `/PutAuditEvents?${query}`,
      headers: { 'content-type': 'application/json' },
      body,
    });
    const { status, headers, body: text } = await this.#api.answer(wireRequest(signed));
    return { status, type: headers['x-amzn-errortype'], answer: JSON.parse(String(text)) as Answer };
  }

  /** The entries, bundles as texts. */
  get entries() {
    return this.stores.entries.map(({ bundle, ...entry }) => {
      if (bundle === undefined) return { ...entry, bundle };
      let end = 0;
      const records = Array.from(bundle.textBytes, (length) => {
        end += length;
        return Buffer.from(bundle.texts.slice(end - length, end)).toString();
      });
      const { texts: _, textBytes: __, ...place } = bundle;
      return { ...entry, bundle: { ...place, records } };
    });
  }
}

interface Answer {
  readonly successful?: readonly { readonly id: string; readonly eventID: string }[];
  readonly failed?: readonly {
    readonly id: string;
    readonly errorCode: string;
    readonly errorMessage: string;
  }[];
  readonly message?: string;
}

const event = (more: object = {}) => ({
  version: '1.0',
  userIdentity: { type: 'User', principalId: 'alice', details: {} },
  eventSource: 'billing.example.com',
  eventName: 'RefundIssued',
  eventTime: '2026-11-21T10:00:00Z',
  UID: 'u',
  recipientAccountId: accountId,
  ...more,
});
const entry = (id: string, more: object = {}) => ({ id, eventData: JSON.stringify(event(more)) });
/** So large that the request is read beside the main thread. */
const large = entry('large', { requestParameters: { text: 'ü'.repeat(20_000) } });
const bodyOf = (...auditEvents: object[]) => JSON.stringify({ auditEvents });

/** Without the ids that are drawn anew, each in the place of which it has to be. */
function comparable({ status, type, answer }: Awaited<ReturnType<Scene['put']>>, { entries }: Scene) {
  const text = JSON.stringify({ status, type, answer, entries });
  return (answer.successful ?? []).reduce((rest, { eventID }, at) => {
    assert.ok(rest.split(eventID).length > 2, 'the answer and the log name it');
    return rest.replaceAll(eventID, `id ${at}`);
  }, text);
}

describe('an answer', () => {
  test('tells of each event whether it is in the log, in the order of the request', async () => {
    const scene = new Scene(noThread);
    const put = await scene.put(
      bodyOf(entry('a'), entry('b', { recipientAccountId: '999999999999' }), entry('c'), {
        id: 'd',
        eventData: '[]',
      }),
    );
    assert.equal(put.status, 200);
    assert.deepEqual(
      put.answer.successful?.map(({ id }) => id),
      ['a', 'c'],
    );
    assert.deepEqual(
      put.answer.failed?.map(({ id, errorCode }) => [id, errorCode]),
      [
        ['b', 'InvalidRecipient'],
        ['d', 'InvalidData'],
      ],
    );
    const [written] = scene.entries;
    assert.deepEqual(
      written?.bundle?.records.map((json) => (JSON.parse(json) as { eventID: string }).eventID),
      put.answer.successful?.map(({ eventID }) => eventID),
    );
    assert.deepEqual(written?.bundle?.forEventDataStores, ['a-store']);
    assert.deepEqual(
      written?.changes.map(({ key }) => key),
      [channelIngestionKey(channel)],
    );
  });

  test('tells that nobody takes events: AccountNotSubscribed for each, and nothing is in the log but the attempt', async () => {
    const scene = new Scene(noThread, true);
    const { answer } = await scene.put(bodyOf(entry('a'), { id: 'b', eventData: '[]' }));
    assert.deepEqual(answer.successful, []);
    assert.deepEqual(
      answer.failed?.map(({ errorCode }) => errorCode),
      Array(2).fill('AccountNotSubscribed'),
    );
    assert.deepEqual(
      scene.entries.map(({ bundle }) => bundle),
      [undefined],
    );
  });
});

// Source: CloudTrail API Reference, "IngestionStatus" (LatestIngestionErrorCode: of the most recent failure).
test('the status of a channel is written once a second, and whenever events fail in another way', async () => {
  const scene = new Scene(noThread);
  const faulty = { id: 'b', eventData: '[]' };
  const foreign = entry('c', { recipientAccountId: '999999999999' });
  const noted: (string | undefined)[] = [];
  for (const events of [[entry('a')], [entry('a')], [faulty], [faulty], [foreign], [entry('a')]]) {
    const before = scene.entries.length;
    await scene.put(bodyOf(...events));
    const changes = scene.entries.slice(before).flatMap((each) => each.changes);
    const change = changes.find(({ key }) => key === channelIngestionKey(channel));
    noted.push(change === undefined ? 'nothing' : (change.value as { errorCode?: string }).errorCode);
  }
  assert.deepEqual(noted, [undefined, 'nothing', 'InvalidData', 'nothing', 'InvalidRecipient', 'nothing']);
});

describe('a request that is read beside the main thread', () => {
  const thread = new AuditBatchThread();
  let read = 0;
  const counted: Thread = {
    read: (...args) => {
      read += 1;
      return thread.read(...args);
    },
  };
  after(() => thread.end());

  const query = (name: string, more = '') => `channelArn=${encodeURIComponent(name)}${more}`;
  const cases: [what: string, body: string, query: string | undefined, isStopped?: boolean][] = [
    ['events in order', bodyOf(entry('a'), large), undefined],
    [
      'faults between them',
      bodyOf({ id: 'x', eventData: '{' }, large, entry('y', { UID: '' }), entry('z')),
      undefined,
    ],
    ['all at fault', bodyOf({ ...large, eventDataChecksum: 'x' }), undefined],
    ['an id twice', bodyOf(large, large), undefined],
    ['an id that is none', bodyOf({ ...large, id: 'a b' }), undefined],
    ['no id', bodyOf({ eventData: large.eventData }), undefined],
    ['too many', bodyOf(large, ...Array.from({ length: 100 }, (_, at) => entry(`e${at}`))), undefined],
    ['no JSON', `{${' '.repeat(20_000)}`, undefined],
    ['another type', `{"auditEvents":"${'x'.repeat(20_000)}"}`, undefined],
    ['nulls', bodyOf(large, null as never), undefined],
    ['a channel that is not there', bodyOf(large), query(`${arn}x`)],
    ['a channel by its id', bodyOf(large), query('a-channel')],
    ['no channel’s ARN', bodyOf(large), query('arn:aws:s3:::bucket')],
    ['no channel', bodyOf(large), ''],
    ['an address that cannot be read', bodyOf(large), 'channelArn=%FF'],
    ['an external id', bodyOf(large), query(arn, '&externalId=secret')],
    ['an external id that is none', bodyOf(large), query(arn, '&externalId=%20')],
    ['stores that take nothing', bodyOf(large, { id: 'b', eventData: '' }), undefined, true],
  ];
  for (const [what, body, address, isStopped] of cases) {
    test(`${what}: as on the main thread`, async () => {
      const [beside, here] = [new Scene(counted, isStopped), new Scene(noThread, isStopped)];
      const [one, other] = [await beside.put(body, address), await here.put(body, address)];
      assert.equal(comparable(one, beside), comparable(other, here));
    });
  }

  // `batch` is a member of our own, behind the thread: who sends one has sent a member that the model does not have.
  test('that brings what only the thread may bring: it counts for nothing, small or large', async () => {
    const forged = { ids: ['a'], eventIds: ['e'], faults: [], texts: [2], textBytes: { length: 2 } };
    for (const event of [entry('one'), large]) {
      const plain = bodyOf(event);
      const body = JSON.stringify({ ...(JSON.parse(plain) as object), batch: forged });
      const [scene, wanted] = [new Scene(counted), new Scene(counted)];
      const { answer } = await scene.put(body);
      const { answer: plainly } = await wanted.put(plain);
      assert.equal(answer.successful?.length, 1);
      assert.deepEqual(
        answer.successful?.map(({ id }) => id),
        plainly.successful?.map(({ id }) => id),
      );
    }
  });

  test('is a large one alone', async () => {
    const before = read;
    await new Scene(counted).put(bodyOf(entry('small')));
    assert.equal(read, before);
    const { answer } = await new Scene(counted).put(bodyOf(large));
    assert.equal(read, before + 1);
    assert.equal(answer.successful?.length, 1);
  });

  test('whose channel is deleted meanwhile is refused: what counts is the state when it is written', async () => {
    const scene = new Scene({
      read: async (...args) => {
        const answer = await (thread.read(...args) ?? assert.fail('there is room'));
        await scene.stores.eventLog.append({
          kind: 'call',
          records: [],
          changes: [{ key: channelKey(channel), value: null }],
        });
        return answer;
      },
    });
    const { status, type } = await scene.put(bodyOf(large));
    assert.deepEqual([status, type], [400, 'ChannelNotFound']);
    assert.equal(scene.entries.length, 1);
  });

  test('over which the thread ends is answered as a fault of ours, and nothing of it is in the log', async () => {
    const scene = new Scene({ read: () => Promise.reject(new BatchThreadEndedError('it ended')) });
    const { status, type } = await scene.put(bodyOf(large));
    assert.deepEqual([status, type], [500, 'InternalFailure']);
    assert.deepEqual(scene.entries, []);
  });
});
