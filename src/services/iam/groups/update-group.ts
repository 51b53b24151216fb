// SPDX-License-Identifier: Apache-2.0
import type { UpdateGroupRequest } from '@aws-sdk/client-iam';
import {
  type GroupDocument,
  groupGuardKeys,
  groupKey,
  groupMemberKey,
  groupMembersPrefix,
  type UserDocument,
  userKey,
} from '../../../identity/iam-documents.js';
import type { CallState, Handler } from '../../service.js';
import { renameAttachments } from '../policies/attachments.js';
import { openEntity } from '../shared/entity.js';
import { longNameRule, verifyName, verifyPath } from '../shared/input-rules.js';
import { verifyNewGroupName } from './groups.js';

/** Another name or path. The group keeps its id, members and policies. */
export const updateGroup: Handler<UpdateGroupRequest> = (input, { state, accountId }) => {
  const { NewPath: path, NewGroupName: groupName } = input;
  if (groupName !== undefined) verifyName('newGroupName', groupName, longNameRule);
  verifyPath('newPath', path);
  const { document: group, key, name } = openEntity(state, accountId, 'group', input.GroupName ?? '');
  const changed: GroupDocument = { ...group, groupName: groupName ?? name, path: path ?? group.path };
  const newKey = groupKey(accountId, changed.groupName);
  if (newKey !== key) {
    verifyNewGroupName(state, accountId, changed.groupName);
    state.delete(key);
  }
  state.put(newKey, changed);
  if (changed.groupName !== name) renameElsewhere(state, group, changed);
  return {};
};

/** Members name their groups; the index of members and that of attachments are by name. */
function renameElsewhere(state: CallState, from: GroupDocument, to: GroupDocument): void {
  const { accountId, groupName } = to;
  for (const guard of groupGuardKeys(accountId, from.groupName)) state.delete(guard);
  const prefix = groupMembersPrefix(accountId, from.groupName);
  for (const { key } of state.list(prefix)) {
    const memberKey = userKey(accountId, key.slice(prefix.length));
    const member = state.get<UserDocument>(memberKey);
    if (member === undefined) continue;
    const groupNames = member.groupNames.map((name) => (name === from.groupName ? groupName : name));
    state.delete(key);
    state.put(groupMemberKey(accountId, groupName, member.userName), {});
    state.put(memberKey, { ...member, groupNames });
  }
  const who = (name: string) => ({ kind: 'group' as const, name });
  renameAttachments(state, accountId, who(from.groupName), who(groupName), to);
}
