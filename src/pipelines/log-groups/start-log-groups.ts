// SPDX-License-Identifier: Apache-2.0
import { logGroupPrefix, logStreamPrefix } from '../../log-groups/log-group.js';
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { LogEventStore } from '../../ports/log-event-store.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import type { LostEvents, SideDeliveryStatus } from '../../trails/delivery-status.js';
import { foldedPrefixes } from '../../trails/trail-fold.js';
import { Alarm, pause } from '../index-history/alarm.js';
import {
  checkpointEveryMs,
  drainEveryMs,
  gatherMs,
  idleCheckMs,
  retentionEveryMs,
  retryFirstMs,
  retryLastMs,
  sweepEveryMs,
  sweepSoonMs,
} from './limits.js';
import { LogGroupReader } from './log-group-reader.js';
import { removeExpired, sweepGroups } from './sweep-groups.js';

export interface LogGroupsOptions {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly logEventStore: LogEventStore;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** What may wait for one trail's missing group; for tests. */
  readonly waitingBytesMax?: number;
}

export interface LogGroups {
  /** How a trail's events get to its log group; undefined while there were none. */
  status(trailArn: string): (SideDeliveryStatus & { readonly lost?: LostEvents }) | undefined;
  /** For how long events could not be written now, ms; 0 when they can. A missing group is its owner's matter. */
  failingMs(): number;
  /** Writes what the log holds, saves the checkpoint, and ends. What is not written is so after the next start. */
  stop(): Promise<void>;
}

/**
 * Starts the reader that brings the events of trails to log groups, and the upkeep of log groups: expired events, and
 * what hangs on deleted groups and streams. See README.md in this folder.
 */
export async function startLogGroups(options: LogGroupsOptions): Promise<LogGroups> {
  const running = new RunningLogGroups(options);
  await running.start();
  return running;
}

class RunningLogGroups implements LogGroups {
  readonly #options: LogGroupsOptions;
  readonly #reader: LogGroupReader;
  readonly #unsubscribe: (() => void)[] = [];
  readonly #alarm = new Alarm();
  readonly #stopAlarm = new Alarm();
  #loop: Promise<void> = Promise.resolve();
  #isStopping = false;
  #needsLoad = false;
  #failingSince: number | undefined;
  /** By the clock of the process, which nobody sets: these are for pauses, not for times. */
  #savedAt = 0;
  #drainedAt = 0;
  #expiredAt = Number.NEGATIVE_INFINITY;
  #sweepAt = 0;

  constructor(options: LogGroupsOptions) {
    this.#options = options;
    this.#reader = new LogGroupReader(options);
  }

  /** Before anything else is read: the log keeps what is behind a checkpoint, so no other reader can have it trimmed. */
  async start(): Promise<void> {
    const { eventLog, stateStore } = this.#options;
    await this.#reader.load();
    this.#unsubscribe.push(
      eventLog.subscribe(() => this.#alarm.ring()),
      ...foldedPrefixes.map((prefix) => stateStore.watch(prefix, () => this.#reader.noteTrailChange())),
      stateStore.watch(logGroupPrefix, (key) => this.#noteRemoval(key)),
      stateStore.watch(logStreamPrefix, (key) => this.#noteRemoval(key)),
    );
    this.#loop = this.#run();
  }

  status(trailArn: string): (SideDeliveryStatus & { readonly lost?: LostEvents }) | undefined {
    const route = this.#reader.route(trailArn);
    const writer = route && this.#reader.writer(route);
    if (route === undefined || writer === undefined) return undefined;
    const { latestDeliveryMs, latestError } = writer.note;
    return {
      trailCreatedAtMs: route.createdAtMs,
      ...(latestDeliveryMs === undefined ? {} : { latestDeliveryMs }),
      ...(latestError === undefined ? {} : { latestError }),
      ...(writer.lost === undefined ? {} : { lost: writer.lost }),
    };
  }

  failingMs(): number {
    return this.#failingSince === undefined ? 0 : performance.now() - this.#failingSince;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#alarm.ring();
    this.#stopAlarm.ring();
    await this.#loop;
  }

  #noteRemoval(key: string): void {
    if (this.#options.stateStore.get(key) !== undefined) return;
    this.#sweepAt = Math.min(this.#sweepAt, performance.now() + sweepSoonMs);
    this.#alarm.ring();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      await this.#persistently(() => this.#step());
      if (this.#isStopping) break;
      await this.#once('removing expired events and deleted log groups', () => this.#upkeep());
      await this.#alarm.wait(this.#waitMs(), true);
      if (!this.#isStopping) await pause(gatherMs);
    }
    await this.#once('the last step of log groups', async () => {
      await this.#step();
      await this.#reader.save();
    });
  }

  async #step(): Promise<void> {
    if (this.#needsLoad) await this.#reader.load();
    this.#needsLoad = false;
    try {
      await this.#reader.readToHead();
      if (this.#isDue(this.#drainedAt, drainEveryMs)) {
        this.#drainedAt = performance.now();
        await this.#reader.drain();
      }
      if (!this.#reader.isSaved && this.#isDue(this.#savedAt, checkpointEveryMs)) {
        this.#savedAt = performance.now();
        await this.#reader.save();
      }
    } catch (error) {
      this.#needsLoad = true;
      throw error;
    }
  }

  async #upkeep(): Promise<void> {
    if (this.#isDue(this.#expiredAt, retentionEveryMs)) {
      this.#expiredAt = performance.now();
      await removeExpired(this.#options);
    }
    if (performance.now() < this.#sweepAt) return;
    // Before it runs: what is deleted meanwhile asks for another.
    this.#sweepAt = performance.now() + sweepEveryMs;
    await sweepGroups(this.#options);
  }

  #isDue(at: number, everyMs: number): boolean {
    return performance.now() - at >= everyMs;
  }

  #waitMs(): number {
    if (this.#reader.isWaiting) return drainEveryMs;
    if (!this.#reader.isSaved) return checkpointEveryMs;
    return Math.max(1, Math.min(idleCheckMs, this.#sweepAt - performance.now()));
  }

  /** Again and again, with pauses, until it succeeds or there is an end. */
  async #persistently(work: () => Promise<void>): Promise<void> {
    for (let retryInMs = retryFirstMs; !this.#isStopping; retryInMs = Math.min(retryInMs * 2, retryLastMs)) {
      try {
        await work();
        this.#failingSince = undefined;
        return;
      } catch (error) {
        this.#failingSince ??= performance.now();
        this.#options.log.error(
          { err: error, retryInMs },
          'events could not be brought to log groups; the log keeps them',
        );
      }
      await this.#stopAlarm.wait(retryInMs);
    }
  }

  async #once(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.warn({ err: error }, `${what} failed; it is tried again later`);
    }
  }
}
