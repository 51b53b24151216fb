// SPDX-License-Identifier: Apache-2.0

import { handshakeShownMs } from './organization-quotas.js';
import type { ListState, OrganizationState } from './organization-state.js';

export type HandshakeAction = 'INVITE' | 'ENABLE_ALL_FEATURES' | 'APPROVE_ALL_FEATURES';
export type HandshakeState = 'REQUESTED' | 'OPEN' | 'CANCELED' | 'ACCEPTED' | 'DECLINED' | 'EXPIRED';

/** An exchange between an organization and an account, under `handshakeKey`. Times in ms since the epoch. */
export interface HandshakeDocument {
  /** `h-…` */
  readonly id: string;
  readonly action: HandshakeAction;
  readonly organizationId: string;
  readonly managementAccountId: string;
  /** As it was last written; what it is now, `stateOf` tells. */
  readonly state: Exclude<HandshakeState, 'EXPIRED'>;
  readonly requestedAtMs: number;
  readonly expiresAtMs: number;
  /** When it was answered or canceled. */
  readonly endedAtMs?: number;
  /** Whom it is sent to: an account, or whoever has an e-mail address; absent: the organization itself. */
  readonly recipient?: { readonly type: 'ACCOUNT' | 'EMAIL'; readonly id: string };
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  readonly notes?: string;
  /** For the account, when it joins. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The request of the organization that this one is a part of. */
  readonly parentId?: string;
}

export const handshakeKey = (id: string): string => `organization-handshake/${id}`;
/** A party's handshakes: `{}` by organization, account or e-mail address. */
const handshakesOfPrefix = (party: string): string => `organization-handshake-of/${party.toLowerCase()}/`;

const openStates: ReadonlySet<HandshakeState> = new Set(['REQUESTED', 'OPEN']);

/** Nobody has to come by for a handshake to expire. */
export function stateOf(
  { state, expiresAtMs }: Pick<HandshakeDocument, 'state' | 'expiresAtMs'>,
  nowMs: number,
): HandshakeState {
  return openStates.has(state) && nowMs >= expiresAtMs ? 'EXPIRED' : state;
}

export function isOpen(handshake: HandshakeDocument, nowMs: number): boolean {
  return openStates.has(stateOf(handshake, nowMs));
}

/** False once it ended so long ago that AWS would have deleted it. */
export function isShown({ endedAtMs, expiresAtMs }: HandshakeDocument, nowMs: number): boolean {
  return nowMs < (endedAtMs ?? expiresAtMs) + handshakeShownMs;
}

export function putHandshake(state: OrganizationState, handshake: HandshakeDocument): void {
  state.put(handshakeKey(handshake.id), handshake);
  for (const party of partiesOf(handshake)) state.put(`${handshakesOfPrefix(party)}${handshake.id}`, {});
}

export function deleteHandshake(state: OrganizationState, handshake: HandshakeDocument): void {
  state.delete(handshakeKey(handshake.id));
  for (const party of partiesOf(handshake)) state.delete(`${handshakesOfPrefix(party)}${handshake.id}`);
}

function partiesOf({ organizationId, recipient }: HandshakeDocument): string[] {
  return recipient === undefined ? [organizationId] : [organizationId, recipient.id];
}

/** Those that are still shown, by id. */
export function handshakesOf(state: ListState, party: string, nowMs: number): HandshakeDocument[] {
  const prefix = handshakesOfPrefix(party);
  return state.list(prefix).flatMap(({ key }) => {
    const handshake = state.get<HandshakeDocument>(handshakeKey(key.slice(prefix.length)));
    return handshake !== undefined && isShown(handshake, nowMs) ? [handshake] : [];
  });
}

/** Removes those of an organization that are shown no more, so that they do not add up. */
export function sweepHandshakes(state: OrganizationState, organizationId: string, nowMs: number): void {
  const prefix = handshakesOfPrefix(organizationId);
  for (const { key } of state.list(prefix)) {
    const handshake = state.get<HandshakeDocument>(handshakeKey(key.slice(prefix.length)));
    if (handshake !== undefined && !isShown(handshake, nowMs)) deleteHandshake(state, handshake);
  }
}
