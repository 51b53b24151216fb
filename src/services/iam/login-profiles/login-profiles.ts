// SPDX-License-Identifier: Apache-2.0
import type {
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  LoginProfile,
  UpdateLoginProfileRequest,
} from '@aws-sdk/client-iam';
import { accountKey } from '../../../identity/account-documents.js';
import { type LoginProfileDocument, type UserDocument, userKey } from '../../../identity/iam-documents.js';
import type { Call, Handler } from '../../service.js';
import type { IamDependencies } from '../iam-dependencies.js';
import { namedPerson, openUser } from '../shared/caller.js';
import { iamDate } from '../shared/iam-date.js';
import { alreadyExists, noSuchEntity, validationError } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';
import { accountOf, hashNewPassword, passwordRule } from './new-password.js';

type HashesPasswords = Pick<IamDependencies, 'passwords'>;

export function createLoginProfileHandler({
  passwords,
}: HashesPasswords): Handler<CreateLoginProfileRequest, CreateLoginProfileResponse> {
  return async (input, call) => {
    const { Password: password } = input;
    new InputRules().text('password', password, passwordRule).verify();
    const person = namedPerson(input.UserName, call);
    if (person.kind === 'root') throw noRootPassword();
    const { user } = person;
    if (user.loginProfile !== undefined)
      throw alreadyExists(`Login Profile for User ${user.userName} already exists.`);
    if (password === undefined)
      throw validationError(
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
      );
    const profile: LoginProfileDocument = {
      createdAtMs: call.receivedAtMs,
      changedAtMs: call.receivedAtMs,
      passwordResetRequired: input.PasswordResetRequired ?? false,
      ...(await hashNewPassword(password, undefined, call, passwords)),
    };
    putProfile(user, profile, call);
    return { LoginProfile: shownProfile(user, profile) };
  };
}

/** The root's password is set by who owns the account's e-mail address, or at the server itself. */
function noRootPassword(): Error {
  return validationError('The password of the root user cannot be created by this call.');
}

export const getLoginProfile: Handler<GetLoginProfileRequest, GetLoginProfileResponse> = (input, call) => {
  const person = namedPerson(input.UserName, call);
  if (person.kind === 'user') return { LoginProfile: shownProfile(person.user, profileOf(person.user)) };
  const account = accountOf(call);
  if (account.rootPasswordHash === undefined) throw noRootProfile();
  const CreateDate = iamDate(account.createdAtMs);
  return { LoginProfile: { CreateDate, PasswordResetRequired: false } as LoginProfile };
};

export function updateLoginProfileHandler({
  passwords,
}: HashesPasswords): Handler<UpdateLoginProfileRequest> {
  return async (input, call) => {
    const { Password: password, PasswordResetRequired: resetRequired } = input;
    new InputRules().text('password', password, passwordRule).verify();
    const user = openUser(input.UserName ?? '', call);
    const profile = profileOf(user);
    const changed =
      password === undefined
        ? {}
        : { changedAtMs: call.receivedAtMs, ...(await hashNewPassword(password, profile, call, passwords)) };
    const passwordResetRequired = resetRequired ?? (password === undefined && profile.passwordResetRequired);
    putProfile(user, { ...profile, ...changed, passwordResetRequired }, call);
    return {};
  };
}

export const deleteLoginProfile: Handler<DeleteLoginProfileRequest> = (input, call) => {
  const person = namedPerson(input.UserName, call);
  if (person.kind === 'root') {
    const { rootPasswordHash, ...account } = accountOf(call);
    if (rootPasswordHash === undefined) throw noRootProfile();
    call.state.put(accountKey(call.accountId), account);
    return {};
  }
  profileOf(person.user);
  const { loginProfile: _removed, passwordLastUsedMs: _used, ...user } = person.user;
  call.state.put(userKey(user.accountId, user.userName), user);
  return {};
};

function noRootProfile(): Error {
  return noSuchEntity('Login Profile for User root cannot be found.');
}

/** Throws NoSuchEntity. */
export function profileOf({ userName, loginProfile }: UserDocument): LoginProfileDocument {
  if (loginProfile === undefined) throw noSuchEntity(`Login Profile for User ${userName} cannot be found.`);
  return loginProfile;
}

export function putProfile(user: UserDocument, loginProfile: LoginProfileDocument, { state }: Call): void {
  state.put(userKey(user.accountId, user.userName), { ...user, loginProfile });
}

function shownProfile({ userName }: UserDocument, profile: LoginProfileDocument): LoginProfile {
  return {
    UserName: userName,
    CreateDate: iamDate(profile.createdAtMs),
    PasswordResetRequired: profile.passwordResetRequired,
  };
}
