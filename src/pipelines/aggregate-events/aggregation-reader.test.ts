// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Aggregating data events" and "CloudTrail record contents for aggregated events" (their examples); counts
// made anew from all events of the log; and that no failure of any operation changes what comes out.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { ManualClock } from '../../ports/clock.js';
import type { LoggedRecord } from '../../ports/event-log.js';
import { seedOfRun } from '../../testing/random.js';
import { readBasicSelectors } from '../../trails/selectors/basic-selectors.js';
import { selectingTrails } from '../../trails/selects-record.js';
import { type TrailDocument, trailArn, trailKey } from '../../trails/trail.js';
import { toRoute, trailIdOf } from '../../trails/trail-fold.js';
import { AggregationReader } from './aggregation-reader.js';
import { graceMs, recordsPerEntryMax, windowMs } from './limits.js';
import { MemoryStores } from './testing/memory-stores.js';

const accountId = '111122223333';
const startMs = Date.parse('2025-11-17T19:20:00Z');

let stores: MemoryStores;
let clock: ManualClock;
let reader: AggregationReader;

beforeEach(() => fresh());

function fresh(): void {
  stores = new MemoryStores();
  clock = new ManualClock(startMs);
  at(0);
  reader = newReader();
}

/** As after a crash: nothing is left but what the stores hold. */
function newReader(): AggregationReader {
  return new AggregationReader({ eventLog: stores.eventLog, stateStore: stores.stateStore, clock });
}

/** Sets the time, in ms from the start of the first window. */
function at(ms: number): void {
  clock.set(startMs + ms);
  stores.nowMs = Math.max(stores.nowMs, startMs + ms);
}

const everyObject = readBasicSelectors([
  { DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] },
]);

function trail(
  more: Partial<TrailDocument> = {},
  templates: string[] = ['API_ACTIVITY', 'RESOURCE_ACCESS'],
): TrailDocument {
  return {
    name: 'my-trail',
    arn: trailArn(accountId, 'us-west-2', 'my-trail'),
    accountId,
    homeRegion: 'us-west-2',
    s3BucketName: 'logs',
    includeGlobalServiceEvents: true,
    isMultiRegionTrail: true,
    isOrganizationTrail: false,
    logFileValidationEnabled: false,
    isLogging: true,
    createdAtMs: 1,
    tags: {},
    selectors: { kind: 'basic', selectors: everyObject },
    eventConfiguration: { aggregations: [{ eventCategory: 'Data', templates }] },
    ...more,
  };
}

function put(document: TrailDocument | null): void {
  const { name } = document ?? trail();
  const change = { key: trailKey(accountId, 'us-west-2', name), value: document };
  stores.append({ kind: 'call', records: [], changes: [change] });
  reader.noteTrailChange();
}

function event(eventName: string, bucket: string, more: object = {}, region = 'us-west-2'): LoggedRecord {
  const json = JSON.stringify({
    eventSource: 's3.amazonaws.com',
    eventName,
    readOnly: eventName === 'GetObject',
    userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${accountId}:user/a`, accountId },
    sourceIPAddress: '192.0.2.1',
    userAgent: 'aws-cli',
    resources: [
      { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/k` },
      { type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
    ],
    ...more,
  });
  return { accountId, region, category: 'Data', json };
}

function append(...records: LoggedRecord[]): void {
  for (const record of records) stores.append({ kind: 'call', records: [record], changes: [] });
}

interface Aggregated {
  eventId: string;
  timeWindow: { windowStart: string };
  awsRegion: string;
  summary: {
    primaryDimension: { dimension: string; statistics: { name: string; value: number }[] };
    details: { dimension: string; statistics: { name: string; value: number }[] }[];
  };
}

const made = () => stores.records('Aggregated').map(({ json }) => JSON.parse(json) as Aggregated);

/** `eventName PutObject 3`, with the time of the window. */
const inShort = () =>
  made().map(({ timeWindow, summary: { primaryDimension } }) => {
    const [statistic] = primaryDimension.statistics;
    return `${timeWindow.windowStart.slice(11, 16)} ${primaryDimension.dimension} ${statistic?.name} ${statistic?.value}`;
  });

async function overAt(ms: number): Promise<void> {
  at(ms + graceMs);
  await reader.step();
}

describe('a window of five minutes', () => {
  test("makes the guide's example of API_ACTIVITY and RESOURCE_ACCESS", async () => {
    await reader.load();
    put(trail());
    const buckets = [...Array(8).fill('bucket-1'), 'bucket-2', 'bucket-3'];
    append(...buckets.map((bucket) => event('PutObject', bucket)));
    await overAt(windowMs);
    const [activity, ...access] = made();
    const { eventId, summary, ...head } = activity as Aggregated;
    assert.deepEqual(head, {
      eventVersion: '1.0',
      accountId,
      eventCategory: 'Aggregated',
      eventType: 'AwsAggregatedEvent',
      awsRegion: 'us-west-2',
      eventSource: 's3.amazonaws.com',
      timeWindow: {
        windowStart: '2025-11-17T19:20:00Z',
        windowEnd: '2025-11-17T19:25:00Z',
        windowSize: 'PT5M',
      },
    });
    assert.match(eventId, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.deepEqual(summary.primaryDimension, {
      dimension: 'eventName',
      statistics: [{ name: 'PutObject', value: 10 }],
      aggregationType: 'Count',
    });
    assert.deepEqual(summary.details[0], {
      dimension: 'resourceARN',
      statistics: [
        { name: 'arn:aws:s3:::bucket-1', value: 8 },
        { name: 'arn:aws:s3:::bucket-2', value: 1 },
        { name: 'arn:aws:s3:::bucket-3', value: 1 },
      ],
      aggregationType: 'Count',
    });
    assert.deepEqual(
      summary.details.map(({ dimension }) => dimension),
      ['resourceARN', 'userIdentity', 'userAgent', 'sourceIpAddress'],
    );
    assert.deepEqual(inShort().slice(1), [
      '19:20 resourceARN arn:aws:s3:::bucket-1 8',
      '19:20 resourceARN arn:aws:s3:::bucket-2 1',
      '19:20 resourceARN arn:aws:s3:::bucket-3 1',
    ]);
    assert.equal(access[0]?.summary.details[0]?.dimension, 'eventName');
  });

  test('tells users, failed calls and Regions apart', async () => {
    await reader.load();
    put(trail({}, ['USER_ACTIONS']));
    append(
      event('PutObject', 'b', { userIdentity: { type: 'AWSAccount', accountId: '444455556666' } }),
      event('GetObject', 'b', { errorCode: 'AccessDenied' }),
      event('GetObject', 'b', {}, 'eu-west-1'),
      event('PutObject', 'b', { userIdentity: { type: 'AWSService', invokedBy: 'AWS Internal' } }),
    );
    await overAt(windowMs);
    assert.deepEqual(inShort(), [
      `19:20 userIdentity IAMUser:arn:aws:iam::${accountId}:user/a 1`,
      '19:20 userIdentity AWSAccount:444455556666 1',
      '19:20 userIdentity AWSService:AWS Internal 1',
      `19:20 userIdentity IAMUser:arn:aws:iam::${accountId}:user/a 1`,
    ]);
    assert.deepEqual(
      made().map(({ awsRegion }) => awsRegion),
      ['eu-west-1', 'us-west-2', 'us-west-2', 'us-west-2'],
    );
    assert.deepEqual(made()[3]?.summary.details.at(-1), {
      dimension: 'errorCodes',
      statistics: [{ name: 'AccessDenied', value: 1 }],
      aggregationType: 'Count',
    });
  });

  test('is made for its trail alone', async () => {
    await reader.load();
    put(trail());
    append(event('PutObject', 'b'));
    await overAt(windowMs);
    const [record] = stores.records('Aggregated');
    assert.ok(record !== undefined);
    const route = toRoute(trail());
    assert.equal(record.forTrail, trailIdOf(route.arn, route.createdAtMs));
    assert.deepEqual(selectingTrails([route], record), [route]);
    assert.deepEqual(selectingTrails([{ ...route, createdAtMs: 2 }], record), []);
    assert.deepEqual(selectingTrails([toRoute(trail({ arn: `${route.arn}2` }))], record), []);
  });

  test('ends when it is over, by the clock or by the next entry, and not before', async () => {
    await reader.load();
    put(trail({}, ['API_ACTIVITY']));
    append(event('PutObject', 'b'));
    at(windowMs + graceMs - 1);
    await reader.step();
    assert.deepEqual(inShort(), []);
    await overAt(windowMs);
    assert.deepEqual(inShort(), ['19:20 eventName PutObject 1']);
    append(event('PutObject', 'b'), event('PutObject', 'b'));
    at(2 * windowMs);
    append(event('GetObject', 'b'));
    await reader.step();
    assert.deepEqual(inShort().slice(1), ['19:25 eventName PutObject 2']);
  });

  test('an entry that comes late counts in the next window, and a clock that goes back changes nothing', async () => {
    await reader.load();
    put(trail({}, ['API_ACTIVITY']));
    append(event('PutObject', 'b'));
    await overAt(windowMs);
    stores.nowMs = startMs + windowMs - 1;
    append(event('PutObject', 'b'));
    at(0);
    await reader.step();
    assert.equal(inShort().length, 1);
    await overAt(2 * windowMs);
    assert.deepEqual(inShort().slice(1), ['19:25 eventName PutObject 1']);
  });
});

describe('only what is asked for', () => {
  for (const [name, more] of [
    ['no aggregation', { eventConfiguration: { aggregations: [] } }],
    ['not logging', { isLogging: false }],
    ['no data events selected', { selectors: { kind: 'basic', selectors: readBasicSelectors([{}]) } }],
    ['another account', { accountId: '444455556666' }],
  ] as [string, Partial<TrailDocument>][]) {
    test(`${name}: nothing is made, and nothing is kept`, async () => {
      await reader.load();
      put(trail(more));
      append(event('PutObject', 'b'), { ...event('PutObject', 'b'), category: 'Management' });
      await overAt(windowMs);
      await reader.save();
      assert.deepEqual(made(), []);
      assert.equal((await stores.eventLog.checkpoint('aggregate-events'))?.position, stores.eventLog.head());
    });
  }

  test('exactly from the change of the configuration on, and to its end', async () => {
    await reader.load();
    put(trail({ eventConfiguration: { aggregations: [] } }));
    append(event('PutObject', 'b'));
    await reader.step();
    put(trail({}, ['API_ACTIVITY']));
    append(event('PutObject', 'b'), event('GetObject', 'b'));
    put(trail({}, ['API_ACTIVITY', 'RESOURCE_ACCESS']));
    append(event('PutObject', 'b'));
    put(trail({ eventConfiguration: { aggregations: [] } }));
    append(event('PutObject', 'b'));
    await overAt(windowMs);
    assert.deepEqual(inShort(), [
      '19:20 eventName GetObject 1',
      '19:20 eventName PutObject 2',
      '19:20 resourceARN arn:aws:s3:::b 1',
    ]);
  });

  test('a trail that is gone when its window ends gets nothing', async () => {
    await reader.load();
    put(trail());
    append(event('PutObject', 'b'));
    put(null);
    await overAt(windowMs);
    assert.deepEqual(made(), []);
  });

  test('own work comes to rest', async () => {
    await reader.load();
    put(trail());
    append(event('PutObject', 'b'));
    await overAt(windowMs);
    const { length } = stores.entries;
    for (let i = 2; i < 5; i++) await overAt(i * windowMs);
    assert.equal(stores.entries.length, length);
  });
});

describe('where names are many', () => {
  test('the most frequent are listed, the others summed up', async () => {
    await reader.load();
    put(trail({}, ['API_ACTIVITY']));
    const agents = Array.from({ length: 40 }, (_, i) => `agent-${String(i).padStart(2, '0')}`);
    append(...[...agents, 'agent-39'].map((userAgent) => event('PutObject', 'b', { userAgent })));
    await overAt(windowMs);
    const statistics = made()[0]?.summary.details.find(
      ({ dimension }) => dimension === 'userAgent',
    )?.statistics;
    assert.deepEqual(
      [statistics?.length, statistics?.[0], statistics?.[1], statistics?.at(-1)],
      [26, { name: 'agent-39', value: 2 }, { name: 'agent-00', value: 1 }, { name: '(other)', value: 15 }],
    );
  });

  test('and long, a record stays within the size that records may have', async () => {
    await reader.load();
    put(trail({}, ['API_ACTIVITY']));
    const agents = Array.from({ length: 40 }, (_, i) => `${i}${'\u0001'.repeat(1_500)}`);
    append(...agents.map((userAgent) => event('PutObject', 'b', { userAgent, sourceIPAddress: userAgent })));
    await overAt(windowMs);
    const [record] = stores.records('Aggregated');
    assert.ok(Buffer.byteLength(record?.json ?? '') <= 256 * 1024);
    for (const { statistics } of made()[0]?.summary.details ?? [])
      assert.equal(
        statistics.reduce((sum, { value }) => sum + value, 0),
        40,
      );
  });
});

/** What a reader must have made of the log by now: counts by window, Region and name, from the events themselves. */
function expectedCounts(): string[] {
  const counts = new Map<string, number>();
  for (const { entry, appendedAtMs } of stores.entries) {
    if (entry.kind !== 'call') continue;
    for (const { category, region, json } of entry.records) {
      if (category !== 'Data') continue;
      const { eventName } = JSON.parse(json) as { eventName: string };
      const window = Math.floor(appendedAtMs / windowMs);
      const place = `${new Date(window * windowMs).toISOString().slice(11, 16)} ${region} ${eventName}`;
      counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  return Array.from(counts, ([place, count]) => `${place} ${count}`).sort();
}

function madeCounts(): string[] {
  return made()
    .map(({ timeWindow, awsRegion, summary: { primaryDimension } }) => {
      const [statistic] = primaryDimension.statistics;
      return `${timeWindow.windowStart.slice(11, 16)} ${awsRegion} ${statistic?.name} ${statistic?.value}`;
    })
    .sort();
}

/** Steps until it goes well, as start-aggregation does: after a failure a new reader starts over. */
async function stepped(isNew: boolean): Promise<boolean> {
  try {
    if (isNew) {
      reader = newReader();
      await reader.load();
    }
    await reader.step();
    await reader.save();
    return false;
  } catch {
    return true;
  }
}

/** Events over three windows, more than one entry of summaries each; the reader steps now and then. */
async function runWithFault(fault: MemoryStores['faultAt']): Promise<number> {
  fresh();
  stores.faultAt = fault;
  let isNew = true;
  put(trail({}, ['API_ACTIVITY']));
  for (let window = 0; window < 3; window += 1) {
    for (let step = 0; step < 3; step += 1) {
      at(window * windowMs + step * 60_000);
      const names = Array.from(
        { length: recordsPerEntryMax + 20 },
        (_, i) => `Call${i % (recordsPerEntryMax - 30 + 40 * window)}`,
      );
      append(...names.map((name) => event(name, 'b')));
      isNew = await stepped(isNew);
    }
  }
  at(3 * windowMs + graceMs);
  do isNew = await stepped(isNew);
  while (isNew);
  return stores.operations;
}

test('every operation that writes fails once, before or after it was done: each event counts once', async () => {
  const operations = await runWithFault(undefined);
  const wanted = expectedCounts();
  assert.deepEqual(madeCounts(), wanted);
  const ids = made()
    .map(({ eventId }) => eventId)
    .sort();
  assert.ok(operations > 8, `${operations} operations`);
  for (let operation = 0; operation < operations; operation += 1) {
    for (const fault of ['before', 'after'] as const) {
      await runWithFault([operation, fault]);
      assert.deepEqual(madeCounts(), wanted, `${fault} operation ${operation}`);
      assert.deepEqual(
        made()
          .map(({ eventId }) => eventId)
          .sort(),
        ids,
      );
    }
  }
});

const seed = seedOfRun();
test(`a reader that dies at any time counts each event once (seed ${seed})`, async () => {
  const action = fc.oneof(
    { weight: 5, arbitrary: fc.record({ append: fc.constantFrom('PutObject', 'GetObject', 'HeadObject') }) },
    { weight: 3, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 400_000 }) }) },
    { weight: 3, arbitrary: fc.constant('step' as const) },
    { weight: 1, arbitrary: fc.constant('die' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60 }), async (actions) => {
      fresh();
      put(trail({}, ['API_ACTIVITY']));
      let isNew = true;
      let passedMs = 0;
      for (const each of actions) {
        if (each === 'die') isNew = true;
        else if (each === 'step') isNew = await stepped(isNew);
        else if ('append' in each) append(event(each.append, 'b'));
        else {
          passedMs += each.wait;
          at(passedMs);
        }
      }
      at(passedMs + 2 * windowMs + graceMs);
      await stepped(isNew);
      // Late entries may count in a later window than their own; no event is lost or doubled by that.
      assert.deepEqual(sums(madeCounts()), sums(expectedCounts()));
    }),
    { numRuns: 200, seed },
  );
});

/** `PutObject` → how many, over all windows. */
function sums(counts: readonly string[]): object {
  const total: Record<string, number> = {};
  for (const line of counts) {
    const [, , name = '', count] = line.split(' ');
    total[name] = (total[name] ?? 0) + Number(count);
  }
  return total;
}
