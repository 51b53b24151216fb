// SPDX-License-Identifier: Apache-2.0
import type { UpdateUserRequest } from '@aws-sdk/client-iam';
import { type AccessKeyDocument, accessKeyKey } from '../../../identity/access-keys.js';
import {
  groupMemberKey,
  type MfaDeviceDocument,
  type UserDocument,
  userKey,
} from '../../../identity/iam-documents.js';
import { mfaDeviceKeyOf } from '../../../identity/mfa-codes.js';
import type { CallState, Handler } from '../../service.js';
import { renameAttachments } from '../policies/attachments.js';
import { openEntity } from '../shared/entity.js';
import { verifyName, verifyPath } from '../shared/input-rules.js';
import { newUserNameRule } from './user-rules.js';
import { verifyNewName } from './users.js';

/**
 * Another name or path. The user stays the same: id, keys, groups, policies, devices.
 * Source: IAM User Guide, "Rename or change the path of an IAM user".
 */
export const updateUser: Handler<UpdateUserRequest> = (input, { state, accountId }) => {
  const { NewPath: path, NewUserName: userName } = input;
  if (userName !== undefined) verifyName('newUserName', userName, newUserNameRule);
  verifyPath('newPath', path);
  const { document: user, key } = openEntity(state, accountId, 'user', input.UserName ?? '');
  const changed: UserDocument = {
    ...user,
    userName: userName ?? user.userName,
    path: path ?? user.path,
  };
  const newKey = userKey(accountId, changed.userName);
  if (newKey !== key) {
    verifyNewName(state, accountId, changed.userName);
    state.delete(key);
  }
  state.put(newKey, changed);
  if (changed.userName !== user.userName) renameElsewhere(state, user, changed);
  return {};
};

/** Everything that names the user. */
function renameElsewhere(state: CallState, from: UserDocument, to: UserDocument): void {
  const { accountId, userName } = to;
  for (const group of to.groupNames) {
    state.delete(groupMemberKey(accountId, group, from.userName));
    state.put(groupMemberKey(accountId, group, userName), {});
  }
  for (const id of to.accessKeyIds) {
    const accessKey = state.get<AccessKeyDocument>(accessKeyKey(id));
    if (accessKey === undefined) continue;
    state.put(accessKeyKey(id), { ...accessKey, owner: { kind: 'user', userName, userId: to.userId } });
  }
  for (const serial of to.mfaSerials) {
    const deviceKey = mfaDeviceKeyOf(accountId, serial);
    const device = deviceKey === undefined ? undefined : state.get<MfaDeviceDocument>(deviceKey);
    if (deviceKey === undefined || device?.enabled === undefined) continue;
    state.put(deviceKey, { ...device, enabled: { ...device.enabled, userName } });
  }
  const [old, renamed] = [from.userName, userName].map((name) => ({ kind: 'user' as const, name }));
  if (old !== undefined && renamed !== undefined) renameAttachments(state, accountId, old, renamed, to);
}
