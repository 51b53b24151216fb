// SPDX-License-Identifier: Apache-2.0
import type { Role } from '@aws-sdk/client-iam';
import {
  type LastUsedDocument,
  type RoleDocument,
  roleArn,
  roleLastUsedKey,
} from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { boundaryMember } from '../policies/attachments.js';
import { iamDate } from '../shared/iam-date.js';
import { encodeDocument } from '../shared/policy-document.js';
import { tagsMember } from '../shared/tags.js';
import { shownTrustPolicy } from './trust-policy.js';

/** What every answer says of a role. Which ones say more: IAM API Reference, "ListRoles". */
function bareRole(role: RoleDocument, state: Pick<CallState, 'get'>) {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: roleArn(role),
    CreateDate: iamDate(role.createdAtMs),
    AssumeRolePolicyDocument: encodeDocument(shownTrustPolicy(role, state)),
  };
}

function descriptionMember({ description }: RoleDocument): { Description?: string } {
  return description === '' ? {} : { Description: description };
}

/** As CreateRole answers: without description and session duration, as IAM does. */
export function createdRole(role: RoleDocument, state: Pick<CallState, 'get'>): Role {
  return {
    ...bareRole(role, state),
    ...boundaryMember(role.permissionsBoundaryArn),
    ...tagsMember(role.tags),
  };
}

/** As UpdateRoleDescription answers. */
export function describedRole(role: RoleDocument, state: Pick<CallState, 'get'>): Role {
  return {
    ...bareRole(role, state),
    ...descriptionMember(role),
    ...boundaryMember(role.permissionsBoundaryArn),
  };
}

/** As ListRoles has it: no boundary, tags and last use. */
export function listedRole(role: RoleDocument, state: Pick<CallState, 'get'>): Role {
  return {
    ...bareRole(role, state),
    ...descriptionMember(role),
    MaxSessionDuration: role.maxSessionDurationSec,
  };
}

/** As GetRole has it: all of it. */
export function wholeRole(role: RoleDocument, state: Pick<CallState, 'get'>): Role {
  return {
    ...listedRole(role, state),
    ...boundaryMember(role.permissionsBoundaryArn),
    ...tagsMember(role.tags),
    RoleLastUsed: roleLastUsed(role, state),
  };
}

/** Empty for a role that was never used. */
export function roleLastUsed(
  { accountId, roleName }: RoleDocument,
  state: Pick<CallState, 'get'>,
): { LastUsedDate?: Date; Region?: string } {
  const used = state.get<LastUsedDocument>(roleLastUsedKey(accountId, roleName));
  return used === undefined ? {} : { LastUsedDate: iamDate(used.atMs), Region: used.region };
}
