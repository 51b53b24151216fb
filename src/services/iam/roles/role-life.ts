// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
  UpdateRoleResponse,
} from '@aws-sdk/client-iam';
import { type RoleDocument, roleLastUsedKey, rolesPrefix } from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import { forgetAttachments } from '../policies/attachments.js';
import { openEntity } from '../shared/entity.js';
import { deleteConflict } from '../shared/iam-error.js';
import { descriptionRule, InputRules, verifyPathPrefix } from '../shared/input-rules.js';
import { pageOf, stateSource } from '../shared/page-of.js';
import { describedRole, listedRole, wholeRole } from './role-answer.js';
import { sessionDurationRule, verifyModifiable } from './role-rules.js';
import { toStoredTrustPolicy } from './trust-policy.js';

export const getRole: Handler<GetRoleRequest, GetRoleResponse> = (input, { state, accountId }) => ({
  Role: wholeRole(openEntity(state, accountId, 'role', input.RoleName ?? '').document, state),
});

export const listRoles: Handler<ListRolesRequest, ListRolesResponse> = (input, { state, accountId }) => {
  const { PathPrefix = '/' } = input;
  verifyPathPrefix(PathPrefix);
  const source = stateSource<RoleDocument>(state, rolesPrefix(accountId), ({ path }) =>
    path.startsWith(PathPrefix),
  );
  const { items, end } = pageOf(source, input);
  return { Roles: items.map((role) => listedRole(role, state)), ...end };
};

/** What is not given stays as it is. */
export const updateRole: Handler<UpdateRoleRequest, UpdateRoleResponse> = (input, { state, accountId }) => {
  new InputRules()
    .text('description', input.Description, descriptionRule)
    .number('maxSessionDuration', input.MaxSessionDuration, sessionDurationRule)
    .verify();
  const { key, document } = openEntity(state, accountId, 'role', input.RoleName ?? '');
  verifyModifiable(document);
  const role: RoleDocument = {
    ...document,
    description: input.Description ?? document.description,
    maxSessionDurationSec: input.MaxSessionDuration ?? document.maxSessionDurationSec,
  };
  state.put(key, role);
  return {};
};

export const updateRoleDescription: Handler<UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse> = (
  input,
  { state, accountId },
) => {
  new InputRules().text('description', input.Description, descriptionRule).verify();
  const { key, document } = openEntity(state, accountId, 'role', input.RoleName ?? '');
  verifyModifiable(document);
  const role: RoleDocument = { ...document, description: input.Description ?? '' };
  state.put(key, role);
  return { Role: describedRole(role, state) };
};

export const updateAssumeRolePolicy: Handler<UpdateAssumeRolePolicyRequest> = (
  input,
  { state, accountId },
) => {
  const { key, document } = openEntity(state, accountId, 'role', input.RoleName ?? '');
  verifyModifiable(document);
  const trustPolicy = toStoredTrustPolicy('policyDocument', input.PolicyDocument ?? '', state);
  state.put(key, { ...document, trustPolicy });
  return {};
};

export const deleteRole: Handler<DeleteRoleRequest> = (input, { state, accountId }) => {
  const { key, name, document } = openEntity(state, accountId, 'role', input.RoleName ?? '');
  verifyModifiable(document);
  if (document.attachedPolicyArns.length > 0)
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (Object.keys(document.inlinePolicies).length > 0)
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  forgetAttachments(state, accountId, { kind: 'role', name }, document);
  state.delete(key);
  // A role of the same name to come was never used.
  const usedKey = roleLastUsedKey(accountId, name);
  if (state.get(usedKey) !== undefined) state.delete(usedKey);
  return {};
};
