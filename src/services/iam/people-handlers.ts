// SPDX-License-Identifier: Apache-2.0
import type { Handler } from '../service.js';
import {
  createAccessKeyHandler,
  deleteAccessKey,
  listAccessKeys,
  updateAccessKey,
} from './access-keys/access-keys.js';
import { getAccessKeyLastUsed } from './access-keys/key-last-used.js';
import { createAccountAlias, deleteAccountAlias, listAccountAliases } from './account/account-alias.js';
import { getAccountSummary } from './account/account-summary.js';
import { generateCredentialReport, getCredentialReport } from './account/credential-report.js';
import {
  deleteAccountPasswordPolicy,
  getAccountPasswordPolicy,
  updateAccountPasswordPolicy,
} from './account/password-policy.js';
import { disableFeature, enableFeature, listOrganizationsFeatures } from './account/root-access.js';
import { setSecurityTokenServicePreferences } from './account/token-preferences.js';
import { addUserToGroup, listGroupsForUser, removeUserFromGroup } from './groups/group-members.js';
import { createGroupHandler, deleteGroup, getGroup, listGroups } from './groups/groups.js';
import { updateGroup } from './groups/update-group.js';
import type { IamDependencies } from './iam-dependencies.js';
import { changePasswordHandler } from './login-profiles/change-password.js';
import {
  createLoginProfileHandler,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfileHandler,
} from './login-profiles/login-profiles.js';
import { listMfaDeviceTags, tagMfaDevice, untagMfaDevice } from './mfa/device-tags.js';
import {
  deactivateMfaDevice,
  enableMfaDeviceHandler,
  getMfaDevice,
  listMfaDevices,
  resyncMfaDeviceHandler,
} from './mfa/held-devices.js';
import {
  createVirtualMfaDeviceHandler,
  deleteVirtualMfaDevice,
  listVirtualMfaDevices,
} from './mfa/virtual-devices.js';
import { deleteUser } from './users/delete-user.js';
import { updateUser } from './users/update-user.js';
import { listUserTags, tagUser, untagUser } from './users/user-tags.js';
import { createUserHandler, getUser, listUsers } from './users/users.js';

/** Users, groups and what they sign in and sign with; the account. */
export function peopleHandlers(deps: IamDependencies): Readonly<Record<string, Handler>> {
  return { ...userHandlers(deps), ...credentialHandlers(deps), ...accountHandlers };
}

const userHandlers = (deps: IamDependencies): Readonly<Record<string, Handler>> => ({
  AddUserToGroup: addUserToGroup,
  CreateGroup: createGroupHandler(deps),
  CreateUser: createUserHandler(deps),
  DeleteGroup: deleteGroup,
  DeleteUser: deleteUser,
  GetGroup: getGroup,
  GetUser: getUser,
  ListGroups: listGroups,
  ListGroupsForUser: listGroupsForUser,
  ListUsers: listUsers,
  ListUserTags: listUserTags,
  RemoveUserFromGroup: removeUserFromGroup,
  TagUser: tagUser,
  UntagUser: untagUser,
  UpdateGroup: updateGroup,
  UpdateUser: updateUser,
});

const credentialHandlers = (deps: IamDependencies): Readonly<Record<string, Handler>> => ({
  ChangePassword: changePasswordHandler(deps),
  CreateAccessKey: createAccessKeyHandler(deps),
  CreateLoginProfile: createLoginProfileHandler(deps),
  CreateVirtualMFADevice: createVirtualMfaDeviceHandler(deps),
  DeactivateMFADevice: deactivateMfaDevice,
  DeleteAccessKey: deleteAccessKey,
  DeleteLoginProfile: deleteLoginProfile,
  DeleteVirtualMFADevice: deleteVirtualMfaDevice,
  EnableMFADevice: enableMfaDeviceHandler(deps),
  GetAccessKeyLastUsed: getAccessKeyLastUsed,
  GetLoginProfile: getLoginProfile,
  GetMFADevice: getMfaDevice,
  ListAccessKeys: listAccessKeys,
  ListMFADevices: listMfaDevices,
  ListMFADeviceTags: listMfaDeviceTags,
  ListVirtualMFADevices: listVirtualMfaDevices,
  ResyncMFADevice: resyncMfaDeviceHandler(deps),
  TagMFADevice: tagMfaDevice,
  UntagMFADevice: untagMfaDevice,
  UpdateAccessKey: updateAccessKey,
  UpdateLoginProfile: updateLoginProfileHandler(deps),
});

const accountHandlers: Readonly<Record<string, Handler>> = {
  CreateAccountAlias: createAccountAlias,
  DeleteAccountAlias: deleteAccountAlias,
  DeleteAccountPasswordPolicy: deleteAccountPasswordPolicy,
  DisableOrganizationsRootCredentialsManagement: disableFeature('RootCredentialsManagement'),
  DisableOrganizationsRootSessions: disableFeature('RootSessions'),
  EnableOrganizationsRootCredentialsManagement: enableFeature('RootCredentialsManagement'),
  EnableOrganizationsRootSessions: enableFeature('RootSessions'),
  GenerateCredentialReport: generateCredentialReport,
  GetAccountPasswordPolicy: getAccountPasswordPolicy,
  GetAccountSummary: getAccountSummary,
  GetCredentialReport: getCredentialReport,
  ListAccountAliases: listAccountAliases,
  ListOrganizationsFeatures: listOrganizationsFeatures,
  SetSecurityTokenServicePreferences: setSecurityTokenServicePreferences,
  UpdateAccountPasswordPolicy: updateAccountPasswordPolicy,
};
