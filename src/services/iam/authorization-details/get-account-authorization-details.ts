// SPDX-License-Identifier: Apache-2.0
import type {
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam';
import {
  type GroupDocument,
  groupsPrefix,
  type RoleDocument,
  rolesPrefix,
  type UserDocument,
  usersPrefix,
} from '../../../identity/iam-documents.js';
import type { CallState, Handler } from '../../service.js';
import { isAttached } from '../policies/attachments.js';
import { awsPolicies, customerPolicies } from '../policies/list-policies.js';
import { InputRules } from '../shared/input-rules.js';
import { joinSources, mapSource, type PageSource, pageOf, stateSource } from '../shared/page-of.js';
import { groupDetail, policyDetail, roleDetail, userDetail } from './details.js';

type Detail =
  | { readonly user: UserDetail }
  | { readonly group: GroupDetail }
  | { readonly role: RoleDetail }
  | { readonly policy: ManagedPolicyDetail };

const entityTypes = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'];

/** A page may hold users, groups, roles and policies together; of AWS's policies only those in use. */
export const getAccountAuthorizationDetails: Handler<
  GetAccountAuthorizationDetailsRequest,
  GetAccountAuthorizationDetailsResponse
> = (input, { state, accountId }) => {
  const rules = new InputRules();
  for (const [at, type] of (input.Filter ?? []).entries())
    rules.oneOf(`filter.${at + 1}.member`, type, entityTypes);
  rules.verify();
  const isAsked = (type: string) =>
    input.Filter === undefined || input.Filter.length === 0 || input.Filter.some((asked) => asked === type);
  // Every source has its place, asked for or not: a marker then means the same with any filter.
  const sources = Object.entries(detailSources(state, accountId)).map(
    ([type, source]): PageSource<Detail> => (isAsked(type) ? source : () => []),
  );
  const { items, end } = pageOf(joinSources(sources), input);
  return {
    UserDetailList: items.flatMap((detail) => ('user' in detail ? [detail.user] : [])),
    GroupDetailList: items.flatMap((detail) => ('group' in detail ? [detail.group] : [])),
    RoleDetailList: items.flatMap((detail) => ('role' in detail ? [detail.role] : [])),
    Policies: items.flatMap((detail) => ('policy' in detail ? [detail.policy] : [])),
    ...end,
  };
};

function detailSources(state: CallState, accountId: string): Readonly<Record<string, PageSource<Detail>>> {
  const users = stateSource<UserDocument>(state, usersPrefix(accountId));
  const groups = stateSource<GroupDocument>(state, groupsPrefix(accountId));
  const roles = stateSource<RoleDocument>(state, rolesPrefix(accountId));
  const own = customerPolicies(state, accountId, () => true);
  const inUse = awsPolicies(
    ({ arn }) => isAttached(state, accountId, arn, 'policy') || isAttached(state, accountId, arn, 'boundary'),
  );
  return {
    User: mapSource(users, (user) => ({ user: userDetail(user) })),
    Group: mapSource(groups, (group) => ({ group: groupDetail(group) })),
    Role: mapSource(roles, (role) => ({ role: roleDetail(role, state) })),
    LocalManagedPolicy: mapSource(own, (policy) => ({ policy: policyDetail(policy, state, accountId) })),
    AWSManagedPolicy: mapSource(inUse, (policy) => ({ policy: policyDetail(policy, state, accountId) })),
  };
}
