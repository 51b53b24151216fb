// SPDX-License-Identifier: Apache-2.0
import type { User } from '@aws-sdk/client-iam';
import { type AccountDocument, accountKey } from '../../../identity/account-documents.js';
import { type UserDocument, userArn } from '../../../identity/iam-documents.js';
import type { Call } from '../../service.js';
import { boundaryMember } from '../policies/attachments.js';
import { iamDate } from '../shared/iam-date.js';
import { tagsMember } from '../shared/tags.js';

/** As lists have a user: without boundary and tags. Source: IAM API Reference, "ListUsers". */
export function listedUser(user: UserDocument): User {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: userArn(user),
    CreateDate: iamDate(user.createdAtMs),
    ...(user.passwordLastUsedMs === undefined ? {} : { PasswordLastUsed: iamDate(user.passwordLastUsedMs) }),
  };
}

export function wholeUser(user: UserDocument): User {
  return { ...listedUser(user), ...boundaryMember(user.permissionsBoundaryArn), ...tagsMember(user.tags) };
}

/** The root, who has neither name nor path. Source: AWS CLI Command Reference, `iam list-virtual-mfa-devices`. */
export function rootUser({
  state,
  accountId,
}: Pick<Call, 'state' | 'accountId'>): Omit<User, 'Path' | 'UserName'> {
  const account = state.get<AccountDocument>(accountKey(accountId));
  const { createdAtMs = 0, rootPasswordLastUsedMs } = account ?? {};
  return {
    UserId: accountId,
    Arn: `arn:aws:iam::${accountId}:root`,
    CreateDate: iamDate(createdAtMs),
    ...(rootPasswordLastUsedMs === undefined ? {} : { PasswordLastUsed: iamDate(rootPasswordLastUsedMs) }),
  };
}
