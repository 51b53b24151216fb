// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../ports/event-log.js';
import { globalRegion, isGlobalService } from '../record/global-services.js';
import { compiledSelectors } from './selectors/compile-selectors.js';
import { topLevelString } from './top-level-string.js';
import { type TrailRoute, trailIdOf } from './trail-fold.js';

/**
 * True when a trail that logs gets a record: one of its account, of every Region or of its own, that its selectors ask for.
 * Without selectors these are all management events, known by their category alone.
 *
 * Events of global services are recorded in us-east-1 and nowhere else, so a single-Region trail elsewhere does not
 * get them whatever its IncludeGlobalServiceEvents says, and one in us-east-1 leaves them out when it says no.
 * Source: CloudTrail User Guide, "Trail concepts: global service events" (as of November 22, 2021).
 */
export function selectsRecord(trail: TrailRoute, record: LoggedRecord): boolean {
  if (record.forTrail !== undefined) return record.forTrail === trailIdOf(trail.arn, trail.createdAtMs);
  if (record.accountId !== trail.accountId || !isInItsRegions(trail, record)) return false;
  if (trail.selectors === undefined) return record.category === 'Management';
  return compiledSelectors(trail.selectors).selects(record);
}

function isInItsRegions(trail: TrailRoute, record: LoggedRecord): boolean {
  if (trail.isMultiRegion) return true;
  if (record.region !== trail.homeRegion) return false;
  return trail.includeGlobal || record.region !== globalRegion || !isGlobalEvent(record);
}

/** STS in us-east-1 counts: a record does not tell whether the global endpoint was called or the Region's own. */
function isGlobalEvent(record: LoggedRecord): boolean {
  const source = topLevelString(record.json, 'eventSource');
  return source !== undefined && (isGlobalService(source) || source === 'sts.amazonaws.com');
}
