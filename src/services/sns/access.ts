// SPDX-License-Identifier: Apache-2.0
import type { CreateTopicInput } from '@aws-sdk/client-sns';
import type { AccessNeed } from '../../identity/access.js';
import { topicArn } from '../../topics/topic-arn.js';
import type { Call, Service } from '../service.js';
import { tagContext } from './topic-tags.js';

/**
 * What calls need that are about no topic that is there. Whatever names a topic is decided by the topic's policy and the
 * caller's once the handler has found it. Source: Service Authorization Reference, "Amazon SNS".
 */
export const snsAccess: NonNullable<Service['access']> = (operation, input, call) => {
  switch (operation) {
    case 'CreateTopic':
      return creating(input, call);
    case 'ListSubscriptions':
    case 'ListTopics':
      return [{ action: `SNS:${operation}`, resource: '*' }];
    default:
      return undefined;
  }
};

/** With tags it takes the permission to set them, too. Source: SNS API Reference, "CreateTopic" (Tags). */
function creating({ Name: name = '', Tags: tags = [] }: CreateTopicInput, call: Call): readonly AccessNeed[] {
  const resource = topicArn(call.accountId, call.region, name);
  const actions = tags.length === 0 ? ['SNS:CreateTopic'] : ['SNS:CreateTopic', 'SNS:TagResource'];
  return actions.map((action) => ({ action, resource, context: tagContext(tags) }));
}
