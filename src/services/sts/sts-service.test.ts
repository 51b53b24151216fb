// SPDX-License-Identifier: Apache-2.0
// Oracle: STS API Reference, "GetCallerIdentity": for the root user, UserId and Account are the account.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Call } from '../service.js';
import { stsModel } from './model.js';
import { createStsService } from './sts-service.js';

const { handlers } = createStsService({ model: stsModel });

test('root is told who it is', () => {
  const call = {
    principal: { kind: 'root', accountId: '111122223333', accessKeyId: 'AKIA' },
    accountId: '111122223333',
  } as unknown as Call;
  assert.deepEqual(handlers.GetCallerIdentity?.({}, call), {
    UserId: '111122223333',
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:root',
  });
});

test('nobody is told nothing', () => {
  const call = { principal: { kind: 'anonymous' }, accountId: '111122223333' } as unknown as Call;
  assert.throws(() => handlers.GetCallerIdentity?.({}, call), {
    code: 'MissingAuthenticationToken',
    status: 403,
  });
});
