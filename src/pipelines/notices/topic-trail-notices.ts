// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import { type MessageQueue, MessageQueueFullError } from '../../ports/message-queue.js';
import type { StateStore } from '../../ports/state-store.js';
import { fanOut } from '../../topics/fan-out.js';
import { type SubscriptionDocument, subscriptionsPrefix } from '../../topics/subscription.js';
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import { parseTopicArn } from '../../topics/topic-arn.js';
import { mayCloudTrailPublish } from '../../topics/topic-policy.js';
import type { TrailNotices } from '../delivery/trail-notices.js';

export interface TopicTrailNoticesDependencies {
  readonly stateStore: StateStore;
  readonly queue: MessageQueue;
  readonly clock: Clock;
  /** A fresh message id, a UUID. */
  readonly newId: () => string;
}

/** Why a notice was not put, in SNS's words. */
export class TrailNoticeError extends Error {
  override readonly name = 'TrailNoticeError';
  constructor(
    readonly code: 'NotFound' | 'AuthorizationError' | 'Throttled',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Publishes to topics as CloudTrail does: as a service, on behalf of a trail. Records nothing: invariant 7. */
export class TopicTrailNotices implements TrailNotices {
  readonly #deps: TopicTrailNoticesDependencies;

  constructor(deps: TopicTrailNoticesDependencies) {
    this.#deps = deps;
  }

  async publish(topicArn: string, trailArn: string, message: string): Promise<void> {
    const { stateStore, queue, clock, newId } = this.#deps;
    const arn = parseTopicArn(topicArn);
    const topic = arn && stateStore.get<TopicDocument>(topicKey(arn))?.value;
    if (arn === undefined || topic === undefined)
      throw new TrailNoticeError('NotFound', `the topic ${topicArn} does not exist`);
    if (!mayCloudTrailPublish(topic, trailArn)) {
      const reason = `the policy of ${topicArn} does not let CloudTrail publish for ${trailArn}`;
      throw new TrailNoticeError('AuthorizationError', reason);
    }
    const subscriptions = stateStore
      .list<SubscriptionDocument>(subscriptionsPrefix(arn))
      .map(({ value }) => value);
    const publishedAtMs = clock.now();
    const notification = {
      type: 'Notification',
      messageId: newId(),
      topicArn,
      message,
      publishedAtMs,
    } as const;
    try {
      await queue.put([fanOut(notification, subscriptions)]);
    } catch (error) {
      if (!(error instanceof MessageQueueFullError)) throw error;
      throw new TrailNoticeError('Throttled', 'the message queue is full', { cause: error });
    }
  }
}
