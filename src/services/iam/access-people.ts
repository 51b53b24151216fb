// SPDX-License-Identifier: Apache-2.0
//
// What each operation on users, groups, credentials and the account needs to be allowed. Sources: Service Authorization
// Reference, "Actions, resources, and condition keys for AWS Identity and Access Management"; how messages name the
// resources: recorded AccessDenied events.
import type { AccessNeed } from '../../identity/access.js';
import { type AccessKeyDocument, accessKeyKey } from '../../identity/access-keys.js';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import type { Tags } from '../../identity/iam-documents.js';
import { findMfaDevice } from '../../identity/mfa-codes.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { sessionMayCall } from '../../identity/policy/session-may-call.js';
import type { Call } from '../service.js';
import { requestTagContext, resourceTagContext } from './access-roles.js';
import { rootName } from './mfa/held-devices.js';
import { findEntity } from './shared/entity.js';
import type { Tag } from './shared/tags.js';

/** Input members by the model's names; each is checked by the handler, later. */
type Input = Readonly<Record<string, unknown>>;
type Needs = (input: Input, call: Call) => readonly AccessNeed[];
type ContextOf = (input: Input) => ContextValues;

/** Undefined for operations of the other half of IAM. */
export function peopleNeeds(operation: string, input: object, call: Call): readonly AccessNeed[] | undefined {
  return needsByOperation.get(operation)?.(input as Input, call);
}

const text = (input: Input, member: string): string => String(input[member] ?? '');
const arnOf = (accountId: string, rest: string): string => `arn:aws:iam::${accountId}:${rest}`;
const nothing: ContextOf = () => ({});
const ofTags: ContextOf = (input) => requestTagContext(input.Tags as Tag[] | undefined);
const ofTagKeys: ContextOf = (input) => ({ 'aws:TagKeys': (input.TagKeys ?? []) as string[] });

/** A user that is there, or the name; without a name: whoever calls. */
function onUser(action: string, contextOf: ContextOf = nothing): Needs {
  return (input, call) => [onNamedUser(action, input.UserName as string | undefined, call, contextOf(input))];
}

function onNamedUser(
  action: string,
  userName: string | undefined,
  call: Call,
  context: ContextValues = {},
): AccessNeed {
  const { state, accountId, principal } = call;
  const isRoot = principal.kind === 'root' && (userName === undefined || userName === rootName);
  if (isRoot) return { action: `iam:${action}`, resource: arnOf(accountId, 'root'), context };
  const name = userName ?? (principal.kind === 'user' ? principal.userName : '');
  const user = findEntity(state, accountId, 'user', name);
  return {
    action: `iam:${action}`,
    resource: user?.arn ?? arnOf(accountId, `user/${name}`),
    shownAs: `user ${name}`,
    context: { ...resourceTagContext(user?.document.tags ?? {}, 'user'), ...context },
  };
}

function onGroup(action: string): Needs {
  return (input, { state, accountId }) => {
    const name = text(input, 'GroupName');
    const group = findEntity(state, accountId, 'group', name);
    const resource = group?.arn ?? arnOf(accountId, `group/${name}`);
    return [{ action: `iam:${action}`, resource, shownAs: `group ${name}` }];
  };
}

/** Something that is not there yet. */
function onNew(action: string, kind: 'user' | 'group' | 'mfa', member: string, contextOf: ContextOf): Needs {
  return (input, { accountId }) => {
    const path = input.Path === undefined ? '/' : text(input, 'Path');
    const resource = arnOf(accountId, `${kind}${path}${text(input, member)}`);
    return [{ action: `iam:${action}`, resource, context: contextOf(input) }];
  };
}

/** Both the one that is there and what it is to become. Source: IAM API Reference, "UpdateUser", "UpdateGroup". */
function onRenamed(kind: 'user' | 'group'): Needs {
  const [action, member] = kind === 'user' ? ['UpdateUser', 'UserName'] : ['UpdateGroup', 'GroupName'];
  const onOld = kind === 'user' ? onUser(action) : onGroup(action);
  return (input, call) => {
    const [old] = onOld(input, call);
    if (old === undefined) return [];
    const { NewPath: path, [`New${member}`]: name } = input;
    if (path === undefined && name === undefined) return [old];
    const [, oldPath = '/', oldName = ''] = /:(?:user|group)(\/|\/.*\/)([^/]*)$/.exec(old.resource) ?? [];
    const resource = arnOf(call.accountId, `${kind}${String(path ?? oldPath)}${String(name ?? oldName)}`);
    return [old, { ...old, resource }];
  };
}

/** Everything under a path. */
function onPath(action: string, kind: 'user' | 'group' | 'mfa'): Needs {
  return (input, { accountId }) => {
    const path = input.PathPrefix === undefined ? '/' : text(input, 'PathPrefix');
    return [{ action: `iam:${action}`, resource: arnOf(accountId, `${kind}${path}`) }];
  };
}

function onDevice(action: string, contextOf: ContextOf = nothing): Needs {
  return (input, { state, accountId }) => {
    const serialNumber = text(input, 'SerialNumber');
    const tags: Tags = deviceOf(serialNumber, { state, accountId })?.tags ?? {};
    const context = { ...resourceTagContext(tags), ...contextOf(input) };
    return [{ action: `iam:${action}`, resource: serialNumber, context }];
  };
}

/** Who holds the device, when the request does not say whose it is. */
const getMfaDevice: Needs = (input, call) => {
  const holder = deviceOf(text(input, 'SerialNumber'), call)?.enabled?.userName;
  return [onNamedUser('GetMFADevice', (input.UserName as string | undefined) ?? holder, call)];
};

/** What is longer than any serial number is no key of state. */
function deviceOf(serialNumber: string, { state, accountId }: Pick<Call, 'state' | 'accountId'>) {
  return serialNumber.length > 256 ? undefined : findMfaDevice(state, accountId, serialNumber);
}

/** Whose key it is; of a key that is not there, or another account's: any user. */
const getAccessKeyLastUsed: Needs = (input, call) => {
  const id = text(input, 'AccessKeyId');
  const key = id.length > 128 ? undefined : call.state.get<AccessKeyDocument>(accessKeyKey(id));
  const action = 'iam:GetAccessKeyLastUsed';
  if (key === undefined || key.accountId !== call.accountId)
    return [{ action, resource: arnOf(call.accountId, 'user/*') }];
  if (key.owner.kind === 'root') return [{ action, resource: arnOf(call.accountId, 'root') }];
  return [onNamedUser('GetAccessKeyLastUsed', key.owner.userName, call)];
};

const onAll =
  (action: string): Needs =>
  () => [{ action: `iam:${action}`, resource: '*' }];

/**
 * What the account's password policy gives to every user, where no policy denies it.
 * Source: IAM User Guide, "Permit IAM users to change their own passwords".
 */
function givenByPasswordPolicy(needs: Needs): Needs {
  return (input, call) => {
    const asked = needs(input, call);
    const account = call.state.get<AccountDocument>(accountKey(call.accountId));
    const { principal } = call;
    if (account?.passwordPolicy?.allowUsersToChangePassword !== true || principal.kind !== 'user')
      return asked;
    const user = findEntity(call.state, call.accountId, 'user', principal.userName);
    return asked.filter((need) => {
      // Nothing is given to sessions that may not call IAM at all, or that have outlived their user.
      if (!sessionMayCall(principal, need.action) || user?.id !== principal.userId) return true;
      const decision = call.decide(need);
      const isOnlyNotAllowed =
        !decision.isAllowed &&
        decision.effect === 'implicit' &&
        decision.policyType === 'identity-based policy';
      return !decision.isAllowed && !isOnlyNotAllowed;
    });
  };
}

const needsByOperation: ReadonlyMap<string, Needs> = new Map(
  Object.entries({
    AddUserToGroup: onGroup('AddUserToGroup'),
    ChangePassword: givenByPasswordPolicy((_input, call) => [onNamedUser('ChangePassword', undefined, call)]),
    CreateAccessKey: onUser('CreateAccessKey'),
    CreateAccountAlias: onAll('CreateAccountAlias'),
    CreateGroup: onNew('CreateGroup', 'group', 'GroupName', nothing),
    CreateLoginProfile: onUser('CreateLoginProfile'),
    CreateUser: onNew('CreateUser', 'user', 'UserName', (input) => ({
      ...ofTags(input),
      'iam:PermissionsBoundary': input.PermissionsBoundary as string | undefined,
    })),
    CreateVirtualMFADevice: onNew('CreateVirtualMFADevice', 'mfa', 'VirtualMFADeviceName', ofTags),
    DeactivateMFADevice: onUser('DeactivateMFADevice'),
    DeleteAccessKey: onUser('DeleteAccessKey'),
    DeleteAccountAlias: onAll('DeleteAccountAlias'),
    DeleteAccountPasswordPolicy: onAll('DeleteAccountPasswordPolicy'),
    DeleteGroup: onGroup('DeleteGroup'),
    DeleteLoginProfile: onUser('DeleteLoginProfile'),
    DeleteUser: onUser('DeleteUser'),
    DeleteVirtualMFADevice: onDevice('DeleteVirtualMFADevice'),
    DisableOrganizationsRootCredentialsManagement: onAll('DisableOrganizationsRootCredentialsManagement'),
    DisableOrganizationsRootSessions: onAll('DisableOrganizationsRootSessions'),
    DisableOutboundWebIdentityFederation: onAll('DisableOutboundWebIdentityFederation'),
    EnableMFADevice: onUser('EnableMFADevice'),
    EnableOrganizationsRootCredentialsManagement: onAll('EnableOrganizationsRootCredentialsManagement'),
    EnableOrganizationsRootSessions: onAll('EnableOrganizationsRootSessions'),
    EnableOutboundWebIdentityFederation: onAll('EnableOutboundWebIdentityFederation'),
    GenerateCredentialReport: onAll('GenerateCredentialReport'),
    GetAccessKeyLastUsed: getAccessKeyLastUsed,
    GetAccountPasswordPolicy: givenByPasswordPolicy(onAll('GetAccountPasswordPolicy')),
    GetAccountSummary: onAll('GetAccountSummary'),
    GetCredentialReport: onAll('GetCredentialReport'),
    GetGroup: onGroup('GetGroup'),
    GetLoginProfile: onUser('GetLoginProfile'),
    GetMFADevice: getMfaDevice,
    GetOutboundWebIdentityFederationInfo: onAll('GetOutboundWebIdentityFederationInfo'),
    GetUser: onUser('GetUser'),
    ListAccessKeys: onUser('ListAccessKeys'),
    ListAccountAliases: onAll('ListAccountAliases'),
    ListGroups: onPath('ListGroups', 'group'),
    ListGroupsForUser: onUser('ListGroupsForUser'),
    ListMFADevices: onUser('ListMFADevices'),
    ListMFADeviceTags: onDevice('ListMFADeviceTags'),
    ListOrganizationsFeatures: onAll('ListOrganizationsFeatures'),
    ListUsers: onPath('ListUsers', 'user'),
    ListUserTags: onUser('ListUserTags'),
    ListVirtualMFADevices: onPath('ListVirtualMFADevices', 'mfa'),
    RemoveUserFromGroup: onGroup('RemoveUserFromGroup'),
    ResyncMFADevice: onUser('ResyncMFADevice'),
    SetSecurityTokenServicePreferences: onAll('SetSecurityTokenServicePreferences'),
    TagMFADevice: onDevice('TagMFADevice', ofTags),
    TagUser: onUser('TagUser', ofTags),
    UntagMFADevice: onDevice('UntagMFADevice', ofTagKeys),
    UntagUser: onUser('UntagUser', ofTagKeys),
    UpdateAccessKey: onUser('UpdateAccessKey'),
    UpdateAccountPasswordPolicy: onAll('UpdateAccountPasswordPolicy'),
    UpdateGroup: onRenamed('group'),
    UpdateLoginProfile: onUser('UpdateLoginProfile'),
    UpdateUser: onRenamed('user'),
  } satisfies Record<string, Needs>),
);
