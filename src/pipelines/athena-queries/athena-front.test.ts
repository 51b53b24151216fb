// SPDX-License-Identifier: Apache-2.0
// Oracle: the Amazon Athena User Guide, "Set up data usage controls" (a query over its work group's limit is cancelled) and "Using
// EXPLAIN and EXPLAIN ANALYZE in Athena" (EXPLAIN scans no data); what the fakes were asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryState } from '../../athena/testing/memory-state.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import type { QueryResult } from '../../query/results/query-results.js';
import { type AthenaFrontDependencies, createAthenaFront } from './athena-front.js';

const whole = 50_000_000;

function scene(bytesScannedMax?: number) {
  const asked: string[] = [];
  let released = 0;
  const deps = {
    stateStore: new MemoryState(),
    clock: { now: () => 0 },
    denialOf: () => undefined,
    cache: {},
    segmentsFor: (stream: string) => {
      asked.push(stream);
      const release = () => {
        released += 1;
      };
      return Promise.resolve({ files: [{ path: '/segment', rows: 3, bytes: whole }], release });
    },
  };
  const front = createAthenaFront(deps as unknown as AthenaFrontDependencies);
  const facts = {
    workGroup: 'primary',
    kind: { type: 'DML', subtype: 'SELECT' },
    ...(bytesScannedMax && { bytesScannedMax }),
  };
  const job = {
    id: 'q',
    accountId: '111122223333',
    region: 'eu-west-1',
    sql: '',
    facts,
    caller: {},
  } as unknown as QueryJob;
  const resolve = (schemaOnly: boolean) =>
    front.resolve(
      job,
      [{ table: 'cairn_history', ...(schemaOnly && { schemaOnly }) }],
      new AbortController().signal,
    );
  const finish = (bytesScanned: number) =>
    front.finish?.(job, {} as QueryResult, {
      planningMs: 0,
      executionMs: 0,
      bytesScanned,
      rowsScanned: 0,
      rowsReturned: 0,
    });
  return { front, job, resolve, finish, asked, released: () => released };
}

test('what counts for the limit of a work group is what was read of the history, not how large it is', async () => {
  const { resolve, finish, front, job, released } = scene(10_000_000);
  const [source] = await resolve(false);
  assert.deepEqual(source, {
    kind: 'segments',
    schema: 'athena',
    files: [{ path: '/segment', rows: 3 }],
    byPlace: true,
    fullName: { catalog: 'awsdatacatalog', schema: 'default', table: 'cairn_history' },
  });
  assert.deepEqual(await finish(9_999_999), {});
  await assert.rejects(async () => finish(10_000_001), /^QueryError: Bytes scanned limit was exceeded$/);
  front.release?.(job);
  assert.equal(released(), 1);
});

test('without a limit there is none', async () => {
  const { resolve, finish } = scene();
  await resolve(false);
  assert.deepEqual(await finish(whole), {});
});

test('a statement that is explained takes no segments', async () => {
  const { resolve, asked } = scene();
  const [source] = await resolve(true);
  assert.deepEqual([source?.kind, source?.kind === 'segments' && source.files], ['segments', []]);
  assert.deepEqual(asked, []);
});
