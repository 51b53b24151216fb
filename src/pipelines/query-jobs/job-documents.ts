// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { StateStore } from '../../ports/state-store.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import { retryMs } from './limits.js';

export interface JobDocumentsOptions {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: Pick<StateStore, 'get' | 'list'>;
  readonly log: OperatorLog;
  /** Other than the default: for tests. */
  readonly retryMs?: number;
}

/** Changes jobs in entries without records. A change waits as long as the log is full: what has happened stays true. */
export class JobDocuments {
  readonly #options: JobDocumentsOptions;
  readonly #stopping = new AbortController();
  #failingSinceMs: number | undefined;

  constructor(options: JobDocumentsOptions) {
    this.#options = options;
  }

  get(key: string): QueryJob | undefined {
    return this.#options.stateStore.get<QueryJob>(key)?.value;
  }

  /** By the clock of the process: it measures how long, not when. */
  failingMs(): number {
    return this.#failingSinceMs === undefined ? 0 : performance.now() - this.#failingSinceMs;
  }

  /** From now on a change that fails is given up: `change` resolves to undefined, and the next start meets the job as it is. */
  stop(): void {
    this.#stopping.abort();
  }

  /**
   * Brings a job from what it is to what it should be; whoever changes it meanwhile is seen first.
   * @param next the job as it should be (null: gone); undefined when there is nothing to change. Called again after each
   *   failure: of an append whose answer was lost it finds the job as it wanted it
   * @returns the job as it is then; undefined when it was not to be changed
   */
  async change(
    key: string,
    next: (job: QueryJob) => QueryJob | null | undefined,
  ): Promise<QueryJob | undefined> {
    for (;;) {
      const state = new StateOverlay(this.#options.stateStore);
      const job = state.get<QueryJob>(key);
      const wanted = job && next(job);
      if (job === undefined || wanted === undefined) return undefined;
      if (isDeepStrictEqual(job, wanted)) return job;
      state.put(key, wanted);
      try {
        await this.#options.eventLog.append({ kind: 'call', records: [], changes: state.changes() });
        this.#failingSinceMs = undefined;
        return wanted ?? undefined;
      } catch (error) {
        if (!(error instanceof StaleRevisionError) && !(await this.#waited(error))) return undefined;
      }
    }
  }

  /** @returns whether it is to be tried again */
  async #waited(err: unknown): Promise<boolean> {
    if (this.#failingSinceMs === undefined)
      this.#options.log.error({ err }, 'the state of a query could not be written; it is tried again');
    this.#failingSinceMs ??= performance.now();
    await pause(this.#options.retryMs ?? retryMs, undefined, { signal: this.#stopping.signal }).catch(
      () => {},
    );
    return !this.#stopping.signal.aborted;
  }
}
