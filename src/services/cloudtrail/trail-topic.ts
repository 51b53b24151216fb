// SPDX-License-Identifier: Apache-2.0
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import { isTopicName, parseTopicArn, topicArn } from '../../topics/topic-arn.js';
import { mayCloudTrailPublish } from '../../topics/topic-policy.js';
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/**
 * The topic that is told of a trail's log files: it exists and its policy lets CloudTrail publish. A name means a topic of
 * the trail's account and home Region; a topic elsewhere is given by its ARN.
 * Source: CloudTrail API Reference, "CreateTrail" (SnsTopicName: up to 256 characters, or an ARN; the answer has the name
 * as it was given and the ARN).
 * @param topic as CreateTrail and UpdateTrail take it (SnsTopicName: a name or an ARN), not empty
 * @param trail as it will be
 */
export function resolveTrailTopic(
  topic: string,
  { accountId, homeRegion, arn: trailArn }: TrailDocument,
  { state }: Call,
): { name: string; arn: string } {
  const arn = isTopicName(topic) ? { accountId, region: homeRegion, name: topic } : parseTopicArn(topic);
  if (arn === undefined)
    throw new WireError(
      'InvalidSnsTopicNameException',
      `SNS topic name ${topic.slice(0, 512)} is not valid.`,
    );
  const found = state.get<TopicDocument>(topicKey(arn));
  if (found === undefined || !mayCloudTrailPublish(found, trailArn)) {
    const message = 'SNS Topic does not exist or the topic policy is incorrect!';
    throw new WireError('InsufficientSnsTopicPolicyException', message);
  }
  return { name: topic, arn: topicArn(arn.accountId, arn.region, arn.name) };
}
