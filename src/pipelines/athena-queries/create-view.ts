// SPDX-License-Identifier: Apache-2.0
import { Catalog } from '../../athena/catalog/catalog.js';
import { isCatalogName, toFullName } from '../../athena/catalog/catalog-name.js';
import { athenaFacts } from '../../athena/query-execution.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { DdlStatement } from '../../query/dialect/ddl-statement.js';
import type { QueryFront } from '../../query/jobs/query-front.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import type { QueryEngine } from '../../query/query-engine.js';
import { QueryError } from '../../query/query-error.js';
import type { TableColumn } from '../../query/table-source.js';
import { type DefineDependencies, defineStatement } from './define-statement.js';
import { athenaQueryLimits } from './limits.js';

export interface CreateViewDependencies extends Omit<DefineDependencies, 'paths'> {
  readonly engine: Pick<QueryEngine, 'run' | 'check'>;
}

/**
 * Makes a view whose query runs, with the columns that it gives. Not while the engine carries out the statement itself: two
 * of them would wait for each other's turn. Safe to repeat: a view of this very job is there already.
 */
export async function createView(
  job: QueryJob,
  resolve: QueryFront['resolve'],
  deps: CreateViewDependencies,
): Promise<void> {
  const { ddl } = await deps.engine.check(job.sql, 'athena');
  if (ddl?.kind !== 'createView') throw new QueryError('INTERNAL', 'the statement makes no view');
  if (isMade(job, ddl, deps)) return;
  const columns = await columnsOf(job, ddl.sql, resolve, deps.engine);
  await defineStatement(job, { ...ddl, columns }, { ...deps, paths: () => Promise.resolve([]) });
}

function isMade(
  job: QueryJob,
  { table: name, sql }: DdlStatement & { kind: 'createView' },
  { stateStore }: CreateViewDependencies,
): boolean {
  const { schema, table } = toFullName(name, athenaFacts(job));
  if (!isCatalogName(schema) || !isCatalogName(table)) return false;
  const found = new Catalog(new StateOverlay(stateStore), job).table(schema, table);
  return found?.view?.sql === sql && found.createdAtMs === job.submittedAtMs;
}

async function columnsOf(
  job: QueryJob,
  sql: string,
  resolve: QueryFront['resolve'],
  engine: Pick<QueryEngine, 'run'>,
): Promise<readonly TableColumn[]> {
  let columns: readonly TableColumn[] = [];
  const { signal } = new AbortController();
  await engine.run({
    sql: `SELECT * FROM (${sql}\n) AS the_view LIMIT 0`,
    dialect: 'athena',
    limits: athenaQueryLimits,
    resolve: (names) => resolve(job, names, signal),
    onColumns: (found) => {
      columns = found;
    },
    onRows: () => {},
  }).done;
  return columns;
}
