// SPDX-License-Identifier: Apache-2.0
// Oracle: Athena API Reference, "DeleteWorkGroup" (RecursiveDeleteOption: the workgroup and its contents, also where it has
// named queries).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { namedQueryPrefix } from '../../athena/saved-statements.js';
import { fakeCall, MemoryCallState } from '../testing/call.js';
import { createNamedQueryHandler } from './named-query-handlers.js';
import { createWorkGroup, deleteWorkGroup } from './work-group-handlers.js';

test('named queries keep a work group, and go with it', async () => {
  const state = new MemoryCallState();
  const call = fakeCall({ state });
  const createNamedQuery = createNamedQueryHandler({ randomId: randomUUID });
  const query = { Name: 'q', Database: 'default', QueryString: 'SELECT 1' };
  for (const Name of ['mine', 'other']) {
    await createWorkGroup({ Name }, call);
    await createNamedQuery({ ...query, WorkGroup: Name }, call);
  }
  assert.throws(() => deleteWorkGroup({ WorkGroup: 'mine' }, call), /WorkGroup mine is not empty/);
  await deleteWorkGroup({ WorkGroup: 'mine', RecursiveDeleteOption: true }, call);
  const left = state.list<{ readonly workGroup: string }>(namedQueryPrefix(call));
  assert.deepEqual(
    left.map(({ value }) => value.workGroup),
    ['other'],
  );
});
