// SPDX-License-Identifier: Apache-2.0
import type { AssumedRoleUser } from '@aws-sdk/client-sts';
import type { AccessNeed } from '../../identity/access.js';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import { type RoleDocument, roleArn, roleKey } from '../../identity/iam-documents.js';
import { accessDeniedMessage } from '../../identity/policy/access-denied-message.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { principalAccountId, type SessionFacts } from '../../identity/principal.js';
import { trustPolicyOf } from '../../identity/trust-policy.js';
import type { Call } from '../service.js';
import { accessDenied, notAuthorized, validationError } from './sts-errors.js';

/** A role by its ARN; undefined when there is none of just that ARN, or its account was closed. Throws for what cannot be the ARN of a role. */
export function findRole(arn: string, { state }: Pick<Call, 'state'>): RoleDocument | undefined {
  const [, accountId, name] =
    /^arn:aws:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  if (accountId === undefined || name === undefined) throw validationError(`${arn.slice(0, 256)} is invalid`);
  const isClosed = state.get<AccountDocument>(accountKey(accountId))?.closedAtMs !== undefined;
  const role = isClosed ? undefined : state.get<RoleDocument>(roleKey(accountId, name));
  return role !== undefined && roleArn(role) === arn ? role : undefined;
}

export interface AssumeNeeds {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity';
  /** The ARN that was asked for. */
  readonly roleArn: string;
  readonly hasTags: boolean;
  readonly hasSourceIdentity: boolean;
  readonly context: ContextValues;
}

/**
 * Whether the caller may have a session of the role, by the role's trust policy and by the caller's own. A role that is not
 * there is refused in the same words as one that does not trust the caller; what denies explicitly is told within the
 * role's own account, where it gives nothing away.
 * Source: IAM User Guide, "Permissions required to add session tags", "Permissions required to set source identity".
 */
export function authorizeSession(
  role: RoleDocument | undefined,
  needs: AssumeNeeds,
  call: Call,
): RoleDocument {
  const actions = [
    needs.action,
    ...(needs.hasTags ? ['sts:TagSession'] : []),
    ...(needs.hasSourceIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
  for (const action of actions) {
    const need = role === undefined ? undefined : needOf(action, role, needs);
    const decision = need === undefined ? undefined : call.decide(need);
    if (decision?.isAllowed === true) continue;
    if (need !== undefined && decision?.effect === 'explicit' && isOwn(role, call))
      throw accessDenied(accessDeniedMessage(call.principal, need, decision));
    throw notAuthorized(call.principal, action, needs.roleArn);
  }
  return role as RoleDocument;
}

function isOwn(role: RoleDocument | undefined, { principal }: Call): boolean {
  return role !== undefined && role.accountId === principalAccountId(principal);
}

function needOf(action: string, role: RoleDocument, { context }: AssumeNeeds): AccessNeed {
  return {
    action,
    resource: roleArn(role),
    resourceAccountId: role.accountId,
    resourcePolicy: trustPolicyOf(role),
    resourcePolicyIs: 'required',
    context: {
      ...tagContext('aws:ResourceTag', role.tags),
      ...tagContext('iam:ResourceTag', role.tags),
      ...context,
    },
  };
}

/** `aws:RequestTag/Project` and the like. */
export function tagContext(key: string, tags: Readonly<Record<string, string>>): ContextValues {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
}

export function assumedRoleUser(role: RoleDocument, sessionName: string): AssumedRoleUser {
  return {
    AssumedRoleId: `${role.roleId}:${sessionName}`,
    Arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.roleName}/${sessionName}`,
  };
}

/** Whom the credentials of a role's session stand for. */
export function roleSubject(role: RoleDocument, sessionName: string, session: SessionFacts) {
  const { accountId, roleName, roleId } = role;
  return {
    kind: 'assumedRole',
    accountId,
    roleName,
    roleId,
    roleArn: roleArn(role),
    sessionName,
    session,
  } as const;
}
