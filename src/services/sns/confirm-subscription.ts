// SPDX-License-Identifier: Apache-2.0
import type { ConfirmSubscriptionInput, ConfirmSubscriptionResponse } from '@aws-sdk/client-sns';
import { isTokenOf, subscriptionIdOf } from '../../topics/confirmation-token.js';
import {
  endedSubscriptionKey,
  isConfirmed,
  ofOwnerKey,
  type SubscriptionDocument,
  subscriptionKey,
} from '../../topics/subscription.js';
import { topicKey } from '../../topics/topic.js';
import { parseTopicArn, type SubscriptionArn } from '../../topics/topic-arn.js';
import type { Call, CallState, Handler } from '../service.js';
import { verifyRoomForSubscription } from './room-for-subscriptions.js';
import { invalidParameter, topicNotFound } from './sns-error.js';
import { authorizeOnSubscription } from './unsubscribe.js';

/**
 * Whoever has the token confirms, signed or not; again with the same token answers the same. The token of the last
 * message of a subscription that ended brings it back. Source: SNS API Reference, "ConfirmSubscription".
 */
export const confirmSubscription: Handler<ConfirmSubscriptionInput, ConfirmSubscriptionResponse> = (
  input,
  call,
) => {
  const topic = parseTopicArn(input.TopicArn ?? '');
  if (topic !== undefined) authorizeOnSubscription('ConfirmSubscription', topic, call);
  const { arn, subscription } = subscriptionOfToken(input, call.state, call.receivedAtMs);
  if (!isConfirmed(subscription)) confirm(arn, subscription, input, call);
  return { SubscriptionArn: subscription.arn };
};

function confirm(
  arn: SubscriptionArn,
  subscription: SubscriptionDocument,
  input: ConfirmSubscriptionInput,
  call: Call,
): void {
  const isSigned = call.principal.kind !== 'anonymous';
  const isGuarded = isSigned && input.AuthenticateOnUnsubscribe?.toLowerCase() === 'true';
  if (call.state.get(subscriptionKey(arn)) === undefined) verifyRoomForSubscription(arn, call);
  const confirmed: SubscriptionDocument = {
    ...subscription,
    confirmedAtMs: call.receivedAtMs,
    confirmationWasAuthenticated: isSigned,
    ...(isGuarded ? { authenticateOnUnsubscribe: true } : {}),
  };
  call.state.put(subscriptionKey(arn), confirmed);
  call.state.put(ofOwnerKey(subscription.owner, arn), { arn: subscription.arn });
  call.state.delete(endedSubscriptionKey(arn));
}

/** Throws InvalidParameter and NotFound in the words of the API. */
export function subscriptionOfToken(
  { TopicArn: topicText = '', Token: token = '' }: ConfirmSubscriptionInput,
  state: Pick<CallState, 'get'>,
  nowMs: number,
): { arn: SubscriptionArn; subscription: SubscriptionDocument } {
  const topic = parseTopicArn(topicText);
  if (topic === undefined) throw invalidParameter('Topic');
  const id = subscriptionIdOf(token);
  if (id === undefined) throw invalidParameter('Token');
  if (state.get(topicKey(topic)) === undefined) throw topicNotFound();
  const arn = { ...topic, id };
  const found =
    state.get<SubscriptionDocument>(subscriptionKey(arn)) ??
    state.get<SubscriptionDocument>(endedSubscriptionKey(arn));
  const isGood = found !== undefined && isTokenOf(token, found.tokenHash) && found.tokenExpiresAtMs > nowMs;
  if (!isGood) throw invalidParameter('Token');
  return { arn, subscription: found };
}
