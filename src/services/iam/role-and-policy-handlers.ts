// SPDX-License-Identifier: Apache-2.0
import type { RandomBytes } from '../../identity/unique-id.js';
import type { Handler, ParityNote } from '../service.js';
import { getAccountAuthorizationDetails } from './authorization-details/get-account-authorization-details.js';
import {
  addClientId,
  createOpenIdConnectProvider,
  deleteOpenIdConnectProvider,
  getOpenIdConnectProvider,
  listOpenIdConnectProviders,
  removeClientId,
  updateThumbprint,
} from './oidc/oidc-providers.js';
import {
  listOpenIdConnectProviderTags,
  tagOpenIdConnectProvider,
  untagOpenIdConnectProvider,
} from './oidc/oidc-tags.js';
import { attachPolicyTo, detachPolicyFrom, listAttachedPoliciesOf } from './policies/attach-policy.js';
import { deleteBoundaryOf, putBoundaryOf } from './policies/boundaries.js';
import {
  deleteInlinePolicyOf,
  getInlinePolicyOf,
  listInlinePoliciesOf,
  putInlinePolicyOf,
} from './policies/inline-policies.js';
import { listEntitiesForPolicy } from './policies/list-entities.js';
import { listPolicies } from './policies/list-policies.js';
import { createPolicyHandler, deletePolicy, getPolicy } from './policies/managed-policies.js';
import { listPolicyTags, tagPolicy, untagPolicy } from './policies/policy-tags.js';
import {
  createPolicyVersion,
  deletePolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultPolicyVersion,
} from './policies/policy-versions.js';
import { createRoleHandler } from './roles/create-role.js';
import {
  deleteRole,
  getRole,
  listRoles,
  updateAssumeRolePolicy,
  updateRole,
  updateRoleDescription,
} from './roles/role-life.js';
import { listRoleTags, tagRole, untagRole } from './roles/role-tags.js';
import {
  createServiceLinkedRoleHandler,
  deleteServiceLinkedRoleHandler,
  getServiceLinkedRoleDeletionStatus,
} from './roles/service-linked-roles.js';
import {
  getContextKeysForCustomPolicy,
  getContextKeysForPrincipalPolicy,
} from './simulate/get-context-keys.js';
import { listPoliciesGrantingServiceAccess } from './simulate/list-policies-granting-service-access.js';
import { simulateCustomPolicy, simulatePrincipalPolicy } from './simulate/simulate-policies.js';

const oneVersion: ParityNote = { missing: 'of AWS’s own policies the default version only' };
const simulations: ParityNote = {
  missing: 'EvalDecisionDetails of cross-account simulations, ResourceHandlingOption',
};

/** Operations that are served, but not wholly. */
export const partlyRolesAndPolicies: Readonly<Record<string, ParityNote>> = {
  CreateServiceLinkedRole: { missing: 'services other than CloudTrail and Organizations' },
  GetPolicyVersion: oneVersion,
  ListPolicyVersions: oneVersion,
  SimulateCustomPolicy: simulations,
  SimulatePrincipalPolicy: simulations,
};

/** IAM's operations on roles, policies and identity providers, and what asks about rights. */
export function roleAndPolicyHandlers(randomBytes: RandomBytes): Readonly<Record<string, Handler>> {
  return {
    ...roleHandlers(randomBytes),
    ...managedPolicyHandlers(randomBytes),
    ...hangingPolicyHandlers,
    ...oidcHandlers,
    GetAccountAuthorizationDetails: getAccountAuthorizationDetails,
    GetContextKeysForCustomPolicy: getContextKeysForCustomPolicy,
    GetContextKeysForPrincipalPolicy: getContextKeysForPrincipalPolicy,
    ListPoliciesGrantingServiceAccess: listPoliciesGrantingServiceAccess,
    SimulateCustomPolicy: simulateCustomPolicy,
    SimulatePrincipalPolicy: simulatePrincipalPolicy,
  };
}

const roleHandlers = (randomBytes: RandomBytes): Readonly<Record<string, Handler>> => ({
  CreateRole: createRoleHandler(randomBytes),
  CreateServiceLinkedRole: createServiceLinkedRoleHandler(randomBytes),
  DeleteRole: deleteRole,
  DeleteServiceLinkedRole: deleteServiceLinkedRoleHandler(randomBytes),
  GetRole: getRole,
  GetServiceLinkedRoleDeletionStatus: getServiceLinkedRoleDeletionStatus,
  ListRoleTags: listRoleTags,
  ListRoles: listRoles,
  TagRole: tagRole,
  UntagRole: untagRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateRole: updateRole,
  UpdateRoleDescription: updateRoleDescription,
});

const managedPolicyHandlers = (randomBytes: RandomBytes): Readonly<Record<string, Handler>> => ({
  CreatePolicy: createPolicyHandler(randomBytes),
  CreatePolicyVersion: createPolicyVersion,
  DeletePolicy: deletePolicy,
  DeletePolicyVersion: deletePolicyVersion,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  ListPolicies: listPolicies,
  ListPolicyTags: listPolicyTags,
  ListPolicyVersions: listPolicyVersions,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
  TagPolicy: tagPolicy,
  UntagPolicy: untagPolicy,
});

/** What hangs on users, groups and roles. */
const hangingPolicyHandlers: Readonly<Record<string, Handler>> = {
  AttachGroupPolicy: attachPolicyTo('group'),
  AttachRolePolicy: attachPolicyTo('role'),
  AttachUserPolicy: attachPolicyTo('user'),
  DeleteGroupPolicy: deleteInlinePolicyOf('group'),
  DeleteRolePermissionsBoundary: deleteBoundaryOf('role'),
  DeleteRolePolicy: deleteInlinePolicyOf('role'),
  DeleteUserPermissionsBoundary: deleteBoundaryOf('user'),
  DeleteUserPolicy: deleteInlinePolicyOf('user'),
  DetachGroupPolicy: detachPolicyFrom('group'),
  DetachRolePolicy: detachPolicyFrom('role'),
  DetachUserPolicy: detachPolicyFrom('user'),
  GetGroupPolicy: getInlinePolicyOf('group'),
  GetRolePolicy: getInlinePolicyOf('role'),
  GetUserPolicy: getInlinePolicyOf('user'),
  ListAttachedGroupPolicies: listAttachedPoliciesOf('group'),
  ListAttachedRolePolicies: listAttachedPoliciesOf('role'),
  ListAttachedUserPolicies: listAttachedPoliciesOf('user'),
  ListGroupPolicies: listInlinePoliciesOf('group'),
  ListRolePolicies: listInlinePoliciesOf('role'),
  ListUserPolicies: listInlinePoliciesOf('user'),
  PutGroupPolicy: putInlinePolicyOf('group'),
  PutRolePermissionsBoundary: putBoundaryOf('role'),
  PutRolePolicy: putInlinePolicyOf('role'),
  PutUserPermissionsBoundary: putBoundaryOf('user'),
  PutUserPolicy: putInlinePolicyOf('user'),
};

const oidcHandlers: Readonly<Record<string, Handler>> = {
  AddClientIDToOpenIDConnectProvider: addClientId,
  CreateOpenIDConnectProvider: createOpenIdConnectProvider,
  DeleteOpenIDConnectProvider: deleteOpenIdConnectProvider,
  GetOpenIDConnectProvider: getOpenIdConnectProvider,
  ListOpenIDConnectProviderTags: listOpenIdConnectProviderTags,
  ListOpenIDConnectProviders: listOpenIdConnectProviders,
  RemoveClientIDFromOpenIDConnectProvider: removeClientId,
  TagOpenIDConnectProvider: tagOpenIdConnectProvider,
  UntagOpenIDConnectProvider: untagOpenIdConnectProvider,
  UpdateOpenIDConnectProviderThumbprint: updateThumbprint,
};
