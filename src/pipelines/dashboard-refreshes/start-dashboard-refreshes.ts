// SPDX-License-Identifier: Apache-2.0
import { type DashboardDocument, dashboardKey, dashboardsPrefix } from '../../event-data-stores/dashboard.js';
import { nextRefreshMs } from '../../event-data-stores/refresh-schedule.js';
import type { Clock } from '../../ports/clock.js';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';

export interface DashboardRefreshesOptions {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: Pick<StateStore, 'get' | 'list' | 'watch'>;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** StartDashboardRefresh, by CloudTrail itself. Rejects with an error whose message is for the dashboard's owner. */
  readonly refresh: (dashboard: DashboardDocument) => Promise<void>;
}

export interface DashboardRefreshes {
  /** Starts every refresh that is due. */
  runNow(): Promise<void>;
  stop(): Promise<void>;
}

/** The clock may be set: nobody waits longer than this for what is due by then. */
const waitMsMax = 10 * 60_000;
/** A refresh that could not even be noted as failed (the log is full) is tried again after this time. */
const retryMs = 60_000;
const reasonCharactersMax = 1_000;

/**
 * Refreshes dashboards when their schedules say so. While the process was not running nothing is due twice: one refresh
 * stands for all that were missed.
 */
export function startDashboardRefreshes(options: DashboardRefreshesOptions): DashboardRefreshes {
  return new RunningDashboardRefreshes(options);
}

class RunningDashboardRefreshes implements DashboardRefreshes {
  readonly #options: DashboardRefreshesOptions;
  readonly #unwatch: () => void;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(options: DashboardRefreshesOptions) {
    this.#options = options;
    this.#unwatch = options.stateStore.watch(dashboardsPrefix, () => this.#schedule());
    this.#schedule();
  }

  runNow(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#run());
    return this.#turn;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#unwatch();
    clearTimeout(this.#timer);
    await this.#turn;
  }

  #schedule(waitMsMin = 0): void {
    clearTimeout(this.#timer);
    if (this.#isStopping) return;
    const dueMs = Math.min(...this.#scheduled().map(dueMsOf));
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(Math.max(dueMs - this.#options.clock.now(), waitMsMin), waitMsMax);
    this.#timer = setTimeout(() => void this.runNow(), waitMs).unref();
  }

  #scheduled(): DashboardDocument[] {
    return this.#options.stateStore
      .list<DashboardDocument>(dashboardsPrefix)
      .map(({ value }) => value)
      .filter(({ refreshSchedule }) => refreshSchedule?.status === 'ENABLED');
  }

  async #run(): Promise<void> {
    let waitMsMin = 0;
    for (const dashboard of this.#scheduled()) {
      if (this.#isStopping) return;
      if (dueMsOf(dashboard) > this.#options.clock.now()) continue;
      try {
        await this.#refresh(dashboard);
      } catch (err) {
        waitMsMin = retryMs;
        this.#options.log.error({ err, dashboard: dashboard.name }, 'a dashboard could not be refreshed');
      }
    }
    this.#schedule(waitMsMin);
  }

  async #refresh(dashboard: DashboardDocument): Promise<void> {
    try {
      await this.#options.refresh(dashboard);
    } catch (error) {
      await this.#noteFailure(dashboard, error instanceof Error ? error.message : String(error));
    }
  }

  /** For GetDashboard to tell; the next one is due by the schedule. */
  async #noteFailure(dashboard: DashboardDocument, reason: string): Promise<void> {
    const { stateStore, eventLog, clock } = this.#options;
    const key = dashboardKey(dashboard);
    const now = stateStore.get<DashboardDocument>(key);
    if (now === undefined) return;
    const value: DashboardDocument = {
      ...now.value,
      lastRefreshFailureReason: reason.slice(0, reasonCharactersMax).padEnd(4, '.'),
      scheduledFromMs: clock.now(),
    };
    try {
      const changes = [{ key, value, expected: now.revision }];
      await eventLog.append({ kind: 'call', records: [], changes });
    } catch (error) {
      // Somebody has just changed the dashboard, which has asked for another look.
      if (!(error instanceof StaleRevisionError)) throw error;
    }
  }
}

function dueMsOf({ refreshSchedule, scheduledFromMs, createdAtMs }: DashboardDocument): number {
  if (refreshSchedule === undefined) return Number.POSITIVE_INFINITY;
  return nextRefreshMs(refreshSchedule, scheduledFromMs ?? createdAtMs);
}
