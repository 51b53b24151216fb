// SPDX-License-Identifier: Apache-2.0
import type { ContextValues } from '../../identity/policy/request-context.js';
import { principalArn } from '../../identity/principal.js';
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import { parseTopicArn, type TopicArn } from '../../topics/topic-arn.js';
import { topicNeed } from '../../topics/topic-policy.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { shareRecord } from '../share-record.js';
import { invalidParameter, topicNotFound } from './sns-error.js';

/**
 * The topic of an ARN, if the caller may do this to it. Throws InvalidParameter, AuthorizationError, NotFound, in this order:
 * who may not do it does not learn whether there is such a topic.
 * @param action the API's name for it: `Publish`
 * @param parameter how messages call the ARN
 */
export function openTopic(
  arnText: string | undefined,
  action: string,
  call: Call,
  {
    context = {},
    parameter = 'TopicArn',
  }: { readonly context?: ContextValues; readonly parameter?: string } = {},
): TopicDocument {
  const arn = topicArnOf(arnText ?? '', call, parameter);
  const topic = call.state.get<TopicDocument>(topicKey(arn));
  call.authorize(topicNeed(arn, topic, `SNS:${action}`, context));
  if (topic === undefined) throw topicNotFound();
  shareRecord(call, topic.accountId);
  return topic;
}

/** Reads the ARN of a topic in the Region of the call. Throws InvalidParameter in SNS's words. */
export function topicArnOf(text: string, call: Call, parameter = 'TopicArn'): TopicArn {
  const count = text.split(':').length;
  if (count < 6)
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${count}`);
  const arn = parseTopicArn(text);
  if (arn === undefined) throw invalidParameter(parameter);
  // Source: SNS API Reference, "Publish": topics of the same Region only.
  if (call.principal.kind !== 'anonymous' && arn.region !== call.region) throw invalidParameter(parameter);
  return arn;
}

export function notAuthorized(action: string, resource: string, call: Call): WireError {
  const who = principalArn(call.principal) ?? 'anonymous';
  return new WireError(
    'AuthorizationErrorException',
    `User: ${who} is not authorized to perform: SNS:${action} on resource: ${resource}`,
  );
}
