// SPDX-License-Identifier: Apache-2.0
import type {
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse,
  SetSubscriptionAttributesInput,
} from '@aws-sdk/client-sns';
import { effectiveDeliveryPolicy, effectiveSubscriptionPolicyText } from '../../topics/delivery-policy.js';
import { maskedEndpoint } from '../../topics/endpoint.js';
import {
  isAlive,
  isConfirmed,
  type SubscriptionDocument,
  subscriptionKey,
} from '../../topics/subscription.js';
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import type { SubscriptionArn } from '../../topics/topic-arn.js';
import type { Call, Handler } from '../service.js';
import { notAuthorized } from './open-topic.js';
import { subscriptionNotFound } from './sns-error.js';
import { withSubscriptionAttribute } from './subscription-attribute-rules.js';
import { authorizeOnSubscription, subscriptionArnOf } from './unsubscribe.js';

/** Source: SNS API Reference, "GetSubscriptionAttributes". A password in the endpoint is not shown. */
export const getSubscriptionAttributes: Handler<
  GetSubscriptionAttributesInput,
  GetSubscriptionAttributesResponse
> = (input, call) => {
  const { arn, subscription } = openSubscription(input.SubscriptionArn, 'GetSubscriptionAttributes', call);
  const { attributes } = subscription;
  const topic = call.state.get<TopicDocument>(topicKey(arn));
  const policy = effectiveDeliveryPolicy(topic?.attributes.DeliveryPolicy, attributes.DeliveryPolicy);
  const { FilterPolicyScope: scope = 'MessageAttributes', ...rest } = attributes;
  return {
    Attributes: {
      RawMessageDelivery: 'false',
      ...rest,
      ...(attributes.FilterPolicy === undefined ? {} : { FilterPolicyScope: scope }),
      SubscriptionArn: subscription.arn,
      TopicArn: subscription.topicArn,
      Owner: subscription.owner,
      SubscriptionPrincipal: subscription.principalArn,
      Protocol: subscription.protocol,
      Endpoint: maskedEndpoint(subscription.endpoint, subscription.sealedPassword !== undefined),
      PendingConfirmation: String(!isConfirmed(subscription)),
      ConfirmationWasAuthenticated: String(subscription.confirmationWasAuthenticated === true),
      EffectiveDeliveryPolicy: effectiveSubscriptionPolicyText(policy),
    },
  };
};

export const setSubscriptionAttributes: Handler<SetSubscriptionAttributesInput, object> = (input, call) => {
  const { arn, subscription } = openSubscription(input.SubscriptionArn, 'SetSubscriptionAttributes', call);
  const { AttributeName: name = '', AttributeValue: value = '' } = input;
  const attributes = withSubscriptionAttribute(subscription.attributes, name, value);
  call.state.put(subscriptionKey(arn), { ...subscription, attributes });
  return {};
};

/** Only its owner and the owner of its topic see and change a subscription. */
function openSubscription(
  text: string | undefined,
  action: string,
  call: Call,
): { arn: SubscriptionArn; subscription: SubscriptionDocument } {
  const arn = subscriptionArnOf(text);
  authorizeOnSubscription(action, arn, call);
  const subscription = call.state.get<SubscriptionDocument>(subscriptionKey(arn));
  const isAbsent = subscription === undefined || !isAlive(subscription, call.receivedAtMs);
  if (isAbsent && arn.accountId === call.accountId) throw subscriptionNotFound();
  if (isAbsent || ![subscription.owner, arn.accountId].includes(call.accountId))
    throw notAuthorized(action, text ?? '', call);
  return { arn, subscription };
}
