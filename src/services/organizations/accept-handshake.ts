// SPDX-License-Identifier: Apache-2.0
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import {
  type OrganizationDocument,
  organizationKey,
  organizationPolicyKey,
} from '../../identity/organization-documents.js';
import {
  type HandshakeDocument,
  handshakeKey,
  handshakesOf,
  putHandshake,
} from '../../identity/organizations/handshakes.js';
import { joinOrganization } from '../../identity/organizations/join-organization.js';
import { putServiceLinkedRole } from '../../identity/organizations/new-account.js';
import { membersOf } from '../../identity/organizations/organization-state.js';
import { fullAccessPolicy } from '../../identity/organizations/policy-types.js';
import type { AnyCall } from './operation.js';
import { putApproval } from './organization-operations.js';
import { handshakeConstraint, refusal } from './organizations-error.js';
import { emailOf, nameOf } from './shapes.js';

/** What accepting does; the handshake as it is afterwards. It is open, and the caller is its recipient. */
export function acceptHandshake(handshake: HandshakeDocument, on: AnyCall): HandshakeDocument {
  const after: HandshakeDocument = { ...handshake, state: 'ACCEPTED', endedAtMs: on.nowMs };
  putHandshake(on.state, after);
  switch (handshake.action) {
    case 'INVITE':
      join(handshake, on);
      break;
    case 'ENABLE_ALL_FEATURES':
      agree(handshake, on);
      break;
    case 'APPROVE_ALL_FEATURES':
      enable(handshake, on);
      break;
  }
  return after;
}

function join({ organizationId, tags }: HandshakeDocument, on: AnyCall): void {
  const { state, accountId, nowMs, random } = on;
  if (on.organization !== undefined)
    throw handshakeConstraint(
      'ALREADY_IN_AN_ORGANIZATION',
      'The account is already a member of an organization.',
    );
  const organization = state.get<OrganizationDocument>(organizationKey(organizationId));
  if (organization === undefined)
    throw refusal('HandshakeNotFound', 'You specified a handshake that does not exist.');
  const account = state.get<AccountDocument>(accountKey(accountId));
  joinOrganization(state, organization, {
    accountId,
    name: nameOf(account, accountId),
    email: emailOf(account, accountId),
    joinedAtMs: nowMs,
    joinedMethod: 'INVITED',
    tags: tags ?? {},
  });
  if (organization.featureSet === 'ALL') putServiceLinkedRole(state, accountId, nowMs, random);
}

/** One member agrees; the last one to do so opens the final step. */
function agree({ organizationId, parentId }: HandshakeDocument, on: AnyCall): void {
  const { state, nowMs } = on;
  const parent = parentId === undefined ? undefined : state.get<HandshakeDocument>(handshakeKey(parentId));
  if (parent === undefined) return;
  const siblings = handshakesOf(state, organizationId, nowMs).filter((one) => one.parentId === parentId);
  // Who left since has nothing to agree to.
  const members = new Set(membersOf(state, organizationId).map(({ accountId }) => accountId));
  const isOpen = siblings.some(
    ({ state: answer, recipient }) => answer !== 'ACCEPTED' && members.has(recipient?.id ?? ''),
  );
  if (isOpen) return;
  putHandshake(state, { ...parent, state: 'ACCEPTED', endedAtMs: nowMs });
  putApproval(on, parent);
}

/** From here on policy types can be enabled, and services trusted. */
function enable({ organizationId }: HandshakeDocument, { state, nowMs, random }: AnyCall): void {
  const organization = state.get<OrganizationDocument>(organizationKey(organizationId));
  if (organization === undefined) return;
  state.put(organizationKey(organizationId), {
    ...organization,
    featureSet: 'ALL',
  } satisfies OrganizationDocument);
  const policy = fullAccessPolicy(organizationId);
  state.put(organizationPolicyKey(organizationId, policy.id), policy);
  for (const { accountId } of membersOf(state, organizationId))
    putServiceLinkedRole(state, accountId, nowMs, random);
}
