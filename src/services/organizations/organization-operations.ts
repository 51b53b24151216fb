// SPDX-License-Identifier: Apache-2.0
import type {
  CreateOrganizationRequest,
  CreateOrganizationResponse,
  DescribeOrganizationResponse,
  EnableAllFeaturesResponse,
  ListRootsRequest,
  ListRootsResponse,
} from '@aws-sdk/client-organizations';
import { releaseOrganizationStores } from '../../event-data-stores/store-state.js';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import {
  type OrganizationDocument,
  organizationKey,
  organizationPolicyKey,
  policiesPrefix,
  unitsPrefix,
} from '../../identity/organization-documents.js';
import { accountCreationsPrefix } from '../../identity/organizations/account-creations.js';
import {
  deleteHandshake,
  type HandshakeDocument,
  handshakesOf,
  isOpen,
  putHandshake,
} from '../../identity/organizations/handshakes.js';
import { joinOrganization, leaveOrganization } from '../../identity/organizations/join-organization.js';
import { putServiceLinkedRole } from '../../identity/organizations/new-account.js';
import {
  newHandshakeId,
  newOrganizationId,
  newRootId,
} from '../../identity/organizations/organization-ids.js';
import { enableAllFeaturesMs } from '../../identity/organizations/organization-quotas.js';
import { membershipOf, membersOf, noteChange } from '../../identity/organizations/organization-state.js';
import { attachDefaults, putAttached, targetsOf } from '../../identity/organizations/policy-attachments.js';
import { fullAccessPolicy, serviceControlPolicy } from '../../identity/organizations/policy-types.js';
import { releaseOrganizationTrails } from '../../trails/organization-trails.js';
import {
  type AnyCall,
  byAnyone,
  byManagement,
  byMembers,
  byReaders,
  type Operations,
  type OrganizationCall,
} from './operation.js';
import { constraint, handshakeConstraint, refusal, verifyOneOf } from './organizations-error.js';
import { pageOf } from './page.js';
import { emailOf, nameOf, toHandshake, toOrganization, toRoot } from './shapes.js';

export const organizationOperations: Operations = {
  CreateOrganization: byAnyone(createOrganization),
  DescribeOrganization: byMembers(describeOrganization),
  DeleteOrganization: byManagement(deleteOrganization),
  EnableAllFeatures: byManagement(enableAllFeatures),
  ListRoots: byReaders(listRoots),
};

/** Source: Organizations API Reference, "CreateOrganization". The caller's account becomes the management account. */
function createOrganization(input: CreateOrganizationRequest, on: AnyCall): CreateOrganizationResponse {
  const { state, accountId, nowMs, random } = on;
  if (membershipOf(state, accountId) !== undefined)
    throw refusal('AlreadyInOrganization', 'The AWS account is already a member of an organization.');
  const account = state.get<AccountDocument>(accountKey(accountId));
  if (account?.closedAtMs !== undefined)
    throw constraint('ACCOUNT_CREATION_NOT_COMPLETE', 'Your account is not active.');
  const featureSet = verifyOneOf(input.FeatureSet ?? 'ALL', ['ALL', 'CONSOLIDATED_BILLING']);
  const organization: OrganizationDocument = {
    organizationId: newOrganizationId(random),
    managementAccountId: accountId,
    managementEmail: emailOf(account, accountId),
    featureSet,
    createdAtMs: nowMs,
    rootId: newRootId(random),
    enabledPolicyTypes: featureSet === 'ALL' ? [serviceControlPolicy] : [],
    trustedServices: {},
    delegatedAdministrators: {},
    rootTags: {},
  };
  const { organizationId, rootId } = organization;
  state.put(organizationKey(organizationId), organization);
  if (featureSet === 'ALL') putFullAccess(on, organizationId);
  attachDefaults(state, organization, rootId);
  joinOrganization(state, organization, {
    accountId,
    name: nameOf(account, accountId),
    email: organization.managementEmail,
    joinedAtMs: nowMs,
    joinedMethod: 'INVITED',
    tags: {},
  });
  if (featureSet === 'ALL') putServiceLinkedRole(state, accountId, nowMs, random);
  return { Organization: toOrganization(organization) };
}

function putFullAccess({ state }: Pick<AnyCall, 'state'>, organizationId: string): void {
  const policy = fullAccessPolicy(organizationId);
  state.put(organizationPolicyKey(organizationId, policy.id), policy);
}

function describeOrganization(
  _input: object,
  { organization }: OrganizationCall,
): DescribeOrganizationResponse {
  return { Organization: toOrganization(organization) };
}

/** With everything in it; only other accounts are in the way. Organization trails become trails of the account. */
function deleteOrganization(_input: object, { state, organization, call, nowMs }: OrganizationCall): object {
  const { organizationId, managementAccountId } = organization;
  if (membersOf(state, organizationId).length > 1) {
    const message =
      'The organization is not empty. To delete an organization, you must first remove all accounts except the management account.';
    throw refusal('OrganizationNotEmpty', message);
  }
  noteChange(state, organizationId, call.requestId);
  for (const target of targetsOf(state, organization)) putAttached(state, organization, target, []);
  leaveOrganization(state, organization, managementAccountId);
  const prefixes = [policiesPrefix, unitsPrefix, accountCreationsPrefix];
  for (const prefix of prefixes) for (const { key } of state.list(prefix(organizationId))) state.delete(key);
  for (const handshake of handshakesOf(state, organizationId, nowMs)) deleteHandshake(state, handshake);
  releaseOrganizationTrails(state, organization);
  releaseOrganizationStores(state, organization);
  state.delete(organizationKey(organizationId));
  return {};
}

/**
 * Asks every invited member to agree; once all did, the management account finishes it (APPROVE_ALL_FEATURES).
 * Source: Organizations User Guide, "Enabling all features for an organization with AWS Organizations".
 */
function enableAllFeatures(_input: object, on: OrganizationCall): EnableAllFeaturesResponse {
  const { state, organization, call, nowMs, random } = on;
  const { organizationId, managementAccountId, featureSet } = organization;
  if (featureSet === 'ALL') {
    const message = 'The organization has already enabled all features.';
    throw handshakeConstraint('ORGANIZATION_ALREADY_HAS_ALL_FEATURES', message);
  }
  const isPending = handshakesOf(state, organizationId, nowMs).some(
    (handshake) => handshake.action !== 'INVITE' && isOpen(handshake, nowMs),
  );
  if (isPending) {
    const message = 'The organization has already started the process to enable all features.';
    throw handshakeConstraint('ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION', message);
  }
  noteChange(state, organizationId, call.requestId);
  const common = {
    organizationId,
    managementAccountId,
    featureSet,
    requestedAtMs: nowMs,
    expiresAtMs: nowMs + enableAllFeaturesMs,
  };
  const asked = membersOf(state, organizationId).filter(
    ({ accountId, joinedMethod }) => accountId !== managementAccountId && joinedMethod === 'INVITED',
  );
  const parent: HandshakeDocument = {
    ...common,
    id: newHandshakeId(random),
    action: 'ENABLE_ALL_FEATURES',
    state: asked.length === 0 ? 'ACCEPTED' : 'REQUESTED',
    ...(asked.length === 0 ? { endedAtMs: nowMs } : {}),
  };
  putHandshake(state, parent);
  for (const { accountId } of asked) {
    putHandshake(state, {
      ...common,
      id: newHandshakeId(random),
      action: 'ENABLE_ALL_FEATURES',
      state: 'OPEN',
      recipient: { type: 'ACCOUNT', id: accountId },
      parentId: parent.id,
    });
  }
  if (asked.length === 0) putApproval(on, parent);
  return { Handshake: toHandshake(parent, state, nowMs) };
}

/** Everybody agreed: the management account has the last word. */
export function putApproval(
  { state, random, nowMs }: OrganizationCall | AnyCall,
  parent: HandshakeDocument,
): void {
  const { organizationId, managementAccountId, featureSet } = parent;
  putHandshake(state, {
    id: newHandshakeId(random),
    action: 'APPROVE_ALL_FEATURES',
    organizationId,
    managementAccountId,
    featureSet,
    state: 'OPEN',
    requestedAtMs: nowMs,
    expiresAtMs: nowMs + enableAllFeaturesMs,
    parentId: parent.id,
  });
}

function listRoots(input: ListRootsRequest, { organization }: OrganizationCall): ListRootsResponse {
  const { items, ...next } = pageOf([toRoot(organization)], ({ Id: id = '' }) => id, input);
  return { Roots: [...items], ...next };
}
