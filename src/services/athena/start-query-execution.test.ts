// SPDX-License-Identifier: Apache-2.0
// Oracle: Athena User Guide, "Configure access to prepared statements" (the table of what PREPARE, PREPARE again, EXECUTE and
// DEALLOCATE PREPARE need besides StartQueryExecution; PREPARE again updates the statement).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { executionPrefix } from '../../athena/query-execution.js';
import { defaultSettings, type WorkGroupDocument, workGroupKey } from '../../athena/work-group.js';
import { type QueryJob, queryJobKey } from '../../query/jobs/query-job.js';
import { fakeCall, MemoryCallState } from '../testing/call.js';
import { findPreparedStatement } from './prepared-statement-handlers.js';
import { startQueryExecutionHandler } from './start-query-execution.js';

const start = startQueryExecutionHandler({
  check: async () => {},
  foreignBuckets: { place: () => undefined } as never,
});
const workGroup = 'arn:aws:athena:us-east-1:111122223333:workgroup/managed';

/** Without a bucket for results. */
const managed: WorkGroupDocument = {
  name: 'managed',
  state: 'ENABLED',
  settings: { ...defaultSettings, ManagedQueryResultsConfiguration: { Enabled: true } },
  tags: {},
  createdAtMs: 0,
};

async function run(state: MemoryCallState, QueryString: string, refused?: string) {
  const asked: string[] = [];
  state.put(workGroupKey(fakeCall(), 'managed'), managed);
  const call = {
    ...fakeCall({ state }),
    authorize: ({ action, resource }: { action: string; resource: string }) => {
      asked.push(`${action} ${resource}`);
      if (action === refused) throw new Error(`refused: ${action}`);
    },
  };
  const { QueryExecutionId: id = '' } = await start(
    {
      QueryString,
      ClientRequestToken: randomUUID(),
      WorkGroup: 'managed',
    },
    call,
  );
  const job = state.get<QueryJob>(queryJobKey({ front: 'athena', ...call, id }));
  return { asked, job };
}

const stored = (state: MemoryCallState) =>
  findPreparedStatement('managed', 'mine', fakeCall({ state }))?.queryStatement;

describe('statements about prepared statements', () => {
  test('need what the operations of the same effect need', async () => {
    const state = new MemoryCallState();
    for (const [sql, operation] of [
      ['PREPARE mine FROM SELECT ?', 'CreatePreparedStatement'],
      ['PREPARE mine FROM SELECT ? + 1', 'UpdatePreparedStatement'],
      ['EXECUTE mine USING 1', 'GetPreparedStatement'],
      ['DEALLOCATE PREPARE mine', 'DeletePreparedStatement'],
    ] as const)
      assert.deepEqual((await run(state, sql)).asked, [`athena:${operation} ${workGroup}`], sql);
    assert.deepEqual((await run(state, 'SELECT 1')).asked, []);
  });

  test('do nothing for those who may not', async () => {
    const state = new MemoryCallState();
    await run(state, 'PREPARE mine FROM SELECT 1');
    for (const [sql, action] of [
      ['PREPARE mine FROM SELECT 2', 'athena:UpdatePreparedStatement'],
      ['PREPARE other FROM SELECT 2', 'athena:CreatePreparedStatement'],
      ['EXECUTE mine', 'athena:GetPreparedStatement'],
      ['DEALLOCATE PREPARE mine', 'athena:DeletePreparedStatement'],
    ] as const)
      await assert.rejects(run(state, sql, action), { message: `refused: ${action}` });
    assert.equal(stored(state), 'SELECT 1');
    assert.equal(state.list(executionPrefix(fakeCall(), 'managed')).length, 1);
  });

  test('PREPARE again changes the statement', async () => {
    const state = new MemoryCallState();
    await run(state, 'PREPARE mine FROM SELECT 1');
    const { job } = await run(state, 'PREPARE mine FROM SELECT 2');
    assert.equal(job?.state, 'SUCCEEDED');
    assert.equal(stored(state), 'SELECT 2');
  });

  test('PREPARE of a name that no statement may have fails', async () => {
    const state = new MemoryCallState();
    const { job } = await run(state, `PREPARE "${'a b'.repeat(1000)}" FROM SELECT 1`);
    assert.equal(job?.state, 'FAILED');
    assert.match(job?.failure?.message ?? '', /^FAILED: .*statementName/);
  });
});
