// SPDX-License-Identifier: Apache-2.0
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import { type MembershipDocument, membershipKey } from '../../identity/organization-documents.js';
import type { OrganizationState } from '../../identity/organizations/organization-state.js';
import { timeText } from './result-record.js';

/** The account stays in its organization, suspended. */
export function closeAccountJob(member: MembershipDocument, state: OrganizationState): void {
  state.put(membershipKey(member.accountId), { ...member, status: 'SUSPENDED' } satisfies MembershipDocument);
}

/** `serviceEventDetails` of CloseAccountResult. */
export function closureDetails({ accountId }: MembershipDocument, state: OrganizationState, nowMs: number) {
  const requestedAtMs = state.get<AccountDocument>(accountKey(accountId))?.closedAtMs ?? nowMs;
  return {
    closeAccountStatus: {
      accountId,
      state: 'SUCCEEDED',
      requestedTimestamp: timeText(requestedAtMs),
      completedTimestamp: timeText(nowMs),
    },
  };
}
