// SPDX-License-Identifier: Apache-2.0
import type { Handler } from '../service.js';
import { createStoreHandler } from './event-data-stores/create-store.js';
import { disableFederation, enableFederation } from './event-data-stores/federation.js';
import { getEventDataStore, listEventDataStores } from './event-data-stores/read-stores.js';
import {
  deleteEventDataStore,
  restoreEventDataStore,
  startIngestion,
  stopIngestion,
} from './event-data-stores/store-life.js';
import { updateEventDataStore } from './event-data-stores/update-store.js';
import { cancelQuery } from './queries/cancel-query.js';
import { describeQuery } from './queries/describe-query.js';
import { getQueryResultsHandler } from './queries/get-query-results.js';
import type { LakeDependencies } from './queries/lake-dependencies.js';
import { listQueries } from './queries/list-queries.js';
import { startQueryHandler } from './queries/start-query.js';
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
} from './resource-policies/resource-policies.js';

/** CloudTrail Lake: event data stores, their queries, resource policies. */
export function lakeHandlers(deps: {
  readonly newId: () => string;
  readonly lake?: LakeDependencies;
}): Readonly<Record<string, Handler>> {
  return {
    CancelQuery: cancelQuery,
    CreateEventDataStore: createStoreHandler(() => deps.newId()),
    DeleteEventDataStore: deleteEventDataStore,
    DeleteResourcePolicy: deleteResourcePolicy,
    DescribeQuery: describeQuery,
    DisableFederation: disableFederation,
    EnableFederation: enableFederation,
    GetEventDataStore: getEventDataStore,
    GetQueryResults: getQueryResultsHandler(deps),
    GetResourcePolicy: getResourcePolicy,
    ListEventDataStores: listEventDataStores,
    ListQueries: listQueries,
    PutResourcePolicy: putResourcePolicy,
    RestoreEventDataStore: restoreEventDataStore,
    StartEventDataStoreIngestion: startIngestion,
    StartQuery: startQueryHandler(deps),
    StopEventDataStoreIngestion: stopIngestion,
    UpdateEventDataStore: updateEventDataStore,
  };
}
