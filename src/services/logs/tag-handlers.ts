// SPDX-License-Identifier: Apache-2.0
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  TagLogGroupRequest,
  TagResourceRequest,
  UntagLogGroupRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { LogGroupDocument } from '../../log-groups/log-group.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { findGroup, findGroupByArn, keyOfGroup, noteGroup } from './find-group.js';
import { checkTags, tagsPerGroupMax, withoutTags, withTags } from './group-tags.js';
import { invalidParameter } from './logs-errors.js';

const tooMany = `A log group can have at most ${tagsPerGroupMax} tags.`;

export const tagLogGroup: Handler<TagLogGroupRequest> = (input, call) => {
  add(findGroup(input.logGroupName, call), input.tags ?? {}, call, () => invalidParameter(tooMany));
  return {};
};

export const tagResource: Handler<TagResourceRequest> = (input, call) => {
  const group = findGroupByArn(input.resourceArn ?? '', call);
  const fields = { resourceName: input.resourceArn };
  add(group, input.tags ?? {}, call, () => new WireError('TooManyTagsException', tooMany, { fields }));
  return {};
};

function add(
  group: LogGroupDocument,
  added: Record<string, string>,
  call: Call,
  refusal: () => WireError,
): void {
  noteGroup(group, call);
  checkTags(added);
  const tags = withTags(group.tags, added);
  if (tags === undefined) throw refusal();
  call.state.put(keyOfGroup(group), { ...group, tags });
}

export const untagLogGroup: Handler<UntagLogGroupRequest> = (input, call) => {
  remove(findGroup(input.logGroupName, call), input.tags ?? [], call);
  return {};
};

export const untagResource: Handler<UntagResourceRequest> = (input, call) => {
  remove(findGroupByArn(input.resourceArn ?? '', call), input.tagKeys ?? [], call);
  return {};
};

function remove(group: LogGroupDocument, keys: readonly string[], call: Call): void {
  noteGroup(group, call);
  call.state.put(keyOfGroup(group), { ...group, tags: withoutTags(group.tags, keys) });
}

export const listTagsLogGroup: Handler<ListTagsLogGroupRequest, ListTagsLogGroupResponse> = (
  input,
  call,
) => ({
  tags: { ...findGroup(input.logGroupName, call).tags },
});

export const listTagsForResource: Handler<ListTagsForResourceRequest, ListTagsForResourceResponse> = (
  input,
  call,
) => ({ tags: { ...findGroupByArn(input.resourceArn ?? '', call).tags } });
