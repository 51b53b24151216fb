// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../identity/access.js';
import { decideForService } from '../identity/policy/decide-for-service.js';
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../identity/policy/parse-policy.js';
import type { Policy } from '../identity/policy/policy.js';
import { matchPolicyText, type PolicyText } from '../identity/policy/policy-text.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import type { ServicePrincipal } from '../identity/principal.js';
import type { TopicDocument } from './topic.js';
import { type TopicArn, topicArn } from './topic-arn.js';

/** Source: SNS Developer Guide, "Amazon SNS endpoints and quotas": a topic policy has at most 30,720 characters. */
export const policyCharactersMax = 30_720;

/** Actions that a topic policy can speak of. Source: Service Authorization Reference, "Amazon SNS", resource `topic`. */
export const topicActions: readonly string[] = [
  'AddPermission',
  'ConfirmSubscription',
  'CreateTopic',
  'DeleteTopic',
  'GetDataProtectionPolicy',
  'GetTopicAttributes',
  'ListSubscriptionsByTopic',
  'ListTagsForResource',
  'Publish',
  'PutDataProtectionPolicy',
  'RemovePermission',
  'SetTopicAttributes',
  'Subscribe',
  'TagResource',
  'UntagResource',
];

/** What a new topic has, member for member as SNS makes it: whoever acts for the owner's account may do everything. */
export function defaultTopicPolicy({ arn, accountId }: Pick<TopicDocument, 'arn' | 'accountId'>): string {
  return JSON.stringify({
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:RemovePermission',
          'SNS:DeleteTopic',
          'SNS:Subscribe',
          'SNS:ListSubscriptionsByTopic',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': accountId } },
      },
    ],
  });
}

export function policyTextOf(topic: TopicDocument): string {
  return topic.attributes.Policy ?? defaultTopicPolicy(topic);
}

/** Compiled policies that are kept: a policy is put rarely and asked on every call. */
const compiledMax = 1_000;
const compiled = new Map<string, Policy>();

/** Compiles a policy that is to hang on a topic. Throws MalformedPolicyError. */
export function parseTopicPolicy(text: string): Policy {
  let policy = compiled.get(text);
  if (policy === undefined) {
    policy = parsePolicy(text, 'resource');
    for (const { actions } of policy.statements)
      for (const pattern of actions.patterns) verifyAction(pattern);
    const oldest = compiled.size >= compiledMax ? compiled.keys().next().value : undefined;
    if (oldest !== undefined) compiled.delete(oldest);
    compiled.set(text, policy);
  }
  return policy;
}

/** RemovePermission may leave a policy without a statement, which nobody could set. */
function storedPolicy(text: string): Policy {
  return text.includes('"Statement":[]')
    ? { version: '2008-10-17', id: undefined, statements: [] }
    : parseTopicPolicy(text);
}

/** SNS refuses actions of other services and ones that no topic has. */
function verifyAction(pattern: PolicyText): void {
  const isMeant = (action: string) =>
    matchPolicyText(pattern, `SNS:${action}`, () => undefined, true) === 'yes';
  if (!topicActions.some(isMeant))
    throw new MalformedPolicyError('Policy statement action out of service scope!');
}

/**
 * What must be allowed for an action on a topic, whose policy is its resource policy. Of a topic that is not there only the
 * caller's own policies can speak. A policy that cannot be read refuses everybody.
 * Source: SNS Developer Guide, "Identity and access management in Amazon SNS".
 *
 * @param action `SNS:Publish`
 */
export function topicNeed(
  { accountId, region, name }: TopicArn,
  topic: TopicDocument | undefined,
  action: string,
  context: ContextValues,
): AccessNeed {
  const tags = Object.entries(topic?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return {
    action,
    resource: topic?.arn ?? topicArn(accountId, region, name),
    resourceAccountId: accountId,
    resourcePolicyIs: 'sufficient',
    ...(topic === undefined ? {} : { resourcePolicy: readablePolicy(topic) }),
    context: { ...(Object.fromEntries(tags) as ContextValues), ...context },
  };
}

function readablePolicy(topic: TopicDocument): Policy | 'unreadable' {
  try {
    return storedPolicy(policyTextOf(topic));
  } catch (error) {
    if (error instanceof MalformedPolicyError) return 'unreadable';
    throw error;
  }
}

const cloudTrail: ServicePrincipal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };

/** Whether CloudTrail may tell a topic of a trail's log files. Source: CloudTrail User Guide, "Amazon SNS topic policy for CloudTrail". */
export function mayCloudTrailPublish(topic: TopicDocument, trailArn: string): boolean {
  const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(trailArn)?.[1];
  const need = topicNeed(topic, topic, 'SNS:Publish', {
    'aws:SourceArn': trailArn,
    'aws:SourceAccount': account,
    'aws:SecureTransport': 'true',
  });
  return decideForService(cloudTrail, need).isAllowed;
}
