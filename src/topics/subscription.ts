// SPDX-License-Identifier: Apache-2.0
import type { SubscriptionArn, TopicArn } from './topic-arn.js';

/** A subscription as it is kept in state under `subscriptionKey`. Times in ms since the epoch. */
export interface SubscriptionDocument {
  readonly arn: string;
  readonly topicArn: string;
  /** The account that subscribed. */
  readonly owner: string;
  /** Who subscribed, by ARN. */
  readonly principalArn: string;
  readonly protocol: 'http' | 'https';
  /** Without a password: that one is sealed. */
  readonly endpoint: string;
  /** The password of the endpoint's URL, sealed for this subscription's ARN (`identity/secret-box.ts`). */
  readonly sealedPassword?: string;
  /** `http://HOST:PORT` under which whoever subscribed reached us: the links in messages start with it. */
  readonly baseUrl: string;
  readonly createdAtMs: number;
  readonly confirmedAtMs?: number;
  readonly confirmationWasAuthenticated?: boolean;
  /** Only by a signed call can it be taken away. */
  readonly authenticateOnUnsubscribe?: boolean;
  /** SHA-256 (hex) of the token that confirms it; the token itself is known to the endpoint alone. */
  readonly tokenHash: string;
  readonly tokenExpiresAtMs: number;
  /** Attributes that somebody set, by SNS's names. */
  readonly attributes: Readonly<Record<string, string>>;
}

const prefix = 'topic-subscription/';
const ofOwnerPrefix = 'topic-subscription-of/';
const endedPrefix = 'topic-subscription-ended/';

/** Every subscription of a topic; keys go on with the id. */
export function subscriptionsPrefix({ accountId, region, name }: TopicArn): string {
  return `${prefix}${accountId}/${region}/${name}/`;
}

export function subscriptionKey(arn: SubscriptionArn): string {
  return `${subscriptionsPrefix(arn)}${arn.id}`;
}

/** Subscriptions by the account that made them: the value is the subscription's ARN. */
export function ofOwnerKey(owner: string, arn: SubscriptionArn): string {
  return `${ownersPrefix(owner, arn.region)}${arn.accountId}/${arn.name}/${arn.id}`;
}

export function ownersPrefix(owner: string, region: string): string {
  return `${ofOwnerPrefix}${owner}/${region}/`;
}

/** Subscriptions that ended without a signature: whoever gets the last message can bring them back for a while. */
export function endedSubscriptionKey({ accountId, region, name, id }: SubscriptionArn): string {
  return `${endedSubscriptionsPrefix({ accountId, region, name })}${id}`;
}

export function endedSubscriptionsPrefix({ accountId, region, name }: TopicArn): string {
  return `${endedPrefix}${accountId}/${region}/${name}/`;
}

export function isConfirmed(subscription: SubscriptionDocument): boolean {
  return subscription.confirmedAtMs !== undefined;
}

/** A pending one whose token ran out is as good as gone. */
export function isAlive(subscription: SubscriptionDocument, nowMs: number): boolean {
  return isConfirmed(subscription) || subscription.tokenExpiresAtMs > nowMs;
}
