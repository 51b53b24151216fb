// SPDX-License-Identifier: Apache-2.0
import type { OrganizationDocument } from './organization-documents.js';

/**
 * Centralized root access of an organization, as it is kept in state under `rootAccessKey`. Without a document: all off.
 * Source: IAM API Reference, "EnableOrganizationsRootSessions", "EnableOrganizationsRootCredentialsManagement".
 */
export interface RootAccessDocument {
  readonly organizationId: string;
  readonly rootSessions: boolean;
  readonly rootCredentialsManagement: boolean;
}

export const rootAccessKey = (organizationId: string): string => `organization-root-access/${organizationId}`;

/** Whether AssumeRoot works in the organization: the feature is on, and IAM is still trusted. */
export function hasRootSessions(
  state: { get<T>(key: string): T | undefined },
  { organizationId, trustedServices }: OrganizationDocument,
): boolean {
  const access = state.get<RootAccessDocument>(rootAccessKey(organizationId));
  return access?.rootSessions === true && trustedServices['iam.amazonaws.com'] !== undefined;
}
