// SPDX-License-Identifier: Apache-2.0
import type { NamedPolicy, PrincipalPolicies } from './access.js';
import {
  type AttachedPolicies,
  type GroupDocument,
  groupArn,
  groupKey,
  type ManagedPolicyDocument,
  managedPolicyArn,
  managedPolicyKey,
  type RoleDocument,
  roleKey,
  type Tags,
  type UserDocument,
  userArn,
  userKey,
} from './iam-documents.js';
import { findManagedPolicy } from './managed-policies/find-managed-policy.js';
import { compiledPolicy, denyEverything } from './policy/compiled-policy.js';
import type { ContextValues } from './policy/request-context.js';
import type { AssumedRolePrincipal, Principal, SessionFacts } from './principal.js';
import { organizationOf } from './service-control-policies.js';

/** The state as far as policies are read from it. */
export interface PolicyState {
  get<T>(key: string): T | undefined;
}

/** Service-linked roles are out of the reach of SCPs. Source: Organizations User Guide, "Service control policies (SCPs)". */
const serviceLinkedPath = '/aws-service-role/';

/**
 * Collects what hangs on a principal and has a say, compiled. Nobody's policies are looked for by a name alone: a user or
 * role that was deleted and made again has another unique id, and the old one's credentials get nothing (`isGone`).
 */
export function principalPolicies(principal: Principal, state: PolicyState): PrincipalPolicies {
  switch (principal.kind) {
    case 'root':
      return {
        identity: [],
        ...ofAccount(principal.accountId, state),
        ...sessionOf(principal.session, state),
      };
    case 'user': {
      const { session } = principal;
      return { ...ofUser(principal.accountId, principal, state), ...sessionOf(session, state) };
    }
    case 'federatedUser': {
      const { accountId, issuer, session } = principal;
      // Without a session policy a federated user has nothing but what names it directly.
      const narrowed = { session: [], ...sessionOf(session, state) };
      if (issuer.kind === 'root') return { identity: [], ...ofAccount(accountId, state), ...narrowed };
      return { ...ofUser(accountId, issuer, state), ...narrowed };
    }
    case 'assumedRole':
      return { ...ofRole(principal, state), ...sessionOf(principal.session, state) };
    default:
      return { identity: [], serviceControl: [] };
  }
}

const nobody: PrincipalPolicies = { identity: [], serviceControl: [], isGone: true };

interface NamedUser {
  readonly userName: string;
  readonly userId: string;
}

function ofUser(accountId: string, { userName, userId }: NamedUser, state: PolicyState): PrincipalPolicies {
  const user = state.get<UserDocument>(userKey(accountId, userName));
  if (user === undefined || user.userId !== userId) return nobody;
  const identity = attached(user, userArn(user), state);
  for (const name of user.groupNames) {
    const group = state.get<GroupDocument>(groupKey(accountId, name));
    if (group !== undefined) identity.push(...attached(group, groupArn(group), state));
  }
  return { identity, ...boundaryOf(user, state), ...ofAccount(accountId, state, user.tags) };
}

function ofRole(
  { accountId, roleName, roleId }: AssumedRolePrincipal,
  state: PolicyState,
): PrincipalPolicies {
  const role = state.get<RoleDocument>(roleKey(accountId, roleName));
  if (role === undefined || role.roleId !== roleId) return nobody;
  const { context, serviceControl } = ofAccount(accountId, state, role.tags);
  return {
    identity: attached(role, `arn:aws:iam::${accountId}:role${role.path}${role.roleName}`, state),
    ...boundaryOf(role, state),
    serviceControl: role.path.startsWith(serviceLinkedPath) ? [] : serviceControl,
    context,
  };
}

function attached(owner: AttachedPolicies, attachedTo: string, state: PolicyState): NamedPolicy[] {
  const policies = [...inlineOf(owner, attachedTo)];
  for (const arn of owner.attachedPolicyArns) {
    policies.push(managedPolicy(arn, state) ?? { name: arn, policy: denyEverything });
  }
  return policies;
}

/**
 * State hands out the same frozen document until it changes: what follows from one alone is kept as long as it lives.
 * (Anything that follows from two documents has to be looked up each time.)
 */
const inline = new WeakMap<AttachedPolicies, readonly NamedPolicy[]>();
const managed = new WeakMap<ManagedPolicyDocument, NamedPolicy>();

function inlineOf(owner: AttachedPolicies, attachedTo: string): readonly NamedPolicy[] {
  const known = inline.get(owner);
  if (known !== undefined) return known;
  const policies = Object.entries(owner.inlinePolicies).map(([name, text]) => ({
    name,
    policy: compiledPolicy(text, 'identity'),
    attachedTo,
  }));
  if (Object.isFrozen(owner)) inline.set(owner, policies);
  return policies;
}

type Bounded = { readonly permissionsBoundaryArn?: string };

function boundaryOf({ permissionsBoundaryArn: arn }: Bounded, state: PolicyState) {
  return arn === undefined ? undefined : { boundary: managedPolicy(arn, state) ?? ('missing' as const) };
}

/** A managed policy's default version, compiled; AWS's own ones too. Undefined when there is none of this ARN. */
export function managedPolicy(arn: string, state: PolicyState): NamedPolicy | undefined {
  const ofAws = findManagedPolicy(arn);
  if (ofAws !== undefined) return { name: arn, policy: compiledPolicy(ofAws.document, 'identity') };
  const key = customerPolicyKey(arn);
  const document = key === undefined ? undefined : state.get<ManagedPolicyDocument>(key);
  if (document === undefined) return undefined;
  const policy = managed.get(document) ?? compiledManaged(document);
  return policy?.name === arn ? policy : undefined;
}

function compiledManaged(document: ManagedPolicyDocument): NamedPolicy | undefined {
  const { versions, defaultVersionId } = document;
  const text = versions.find(({ versionId }) => versionId === defaultVersionId)?.document;
  if (text === undefined) return undefined;
  const policy = { name: managedPolicyArn(document), policy: compiledPolicy(text, 'identity') };
  if (Object.isFrozen(document)) managed.set(document, policy);
  return policy;
}

/** ARNs and the keys of their documents: an ARN is taken apart once, not on every call. */
const keysMax = 5_000;
const keys = new Map<string, string>();

/** `arn:aws:iam::111122223333:policy/path/name`: its document is kept under account and name. */
function customerPolicyKey(arn: string): string | undefined {
  const known = keys.get(arn);
  if (known !== undefined) return known;
  const [, , service, , accountId = '', resource = ''] = arn.split(':', 6);
  if (service !== 'iam' || !resource.startsWith('policy/')) return undefined;
  const key = managedPolicyKey(accountId, resource.slice(resource.lastIndexOf('/') + 1));
  if (keys.size >= keysMax) keys.clear();
  keys.set(arn, key);
  return key;
}

const administratorArn = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Session policies: those given as text have no name. Absent when the session is not narrowed. */
function sessionOf(
  session: SessionFacts | undefined,
  state: PolicyState,
): { session: NamedPolicy[] } | undefined {
  if (session === undefined) return undefined;
  const { policies, policyArns, assumedRoot } = session;
  // Task policies deny what is not of the task; what they leave, the root may. Source: "IAMAuditRootUserCredentials" etc.
  const task = assumedRoot === undefined ? [] : [assumedRoot.taskPolicyArn, administratorArn];
  const arns = [...policyArns, ...task];
  if (policies.length === 0 && arns.length === 0) return undefined;
  return {
    session: [
      ...policies.map((text) => ({ name: 'SessionPolicy', policy: compiledPolicy(text, 'session') })),
      ...arns.map((arn) => managedPolicy(arn, state) ?? { name: arn, policy: denyEverything }),
    ],
  };
}

function ofAccount(
  accountId: string,
  state: PolicyState,
  tags: Tags = {},
): Required<Pick<PrincipalPolicies, 'serviceControl' | 'context'>> {
  const { serviceControl, context } = organizationOf(accountId, state);
  const keys = Object.keys(tags);
  if (keys.length === 0) return { serviceControl, context };
  const tagged: Record<string, string> = {};
  for (const key of keys) tagged[`aws:PrincipalTag/${key}`] = tags[key] as string;
  return { serviceControl, context: { ...context, ...tagged } satisfies ContextValues };
}
