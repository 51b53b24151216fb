// SPDX-License-Identifier: Apache-2.0
import type {
  ListUserTagsRequest,
  ListUserTagsResponse,
  TagUserRequest,
  UntagUserRequest,
} from '@aws-sdk/client-iam';
import type { Handler } from '../../service.js';
import { openEntity } from '../shared/entity.js';
import { pageOfTags, verifyTagKeys, verifyTags, withoutTags, withTags } from '../shared/tags.js';

export const tagUser: Handler<TagUserRequest> = (input, { state, accountId }) => {
  verifyTags(input.Tags, 'ignored');
  const { key, document } = openEntity(state, accountId, 'user', input.UserName ?? '');
  state.put(key, { ...document, tags: withTags(document.tags, input.Tags, 'ignored') });
  return {};
};

/** A tag that is not there is no error. */
export const untagUser: Handler<UntagUserRequest> = (input, { state, accountId }) => {
  verifyTagKeys(input.TagKeys);
  const { key, document } = openEntity(state, accountId, 'user', input.UserName ?? '');
  state.put(key, { ...document, tags: withoutTags(document.tags, input.TagKeys ?? [], 'ignored') });
  return {};
};

export const listUserTags: Handler<ListUserTagsRequest, ListUserTagsResponse> = (
  input,
  { state, accountId },
) => pageOfTags(openEntity(state, accountId, 'user', input.UserName ?? '').document.tags, input);
