// SPDX-License-Identifier: Apache-2.0
import {
  type OrganizationalUnitDocument,
  type OrganizationDocument,
  unitKey,
} from '../organization-documents.js';
import { isRootId } from './organization-ids.js';
import { memberOf, type ReadState } from './organization-state.js';

type Of = Pick<OrganizationDocument, 'organizationId' | 'rootId'>;

export function findUnit(
  state: ReadState,
  { organizationId }: Pick<OrganizationDocument, 'organizationId'>,
  id: string,
): OrganizationalUnitDocument | undefined {
  return state.get<OrganizationalUnitDocument>(unitKey(organizationId, id));
}

export function parentExists(state: ReadState, organization: Of, id: string): boolean {
  return id === organization.rootId || findUnit(state, organization, id) !== undefined;
}

export function targetExists(state: ReadState, organization: Of, id: string): boolean {
  return (
    parentExists(state, organization, id) || memberOf(state, organization.organizationId, id) !== undefined
  );
}

/** From the root down to a root, unit or account, itself included; empty for what is not there. */
export function pathTo(state: ReadState, organization: Of, id: string): string[] {
  const path: string[] = [];
  let at: string | undefined = id;
  while (at !== undefined) {
    path.unshift(at);
    if (at === organization.rootId) return path;
    at = parentOf(state, organization, at);
  }
  return [];
}

export function parentOf(state: ReadState, organization: Of, id: string): string | undefined {
  if (isRootId(id)) return undefined;
  const unit = findUnit(state, organization, id);
  return unit?.parentId ?? memberOf(state, organization.organizationId, id)?.parentId;
}

/** `o-exampleorgid/r-ab12/ou-ab12-11111111/111122223333/`. Source: IAM User Guide, "aws:PrincipalOrgPaths". */
export function pathText(state: ReadState, organization: Of, id: string): string {
  return `${[organization.organizationId, ...pathTo(state, organization, id)].join('/')}/`;
}

/** Units above and including: 1 for a unit right below the root. */
export function depthOf(state: ReadState, organization: Of, unitId: string): number {
  return pathTo(state, organization, unitId).length - 1;
}
