// SPDX-License-Identifier: Apache-2.0
import { type DashboardDocument, dashboardPrefix } from '../../../event-data-stores/dashboard.js';
import { fillParameters } from '../../../event-data-stores/fill-parameters.js';
import type { Call } from '../../service.js';
import { invalidParameter } from '../event-data-stores/store-members.js';

/**
 * The statement of a dashboard's widget by its alias, with the parameters filled in; undefined when no dashboard of the
 * account has the alias. Source: CloudTrail API Reference, "StartQuery" (QueryAlias, QueryParameters).
 */
export function statementOfAlias(
  alias: string,
  parameters: readonly string[],
  { state, accountId, region }: Pick<Call, 'state' | 'accountId' | 'region'>,
): string | undefined {
  const dashboards = state.list<DashboardDocument>(dashboardPrefix(accountId, region));
  const widget = dashboards
    .flatMap(({ value }) => value.widgets)
    .find(({ queryAlias }) => queryAlias === alias);
  if (widget === undefined) return undefined;
  const filled = fillParameters(widget.queryStatement, parameters);
  if (filled === undefined)
    throw invalidParameter(`The query alias ${alias} needs another number of query parameters.`);
  return filled;
}
