// SPDX-License-Identifier: Apache-2.0
import type {
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  TagPolicyRequest,
  UntagPolicyRequest,
} from '@aws-sdk/client-iam';
import { type ManagedPolicyDocument, managedPolicyKey } from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import { pageOfTags, verifyTagKeys, verifyTags, withoutTags, withTags } from '../shared/tags.js';
import { openPolicy } from './find-policy.js';
import { openCustomerPolicy } from './open-customer-policy.js';

export const tagPolicy: Handler<TagPolicyRequest> = (input, { state, accountId }) => {
  verifyTags(input.Tags, 'kept');
  const { document } = openCustomerPolicy(state, accountId, input.PolicyArn ?? '');
  const policy: ManagedPolicyDocument = { ...document, tags: withTags(document.tags, input.Tags, 'kept') };
  state.put(managedPolicyKey(accountId, document.policyName), policy);
  return {};
};

export const untagPolicy: Handler<UntagPolicyRequest> = (input, { state, accountId }) => {
  verifyTagKeys(input.TagKeys);
  const { document } = openCustomerPolicy(state, accountId, input.PolicyArn ?? '');
  const tags = withoutTags(document.tags, input.TagKeys ?? [], 'kept');
  state.put(managedPolicyKey(accountId, document.policyName), { ...document, tags });
  return {};
};

export const listPolicyTags: Handler<ListPolicyTagsRequest, ListPolicyTagsResponse> = (
  input,
  { state, accountId },
) => pageOfTags(openPolicy(state, accountId, input.PolicyArn ?? '').tags, input);
