// SPDX-License-Identifier: Apache-2.0
import type { ListState } from './organization-state.js';

export type CreateAccountFailure = 'ACCOUNT_LIMIT_EXCEEDED' | 'EMAIL_ALREADY_EXISTS' | 'INTERNAL_FAILURE';

/** A request to make an account, under `accountCreationKey`. Times in ms since the epoch. */
export interface AccountCreationDocument {
  /** `car-…` */
  readonly id: string;
  readonly organizationId: string;
  readonly accountName: string;
  readonly email: string;
  readonly roleName: string;
  readonly iamUserAccessToBilling: 'ALLOW' | 'DENY';
  readonly tags: Readonly<Record<string, string>>;
  readonly state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  readonly requestedAtMs: number;
  readonly completedAtMs?: number;
  /** Chosen when it is requested, so that doing it again after a crash makes no second account. */
  readonly accountId: string;
  readonly failureReason?: CreateAccountFailure;
}

export const accountCreationPrefix = 'organization-account-creation/';
export const accountCreationsPrefix = (organizationId: string): string =>
  `${accountCreationPrefix}${organizationId}/`;
export const accountCreationKey = (organizationId: string, id: string): string =>
  `${accountCreationsPrefix(organizationId)}${id}`;

export function accountCreationsOf(state: ListState, organizationId: string): AccountCreationDocument[] {
  return state
    .list<AccountCreationDocument>(accountCreationsPrefix(organizationId))
    .map(({ value }) => value);
}
