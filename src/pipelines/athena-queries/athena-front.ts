// SPDX-License-Identifier: Apache-2.0
import { Catalog } from '../../athena/catalog/catalog.js';
import type { TableDocument } from '../../athena/catalog/catalog-documents.js';
import { isAwsDataCatalog, isCatalogName, toFullName } from '../../athena/catalog/catalog-name.js';
import { type DataCatalogDocument, dataCatalogKey } from '../../athena/data-catalog.js';
import { athenaFacts } from '../../athena/query-execution.js';
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { SegmentSnapshot } from '../../ports/event-segments.js';
import type { EventStore } from '../../ports/event-store.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { StateStore } from '../../ports/state-store.js';
import type { CallerObjects, ObjectsCaller } from '../../query/jobs/caller-objects.js';
import type { QueryFront } from '../../query/jobs/query-front.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import type { QueryEngine } from '../../query/query-engine.js';
import { QueryError } from '../../query/query-error.js';
import type { WantedTable } from '../../query/table-condition.js';
import type { TableName, TableSource } from '../../query/table-source.js';
import { type DenialOf, verifyCatalogAccess, verifyHistoryAccess } from './catalog-access.js';
import { createView } from './create-view.js';
import { defineStatement, verifyDefinition } from './define-statement.js';
import { deliverFailure, deliverResult } from './deliver-result.js';
import { informationSchemaTable } from './information-schema.js';
import { athenaQueryLimits } from './limits.js';
import { placeOfTable } from './place-in-statement.js';
import type { QueryCache } from './query-cache.js';
import { emptySource, LoadedFiles, type TableLoader, tooManyBytes } from './table-loader.js';

export interface AthenaFrontDependencies {
  readonly stateStore: Pick<StateStore, 'get' | 'list'>;
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly clock: Clock;
  readonly denialOf: DenialOf;
  readonly objects: CallerObjects;
  readonly loader: TableLoader;
  readonly cache: QueryCache;
  /** Reads the queries of views. */
  readonly engine: Pick<QueryEngine, 'run' | 'check'>;
  /** The segments of a stream, with everything that is in the log when it is called. */
  readonly segmentsFor: (stream: string, signal: AbortSignal) => Promise<SegmentSnapshot>;
  readonly eventStore: Pick<EventStore, 'records'>;
}

export const athenaService = 'athena.amazonaws.com';

/** What a query holds while it runs. */
interface Held {
  readonly files: LoadedFiles;
  readonly snapshots: SegmentSnapshot[];
  /** Databases of the views that were resolved: names in views mean what they meant where the view was made. */
  readonly viewDatabases: string[];
  /** Ends what still loads when the query is over, however it ended. */
  readonly over: AbortController;
  /** Of the objects that are read from their begin to their end. */
  bytes: number;
  /** Whether all that it reads are files of lines, which cannot be read in part. */
  areWhole: boolean;
}

/** Athena's side of its queries: tables of the catalog, results in the caller's bucket. */
export function createAthenaFront(deps: AthenaFrontDependencies): QueryFront {
  const held = new Map<string, Held>();
  const heldBy = ({ id }: QueryJob): Held => {
    const found = held.get(id) ?? {
      files: new LoadedFiles(deps.cache),
      snapshots: [],
      viewDatabases: [],
      over: new AbortController(),
      bytes: 0,
      areWhole: true,
    };
    held.set(id, found);
    return found;
  };
  const resolve: QueryFront['resolve'] = async (job, names, signal) => {
    const sources: TableSource[] = [];
    const mine = heldBy(job);
    const either = AbortSignal.any([signal, mine.over.signal]);
    for (const name of names) sources.push(await resolveTable(job, name, mine, deps, either));
    return sources;
  };
  return {
    delivers: 'csv',
    limits: () => athenaQueryLimits,
    resolve,

    async records(job, places, bytesMax) {
      // Only who was let at the history may have its records, and of those only his account's.
      if ((held.get(job.id)?.snapshots ?? []).length === 0)
        return { bytes: new Uint8Array(), lengths: places.map(() => 0) };
      return deps.eventStore.records(job.accountId, places, bytesMax);
    },

    release({ id }) {
      const found = held.get(id);
      held.delete(id);
      found?.over.abort(new QueryError('CANCELLED', 'The query is over.'));
      found?.files.release();
      for (const snapshot of found?.snapshots ?? []) snapshot.release();
    },

    async define(job, statement) {
      const { signal } = new AbortController();
      const caller = callerOf(job);
      const paths = (bucket: string, prefix: string) => deps.loader.paths({ caller, signal }, bucket, prefix);
      try {
        if (statement.kind === 'createView') return verifyDefinition(job, statement, deps);
        return await defineStatement(job, statement, { ...deps, paths });
      } catch (error) {
        if (error instanceof QueryError && error.message.startsWith('FAILED: '))
          await deliverFailure(job, caller, error.message, deps.objects);
        throw error;
      }
    },

    async finish(job, result, { bytesScanned }) {
      const found = held.get(job.id);
      // What is read in part is known when it has been read. Of files of lines the sizes have been counted before.
      if (found?.areWhole === false && bytesScanned > bytesScannedMax(job)) throw tooManyBytes();
      if (athenaFacts(job).kind.subtype === 'CREATE_VIEW') await createView(job, resolve, deps);
      await deliverResult(job, callerOf(job), result, deps.objects);
      return found !== undefined && found.bytes > 0 && found.areWhole ? { bytesScanned: found.bytes } : {};
    },
  };
}

/** The limit of the query's work group. */
function bytesScannedMax(job: QueryJob): number {
  return athenaFacts(job).bytesScannedMax ?? Number.POSITIVE_INFINITY;
}

function callerOf({ caller, region }: QueryJob): ObjectsCaller {
  return { ...caller, region, service: athenaService };
}

async function resolveTable(
  job: QueryJob,
  name: WantedTable,
  held: Held,
  deps: AthenaFrontDependencies,
  signal: AbortSignal,
): Promise<TableSource> {
  const facts = athenaFacts(job);
  const { catalog, schema, table } = toFullName(name, facts);
  if (!isAwsDataCatalog(catalog)) throw otherCatalog(job, catalog, deps);
  const state = new StateOverlay(deps.stateStore);
  const own = new Catalog(state, job);
  const fullName = { catalog, schema, table };
  if (schema === 'information_schema')
    return { ...resolveInformation(job, name, table, own, deps), fullName };
  const schemas = name.schema === undefined ? [schema, ...held.viewDatabases] : [schema];
  const found = schemas.map((each) => find(own, each, table)).find((each) => each !== undefined);
  // Whoever may not see a table is not told whether it is there.
  verifyCatalogAccess(job, 'GetTable', { database: found?.database ?? schema, table }, deps.denialOf);
  if (found === undefined) throw notThere(job, name, own, schema, table);
  if (found.view !== undefined) {
    held.viewDatabases.push(found.view.database);
    return { kind: 'view', sql: found.view.sql, fullName };
  }
  if (found.storage === undefined) {
    const isWanted = name.schemaOnly !== true;
    return { ...(await resolveHistory(job, held, deps, isWanted ? signal : undefined)), fullName };
  }
  if (found.partitionKeys.length > 0)
    verifyCatalogAccess(job, 'GetPartitions', { database: found.database, table }, deps.denialOf);
  if (name.schemaOnly === true) return { ...emptySource(found, name.hidden), fullName };
  const { source, bytes, areWhole } = await deps.loader.load({
    caller: callerOf(job),
    table: found,
    partitions: () => own.partitions(found),
    where: name.where,
    hidden: name.hidden,
    nowMs: deps.clock.now(),
    bytesMax: bytesScannedMax(job) - held.bytes,
    held: held.files,
    signal,
  });
  if (areWhole) held.bytes += bytes;
  held.areWhole &&= areWhole;
  return { ...source, fullName };
}

function find(catalog: Catalog, schema: string, table: string): TableDocument | undefined {
  return isCatalogName(schema) && isCatalogName(table) ? catalog.table(schema, table) : undefined;
}

/** The account's own: nobody queries another account's history. @param signal absent: only its columns are wanted */
async function resolveHistory(
  job: QueryJob,
  held: Held,
  deps: AthenaFrontDependencies,
  signal: AbortSignal | undefined,
): Promise<TableSource> {
  verifyHistoryAccess(job, deps.denialOf);
  if (signal === undefined) return { kind: 'segments', schema: 'athena', files: [] };
  const snapshot = await deps.segmentsFor(`history/${job.accountId}`, signal);
  held.snapshots.push(snapshot);
  held.areWhole = false;
  const files = snapshot.files.map(({ path, rows, isOlder }) => ({
    path,
    rows,
    ...(isOlder && { isOlder }),
  }));
  return { kind: 'segments', schema: 'athena', files, byPlace: true };
}

function resolveInformation(
  job: QueryJob,
  name: TableName,
  table: string,
  catalog: Catalog,
  { denialOf }: AthenaFrontDependencies,
): TableSource {
  verifyCatalogAccess(job, 'GetDatabases', {}, denialOf);
  const isShown = (database: string): boolean => {
    const arn = `arn:aws:glue:${job.region}:${job.accountId}:database/${database}`;
    return denialOf(job, { action: 'glue:GetTables', resource: arn }) === undefined;
  };
  const found = informationSchemaTable(table, catalog, isShown);
  if (found === undefined) throw notThere(job, name, catalog, 'information_schema', table);
  return found;
}

function notThere(
  job: QueryJob,
  name: TableName,
  catalog: Catalog,
  schema: string,
  table: string,
): QueryError {
  const place = placeOfTable(job.sql, name);
  const isSchema =
    schema === 'information_schema' || (isCatalogName(schema) && catalog.database(schema) !== undefined);
  return new QueryError(
    'TABLE_NOT_FOUND',
    isSchema
      ? `TABLE_NOT_FOUND: ${place}: Table 'awsdatacatalog.${schema}.${table}' does not exist`
      : `SCHEMA_NOT_FOUND: ${place}: Schema '${schema}' does not exist`,
  );
}

function otherCatalog(job: QueryJob, catalog: string, { stateStore }: AthenaFrontDependencies): QueryError {
  const registered = stateStore.get<DataCatalogDocument>(dataCatalogKey(job, catalog));
  return registered === undefined
    ? new QueryError(
        'TABLE_NOT_FOUND',
        `CATALOG_NOT_FOUND: line 1:1: Catalog '${catalog.slice(0, 256)}' does not exist`,
      )
    : new QueryError(
        'NOT_SUPPORTED',
        `NOT_SUPPORTED: the data catalog '${registered.value.name}' is registered, but Cairn does not connect to it`,
      );
}
