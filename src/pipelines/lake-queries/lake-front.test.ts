// SPDX-License-Identifier: Apache-2.0
// Oracle: the contracts `query/jobs/query-front.ts` and `ports/event-segments.ts`: what a front answers, and that every snapshot
// that it took is given back once.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { ManualClock } from '../../ports/clock.js';
import {
  type SealedSegmentKey,
  SegmentKeyError,
  type SegmentKeys,
  type SegmentSnapshot,
} from '../../ports/event-segments.js';
import { silentLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import type { QueryFront } from '../../query/jobs/query-front.js';
import { QueryError } from '../../query/query-error.js';
import { MemoryDestination } from '../delivery/testing/memory-destination.js';
import { createLakeFront } from './lake-front.js';
import { lakeJob, nowMs, resultOf, storeDocument, storeId, storeKey } from './testing/lake-jobs.js';

const statistics = { planningMs: 1, executionMs: 1, bytesScanned: 1, rowsScanned: 1, rowsReturned: 1 };
let state: Map<string, unknown>;
let held: string[];
let front: QueryFront;
let own: MemoryDestination;

beforeEach(() => {
  state = new Map([[storeKey, storeDocument()]]);
  held = [];
  sealedKey = undefined;
  openKey = () => Promise.reject(new Error('no key in this test'));
  own = new MemoryDestination();
  front = createLakeFront({
    stateStore: {
      get: (key: string) => (state.has(key) ? { key, value: state.get(key), revision: '' } : undefined),
    } as unknown as StateStore,
    clock: new ManualClock(nowMs),
    log: silentLog,
    keys: { keyFor: () => Promise.reject(new Error('no key in this test')) },
    own,
    foreign: own,
    segmentsFor: (stream) => Promise.resolve(snapshotOf(stream)),
    segmentKeys: { open: (sealed) => openKey(sealed) },
  });
});

let sealedKey: SealedSegmentKey | undefined;
let openKey: SegmentKeys['open'];

function snapshotOf(stream: string): SegmentSnapshot {
  held.push(stream);
  return {
    files: [
      {
        path: `/${stream}/1.parquet`,
        rows: 1,
        bytes: 1,
        fromMs: 0,
        toMs: 1,
        ...(sealedKey && { sealedKey }),
      },
    ],
    release: () => held.splice(held.indexOf(stream), 1),
  };
}

const { signal } = new AbortController();
const code = (expected: string) => (error: unknown) => error instanceof QueryError && error.code === expected;

describe('tables of a Lake query', () => {
  test('are the segments of its stores, held until the query is over', async () => {
    const job = lakeJob();
    const [source] = await front.resolve(job, [{ table: storeId.toUpperCase() }], signal);
    assert.deepEqual(source, {
      kind: 'segments',
      schema: 'lake',
      files: [{ path: `/event-data-store/${storeId}/1.parquet`, rows: 1 }],
    });
    assert.equal(held.length, 1);
    front.release?.(job);
    front.release?.(job);
    assert.equal(held.length, 0);
  });

  test('come with the keys of encrypted files, as long as the KMS key can be used', async () => {
    sealedKey = { kmsKeyArn: 'arn:key', ownerArn: 'arn:store', ciphertext: 'c2VhbGVk' };
    openKey = ({ ciphertext }) => Promise.resolve(Buffer.from(`${ciphertext} opened`));
    const [source] = await front.resolve(lakeJob(), [{ table: storeId }], signal);
    const [file] = source?.kind === 'segments' ? source.files : [];
    assert.equal(Buffer.from(file?.key ?? '', 'base64').toString(), 'c2VhbGVk opened');
    openKey = () => Promise.reject(new SegmentKeyError('DisabledException', 'arn:key is disabled'));
    await assert.rejects(front.resolve(lakeJob(), [{ table: storeId }], signal), (error: unknown) => {
      assert.ok(error instanceof QueryError);
      assert.deepEqual(
        [error.code, error.message],
        ['ACCESS_DENIED', 'Insufficient permissions to use KMS key arn:key.'],
      );
      return true;
    });
  });

  test('of events from outside of AWS have their own schema', async () => {
    const selectors = [{ fieldSelectors: [{ field: 'eventCategory', equals: ['ActivityAuditLog'] }] }];
    state.set(storeKey, storeDocument({ selectors }));
    const [source] = await front.resolve(lakeJob(), [{ table: storeId }], signal);
    assert.equal(source?.kind === 'segments' && source.schema, 'activity');
  });

  test('are only those that the caller was let at', async () => {
    const other = '99999999-2222-4333-8444-555555555555';
    state.set(storeKey.replace(storeId, other), storeDocument({ id: other }));
    for (const name of [{ table: other }, { schema: 'default', table: storeId }, { table: 'history' }])
      await assert.rejects(front.resolve(lakeJob(), [name], signal), code('ACCESS_DENIED'));
    await assert.rejects(
      front.resolve(lakeJob({ stores: [] }), [{ table: storeId }], signal),
      code('ACCESS_DENIED'),
    );
    assert.equal(held.length, 0);
  });

  for (const [what, document] of [
    ['is gone', undefined],
    ['is pending deletion', storeDocument({ status: 'PENDING_DELETION', deleteAtMs: nowMs + 1 })],
    ['has passed its waiting period', storeDocument({ deleteAtMs: nowMs })],
  ] as const)
    test(`are refused when the store ${what} meanwhile`, async () => {
      if (document === undefined) state.delete(storeKey);
      else state.set(storeKey, document);
      await assert.rejects(front.resolve(lakeJob(), [{ table: storeId }], signal), code('TABLE_NOT_FOUND'));
    });

  test('that come too late for a cancelled query are given back at once', async () => {
    const cancelled = new AbortController();
    cancelled.abort();
    await assert.rejects(front.resolve(lakeJob(), [{ table: storeId }], cancelled.signal), code('CANCELLED'));
    assert.equal(held.length, 0);
  });
});

test('a query without a bucket delivers nothing', async () => {
  assert.deepEqual(await front.finish?.(lakeJob(), resultOf(['n'], []), statistics), {});
  assert.equal(own.puts, 0);
});

test('what became of the delivery is a fact of the job', async () => {
  own.refuse.set('results', 'AccessDenied');
  const job = lakeJob({ deliveryS3Uri: 's3://results' });
  assert.deepEqual(await front.finish?.(job, resultOf(['n'], []), statistics), {
    deliveryStatus: 'ACCESS_DENIED',
  });
});

test('a delivery that fails by a fault of ours fails no query', async () => {
  const job = lakeJob({ deliveryS3Uri: 's3://results' });
  assert.deepEqual(await front.finish?.(job, resultOf(['n'], []), statistics), { deliveryStatus: 'FAILED' });
  assert.equal(own.keys('results').length, 1);
});
