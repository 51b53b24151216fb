// SPDX-License-Identifier: Apache-2.0
import type { GetTrailStatusRequest, GetTrailStatusResponse } from '@aws-sdk/client-cloudtrail';
import type { TrailDeliveryStatus } from '../../trails/delivery-status.js';
import type { TrailDocument } from '../../trails/trail.js';
import type { Handler } from '../service.js';
import type { CloudTrailDependencies } from './cloudtrail-service.js';
import { resolveForReading } from './resolve-trail.js';

/** Source: CloudTrail API Reference, "GetTrailStatus"; the texts that are "no longer in use" still come, as from AWS. */
export function getTrailStatusHandler(
  deps: CloudTrailDependencies,
): Handler<GetTrailStatusRequest, GetTrailStatusResponse> {
  return (input, call) => {
    const trail = resolveForReading(input.Name, call);
    const status = deps.deliveryStatus(trail.arn);
    // A status that outlived its trail says nothing of a new one under the same name.
    return toStatus(trail, status?.trailCreatedAtMs === trail.createdAtMs ? status : undefined);
  };
}

function toStatus(trail: TrailDocument, status: TrailDeliveryStatus | undefined): GetTrailStatusResponse {
  const succeeded = status?.latestError === undefined;
  return {
    IsLogging: trail.isLogging,
    ...(succeeded ? {} : { LatestDeliveryError: status.latestError }),
    ...(status?.latestDeliveryMs === undefined
      ? {}
      : { LatestDeliveryTime: new Date(status.latestDeliveryMs) }),
    ...(trail.startLoggingAtMs === undefined ? {} : { StartLoggingTime: new Date(trail.startLoggingAtMs) }),
    ...(trail.stopLoggingAtMs === undefined ? {} : { StopLoggingTime: new Date(trail.stopLoggingAtMs) }),
    LatestDeliveryAttemptTime: toText(status?.latestAttemptMs),
    LatestNotificationAttemptTime: '',
    LatestNotificationAttemptSucceeded: '',
    LatestDeliveryAttemptSucceeded: toText(status?.latestDeliveryMs),
    TimeLoggingStarted: toText(trail.startLoggingAtMs),
    TimeLoggingStopped: toText(trail.stopLoggingAtMs),
  };
}

/** `2026-11-21T10:00:00Z`, or the empty text where there is no time. */
function toText(timeMs: number | undefined): string {
  return timeMs === undefined ? '' : `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
