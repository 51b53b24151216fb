// SPDX-License-Identifier: Apache-2.0
import { type RoleDocument, roleArn, roleKey } from './iam-documents.js';
import { decideForService } from './policy/decide-for-service.js';
import type { ContextValues } from './policy/request-context.js';
import type { AssumedRolePrincipal } from './principal.js';
import { trustPolicyOf } from './trust-policy.js';

/** A service that wants to act in a role, for something of somebody's. */
export interface ServiceRoleQuestion {
  readonly roleArn: string;
  /** `cloudtrail.amazonaws.com` */
  readonly service: string;
  /** ARN of what it acts for: `aws:SourceArn`. */
  readonly sourceArn: string;
  /** Whose that is: `aws:SourceAccount`. */
  readonly sourceAccountId: string;
  readonly sessionName: string;
  readonly nowMs: number;
}

/** A service in a role: credentials that nobody holds, and the condition keys of what it then does. */
export interface ServiceInRole {
  readonly principal: AssumedRolePrincipal;
  readonly context: ContextValues;
}

const roleForm = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\x21-\x7e]*\/)?([\w+=,.@-]{1,64})$/;

/** Undefined when there is no such role, or its trust policy does not let the service in for this. */
export function serviceInRole(
  question: ServiceRoleQuestion,
  state: { get<T>(key: string): T | undefined },
): ServiceInRole | undefined {
  const { service, sourceArn, sourceAccountId, sessionName, nowMs } = question;
  const role = findRole(question.roleArn, state);
  if (role === undefined) return undefined;
  const context = {
    'aws:SourceArn': sourceArn,
    'aws:SourceAccount': sourceAccountId,
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(nowMs / 1_000)),
  };
  const assuming = decideForService(
    { kind: 'service', service },
    {
      action: 'sts:AssumeRole',
      resource: question.roleArn,
      resourceAccountId: role.accountId,
      resourcePolicy: trustPolicyOf(role),
      resourcePolicyIs: 'required',
      context,
    },
  );
  if (!assuming.isAllowed) return undefined;
  return { principal: sessionOf(role, sessionName, nowMs), context };
}

function findRole(arn: string, state: { get<T>(key: string): T | undefined }): RoleDocument | undefined {
  const [, accountId, name] = roleForm.exec(arn) ?? [];
  if (accountId === undefined || name === undefined) return undefined;
  const role = state.get<RoleDocument>(roleKey(accountId, name));
  // Its path is part of what it is called by.
  return role !== undefined && roleArn(role) === arn ? role : undefined;
}

const sessionMs = 3_600_000;

function sessionOf(role: RoleDocument, sessionName: string, nowMs: number): AssumedRolePrincipal {
  return {
    kind: 'assumedRole',
    accountId: role.accountId,
    roleName: role.roleName,
    roleId: role.roleId,
    roleArn: roleArn(role),
    sessionName,
    accessKeyId: '',
    session: {
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + sessionMs,
      tags: {},
      transitiveTagKeys: [],
      policies: [],
      policyArns: [],
    },
  };
}
