// SPDX-License-Identifier: Apache-2.0
import { bindPrincipals } from '../../identity/policy/bind-principals.js';
import { MalformedPolicyError } from '../../identity/policy/malformed-policy-error.js';
import { DeliveryPolicyError, verifyTopicDeliveryPolicy } from '../../topics/delivery-policy.js';
import { parseTopicPolicy, policyCharactersMax } from '../../topics/topic-policy.js';
import type { Call } from '../service.js';
import { invalidParameter, notThereYet } from './sns-error.js';

/** Source: SNS API Reference, "SetTopicAttributes"; Developer Guide, "Creating an Amazon SNS topic" (100 characters). */
const displayNameLengthMax = 100;

const feedbackForm =
  /^(?:HTTP|Firehose|Lambda|Application|SQS)(?:SuccessFeedbackRoleArn|SuccessFeedbackSampleRate|FailureFeedbackRoleArn)$/;
const fifoNames: ReadonlySet<string> = new Set([
  'FifoTopic',
  'ContentBasedDeduplication',
  'ArchivePolicy',
  'FifoThroughputScope',
]);

type Rule = (value: string) => void;

const rules: Readonly<Record<string, Rule>> = {
  Policy: verifyPolicy,
  DisplayName: (value) => {
    if (value.length > displayNameLengthMax || /[\u0000-\u001f\u007f]/.test(value))
      throw invalidParameter('DisplayName');
  },
  DeliveryPolicy: (value) => {
    if (value === '') return;
    try {
      verifyTopicDeliveryPolicy(value);
    } catch (error) {
      if (error instanceof DeliveryPolicyError) throw invalidParameter(`DeliveryPolicy: ${error.message}`);
      throw error;
    }
  },
  SignatureVersion: oneOf('SignatureVersion', ['1', '2']),
  TracingConfig: oneOf('TracingConfig', ['PassThrough', 'Active']),
  KmsMasterKeyId: (value) => {
    if (value !== '') throw notThereYet('KmsMasterKeyId: encryption of messages under KMS keys is');
  },
};

/** Refuses a value that the attribute of a topic cannot have. Throws InvalidParameter. */
export function verifyTopicAttribute(name: string, value: string): void {
  if (feedbackForm.test(name)) {
    const isRate = name.endsWith('SampleRate');
    const isFit = isRate
      ? /^(?:\d{1,2}|100)$/.test(value)
      : value === '' || /^arn:[^:]+:iam::\d{12}:role\/.+$/.test(value);
    if (!isFit) throw invalidParameter(name);
    return;
  }
  if (fifoNames.has(name)) {
    if (name === 'FifoTopic' && value.toLowerCase() === 'false') return;
    if (name === 'FifoTopic') throw notThereYet('FIFO topics are');
    throw invalidParameter('AttributeName');
  }
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule === undefined) throw invalidParameter('AttributeName');
  rule(value);
}

/** Attributes that are given away again by an empty text. */
export function withAttribute(
  attributes: Readonly<Record<string, string>>,
  name: string,
  value: string,
): Record<string, string> {
  const changed = { ...attributes, [name]: value };
  if (value === '' && name !== 'DisplayName') delete changed[name];
  return changed;
}

/** The attributes as they are kept: users and roles in the policy by their unique ids too, so that no successor is meant. */
export function withBoundPolicy(
  attributes: Readonly<Record<string, string>>,
  { state }: Pick<Call, 'state'>,
): Readonly<Record<string, string>> {
  const { Policy: policy } = attributes;
  if (policy === undefined) return attributes;
  try {
    return { ...attributes, Policy: bindPrincipals(policy, state) };
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw invalidParameter('Policy Error: PrincipalNotFound');
  }
}

function verifyPolicy(text: string): void {
  if (text === '') throw invalidParameter('Policy Error: null');
  if (text.length > policyCharactersMax) throw invalidParameter('Policy Reason: Policy is too large');
  try {
    parseTopicPolicy(text);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw invalidParameter(`Policy Error: ${error.message}`);
  }
}

function oneOf(name: string, values: readonly string[]): Rule {
  return (value) => {
    if (!values.includes(value))
      throw invalidParameter(`${name} Reason: must be one of ${values.join(', ')}`);
  };
}
