// SPDX-License-Identifier: Apache-2.0
import type {
  CreateTopicInput,
  CreateTopicResponse,
  DeleteTopicInput,
  ListTopicsInput,
  ListTopicsResponse,
} from '@aws-sdk/client-sns';
import {
  endedSubscriptionsPrefix,
  ofOwnerKey,
  type SubscriptionDocument,
  subscriptionsPrefix,
} from '../../topics/subscription.js';
import { type TopicDocument, topicKey, topicPrefix } from '../../topics/topic.js';
import { isTopicName, parseSubscriptionArn, type TopicArn, topicArn } from '../../topics/topic-arn.js';
import { topicNeed } from '../../topics/topic-policy.js';
import type { Call, Handler } from '../service.js';
import { shareRecord } from '../share-record.js';
import { topicArnOf } from './open-topic.js';
import { pageOf } from './page-token.js';
import { invalidParameter, notThereYet } from './sns-error.js';
import { verifyTopicAttribute, withAttribute, withBoundPolicy } from './topic-attribute-rules.js';
import { toTags, verifyTagCount } from './topic-tags.js';

/** Making a topic that is there already answers its ARN, unless it is another one. Source: SNS API Reference, "CreateTopic". */
export const createTopic: Handler<CreateTopicInput, CreateTopicResponse> = (input, call) => {
  const { accountId, region } = call;
  const name = input.Name ?? '';
  verifyName(name);
  if (input.DataProtectionPolicy) throw notThereYet('DataProtectionPolicy: data protection of topics is');
  const attributes = withBoundPolicy(givenAttributes(input.Attributes ?? {}), call);
  const tags = toTags(input.Tags ?? []);
  verifyTagCount(tags);
  const arn = topicArn(accountId, region, name);
  const key = topicKey({ accountId, region, name });
  const known = call.state.get<TopicDocument>(key);
  if (known !== undefined) verifySame(known, attributes, tags);
  else {
    const topic: TopicDocument = {
      arn,
      name,
      accountId,
      region,
      createdAtMs: call.receivedAtMs,
      attributes,
      tags,
    };
    call.state.put(key, topic);
  }
  return { TopicArn: arn };
};

function verifyName(name: string): void {
  if (/^[A-Za-z0-9_-]{1,251}\.fifo$/.test(name)) throw notThereYet('FIFO topics are');
  if (!isTopicName(name)) throw invalidParameter('Topic Name');
}

function givenAttributes(given: Readonly<Record<string, string>>): Record<string, string> {
  let attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    verifyTopicAttribute(name, value);
    if (name !== 'FifoTopic') attributes = withAttribute(attributes, name, value);
  }
  return attributes;
}

/** What is not given is not compared. */
function verifySame(
  known: TopicDocument,
  attributes: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, string>>,
): void {
  if (Object.entries(attributes).some(([name, value]) => known.attributes[name] !== value))
    throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
  if (Object.entries(tags).some(([name, value]) => known.tags[name] !== value))
    throw invalidParameter('Tags Reason: Topic already exists with different tags');
}

/** A topic that is not there is deleted. Its subscriptions go with it. */
export const deleteTopic: Handler<DeleteTopicInput, object> = (input, call) => {
  const arn = topicArnOf(input.TopicArn ?? '', call);
  const topic = call.state.get<TopicDocument>(topicKey(arn));
  call.authorize(topicNeed(arn, topic, 'SNS:DeleteTopic', {}));
  if (topic === undefined) return {};
  shareRecord(call, topic.accountId);
  deleteSubscriptions(arn, call);
  call.state.delete(topicKey(arn));
  return {};
};

function deleteSubscriptions(arn: TopicArn, { state }: Call): void {
  for (const { key, value } of state.list<SubscriptionDocument>(subscriptionsPrefix(arn))) {
    const subscription = parseSubscriptionArn(value.arn);
    state.delete(key);
    if (subscription !== undefined) state.delete(ofOwnerKey(value.owner, subscription));
  }
  for (const { key } of state.list(endedSubscriptionsPrefix(arn))) state.delete(key);
}

export const listTopics: Handler<ListTopicsInput, ListTopicsResponse> = (
  input,
  { state, accountId, region },
) => {
  const prefix = `${topicPrefix}${accountId}/${region}/`;
  const list = (options: { readonly after?: string; readonly limit: number }) =>
    state.list<TopicDocument>(prefix, options);
  const { entries, ...next } = pageOf(list, prefix, input.NextToken);
  return { Topics: entries.map(({ value }) => ({ TopicArn: value.arn })), ...next };
};
