// SPDX-License-Identifier: Apache-2.0
import type {
  CreateDashboardRequest,
  CreateDashboardResponse,
  DeleteDashboardRequest,
  DeleteDashboardResponse,
  GetDashboardRequest,
  GetDashboardResponse,
  ListDashboardsRequest,
  ListDashboardsResponse,
  UpdateDashboardRequest,
  UpdateDashboardResponse,
} from '@aws-sdk/client-cloudtrail';
import {
  type DashboardDocument,
  type DashboardWidget,
  dashboardArn,
  dashboardKey,
  dashboardPrefix,
} from '../../../event-data-stores/dashboard.js';
import { highlightsName, highlightsWidgets } from '../../../event-data-stores/highlights.js';
import { queryAliasKey } from '../../../event-data-stores/lake-query.js';
import { toTagList, toTagRecord } from '../../../trails/trail-tags.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { pageOfDocuments } from '../page-of-documents.js';
import type { LakeDependencies } from '../queries/lake-dependencies.js';
import { verifyTags } from '../tag-handlers.js';
import { MemberRules } from '../verify-members.js';
import { conflict, findDashboard, noteDashboard } from './find-dashboard.js';
import { readSchedule, toSchedule, verifyHighlightsSchedule } from './refresh-schedules.js';
import { readWidgets, toWidgets, verifyWidgets, widgetsRule } from './widgets.js';

export interface DashboardDependencies {
  /** A UUID, never the same twice. */
  readonly newId: () => string;
  readonly lake?: LakeDependencies;
}

/** Custom ones of a Region. Source: CloudTrail User Guide, "Quotas in AWS CloudTrail". */
const dashboardsMax = 100;
const nameRule = { min: 3, max: 128, pattern: /^[a-zA-Z0-9_-]+$/ };

/** Source: CloudTrail API Reference, "CreateDashboard". */
export function createDashboardHandler(
  deps: DashboardDependencies,
): Handler<CreateDashboardRequest, CreateDashboardResponse> {
  return async (input, call) => {
    const { Name: name = '', TagsList: tagList = [], TerminationProtectionEnabled = false } = input;
    widgetsRule(new MemberRules().text('name', name, nameRule), input.Widgets).verify();
    const refreshSchedule = readSchedule(input.RefreshSchedule);
    const isHighlights = name === highlightsName;
    if (isHighlights) verifyHighlightsSchedule(refreshSchedule, input.Widgets);
    const tags = toTagRecord(tagList);
    verifyTags(tagList, tags);
    const { accountId, region, receivedAtMs } = call;
    verifyPlace(name, call);
    const widgets = isHighlights ? highlightsWidgets : readWidgets(input.Widgets ?? [], [], deps.newId);
    if (!isHighlights) await verifyWidgets(widgets, call, deps);
    const dashboard: DashboardDocument = {
      name,
      accountId,
      region,
      type: isHighlights ? 'MANAGED' : 'CUSTOM',
      status: 'CREATED',
      widgets,
      ...(refreshSchedule === undefined ? {} : { refreshSchedule, scheduledFromMs: receivedAtMs }),
      isTerminationProtected: TerminationProtectionEnabled,
      tags,
      createdAtMs: receivedAtMs,
      updatedAtMs: receivedAtMs,
    };
    call.state.put(dashboardKey(dashboard), dashboard);
    noteDashboard(dashboard, call);
    return { ...toSettings(dashboard), ...(tagList.length === 0 ? {} : { TagsList: toTagList(tags) }) };
  };
}

/** Source: CloudTrail API Reference, "UpdateDashboard". The widgets that are given are all that it has then. */
export function updateDashboardHandler(
  deps: DashboardDependencies,
): Handler<UpdateDashboardRequest, UpdateDashboardResponse> {
  return async (input, call) => {
    widgetsRule(new MemberRules(), input.Widgets).verify();
    const dashboard = findDashboard(input.DashboardId, call);
    const isManaged = dashboard.type === 'MANAGED';
    if (isManaged && input.Widgets !== undefined)
      throw new WireError(
        'UnsupportedOperationException',
        'The widgets of a managed dashboard cannot be changed.',
      );
    const schedule = readSchedule(input.RefreshSchedule, dashboard.refreshSchedule);
    const widgets =
      input.Widgets === undefined
        ? dashboard.widgets
        : readWidgets(input.Widgets, dashboard.widgets, deps.newId);
    if (input.Widgets !== undefined) await verifyWidgets(widgets, call, deps);
    forgetAliases(without(dashboard.widgets, widgets), call);
    const updated: DashboardDocument = {
      ...dashboard,
      widgets,
      status: 'UPDATED',
      ...(input.RefreshSchedule === undefined || schedule === undefined
        ? {}
        : { refreshSchedule: schedule, scheduledFromMs: call.receivedAtMs }),
      isTerminationProtected: input.TerminationProtectionEnabled ?? dashboard.isTerminationProtected,
      updatedAtMs: call.receivedAtMs,
    };
    call.state.put(dashboardKey(updated), updated);
    noteDashboard(updated, call);
    const { createdAtMs, updatedAtMs } = updated;
    return {
      ...toSettings(updated),
      CreatedTimestamp: new Date(createdAtMs),
      UpdatedTimestamp: new Date(updatedAtMs),
    };
  };
}

/** Source: CloudTrail API Reference, "GetDashboard". */
export const getDashboard: Handler<GetDashboardRequest, GetDashboardResponse> = (input, call) => {
  const dashboard = findDashboard(input.DashboardId, call);
  const { Name: _, ...settings } = toSettings(dashboard);
  const { lastRefresh, lastRefreshFailureReason } = dashboard;
  return {
    ...settings,
    Status: dashboard.status,
    CreatedTimestamp: new Date(dashboard.createdAtMs),
    UpdatedTimestamp: new Date(dashboard.updatedAtMs),
    ...(lastRefresh === undefined ? {} : { LastRefreshId: lastRefresh.id }),
    ...(lastRefreshFailureReason === undefined ? {} : { LastRefreshFailureReason: lastRefreshFailureReason }),
  };
};

/** Source: CloudTrail API Reference, "ListDashboards". */
export const listDashboards: Handler<ListDashboardsRequest, ListDashboardsResponse> = (input, call) => {
  const { NamePrefix: namePrefix = '', Type: type } = input;
  new MemberRules()
    .number('maxResults', input.MaxResults, 1, 1_000)
    .text('namePrefix', input.NamePrefix, nameRule)
    .oneOf('type', type, ['MANAGED', 'CUSTOM'])
    .verify();
  const { documents, nextToken } = pageOfDocuments<DashboardDocument>(
    call,
    dashboardPrefix(call.accountId, call.region),
    input,
    1_000,
    [namePrefix, type],
    (each) => each.name.startsWith(namePrefix) && (type === undefined || each.type === type),
  );
  return {
    Dashboards: documents.map((each) => ({ DashboardArn: dashboardArn(each), Type: each.type })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
  };
};

/** Source: CloudTrail API Reference, "DeleteDashboard". */
export const deleteDashboard: Handler<DeleteDashboardRequest, DeleteDashboardResponse> = (input, call) => {
  const dashboard = findDashboard(input.DashboardId, call);
  if (dashboard.isTerminationProtected)
    throw conflict(`The dashboard ${dashboard.name} has termination protection enabled.`);
  call.state.delete(dashboardKey(dashboard));
  forgetAliases(dashboard.widgets, call);
  noteDashboard(dashboard, call);
  return {};
};

function without(widgets: readonly DashboardWidget[], kept: readonly DashboardWidget[]): DashboardWidget[] {
  return widgets.filter((widget) => !kept.some(({ queryAlias }) => queryAlias === widget.queryAlias));
}

/** Nobody can start their queries any more: what tells the last one of each would stay for good. */
function forgetAliases(widgets: readonly DashboardWidget[], { state, accountId, region }: Call): void {
  for (const { queryAlias } of widgets) {
    const key = queryAliasKey(accountId, region, queryAlias);
    if (state.get(key) !== undefined) state.delete(key);
  }
}

function verifyPlace(name: string, call: Call): void {
  const { accountId, region } = call;
  if (call.state.get(dashboardKey({ accountId, region, name })) !== undefined)
    throw conflict(`A dashboard with the name ${name} already exists.`);
  call.state.put(`dashboard-names/${accountId}/${region}`, { changedBy: call.requestId });
  const others = call.state.list<DashboardDocument>(dashboardPrefix(accountId, region));
  if (name !== highlightsName && others.length >= dashboardsMax)
    throw new WireError(
      'ServiceQuotaExceededException',
      `The account has the maximum number of dashboards in ${region}: ${dashboardsMax}.`,
    );
}

function toSettings(dashboard: DashboardDocument): CreateDashboardResponse {
  const { name, type, widgets, refreshSchedule, isTerminationProtected } = dashboard;
  return {
    DashboardArn: dashboardArn(dashboard),
    Name: name,
    Type: type,
    Widgets: toWidgets(widgets),
    ...(refreshSchedule === undefined ? {} : { RefreshSchedule: toSchedule(refreshSchedule) }),
    TerminationProtectionEnabled: isTerminationProtected,
  };
}
