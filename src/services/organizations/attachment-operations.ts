// SPDX-License-Identifier: Apache-2.0
import type {
  AttachPolicyRequest,
  DetachPolicyRequest,
  ListPoliciesForTargetRequest,
  ListPoliciesForTargetResponse,
  ListTargetsForPolicyRequest,
  ListTargetsForPolicyResponse,
  PolicyTargetSummary,
} from '@aws-sdk/client-organizations';
import type { OrganizationPolicyDocument } from '../../identity/organization-documents.js';
import { isRootId, isTargetId, isUnitId, targetArn } from '../../identity/organizations/organization-ids.js';
import {
  managementPoliciesPerTargetMax,
  serviceControlPoliciesPerTargetMax,
} from '../../identity/organizations/organization-quotas.js';
import { membershipOf, noteChange } from '../../identity/organizations/organization-state.js';
import { findUnit, targetExists } from '../../identity/organizations/organization-tree.js';
import {
  attachedIds,
  attachedPolicies,
  putAttached,
  targetsOf,
} from '../../identity/organizations/policy-attachments.js';
import { serviceControlPolicy } from '../../identity/organizations/policy-types.js';
import { byDelegates, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { constraint, refusal, verifyTargetForm } from './organizations-error.js';
import { pageOf } from './page.js';
import { foundPolicy, verifyPolicyType } from './policy-operations.js';
import { toPolicySummary } from './shapes.js';

export const attachmentOperations: Operations = {
  AttachPolicy: byDelegates(attach),
  DetachPolicy: byDelegates(detach),
  ListPoliciesForTarget: byReaders(listPoliciesForTarget),
  ListTargetsForPolicy: byReaders(listTargetsForPolicy),
};

/** A root, unit or account that is there. Throws TargetNotFoundException. */
export function verifyTarget(
  id: string | undefined,
  { state, organization }: Pick<OrganizationCall, 'state' | 'organization'>,
): string {
  const targetId = verifyTargetForm(id, isTargetId);
  if (targetExists(state, organization, targetId)) return targetId;
  throw refusal('TargetNotFound', 'You specified a target that does not exist.');
}

function verifyEnabled(policy: OrganizationPolicyDocument, { organization }: OrganizationCall): void {
  if (!organization.enabledPolicyTypes.includes(policy.type))
    throw refusal('PolicyTypeNotEnabled', 'This operation can be performed only for enabled policy types.');
}

function attach(input: AttachPolicyRequest, on: OrganizationCall): object {
  const { state, organization, call } = on;
  const policy = foundPolicy(input.PolicyId, on);
  const targetId = verifyTarget(input.TargetId, on);
  verifyEnabled(policy, on);
  const ids = attachedIds(state, organization, targetId);
  if (ids.includes(policy.id))
    throw refusal(
      'DuplicatePolicyAttachment',
      'A policy with the same name and type already exists in this target.',
    );
  const ofType = attachedPolicies(state, organization, targetId, policy.type).length;
  const most =
    policy.type === serviceControlPolicy
      ? serviceControlPoliciesPerTargetMax
      : managementPoliciesPerTargetMax;
  if (ofType >= most)
    throw constraint(
      'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      `You cannot attach more than ${most} policies of this type to an entity.`,
    );
  noteChange(state, organization.organizationId, call.requestId);
  putAttached(state, organization, targetId, [...ids, policy.id]);
  return {};
}

/** While service control policies are enabled, nobody is left without one: without any, nothing would be allowed. */
function detach(input: DetachPolicyRequest, on: OrganizationCall): object {
  const { state, organization, call } = on;
  const policy = foundPolicy(input.PolicyId, on);
  const targetId = verifyTarget(input.TargetId, on);
  const ids = attachedIds(state, organization, targetId);
  if (!ids.includes(policy.id))
    throw refusal('PolicyNotAttached', 'The policy is not attached to the specified target.');
  const isLast =
    policy.type === serviceControlPolicy &&
    attachedPolicies(state, organization, targetId, policy.type).length === 1;
  if (isLast)
    throw constraint(
      'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You cannot remove the last policy attached to the specified target: at least one SCP must be attached at all times.',
    );
  noteChange(state, organization.organizationId, call.requestId);
  putAttached(
    state,
    organization,
    targetId,
    ids.filter((id) => id !== policy.id),
  );
  return {};
}

function listPoliciesForTarget(
  input: ListPoliciesForTargetRequest,
  on: OrganizationCall,
): ListPoliciesForTargetResponse {
  const targetId = verifyTarget(input.TargetId, on);
  const policies = attachedPolicies(on.state, on.organization, targetId, verifyPolicyType(input.Filter));
  const { items, ...next } = pageOf(policies, ({ id }) => id, input);
  return { Policies: items.map((policy) => toPolicySummary(policy, on.organization)), ...next };
}

function listTargetsForPolicy(
  input: ListTargetsForPolicyRequest,
  on: OrganizationCall,
): ListTargetsForPolicyResponse {
  const { state, organization } = on;
  const { id } = foundPolicy(input.PolicyId, on);
  const targets = targetsOf(state, organization).filter((target) =>
    attachedIds(state, organization, target).includes(id),
  );
  const { items, ...next } = pageOf(targets, (target) => target, input);
  return { Targets: items.map((target) => toTarget(target, on)), ...next };
}

function toTarget(id: string, { state, organization }: OrganizationCall): PolicyTargetSummary {
  const common = { TargetId: id, Arn: targetArn(organization, id) };
  if (isRootId(id)) return { ...common, Name: 'Root', Type: 'ROOT' };
  if (isUnitId(id))
    return { ...common, Name: findUnit(state, organization, id)?.name, Type: 'ORGANIZATIONAL_UNIT' };
  return { ...common, Name: membershipOf(state, id)?.name, Type: 'ACCOUNT' };
}
