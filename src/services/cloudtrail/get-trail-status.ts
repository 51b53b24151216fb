// SPDX-License-Identifier: Apache-2.0
import type { GetTrailStatusRequest, GetTrailStatusResponse } from '@aws-sdk/client-cloudtrail';
import type { SideDeliveryStatus, TrailDeliveryStatus } from '../../trails/delivery-status.js';
import type { TrailDocument } from '../../trails/trail.js';
import type { Handler } from '../service.js';
import type { CloudTrailDependencies } from './cloudtrail-service.js';
import { resolveForReading } from './resolve-trail.js';

/** Source: CloudTrail API Reference, "GetTrailStatus"; the texts that are "no longer in use" still come, as from AWS. */
export function getTrailStatusHandler(
  deps: Pick<CloudTrailDependencies, 'deliveryStatus' | 'digestStatus' | 'logGroupStatus'>,
): Handler<GetTrailStatusRequest, GetTrailStatusResponse> {
  return (input, call) => {
    const trail = resolveForReading(input.Name, call);
    return {
      ...toStatus(trail, ofTrail(trail, deps.deliveryStatus(trail.arn))),
      ...sideStatus('Digest', ofTrail(trail, deps.digestStatus?.(trail.arn))),
      ...sideStatus('CloudWatchLogs', ofTrail(trail, deps.logGroupStatus?.(trail.arn))),
    };
  };
}

/** A status that outlived its trail says nothing of a new one under the same name. */
function ofTrail<Status extends { readonly trailCreatedAtMs: number }>(
  trail: TrailDocument,
  status: Status | undefined,
): Status | undefined {
  return status?.trailCreatedAtMs === trail.createdAtMs ? status : undefined;
}

function sideStatus(
  kind: 'Digest' | 'CloudWatchLogs',
  status: SideDeliveryStatus | undefined,
): Partial<GetTrailStatusResponse> {
  return {
    ...(status?.latestError === undefined ? {} : { [`Latest${kind}DeliveryError`]: status.latestError }),
    ...(status?.latestDeliveryMs === undefined
      ? {}
      : { [`Latest${kind}DeliveryTime`]: new Date(status.latestDeliveryMs) }),
  };
}

function toStatus(trail: TrailDocument, status: TrailDeliveryStatus | undefined): GetTrailStatusResponse {
  return {
    IsLogging: trail.isLogging,
    ...(status?.latestError === undefined ? {} : { LatestDeliveryError: status.latestError }),
    ...(status?.latestNotificationError === undefined
      ? {}
      : { LatestNotificationError: status.latestNotificationError }),
    ...(status?.latestDeliveryMs === undefined
      ? {}
      : { LatestDeliveryTime: new Date(status.latestDeliveryMs) }),
    ...(status?.latestNotificationMs === undefined
      ? {}
      : { LatestNotificationTime: new Date(status.latestNotificationMs) }),
    ...(trail.startLoggingAtMs === undefined ? {} : { StartLoggingTime: new Date(trail.startLoggingAtMs) }),
    ...(trail.stopLoggingAtMs === undefined ? {} : { StopLoggingTime: new Date(trail.stopLoggingAtMs) }),
    LatestDeliveryAttemptTime: toText(status?.latestAttemptMs),
    LatestNotificationAttemptTime: toText(status?.latestNotificationAttemptMs),
    LatestNotificationAttemptSucceeded: toText(status?.latestNotificationMs),
    LatestDeliveryAttemptSucceeded: toText(status?.latestDeliveryMs),
    TimeLoggingStarted: toText(trail.startLoggingAtMs),
    TimeLoggingStopped: toText(trail.stopLoggingAtMs),
  };
}

/** `2026-11-21T10:00:00Z`, or the empty text where there is no time. */
function toText(timeMs: number | undefined): string {
  return timeMs === undefined ? '' : `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
