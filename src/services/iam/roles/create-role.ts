// SPDX-License-Identifier: Apache-2.0
import type { CreateRoleRequest, CreateRoleResponse } from '@aws-sdk/client-iam';
import { type RoleDocument, roleKey, rolesPrefix } from '../../../identity/iam-documents.js';
import { newUniqueId, type RandomBytes } from '../../../identity/unique-id.js';
import type { CallState, Handler } from '../../service.js';
import { noteAttachment, openBoundary } from '../policies/attachments.js';
import { alreadyExists, quotaExceeded, validationError } from '../shared/iam-error.js';
import { descriptionRule, InputRules, roleNameRule, verifyName, verifyPath } from '../shared/input-rules.js';
import { verifyTags, withTags } from '../shared/tags.js';
import { createdRole } from './role-answer.js';
import { rolesMax, serviceRolePath, sessionDurationDefaultSec, sessionDurationRule } from './role-rules.js';
import { toStoredTrustPolicy } from './trust-policy.js';

export function createRoleHandler(randomBytes: RandomBytes): Handler<CreateRoleRequest, CreateRoleResponse> {
  return (input, { state, accountId, receivedAtMs }) => {
    const roleName = input.RoleName ?? '';
    verifyInput(input, roleName);
    const trustPolicy = toStoredTrustPolicy(
      'assumeRolePolicyDocument',
      input.AssumeRolePolicyDocument ?? '',
      state,
    );
    const tags = withTags({}, input.Tags, 'ignored');
    const boundary =
      input.PermissionsBoundary === undefined
        ? undefined
        : openBoundary(state, accountId, input.PermissionsBoundary);
    const key = roleKey(accountId, roleName);
    verifyRoom(state, accountId, roleName);
    const role: RoleDocument = {
      accountId,
      roleName,
      roleId: newUniqueId('AROA', randomBytes),
      path: input.Path ?? '/',
      createdAtMs: receivedAtMs,
      trustPolicy,
      description: input.Description ?? '',
      maxSessionDurationSec: input.MaxSessionDuration ?? sessionDurationDefaultSec,
      tags,
      inlinePolicies: {},
      attachedPolicyArns: [],
      ...(boundary === undefined ? {} : { permissionsBoundaryArn: boundary.arn }),
    };
    state.put(key, role);
    if (boundary !== undefined)
      noteAttachment(state, accountId, boundary, 'boundary', { kind: 'role', name: roleName });
    return { Role: createdRole(role, state) };
  };
}

function verifyInput(input: CreateRoleRequest, roleName: string): void {
  verifyName('roleName', roleName, roleNameRule);
  verifyPath('path', input.Path);
  // Source: IAM User Guide, "Create a service-linked role": only CreateServiceLinkedRole makes roles there.
  if (input.Path?.startsWith(serviceRolePath))
    throw validationError(
      `The specified value for path is invalid. Roles with path ${serviceRolePath} are service-linked roles.`,
    );
  new InputRules()
    .text('description', input.Description, descriptionRule)
    .number('maxSessionDuration', input.MaxSessionDuration, sessionDurationRule)
    .verify();
  verifyTags(input.Tags, 'ignored');
}

/** Throws EntityAlreadyExists, or LimitExceeded for an account that has as many roles as it may have. */
export function verifyRoom(state: CallState, accountId: string, roleName: string): void {
  if (state.get(roleKey(accountId, roleName)) !== undefined)
    throw alreadyExists(`Role with name ${roleName} already exists.`);
  if (state.list(rolesPrefix(accountId), { limit: rolesMax }).length >= rolesMax)
    throw quotaExceeded('RolesPerAccount', rolesMax);
}
