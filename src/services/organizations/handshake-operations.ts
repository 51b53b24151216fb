// SPDX-License-Identifier: Apache-2.0
import type {
  AcceptHandshakeRequest,
  AcceptHandshakeResponse,
  CancelHandshakeRequest,
  CancelHandshakeResponse,
  DeclineHandshakeRequest,
  DeclineHandshakeResponse,
  DescribeHandshakeRequest,
  DescribeHandshakeResponse,
  HandshakeFilter,
  ListHandshakesForAccountRequest,
  ListHandshakesForAccountResponse,
  ListHandshakesForOrganizationRequest,
  ListHandshakesForOrganizationResponse,
} from '@aws-sdk/client-organizations';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import {
  type HandshakeDocument,
  handshakeKey,
  handshakesOf,
  putHandshake,
  stateOf,
} from '../../identity/organizations/handshakes.js';
import { isHandshakeId } from '../../identity/organizations/organization-ids.js';
import { noteChange } from '../../identity/organizations/organization-state.js';
import { acceptHandshake } from './accept-handshake.js';
import { type AnyCall, byAnyone, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { accessDenied, invalidInput, refusal, verifyForm } from './organizations-error.js';
import { pageOf } from './page.js';
import { toHandshake } from './shapes.js';

export const handshakeOperations: Operations = {
  AcceptHandshake: byAnyone(accept),
  CancelHandshake: byAnyone(cancel),
  DeclineHandshake: byAnyone(decline),
  DescribeHandshake: byAnyone(describe),
  ListHandshakesForAccount: byAnyone(listForAccount),
  ListHandshakesForOrganization: byReaders(listForOrganization),
};

/** A handshake that the caller's account sent or received; nobody else learns that it is there. */
function partyHandshake(id: string | undefined, on: AnyCall): HandshakeDocument {
  const handshake = on.state.get<HandshakeDocument>(handshakeKey(verifyForm(id, isHandshakeId)));
  if (handshake !== undefined && (isSender(handshake, on) || isRecipient(handshake, on))) return handshake;
  throw refusal('HandshakeNotFound', 'You specified a handshake that does not exist.');
}

function isSender(handshake: HandshakeDocument, { accountId, organization }: AnyCall): boolean {
  return (
    organization?.organizationId === handshake.organizationId && accountId === handshake.managementAccountId
  );
}

/** The final step goes from the organization to its own management account. */
function isRecipient(handshake: HandshakeDocument, on: AnyCall): boolean {
  const { recipient } = handshake;
  if (recipient === undefined) return handshake.action === 'APPROVE_ALL_FEATURES' && isSender(handshake, on);
  if (recipient.type === 'ACCOUNT') return recipient.id === on.accountId;
  return recipient.id.toLowerCase() === emailOfCaller(on)?.toLowerCase();
}

function emailOfCaller({ state, accountId }: AnyCall): string | undefined {
  return state.get<AccountDocument>(accountKey(accountId))?.email;
}

/** Refuses to change a handshake that has ended. `wanted`: the state that it is to have. */
function verifyOpen(handshake: HandshakeDocument, wanted: HandshakeDocument['state'], nowMs: number): void {
  const state = stateOf(handshake, nowMs);
  if (state === 'OPEN' || state === 'REQUESTED') return;
  if (state === wanted)
    throw refusal('HandshakeAlreadyInState', 'The specified handshake is already in the requested state.');
  const message = `You cannot perform the requested transition: the handshake is ${state}.`;
  throw refusal('InvalidHandshakeTransition', message);
}

function accept(input: AcceptHandshakeRequest, on: AnyCall): AcceptHandshakeResponse {
  const handshake = partyHandshake(input.HandshakeId, on);
  if (!isRecipient(handshake, on)) throw accessDenied();
  verifyOpen(handshake, 'ACCEPTED', on.nowMs);
  noteChange(on.state, handshake.organizationId, on.call.requestId);
  return answered(acceptHandshake(handshake, on), on);
}

function decline(input: DeclineHandshakeRequest, on: AnyCall): DeclineHandshakeResponse {
  const handshake = partyHandshake(input.HandshakeId, on);
  if (!isRecipient(handshake, on)) throw accessDenied();
  return ended(handshake, 'DECLINED', on);
}

/** Canceling the request to enable all features takes back what was asked of the members. */
function cancel(input: CancelHandshakeRequest, on: AnyCall): CancelHandshakeResponse {
  const handshake = partyHandshake(input.HandshakeId, on);
  if (!isSender(handshake, on)) throw accessDenied();
  const children = handshakesOf(on.state, handshake.organizationId, on.nowMs).filter(
    (child) => child.parentId === handshake.id && ['OPEN', 'REQUESTED'].includes(stateOf(child, on.nowMs)),
  );
  const answer = ended(handshake, 'CANCELED', on);
  for (const child of children) putHandshake(on.state, { ...child, state: 'CANCELED', endedAtMs: on.nowMs });
  return answer;
}

function ended(
  handshake: HandshakeDocument,
  state: 'DECLINED' | 'CANCELED',
  on: AnyCall,
): DeclineHandshakeResponse {
  verifyOpen(handshake, state, on.nowMs);
  noteChange(on.state, handshake.organizationId, on.call.requestId);
  const after: HandshakeDocument = { ...handshake, state, endedAtMs: on.nowMs };
  putHandshake(on.state, after);
  return answered(after, on);
}

function describe(input: DescribeHandshakeRequest, on: AnyCall): DescribeHandshakeResponse {
  return answered(partyHandshake(input.HandshakeId, on), on);
}

function answered(handshake: HandshakeDocument, { state, nowMs }: AnyCall): DescribeHandshakeResponse {
  return { Handshake: toHandshake(handshake, state, nowMs) };
}

/** Those that the account received, by its id or by its address. */
function listForAccount(
  input: ListHandshakesForAccountRequest,
  on: AnyCall,
): ListHandshakesForAccountResponse {
  const email = emailOfCaller(on);
  const parties = email === undefined ? [on.accountId] : [on.accountId, email];
  return listed(
    parties.flatMap((party) => handshakesOf(on.state, party, on.nowMs)),
    input,
    on,
  );
}

function listForOrganization(
  input: ListHandshakesForOrganizationRequest,
  on: OrganizationCall,
): ListHandshakesForOrganizationResponse {
  return listed(handshakesOf(on.state, on.organization.organizationId, on.nowMs), input, on);
}

function listed(
  handshakes: readonly HandshakeDocument[],
  input: ListHandshakesForAccountRequest,
  { state, nowMs }: Pick<AnyCall, 'state' | 'nowMs'>,
): ListHandshakesForAccountResponse {
  const chosen = handshakes.filter(filterOf(input.Filter));
  const { items, ...next } = pageOf(chosen, ({ id }) => id, input);
  return { Handshakes: items.map((handshake) => toHandshake(handshake, state, nowMs)), ...next };
}

function filterOf(filter: HandshakeFilter | undefined): (handshake: HandshakeDocument) => boolean {
  const { ActionType: action, ParentHandshakeId: parentId } = filter ?? {};
  if (action !== undefined && parentId !== undefined)
    throw invalidInput('MAX_LIMIT_EXCEEDED_FILTER', 'You can specify only one filter parameter.');
  return (handshake) =>
    (action === undefined || handshake.action === action) &&
    (parentId === undefined || handshake.parentId === parentId);
}
