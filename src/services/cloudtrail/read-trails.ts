// SPDX-License-Identifier: Apache-2.0
import type {
  DescribeTrailsRequest,
  DescribeTrailsResponse,
  GetTrailRequest,
  GetTrailResponse,
  ListTrailsRequest,
  ListTrailsResponse,
} from '@aws-sdk/client-cloudtrail';
import { trailsSeenBy } from '../../trails/organization-trails.js';
import type { TrailDocument } from '../../trails/trail.js';
import { isVisibleIn } from '../../trails/visible-trails.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { resolveAnywhere, resolveForReading } from './resolve-trail.js';
import { toTrail } from './trail-shapes.js';

/** Source: CloudTrail API Reference, "GetTrail". */
export const getTrail: Handler<GetTrailRequest, GetTrailResponse> = (input, call) => ({
  Trail: toTrail(resolveForReading(input.Name, call)),
});

/**
 * Trails of this Region, shadow trails too unless the caller leaves them out; or those that are named, by ARN also
 * from other Regions, where a name that means none is passed over.
 * Source: CloudTrail API Reference, "DescribeTrails" (trailNameList).
 */
export const describeTrails: Handler<DescribeTrailsRequest, DescribeTrailsResponse> = (input, call) => {
  const withShadows = input.includeShadowTrails ?? true;
  const named = input.trailNameList ?? [];
  const trails =
    named.length > 0
      ? named.flatMap((name) => ifFound(() => resolveAnywhere(name, call)))
      : trailsSeenBy(call.state, call.accountId).filter((trail) => isVisibleIn(trail, call.region));
  const shown = trails.filter((trail) => withShadows || isAtHome(trail, call));
  return { trailList: [...new Map(shown.map((trail) => [trail.arn, toTrail(trail)])).values()] };
};

/** Every trail that the account sees on one page: five a Region make fewer than one page of AWS's. */
export const listTrails: Handler<ListTrailsRequest, ListTrailsResponse> = (input, call) => {
  if (input.NextToken !== undefined)
    throw new WireError('InvalidNextTokenException', 'The next token is not valid.');
  const trails = trailsSeenBy(call.state, call.accountId);
  return {
    Trails: trails.map((trail) => ({ TrailARN: trail.arn, Name: trail.name, HomeRegion: trail.homeRegion })),
  };
};

/** A trail of the organization is a shadow in every account but its owner's. */
function isAtHome(trail: TrailDocument, { accountId, region }: Call): boolean {
  return trail.homeRegion === region && trail.accountId === accountId;
}

function ifFound<T>(find: () => T): T[] {
  try {
    return [find()];
  } catch (error) {
    if (error instanceof WireError && error.code === 'TrailNotFoundException') return [];
    throw error;
  }
}
