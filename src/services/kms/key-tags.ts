// SPDX-License-Identifier: Apache-2.0
import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-kms';
import { verifyNotPendingDeletion } from '../../keys/usable-key.js';
import type { Handler } from '../service.js';
import { authorizedKey, noteChanged, putKey } from './key-request.js';
import { pageOfList } from './paging.js';
import { verifyTagKeys, withTags } from './verify-tags.js';

/** Source: KMS API Reference, "TagResource": a tag that is there gets the new value. */
export const tagResource: Handler<TagResourceRequest, object> = (input, call) => {
  const added = input.Tags ?? [];
  const requested = added.map((tag) => [`aws:RequestTag/${tag.TagKey}`, tag.TagValue ?? '']);
  const key = authorizedKey(input.KeyId, call, {
    action: 'kms:TagResource',
    context: {
      ...(Object.fromEntries(requested) as Record<string, string>),
      'aws:TagKeys': added.map((tag) => tag.TagKey ?? ''),
    },
  });
  verifyNotPendingDeletion(key);
  putKey({ ...key, tags: withTags(key.tags, added) }, call);
  noteChanged(key, call);
  return {};
};

/** Source: KMS API Reference, "UntagResource": a tag that is not there is no error. */
export const untagResource: Handler<UntagResourceRequest, object> = (input, call) => {
  const removed = input.TagKeys ?? [];
  const key = authorizedKey(input.KeyId, call, {
    action: 'kms:UntagResource',
    context: { 'aws:TagKeys': removed },
  });
  verifyNotPendingDeletion(key);
  verifyTagKeys(removed);
  const kept = Object.entries(key.tags).filter(([name]) => !removed.includes(name));
  putKey({ ...key, tags: Object.fromEntries(kept) }, call);
  noteChanged(key, call);
  return {};
};

export const listResourceTags: Handler<ListResourceTagsRequest, ListResourceTagsResponse> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, { action: 'kms:ListResourceTags' });
  const tags = Object.entries(key.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const { items, ...page } = pageOfList(tags, input, { byDefault: 50, max: 50 });
  return { Tags: [...items], ...page };
};
