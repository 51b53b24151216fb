// SPDX-License-Identifier: Apache-2.0
import type { LocalCairn } from './composition-local.js';
import type { Undo } from './composition-undo.js';
import { type QueryJobs, startQueryJobs } from './pipelines/query-jobs/start-query-jobs.js';
import type { OperatorLog } from './ports/operator-log.js';
import { openQueryEngine } from './query/engine/open-query-engine.js';
import type { QueryFront } from './query/jobs/query-front.js';
import type { QueryFrontName } from './query/jobs/query-job.js';
import type { QueryEngine } from './query/query-engine.js';
import { ObjectQueryResults } from './query/results/object-query-results.js';
import type { QueryResults } from './query/results/query-results.js';

/** What answers SQL. No process is started before the first statement. */
export interface Queries {
  readonly engine: QueryEngine;
  readonly results: QueryResults;
  /** Whoever has a front puts it here before `start`. */
  readonly fronts: Map<QueryFrontName, QueryFront>;
  /** Runs what the fronts' calls put into state, from now on; `undo` stops it. */
  start(undo: Undo): void;
  /** For how long the state of queries could not be written, ms. */
  failingMs(): number;
  /** Queries that wait for their turn. */
  waiting(): number;
}

/** Opens the engine and the results; `undo` closes them. */
export function openQueries(
  {
    eventLog,
    stateStore,
    objectStore,
    clock,
  }: Pick<LocalCairn, 'eventLog' | 'stateStore' | 'objectStore' | 'clock'>,
  log: OperatorLog,
  undo: Undo,
): Queries {
  const engine = openQueryEngine({ clock, log });
  undo.add(() => engine.close());
  const results = new ObjectQueryResults(objectStore);
  const fronts = new Map<QueryFrontName, QueryFront>();
  let jobs: QueryJobs | undefined;
  return {
    engine,
    results,
    fronts,
    start: (undo) => {
      const started = startQueryJobs({ eventLog, stateStore, clock, log, engine, results, fronts });
      undo.add(() => started.stop());
      jobs = started;
    },
    failingMs: () => jobs?.failingMs() ?? 0,
    waiting: () => jobs?.waiting() ?? 0,
  };
}
