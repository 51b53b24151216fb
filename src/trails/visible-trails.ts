// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../ports/state-store.js';
import { type TrailDocument, trailPrefix } from './trail.js';

/** What is needed of state to list trails: a StateStore, or the state of a call. */
export interface TrailState {
  list<T>(prefix: string): StateEntry<T>[];
}

/** Every trail of an account, whatever its home Region, in the order of Region and name. */
export function trailsOfAccount(state: TrailState, accountId: string): TrailDocument[] {
  return state.list<TrailDocument>(`${trailPrefix}${accountId}/`).map((entry) => entry.value);
}

/** True where a Region shows the trail: at home, and as a shadow trail in every Region when it is multi-Region. */
export function isVisibleIn(trail: TrailDocument, region: string): boolean {
  return trail.homeRegion === region || trail.isMultiRegionTrail;
}

/**
 * A document of the account that every call writes which adds a trail or moves it to other Regions: how many trails a
 * Region has is no single value, so two calls that each find the last place must be made to meet somewhere.
 */
export function trailPlacesKey(accountId: string): string {
  return `trail-places/${accountId}`;
}

/** Trails a Region may have; shadow trails count. Source: CloudTrail User Guide, "Quotas in AWS CloudTrail". */
export const trailsPerRegionMax = 5;

/**
 * The Region that would hold more trails than it may when `candidate` is added to (or changed in) `trails`; undefined
 * when there is room. A multi-Region trail takes a place in every Region, so one that is full elsewhere counts too.
 */
export function fullRegion(trails: readonly TrailDocument[], candidate: TrailDocument): string | undefined {
  const others = trails.filter((trail) => trail.arn !== candidate.arn);
  const regions = new Set([candidate.homeRegion]);
  if (candidate.isMultiRegionTrail) for (const trail of others) regions.add(trail.homeRegion);
  for (const region of regions) {
    if (others.filter((trail) => isVisibleIn(trail, region)).length >= trailsPerRegionMax) return region;
  }
  return undefined;
}

/** A trail of the same name that some Region would show beside `candidate`. */
export function sameNameTrail(
  trails: readonly TrailDocument[],
  candidate: TrailDocument,
): TrailDocument | undefined {
  return trails.find(
    (trail) =>
      trail.arn !== candidate.arn &&
      trail.name === candidate.name &&
      (isVisibleIn(trail, candidate.homeRegion) || isVisibleIn(candidate, trail.homeRegion)),
  );
}
