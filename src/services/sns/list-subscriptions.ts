// SPDX-License-Identifier: Apache-2.0
import type {
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse,
  ListSubscriptionsInput,
  ListSubscriptionsResponse,
  Subscription,
} from '@aws-sdk/client-sns';
import { maskedEndpoint } from '../../topics/endpoint.js';
import {
  isAlive,
  isConfirmed,
  ownersPrefix,
  type SubscriptionDocument,
  subscriptionKey,
  subscriptionsPrefix,
} from '../../topics/subscription.js';
import { parseSubscriptionArn } from '../../topics/topic-arn.js';
import type { Call, Handler } from '../service.js';
import { openTopic } from './open-topic.js';
import { pageOf } from './page-token.js';

type ListOptions = { readonly after?: string; readonly limit: number };

/** The caller's subscriptions in this Region, whoever owns the topics. Source: SNS API Reference, "ListSubscriptions". */
export const listSubscriptions: Handler<ListSubscriptionsInput, ListSubscriptionsResponse> = (
  input,
  call,
) => {
  const prefix = ownersPrefix(call.accountId, call.region);
  const list = (options: ListOptions) => call.state.list<{ arn: string }>(prefix, options);
  const { entries, ...next } = pageOf(list, prefix, input.NextToken);
  const subscriptions = entries.flatMap(({ value }) => {
    const arn = parseSubscriptionArn(value.arn);
    const found = arn && call.state.get<SubscriptionDocument>(subscriptionKey(arn));
    return found === undefined ? [] : [found];
  });
  return { Subscriptions: shown(subscriptions, call), ...next };
};

export const listSubscriptionsByTopic: Handler<
  ListSubscriptionsByTopicInput,
  ListSubscriptionsByTopicResponse
> = (input, call) => {
  const topic = openTopic(input.TopicArn, 'ListSubscriptionsByTopic', call);
  const prefix = subscriptionsPrefix(topic);
  const list = (options: ListOptions) => call.state.list<SubscriptionDocument>(prefix, options);
  const { entries, ...next } = pageOf(list, prefix, input.NextToken);
  return {
    Subscriptions: shown(
      entries.map(({ value }) => value),
      call,
    ),
    ...next,
  };
};

function shown(subscriptions: readonly SubscriptionDocument[], { receivedAtMs }: Call): Subscription[] {
  return subscriptions
    .filter((subscription) => isAlive(subscription, receivedAtMs))
    .map((subscription) => ({
      SubscriptionArn: isConfirmed(subscription) ? subscription.arn : 'PendingConfirmation',
      Owner: subscription.owner,
      Protocol: subscription.protocol,
      Endpoint: maskedEndpoint(subscription.endpoint, subscription.sealedPassword !== undefined),
      TopicArn: subscription.topicArn,
    }));
}
