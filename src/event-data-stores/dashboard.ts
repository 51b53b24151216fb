// SPDX-License-Identifier: Apache-2.0

/** A dashboard of CloudTrail Lake: queries that are run together, now and then or when somebody asks. */
export interface DashboardDocument {
  /** The last part of the ARN. */
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly type: 'MANAGED' | 'CUSTOM';
  readonly status: 'CREATED' | 'UPDATED';
  readonly widgets: readonly DashboardWidget[];
  readonly refreshSchedule?: RefreshSchedule;
  readonly isTerminationProtected: boolean;
  readonly resourcePolicy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly lastRefresh?: DashboardRefresh;
  /** Of the latest refresh by the schedule, where it could not start. */
  readonly lastRefreshFailureReason?: string;
  /** When the schedule was last looked at: the place from which the next time is counted. */
  readonly scheduledFromMs?: number;
}

export interface DashboardWidget {
  /** By which StartQuery runs its query. */
  readonly queryAlias: string;
  readonly queryStatement: string;
  readonly queryParameters?: readonly string[];
  readonly viewProperties: Readonly<Record<string, string>>;
}

export interface RefreshSchedule {
  readonly unit: 'HOURS' | 'DAYS';
  readonly value: number;
  readonly status: 'ENABLED' | 'DISABLED';
  /** `hh:mm` in UTC; of hourly ones only the minutes count. */
  readonly timeOfDay: string;
}

export interface DashboardRefresh {
  /** 10 to 20 digits. */
  readonly id: string;
  readonly startedAtMs: number;
  /** The query of each widget, by its alias; a widget whose query could not be started has none. */
  readonly queryIds: Readonly<Record<string, string>>;
}

const timeDigits = 13;
const restDigits = 5;

/** 10 to 20 digits: the time, and some that two refreshes of one millisecond do not share. */
export function refreshIdOf(startedAtMs: number, drawn: number): string {
  const rest = String(drawn % 10 ** restDigits).padStart(restDigits, '0');
  return `${String(startedAtMs).padStart(timeDigits, '0')}${rest}`;
}

/** When the refresh of an id was started; undefined for an id that was never given out. */
export function timeOfRefresh(refreshId: string): number | undefined {
  return refreshId.length === timeDigits + restDigits ? Number(refreshId.slice(0, timeDigits)) : undefined;
}

type Place = Pick<DashboardDocument, 'accountId' | 'region' | 'name'>;

export const dashboardsPrefix = 'dashboard/';

/** `dashboard/111122223333/eu-west-1/<name>` */
export function dashboardKey({ accountId, region, name }: Place): string {
  return `${dashboardPrefix(accountId, region)}${name}`;
}

export function dashboardPrefix(accountId: string, region: string): string {
  return `${dashboardsPrefix}${accountId}/${region}/`;
}

export function dashboardArn({ accountId, region, name }: Place): string {
  return `arn:aws:cloudtrail:${region}:${accountId}:dashboard/${name}`;
}
