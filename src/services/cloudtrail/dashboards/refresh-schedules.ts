// SPDX-License-Identifier: Apache-2.0
import type { RefreshSchedule as WireSchedule } from '@aws-sdk/client-cloudtrail';
import type { RefreshSchedule } from '../../../event-data-stores/dashboard.js';
import { refreshHours, timeOfDayForm } from '../../../event-data-stores/refresh-schedule.js';
import { WireError } from '../../../wire/wire-error.js';
import { MemberRules } from '../verify-members.js';

/** A schedule as it is kept; members that are not given stay as they were. Source: CloudTrail API Reference, "RefreshSchedule". */
export function readSchedule(
  given: WireSchedule | undefined,
  before?: RefreshSchedule,
): RefreshSchedule | undefined {
  if (given === undefined) return before;
  const { Frequency: frequency, Status: status = before?.status ?? 'ENABLED', TimeOfDay: time } = given;
  new MemberRules()
    .oneOf('refreshSchedule.frequency.unit', frequency?.Unit, ['HOURS', 'DAYS'])
    .oneOf('refreshSchedule.status', status, ['ENABLED', 'DISABLED'])
    .text('refreshSchedule.timeOfDay', time, { pattern: timeOfDayForm })
    .verify();
  const unit = frequency?.Unit ?? before?.unit;
  const value = frequency?.Value ?? before?.value;
  if (unit === undefined || value === undefined)
    throw invalid('RefreshSchedule needs a Frequency with Unit and Value.');
  const allowed = unit === 'DAYS' ? [1] : refreshHours;
  if (!allowed.includes(value))
    throw invalid(`The Value of a RefreshSchedule in ${unit} is one of ${allowed.join(', ')}.`);
  return { unit, value, status, timeOfDay: time ?? before?.timeOfDay ?? '00:00' };
}

/** Source: CloudTrail API Reference, "CreateDashboard": the Highlights dashboard is refreshed every six hours. */
export function verifyHighlightsSchedule(
  schedule: RefreshSchedule | undefined,
  widgets: readonly unknown[] | undefined,
): void {
  const isDue = schedule?.status === 'ENABLED' && schedule.unit === 'HOURS' && schedule.value === 6;
  if (!isDue)
    throw invalid('The Highlights dashboard needs a RefreshSchedule that is ENABLED, every 6 HOURS.');
  if (widgets !== undefined && widgets.length > 0)
    throw invalid('The Highlights dashboard has widgets of its own.');
}

export function toSchedule({ unit, value, status, timeOfDay }: RefreshSchedule): WireSchedule {
  return { Frequency: { Unit: unit, Value: value }, Status: status, TimeOfDay: timeOfDay };
}

function invalid(message: string): WireError {
  return new WireError('ValidationException', message, { status: 400 });
}
