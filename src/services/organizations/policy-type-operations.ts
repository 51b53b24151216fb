// SPDX-License-Identifier: Apache-2.0
import type {
  DescribeEffectivePolicyRequest,
  DescribeEffectivePolicyResponse,
  DisablePolicyTypeRequest,
  DisablePolicyTypeResponse,
  EffectivePolicyType,
  EnablePolicyTypeRequest,
  EnablePolicyTypeResponse,
} from '@aws-sdk/client-organizations';
import { type OrganizationDocument, organizationKey } from '../../identity/organization-documents.js';
import { effectivePolicy } from '../../identity/organizations/effective-policy.js';
import { isAccountId, isRootId } from '../../identity/organizations/organization-ids.js';
import { noteChange } from '../../identity/organizations/organization-state.js';
import { pathTo } from '../../identity/organizations/organization-tree.js';
import {
  attachedIds,
  attachedPolicies,
  findPolicy,
  putAttached,
  targetsOf,
} from '../../identity/organizations/policy-attachments.js';
import {
  fullAccessId,
  isManagementType,
  isPolicyType,
  serviceControlPolicy,
} from '../../identity/organizations/policy-types.js';
import { verifyTarget } from './attachment-operations.js';
import { byDelegates, byMembers, type Operations, type OrganizationCall } from './operation.js';
import { accessDenied, invalidInput, refusal, verifyForm } from './organizations-error.js';
import { verifyAvailable, verifyPolicyType } from './policy-operations.js';
import { toRoot } from './shapes.js';

export const policyTypeOperations: Operations = {
  DescribeEffectivePolicy: byMembers(describeEffectivePolicy),
  DisablePolicyType: byDelegates(disableType),
  EnablePolicyType: byDelegates(enableType),
};

function verifyRoot(id: string | undefined, { organization }: OrganizationCall): void {
  if (verifyForm(id, isRootId) !== organization.rootId)
    throw refusal('RootNotFound', 'You specified a root that does not exist.');
}

/** With service control policies, everybody starts with full access: enabling them takes nothing away. */
function enableType(input: EnablePolicyTypeRequest, on: OrganizationCall): EnablePolicyTypeResponse {
  const { state, organization } = on;
  verifyRoot(input.RootId, on);
  const type = verifyPolicyType(input.PolicyType);
  verifyAvailable(type, on);
  if (organization.enabledPolicyTypes.includes(type))
    throw refusal('PolicyTypeAlreadyEnabled', 'The specified policy type is already enabled.');
  if (type === serviceControlPolicy) {
    for (const target of targetsOf(state, organization)) {
      const ids = attachedIds(state, organization, target);
      putAttached(state, organization, target, [...ids, fullAccessId]);
    }
  }
  return changed([...organization.enabledPolicyTypes, type], on);
}

/** All policies of the type are detached everywhere; they stay as policies. */
function disableType(input: DisablePolicyTypeRequest, on: OrganizationCall): DisablePolicyTypeResponse {
  const { state, organization } = on;
  verifyRoot(input.RootId, on);
  const type = verifyPolicyType(input.PolicyType);
  if (!organization.enabledPolicyTypes.includes(type))
    throw refusal('PolicyTypeNotEnabled', 'The specified policy type is not enabled.');
  for (const target of targetsOf(state, organization)) {
    const ids = attachedIds(state, organization, target);
    const kept = ids.filter((id) => findPolicy(state, organization, id)?.type !== type);
    if (kept.length < ids.length) putAttached(state, organization, target, kept);
  }
  return changed(
    organization.enabledPolicyTypes.filter((one) => one !== type),
    on,
  );
}

function changed(
  enabledPolicyTypes: readonly string[],
  { state, organization, call }: OrganizationCall,
): EnablePolicyTypeResponse {
  const after: OrganizationDocument = { ...organization, enabledPolicyTypes };
  noteChange(state, organization.organizationId, call.requestId);
  state.put(organizationKey(organization.organizationId), after);
  return { Root: toRoot(after) };
}

/** Another account than one's own: the management account's matter. */
function describeEffectivePolicy(
  input: DescribeEffectivePolicyRequest,
  on: OrganizationCall,
): DescribeEffectivePolicyResponse {
  const { state, organization, accountId, nowMs } = on;
  const type = input.PolicyType;
  if (type === undefined || !isPolicyType(type) || !isManagementType(type))
    throw invalidInput('INVALID_ENUM_POLICY_TYPE', 'You specified an invalid policy type string.');
  const targetId = input.TargetId === undefined ? accountId : verifyTarget(input.TargetId, on);
  if (!isAccountId(targetId))
    throw invalidInput(
      'TARGET_NOT_SUPPORTED',
      "You can't perform the specified operation on that target entity.",
    );
  if (targetId !== accountId && accountId !== organization.managementAccountId) throw accessDenied();
  const levels = pathTo(state, organization, targetId).map((place) =>
    attachedPolicies(state, organization, place, type).map(({ content }) => content),
  );
  const effective = effectivePolicy(levels);
  if (effective === undefined) {
    const message = 'The account has no effective policy of this type.';
    throw refusal('EffectivePolicyNotFound', message);
  }
  return {
    EffectivePolicy: {
      PolicyContent: JSON.stringify(effective),
      LastUpdatedTimestamp: new Date(nowMs),
      TargetId: targetId,
      PolicyType: type as EffectivePolicyType,
    },
  };
}
