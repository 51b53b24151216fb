// SPDX-License-Identifier: Apache-2.0
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  Tag,
  TagResourceRequest,
  TagResourceResponse,
  UntagResourceRequest,
  UntagResourceResponse,
} from '@aws-sdk/client-sns';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { type TopicDocument, topicKey } from '../../topics/topic.js';
import { parseTopicArn } from '../../topics/topic-arn.js';
import { topicNeed } from '../../topics/topic-policy.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { notAuthorized, topicArnOf } from './open-topic.js';
import { invalidParameter } from './sns-error.js';

/** Source: SNS Developer Guide, "Amazon SNS topic tagging". */
const tagsMax = 50;
const keyLengthMax = 128;
const valueLengthMax = 256;
const tagForm = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Condition keys of a call that sets tags. Source: IAM User Guide, "AWS global condition context keys". */
export function tagContext(tags: readonly Tag[]): ContextValues {
  if (tags.length === 0) return {};
  const pairs = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? '']);
  return {
    ...(Object.fromEntries(pairs) as Record<string, string>),
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
  };
}

/** Tags as they are kept; refuses those that nobody may set and keys given twice. */
export function toTags(tags: readonly Tag[]): Record<string, string> {
  const found = new Map<string, string>();
  for (const { Key: key = '', Value: value = '' } of tags) {
    const isFit = key !== '' && [...key].length <= keyLengthMax && [...value].length <= valueLengthMax;
    if (!isFit || !tagForm.test(key) || !tagForm.test(value) || /^aws:/i.test(key))
      throw invalidParameter('Tags Reason: invalid tag key or value');
    if (found.has(key)) throw invalidParameter('Tags Reason: duplicate tag keys');
    found.set(key, value);
  }
  return Object.fromEntries(found);
}

export function verifyTagCount(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length <= tagsMax) return;
  throw new WireError(
    'TagLimitExceededException',
    'Could not complete request: tag quota of per resource exceeded',
  );
}

export const tagResource: Handler<TagResourceRequest, TagResourceResponse> = (input, call) => {
  const topic = taggedTopic(input.ResourceArn, 'TagResource', call, tagContext(input.Tags ?? []));
  const tags = { ...topic.tags, ...toTags(input.Tags ?? []) };
  verifyTagCount(tags);
  call.state.put(keyOf(topic), { ...topic, tags });
  return {};
};

export const untagResource: Handler<UntagResourceRequest, UntagResourceResponse> = (input, call) => {
  const context = { 'aws:TagKeys': input.TagKeys ?? [] };
  const topic = taggedTopic(input.ResourceArn, 'UntagResource', call, context);
  const removed = new Set(input.TagKeys ?? []);
  const tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !removed.has(key)));
  call.state.put(keyOf(topic), { ...topic, tags });
  return {};
};

export const listTagsForResource: Handler<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  input,
  call,
) => {
  const { tags } = taggedTopic(input.ResourceArn, 'ListTagsForResource', call);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
};

/** Tags have a "not there" of their own (ResourceNotFound). */
function taggedTopic(
  arnText: string | undefined,
  action: string,
  call: Call,
  context: ContextValues = {},
): TopicDocument {
  const arn = topicArnOf(arnText ?? '', call, 'ResourceArn');
  const topic = call.state.get<TopicDocument>(topicKey(arn));
  call.authorize(topicNeed(arn, topic, `SNS:${action}`, context));
  if (arn.accountId !== call.accountId) throw notAuthorized(action, arnText ?? '', call);
  if (topic === undefined) throw new WireError('ResourceNotFoundException', 'Resource does not exist');
  return topic;
}

function keyOf(topic: TopicDocument): string {
  return topicKey(parseTopicArn(topic.arn) ?? topic);
}
