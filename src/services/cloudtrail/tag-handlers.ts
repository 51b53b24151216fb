// SPDX-License-Identifier: Apache-2.0
import type {
  AddTagsRequest,
  AddTagsResponse,
  ListTagsRequest,
  ListTagsResponse,
  RemoveTagsRequest,
  RemoveTagsResponse,
} from '@aws-sdk/client-cloudtrail';
import { type CloudTrailArn, isArn, parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import {
  type TagInput,
  tagCountProblem,
  tagProblem,
  toTagList,
  toTagRecord,
} from '../../trails/trail-tags.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { type TaggedResource, taggedResource } from './tagged-resource.js';

/** Source: CloudTrail API Reference, "ListTags" (ResourceIdList). */
const resourcesPerCallMax = 20;

/** Refuses tags that nobody may set, or too many of them: `all` is what the resource would have. */
export function verifyTags(tags: readonly TagInput[], all: Readonly<Record<string, string>>): void {
  const problem = tagProblem(tags) ?? tagCountProblem(all);
  if (problem !== undefined) throw new WireError(problem.code, problem.message);
}

/** Source: CloudTrail API Reference, "AddTags": a key that is there gets the new value. */
export const addTags: Handler<AddTagsRequest, AddTagsResponse> = (input, call) => {
  const resource = resourceNamed(input.ResourceId, call);
  const added = input.TagsList ?? [];
  const tags = { ...resource.tags, ...toTagRecord(added) };
  verifyTags(added, tags);
  resource.put(tags);
  return {};
};

/** Source: CloudTrail API Reference, "RemoveTags": keys count, values do not; a key that is not there is no error. */
export const removeTags: Handler<RemoveTagsRequest, RemoveTagsResponse> = (input, call) => {
  const resource = resourceNamed(input.ResourceId, call);
  const removed = input.TagsList ?? [];
  verifyTags(removed, {});
  const keys = new Set(removed.map((tag) => tag.Key));
  resource.put(Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !keys.has(key))));
  return {};
};

/** Source: CloudTrail API Reference, "ListTags". */
export const listTags: Handler<ListTagsRequest, ListTagsResponse> = (input, call) => {
  if (input.NextToken !== undefined)
    throw new WireError('InvalidTokenException', 'The next token is not valid.');
  const ids = input.ResourceIdList ?? [];
  if (ids.length > resourcesPerCallMax) {
    const message = `1 validation error detected: Value at 'resourceIdList' failed to satisfy constraint: Member must have length less than or equal to ${resourcesPerCallMax}`;
    throw new WireError('ValidationException', message, { status: 400 });
  }
  return {
    ResourceTagList: ids.map((id) => ({ ResourceId: id, TagsList: toTagList(resourceNamed(id, call).tags) })),
  };
};

/** What is behind a resource ARN. Tags are read and set in its own Region only. */
function resourceNamed(resourceId: string | undefined, call: Call): TaggedResource {
  const arn = parseResource(resourceId ?? '');
  const resource = taggedResource(arn, call);
  verifyPlace(arn, resource, call);
  if (resource === undefined) throw absentResource(arn, resourceId as string);
  return resource;
}

function parseResource(resourceId: string): CloudTrailArn {
  const arn = parseCloudTrailArn(resourceId);
  if (arn !== undefined) return arn;
  const service = isArn(resourceId) ? resourceId.split(':')[2] : undefined;
  if (service !== undefined && service !== '' && service !== 'cloudtrail') {
    throw new WireError(
      'ResourceTypeNotSupportedException',
      `CloudTrail does not support tags on the resource ${resourceId}.`,
    );
  }
  throw new WireError('CloudTrailARNInvalidException', `The ARN ${resourceId} is not valid.`);
}

/** Trails of the organization are of its members, too. */
function verifyPlace(arn: CloudTrailArn, resource: TaggedResource | undefined, call: Call): void {
  if (arn.accountId !== call.accountId && resource?.isShared !== true) {
    const message = `AccountID in ARN is wrong, you can only access resources with AccountID ${call.accountId}.`;
    throw new WireError('CloudTrailARNInvalidException', message);
  }
  if (arn.region !== call.region) {
    const message = `Region in ARN is wrong, you can only access resources in region ${call.region}.`;
    throw new WireError('CloudTrailARNInvalidException', message);
  }
}

function absentResource(arn: CloudTrailArn, resourceId: string): WireError {
  const codes = {
    trail: 'ResourceNotFoundException',
    eventdatastore: 'EventDataStoreNotFoundException',
    channel: 'ChannelNotFoundException',
    dashboard: 'ResourceNotFoundException',
  } as const;
  return new WireError(codes[arn.kind], `The resource ${resourceId} was not found.`);
}
