// SPDX-License-Identifier: Apache-2.0
import type { StartDashboardRefreshRequest, StartDashboardRefreshResponse } from '@aws-sdk/client-cloudtrail';
import {
  type DashboardDocument,
  dashboardArn,
  dashboardKey,
  refreshIdOf,
} from '../../../event-data-stores/dashboard.js';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
  segmentKindOf,
} from '../../../event-data-stores/event-data-store.js';
import { storeNeed } from '../../../event-data-stores/store-policy.js';
import { takesEvents } from '../../../event-data-stores/takes-events.js';
import { defaultParameters } from '../../../event-data-stores/widget-query.js';
import { decideForService } from '../../../identity/policy/decide-for-service.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { putQuery } from '../queries/put-query.js';
import { MemberRules } from '../verify-members.js';
import type { DashboardDependencies } from './dashboard-handlers.js';
import { findDashboard, noteDashboard } from './find-dashboard.js';
import { statementOf, storesOfWidget } from './widgets.js';

const parameterKey = { min: 3, max: 128, pattern: /^[a-zA-Z0-9._/\-:$]+$/ };
const parameterValue = { min: 1, max: 128, pattern: /^[a-zA-Z0-9._/\-:]+$/ };

/**
 * Starts the queries of all widgets, as CloudTrail Lake queries under their aliases and one refresh id.
 * Source: CloudTrail API Reference, "StartDashboardRefresh".
 */
export function startRefreshHandler(
  deps: DashboardDependencies,
): Handler<StartDashboardRefreshRequest, StartDashboardRefreshResponse> {
  return async (input, call) => {
    const rules = new MemberRules();
    for (const [key, value] of Object.entries(input.QueryParameterValues ?? {}))
      rules
        .text('queryParameterValues.key', key, parameterKey)
        .text('queryParameterValues.value', value, parameterValue);
    rules.verify();
    const dashboard = findDashboard(input.DashboardId, call);
    verifyParameters(Object.keys(input.QueryParameterValues ?? {}), dashboard);
    const values = { ...valuesFor(dashboard, call), ...input.QueryParameterValues };
    if (dashboard.type === 'MANAGED' && values.$EventDataStoreId$ === undefined)
      throw invalid('$EventDataStoreId$ is required for a managed dashboard.');
    const refreshId = refreshIdOf(call.receivedAtMs, numberOf(deps.newId()));
    const queryIds: Record<string, string> = {};
    for (const widget of dashboard.widgets) {
      const sql = statementOf(widget, values);
      const stores = await storesOfWidget(sql, call, deps);
      for (const store of stores) verifyMayAsk(store, dashboard, call);
      const facts = { alias: widget.queryAlias, refreshId };
      queryIds[widget.queryAlias] = startQuery({ id: deps.newId(), sql, stores, facts }, call);
    }
    const { lastRefreshFailureReason: _, ...rest } = dashboard;
    const refreshed: DashboardDocument = {
      ...(isScheduled(call) ? rest : dashboard),
      lastRefresh: { id: refreshId, startedAtMs: call.receivedAtMs, queryIds },
      ...(isScheduled(call) ? { scheduledFromMs: call.receivedAtMs } : {}),
    };
    call.state.put(dashboardKey(dashboard), refreshed);
    noteDashboard(dashboard, call);
    return { RefreshId: refreshId };
  };
}

/** Source: CloudTrail API Reference, "StartDashboardRefresh" (QueryParameterValues): which are valid for which dashboards. */
function verifyParameters(names: readonly string[], { type }: DashboardDocument): void {
  const known = [
    '$StartTime$',
    '$EndTime$',
    '$Period$',
    ...(type === 'MANAGED' ? ['$EventDataStoreId$'] : []),
  ];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalid(
    `The query parameter ${unknown} is not valid for this dashboard. It can be ${known.join(', ')}.`,
  );
}

function invalid(message: string): WireError {
  return new WireError('ValidationException', message, { status: 400 });
}

/** By CloudTrail itself, at the time that the dashboard's schedule says. */
function isScheduled({ principal }: Call): boolean {
  return principal.kind === 'service';
}

/** Nobody is there to name the event data store of a managed dashboard when its schedule starts it: the first with trail events. */
function valuesFor(dashboard: DashboardDocument, call: Call): Record<string, string> {
  const values: Record<string, string> = { ...defaultParameters(call.receivedAtMs) };
  if (dashboard.type !== 'MANAGED' || !isScheduled(call)) return values;
  const stores = call.state.list<EventDataStoreDocument>(
    `event-data-store/${call.accountId}/${call.region}/`,
  );
  const first = stores.find(({ value }) => takesEvents(value) && segmentKindOf(value) === 'cloudtrail');
  if (first !== undefined) values.$EventDataStoreId$ = first.value.id;
  return values;
}

/**
 * CloudTrail asks a store on the dashboard's behalf: by the store's resource policy, or because whoever asks for the refresh
 * might ask the store himself. Source: CloudTrail User Guide, "Example: Allow CloudTrail to run queries to refresh a dashboard".
 */
function verifyMayAsk(store: EventDataStoreDocument, dashboard: DashboardDocument, call: Call): void {
  const need = storeNeed('cloudtrail:StartQuery', store, store, call.state);
  const source = { 'aws:SourceArn': dashboardArn(dashboard), 'aws:SourceAccount': dashboard.accountId };
  const service = { kind: 'service', service: 'cloudtrail.amazonaws.com' } as const;
  const asService = { ...need, context: { ...need.context, ...source } };
  if (decideForService(service, asService).isAllowed) return;
  if (!isScheduled(call) && call.decide(need).isAllowed) return;
  const message = `CloudTrail is not authorized to perform: cloudtrail:StartQuery on resource: ${eventDataStoreArn(store)} because no resource-based policy allows it`;
  throw new WireError('AccessDeniedException', message, { status: 400 });
}

/** Queries are somebody's: those of a schedule the account's own. */
function startQuery(query: Parameters<typeof putQuery>[0], call: Call): string {
  const { accountId } = call;
  const principal = isScheduled(call)
    ? ({ kind: 'root', accountId, accessKeyId: '' } as const)
    : call.principal;
  try {
    return putQuery(query, { ...call, principal }).id;
  } catch (error) {
    if (!(error instanceof WireError) || error.code !== 'MaxConcurrentQueriesException') throw error;
    throw new WireError('ServiceQuotaExceededException', error.message, { cause: error });
  }
}

/** Of a UUID's last digits. */
function numberOf(id: string): number {
  return Number.parseInt(id.slice(-8), 16);
}
