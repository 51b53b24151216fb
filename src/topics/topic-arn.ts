// SPDX-License-Identifier: Apache-2.0

export interface TopicArn {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

export interface SubscriptionArn extends TopicArn {
  /** The UUID behind the topic's ARN. */
  readonly id: string;
}

export function topicArn(accountId: string, region: string, name: string): string {
  return `arn:aws:sns:${region}:${accountId}:${name}`;
}

export function subscriptionArn(topic: string, id: string): string {
  return `${topic}:${id}`;
}

/** Source: SNS API Reference, "CreateTopic" (Name). */
const nameForm = /^[A-Za-z0-9_-]{1,256}$/;
const idForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isTopicName(name: string): boolean {
  return nameForm.test(name);
}

/** Undefined for what is no ARN of a topic. */
export function parseTopicArn(arn: string): TopicArn | undefined {
  const [prefix, partition = '', service, region = '', accountId = '', name = '', ...more] = arn.split(':');
  const isSns = prefix === 'arn' && /^aws[a-z-]*$/.test(partition) && service === 'sns';
  if (!isSns || more.length > 0 || !/^[a-z0-9-]+$/.test(region)) return undefined;
  return /^\d{12}$/.test(accountId) && isTopicName(name) ? { region, accountId, name } : undefined;
}

/** Undefined for what is no ARN of a subscription. */
export function parseSubscriptionArn(arn: string): SubscriptionArn | undefined {
  const colon = arn.lastIndexOf(':');
  const topic = parseTopicArn(arn.slice(0, Math.max(0, colon)));
  const id = arn.slice(colon + 1);
  return topic === undefined || !idForm.test(id) ? undefined : { ...topic, id };
}
