// SPDX-License-Identifier: Apache-2.0
// Oracle: EventLog's obligations on the real log (a checkpoint from the start on, moved along, so that the log can be trimmed), and that
// a failure is followed by another try.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { ManualClock } from '../../ports/clock.js';
import type { EventLog, LoggedRecord, Position } from '../../ports/event-log.js';
import { silentLog } from '../../ports/operator-log.js';
import { until } from '../../testing/until.js';
import { readBasicSelectors } from '../../trails/selectors/basic-selectors.js';
import { type TrailDocument, trailArn, trailKey } from '../../trails/trail.js';
import { aggregationReader, aggregationStateKey } from './aggregation-reader.js';
import { graceMs, windowMs } from './limits.js';
import { type Aggregation, startAggregation } from './start-aggregation.js';

const accountId = '111122223333';
const startMs = Date.parse('2026-11-21T10:00:00Z');
const dir = mkdtempSync(join(tmpdir(), 'cairn-aggregation-'));
const clock = new ManualClock(startMs);
let stores: LmdbStores;
/** What the aggregation wants done later, done when a test says so. */
let next: (() => void) | undefined;

before(async () => {
  stores = await openLmdbStores(join(dir, 'log'), { clock, log: silentLog });
});
after(async () => {
  await stores.close();
  rmSync(dir, { recursive: true });
});

function start(eventLog = stores.eventLog): Promise<Aggregation> {
  return startAggregation({
    eventLog,
    stateStore: stores.stateStore,
    clock,
    log: silentLog,
    after: (_ms, callback) => {
      next = callback;
      return () => {
        next = undefined;
      };
    },
  });
}

/** Lets the next step run, to its end: then the one after it is planned. */
async function step(): Promise<void> {
  const run = next;
  next = undefined;
  run?.();
  await until(() => next !== undefined);
}

const trail: TrailDocument = {
  name: 'my-trail',
  arn: trailArn(accountId, 'us-east-1', 'my-trail'),
  accountId,
  homeRegion: 'us-east-1',
  s3BucketName: 'logs',
  includeGlobalServiceEvents: true,
  isMultiRegionTrail: false,
  isOrganizationTrail: false,
  logFileValidationEnabled: false,
  isLogging: true,
  createdAtMs: 1,
  tags: {},
  selectors: {
    kind: 'basic',
    selectors: readBasicSelectors([{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }]),
  },
  eventConfiguration: { aggregations: [{ eventCategory: 'Data', templates: ['API_ACTIVITY'] }] },
};

const event: LoggedRecord = {
  accountId,
  region: 'us-east-1',
  category: 'Data',
  json: JSON.stringify({ eventSource: 's3.amazonaws.com', eventName: 'GetObject', readOnly: true }),
};

const appendEvent = () => stores.eventLog.append({ kind: 'call', records: [event], changes: [] });
const savedPosition = async () => (await stores.eventLog.checkpoint(aggregationReader))?.position;

async function aggregated(): Promise<LoggedRecord[]> {
  const entries = await stores.eventLog.read('' as never);
  return entries
    .flatMap(({ entry }) => (entry.kind === 'call' ? entry.records : []))
    .filter(({ category }) => category === 'Aggregated');
}

test('summaries on the real log, through a stop, a failure and a start', async () => {
  await appendEvent();
  const first = await start();
  assert.notEqual(await savedPosition(), undefined);
  await step();
  await first.stop();
  assert.equal(await savedPosition(), stores.eventLog.head());

  const second = await start();
  const change = { key: trailKey(accountId, 'us-east-1', trail.name), value: trail };
  await stores.eventLog.append({ kind: 'call', records: [], changes: [change] });
  const beforeEvents = stores.eventLog.head();
  await appendEvent();
  await appendEvent();
  await step();
  await second.stop();
  assert.ok(
    ((await savedPosition()) ?? '') <= beforeEvents,
    'counts are not saved: their events stay in the log',
  );

  clock.advance(windowMs + graceMs);
  let failures = 1;
  const failing = Object.assign(Object.create(stores.eventLog) as typeof stores.eventLog, {
    read: (...args: Parameters<typeof stores.eventLog.read>) => stores.eventLog.read(...args),
    checkpoint: (reader: string) => stores.eventLog.checkpoint(reader),
    head: () => stores.eventLog.head(),
    saveCheckpoint: (...args: Parameters<typeof stores.eventLog.saveCheckpoint>) =>
      stores.eventLog.saveCheckpoint(...args),
    append: (entry: Parameters<typeof stores.eventLog.append>[0]) =>
      failures-- > 0 ? Promise.reject(new Error('the disk is full')) : stores.eventLog.append(entry),
  });
  const third = await start(failing);
  await step();
  assert.ok(third.failingMs() > 0);
  await step();
  assert.equal(third.failingMs(), 0);
  const [summary, ...more] = await aggregated();
  assert.deepEqual(more, []);
  assert.equal(summary?.forTrail, `${trail.arn}@1`);
  assert.match(summary.json, /"statistics":\[\{"name":"GetObject","value":2\}\]/);
  assert.equal(stores.stateStore.get<{ entriesDone: number }>(aggregationStateKey)?.value.entriesDone, 1);
  await third.stop();

  const { length } = await aggregated();
  const fourth = await start();
  await step();
  await fourth.stop();
  assert.equal((await aggregated()).length, length);
  assert.equal(await savedPosition(), stores.eventLog.head());
});

test('starting reads nothing of a log that holds much, and stopping does not wait until it is read', async () => {
  for (let i = 0; i < 3; i += 1) await appendEvent();
  let reads = 0;
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const log: EventLog = Object.create(stores.eventLog, {
    checkpoint: { value: async () => undefined },
    saveCheckpoint: { value: async () => {} },
    head: { value: () => stores.eventLog.head() },
    read: {
      value: async (after: Position) => {
        reads += 1;
        await held;
        return stores.eventLog.read(after, { entriesMax: 1, bytesMax: 1 });
      },
    },
  });
  const aggregation = await start(log);
  assert.equal(reads, 0);
  next?.();
  await until(() => reads > 0);
  const stopped = aggregation.stop();
  release();
  await stopped;
  assert.equal(reads, 1);
});
