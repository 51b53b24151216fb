// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateStore } from '../../ports/state-store.js';
import { runningMax } from '../../query/engine/engine-limits.js';
import type { QueryFront } from '../../query/jobs/query-front.js';
import { hasEnded, type QueryFrontName, type QueryJob } from '../../query/jobs/query-job.js';
import type { QueryEngine } from '../../query/query-engine.js';
import type { QueryResults } from '../../query/results/query-results.js';
import { allJobs, expireJobs, jobPrefix } from './expire-jobs.js';
import { FairQueue } from './fair-queue.js';
import { JobDocuments } from './job-documents.js';
import { busyMs, deliveringMax, expireEveryMs, stopMsMax } from './limits.js';
import { JobRun } from './run-job.js';

export interface QueryJobsOptions {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: StateStore;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly engine: Pick<QueryEngine, 'run'>;
  readonly results: QueryResults;
  readonly fronts: ReadonlyMap<QueryFrontName, QueryFront>;
  /** Other than the default: for tests. */
  readonly retryMs?: number;
}

export interface QueryJobs {
  /** For how long the state of queries could not be written, ms; 0 when it can. */
  failingMs(): number;
  /** Queries that wait for their turn. */
  waiting(): number;
  /** Resolves when nothing waits or runs, for tests. */
  idle(): Promise<void>;
  /** Puts running queries back (they run again after the next start), and ends. The engine is still its owner's. */
  stop(): Promise<void>;
}

/** Starts running the queries that fronts have put into state: those that wait now, and whatever is put later. See README.md. */
export function startQueryJobs(options: QueryJobsOptions): QueryJobs {
  const jobs = new RunningQueryJobs(options);
  jobs.start();
  return jobs;
}

class RunningQueryJobs implements QueryJobs {
  readonly #options: QueryJobsOptions;
  readonly #documents: JobDocuments;
  readonly #queue = new FairQueue();
  readonly #runs = new Map<string, { readonly run: JobRun; readonly done: Promise<void> }>();
  readonly #stopping = new AbortController();
  #unwatch: (() => void) | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #upkeep: Promise<void> = Promise.resolve();
  #onIdle: (() => void)[] = [];

  constructor(options: QueryJobsOptions) {
    this.#options = options;
    this.#documents = new JobDocuments(options);
  }

  start(): void {
    this.#unwatch = this.#options.stateStore.watch(jobPrefix, (key) => this.#onChange(key));
    this.#upkeep = this.#takeUp().then(() => this.#expire());
    this.#expiry = setInterval(() => {
      this.#upkeep = this.#upkeep.then(() => this.#expire());
    }, expireEveryMs).unref();
  }

  failingMs(): number {
    return this.#documents.failingMs();
  }

  waiting(): number {
    return this.#queue.size;
  }

  async idle(): Promise<void> {
    await this.#upkeep;
    if (this.#queue.size > 0 || this.#runs.size > 0)
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#unwatch?.();
    clearInterval(this.#expiry);
    for (const { run } of this.#runs.values()) run.putBack();
    const all = Promise.allSettled([this.#upkeep, ...Array.from(this.#runs.values(), ({ done }) => done)]);
    const late = new AbortController();
    await Promise.race([all, pause(stopMsMax, undefined, { signal: late.signal })]);
    late.abort();
    this.#documents.stop();
  }

  /** What an earlier process has left: to be run, to be delivered, or broken off. */
  async #takeUp(): Promise<void> {
    for await (const [key, job] of allJobs(this.#options.stateStore)) {
      if (this.#stopping.signal.aborted) return;
      if (job.state === 'QUEUED') this.#enqueue(key, job);
      else if (job.state === 'RUNNING' && !this.#runs.has(key)) await this.#recover(key, job);
    }
    // Not before all of them are there: whoever comes first in state has no claim to all places.
    this.#dispatch();
  }

  /**
   * A job that was running when its process ended. Its result is delivered where it was complete. A query that was in the middle
   * is not run again: it may be what ended the process, and a statement about tables may have had its effect.
   */
  async #recover(key: string, job: QueryJob): Promise<void> {
    const { results, log, clock } = this.#options;
    const front = this.#options.fronts.get(job.front);
    try {
      const result = await results.open(job.id);
      // Results of older releases are complete without statistics, which their jobs have.
      const statistics = result?.statistics ?? job.statistics;
      if (result !== undefined && statistics !== undefined && front !== undefined) {
        const run = new JobRun(key, front, { documents: this.#documents, ...this.#options });
        this.#track(key, run, run.deliverAgain(job, result, statistics));
        return;
      }
      await results.remove(job.id);
    } catch (err) {
      log.error({ err }, 'the result of a query that was broken off could not be read');
    }
    const message = 'The query was broken off when the service was restarted. Run the query again.';
    const endedAtMs = clock.now();
    await this.#documents.change(key, (job) =>
      job.state === 'RUNNING'
        ? { ...job, state: 'FAILED', endedAtMs, failure: { code: 'INTERNAL', message } }
        : undefined,
    );
  }

  #onChange(key: string): void {
    const job = this.#documents.get(key);
    if (job?.state === 'QUEUED') {
      this.#enqueue(key, job);
      this.#dispatch();
    } else if (job === undefined || hasEnded(job)) {
      this.#queue.remove(key);
      if (job?.state !== 'SUCCEEDED') this.#runs.get(key)?.run.cancel();
      this.#tellIdle();
    }
  }

  #enqueue(key: string, { accountId, front }: QueryJob): void {
    if (!this.#runs.has(key) && this.#options.fronts.has(front)) this.#queue.add(accountId, key);
  }

  #dispatch(): void {
    while (!this.#stopping.signal.aborted && this.#hasRoom()) {
      const key = this.#queue.next();
      if (key === undefined) return;
      const front = this.#options.fronts.get(this.#documents.get(key)?.front as QueryFrontName);
      if (front === undefined) continue;
      const run = new JobRun(key, front, { documents: this.#documents, ...this.#options });
      this.#track(key, run, this.#run(run));
    }
  }

  #hasRoom(): boolean {
    let [running, delivering] = [0, 0];
    for (const { run } of this.#runs.values()) {
      if (run.isDelivering) delivering += 1;
      else running += 1;
    }
    return running < runningMax && delivering < deliveringMax;
  }

  async #run(run: JobRun): Promise<void> {
    const end = await run.run(() => this.#dispatch());
    // Others use the engine too: its queue is full, and the job keeps its place here.
    if (end === 'busy') await pause(busyMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #track(key: string, run: JobRun, work: Promise<void>): void {
    const done = work
      .catch((err: unknown) => {
        this.#options.log.error(
          { err },
          'a query could not be brought to its end; it is tried after the next start',
        );
      })
      .finally(() => {
        this.#runs.delete(key);
        const job = this.#documents.get(key);
        if (job?.state === 'QUEUED' && !this.#stopping.signal.aborted) this.#queue.add(job.accountId, key);
        this.#dispatch();
        this.#tellIdle();
      });
    this.#runs.set(key, { run, done });
  }

  #tellIdle(): void {
    if (this.#queue.size > 0 || this.#runs.size > 0) return;
    for (const tell of this.#onIdle.splice(0)) tell();
  }

  async #expire(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { stateStore, results, clock, log } = this.#options;
    try {
      await expireJobs(stateStore, this.#documents, results, clock.now());
    } catch (err) {
      log.error({ err }, 'old queries could not be removed; it is tried again');
    }
  }
}
