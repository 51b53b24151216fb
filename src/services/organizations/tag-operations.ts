// SPDX-License-Identifier: Apache-2.0
import type {
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-organizations';
import {
  type MembershipDocument,
  membershipKey,
  type OrganizationalUnitDocument,
  type OrganizationDocument,
  type OrganizationPolicyDocument,
  organizationKey,
  organizationPolicyKey,
  unitKey,
} from '../../identity/organization-documents.js';
import {
  isAccountId,
  isPolicyId,
  isRootId,
  isUnitId,
  resourcePolicyId,
} from '../../identity/organizations/organization-ids.js';
import { memberOf } from '../../identity/organizations/organization-state.js';
import { byDelegates, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { invalidInput, refusal, verifyForm } from './organizations-error.js';
import { toTags } from './shapes.js';
import { verifiedTags, verifyTagCount, verifyTagKey } from './tags.js';

export const tagOperations: Operations = {
  ListTagsForResource: byReaders(listTags),
  TagResource: byDelegates(tagResource),
  UntagResource: byDelegates(untagResource),
};

/** What has tags: where they are kept, and how they are changed. */
interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
  readonly put: (tags: Readonly<Record<string, string>>) => void;
}

/** The account, root, unit or policy behind an id. Throws TargetNotFoundException. */
function tagged(resourceId: string | undefined, on: OrganizationCall): Tagged {
  const { state, organization } = on;
  const { organizationId } = organization;
  const id = verifyForm(resourceId, isTaggable);
  if (isRootId(id) && id === organization.rootId) {
    const put = (rootTags: OrganizationDocument['rootTags']) =>
      state.put(organizationKey(organizationId), { ...organization, rootTags });
    return { tags: organization.rootTags, put };
  }
  if (id === resourcePolicyId(organization) && organization.resourcePolicy !== undefined) {
    const put = (resourcePolicyTags: OrganizationDocument['rootTags']) =>
      state.put(organizationKey(organizationId), { ...organization, resourcePolicyTags });
    return { tags: organization.resourcePolicyTags ?? {}, put };
  }
  if (isAccountId(id)) {
    const member = memberOf(state, organizationId, id);
    return found<MembershipDocument>(member, membershipKey(id), on);
  }
  const key = isUnitId(id) ? unitKey(organizationId, id) : organizationPolicyKey(organizationId, id);
  return found<OrganizationalUnitDocument | OrganizationPolicyDocument>(state.get(key), key, on);
}

function isTaggable(id: string): boolean {
  return (
    isRootId(id) || isUnitId(id) || isAccountId(id) || isPolicyId(id) || /^rp-[0-9a-zA-Z_]{4,128}$/.test(id)
  );
}

function found<Document extends { readonly tags: Readonly<Record<string, string>> }>(
  document: Document | undefined,
  key: string,
  { state }: OrganizationCall,
): Tagged {
  if (document === undefined) throw refusal('TargetNotFound', 'You specified a target that does not exist.');
  return { tags: document.tags, put: (tags) => state.put(key, { ...document, tags }) };
}

function tagResource(input: TagResourceRequest, on: OrganizationCall): object {
  const resource = tagged(input.ResourceId, on);
  const tags = { ...resource.tags, ...verifiedTags(input.Tags) };
  verifyTagCount(tags);
  resource.put(tags);
  return {};
}

function untagResource(input: UntagResourceRequest, on: OrganizationCall): object {
  const resource = tagged(input.ResourceId, on);
  const keys = new Set(input.TagKeys ?? []);
  for (const key of keys) verifyTagKey(key);
  resource.put(Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !keys.has(key))));
  return {};
}

/** One page holds them all. */
function listTags(input: ListTagsForResourceRequest, on: OrganizationCall): ListTagsForResourceResponse {
  if (input.NextToken !== undefined)
    throw invalidInput('INVALID_NEXT_TOKEN', 'You provided a NextToken that is not valid.');
  return { Tags: toTags(tagged(input.ResourceId, on).tags) };
}
