// SPDX-License-Identifier: Apache-2.0
import type { DashboardWidget } from './dashboard.js';

/** The dashboard that CloudTrail itself keeps. Source: CloudTrail API Reference, "CreateDashboard" (Name). */
export const highlightsName = 'AWSCloudTrail-Highlights';

const parameters = ['$StartTime$', '$EndTime$'];
const within = "eventTime >= '?' AND eventTime < '?'";

function widget(
  name: string,
  chart: string,
  columns: string,
  condition: string,
  rest: string,
): DashboardWidget {
  return {
    queryAlias: `${highlightsName}-${name}`,
    queryStatement: `SELECT ${columns} FROM $EventDataStoreId$ WHERE ${within}${condition === '' ? '' : ` AND ${condition}`} ${rest}`,
    queryParameters: parameters,
    viewProperties: { Height: '2', Width: '4', Title: name.replaceAll('-', ' '), View: chart },
  };
}

/** What the Highlights dashboard shows of one event data store with CloudTrail events. */
export const highlightsWidgets: readonly DashboardWidget[] = [
  widget(
    'Calls-by-hour',
    'LineChart',
    "date_trunc('hour', eventTime) AS period, count(*) AS calls",
    '',
    "GROUP BY date_trunc('hour', eventTime) ORDER BY period",
  ),
  widget(
    'Top-services',
    'BarChart',
    'eventSource, count(*) AS calls',
    '',
    'GROUP BY eventSource ORDER BY calls DESC LIMIT 10',
  ),
  widget(
    'Top-users',
    'Table',
    'userIdentity.arn, count(*) AS calls',
    '',
    'GROUP BY userIdentity.arn ORDER BY calls DESC LIMIT 10',
  ),
  widget(
    'Top-errors',
    'Table',
    'errorCode, eventName, count(*) AS errors',
    'errorCode IS NOT NULL',
    'GROUP BY errorCode, eventName ORDER BY errors DESC LIMIT 10',
  ),
  widget(
    'Access-denied',
    'Table',
    'userIdentity.arn, count(*) AS refused',
    "errorCode IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation')",
    'GROUP BY userIdentity.arn ORDER BY refused DESC LIMIT 10',
  ),
  widget(
    'Root-user-activity',
    'Table',
    'eventTime, eventName, sourceIPAddress',
    "userIdentity.type = 'Root'",
    'ORDER BY eventTime DESC LIMIT 20',
  ),
  widget(
    'Console-sign-ins',
    'Table',
    'userIdentity.arn, count(*) AS logins, max(eventTime) AS latest',
    "eventName = 'ConsoleLogin'",
    'GROUP BY userIdentity.arn ORDER BY logins DESC LIMIT 10',
  ),
];
