// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import { ObjectStoreError } from '../../ports/object-store.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { QueryFront } from '../../query/jobs/query-front.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import type { QueryEngine, QueryRequest, QueryRun, QueryStatistics } from '../../query/query-engine.js';
import { QueryError, QueryTimeError } from '../../query/query-error.js';
import type { QueryResult, QueryResults, ResultWriter } from '../../query/results/query-results.js';
import type { JobDocuments } from './job-documents.js';

export interface RunJobOptions {
  readonly documents: JobDocuments;
  readonly engine: Pick<QueryEngine, 'run'>;
  readonly results: QueryResults;
  readonly clock: Clock;
  readonly log: OperatorLog;
}

/** How a run came to rest. `put back`: the job is QUEUED again. */
export type RunEnd = 'ended' | 'put back' | 'busy';

/**
 * One job, from QUEUED to its end. The order of what becomes durable: RUNNING; the rows and then the result as a whole, with the
 * statistics (the job can be delivered now, by another process, too); what the front delivers; SUCCEEDED.
 */
export class JobRun {
  readonly #key: string;
  readonly #front: QueryFront;
  readonly #options: RunJobOptions;
  readonly #over = new AbortController();
  #run: QueryRun | undefined;
  #isDefining = false;
  #isPutBack = false;
  #isDelivering = false;

  constructor(key: string, front: QueryFront, options: RunJobOptions) {
    this.#key = key;
    this.#front = front;
    this.#options = options;
  }

  /** The engine has done its part. */
  get isDelivering(): boolean {
    return this.#isDelivering;
  }

  /** Somebody has cancelled the job; its document says so already. */
  cancel(): void {
    this.#over.abort(new QueryError('CANCELLED', 'The query was cancelled.'));
    this.#run?.cancel();
  }

  /** Ends the query to run it from its beginning another time. What has an effect beyond its answer is let come to its end. */
  putBack(): void {
    if (this.#isDefining || this.#isDelivering) return;
    this.#isPutBack = true;
    this.cancel();
  }

  /** @param onDelivering called when the engine is free for others */
  async run(onDelivering: () => void): Promise<RunEnd> {
    const { documents, clock } = this.#options;
    const startedAtMs = clock.now();
    const job = await documents.change(this.#key, (job) => {
      if (job.state === 'RUNNING' && job.startedAtMs === startedAtMs) return job;
      return job.state === 'QUEUED' ? { ...job, state: 'RUNNING', startedAtMs } : undefined;
    });
    if (job === undefined) return 'ended';
    try {
      return await this.#queryAndDeliver(job, onDelivering);
    } finally {
      this.#release(job);
    }
  }

  /** A job whose result was complete when its process ended. */
  async deliverAgain(job: QueryJob, result: QueryResult, statistics: QueryStatistics): Promise<void> {
    this.#isDelivering = true;
    try {
      await this.#deliver(job, result, statistics);
    } catch (error) {
      await this.#failed(error);
    } finally {
      this.#release(job);
    }
  }

  async #queryAndDeliver(job: QueryJob, onDelivering: () => void): Promise<RunEnd> {
    const writer = this.#options.results.write(job.id);
    try {
      const statistics = await this.#query(job, writer);
      const result = await writer.finish(statistics);
      this.#isDelivering = true;
      onDelivering();
      if (this.#options.documents.get(this.#key)?.state !== 'RUNNING')
        throw new QueryError('CANCELLED', 'The query was cancelled.');
      await this.#deliver(job, result, statistics);
      return 'ended';
    } catch (error) {
      await writer.abandon().catch((err: unknown) => {
        this.#options.log.warn(
          { err },
          'what a query had written could not be removed; it is with the query',
        );
      });
      return this.#failed(error);
    }
  }

  async #query(job: QueryJob, writer: ResultWriter): Promise<QueryStatistics> {
    const { define, records, delivers } = this.#front;
    const request: QueryRequest = {
      sql: job.sql,
      dialect: job.dialect,
      ...(job.parameters === undefined ? {} : { parameters: job.parameters }),
      limits: this.#front.limits(job),
      resolve: (names) => this.#front.resolve(job, names, this.#over.signal),
      ...(records === undefined
        ? {}
        : { records: (places, bytesMax) => records.call(this.#front, job, places, bytesMax) }),
      onColumns: (columns) => writer.columns(columns),
      onRows: (rows) => writer.rows(rows),
      packed: { csv: delivers === 'csv', onRows: (rows) => writer.packed(rows) },
      ...(define === undefined
        ? {}
        : {
            define: (statement) => {
              this.#isDefining = true;
              return define.call(this.#front, job, statement);
            },
          }),
    };
    this.#over.signal.throwIfAborted();
    this.#run = this.#options.engine.run(request);
    return this.#run.done;
  }

  async #deliver(job: QueryJob, result: QueryResult, statistics: QueryStatistics): Promise<void> {
    const facts = (await this.#front.finish?.(job, result, statistics)) ?? {};
    const endedAtMs = this.#endedAtMs(job);
    const ended = await this.#options.documents.change(this.#key, (job) => {
      if (job.state === 'SUCCEEDED') return job;
      return job.state === 'RUNNING'
        ? {
            ...job,
            state: 'SUCCEEDED',
            columns: result.columns,
            statistics,
            endedAtMs,
            facts: { ...job.facts, ...facts },
          }
        : undefined;
    });
    // Cancelled at the last moment: its state stands, and it has no result.
    if (ended === undefined && this.#options.documents.get(this.#key)?.state === 'CANCELLED')
      await this.#options.results.remove(job.id);
  }

  async #failed(error: unknown): Promise<RunEnd> {
    if (this.#isPutBack || isBusy(error)) {
      await this.#options.documents.change(this.#key, (job) => {
        const { startedAtMs: _, columns: __, statistics: ___, ...waiting } = job;
        return job.state === 'RUNNING' ? { ...waiting, state: 'QUEUED' } : undefined;
      });
      return this.#isPutBack ? 'put back' : 'busy';
    }
    const { code, message } = this.#told(error);
    const state =
      error instanceof QueryTimeError ? 'TIMED_OUT' : code === 'CANCELLED' ? 'CANCELLED' : 'FAILED';
    let endedAtMs: number | undefined;
    await this.#options.documents.change(this.#key, (job) => {
      if (job.state !== 'RUNNING') return undefined;
      endedAtMs ??= this.#endedAtMs(job);
      return { ...job, state, endedAtMs, failure: { code, message } };
    });
    return 'ended';
  }

  #told(error: unknown): { code: string; message: string } {
    if (error instanceof QueryError) {
      if (error.code === 'INTERNAL') this.#options.log.error({ err: error }, 'a query failed');
      return { code: error.code, message: error.message };
    }
    this.#options.log.error({ err: error }, 'a query failed');
    const isFull = error instanceof ObjectStoreError && error.code === 'NoSpace';
    return {
      code: 'INTERNAL',
      message: isFull
        ? 'There is no room for the result of the query.'
        : 'The query failed: an internal error.',
    };
  }

  #endedAtMs({ startedAtMs, submittedAtMs }: QueryJob): number {
    return Math.max(this.#options.clock.now(), startedAtMs ?? submittedAtMs);
  }

  #release(job: QueryJob): void {
    try {
      this.#front.release?.(job);
    } catch (err) {
      this.#options.log.error({ err }, 'what a query held could not be released');
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof QueryError && error.code === 'BUSY';
}
