// SPDX-License-Identifier: Apache-2.0
import type { OrganizationPolicyDocument } from '../organization-documents.js';

export const serviceControlPolicy = 'SERVICE_CONTROL_POLICY';

/**
 * Every policy type that the API knows. Source: Organizations API Reference, "PolicyType".
 * Resource control policies have a say in every decision on a resource, and decisions do not ask them yet: rather than
 * be kept without effect, they are refused as a type that the organization does not have.
 */
const policyTypes = [
  serviceControlPolicy,
  'RESOURCE_CONTROL_POLICY',
  'TAG_POLICY',
  'BACKUP_POLICY',
  'AISERVICES_OPT_OUT_POLICY',
  'CHATBOT_POLICY',
  'DECLARATIVE_POLICY_EC2',
  'SECURITYHUB_POLICY',
  'INSPECTOR_POLICY',
  'UPGRADE_ROLLOUT_POLICY',
  'BEDROCK_POLICY',
  'S3_POLICY',
  'NETWORK_SECURITY_DIRECTOR_POLICY',
] as const;

export const isPolicyType = (type: string): boolean => (policyTypes as readonly string[]).includes(type);
export const isAvailableType = (type: string): boolean =>
  isPolicyType(type) && type !== 'RESOURCE_CONTROL_POLICY';
/** Management policies are inherited and merged; authorization policies (service control policies) are not. */
export const isManagementType = (type: string): boolean =>
  isAvailableType(type) && type !== serviceControlPolicy;

export const fullAccessId = 'p-FullAWSAccess';

/** What every root, unit and account starts with. Source: Organizations User Guide, "Service control policies (SCPs)". */
export function fullAccessPolicy(organizationId: string): OrganizationPolicyDocument {
  return {
    organizationId,
    id: fullAccessId,
    type: serviceControlPolicy,
    name: 'FullAWSAccess',
    description: 'Allows access to every operation',
    content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    }),
    tags: {},
  };
}

/** Policies that AWS manages: they can be attached and detached, and nothing else. */
export const isAwsManaged = (policyId: string): boolean => policyId === fullAccessId;
