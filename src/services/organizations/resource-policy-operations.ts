// SPDX-License-Identifier: Apache-2.0
import type {
  DescribeResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ResourcePolicy,
} from '@aws-sdk/client-organizations';
import { type OrganizationDocument, organizationKey } from '../../identity/organization-documents.js';
import { resourcePolicyArn, resourcePolicyId } from '../../identity/organizations/organization-ids.js';
import { noteChange } from '../../identity/organizations/organization-state.js';
import { resourcePolicyProblem } from '../../identity/organizations/resource-policy.js';
import { byManagement, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { constraint, invalidInput, refusal, verifyLength } from './organizations-error.js';
import { verifiedTags } from './tags.js';

export const resourcePolicyOperations: Operations = {
  DeleteResourcePolicy: byManagement(deleteResourcePolicy),
  DescribeResourcePolicy: byReaders(describeResourcePolicy),
  PutResourcePolicy: byManagement(putResourcePolicy),
};

/** Source: Organizations User Guide, "Delegated administrator for AWS Organizations" (the one resource policy). */
function putResourcePolicy(input: PutResourcePolicyRequest, on: OrganizationCall): PutResourcePolicyResponse {
  const { state, organization, call } = on;
  if (organization.featureSet !== 'ALL')
    throw constraint(
      'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
      'The organization must have all features enabled to perform this operation.',
    );
  const content = verifyLength('content', input.Content ?? '', 1, 40_000);
  const problem = resourcePolicyProblem(content);
  if (problem !== undefined) throw invalidInput(problem.reason, problem.message);
  const tags = verifiedTags(input.Tags);
  if (organization.resourcePolicy !== undefined && Object.keys(tags).length > 0)
    throw invalidInput('INVALID_LIST_MEMBER', 'Tags can be given only when the resource policy is created.');
  const after: OrganizationDocument = {
    ...organization,
    resourcePolicy: content,
    resourcePolicyTags: organization.resourcePolicyTags ?? tags,
  };
  noteChange(state, organization.organizationId, call.requestId);
  state.put(organizationKey(organization.organizationId), after);
  return { ResourcePolicy: toResourcePolicy(after) };
}

function describeResourcePolicy(
  _input: object,
  { organization }: OrganizationCall,
): DescribeResourcePolicyResponse {
  return { ResourcePolicy: toResourcePolicy(organization) };
}

function deleteResourcePolicy(_input: object, { state, organization, call }: OrganizationCall): object {
  const { resourcePolicy, resourcePolicyTags: _, ...after } = organization;
  if (resourcePolicy === undefined) throw notFound();
  noteChange(state, organization.organizationId, call.requestId);
  state.put(organizationKey(organization.organizationId), after satisfies OrganizationDocument);
  return {};
}

function toResourcePolicy(organization: OrganizationDocument): ResourcePolicy {
  const { resourcePolicy: content } = organization;
  if (content === undefined) throw notFound();
  const id = resourcePolicyId(organization);
  return {
    ResourcePolicySummary: { Id: id, Arn: resourcePolicyArn(organization, id) },
    Content: content,
  };
}

const notFound = () =>
  refusal('ResourcePolicyNotFound', 'You specified a resource policy that does not exist.');
