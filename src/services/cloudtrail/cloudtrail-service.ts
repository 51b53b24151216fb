// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { EventStore } from '../../ports/event-store.js';
import type { SideDeliveryStatus, TrailDeliveryStatus } from '../../trails/delivery-status.js';
import type { ServiceModel } from '../../wire/service-model.js';
import type { Service } from '../service.js';
import { deleteTrail, startLogging, stopLogging } from './change-logging.js';
import { createTrail } from './create-trail.js';
import { getTrailStatusHandler } from './get-trail-status.js';
import { lookupEventsHandler } from './lookup-events.js';
import { describeTrails, getEventSelectors, getTrail, listTrails } from './read-trails.js';
import { addTags, listTags, removeTags } from './tag-handlers.js';
import { updateTrail } from './update-trail.js';

export interface CloudTrailDependencies {
  readonly model: ServiceModel;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  /** How long after it entered Cairn an event can be looked up (AWS: 90 days). */
  readonly lookupWindowMs: number;
  /** LookupEvents calls a second for each account and Region (AWS: 2); unlimited when left out. */
  readonly lookupsPerSecondMax?: number;
  /** How a trail's deliveries stand; undefined while there were none. */
  readonly deliveryStatus: (trailArn: string) => TrailDeliveryStatus | undefined;
  readonly digestStatus?: (trailArn: string) => SideDeliveryStatus | undefined;
  readonly logGroupStatus?: (trailArn: string) => SideDeliveryStatus | undefined;
}

/** CloudTrail's front: the event history and trails. */
export function createCloudTrailService(deps: CloudTrailDependencies): Service {
  return {
    model: deps.model,
    eventSource: 'cloudtrail.amazonaws.com',
    handlers: {
      AddTags: addTags,
      CreateTrail: createTrail,
      DeleteTrail: deleteTrail,
      DescribeTrails: describeTrails,
      GetEventSelectors: getEventSelectors,
      GetTrail: getTrail,
      GetTrailStatus: getTrailStatusHandler(deps),
      ListTags: listTags,
      ListTrails: listTrails,
      LookupEvents: lookupEventsHandler(deps),
      RemoveTags: removeTags,
      StartLogging: startLogging,
      StopLogging: stopLogging,
      UpdateTrail: updateTrail,
    },
    partly: {
      AddTags: { missing: 'trails only: event data stores, channels and dashboards do not exist yet' },
      CreateTrail: { missing: 'digest files, SNS notices, KMS keys, CloudWatch Logs, organization trails' },
      GetEventSelectors: {
        missing: 'every trail has the default selector: PutEventSelectors is not there yet',
      },
      ListTags: { missing: 'trails only: event data stores, channels and dashboards do not exist yet' },
      RemoveTags: { missing: 'trails only: event data stores, channels and dashboards do not exist yet' },
      UpdateTrail: { missing: 'digest files, SNS notices, KMS keys, CloudWatch Logs, organization trails' },
    },
  };
}
