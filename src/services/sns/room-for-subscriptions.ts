// SPDX-License-Identifier: Apache-2.0
import {
  endedSubscriptionsPrefix,
  isAlive,
  type SubscriptionDocument,
  subscriptionsPrefix,
} from '../../topics/subscription.js';
import type { TopicArn } from '../../topics/topic-arn.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/** AWS allows 12,500,000. A message becomes one durable entry for all its subscribers: what fits into one commit. */
const subscriptionsOfTopicMax = 5_000;

/** Subscriptions that one who ended them by the link may bring back. Beyond them an end is for good. */
const endedSubscriptionsMax = 5_000;

/** Throws SubscriptionLimitExceeded. One that comes back counts as a new one does. */
export function verifyRoomForSubscription(topic: TopicArn, { state, receivedAtMs }: Call): void {
  const alive = state
    .list<SubscriptionDocument>(subscriptionsPrefix(topic))
    .filter(({ value }) => isAlive(value, receivedAtMs));
  if (alive.length >= subscriptionsOfTopicMax)
    throw new WireError('SubscriptionLimitExceededException', 'Subscription limit exceeded');
}

/** Whether one more can be kept; what nobody can bring back any more is cleared away on the way. */
export function hasRoomForEnded(topic: TopicArn, call: Call): boolean {
  clearEnded(topic, call);
  return call.state.list(endedSubscriptionsPrefix(topic)).length < endedSubscriptionsMax;
}

export function clearEnded(topic: TopicArn, { state, receivedAtMs }: Call): void {
  for (const { key, value } of state.list<SubscriptionDocument>(endedSubscriptionsPrefix(topic)))
    if (value.tokenExpiresAtMs <= receivedAtMs) state.delete(key);
}
