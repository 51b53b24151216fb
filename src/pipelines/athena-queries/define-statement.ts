// SPDX-License-Identifier: Apache-2.0
import { carryOut } from '../../athena/ddl/carry-out.js';
import { type DdlContext, DdlScene } from '../../athena/ddl/ddl-scene.js';
import { athenaFacts } from '../../athena/query-execution.js';
import { folderPrefix, parseS3Location } from '../../athena/s3-location.js';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { StateStore } from '../../ports/state-store.js';
import type { DdlStatement } from '../../query/dialect/ddl-statement.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import type { StatementAnswer } from '../../query/query-engine.js';
import { QueryError } from '../../query/query-error.js';
import type { TableName } from '../../query/table-source.js';
import { actionsOf, type CatalogResource, type DenialOf, verifyCatalogAccess } from './catalog-access.js';

export interface DefineDependencies {
  readonly stateStore: Pick<StateStore, 'get' | 'list'>;
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly denialOf: DenialOf;
  /** The paths of all objects below a place, as the caller. */
  readonly paths: (bucket: string, prefix: string) => Promise<readonly string[]>;
}

/**
 * Whether a statement could be carried out, without doing it: a view is made when its query has been found to run, which is
 * after the engine is free again.
 */
export function verifyDefinition(
  job: QueryJob,
  statement: DdlStatement,
  { stateStore, denialOf }: Pick<DefineDependencies, 'stateStore' | 'denialOf'>,
): StatementAnswer {
  const scene = new DdlScene(new StateOverlay(stateStore), contextOf(job));
  for (const action of actionsOf[statement.kind])
    verifyCatalogAccess(job, action, resourceOf(statement, scene), denialOf);
  return carryOut(statement, scene);
}

function contextOf(job: QueryJob): DdlContext {
  const { database, catalog } = athenaFacts(job);
  return {
    place: job,
    nowMs: job.submittedAtMs,
    ...(database === undefined ? {} : { database }),
    ...(catalog === undefined ? {} : { catalog }),
  };
}

/** Statements that change the same thing at the same time: each try starts from fresh state. */
const attemptsMax = 20;

/**
 * Carries a statement out on the catalog: all of its changes are one entry of the log, or none. The call that started it is
 * the record of it.
 */
export async function defineStatement(
  job: QueryJob,
  statement: DdlStatement,
  deps: DefineDependencies,
): Promise<StatementAnswer> {
  const context = contextOf(job);
  const look = () => new DdlScene(new StateOverlay(deps.stateStore), context);
  for (const action of actionsOf[statement.kind])
    verifyCatalogAccess(job, action, resourceOf(statement, look()), deps.denialOf);
  const paths = statement.kind === 'repairTable' ? await pathsOf(statement.table, look(), deps) : [];
  for (let attempt = 1; ; attempt += 1) {
    const state = new StateOverlay(deps.stateStore);
    const answer = carryOut(statement, new DdlScene(state, context), paths);
    const changes = state.changes();
    if (changes.length === 0) return answer;
    try {
      await deps.eventLog.append({ kind: 'call', records: [], changes });
      return answer;
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
      if (attempt >= attemptsMax)
        throw new QueryError('BUSY', 'Another statement is changing the same table. Please try again.', {
          cause: error,
        });
    }
  }
}

function resourceOf(statement: DdlStatement, scene: DdlScene): CatalogResource {
  if ('table' in statement) {
    const { schema, table } = scene.fullName(statement.table);
    return { database: schema, table };
  }
  if (statement.kind === 'showDatabases') return {};
  const database = statement.database ?? scene.context.database ?? 'default';
  return { database: database.toLowerCase() };
}

async function pathsOf(
  name: TableName,
  scene: DdlScene,
  { paths }: DefineDependencies,
): Promise<readonly string[]> {
  const location = parseS3Location(scene.find(name)?.storage?.location ?? '');
  return location === undefined ? [] : paths(location.bucket, folderPrefix(location));
}
