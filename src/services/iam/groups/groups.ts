// SPDX-License-Identifier: Apache-2.0
import type {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  Group,
  ListGroupsRequest,
  ListGroupsResponse,
} from '@aws-sdk/client-iam';
import {
  type GroupDocument,
  groupArn,
  groupGuardKeys,
  groupKey,
  groupMembersPrefix,
  groupsPrefix,
  type UserDocument,
  userKey,
} from '../../../identity/iam-documents.js';
import { newUniqueId } from '../../../identity/unique-id.js';
import type { CallState, Handler } from '../../service.js';
import type { IamDependencies } from '../iam-dependencies.js';
import { forgetAttachments } from '../policies/attachments.js';
import { openEntity } from '../shared/entity.js';
import { iamDate } from '../shared/iam-date.js';
import { alreadyExists, deleteConflict, quotaExceeded } from '../shared/iam-error.js';
import { longNameRule, verifyName, verifyPath, verifyPathPrefix } from '../shared/input-rules.js';
import { type PageSource, pageOf, stateSource } from '../shared/page-of.js';
import { listedUser } from '../users/user-answer.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits". */
const groupsMax = 300;

export function toGroup(group: GroupDocument): Group {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: groupArn(group),
    CreateDate: iamDate(group.createdAtMs),
  };
}

export function createGroupHandler({
  randomBytes,
}: Pick<IamDependencies, 'randomBytes'>): Handler<CreateGroupRequest, CreateGroupResponse> {
  return (input, { state, accountId, receivedAtMs }) => {
    const { GroupName: groupName = '', Path: path = '/' } = input;
    verifyName('groupName', groupName, longNameRule);
    verifyPath('path', path);
    verifyNewGroupName(state, accountId, groupName);
    if (state.list(groupsPrefix(accountId), { limit: groupsMax }).length >= groupsMax)
      throw quotaExceeded('GroupsPerAccount', groupsMax);
    const group: GroupDocument = {
      accountId,
      groupName,
      groupId: newUniqueId('AGPA', randomBytes),
      path,
      createdAtMs: receivedAtMs,
      inlinePolicies: {},
      attachedPolicyArns: [],
    };
    state.put(groupKey(accountId, groupName), group);
    return { Group: toGroup(group) };
  };
}

/** Throws EntityAlreadyExists; names differ by more than case. */
export function verifyNewGroupName(state: CallState, accountId: string, groupName: string): void {
  if (state.get(groupKey(accountId, groupName)) !== undefined)
    throw alreadyExists(`Group with name ${groupName} already exists.`);
}

export const getGroup: Handler<GetGroupRequest, GetGroupResponse> = (input, { state, accountId }) => {
  const { document } = openEntity(state, accountId, 'group', input.GroupName ?? '');
  const { items, end } = pageOf(membersOf(state, document), input);
  return { Group: toGroup(document), Users: items.map(listedUser), ...end };
};

/** The users of a group by the index of members. */
function membersOf(state: CallState, { accountId, groupName }: GroupDocument): PageSource<UserDocument> {
  const prefix = groupMembersPrefix(accountId, groupName);
  return (after, count) =>
    state
      .list(prefix, { limit: count, ...(after === undefined ? {} : { after: `${prefix}${after}` }) })
      .flatMap(({ key }) => {
        const place = key.slice(prefix.length);
        const item = state.get<UserDocument>(userKey(accountId, place));
        return item === undefined ? [] : [{ item, place }];
      });
}

export const listGroups: Handler<ListGroupsRequest, ListGroupsResponse> = (input, { state, accountId }) => {
  const { PathPrefix = '/' } = input;
  verifyPathPrefix(PathPrefix);
  const source = stateSource<GroupDocument>(state, groupsPrefix(accountId), ({ path }) =>
    path.startsWith(PathPrefix),
  );
  const { items, end } = pageOf(source, input);
  return { Groups: items.map(toGroup), ...end };
};

export const deleteGroup: Handler<DeleteGroupRequest> = (input, { state, accountId }) => {
  const { key, name, document } = openEntity(state, accountId, 'group', input.GroupName ?? '');
  if (state.list(groupMembersPrefix(accountId, name), { limit: 1 }).length > 0)
    throw deleteConflict('Cannot delete entity, must remove users from group first.');
  if (Object.keys(document.inlinePolicies).length > 0)
    throw deleteConflict('Cannot delete entity, must delete policies first.');
  if (document.attachedPolicyArns.length > 0)
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  forgetAttachments(state, accountId, { kind: 'group', name }, document);
  state.delete(key);
  for (const guard of groupGuardKeys(accountId, name)) state.delete(guard);
  return {};
};
