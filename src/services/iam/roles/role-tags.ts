// SPDX-License-Identifier: Apache-2.0
import type {
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  TagRoleRequest,
  UntagRoleRequest,
} from '@aws-sdk/client-iam';
import type { Handler } from '../../service.js';
import { openEntity } from '../shared/entity.js';
import { pageOfTags, verifyTagKeys, verifyTags, withoutTags, withTags } from '../shared/tags.js';

export const tagRole: Handler<TagRoleRequest> = (input, { state, accountId }) => {
  verifyTags(input.Tags, 'ignored');
  const { key, document } = openEntity(state, accountId, 'role', input.RoleName ?? '');
  state.put(key, { ...document, tags: withTags(document.tags, input.Tags, 'ignored') });
  return {};
};

export const untagRole: Handler<UntagRoleRequest> = (input, { state, accountId }) => {
  verifyTagKeys(input.TagKeys);
  const { key, document } = openEntity(state, accountId, 'role', input.RoleName ?? '');
  state.put(key, { ...document, tags: withoutTags(document.tags, input.TagKeys ?? [], 'ignored') });
  return {};
};

export const listRoleTags: Handler<ListRoleTagsRequest, ListRoleTagsResponse> = (
  input,
  { state, accountId },
) => pageOfTags(openEntity(state, accountId, 'role', input.RoleName ?? '').document.tags, input);
