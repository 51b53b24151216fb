// SPDX-License-Identifier: Apache-2.0
import type { RequestWidget, Widget } from '@aws-sdk/client-cloudtrail';
import type { DashboardWidget } from '../../../event-data-stores/dashboard.js';
import type { EventDataStoreDocument } from '../../../event-data-stores/event-data-store.js';
import { defaultParameters, widgetQuery } from '../../../event-data-stores/widget-query.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import {
  invalidStoreArn,
  placeOfTable,
  storeAt,
  storeNotFound,
  verifyActive,
} from '../event-data-stores/find-store.js';
import { verifyStoreKeyUsable } from '../event-data-stores/store-key.js';
import { checkStatement, invalidStatement } from '../queries/check-statement.js';
import { lakeOf } from '../queries/start-query.js';
import type { MemberRules } from '../verify-members.js';
import type { DashboardDependencies } from './dashboard-handlers.js';

/** Source: CloudTrail API Reference, "CreateDashboard": "up to 10 widgets". */
const widgetsMax = 10;
const viewKey = { min: 3, max: 128, pattern: /^[a-zA-Z0-9._-]+$/ };
const viewValue = { min: 1, max: 128, pattern: /^[a-zA-Z0-9._\- ]+$/ };

export function widgetsRule(rules: MemberRules, widgets: readonly RequestWidget[] | undefined): MemberRules {
  for (const [at, widget] of (widgets ?? []).slice(0, widgetsMax).entries()) {
    const path = `widgets.${at + 1}.member`;
    rules
      .text(`${path}.queryStatement`, widget.QueryStatement, { min: 1, max: 10_000 })
      .count(`${path}.queryParameters`, widget.QueryParameters, 1, 10);
    for (const parameter of widget.QueryParameters ?? [])
      rules.text(`${path}.queryParameters.member`, parameter, { min: 1, max: 1_024 });
    for (const [key, value] of Object.entries(widget.ViewProperties ?? {}))
      rules
        .text(`${path}.viewProperties.key`, key, viewKey)
        .text(`${path}.viewProperties.value`, value, viewValue);
  }
  return rules;
}

/** Widgets as they are kept. One that asks what one of before has asked keeps its alias. */
export function readWidgets(
  given: readonly RequestWidget[],
  before: readonly DashboardWidget[],
  newId: () => string,
): DashboardWidget[] {
  if (given.length > widgetsMax)
    throw new WireError(
      'ServiceQuotaExceededException',
      `A dashboard can have up to ${widgetsMax} widgets; there are ${given.length}.`,
    );
  const free = [...before];
  return given.map(({ QueryStatement = '', QueryParameters, ViewProperties = {} }) => {
    const at = free.findIndex(({ queryStatement }) => queryStatement === QueryStatement);
    const [same] = at < 0 ? [] : free.splice(at, 1);
    return {
      queryAlias: same?.queryAlias ?? `Widget-${newId()}`,
      queryStatement: QueryStatement,
      ...(QueryParameters === undefined ? {} : { queryParameters: QueryParameters }),
      viewProperties: ViewProperties,
    };
  });
}

export function toWidgets(widgets: readonly DashboardWidget[]): Widget[] {
  return widgets.map(({ queryAlias, queryStatement, queryParameters, viewProperties }) => ({
    QueryAlias: queryAlias,
    QueryStatement: queryStatement,
    ...(queryParameters === undefined ? {} : { QueryParameters: [...queryParameters] }),
    ViewProperties: { ...viewProperties },
  }));
}

/**
 * Refuses widgets whose statements cannot be read, or whose stores are not there or are shut by their KMS keys: with values for
 * their parameters. Source: CloudTrail API Reference, "CreateDashboard" (InsufficientEncryptionPolicyException).
 */
export async function verifyWidgets(
  widgets: readonly DashboardWidget[],
  call: Call,
  deps: DashboardDependencies,
): Promise<void> {
  const values = defaultParameters(call.receivedAtMs);
  for (const widget of widgets)
    for (const store of await storesOfWidget(statementOf(widget, values), call, deps))
      verifyStoreKeyUsable(store, call);
}

/** The stores that a statement asks, each once: of the caller's account. Whether they may be asked is another question. */
export async function storesOfWidget(
  sql: string,
  call: Call,
  deps: DashboardDependencies,
): Promise<EventDataStoreDocument[]> {
  const tables = await checkStatement(sql, lakeOf(deps).engine);
  const stores = new Map<string, EventDataStoreDocument>();
  for (const { catalog, schema, table } of tables) {
    const place = catalog === undefined && schema === undefined ? placeOfTable(table, call) : undefined;
    if (place === undefined) throw invalidStoreArn(table);
    const store = place.region === call.region ? storeAt(place, call) : undefined;
    if (store === undefined || store.accountId !== call.accountId) throw storeNotFound(table);
    stores.set(store.id, verifyActive(store));
  }
  return [...stores.values()];
}

/** Throws InvalidQueryStatementException for a parameter that has no value. */
export function statementOf(widget: DashboardWidget, values: Readonly<Record<string, string>>): string {
  const sql = widgetQuery(widget, values);
  if (sql !== undefined) return sql;
  throw invalidStatement(`The parameters of the query ${widget.queryAlias} do not fit its statement.`);
}
