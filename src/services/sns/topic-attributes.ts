// SPDX-License-Identifier: Apache-2.0
import type {
  AddPermissionInput,
  GetTopicAttributesInput,
  GetTopicAttributesResponse,
  RemovePermissionInput,
  SetTopicAttributesInput,
} from '@aws-sdk/client-sns';
import { shownPolicyText } from '../../identity/policy/bind-principals.js';
import { effectiveTopicPolicyText } from '../../topics/delivery-policy.js';
import {
  isAlive,
  isConfirmed,
  type SubscriptionDocument,
  subscriptionsPrefix,
} from '../../topics/subscription.js';
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import { policyTextOf, topicActions } from '../../topics/topic-policy.js';
import type { Call, Handler } from '../service.js';
import { openTopic } from './open-topic.js';
import { invalidParameter } from './sns-error.js';
import { verifyTopicAttribute, withAttribute, withBoundPolicy } from './topic-attribute-rules.js';

/** Source: SNS API Reference, "GetTopicAttributes". */
export const getTopicAttributes: Handler<GetTopicAttributesInput, GetTopicAttributesResponse> = (
  input,
  call,
) => {
  const topic = openTopic(input.TopicArn, 'GetTopicAttributes', call);
  const subscriptions = call.state
    .list<SubscriptionDocument>(subscriptionsPrefix(topic))
    .map(({ value }) => value)
    .filter((subscription) => isAlive(subscription, call.receivedAtMs));
  const confirmed = subscriptions.filter(isConfirmed).length;
  return {
    Attributes: {
      DisplayName: '',
      ...topic.attributes,
      Policy: shownPolicyText(policyTextOf(topic), call.state),
      Owner: topic.accountId,
      TopicArn: topic.arn,
      SubscriptionsConfirmed: String(confirmed),
      SubscriptionsPending: String(subscriptions.length - confirmed),
      SubscriptionsDeleted: String(topic.deletedSubscriptions ?? 0),
      EffectiveDeliveryPolicy: effectiveTopicPolicyText(topic.attributes.DeliveryPolicy),
    },
  };
};

export const setTopicAttributes: Handler<SetTopicAttributesInput, object> = (input, call) => {
  const topic = openTopic(input.TopicArn, 'SetTopicAttributes', call);
  const { AttributeName: name = '', AttributeValue: value = '' } = input;
  if (name === 'FifoTopic') throw invalidParameter('AttributeName');
  verifyTopicAttribute(name, value);
  const attributes = withAttribute(topic.attributes, name, value);
  save(topic, name === 'Policy' ? withBoundPolicy(attributes, call) : attributes, call);
  return {};
};

interface Statement {
  readonly Sid?: string;
}

/** Adds a statement that lets accounts do something. Source: SNS API Reference, "AddPermission". */
export const addPermission: Handler<AddPermissionInput, object> = (input, call) => {
  const topic = openTopic(input.TopicArn, 'AddPermission', call);
  const { Label: label = '', AWSAccountId: accounts = [], ActionName: actions = [] } = input;
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(label)) throw invalidParameter('Label');
  const { statements, policy } = readPolicy(topic);
  if (statements.some(({ Sid }) => Sid === label)) throw invalidParameter('Statement already exists');
  if (accounts.length === 0 || accounts.some((account) => !/^\d{12}$/.test(account)))
    throw invalidParameter('AWSAccountId');
  const isKnown = (action: string) => action === '*' || topicActions.includes(action);
  if (actions.length === 0 || !actions.every(isKnown))
    throw invalidParameter('Policy statement action out of service scope!');
  const added = {
    Sid: label,
    Effect: 'Allow',
    Principal: { AWS: oneOrMany(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
    Action: oneOrMany(actions.map((action) => `SNS:${action}`)),
    Resource: topic.arn,
  };
  setPolicy(topic, { ...policy, Statement: [...statements, added] }, call);
  return {};
};

/** Takes a statement away. Source: SNS API Reference, "RemovePermission". */
export const removePermission: Handler<RemovePermissionInput, object> = (input, call) => {
  const topic = openTopic(input.TopicArn, 'RemovePermission', call);
  const { statements, policy } = readPolicy(topic);
  const left = statements.filter(({ Sid }) => Sid !== input.Label);
  if (left.length === statements.length) return {};
  const text = JSON.stringify({ ...policy, Statement: left });
  save(topic, { ...topic.attributes, Policy: text }, call);
  return {};
};

function readPolicy(topic: TopicDocument): { policy: object; statements: readonly Statement[] } {
  const policy = JSON.parse(policyTextOf(topic)) as { Statement: Statement | readonly Statement[] };
  const { Statement: given } = policy;
  return {
    policy,
    statements: Array.isArray(given) ? (given as readonly Statement[]) : [given as Statement],
  };
}

function setPolicy(topic: TopicDocument, policy: object, call: Call): void {
  const text = JSON.stringify(policy);
  verifyTopicAttribute('Policy', text);
  save(topic, { ...topic.attributes, Policy: text }, call);
}

function save(topic: TopicDocument, attributes: Readonly<Record<string, string>>, call: Call): void {
  call.state.put(topicKey(topic), { ...topic, attributes });
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? (values[0] as string) : values;
}
