// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type {
  CheckedStatement,
  QueryEngine,
  QueryRequest,
  QueryRun,
  QueryStatistics,
  SqlDialect,
} from '../query-engine.js';
import { QueryError, QueryTimeError } from '../query-error.js';
import { outOfMemory } from './child/statement-failure.js';
import {
  checkingMax,
  checkMsMax,
  lateFromRows,
  memoryLookMs,
  processOverheadBytes,
  queryMemoryBytesMax,
  runningMax,
  threadsMax,
  waitingMax,
} from './engine-limits.js';
import { type EngineProcess, ProcessEndedError } from './engine-process.js';
import { ProcessPool } from './process-pool.js';
import { type Outcome, QueryConversation } from './query-conversation.js';
import { cancelled, Turns } from './turns.js';

export interface QueryEngineOptions {
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** Other than the defaults: for tests. */
  readonly entry?: URL;
  readonly runningMax?: number;
  readonly waitingMax?: number;
  readonly idleMs?: number;
  readonly lateFromRows?: number;
}

/** A query engine of processes on this machine. Nothing is started before it is needed. See README.md. */
export function openQueryEngine(options: QueryEngineOptions): QueryEngine {
  return new ProcessQueryEngine(options);
}

class ProcessQueryEngine implements QueryEngine {
  readonly #options: QueryEngineOptions;
  readonly #pool: ProcessPool;
  readonly #queries: Turns;
  readonly #checks: Turns;
  /** Of statements that wait or run. */
  readonly #open = new Set<AbortController>();
  readonly #atWork = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(options: QueryEngineOptions) {
    this.#options = options;
    const { log, idleMs } = options;
    const entry = options.entry ?? new URL('./child/main.js', import.meta.url);
    this.#pool = new ProcessPool({ entry, log, ...(idleMs === undefined ? {} : { idleMs }) });
    this.#queries = new Turns(options.runningMax ?? runningMax, options.waitingMax ?? waitingMax);
    this.#checks = new Turns(checkingMax, options.waitingMax ?? waitingMax);
  }

  run(request: QueryRequest): QueryRun {
    const over = new AbortController();
    return { done: this.#run(request, over), cancel: () => over.abort(cancelled()) };
  }

  async check(sql: string, dialect: SqlDialect): Promise<CheckedStatement> {
    const limits = { runMsMax: checkMsMax, rowsMax: 0, resultBytesMax: 0, memoryBytesMax: 0 };
    const refuse = () => Promise.reject(new Error('nothing is run'));
    const request: QueryRequest = {
      sql,
      dialect,
      limits,
      resolve: refuse,
      onColumns: refuse,
      onRows: refuse,
    };
    const { checked, error } = await this.#turn(this.#checks, request, new AbortController(), (process) =>
      process.send({ type: 'check', sql, dialect }),
    );
    if (error !== undefined) throw error;
    return checked!;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const over of this.#open) over.abort(cancelled());
    await this.#pool.close();
    await Promise.allSettled(this.#atWork);
  }

  async #run(request: QueryRequest, over: AbortController): Promise<QueryStatistics> {
    const { sql, dialect, parameters = [], nestedAsJson = false } = request;
    const { checked, statistics, error } = await this.#turn(this.#queries, request, over, (process) => {
      const limits = {
        ...request.limits,
        memoryBytesMax: Math.min(request.limits.memoryBytesMax, queryMemoryBytesMax),
      };
      const nowMs = this.#options.clock.now();
      const rows = this.#options.lateFromRows ?? lateFromRows;
      process.send({
        type: 'run',
        sql,
        dialect,
        parameters,
        limits,
        nowMs,
        threads: threadsMax,
        lateFromRows: rows,
        nestedAsJson,
        ...(request.packed === undefined ? {} : { packing: { csv: request.packed.csv } }),
      });
    });
    if (error !== undefined) throw error;
    return statistics ?? define(request, checked!);
  }

  /** Waits for a turn, runs a statement on a process, and answers as soon as it has ended, was given up, or took too long. */
  async #turn(
    turns: Turns,
    request: QueryRequest,
    over: AbortController,
    start: (process: EngineProcess) => void,
  ): Promise<Outcome> {
    this.#open.add(over);
    if (this.#isClosed) over.abort(cancelled());
    let timer: NodeJS.Timeout | undefined;
    try {
      const leave = await turns.enter(over.signal);
      const { runMsMax } = request.limits;
      // Counted from where the statement begins: a process may be long in starting on a busy machine (startMsMax).
      const begin = (process: EngineProcess) => {
        if (!over.signal.aborted)
          timer = setTimeout(() => over.abort(new QueryTimeError(runMsMax)), runMsMax);
        start(process);
      };
      const work = this.#work(request, over.signal, begin).finally(leave);
      this.#atWork.add(work);
      void work.catch(() => {}).finally(() => this.#atWork.delete(work));
      return await untilAborted(work, over.signal);
    } finally {
      clearTimeout(timer);
      this.#open.delete(over);
    }
  }

  /** Resolves or rejects when the process is free or gone, not before. */
  async #work(
    request: QueryRequest,
    signal: AbortSignal,
    start: (process: EngineProcess) => void,
  ): Promise<Outcome> {
    const process = await this.#pool.take().catch((cause: unknown) => {
      throw new QueryError('INTERNAL', 'The query could not be started.', { cause });
    });
    const kill = () => process.kill();
    signal.addEventListener('abort', kill);
    if (signal.aborted) kill();
    const watch = watchMemory(process, request.limits.memoryBytesMax + processOverheadBytes);
    try {
      process.statementCount += 1;
      start(process);
      const outcome = await new QueryConversation(process, request, this.#options.log).run(
        () => signal.aborted,
      );
      if (outcome.isUnclean === true) process.kill();
      else this.#pool.giveBack(process);
      return outcome;
    } catch (error) {
      process.kill();
      await process.gone;
      throw this.#reasonOf(error, signal, watch.isExceeded());
    } finally {
      watch.stop();
      signal.removeEventListener('abort', kill);
    }
  }

  #reasonOf(error: unknown, signal: AbortSignal, isMemory: boolean): Error {
    if (signal.aborted) return signal.reason as Error;
    if (isMemory) return outOfMemory();
    // Node and the engine abort when the system gives them no more memory.
    if (error instanceof ProcessEndedError && error.signal === 'SIGABRT') return outOfMemory();
    this.#options.log.error({ err: error }, 'a process for queries ended in the middle of one');
    return new QueryError('INTERNAL', 'The process of the query ended unexpectedly.', { cause: error });
  }
}

/** A statement about tables: whoever asked carries it out. */
async function define(request: QueryRequest, { ddl }: CheckedStatement): Promise<QueryStatistics> {
  if (ddl === undefined || request.define === undefined)
    throw new QueryError('NOT_SUPPORTED', 'Only queries (SELECT) are supported here.');
  const { columns, rows } = await request.define(ddl);
  await request.onColumns(columns);
  if (rows.length > 0) await request.onRows(rows);
  return { planningMs: 0, executionMs: 0, bytesScanned: 0, rowsScanned: 0, rowsReturned: rows.length };
}

function watchMemory(process: EngineProcess, bytesMax: number): { isExceeded(): boolean; stop(): void } {
  let isExceeded = false;
  const timer = setInterval(() => {
    if ((process.memoryBytes() ?? 0) <= bytesMax) return;
    isExceeded = true;
    process.kill();
  }, memoryLookMs);
  return { isExceeded: () => isExceeded, stop: () => clearInterval(timer) };
}

/** As the promise, or rejects with the signal's reason as soon as it is aborted. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
