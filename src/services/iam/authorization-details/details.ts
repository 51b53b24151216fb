// SPDX-License-Identifier: Apache-2.0
import type {
  AttachedPolicy,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam';
import {
  type AttachedPolicies,
  type GroupDocument,
  groupArn,
  type RoleDocument,
  roleArn,
  type UserDocument,
  userArn,
} from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { attachedPolicies } from '../policies/attach-policy.js';
import { boundaryMember } from '../policies/attachments.js';
import type { ManagedPolicy } from '../policies/find-policy.js';
import { listedPolicy, wholeVersion } from '../policies/policy-answer.js';
import { roleLastUsed } from '../roles/role-answer.js';
import { shownTrustPolicy } from '../roles/trust-policy.js';
import { iamDate } from '../shared/iam-date.js';
import { encodeDocument } from '../shared/policy-document.js';
import { toTagList } from '../shared/tags.js';

export function userDetail(user: UserDocument): UserDetail {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: userArn(user),
    CreateDate: iamDate(user.createdAtMs),
    UserPolicyList: inlineDetails(user),
    GroupList: [...user.groupNames],
    AttachedManagedPolicies: attachedDetails(user),
    ...boundaryMember(user.permissionsBoundaryArn),
    Tags: toTagList(user.tags),
  };
}

export function groupDetail(group: GroupDocument): GroupDetail {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: groupArn(group),
    CreateDate: iamDate(group.createdAtMs),
    GroupPolicyList: inlineDetails(group),
    AttachedManagedPolicies: attachedDetails(group),
  };
}

export function roleDetail(role: RoleDocument, state: Pick<CallState, 'get'>): RoleDetail {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: roleArn(role),
    CreateDate: iamDate(role.createdAtMs),
    AssumeRolePolicyDocument: encodeDocument(shownTrustPolicy(role, state)),
    InstanceProfileList: [],
    RolePolicyList: inlineDetails(role),
    AttachedManagedPolicies: attachedDetails(role),
    ...boundaryMember(role.permissionsBoundaryArn),
    Tags: toTagList(role.tags),
    RoleLastUsed: roleLastUsed(role, state),
  };
}

/** With all of its versions, newest first. */
export function policyDetail(
  policy: ManagedPolicy,
  state: Pick<CallState, 'list'>,
  accountId: string,
): ManagedPolicyDetail {
  return {
    ...listedPolicy(policy, state, accountId),
    ...(policy.description === '' ? {} : { Description: policy.description }),
    PolicyVersionList: policy.versions
      .toReversed()
      .map((version) => wholeVersion(version, policy.defaultVersionId)),
  };
}

function inlineDetails({ inlinePolicies }: AttachedPolicies): PolicyDetail[] {
  return Object.entries(inlinePolicies).map(([PolicyName, text]) => ({
    PolicyName,
    PolicyDocument: encodeDocument(text),
  }));
}

function attachedDetails({ attachedPolicyArns }: AttachedPolicies): AttachedPolicy[] {
  return attachedPolicies(attachedPolicyArns).map(({ policyName, arn }) => ({
    PolicyName: policyName,
    PolicyArn: arn,
  }));
}
