// SPDX-License-Identifier: Apache-2.0
import type { ConfirmSubscriptionInput, UnsubscribeInput } from '@aws-sdk/client-sns';
import { type SubscriptionDocument, subscriptionKey } from '../../topics/subscription.js';
import type { CallState, ParityNote, Service } from '../service.js';
import { snsAccess } from './access.js';
import { confirmSubscription, subscriptionOfToken } from './confirm-subscription.js';
import { listSubscriptions, listSubscriptionsByTopic } from './list-subscriptions.js';
import { publishBatchHandler, publishHandler } from './publish.js';
import type { HandlerMap, SnsDependencies } from './sns-dependencies.js';
import { subscriptionNotFound, translateError } from './sns-error.js';
import { subscribeHandler } from './subscribe.js';
import { getSubscriptionAttributes, setSubscriptionAttributes } from './subscription-attributes.js';
import {
  addPermission,
  getTopicAttributes,
  removePermission,
  setTopicAttributes,
} from './topic-attributes.js';
import { createTopic, deleteTopic, listTopics } from './topic-operations.js';
import { listTagsForResource, tagResource, untagResource } from './topic-tags.js';
import { subscriptionArnOf, unsubscribeHandler } from './unsubscribe.js';

export type { SnsDependencies };

const topicSettings: ParityNote = {
  missing:
    'FIFO topics, KmsMasterKeyId, DataProtectionPolicy; delivery status logging and X-Ray tracing are kept and answered only',
};

const partly: Readonly<Record<string, ParityNote>> = {
  CreateTopic: topicSettings,
  SetTopicAttributes: topicSettings,
  Subscribe: {
    missing:
      'protocols other than http and https, and RedrivePolicy; a topic has at most 5,000 subscriptions',
  },
  SetSubscriptionAttributes: { missing: 'RedrivePolicy' },
  Publish: { missing: 'messages to phone numbers and mobile endpoints' },
};

/** The SNS API. Source: Amazon SNS API Reference, version 2010-03-31. */
export function createSnsService(deps: SnsDependencies): Service {
  const handlers: HandlerMap = {
    AddPermission: addPermission,
    ConfirmSubscription: confirmSubscription,
    CreateTopic: createTopic,
    DeleteTopic: deleteTopic,
    GetSubscriptionAttributes: getSubscriptionAttributes,
    GetTopicAttributes: getTopicAttributes,
    ListSubscriptions: listSubscriptions,
    ListSubscriptionsByTopic: listSubscriptionsByTopic,
    ListTagsForResource: listTagsForResource,
    ListTopics: listTopics,
    Publish: publishHandler(deps),
    PublishBatch: publishBatchHandler(deps),
    RemovePermission: removePermission,
    SetSubscriptionAttributes: setSubscriptionAttributes,
    SetTopicAttributes: setTopicAttributes,
    Subscribe: subscribeHandler(deps),
    TagResource: tagResource,
    Unsubscribe: unsubscribeHandler(deps),
    UntagResource: untagResource,
  };
  return {
    model: deps.model,
    eventSource: 'sns.amazonaws.com',
    handlers,
    access: snsAccess,
    accessDeniedCode: 'AuthorizationErrorException',
    partly,
    unsigned,
    translateError,
  };
}

/**
 * The links in messages work without a signature. Who has a good token, or the ARN of a subscription that is there,
 * is heard and recorded in the account of the topic; anybody else is refused here, and fills nobody's history.
 */
function unsigned(
  operation: string,
  input: object,
  state: Pick<CallState, 'get'>,
  nowMs: number,
): { accountId: string; region: string } | undefined {
  if (operation === 'ConfirmSubscription') {
    const { accountId, region } = subscriptionOfToken(input as ConfirmSubscriptionInput, state, nowMs).arn;
    return { accountId, region };
  }
  if (operation !== 'Unsubscribe') return undefined;
  const { SubscriptionArn: text } = input as UnsubscribeInput;
  const arn = subscriptionArnOf(text);
  const subscription = state.get<SubscriptionDocument>(subscriptionKey(arn));
  if (subscription === undefined) throw subscriptionNotFound();
  if (subscription.authenticateOnUnsubscribe === true) return undefined;
  return { accountId: arn.accountId, region: arn.region };
}
