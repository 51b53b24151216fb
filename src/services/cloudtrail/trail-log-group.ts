// SPDX-License-Identifier: Apache-2.0
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/**
 * Refuses a log group and a role that a trail cannot write through, as AWS does. Either may be the empty text.
 * @param groupArn CloudWatchLogsLogGroupArn @param roleArn CloudWatchLogsRoleArn; not both empty
 * @param trail as it will be
 */
export function verifyTrailLogGroup(
  groupArn: string,
  roleArn: string,
  _trail: TrailDocument,
  _call: Call,
): void {
  if (roleArn === '') {
    throw new WireError(
      'InvalidCloudWatchLogsRoleArnException',
      'You must specify a role ARN as well as a log group.',
    );
  }
  if (groupArn === '') {
    throw new WireError(
      'InvalidCloudWatchLogsLogGroupArnException',
      'You must specify a log group as well as a role ARN.',
    );
  }
  throw new WireError(
    'InvalidCloudWatchLogsLogGroupArnException',
    'CloudTrail cannot validate the specified log group ARN.',
  );
}
