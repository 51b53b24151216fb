// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../../ports/state-store.js';
import {
  type MembershipDocument,
  membershipKey,
  membershipPrefix,
  type OrganizationalUnitDocument,
  type OrganizationDocument,
  organizationKey,
  unitsPrefix,
} from '../organization-documents.js';

/** State as far as organizations need it: a call's, or that of a job of their own. */
export interface OrganizationState {
  get<T>(key: string): T | undefined;
  list<T>(prefix: string, options?: { readonly after?: string; readonly limit?: number }): StateEntry<T>[];
  put(key: string, value: unknown): void;
  delete(key: string): void;
}

export type ReadState = Pick<OrganizationState, 'get'>;
export type ListState = Pick<OrganizationState, 'get' | 'list'>;

export function membershipOf(state: ReadState, accountId: string): MembershipDocument | undefined {
  return state.get<MembershipDocument>(membershipKey(accountId));
}

/** The organization that an account is in; undefined for a standalone account. */
export function organizationOfAccount(state: ReadState, accountId: string): OrganizationDocument | undefined {
  const membership = membershipOf(state, accountId);
  return membership && state.get<OrganizationDocument>(organizationKey(membership.organizationId));
}

/** The members of an organization, the management account too, by account id. */
export function membersOf(state: ListState, organizationId: string): MembershipDocument[] {
  return state
    .list<MembershipDocument>(membershipPrefix)
    .map(({ value }) => value)
    .filter((member) => member.organizationId === organizationId);
}

export function unitsOf(state: ListState, organizationId: string): OrganizationalUnitDocument[] {
  return state.list<OrganizationalUnitDocument>(unitsPrefix(organizationId)).map(({ value }) => value);
}

/** A member of this very organization; undefined for every other account. */
export function memberOf(
  state: ReadState,
  organizationId: string,
  accountId: string,
): MembershipDocument | undefined {
  const membership = membershipOf(state, accountId);
  return membership?.organizationId === organizationId ? membership : undefined;
}

/**
 * Written by every call that changes what an organization is made of (accounts, units, attachments, invitations). What such
 * a call found out about several documents (an empty unit, a free name, a quota) stays true until it is recorded: of two
 * at once one is run again.
 */
export function noteChange(state: OrganizationState, organizationId: string, requestId: string): void {
  state.put(`organization-change/${organizationId}`, { requestId });
}

/** Whether an account administers a service (or any) for its organization. */
export function isDelegatedAdministrator(
  { delegatedAdministrators }: OrganizationDocument,
  accountId: string,
  servicePrincipal?: string,
): boolean {
  const services = servicePrincipal === undefined ? Object.keys(delegatedAdministrators) : [servicePrincipal];
  return services.some((service) => delegatedAdministrators[service]?.[accountId] !== undefined);
}
