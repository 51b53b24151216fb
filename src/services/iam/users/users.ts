// SPDX-License-Identifier: Apache-2.0
import type {
  CreateUserRequest,
  CreateUserResponse,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  User,
} from '@aws-sdk/client-iam';
import { type UserDocument, userKey, usersPrefix } from '../../../identity/iam-documents.js';
import { newUniqueId } from '../../../identity/unique-id.js';
import type { CallState, Handler } from '../../service.js';
import type { IamDependencies } from '../iam-dependencies.js';
import { noteAttachment, openBoundary } from '../policies/attachments.js';
import { namedPerson } from '../shared/caller.js';
import { alreadyExists, quotaExceeded } from '../shared/iam-error.js';
import { verifyName, verifyPath, verifyPathPrefix } from '../shared/input-rules.js';
import { pageOf, stateSource } from '../shared/page-of.js';
import { verifyTags, withTags } from '../shared/tags.js';
import { listedUser, rootUser, wholeUser } from './user-answer.js';
import { newUserNameRule, usersMax } from './user-rules.js';

export function createUserHandler({
  randomBytes,
}: Pick<IamDependencies, 'randomBytes'>): Handler<CreateUserRequest, CreateUserResponse> {
  return (input, { state, accountId, receivedAtMs }) => {
    const { UserName: userName = '', Path: path = '/', PermissionsBoundary: boundaryArn } = input;
    verifyName('userName', userName, newUserNameRule);
    verifyPath('path', path);
    verifyTags(input.Tags, 'ignored');
    const tags = withTags({}, input.Tags, 'ignored');
    const boundary = boundaryArn === undefined ? undefined : openBoundary(state, accountId, boundaryArn);
    verifyNewName(state, accountId, userName);
    if (state.list(usersPrefix(accountId), { limit: usersMax }).length >= usersMax)
      throw quotaExceeded('UsersPerAccount', usersMax);
    const user: UserDocument = {
      accountId,
      userName,
      userId: newUniqueId('AIDA', randomBytes),
      path,
      createdAtMs: receivedAtMs,
      tags,
      inlinePolicies: {},
      attachedPolicyArns: [],
      groupNames: [],
      accessKeyIds: [],
      mfaSerials: [],
      ...(boundary === undefined ? {} : { permissionsBoundaryArn: boundary.arn }),
    };
    state.put(userKey(accountId, userName), user);
    if (boundary !== undefined)
      noteAttachment(state, accountId, boundary, 'boundary', { kind: 'user', name: userName });
    return { User: wholeUser(user) };
  };
}

/** Throws EntityAlreadyExists; names differ by more than case. */
export function verifyNewName(state: CallState, accountId: string, userName: string): void {
  if (state.get(userKey(accountId, userName)) !== undefined)
    throw alreadyExists(`User with name ${userName} already exists.`);
}

export const getUser: Handler<GetUserRequest, GetUserResponse> = (input, call) => {
  const person = namedPerson(input.UserName, call);
  return { User: person.kind === 'root' ? (rootUser(call) as User) : wholeUser(person.user) };
};

export const listUsers: Handler<ListUsersRequest, ListUsersResponse> = (input, { state, accountId }) => {
  const { PathPrefix = '/' } = input;
  verifyPathPrefix(PathPrefix);
  const source = stateSource<UserDocument>(state, usersPrefix(accountId), ({ path }) =>
    path.startsWith(PathPrefix),
  );
  const { items, end } = pageOf(source, input);
  return { Users: items.map(listedUser), ...end };
};
