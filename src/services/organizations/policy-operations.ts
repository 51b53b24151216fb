// SPDX-License-Identifier: Apache-2.0
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  DescribePolicyRequest,
  DescribePolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  Policy,
  UpdatePolicyRequest,
  UpdatePolicyResponse,
} from '@aws-sdk/client-organizations';
import {
  type OrganizationPolicyDocument,
  organizationPolicyKey,
  policiesPrefix,
} from '../../identity/organization-documents.js';
import { isPolicyId, newPolicyId } from '../../identity/organizations/organization-ids.js';
import { policiesPerTypeMax, policySizeMax } from '../../identity/organizations/organization-quotas.js';
import { noteChange } from '../../identity/organizations/organization-state.js';
import { attachedIds, findPolicy, targetsOf } from '../../identity/organizations/policy-attachments.js';
import { policyContentProblem } from '../../identity/organizations/policy-content.js';
import { isAvailableType, isAwsManaged, isPolicyType } from '../../identity/organizations/policy-types.js';
import { byDelegates, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { constraint, invalidInput, refusal, verifyForm, verifyLength } from './organizations-error.js';
import { pageOf } from './page.js';
import { toPolicySummary } from './shapes.js';
import { verifiedTags } from './tags.js';

export const policyOperations: Operations = {
  CreatePolicy: byDelegates(createPolicy),
  DeletePolicy: byDelegates(deletePolicy),
  DescribePolicy: byReaders(describePolicy),
  ListPolicies: byReaders(listPolicies),
  UpdatePolicy: byDelegates(updatePolicy),
};

/** Any type that the API knows. Throws InvalidInputException. */
export function verifyPolicyType(type: string | undefined): string {
  if (type !== undefined && isPolicyType(type)) return type;
  throw invalidInput('INVALID_ENUM_POLICY_TYPE', 'You specified an invalid policy type string.');
}

/** A type that the organization can have. */
export function verifyAvailable(type: string, { organization }: OrganizationCall): void {
  if (organization.featureSet === 'ALL' && isAvailableType(type)) return;
  const message = `The policy type ${type} is not available for your organization.`;
  throw refusal('PolicyTypeNotAvailableForOrganization', message);
}

export function foundPolicy(
  id: string | undefined,
  { state, organization }: OrganizationCall,
): OrganizationPolicyDocument {
  const policy = findPolicy(state, organization, verifyForm(id, isPolicyId));
  if (policy !== undefined) return policy;
  throw refusal('PolicyNotFound', 'You specified a policy that does not exist.');
}

function policiesOf({ state, organization }: OrganizationCall, type: string): OrganizationPolicyDocument[] {
  return state
    .list<OrganizationPolicyDocument>(policiesPrefix(organization.organizationId))
    .map(({ value }) => value)
    .filter((policy) => policy.type === type);
}

function createPolicy(input: CreatePolicyRequest, on: OrganizationCall): CreatePolicyResponse {
  const { state, organization, call, random } = on;
  const { organizationId } = organization;
  const type = verifyPolicyType(input.Type);
  verifyAvailable(type, on);
  const policy: OrganizationPolicyDocument = {
    organizationId,
    id: newPolicyId(random),
    type,
    name: verifyLength('name', input.Name ?? '', 1, 128),
    description: verifyLength('description', input.Description ?? '', 0, 512),
    content: verifiedContent(type, input.Content ?? ''),
    tags: verifiedTags(input.Tags),
  };
  const others = policiesOf(on, type);
  verifyFreeName(policy, others);
  if (others.filter(({ id }) => !isAwsManaged(id)).length >= policiesPerTypeMax)
    throw constraint(
      'POLICY_NUMBER_LIMIT_EXCEEDED',
      `You can have at most ${policiesPerTypeMax} policies of a type.`,
    );
  noteChange(state, organizationId, call.requestId);
  state.put(organizationPolicyKey(organizationId, policy.id), policy);
  return { Policy: toPolicy(policy, on) };
}

function verifiedContent(type: string, content: string): string {
  const charactersMax = policySizeMax[type] ?? 0;
  if (content.length > charactersMax)
    throw constraint(
      'POLICY_CONTENT_LIMIT_EXCEEDED',
      `You have exceeded the maximum size of a policy of this type: ${charactersMax} characters.`,
    );
  const problem = policyContentProblem(type, content);
  if (problem !== undefined) throw refusal('MalformedPolicyDocument', problem);
  return content;
}

function verifyFreeName(
  { id, name }: OrganizationPolicyDocument,
  others: readonly OrganizationPolicyDocument[],
): void {
  if (others.some((other) => other.id !== id && other.name === name))
    throw refusal('DuplicatePolicy', 'A policy with the same name already exists.');
}

function verifyNotManaged(policy: OrganizationPolicyDocument): void {
  if (isAwsManaged(policy.id))
    throw invalidInput(
      'IMMUTABLE_POLICY',
      'You specified a policy that is managed by AWS and cannot be modified.',
    );
}

function updatePolicy(input: UpdatePolicyRequest, on: OrganizationCall): UpdatePolicyResponse {
  const { state, organization, call } = on;
  const before = foundPolicy(input.PolicyId, on);
  verifyNotManaged(before);
  const { Name: name, Description: description, Content: content } = input;
  const policy: OrganizationPolicyDocument = {
    ...before,
    ...(name === undefined ? {} : { name: verifyLength('name', name, 1, 128) }),
    ...(description === undefined ? {} : { description: verifyLength('description', description, 0, 512) }),
    ...(content === undefined ? {} : { content: verifiedContent(before.type, content) }),
  };
  verifyFreeName(policy, policiesOf(on, policy.type));
  noteChange(state, organization.organizationId, call.requestId);
  state.put(organizationPolicyKey(organization.organizationId, policy.id), policy);
  return { Policy: toPolicy(policy, on) };
}

function deletePolicy(input: DeletePolicyRequest, on: OrganizationCall): object {
  const { state, organization, call } = on;
  const policy = foundPolicy(input.PolicyId, on);
  verifyNotManaged(policy);
  const isAttached = targetsOf(state, organization).some((target) =>
    attachedIds(state, organization, target).includes(policy.id),
  );
  if (isAttached)
    throw refusal('PolicyInUse', 'The policy is attached to one or more entities: detach it first.');
  noteChange(state, organization.organizationId, call.requestId);
  state.delete(organizationPolicyKey(organization.organizationId, policy.id));
  return {};
}

function describePolicy(input: DescribePolicyRequest, on: OrganizationCall): DescribePolicyResponse {
  return { Policy: toPolicy(foundPolicy(input.PolicyId, on), on) };
}

function listPolicies(input: ListPoliciesRequest, on: OrganizationCall): ListPoliciesResponse {
  const policies = policiesOf(on, verifyPolicyType(input.Filter));
  const { items, ...next } = pageOf(policies, ({ id }) => id, input);
  return { Policies: items.map((policy) => toPolicySummary(policy, on.organization)), ...next };
}

function toPolicy(policy: OrganizationPolicyDocument, { organization }: OrganizationCall): Policy {
  return { PolicySummary: toPolicySummary(policy, organization), Content: policy.content };
}
