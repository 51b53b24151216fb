// SPDX-License-Identifier: Apache-2.0
import type {
  HandshakeParty,
  InviteAccountToOrganizationRequest,
  InviteAccountToOrganizationResponse,
} from '@aws-sdk/client-organizations';
import { accountEmailKey } from '../../identity/account-documents.js';
import { isEmailAddress } from '../../identity/organizations/email-address.js';
import {
  type HandshakeDocument,
  handshakesOf,
  isOpen,
  putHandshake,
  sweepHandshakes,
} from '../../identity/organizations/handshakes.js';
import { isAccountId, newHandshakeId } from '../../identity/organizations/organization-ids.js';
import { accountsMax, invitationMs } from '../../identity/organizations/organization-quotas.js';
import { membershipOf, membersOf, noteChange } from '../../identity/organizations/organization-state.js';
import { byManagement, type Operations, type OrganizationCall } from './operation.js';
import {
  handshakeConstraint,
  invalidInput,
  refusal,
  verifyForm,
  verifyLength,
} from './organizations-error.js';
import { toHandshake } from './shapes.js';
import { verifiedTags } from './tags.js';

export const inviteOperations: Operations = { InviteAccountToOrganization: byManagement(invite) };

/**
 * Whether there is such an account is not told: nobody learns of others' accounts by inviting.
 * Source: Organizations API Reference, "InviteAccountToOrganization".
 */
function invite(
  input: InviteAccountToOrganizationRequest,
  on: OrganizationCall,
): InviteAccountToOrganizationResponse {
  const { state, organization, call, nowMs, random } = on;
  const { organizationId, managementAccountId, featureSet } = organization;
  const recipient = readTarget(input.Target);
  const notes = input.Notes === undefined ? undefined : verifyLength('notes', input.Notes, 0, 1_024);
  const tags = verifiedTags(input.Tags);
  verifyMayInvite(recipient, on);
  noteChange(state, organizationId, call.requestId);
  sweepHandshakes(state, organizationId, nowMs);
  const handshake: HandshakeDocument = {
    id: newHandshakeId(random),
    action: 'INVITE',
    organizationId,
    managementAccountId,
    featureSet,
    state: 'OPEN',
    requestedAtMs: nowMs,
    expiresAtMs: nowMs + invitationMs,
    recipient,
    ...(notes === undefined || notes === '' ? {} : { notes }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  };
  putHandshake(state, handshake);
  return { Handshake: toHandshake(handshake, state, nowMs) };
}

type Recipient = NonNullable<HandshakeDocument['recipient']>;

function readTarget(target: HandshakeParty | undefined): Recipient {
  const { Type: type, Id: id } = target ?? {};
  if (type === 'ACCOUNT') return { type, id: verifyForm(id, isAccountId) };
  if (type === 'EMAIL') {
    if (id !== undefined && isEmailAddress(id)) return { type, id };
    throw invalidInput(
      'INVALID_EMAIL_ADDRESS_TARGET',
      'You specified an invalid email address for the invited account owner.',
    );
  }
  throw invalidInput('INVALID_PARTY_TYPE_TARGET', 'You specified the wrong type of entity as a party.');
}

function verifyMayInvite(recipient: Recipient, { state, organization, nowMs }: OrganizationCall): void {
  const { organizationId } = organization;
  const accountId =
    recipient.type === 'ACCOUNT'
      ? recipient.id
      : state.get<{ accountId: string }>(accountEmailKey(recipient.id))?.accountId;
  if (accountId !== undefined && membershipOf(state, accountId)?.organizationId === organizationId)
    throw handshakeConstraint(
      'ALREADY_IN_AN_ORGANIZATION',
      'The account is already a member of the organization.',
    );
  const open = handshakesOf(state, organizationId, nowMs).filter((handshake) => isOpen(handshake, nowMs));
  if (open.some(({ action }) => action !== 'INVITE'))
    throw handshakeConstraint(
      'INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES',
      'You cannot invite accounts while the organization is in the process of enabling all features.',
    );
  if (open.some((other) => other.recipient?.id.toLowerCase() === recipient.id.toLowerCase()))
    throw refusal('DuplicateHandshake', 'A handshake with the same action and target already exists.');
  if (membersOf(state, organizationId).length + open.length >= accountsMax)
    throw handshakeConstraint(
      'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
      'You have exceeded the number of accounts of the organization; open invitations count.',
    );
}
