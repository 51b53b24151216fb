// SPDX-License-Identifier: Apache-2.0
import type { DdlStatement } from '../dialect/ddl-statement.js';
import type { QueryFront } from '../jobs/query-front.js';
import type { QueryJob } from '../jobs/query-job.js';
import type { QueryEngine, QueryOutput, QueryStatistics, StatementAnswer } from '../query-engine.js';
import { QueryError } from '../query-error.js';

/** A statement whose rows go straight to who asked: `cairn sql`. Its job is in nobody's state and nobody's list. */
export interface DirectQuery {
  readonly engine: QueryEngine;
  /** Whose tables it sees, and by whose rules. */
  readonly front: QueryFront;
  readonly job: QueryJob;
  readonly output: QueryOutput;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** Rejects with QueryError. */
export async function runDirectly({
  engine,
  front,
  job,
  output,
  signal,
}: DirectQuery): Promise<QueryStatistics> {
  signal.throwIfAborted();
  const run = engine.run({
    sql: job.sql,
    dialect: job.dialect,
    ...(job.parameters === undefined ? {} : { parameters: job.parameters }),
    limits: front.limits(job),
    resolve: (names) => front.resolve(job, names, signal),
    define: (statement) => show(front, job, statement),
    ...output,
  });
  const cancel = () => run.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await run.done;
  } finally {
    signal.removeEventListener('abort', cancel);
    front.release?.(job);
  }
}

/** What changes the catalog has to be a call that is recorded: Athena's StartQueryExecution. */
async function show(front: QueryFront, job: QueryJob, statement: DdlStatement): Promise<StatementAnswer> {
  const isQuestion = statement.kind.startsWith('show') || statement.kind === 'describe';
  if (front.define !== undefined && isQuestion) return inCells(await front.define(job, statement));
  throw new QueryError(
    'NOT_SUPPORTED',
    'Only SELECT, SHOW and DESCRIBE run here; tables are made by `aws athena start-query-execution`.',
  );
}

/** Athena answers DESCRIBE as Hive prints it: a line in one cell, padded, with tabs between the fields. */
export function inCells({ columns, rows }: StatementAnswer): StatementAnswer {
  const isLine = (row: StatementAnswer['rows'][number]) => row.length === 1 && columns.length > 1;
  return {
    columns,
    rows: rows.map((row) => (isLine(row) ? (row[0] ?? '').split('\t').map((cell) => cell.trim()) : row)),
  };
}
