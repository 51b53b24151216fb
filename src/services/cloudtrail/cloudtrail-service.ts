// SPDX-License-Identifier: Apache-2.0
import type { ForeignBuckets } from '../../buckets/foreign-buckets.js';
import type { Clock } from '../../ports/clock.js';
import type { EventStore } from '../../ports/event-store.js';
import type { SideDeliveryStatus, TrailDeliveryStatus } from '../../trails/delivery-status.js';
import type { ServiceModel } from '../../wire/service-model.js';
import type { Service } from '../service.js';
import { cloudtrailAccess } from './access.js';
import { deleteTrail, startLogging, stopLogging } from './change-logging.js';
import { createTrailHandler } from './create-trail.js';
import {
  deregisterOrganizationDelegatedAdmin,
  registerOrganizationDelegatedAdmin,
} from './delegated-admin.js';
import { getEventConfiguration, putEventConfiguration } from './event-configuration.js';
import { getEventSelectors, putEventSelectors } from './event-selectors.js';
import { getTrailStatusHandler } from './get-trail-status.js';
import { integrationHandlers } from './integration-handlers.js';
import { lakeHandlers } from './lake-handlers.js';
import { listPublicKeys } from './list-public-keys.js';
import { lookupEventsHandler } from './lookup-events.js';
import type { LakeDependencies } from './queries/lake-dependencies.js';
import { describeTrails, getTrail, listTrails } from './read-trails.js';
import { addTags, listTags, removeTags } from './tag-handlers.js';
import { updateTrailHandler } from './update-trail.js';

export interface CloudTrailDependencies {
  readonly model: ServiceModel;
  readonly eventStore: EventStore;
  readonly clock: Clock;
  /** A UUID, never the same twice. */
  readonly newId: () => string;
  /** How long after it entered Cairn an event can be looked up (AWS: 90 days). */
  readonly lookupWindowMs: number;
  /** LookupEvents calls a second for each account and Region (AWS: 2); unlimited when left out. */
  readonly lookupsPerSecondMax?: number;
  /** How a trail's deliveries stand; undefined while there were none. */
  readonly deliveryStatus: (trailArn: string) => TrailDeliveryStatus | undefined;
  readonly digestStatus?: (trailArn: string) => SideDeliveryStatus | undefined;
  /** Buckets that are not Cairn's own; without it there are none. */
  readonly foreignBuckets?: ForeignBuckets;
  /** What Lake queries run on; without it none are started. */
  readonly lake?: LakeDependencies;
  readonly logGroupStatus?: (trailArn: string) => SideDeliveryStatus | undefined;
}

/** CloudTrail's front: the event history and trails. */
export function createCloudTrailService(deps: CloudTrailDependencies): Service {
  return {
    model: deps.model,
    eventSource: 'cloudtrail.amazonaws.com',
    access: cloudtrailAccess,
    handlers: {
      ...integrationHandlers(deps),
      ...lakeHandlers(deps),
      AddTags: addTags,
      CreateTrail: createTrailHandler(deps),
      DeleteTrail: deleteTrail,
      DeregisterOrganizationDelegatedAdmin: deregisterOrganizationDelegatedAdmin,
      DescribeTrails: describeTrails,
      GetEventConfiguration: getEventConfiguration,
      GetEventSelectors: getEventSelectors,
      GetTrail: getTrail,
      GetTrailStatus: getTrailStatusHandler(deps),
      ListPublicKeys: listPublicKeys,
      ListTags: listTags,
      ListTrails: listTrails,
      LookupEvents: lookupEventsHandler(deps),
      PutEventConfiguration: putEventConfiguration,
      PutEventSelectors: putEventSelectors,
      RegisterOrganizationDelegatedAdmin: registerOrganizationDelegatedAdmin,
      RemoveTags: removeTags,
      StartLogging: startLogging,
      StopLogging: stopLogging,
      UpdateTrail: updateTrailHandler(deps),
    },
    partly: {
      CreateEventDataStore: {
        missing: 'stores for Insights events, configuration items and evidence, which stay empty',
      },
      EnableFederation: { missing: 'the switch alone: there is no Glue Data Catalog to show the store in' },
      PutEventConfiguration: {
        missing:
          'of event data stores: tags of resources that Cairn has no part in; the service-linked role for tags is not made',
      },
    },
  };
}
