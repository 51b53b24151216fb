// SPDX-License-Identifier: Apache-2.0
import type { TopicArn } from './topic-arn.js';

/** A topic as it is kept in state under `topicKey`. */
export interface TopicDocument {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAtMs: number;
  /** Attributes that somebody set, by SNS's names; the rest has defaults. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Subscriptions that were deleted since the topic was made. */
  readonly deletedSubscriptions?: number;
}

export const topicPrefix = 'topic/';

export function topicKey({ accountId, region, name }: TopicArn): string {
  return `${topicPrefix}${accountId}/${region}/${name}`;
}

/** `1` (SHA-1) unless the topic's owner chose `2` (SHA-256). Source: SNS API Reference, "SetTopicAttributes". */
export function signatureVersionOf(topic: Pick<TopicDocument, 'attributes'> | undefined): '1' | '2' {
  return topic?.attributes.SignatureVersion === '2' ? '2' : '1';
}
