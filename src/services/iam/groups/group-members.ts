// SPDX-License-Identifier: Apache-2.0
import type {
  AddUserToGroupRequest,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  RemoveUserFromGroupRequest,
} from '@aws-sdk/client-iam';
import {
  type GroupDocument,
  groupGuardKey,
  groupKey,
  groupMemberKey,
} from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import { openEntity } from '../shared/entity.js';
import { quotaExceeded } from '../shared/iam-error.js';
import { itemSource, pageOf } from '../shared/page-of.js';
import { groupsPerUserMax } from '../users/user-rules.js';
import { toGroup } from './groups.js';

/** Being a member already is no error. */
export const addUserToGroup: Handler<AddUserToGroupRequest> = (input, { state, accountId }) => {
  const group = openEntity(state, accountId, 'group', input.GroupName ?? '');
  const user = openEntity(state, accountId, 'user', input.UserName ?? '');
  const { groupNames } = user.document;
  if (groupNames.includes(group.name)) return {};
  if (groupNames.length >= groupsPerUserMax) throw quotaExceeded('GroupsPerUser', groupsPerUserMax);
  state.put(user.key, { ...user.document, groupNames: [...groupNames, group.name] });
  state.put(groupMemberKey(accountId, group.name, user.name), {});
  state.put(groupGuardKey(accountId, group.name, user.name), {});
  return {};
};

/** Not being a member is no error. */
export const removeUserFromGroup: Handler<RemoveUserFromGroupRequest> = (input, { state, accountId }) => {
  const group = openEntity(state, accountId, 'group', input.GroupName ?? '');
  const user = openEntity(state, accountId, 'user', input.UserName ?? '');
  const { groupNames } = user.document;
  if (!groupNames.includes(group.name)) return {};
  state.put(user.key, { ...user.document, groupNames: groupNames.filter((name) => name !== group.name) });
  state.delete(groupMemberKey(accountId, group.name, user.name));
  state.put(groupGuardKey(accountId, group.name, user.name), {});
  return {};
};

export const listGroupsForUser: Handler<ListGroupsForUserRequest, ListGroupsForUserResponse> = (
  input,
  { state, accountId },
) => {
  const { document } = openEntity(state, accountId, 'user', input.UserName ?? '');
  const source = itemSource(document.groupNames, (name) => name.toLowerCase());
  const { items, end } = pageOf(source, input);
  const groups = items.flatMap((name) => state.get<GroupDocument>(groupKey(accountId, name)) ?? []);
  return { Groups: groups.map(toGroup), ...end };
};
