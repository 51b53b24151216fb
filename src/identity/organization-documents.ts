// SPDX-License-Identifier: Apache-2.0

/**
 * What Organizations keeps in state. A Cairn may hold several organizations; an account is in one at most.
 * Times in ms since the epoch. Source: Organizations API Reference, data types of the same names.
 */

export interface OrganizationDocument {
  /** `o-exampleorgid` */
  readonly organizationId: string;
  readonly managementAccountId: string;
  readonly managementEmail: string;
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
  readonly createdAtMs: number;
  /** `r-ab12` */
  readonly rootId: string;
  readonly enabledPolicyTypes: readonly string[];
  /** Service principals with trusted access, and since when. */
  readonly trustedServices: Readonly<Record<string, number>>;
  /** By service principal: the accounts that administer it for the organization, and since when. */
  readonly delegatedAdministrators: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rootTags: Readonly<Record<string, string>>;
  readonly resourcePolicy?: string;
  readonly resourcePolicyTags?: Readonly<Record<string, string>>;
}

/**
 * Membership of one account, kept apart so that a reader of the log can fold who is in which organization from small
 * documents. Deleted when the account leaves.
 */
export interface MembershipDocument {
  readonly accountId: string;
  readonly organizationId: string;
  readonly managementAccountId: string;
  /** The root or the OU in which the account is. */
  readonly parentId: string;
  readonly name: string;
  readonly email: string;
  readonly joinedAtMs: number;
  readonly joinedMethod: 'INVITED' | 'CREATED';
  readonly status: 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE';
  readonly tags: Readonly<Record<string, string>>;
}

export interface OrganizationalUnitDocument {
  readonly organizationId: string;
  /** `ou-ab12-11111111` */
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface OrganizationPolicyDocument {
  readonly organizationId: string;
  /** `p-examplepolicyid111` */
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly description: string;
  /** JSON text, verbatim. */
  readonly content: string;
  readonly tags: Readonly<Record<string, string>>;
}

export const organizationKey = (organizationId: string): string => `organization/${organizationId}`;
export const membershipPrefix = 'organization-member/';
export const membershipKey = (accountId: string): string => `${membershipPrefix}${accountId}`;
export const unitsPrefix = (organizationId: string): string => `organization-unit/${organizationId}/`;
export const unitKey = (organizationId: string, id: string): string => `${unitsPrefix(organizationId)}${id}`;
export const policiesPrefix = (organizationId: string): string => `organization-policy/${organizationId}/`;
export const organizationPolicyKey = (organizationId: string, id: string): string =>
  `${policiesPrefix(organizationId)}${id}`;

/** Policies attached to a root, OU or account: `{ policyIds }`, in the order of attachment. */
export interface PolicyTargetDocument {
  readonly policyIds: readonly string[];
}
export const policyTargetKey = (organizationId: string, targetId: string): string =>
  `organization-target/${organizationId}/${targetId}`;
