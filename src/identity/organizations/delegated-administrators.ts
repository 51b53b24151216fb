// SPDX-License-Identifier: Apache-2.0
import type { OrganizationDocument } from '../organization-documents.js';

/** The organization with one more account that administers a service. */
export function withDelegate(
  organization: OrganizationDocument,
  servicePrincipal: string,
  accountId: string,
  atMs: number,
): OrganizationDocument {
  const { delegatedAdministrators } = organization;
  const accounts = { ...delegatedAdministrators[servicePrincipal], [accountId]: atMs };
  return {
    ...organization,
    delegatedAdministrators: { ...delegatedAdministrators, [servicePrincipal]: accounts },
  };
}

export function withoutDelegate(
  organization: OrganizationDocument,
  servicePrincipal: string,
  accountId: string,
): OrganizationDocument {
  const { [servicePrincipal]: accounts = {}, ...others } = organization.delegatedAdministrators;
  const { [accountId]: _, ...left } = accounts;
  const isEmpty = Object.keys(left).length === 0;
  return {
    ...organization,
    delegatedAdministrators: isEmpty ? others : { ...others, [servicePrincipal]: left },
  };
}
