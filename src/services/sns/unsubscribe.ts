// SPDX-License-Identifier: Apache-2.0
import type { UnsubscribeInput } from '@aws-sdk/client-sns';
import { hashToken, tokenMsMax } from '../../topics/confirmation-token.js';
import {
  endedSubscriptionKey,
  isConfirmed,
  ofOwnerKey,
  type SubscriptionDocument,
  subscriptionKey,
} from '../../topics/subscription.js';
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import {
  parseSubscriptionArn,
  type SubscriptionArn,
  type TopicArn,
  topicArn,
} from '../../topics/topic-arn.js';
import type { Call, Handler } from '../service.js';
import { shareRecord } from '../share-record.js';
import { sendConfirmation } from './confirmations.js';
import { notAuthorized } from './open-topic.js';
import { hasRoomForEnded } from './room-for-subscriptions.js';
import type { SnsDependencies } from './sns-dependencies.js';
import { invalidParameter } from './sns-error.js';

/**
 * Ends a subscription. Signed: by its owner or the topic's; without a signature: by whoever has the link, unless the
 * subscription asks for one. Unless its owner did it, the endpoint gets a last message by which it can come back.
 * Source: SNS API Reference, "Unsubscribe".
 */
export function unsubscribeHandler(deps: SnsDependencies): Handler<UnsubscribeInput, object> {
  return async (input, call) => {
    const arn = subscriptionArnOf(input.SubscriptionArn);
    authorizeOnSubscription('Unsubscribe', arn, call);
    const subscription = call.state.get<SubscriptionDocument>(subscriptionKey(arn));
    if (subscription === undefined) return {};
    verifyMayEnd(subscription, arn, call);
    const isOwner = 'accountId' in call.principal && call.principal.accountId === subscription.owner;
    if (!isOwner && isConfirmed(subscription) && hasRoomForEnded(arn, call))
      await keepForReturn(subscription, arn, call, deps);
    shareRecord(call, arn.accountId);
    call.state.delete(subscriptionKey(arn));
    call.state.delete(ofOwnerKey(subscription.owner, arn));
    const topic = call.state.get<TopicDocument>(topicKey(arn));
    if (topic !== undefined && isConfirmed(subscription))
      call.state.put(topicKey(arn), {
        ...topic,
        deletedSubscriptions: (topic.deletedSubscriptions ?? 0) + 1,
      });
    return {};
  };
}

/**
 * What the caller's own policies say of the topic that a subscription is to; whose subscription it is the handlers look at.
 * Links in messages come without a caller.
 */
export function authorizeOnSubscription(action: string, arn: TopicArn, call: Call): void {
  if (call.principal.kind === 'anonymous') return;
  call.authorize({ action: `SNS:${action}`, resource: topicArn(arn.accountId, arn.region, arn.name) });
}

export function subscriptionArnOf(text = ''): SubscriptionArn {
  const count = text.split(':').length;
  if (count < 6)
    throw invalidParameter(`SubscriptionArn Reason: An ARN must have at least 6 elements, not ${count}`);
  const arn = parseSubscriptionArn(text);
  if (arn === undefined) throw invalidParameter(count === 6 ? 'SubscriptionId' : 'SubscriptionArn');
  return arn;
}

function verifyMayEnd(subscription: SubscriptionDocument, arn: SubscriptionArn, call: Call): void {
  const { principal } = call;
  const isMine =
    'accountId' in principal && [subscription.owner, arn.accountId].includes(principal.accountId);
  const isOpen = principal.kind === 'anonymous' && subscription.authenticateOnUnsubscribe !== true;
  if (!isMine && !isOpen) throw notAuthorized('Unsubscribe', subscription.arn, call);
}

async function keepForReturn(
  subscription: SubscriptionDocument,
  arn: SubscriptionArn,
  call: Call,
  deps: SnsDependencies,
): Promise<void> {
  const { topicArn, arn: text } = subscription;
  const token = await sendConfirmation('UnsubscribeConfirmation', topicArn, text, arn, call, deps);
  const { confirmedAtMs, confirmationWasAuthenticated, ...rest } = subscription;
  const ended: SubscriptionDocument = {
    ...rest,
    tokenHash: hashToken(token),
    tokenExpiresAtMs: call.receivedAtMs + tokenMsMax,
  };
  call.state.put(endedSubscriptionKey(arn), ended);
}
