// SPDX-License-Identifier: Apache-2.0
// Oracle: invariant 1 (no selected data event without a record: what was answered before a call holds for the call), on the real
// log and state.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LmdbStores, openLmdbStores } from '../adapters/event-log/lmdb/open-lmdb-stores.js';
import { ManualClock } from '../ports/clock.js';
import type { LoggedRecord } from '../ports/event-log.js';
import { silentLog } from '../ports/operator-log.js';
import { WatchedDataEventSelection } from './data-event-selection.js';
import { readBasicSelectors } from './selectors/basic-selectors.js';
import { type TrailDocument, trailArn, trailKey } from './trail.js';

const accountId = '111122223333';
const dir = mkdtempSync(join(tmpdir(), 'cairn-data-events-'));
let stores: LmdbStores;
let selection: WatchedDataEventSelection;

before(async () => {
  stores = await openLmdbStores(join(dir, 'log'), {
    clock: new ManualClock(Date.UTC(2026, 10, 21)),
    log: silentLog,
  });
  selection = new WatchedDataEventSelection(stores.stateStore);
});
after(async () => {
  selection.stop();
  await stores.close();
  rmSync(dir, { recursive: true });
});

const writesOf = (bucket: string) => ({
  kind: 'basic' as const,
  selectors: readBasicSelectors([
    {
      ReadWriteType: 'WriteOnly',
      DataResources: [{ Type: 'AWS::S3::Object', Values: [`arn:aws:s3:::${bucket}/`] }],
    },
  ]),
});

async function putTrail(more: Partial<TrailDocument> | null, name = 'my-trail'): Promise<void> {
  const trail: TrailDocument = {
    name,
    arn: trailArn(accountId, 'us-east-1', name),
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
    ...more,
  };
  const change = { key: trailKey(accountId, 'us-east-1', name), value: more === null ? null : trail };
  await stores.eventLog.append({ kind: 'call', records: [], changes: [change] });
}

function object(bucket: string, readOnly: boolean, region = 'us-east-1', owner = accountId): LoggedRecord {
  const resources = [{ type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/k` }];
  return { accountId: owner, region, category: 'Data', json: JSON.stringify({ readOnly, resources }) };
}

describe('data events are wanted', () => {
  test('by no trail, and by none that has no data selectors', async () => {
    assert.equal(selection.mayWant(accountId, 'Data'), false);
    await putTrail({});
    assert.equal(selection.mayWant(accountId, 'Data'), false);
    assert.equal(selection.wants(object('mine', false)), false);
  });

  test('as soon as the change is durable: reads and writes, buckets, Regions and accounts apart', async () => {
    await putTrail({ selectors: writesOf('mine') });
    assert.deepEqual(
      [
        selection.mayWant(accountId, 'Data'),
        selection.mayWant('444455556666', 'Data'),
        selection.mayWant(accountId, 'NetworkActivity'),
      ],
      [true, false, false],
    );
    assert.equal(selection.wants(object('mine', false)), true);
    assert.equal(selection.wants(object('mine', true)), false);
    assert.equal(selection.wants(object('mine2', false)), false);
    assert.equal(selection.wants(object('mine', false, 'eu-west-1')), false);
    assert.equal(selection.wants(object('mine', false, 'us-east-1', '444455556666')), false);
  });

  test('by any of several trails', async () => {
    await putTrail({ selectors: writesOf('other') }, 'second');
    assert.deepEqual(
      [selection.wants(object('mine', false)), selection.wants(object('other', false))],
      [true, true],
    );
    await putTrail(null, 'second');
    assert.deepEqual(
      [selection.wants(object('mine', false)), selection.wants(object('other', false))],
      [true, false],
    );
  });

  test('no longer when the trail stops, other selectors come, or it is deleted', async () => {
    await putTrail({ selectors: writesOf('mine'), isLogging: false });
    assert.deepEqual(
      [selection.mayWant(accountId, 'Data'), selection.wants(object('mine', false))],
      [false, false],
    );
    await putTrail({ selectors: writesOf('mine') });
    assert.equal(selection.wants(object('mine', false)), true);
    await putTrail({ selectors: { kind: 'basic', selectors: readBasicSelectors([{}]) } });
    assert.equal(selection.mayWant(accountId, 'Data'), false);
    await putTrail({ selectors: writesOf('mine') });
    await putTrail(null);
    assert.equal(selection.mayWant(accountId, 'Data'), false);
  });

  test('in accounts of an organization, while they are in it', async () => {
    const [member, organizationId] = ['444455556666', 'o-exampleorgid'];
    const write = object('mine', false, 'us-east-1', member);
    await putTrail({ selectors: writesOf('mine'), isOrganizationTrail: true, organizationId });
    assert.deepEqual([selection.mayWant(member, 'Data'), selection.wants(write)], [false, false]);
    const key = `organization-member/${member}`;
    const set = (value: object | null) =>
      stores.eventLog.append({ kind: 'call', records: [], changes: [{ key, value }] });
    await set({ accountId: member, organizationId });
    assert.deepEqual([selection.mayWant(member, 'Data'), selection.wants(write)], [true, true]);
    assert.equal(selection.wants(object('mine', false)), true);
    await set(null);
    assert.deepEqual([selection.mayWant(member, 'Data'), selection.wants(write)], [false, false]);
    await putTrail(null);
  });
});
