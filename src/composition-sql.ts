// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { findWorkGroup, primaryWorkGroup, workGroupArn } from './athena/work-group.js';
import type { Destinations } from './composition-delivery.js';
import { lakeFrontOf } from './composition-lake.js';
import { type LocalCairn, type LocalSettings, openLocalCairn } from './composition-local.js';
import { openQueries, type Queries } from './composition-query.js';
import { type RunningSegments, startSegmentsOf } from './composition-segments.js';
import { Undo } from './composition-undo.js';
import { eventDataStoreArn } from './event-data-stores/event-data-store.js';
import { storeNeed } from './event-data-stores/store-policy.js';
import { findStore } from './event-data-stores/store-state.js';
import type { AccessNeed } from './identity/access.js';
import { accountPrefix } from './identity/account-documents.js';
import { accountsSeenBy } from './identity/organizations/accounts-seen-by.js';
import { historyStream } from './pipelines/history-segments/start-history-segments.js';
import type { SegmentSnapshot } from './ports/event-segments.js';
import type { OperatorLog } from './ports/operator-log.js';
import { StateOverlay } from './ports/state-overlay.js';
import { runDirectly } from './query/direct/direct-query.js';
import type { QueryFront } from './query/jobs/query-front.js';
import type { QueryJob } from './query/jobs/query-job.js';
import type { QueryOutput, QueryStatistics } from './query/query-engine.js';
import { QueryError } from './query/query-error.js';
import type { SearchAnswer } from './query/search/run-search.js';
import { type SearchedHistories, searchHistories } from './query/search/search-histories.js';
import type { SearchRequest } from './query/search/search-request.js';
import type { TableName } from './query/table-source.js';
import type { OwnRoute } from './request-path/own-api.js';
import { searchRoutes } from './request-path/search-routes.js';
import { type AskedSql, sqlRoutes } from './request-path/sql-routes.js';
import { parseCloudTrailArn } from './trails/cloudtrail-arn.js';
import { WireError } from './wire/wire-error.js';

/** Statements of `cairn sql` and of whoever speaks Cairn's own API. */
export function sqlRoutesOf(
  local: Pick<LocalCairn, 'stateStore' | 'clock'>,
  queries: Queries,
  log: OperatorLog,
): ReadonlyMap<string, OwnRoute> {
  return sqlRoutes({
    onFault: (error) => log.error({ err: error }, 'a statement failed by a fault of ours'),
    admit: async (asked) => {
      const front = queries.fronts.get(asked.dialect);
      if (front === undefined) throw new QueryError('BUSY', 'The server is starting. Please try again.');
      const stores = asked.dialect === 'lake' ? await storesNamed(asked, local, queries) : [];
      const group = findWorkGroup(new StateOverlay(local.stateStore), placeOf(asked), primaryWorkGroup);
      const job = jobOf(asked, local.clock.now(), stores, group?.settings.BytesScannedCutoffPerQuery);
      const needs = asked.dialect === 'lake' ? storeNeeds(stores, local) : workGroupNeeds(job, local);
      const verify = () => {
        if (asked.dialect === 'athena' && group?.state === 'DISABLED')
          throw new WireError('InvalidRequestException', 'WorkGroup is disabled.', { status: 400 });
      };
      const run = (output: QueryOutput, signal: AbortSignal) =>
        runDirectly({ engine: queries.engine, front, job, output, signal });
      return { needs, verify, run };
    },
  });
}

/** Who asks here gets rows at once: he must be allowed to start a query, and to read its results. */
function workGroupNeeds(job: QueryJob, { stateStore }: Pick<LocalCairn, 'stateStore'>): AccessNeed[] {
  const state = new StateOverlay(stateStore);
  const tags = Object.entries(findWorkGroup(state, job, primaryWorkGroup)?.tags ?? {});
  const context = Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  const resource = workGroupArn(job, primaryWorkGroup);
  return ['athena:StartQueryExecution', 'athena:GetQueryResults'].map((action) => ({
    action,
    resource,
    context,
  }));
}

/** With the tags and the policies of the stores, as StartQuery and GetQueryResults ask. */
function storeNeeds(
  arns: readonly string[],
  { stateStore, clock }: Pick<LocalCairn, 'stateStore' | 'clock'>,
): AccessNeed[] {
  const state = new StateOverlay(stateStore);
  return arns.flatMap((arn) => {
    const parts = parseCloudTrailArn(arn);
    if (parts === undefined) return [];
    const place = { accountId: parts.accountId, region: parts.region, id: parts.name };
    const store = findStore(state, place, clock.now());
    return ['cloudtrail:StartQuery', 'cloudtrail:GetQueryResults'].map((action) =>
      storeNeed(action, place, store, state),
    );
  });
}

/** ARNs of the event data stores that a statement names. Rejects with QueryError for others. */
async function storesNamed(
  { sql, caller, region }: AskedSql,
  { stateStore, clock }: Pick<LocalCairn, 'stateStore' | 'clock'>,
  { engine }: Queries,
): Promise<string[]> {
  const { tables } = await engine.check(sql, 'lake');
  // Without a store nobody's permission would be asked for.
  if (tables.length === 0)
    throw new QueryError('SYNTAX_ERROR', 'The query statement must have an event data store in FROM.');
  const state = { get: <T>(key: string) => stateStore.get<T>(key)?.value };
  const { accountId } = caller.principal;
  return tables.map(({ table }) => {
    const id = (table.split('/').at(-1) ?? '').toLowerCase();
    const store = findStore(state, { accountId, region, id }, clock.now());
    if (store === undefined)
      throw new QueryError('TABLE_NOT_FOUND', `There is no event data store ${table}.`);
    return eventDataStoreArn(store);
  });
}

function placeOf({ caller, region }: AskedSql) {
  return { accountId: caller.principal.accountId, region };
}

/** @param bytesScannedMax of the work group, as StartQueryExecution notes it */
function jobOf(
  asked: AskedSql,
  nowMs: number,
  stores: readonly string[],
  bytesScannedMax?: number,
): QueryJob {
  const { sql, dialect, parameters, caller, region } = asked;
  const limit = bytesScannedMax === undefined ? {} : { bytesScannedMax };
  const athena = { workGroup: primaryWorkGroup, query: sql, kind: { type: 'DML' }, asked: '', ...limit };
  return {
    id: randomUUID(),
    front: dialect,
    accountId: caller.principal.accountId,
    region,
    dialect,
    sql,
    ...(parameters === undefined ? {} : { parameters }),
    caller,
    state: 'RUNNING',
    submittedAtMs: nowMs,
    facts: dialect === 'lake' ? { stores } : athena,
  };
}

export function searchRoutesOf(
  { stateStore, root }: Pick<LocalCairn, 'stateStore' | 'root'>,
  { engine }: Pick<Queries, 'engine'>,
  segments: RunningSegments,
): ReadonlyMap<string, OwnRoute> {
  return searchRoutes({
    ...searchedHistories(engine, segments),
    accountsSeenBy: (principal) => {
      // As with look-ups: the main account's root reaches every account's history.
      if (principal.kind === 'root' && principal.accountId === root.accountId)
        return everyAccount(segments, { stateStore });
      return accountsSeenBy(new StateOverlay(stateStore), principal.accountId);
    },
  });
}

function searchedHistories(
  engine: Queries['engine'],
  { segmentsFor }: Pick<RunningSegments, 'segmentsFor'>,
): SearchedHistories {
  return { engine, historyOf: (accountId, signal) => segmentsFor(historyStream(accountId), signal) };
}

/** Accounts of this Cairn, and those into whose histories files were imported. */
function everyAccount(
  { segments }: Pick<RunningSegments, 'segments'>,
  { stateStore }: Pick<LocalCairn, 'stateStore'>,
): readonly string[] {
  const prefix = historyStream('');
  const streams = segments.streams().map(({ stream }) => stream);
  const known = stateStore.list(accountPrefix).map(({ key }) => key.slice(accountPrefix.length));
  const imported = streams.flatMap((each) => (each.startsWith(prefix) ? [each.slice(prefix.length)] : []));
  return [...new Set([...known, ...imported])];
}

/** SQL over a data directory that nobody serves. */
export interface OfflineSql {
  readonly local: LocalCairn;
  run(
    asked: Pick<AskedSql, 'sql' | 'dialect'>,
    output: QueryOutput,
    signal: AbortSignal,
  ): Promise<QueryStatistics>;
  /** A search of the histories that it names, of the main account's without one. */
  search(search: SearchRequest, signal: AbortSignal): Promise<SearchAnswer>;
  close(): Promise<void>;
}

/**
 * Takes the data directory's lock. Tables are the history, by `historyName` too, and event data stores: what lies in buckets is
 * read by a server.
 */
export async function openOfflineSql(
  settings: LocalSettings,
  log: OperatorLog,
  historyName: string,
): Promise<OfflineSql> {
  const undo = new Undo();
  try {
    const local = await openLocalCairn(settings, log);
    undo.add(() => local.close());
    const segments = await startSegmentsOf(local, settings, log, undo);
    const queries = openQueries(local, log, undo);
    const lake = lakeFrontOf(local, noDestinations, log, segments.segmentsFor);
    const history = historyFront(segments, historyName, lake);
    return {
      local,
      close: () => undo.run(),
      search: async (search, signal) => {
        const { accounts = [local.root.accountId] } = search;
        if (accounts === '*') await segments.history.caughtUp(signal);
        const named = accounts === '*' ? everyAccount(segments, local) : accounts;
        return searchHistories(searchedHistories(queries.engine, segments), named, search, signal);
      },
      run: async ({ sql, dialect }, output, signal) => {
        const { accountId, accessKeyId, region } = local.root;
        const principal = { kind: 'root', accountId, accessKeyId } as const;
        const asked = {
          sql,
          dialect,
          region,
          caller: { principal, sourceIp: '127.0.0.1', userAgent: 'cairn' },
        };
        const stores = dialect === 'lake' ? await storesNamed(asked, local, queries) : [];
        const job = jobOf(asked, local.clock.now(), stores);
        const front = dialect === 'lake' ? lake : history;
        return runDirectly({ engine: queries.engine, front, job, output, signal });
      },
    };
  } catch (error) {
    await undo.runQuietly();
    throw error;
  }
}

/** Nothing is delivered from here. */
const noDestinations = { destination: undefined as unknown as Destinations['destination'] };

function historyFront(
  { segmentsFor }: Pick<RunningSegments, 'segmentsFor'>,
  historyName: string,
  { limits }: Pick<QueryFront, 'limits'>,
): QueryFront {
  const held = new Map<string, SegmentSnapshot>();
  const isHistory = ({ schema = 'default', table }: TableName) =>
    schema.toLowerCase() === 'default' && ['cairn_history', historyName].includes(table.toLowerCase());
  return {
    limits,
    async resolve(job, names, signal) {
      const unknown = names.find((name) => !isHistory(name));
      if (unknown !== undefined)
        throw new QueryError(
          'TABLE_NOT_FOUND',
          `There is no table ${unknown.table}: without a server there is ${historyName}.`,
        );
      const snapshot = held.get(job.id) ?? (await segmentsFor(historyStream(job.accountId), signal));
      held.set(job.id, snapshot);
      const files = snapshot.files.map(({ path, rows, isOlder }) => ({
        path,
        rows,
        ...(isOlder && { isOlder }),
      }));
      return names.map(() => ({ kind: 'segments', schema: 'athena', files }) as const);
    },
    release({ id }) {
      held.get(id)?.release();
      held.delete(id);
    },
  };
}
