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
import { type TrailDocument, trailKey } from '../../trails/trail.js';
import {
  type TagInput,
  tagCountProblem,
  tagProblem,
  toTagList,
  toTagRecord,
} from '../../trails/trail-tags.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { isOfCallersOrganization, verifyMayChange } from './organization-caller.js';
import { keyOf } from './resolve-trail.js';

/** Source: CloudTrail API Reference, "ListTags" (ResourceIdList). */
const resourcesPerCallMax = 20;

/** Refuses tags that nobody may set, or too many of them: `all` is what the resource would have. */
export function verifyTags(tags: readonly TagInput[], all: Readonly<Record<string, string>>): void {
  const problem = tagProblem(tags) ?? tagCountProblem(all);
  if (problem !== undefined) throw new WireError(problem.code, problem.message);
}

/** Source: CloudTrail API Reference, "AddTags": a key that is there gets the new value. */
export const addTags: Handler<AddTagsRequest, AddTagsResponse> = (input, call) => {
  const trail = changedTrail(input.ResourceId, call);
  const added = input.TagsList ?? [];
  const tags = { ...trail.tags, ...toTagRecord(added) };
  verifyTags(added, tags);
  call.state.put(keyOf(trail), { ...trail, tags });
  return {};
};

/** Source: CloudTrail API Reference, "RemoveTags": keys count, values do not; a key that is not there is no error. */
export const removeTags: Handler<RemoveTagsRequest, RemoveTagsResponse> = (input, call) => {
  const trail = changedTrail(input.ResourceId, call);
  const removed = input.TagsList ?? [];
  verifyTags(removed, {});
  const keys = new Set(removed.map((tag) => tag.Key));
  const tags = Object.fromEntries(Object.entries(trail.tags).filter(([key]) => !keys.has(key)));
  call.state.put(keyOf(trail), { ...trail, tags });
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
    ResourceTagList: ids.map((id) => ({ ResourceId: id, TagsList: toTagList(taggedTrail(id, call).tags) })),
  };
};

/** The trail behind a resource ARN. Tags are read and set in the trail's own Region only. */
function taggedTrail(resourceId: string | undefined, call: Call): TrailDocument {
  const arn = parseResource(resourceId ?? '');
  const trail =
    arn.kind === 'trail'
      ? call.state.get<TrailDocument>(trailKey(arn.accountId, arn.region, arn.name))
      : undefined;
  verifyPlace(arn, trail, call);
  if (arn.kind !== 'trail') throw absentResource(arn, resourceId as string);
  if (trail === undefined)
    throw new WireError('ResourceNotFoundException', `The resource ${resourceId} was not found.`);
  return trail;
}

function changedTrail(resourceId: string | undefined, call: Call): TrailDocument {
  const trail = taggedTrail(resourceId, call);
  verifyMayChange(trail, call);
  return trail;
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
function verifyPlace(arn: CloudTrailArn, trail: TrailDocument | undefined, call: Call): void {
  const isShared = trail !== undefined && isOfCallersOrganization(trail, call);
  if (arn.accountId !== call.accountId && !isShared) {
    const message = `AccountID in ARN is wrong, you can only access resources with AccountID ${call.accountId}.`;
    throw new WireError('CloudTrailARNInvalidException', message);
  }
  if (arn.region !== call.region) {
    const message = `Region in ARN is wrong, you can only access resources in region ${call.region}.`;
    throw new WireError('CloudTrailARNInvalidException', message);
  }
}

/** The kinds that CloudTrail tags besides trails; none of them exists yet, so none is ever found. */
function absentResource(arn: CloudTrailArn, resourceId: string): WireError {
  const codes = {
    trail: 'ResourceNotFoundException',
    eventdatastore: 'EventDataStoreNotFoundException',
    channel: 'ChannelNotFoundException',
    dashboard: 'ResourceNotFoundException',
  } as const;
  return new WireError(codes[arn.kind], `The resource ${resourceId} was not found.`);
}
