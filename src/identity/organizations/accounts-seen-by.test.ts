// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Organization delegated administrator".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membershipKey, type OrganizationDocument, organizationKey } from '../organization-documents.js';
import { accountsSeenBy } from './accounts-seen-by.js';
import type { ListState } from './organization-state.js';
import { cloudTrailPrincipal } from './service-principals.js';

const [management, administrator, member, stranger] = ['1', '2', '3', '4'].map((digit) =>
  digit.repeat(12),
) as [string, string, string, string];

function stateOf(values: ReadonlyMap<string, unknown>): ListState {
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    list: <T>(prefix: string) =>
      Array.from(values, ([key, value]) => ({ key, value: value as T, revision: '' as never })).filter(
        ({ key }) => key.startsWith(prefix),
      ),
  };
}

test('the management account and delegated administrators see all members, others themselves', () => {
  const organization = {
    organizationId: 'o-1',
    managementAccountId: management,
    delegatedAdministrators: { [cloudTrailPrincipal]: { [administrator]: {} } },
  } as unknown as OrganizationDocument;
  const memberships = [management, administrator, member].map(
    (accountId) => [membershipKey(accountId), { accountId, organizationId: 'o-1' }] as const,
  );
  const state = stateOf(new Map<string, unknown>([[organizationKey('o-1'), organization], ...memberships]));
  const all = [management, administrator, member];
  assert.deepEqual(accountsSeenBy(state, management), all);
  assert.deepEqual(accountsSeenBy(state, administrator), all);
  assert.deepEqual(accountsSeenBy(state, member), [member]);
  assert.deepEqual(accountsSeenBy(state, stranger), [stranger]);
});
