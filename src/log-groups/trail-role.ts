// SPDX-License-Identifier: Apache-2.0
import { decideAccess } from '../identity/policy/decide-access.js';
import { principalPolicies } from '../identity/principal-policies.js';
import { serviceInRole } from '../identity/service-role.js';
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
  const inRole = serviceInRole(
    {
      roleArn: question.roleArn,
      service: 'cloudtrail.amazonaws.com',
      sourceArn: trailArn,
      sourceAccountId: accountId,
      sessionName: 'CLOUDWATCHLOGS_DELIVERY_SESSION',
      nowMs,
    },
    state,
  );
  if (inRole === undefined) return 'trust';
  const { principal, context } = inRole;
  const policies = principalPolicies(principal, state);
  const resource = `${logGroupArn(group)}:log-stream:${streamName}`;
  const resourceAccountId = group.accountId;
  const mayWrite = writing.every(
    (action) => decideAccess({ principal, policies, action, resource, resourceAccountId, context }).isAllowed,
  );
  return mayWrite ? 'ok' : 'permission';
}
