// SPDX-License-Identifier: Apache-2.0
import { membershipOf } from '../identity/organizations/organization-state.js';
import type { StateEntry } from '../ports/state-store.js';
import { type TrailDocument, trailPrefix } from './trail.js';
import { trailsOfAccount } from './visible-trails.js';

/** State as far as trails are read and changed in it. */
export interface TrailsState {
  list<T>(prefix: string): StateEntry<T>[];
  put(key: string, value: unknown): void;
}

interface Owner {
  readonly organizationId: string;
  readonly managementAccountId: string;
}

/** The trails of an organization: its management account owns them, whoever made them. */
function organizationTrails(
  state: Pick<TrailsState, 'list'>,
  { organizationId, managementAccountId }: Owner,
): TrailDocument[] {
  return state
    .list<TrailDocument>(`${trailPrefix}${managementAccountId}/`)
    .map(({ value }) => value)
    .filter((trail) => trail.organizationId === organizationId);
}

/** They go on as trails of their own account alone: CloudTrail sees into the organization no more. */
export function releaseOrganizationTrails(state: TrailsState, owner: Owner): void {
  for (const { key, value } of state.list<TrailDocument>(`${trailPrefix}${owner.managementAccountId}/`)) {
    if (value.organizationId !== owner.organizationId) continue;
    const { organizationId: _, ...trail } = value;
    state.put(key, { ...trail, isOrganizationTrail: false } satisfies TrailDocument);
  }
}

/** Every trail that an account sees, whatever its home Region: its own, and those of the organization that it is in. */
export function trailsSeenBy(state: SeenState, accountId: string): TrailDocument[] {
  const own = trailsOfAccount(state, accountId);
  const membership = membershipOf(state, accountId);
  if (membership === undefined || membership.managementAccountId === accountId) return own;
  return [...own, ...organizationTrails(state, membership)];
}

type SeenState = Pick<TrailsState, 'list'> & { get<T>(key: string): T | undefined };
