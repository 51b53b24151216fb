// SPDX-License-Identifier: Apache-2.0
import { type RoleDocument, roleArn, roleKey } from '../identity/iam-documents.js';
import { decideAccess } from '../identity/policy/decide-access.js';
import { decideForService } from '../identity/policy/decide-for-service.js';
import type { AssumedRolePrincipal, ServicePrincipal } from '../identity/principal.js';
import { principalPolicies } from '../identity/principal-policies.js';
import { trustPolicyOf } from '../identity/trust-policy.js';
import { logGroupArn } from './log-group.js';

/** What a trail writes to its log group through. */
export interface TrailRoleQuestion {
  readonly roleArn: string;
  readonly trailArn: string;
  /** Of the trail. */
  readonly accountId: string;
  readonly group: { readonly accountId: string; readonly region: string; readonly name: string };
  readonly streamName: string;
  readonly nowMs: number;
}

/** `trust`: there is no such role, or CloudTrail may not assume it. `permission`: it may not write to the group. */
export type TrailRoleVerdict = 'ok' | 'trust' | 'permission';

const cloudTrail: ServicePrincipal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };
const writing = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * Whether CloudTrail can write to a log group through a role: it is there, trusts CloudTrail, and its own policies
 * allow making the stream and putting events. Source: CloudTrail User Guide, "Role policy document for CloudTrail to use
 * CloudWatch Logs for monitoring".
 */
export function mayWriteThroughRole(
  question: TrailRoleQuestion,
  state: { get<T>(key: string): T | undefined },
): TrailRoleVerdict {
  const { trailArn, accountId, group, streamName, nowMs } = question;
  const role = findRole(question.roleArn, state);
  if (role === undefined) return 'trust';
  const context = {
    'aws:SourceArn': trailArn,
    'aws:SourceAccount': accountId,
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(nowMs / 1000)),
  };
  const assuming = decideForService(cloudTrail, {
    action: 'sts:AssumeRole',
    resource: question.roleArn,
    resourceAccountId: role.accountId,
    resourcePolicy: trustPolicyOf(role),
    resourcePolicyIs: 'required',
    context,
  });
  if (!assuming.isAllowed) return 'trust';
  const principal = sessionOf(role, nowMs);
  const policies = principalPolicies(principal, state);
  const resource = `${logGroupArn(group)}:log-stream:${streamName}`;
  const resourceAccountId = group.accountId;
  const mayWrite = writing.every(
    (action) => decideAccess({ principal, policies, action, resource, resourceAccountId, context }).isAllowed,
  );
  return mayWrite ? 'ok' : 'permission';
}

const roleForm = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\x21-\x7e]*\/)?([\w+=,.@-]{1,64})$/;

function findRole(arn: string, state: { get<T>(key: string): T | undefined }): RoleDocument | undefined {
  const [, accountId, name] = roleForm.exec(arn) ?? [];
  if (accountId === undefined || name === undefined) return undefined;
  const role = state.get<RoleDocument>(roleKey(accountId, name));
  // Its path is part of what it is called by.
  return role !== undefined && roleArn(role) === arn ? role : undefined;
}

/** CloudTrail in the role: credentials that nobody holds. */
function sessionOf(role: RoleDocument, nowMs: number): AssumedRolePrincipal {
  return {
    kind: 'assumedRole',
    accountId: role.accountId,
    roleName: role.roleName,
    roleId: role.roleId,
    roleArn: roleArn(role),
    sessionName: 'CLOUDWATCHLOGS_DELIVERY_SESSION',
    accessKeyId: '',
    session: {
      issuedAtMs: nowMs,
      expiresAtMs: nowMs + 3_600_000,
      tags: {},
      transitiveTagKeys: [],
      policies: [],
      policyArns: [],
    },
  };
}
