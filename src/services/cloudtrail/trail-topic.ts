// SPDX-License-Identifier: Apache-2.0
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

const topicNameForm = /^(arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:)?[A-Za-z0-9_-]{1,256}$/;

/**
 * The topic that is told of a trail's log files: it exists and its policy lets CloudTrail publish.
 * @param topic as CreateTrail and UpdateTrail take it (SnsTopicName: a name or an ARN), not empty
 * @param trail as it will be
 */
export function resolveTrailTopic(
  topic: string,
  _trail: TrailDocument,
  _call: Call,
): { name: string; arn: string } {
  if (!topicNameForm.test(topic))
    throw new WireError('InvalidSnsTopicNameException', `SNS topic name ${topic} is not valid.`);
  throw new WireError(
    'InsufficientSnsTopicPolicyException',
    'SNS Topic does not exist or the topic policy is incorrect!',
  );
}
