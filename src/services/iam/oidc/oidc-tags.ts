// SPDX-License-Identifier: Apache-2.0
import type {
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse,
  TagOpenIDConnectProviderRequest,
  UntagOpenIDConnectProviderRequest,
} from '@aws-sdk/client-iam';
import type { Handler } from '../../service.js';
import { pageOfTags, verifyTagKeys, verifyTags, withoutTags, withTags } from '../shared/tags.js';
import { openProvider } from './oidc-rules.js';

export const tagOpenIdConnectProvider: Handler<TagOpenIDConnectProviderRequest> = (
  input,
  { state, accountId },
) => {
  verifyTags(input.Tags, 'kept');
  const { key, provider } = openProvider(state, accountId, input.OpenIDConnectProviderArn ?? '');
  state.put(key, { ...provider, tags: withTags(provider.tags, input.Tags, 'kept') });
  return {};
};

export const untagOpenIdConnectProvider: Handler<UntagOpenIDConnectProviderRequest> = (
  input,
  { state, accountId },
) => {
  verifyTagKeys(input.TagKeys);
  const { key, provider } = openProvider(state, accountId, input.OpenIDConnectProviderArn ?? '');
  state.put(key, { ...provider, tags: withoutTags(provider.tags, input.TagKeys ?? [], 'kept') });
  return {};
};

export const listOpenIdConnectProviderTags: Handler<
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse
> = (input, { state, accountId }) =>
  pageOfTags(openProvider(state, accountId, input.OpenIDConnectProviderArn ?? '').provider.tags, input);
