// SPDX-License-Identifier: Apache-2.0
import type { DashboardWidget } from './dashboard.js';
import { fillParameters } from './fill-parameters.js';

/** Stands for an id in the statements of managed dashboards, where no text can stand. */
const storeParameter = '$EventDataStoreId$';
const storeIdForm = /^[a-zA-Z0-9-]{3,256}$/;

/**
 * The statement of a widget with values for what its parameters name; undefined when there is no value for one of them, or not
 * one for each `?`. Source: CloudTrail API Reference, "RequestWidget", "StartDashboardRefresh" (QueryParameterValues).
 * @param values by name: `$StartTime$`, `$EndTime$`, `$Period$`, `$EventDataStoreId$`
 */
export function widgetQuery(
  { queryStatement, queryParameters = [] }: Pick<DashboardWidget, 'queryStatement' | 'queryParameters'>,
  values: Readonly<Record<string, string>>,
): string | undefined {
  const given = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
  const filledIn = queryParameters.map((name) => (name.startsWith('$') ? given(name) : name));
  if (filledIn.includes(undefined)) return undefined;
  const sql =
    queryParameters.length === 0 ? queryStatement : fillParameters(queryStatement, filledIn as string[]);
  if (sql?.includes(storeParameter) !== true) return sql;
  const store = given(storeParameter);
  return store !== undefined && storeIdForm.test(store) ? sql.replaceAll(storeParameter, store) : undefined;
}

/** Values that queries of a dashboard have where nobody gives others: the last 24 hours. */
export function defaultParameters(nowMs: number): Readonly<Record<string, string>> {
  const toText = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
  return { $StartTime$: toText(nowMs - 86_400_000), $EndTime$: toText(nowMs), $Period$: 'hour' };
}
