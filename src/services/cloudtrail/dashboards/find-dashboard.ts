// SPDX-License-Identifier: Apache-2.0
import { type DashboardDocument, dashboardArn, dashboardKey } from '../../../event-data-stores/dashboard.js';
import { isArn, parseCloudTrailArn } from '../../../trails/cloudtrail-arn.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import { MemberRules } from '../verify-members.js';

/** The dashboard that a call names by name or ARN: one of the caller's account in the Region of the call. */
export function findDashboard(nameOrArn: string | undefined, call: Call): DashboardDocument {
  new MemberRules().text('dashboardId', nameOrArn, { pattern: /^[a-zA-Z0-9._/\-:]+$/ }).verify();
  const { accountId, region } = call;
  const named = nameOrArn ?? '';
  const parts = isArn(named)
    ? parseCloudTrailArn(named)
    : { accountId, region, kind: 'dashboard', name: named };
  const isHere = parts?.kind === 'dashboard' && parts.accountId === accountId && parts.region === region;
  const found = isHere ? call.state.get<DashboardDocument>(dashboardKey(parts)) : undefined;
  if (found === undefined)
    throw new WireError('ResourceNotFoundException', `The dashboard ${named} was not found.`);
  return found;
}

export function noteDashboard(dashboard: DashboardDocument, call: Call): void {
  call.audit.resources.push({
    type: 'AWS::CloudTrail::Dashboard',
    ARN: dashboardArn(dashboard),
    accountId: dashboard.accountId,
  });
}

export function conflict(message: string): WireError {
  return new WireError('ConflictException', message);
}
