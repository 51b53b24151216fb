// SPDX-License-Identifier: Apache-2.0
import type { CreateTrailRequest, UpdateTrailRequest } from '@aws-sdk/client-cloudtrail';
import type { TrailDocument } from '../../trails/trail.js';
import type { Call } from '../service.js';
import { resolveTrailKey } from './trail-key.js';
import { verifyTrailLogGroup } from './trail-log-group.js';
import { resolveTrailTopic } from './trail-topic.js';

type TrailInput = CreateTrailRequest | UpdateTrailRequest;
type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/**
 * The trail with the key, the topic and the log group that a call asks for, each of them checked. What
 * is not given stays; an empty text takes a setting away. Source: CloudTrail API Reference, "CreateTrail", "UpdateTrail".
 */
export function withNeighbours(trail: TrailDocument, input: TrailInput, call: Call): TrailDocument {
  const changed: Writable<TrailDocument> = { ...trail };
  if (input.SnsTopicName !== undefined) setTopic(changed, input.SnsTopicName, call);
  if (input.KmsKeyId !== undefined) setKey(changed, input.KmsKeyId, call);
  setLogGroup(changed, input, call);
  return changed;
}

function setTopic(trail: Writable<TrailDocument>, topic: string, call: Call): void {
  delete trail.snsTopicName;
  delete trail.snsTopicArn;
  if (topic === '') return;
  const { name, arn } = resolveTrailTopic(topic, trail, call);
  trail.snsTopicName = name;
  trail.snsTopicArn = arn;
}

function setKey(trail: Writable<TrailDocument>, keyId: string, call: Call): void {
  delete trail.kmsKeyId;
  if (keyId !== '') trail.kmsKeyId = resolveTrailKey(keyId, trail, call);
}

/** Group and role go together; one that is not given stays what it was. */
function setLogGroup(trail: Writable<TrailDocument>, input: TrailInput, call: Call): void {
  const { CloudWatchLogsLogGroupArn: group, CloudWatchLogsRoleArn: role } = input;
  if (group === undefined && role === undefined) return;
  const groupArn = group ?? trail.cloudWatchLogsLogGroupArn ?? '';
  const roleArn = role ?? trail.cloudWatchLogsRoleArn ?? '';
  delete trail.cloudWatchLogsLogGroupArn;
  delete trail.cloudWatchLogsRoleArn;
  if (groupArn === '' && roleArn === '') return;
  verifyTrailLogGroup(groupArn, roleArn, trail, call);
  trail.cloudWatchLogsLogGroupArn = groupArn;
  trail.cloudWatchLogsRoleArn = roleArn;
}
