// SPDX-License-Identifier: Apache-2.0
//
// What each operation on roles, policies and identity providers needs to be allowed. Sources: Service Authorization
// Reference, "Actions, resources, and condition keys for AWS Identity and Access Management"; how messages name the
// resources: recorded AccessDenied events.
import type { AccessNeed } from '../../identity/access.js';
import { type ManagedPolicyDocument, managedPolicyKey, type Tags } from '../../identity/iam-documents.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import type { Call } from '../service.js';
import { findProvider, toProviderUrl } from './oidc/oidc-rules.js';
import { parsePolicyArn } from './policies/policy-arn.js';
import { serviceRolePath } from './roles/role-rules.js';
import { linkedRoleName } from './roles/service-linked-roles.js';
import { type EntityKind, findEntity, nameIn } from './shared/entity.js';
import type { Tag } from './shared/tags.js';

type Asking = Pick<Call, 'state' | 'accountId'>;
/** Input members by the model's names; each is checked by the handler, later. */
type Input = Readonly<Record<string, unknown>>;
type Needs = (input: Input, call: Asking) => readonly AccessNeed[];

/** Undefined for operations of the other half of IAM. */
export function roleAndPolicyNeeds(
  operation: string,
  input: object,
  call: Asking,
): readonly AccessNeed[] | undefined {
  return needsByOperation.get(operation)?.(input as Input, call);
}

/** `aws:RequestTag/…` and `aws:TagKeys` of the tags that a request brings. */
export function requestTagContext(tags: readonly Tag[] | undefined): ContextValues {
  if (tags === undefined || tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
    'aws:TagKeys': tags.map(({ Key }) => Key ?? ''),
  };
}

/** IAM knows the tags of users and roles by a key of its own too. */
export function resourceTagContext(tags: Tags, kind?: EntityKind): ContextValues {
  const prefixes = kind === undefined ? ['aws'] : ['aws', 'iam'];
  const entries = Object.entries(tags).flatMap(([key, value]) =>
    prefixes.map((prefix) => [`${prefix}:ResourceTag/${key}`, value]),
  );
  return Object.fromEntries(entries);
}

const text = (input: Input, member: string): string => String(input[member] ?? '');
const arnOf = (accountId: string, rest: string): string => `arn:aws:iam::${accountId}:${rest}`;

/** On a user, group or role that is there, or on its name. */
function onEntity(
  action: string,
  kind: EntityKind,
  contextOf: (input: Input, boundaryArn: string | undefined) => ContextValues = () => ({}),
): Needs {
  return (input, { state, accountId }) => {
    const name = nameIn(kind, input);
    const entity = findEntity(state, accountId, kind, name);
    const document = entity?.document;
    const boundaryArn =
      document !== undefined && 'permissionsBoundaryArn' in document
        ? document.permissionsBoundaryArn
        : undefined;
    const tags = document !== undefined && 'tags' in document ? document.tags : {};
    return [
      {
        action: `iam:${action}`,
        resource: entity?.arn ?? arnOf(accountId, `${kind}/${name}`),
        shownAs: `${kind} ${name}`,
        context: { ...resourceTagContext(tags, kind), ...contextOf(input, boundaryArn) },
      },
    ];
  };
}

const boundary = (boundaryArn: string | undefined): ContextValues => ({
  'iam:PermissionsBoundary': boundaryArn,
});
const ofBoundary = (_input: Input, boundaryArn: string | undefined) => boundary(boundaryArn);
/** The boundary that is asked for: `only with this boundary` is said by it. Source: IAM User Guide, "Delegating …". */
const askedBoundary = (input: Input) => boundary(input.PermissionsBoundary as string | undefined);
const ofPolicy = (input: Input) => ({ 'iam:PolicyARN': text(input, 'PolicyArn') });
const ofPolicyAndBoundary = (input: Input, boundaryArn: string | undefined) => ({
  ...ofPolicy(input),
  ...boundary(boundaryArn),
});
const ofTags = (input: Input) => requestTagContext(input.Tags as Tag[] | undefined);
const ofTagKeys = (input: Input) => ({ 'aws:TagKeys': (input.TagKeys ?? []) as string[] });

const createRole: Needs = (input, { accountId }) => {
  const path = input.Path === undefined ? '/' : text(input, 'Path');
  const context = { ...askedBoundary(input), ...ofTags(input) };
  const resource = arnOf(accountId, `role${path}${text(input, 'RoleName')}`);
  return [{ action: 'iam:CreateRole', resource, context }];
};

const createServiceLinkedRole: Needs = (input, { accountId }) => {
  const service = text(input, 'AWSServiceName');
  const resource = arnOf(accountId, `role${serviceRolePath}${service}/${linkedRoleName(service) ?? ''}`);
  return [{ action: 'iam:CreateServiceLinkedRole', resource, context: { 'iam:AWSServiceName': service } }];
};

/** The role is in the task's id: `task/aws-service-role/SERVICE/ROLE/UUID`. */
const deletionStatus: Needs = (input, { accountId }) => {
  const role = text(input, 'DeletionTaskId').split('/').slice(1, 4).join('/');
  return [{ action: 'iam:GetServiceLinkedRoleDeletionStatus', resource: arnOf(accountId, `role/${role}`) }];
};

const createPolicy: Needs = (input, { accountId }) => {
  const path = input.Path === undefined ? '/' : text(input, 'Path');
  const name = text(input, 'PolicyName');
  const resource = arnOf(accountId, `policy${path}${name}`);
  return [{ action: 'iam:CreatePolicy', resource, shownAs: `policy ${name}`, context: ofTags(input) }];
};

/** On a managed policy by its ARN, AWS's own too. */
function onPolicy(action: string, contextOf: (input: Input) => ContextValues = () => ({})): Needs {
  return (input, { state, accountId }) => {
    const arn = text(input, 'PolicyArn');
    const parsed = parsePolicyArn(arn);
    const document =
      parsed?.owner === accountId
        ? state.get<ManagedPolicyDocument>(managedPolicyKey(accountId, parsed.policyName))
        : undefined;
    const version = input.VersionId === undefined ? '' : ` version ${text(input, 'VersionId')}`;
    const context = { ...resourceTagContext(document?.tags ?? {}), ...contextOf(input) };
    return [{ action: `iam:${action}`, resource: arn, shownAs: `policy ${arn}${version}`, context }];
  };
}

/** On everything under a path. */
function onPath(action: string, kind: 'role' | 'policy'): Needs {
  return (input, { accountId }) => {
    const path = input.PathPrefix === undefined ? '/' : text(input, 'PathPrefix');
    const resource = arnOf(accountId, `${kind}${path}`);
    return [
      { action: `iam:${action}`, resource, ...(kind === 'policy' ? { shownAs: `policy path ${path}` } : {}) },
    ];
  };
}

const createProvider: Needs = (input, { accountId }) => {
  const resource = arnOf(accountId, `oidc-provider/${providerUrl(text(input, 'Url'))}`);
  return [{ action: 'iam:CreateOpenIDConnectProvider', resource, context: ofTags(input) }];
};

/** What is no URL of a provider is refused by the handler; here it is only named. */
function providerUrl(url: string): string {
  try {
    return toProviderUrl(url);
  } catch {
    return url;
  }
}

function onProvider(action: string, contextOf: (input: Input) => ContextValues = () => ({})): Needs {
  return (input, { state, accountId }) => {
    const arn = text(input, 'OpenIDConnectProviderArn');
    const tags = providerTags(state, accountId, arn);
    return [
      {
        action: `iam:${action}`,
        resource: arn,
        context: { ...resourceTagContext(tags), ...contextOf(input) },
      },
    ];
  };
}

function providerTags(state: Asking['state'], accountId: string, arn: string): Tags {
  try {
    return findProvider(state, accountId, arn)?.provider.tags ?? {};
  } catch {
    return {};
  }
}

/** On what an ARN in the request names. */
function onArn(action: string, member: string): Needs {
  return (input) => [{ action: `iam:${action}`, resource: text(input, member) }];
}

const onAll =
  (action: string): Needs =>
  () => [{ action: `iam:${action}`, resource: '*', shownAs: '*' }];

const listProviders: Needs = (_input, { accountId }) => [
  { action: 'iam:ListOpenIDConnectProviders', resource: arnOf(accountId, 'oidc-provider/*') },
];

const needsByOperation: ReadonlyMap<string, Needs> = new Map(
  Object.entries({
    AddClientIDToOpenIDConnectProvider: onProvider('AddClientIDToOpenIDConnectProvider'),
    AttachGroupPolicy: onEntity('AttachGroupPolicy', 'group', ofPolicy),
    AttachRolePolicy: onEntity('AttachRolePolicy', 'role', ofPolicyAndBoundary),
    AttachUserPolicy: onEntity('AttachUserPolicy', 'user', ofPolicyAndBoundary),
    CreateOpenIDConnectProvider: createProvider,
    CreatePolicy: createPolicy,
    CreatePolicyVersion: onPolicy('CreatePolicyVersion'),
    CreateRole: createRole,
    CreateServiceLinkedRole: createServiceLinkedRole,
    DeleteGroupPolicy: onEntity('DeleteGroupPolicy', 'group'),
    DeleteOpenIDConnectProvider: onProvider('DeleteOpenIDConnectProvider'),
    DeletePolicy: onPolicy('DeletePolicy'),
    DeletePolicyVersion: onPolicy('DeletePolicyVersion'),
    DeleteRole: onEntity('DeleteRole', 'role', ofBoundary),
    DeleteRolePermissionsBoundary: onEntity('DeleteRolePermissionsBoundary', 'role', ofBoundary),
    DeleteRolePolicy: onEntity('DeleteRolePolicy', 'role', ofBoundary),
    DeleteServiceLinkedRole: onEntity('DeleteServiceLinkedRole', 'role'),
    DeleteUserPermissionsBoundary: onEntity('DeleteUserPermissionsBoundary', 'user', ofBoundary),
    DeleteUserPolicy: onEntity('DeleteUserPolicy', 'user', ofBoundary),
    DetachGroupPolicy: onEntity('DetachGroupPolicy', 'group', ofPolicy),
    DetachRolePolicy: onEntity('DetachRolePolicy', 'role', ofPolicyAndBoundary),
    DetachUserPolicy: onEntity('DetachUserPolicy', 'user', ofPolicyAndBoundary),
    GetAccountAuthorizationDetails: onAll('GetAccountAuthorizationDetails'),
    GetContextKeysForCustomPolicy: onAll('GetContextKeysForCustomPolicy'),
    GetContextKeysForPrincipalPolicy: onArn('GetContextKeysForPrincipalPolicy', 'PolicySourceArn'),
    GetGroupPolicy: onEntity('GetGroupPolicy', 'group'),
    GetOpenIDConnectProvider: onProvider('GetOpenIDConnectProvider'),
    GetPolicy: onPolicy('GetPolicy'),
    GetPolicyVersion: onPolicy('GetPolicyVersion'),
    GetRole: onEntity('GetRole', 'role', ofBoundary),
    GetRolePolicy: onEntity('GetRolePolicy', 'role'),
    GetServiceLinkedRoleDeletionStatus: deletionStatus,
    GetUserPolicy: onEntity('GetUserPolicy', 'user'),
    ListAttachedGroupPolicies: onEntity('ListAttachedGroupPolicies', 'group'),
    ListAttachedRolePolicies: onEntity('ListAttachedRolePolicies', 'role'),
    ListAttachedUserPolicies: onEntity('ListAttachedUserPolicies', 'user'),
    ListEntitiesForPolicy: onPolicy('ListEntitiesForPolicy'),
    ListGroupPolicies: onEntity('ListGroupPolicies', 'group'),
    ListOpenIDConnectProviderTags: onProvider('ListOpenIDConnectProviderTags'),
    ListOpenIDConnectProviders: listProviders,
    ListPolicies: onPath('ListPolicies', 'policy'),
    ListPoliciesGrantingServiceAccess: onArn('ListPoliciesGrantingServiceAccess', 'Arn'),
    ListPolicyTags: onPolicy('ListPolicyTags'),
    ListPolicyVersions: onPolicy('ListPolicyVersions'),
    ListRolePolicies: onEntity('ListRolePolicies', 'role'),
    ListRoleTags: onEntity('ListRoleTags', 'role'),
    ListRoles: onPath('ListRoles', 'role'),
    ListUserPolicies: onEntity('ListUserPolicies', 'user'),
    PutGroupPolicy: onEntity('PutGroupPolicy', 'group'),
    PutRolePermissionsBoundary: onEntity('PutRolePermissionsBoundary', 'role', askedBoundary),
    PutRolePolicy: onEntity('PutRolePolicy', 'role', ofBoundary),
    PutUserPermissionsBoundary: onEntity('PutUserPermissionsBoundary', 'user', askedBoundary),
    PutUserPolicy: onEntity('PutUserPolicy', 'user', ofBoundary),
    RemoveClientIDFromOpenIDConnectProvider: onProvider('RemoveClientIDFromOpenIDConnectProvider'),
    SetDefaultPolicyVersion: onPolicy('SetDefaultPolicyVersion'),
    SimulateCustomPolicy: onAll('SimulateCustomPolicy'),
    SimulatePrincipalPolicy: onArn('SimulatePrincipalPolicy', 'PolicySourceArn'),
    TagOpenIDConnectProvider: onProvider('TagOpenIDConnectProvider', ofTags),
    TagPolicy: onPolicy('TagPolicy', ofTags),
    TagRole: onEntity('TagRole', 'role', ofTags),
    UntagOpenIDConnectProvider: onProvider('UntagOpenIDConnectProvider', ofTagKeys),
    UntagPolicy: onPolicy('UntagPolicy', ofTagKeys),
    UntagRole: onEntity('UntagRole', 'role', ofTagKeys),
    UpdateAssumeRolePolicy: onEntity('UpdateAssumeRolePolicy', 'role', ofBoundary),
    UpdateOpenIDConnectProviderThumbprint: onProvider('UpdateOpenIDConnectProviderThumbprint'),
    UpdateRole: onEntity('UpdateRole', 'role', ofBoundary),
    UpdateRoleDescription: onEntity('UpdateRoleDescription', 'role', ofBoundary),
  }),
);
