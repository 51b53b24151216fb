// SPDX-License-Identifier: Apache-2.0
import type { CreateTrailRequest, CreateTrailResponse } from '@aws-sdk/client-cloudtrail';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { trailsSeenBy } from '../../trails/organization-trails.js';
import { type TrailDocument, trailArn } from '../../trails/trail.js';
import { toTagRecord } from '../../trails/trail-tags.js';
import {
  fullRegion,
  sameNameTrail,
  trailPlacesKey,
  trailsPerRegionMax,
} from '../../trails/visible-trails.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import type { CloudTrailDependencies } from './cloudtrail-service.js';
import { withLogBucket } from './log-bucket.js';
import { callersOrganization, shareWithOwner } from './organization-caller.js';
import { keyOf, verifyTrailName } from './resolve-trail.js';
import { verifyTags } from './tag-handlers.js';
import { withNeighbours } from './trail-neighbours.js';
import { toTrailSettings, trailResources } from './trail-shapes.js';

/**
 * Source: CloudTrail API Reference, "CreateTrail". A new trail does not log until StartLogging. An organization trail is its
 * management account's, also when a delegated administrator makes it.
 */
export function createTrailHandler({
  foreignBuckets,
}: Pick<CloudTrailDependencies, 'foreignBuckets'>): Handler<CreateTrailRequest, CreateTrailResponse> {
  return async (input, call) => {
    const asked = toNewTrail(input, call);
    shareWithOwner(asked, call);
    const tags = input.TagsList ?? [];
    verifyTags(tags, asked.tags);
    if (call.state.get<TrailDocument>(keyOf(asked)) !== undefined) throw trailExists(asked);
    verifyPlace(asked, call);
    const trail = await withLogBucket(withNeighbours(asked, input, call), call, foreignBuckets);
    call.state.put(keyOf(trail), trail);
    noteTrailResources(trail, call);
    return toTrailSettings(trail);
  };
}

function toNewTrail(input: CreateTrailRequest, call: Call): TrailDocument {
  const name = verifyTrailName(input.Name);
  const organization = input.IsOrganizationTrail === true ? callersOrganization(call, 'managing') : undefined;
  const accountId = organization?.managementAccountId ?? call.accountId;
  return {
    name,
    arn: trailArn(accountId, call.region, name),
    accountId,
    homeRegion: call.region,
    s3BucketName: input.S3BucketName ?? '',
    ...(input.S3KeyPrefix ? { s3KeyPrefix: input.S3KeyPrefix } : {}),
    includeGlobalServiceEvents: input.IncludeGlobalServiceEvents ?? true,
    isMultiRegionTrail: input.IsMultiRegionTrail ?? false,
    isOrganizationTrail: organization !== undefined,
    ...(organization === undefined ? {} : { organizationId: organization.organizationId }),
    logFileValidationEnabled: input.EnableLogFileValidation ?? false,
    isLogging: false,
    createdAtMs: call.receivedAtMs,
    tags: toTagRecord(input.TagsList ?? []),
  };
}

/**
 * Refuses a trail that its Regions have no place for, and a combination of settings that AWS does not have. What it
 * found stays true until the call is recorded: of two calls for the last place one is run again.
 */
export function verifyPlace(trail: TrailDocument, call: Call): void {
  if (trail.isMultiRegionTrail && !trail.includeGlobalServiceEvents) {
    throw new WireError(
      'InvalidParameterCombinationException',
      'Multi-Region trail must include global service events.',
    );
  }
  const { accountId } = trail;
  call.state.put(trailPlacesKey(accountId), { changedBy: call.requestId });
  const trails = trailsSeenBy(call.state, accountId);
  if (sameNameTrail(trails, trail) !== undefined) throw trailExists(trail);
  const full = fullRegion(trails, trail);
  if (full !== undefined) {
    const message = `User: ${accountId} already has ${trailsPerRegionMax} trails in ${full}.`;
    throw new WireError('MaximumNumberOfTrailsExceededException', message);
  }
}

function trailExists(trail: TrailDocument): WireError {
  return new WireError(
    'TrailAlreadyExistsException',
    `Trail ${trail.name} already exists for customer: ${trail.accountId}`,
  );
}

export function noteTrailResources(trail: TrailDocument, call: Call): void {
  const bucket = call.state.get<BucketDocument>(bucketKey(trail.s3BucketName));
  call.audit.resources.push(...trailResources(trail, bucket?.accountId ?? trail.accountId));
}
