// SPDX-License-Identifier: Apache-2.0
import { logGroupKey, parseLogGroupArn } from '../../log-groups/log-group.js';
import { mayWriteThroughRole } from '../../log-groups/trail-role.js';
import { trailStreamName } from '../../log-groups/trail-stream-name.js';
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

const roleArnForm = /^arn:aws[a-z-]*:iam::(?<accountId>\d{12}):role\/[\w+=,.@/-]{1,576}$/;

/**
 * Refuses a log group and a role that a trail cannot write through, as AWS does. Either may be the empty text.
 *
 * The group is in the trail's account (or that of the delegated administrator who sets it) and home Region and exists; its
 * ARN ends in `:*`, as DescribeLogGroups gives it. The role is one of that account; it trusts CloudTrail and may write to the group.
 * Sources: CloudTrail API Reference, "CreateTrail" (CloudWatchLogsLogGroupArn, CloudWatchLogsRoleArn); CloudTrail User
 * Guide, "Sending events to CloudWatch Logs" ("in the same Region as the trail"); messages as quoted in bug reports.
 * @param groupArn CloudWatchLogsLogGroupArn @param roleArn CloudWatchLogsRoleArn; not both empty
 * @param trail as it will be
 */
export function verifyTrailLogGroup(
  groupArn: string,
  roleArn: string,
  trail: TrailDocument,
  call: Call,
): void {
  if (roleArn === '') throw invalidRole('You must specify a role ARN as well as a log group.');
  if (groupArn === '') throw invalidGroup('You must specify a log group as well as a role ARN.');
  const group = parseLogGroupArn(groupArn);
  if (group === undefined || !group.hasStar)
    throw invalidGroup("Check the log group ARN: CloudTrail can't validate it.");
  if (group.accountId !== trail.accountId && group.accountId !== call.accountId)
    throw invalidGroup('CloudTrail cannot deliver to a log group of another account.');
  if (group.region !== trail.homeRegion)
    throw invalidGroup(`The log group must be in the home Region of the trail: ${trail.homeRegion}.`);
  const role = roleArnForm.exec(roleArn)?.groups;
  if (role === undefined) throw invalidRole("Check the role ARN: CloudTrail can't validate it.");
  if (role.accountId !== trail.accountId && role.accountId !== call.accountId)
    throw invalidRole('Access denied. Check the trust relationships for your role.');
  // The group is looked for through the role: what is not there is "denied" like what may not be used.
  const isThere = call.state.get(logGroupKey(group.accountId, group.region, group.name)) !== undefined;
  const verdict = mayWriteThroughRole(
    {
      roleArn,
      trailArn: trail.arn,
      accountId: trail.accountId,
      group,
      streamName: trailStreamName(trail, 1),
      nowMs: call.receivedAtMs,
    },
    call.state,
  );
  if (verdict === 'trust') throw invalidRole('Access denied. Check the trust relationships for your role.');
  if (!isThere || verdict === 'permission')
    throw invalidGroup('Access denied. Check the permissions for your role.');
}

function invalidGroup(message: string): WireError {
  return new WireError('InvalidCloudWatchLogsLogGroupArnException', message);
}

function invalidRole(message: string): WireError {
  return new WireError('InvalidCloudWatchLogsRoleArnException', message);
}
