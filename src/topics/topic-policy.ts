// SPDX-License-Identifier: Apache-2.0
import { evaluate } from '../identity/policy/evaluate.js';
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../identity/policy/parse-policy.js';
import type { Policy } from '../identity/policy/policy.js';
import { matchPolicyText, type PolicyText } from '../identity/policy/policy-text.js';
import type { ContextValues } from '../identity/policy/request-context.js';
import type { Principal } from '../identity/principal.js';
import type { TopicDocument } from './topic.js';

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
 * Whether a principal may do something to a topic.
 * - The root of the owning account may do what the policy does not explicitly deny.
 * - Everybody else, services included, may do what the policy allows.
 * - A policy that cannot be read denies.
 * Source: SNS Developer Guide, "Identity and access management in Amazon SNS".
 *
 * @param action `SNS:Publish`
 */
export function decideTopicAccess(
  topic: TopicDocument,
  principal: Principal,
  action: string,
  context: ContextValues,
): boolean {
  let policy: Policy;
  try {
    policy = storedPolicy(policyTextOf(topic));
  } catch (error) {
    if (error instanceof MalformedPolicyError) return false;
    throw error;
  }
  // The account of whoever calls; services that act for somebody bring aws:SourceAccount instead.
  const owner = principal.kind === 'root' ? { 'aws:SourceOwner': principal.accountId } : {};
  const { decision } = evaluate(
    { principal, action, resource: topic.arn, context: { ...owner, ...context } },
    [policy],
  );
  if (decision === 'explicitDeny') return false;
  return decision === 'allow' || (principal.kind === 'root' && principal.accountId === topic.accountId);
}

/** Whether CloudTrail may tell a topic of a trail's log files. Source: CloudTrail User Guide, "Amazon SNS topic policy for CloudTrail". */
export function mayCloudTrailPublish(topic: TopicDocument, trailArn: string): boolean {
  const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(trailArn)?.[1];
  return decideTopicAccess(topic, { kind: 'service', service: 'cloudtrail.amazonaws.com' }, 'SNS:Publish', {
    'aws:SourceArn': trailArn,
    'aws:SourceAccount': account,
    'aws:SecureTransport': 'true',
  });
}
