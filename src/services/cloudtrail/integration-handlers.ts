// SPDX-License-Identifier: Apache-2.0
import type { Handler } from '../service.js';
import {
  createChannelHandler,
  deleteChannel,
  getChannel,
  listChannels,
  updateChannel,
} from './channels/channel-handlers.js';
import {
  createDashboardHandler,
  type DashboardDependencies,
  deleteDashboard,
  getDashboard,
  listDashboards,
  updateDashboardHandler,
} from './dashboards/dashboard-handlers.js';
import { startRefreshHandler } from './dashboards/start-refresh.js';
import { getImport, listImportFailures, listImports, stopImport } from './imports/import-handlers.js';
import { type StartImportDependencies, startImportHandler } from './imports/start-import.js';
import { searchSampleQueries } from './sample-queries/search-sample-queries.js';

export type IntegrationDependencies = StartImportDependencies & DashboardDependencies;

/** The operations about channels, imports, dashboards and sample queries. */
export function integrationHandlers(deps: IntegrationDependencies): Readonly<Record<string, Handler>> {
  return {
    CreateChannel: createChannelHandler(deps),
    CreateDashboard: createDashboardHandler(deps),
    DeleteChannel: deleteChannel,
    DeleteDashboard: deleteDashboard,
    GetChannel: getChannel,
    GetDashboard: getDashboard,
    GetImport: getImport,
    ListChannels: listChannels,
    ListDashboards: listDashboards,
    ListImportFailures: listImportFailures,
    ListImports: listImports,
    SearchSampleQueries: searchSampleQueries,
    StartDashboardRefresh: startRefreshHandler(deps),
    StartImport: startImportHandler(deps),
    StopImport: stopImport,
    UpdateChannel: updateChannel,
    UpdateDashboard: updateDashboardHandler(deps),
  };
}
