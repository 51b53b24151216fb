// SPDX-License-Identifier: Apache-2.0
import type { ContextValues } from '../../identity/policy/request-context.js';
import { principalArn } from '../../identity/principal.js';
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import { parseTopicArn, type TopicArn } from '../../topics/topic-arn.js';
import { decideTopicAccess } from '../../topics/topic-policy.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { invalidParameter, topicNotFound } from './sns-error.js';

/**
 * The topic of an ARN, if the caller may do this to it. Throws InvalidParameter, NotFound, AuthorizationError.
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
  const isForeign = arn.accountId !== call.accountId;
  if (topic === undefined && !isForeign) throw topicNotFound();
  // Of somebody else's topic one does not learn whether it is there.
  const isAllowed =
    topic !== undefined &&
    decideTopicAccess(topic, call.principal, `SNS:${action}`, { ...contextOf(call, topic), ...context });
  if (!isAllowed) throw notAuthorized(action, arnText ?? '', call);
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

/** Condition keys that follow from the request. Source: IAM User Guide, "AWS global condition context keys". */
function contextOf({ receivedAtMs, request, region }: Call, topic: TopicDocument): ContextValues {
  return {
    'aws:CurrentTime': new Date(receivedAtMs).toISOString(),
    'aws:EpochTime': String(Math.floor(receivedAtMs / 1_000)),
    'aws:SecureTransport': String(request.tls !== undefined),
    'aws:SourceIp': request.sourceIp,
    'aws:RequestedRegion': region,
    'aws:ResourceAccount': topic.accountId,
    'aws:UserAgent': request.headers['user-agent'],
    ...Object.fromEntries(
      Object.entries(topic.tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ),
  };
}
