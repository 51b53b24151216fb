// SPDX-License-Identifier: Apache-2.0
// Oracle: a plain record of who is where, kept by the test beside the fold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seedOfRun } from '../testing/random.js';
import { FoldedMemberships } from './folded-memberships.js';
import { membershipKey } from './organization-documents.js';

const accounts = ['111111111111', '222222222222', '333333333333'];
const organizations = ['o-exampleorgid', 'o-anotherone1'];
const moves = fc.array(
  fc.record({ accountId: fc.constantFrom(...accounts), to: fc.option(fc.constantFrom(...organizations)) }),
  { maxLength: 20 },
);

const changeOf = ({ accountId, to }: { accountId: string; to: string | null }) => ({
  key: membershipKey(accountId),
  value: to === null ? null : { accountId, organizationId: to, name: 'left out' },
});

test('accounts are where they went last, also when the fold was saved and read between', () => {
  const seed = seedOfRun();
  fc.assert(
    fc.property(moves, moves, (before, after) => {
      const first = new FoldedMemberships();
      for (const move of before) assert.equal(first.apply(changeOf(move)), true);
      const fold = new FoldedMemberships();
      for (const [key, value] of JSON.parse(JSON.stringify(first.entries()))) fold.restore(key, value);
      for (const move of after) fold.apply(changeOf(move));
      const where = new Map<string, string | null>();
      for (const { accountId, to } of [...before, ...after]) where.set(accountId, to);
      for (const account of accounts)
        assert.equal(fold.organizationOf(account), where.get(account) ?? undefined);
      for (const organization of organizations)
        assert.deepEqual(
          fold.accountsIn(organization).sort(),
          accounts.filter((account) => where.get(account) === organization),
        );
    }),
    { seed },
  );
});

test('other changes are none of its own', () => {
  const fold = new FoldedMemberships();
  assert.equal(fold.apply({ key: 'organization/o-exampleorgid', value: {} }), false);
  assert.deepEqual(fold.entries(), []);
});
