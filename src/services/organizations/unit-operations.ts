// SPDX-License-Identifier: Apache-2.0
import type {
  CreateOrganizationalUnitRequest,
  CreateOrganizationalUnitResponse,
  DeleteOrganizationalUnitRequest,
  DescribeOrganizationalUnitRequest,
  DescribeOrganizationalUnitResponse,
  ListChildrenRequest,
  ListChildrenResponse,
  ListOrganizationalUnitsForParentRequest,
  ListOrganizationalUnitsForParentResponse,
  ListParentsRequest,
  ListParentsResponse,
  UpdateOrganizationalUnitRequest,
  UpdateOrganizationalUnitResponse,
} from '@aws-sdk/client-organizations';
import { type OrganizationalUnitDocument, unitKey } from '../../identity/organization-documents.js';
import { isAccountId, isRootId, isUnitId, newUnitId } from '../../identity/organizations/organization-ids.js';
import { unitDepthMax, unitsMax } from '../../identity/organizations/organization-quotas.js';
import { membersOf, noteChange, unitsOf } from '../../identity/organizations/organization-state.js';
import { depthOf, findUnit, parentOf } from '../../identity/organizations/organization-tree.js';
import { attachDefaults, putAttached } from '../../identity/organizations/policy-attachments.js';
import { verifyParent } from './account-operations.js';
import { byManagement, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { constraint, refusal, verifyForm, verifyLength, verifyOneOf } from './organizations-error.js';
import { pageOf } from './page.js';
import { toUnit } from './shapes.js';
import { verifiedTags } from './tags.js';

export const unitOperations: Operations = {
  CreateOrganizationalUnit: byManagement(createUnit),
  DeleteOrganizationalUnit: byManagement(deleteUnit),
  DescribeOrganizationalUnit: byReaders(describeUnit),
  ListChildren: byReaders(listChildren),
  ListOrganizationalUnitsForParent: byReaders(listUnits),
  ListParents: byReaders(listParents),
  UpdateOrganizationalUnit: byManagement(updateUnit),
};

function createUnit(
  input: CreateOrganizationalUnitRequest,
  on: OrganizationCall,
): CreateOrganizationalUnitResponse {
  const { state, organization, call, random } = on;
  const { organizationId, rootId } = organization;
  const parentId = verifyParent(input.ParentId, on);
  const name = verifyLength('name', input.Name ?? '', 1, 128);
  const tags = verifiedTags(input.Tags);
  const units = unitsOf(state, organizationId);
  verifyFreeName(units, parentId, name);
  if (units.length >= unitsMax)
    throw constraint('OU_NUMBER_LIMIT_EXCEEDED', `An organization can have at most ${unitsMax} OUs.`);
  if (!isRootId(parentId) && depthOf(state, organization, parentId) >= unitDepthMax)
    throw constraint('OU_DEPTH_LIMIT_EXCEEDED', `You can nest OUs at most ${unitDepthMax} levels deep.`);
  noteChange(state, organizationId, call.requestId);
  const unit: OrganizationalUnitDocument = {
    organizationId,
    id: newUnitId(rootId, random),
    name,
    parentId,
    tags,
  };
  state.put(unitKey(organizationId, unit.id), unit);
  attachDefaults(state, organization, unit.id);
  return { OrganizationalUnit: toUnit(unit, organization, state) };
}

function verifyFreeName(units: readonly OrganizationalUnitDocument[], parentId: string, name: string): void {
  if (units.some((unit) => unit.parentId === parentId && unit.name === name))
    throw refusal('DuplicateOrganizationalUnit', 'An OU with the same name already exists.');
}

function foundUnit(
  id: string | undefined,
  { state, organization }: OrganizationCall,
): OrganizationalUnitDocument {
  const unit = findUnit(state, organization, verifyForm(id, isUnitId));
  if (unit !== undefined) return unit;
  throw refusal('OrganizationalUnitNotFound', 'You specified an organizational unit that does not exist.');
}

function describeUnit(
  input: DescribeOrganizationalUnitRequest,
  on: OrganizationCall,
): DescribeOrganizationalUnitResponse {
  const unit = foundUnit(input.OrganizationalUnitId, on);
  return { OrganizationalUnit: toUnit(unit, on.organization, on.state) };
}

function updateUnit(
  input: UpdateOrganizationalUnitRequest,
  on: OrganizationCall,
): UpdateOrganizationalUnitResponse {
  const { state, organization, call } = on;
  const unit = foundUnit(input.OrganizationalUnitId, on);
  const name = input.Name === undefined ? unit.name : verifyLength('name', input.Name, 1, 128);
  if (name !== unit.name) verifyFreeName(unitsOf(state, organization.organizationId), unit.parentId, name);
  noteChange(state, organization.organizationId, call.requestId);
  const after = { ...unit, name };
  state.put(unitKey(organization.organizationId, unit.id), after);
  return { OrganizationalUnit: toUnit(after, organization, state) };
}

function deleteUnit(input: DeleteOrganizationalUnitRequest, on: OrganizationCall): object {
  const { state, organization, call } = on;
  const { id } = foundUnit(input.OrganizationalUnitId, on);
  const { organizationId } = organization;
  const isEmpty =
    unitsOf(state, organizationId).every(({ parentId }) => parentId !== id) &&
    membersOf(state, organizationId).every(({ parentId }) => parentId !== id);
  if (!isEmpty) {
    const message = 'The organizational unit is not empty. Move all accounts and delete all child OUs first.';
    throw refusal('OrganizationalUnitNotEmpty', message);
  }
  noteChange(state, organizationId, call.requestId);
  putAttached(state, organization, id, []);
  state.delete(unitKey(organizationId, id));
  return {};
}

function listUnits(
  input: ListOrganizationalUnitsForParentRequest,
  on: OrganizationCall,
): ListOrganizationalUnitsForParentResponse {
  const parentId = verifyParent(input.ParentId, on);
  const units = unitsOf(on.state, on.organization.organizationId).filter(
    (unit) => unit.parentId === parentId,
  );
  const { items, ...next } = pageOf(units, ({ id }) => id, input);
  return { OrganizationalUnits: items.map((unit) => toUnit(unit, on.organization, on.state)), ...next };
}

function listChildren(input: ListChildrenRequest, on: OrganizationCall): ListChildrenResponse {
  const parentId = verifyParent(input.ParentId, on);
  const type = verifyOneOf(input.ChildType, ['ACCOUNT', 'ORGANIZATIONAL_UNIT']);
  const { organizationId } = on.organization;
  const ids =
    type === 'ACCOUNT'
      ? membersOf(on.state, organizationId).flatMap((one) =>
          one.parentId === parentId ? [one.accountId] : [],
        )
      : unitsOf(on.state, organizationId).flatMap((one) => (one.parentId === parentId ? [one.id] : []));
  const { items, ...next } = pageOf(ids, (id) => id, input);
  return { Children: items.map((Id) => ({ Id, Type: type })), ...next };
}

function listParents(
  input: ListParentsRequest,
  { state, organization }: OrganizationCall,
): ListParentsResponse {
  const childId = verifyForm(input.ChildId, (id) => isAccountId(id) || isUnitId(id));
  const parent = parentOf(state, organization, childId);
  if (parent === undefined) throw refusal('ChildNotFound', 'You specified a child that does not exist.');
  return { Parents: [{ Id: parent, Type: isRootId(parent) ? 'ROOT' : 'ORGANIZATIONAL_UNIT' }] };
}
