// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import type { StartQueryExecutionInput, StartQueryExecutionOutput } from '@aws-sdk/client-athena';
import {
  type AthenaFacts,
  athenaFacts,
  type ExecutionEntry,
  executionKey,
  executionPrefix,
} from '../../athena/query-execution.js';
import { preparedStatementKey } from '../../athena/saved-statements.js';
import { resultFileName, statementKindOf } from '../../athena/statement-kind.js';
import type { WorkGroupDocument } from '../../athena/work-group.js';
import type { SignedPrincipal } from '../../identity/principal.js';
import { hasEnded, type QueryJob, queryJobKey } from '../../query/jobs/query-job.js';
import { QueryError } from '../../query/query-error.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { workGroupNeed } from './access.js';
import type { AthenaDependencies } from './athena-dependencies.js';
import { invalidRequest } from './athena-errors.js';
import { checkLength, checkQueryString, checkStatementName } from './check-members.js';
import { type PreparedUse, parameterLiteral, readPreparedUse } from './execute-statement.js';
import { enabledWorkGroup } from './find-work-group.js';
import { idOfToken } from './named-query-handlers.js';
import { hasParameters, onlyStatement, wrongFirstWord } from './only-statement.js';
import { findPreparedStatement, putPreparedStatement } from './prepared-statement-handlers.js';
import { resultSettingsFor } from './result-configuration.js';

/** Queries of a work group that wait or run. Source of the answer: Athena API Reference, "TooManyRequestsException". */
export const activeQueriesMax = 100;

type Start = Handler<StartQueryExecutionInput, StartQueryExecutionOutput>;

/** Puts the query where its runner finds it, in the entry of the call. Nothing runs here. */
export function startQueryExecutionHandler(
  deps: Pick<AthenaDependencies, 'check' | 'foreignBuckets'>,
): Start {
  return async (input, call) => {
    const text = checkQueryString(input.QueryString);
    if (input.ClientRequestToken === undefined) throw invalidRequest('clientRequestToken is null or empty');
    const id = idOfToken(input.ClientRequestToken, call);
    const asked = askedHash(input);
    const there = call.state.get<QueryJob>(queryJobKey({ front: 'athena', ...call, id }));
    if (there !== undefined) {
      if (athenaFacts(there).asked !== asked)
        throw invalidRequest('Idempotent parameters do not match', 'IDEMPOTENT_PARAMETER_MISMATCH');
      return { QueryExecutionId: id };
    }
    const group = enabledWorkGroup(input.WorkGroup, call);
    const query = onlyStatement(text);
    const facts = factsOf(input, query, asked, group, id, call, deps);
    const prepared = readPreparedUse(query);
    const statement = await runnable(prepared, input, query, group, call, deps);
    verifyRoom(group.name, call);
    const job: QueryJob = {
      id,
      front: 'athena',
      accountId: call.accountId,
      region: call.region,
      dialect: 'athena',
      ...statement,
      caller: {
        principal: call.principal as SignedPrincipal,
        sourceIp: call.request.sourceIp,
        userAgent: call.request.headers['user-agent'] ?? '',
      },
      submittedAtMs: call.receivedAtMs,
      facts: facts as unknown as QueryJob['facts'],
    };
    call.state.put(queryJobKey(job), job);
    const entry: ExecutionEntry = { id, submittedAtMs: job.submittedAtMs };
    call.state.put(executionKey(call, group.name, job.submittedAtMs, id), entry);
    return { QueryExecutionId: id };
  };
}

/** What a call that comes again with the same token must say again. Source: answers of Athena (work group and parameters may differ). */
function askedHash({
  QueryString,
  QueryExecutionContext,
  ResultConfiguration,
}: StartQueryExecutionInput): string {
  const { Catalog, Database } = QueryExecutionContext ?? {};
  return hash(
    'sha256',
    JSON.stringify([QueryString, Catalog, Database, ResultConfiguration?.OutputLocation]),
  );
}

function factsOf(
  input: StartQueryExecutionInput,
  query: string,
  asked: string,
  group: WorkGroupDocument,
  id: string,
  call: Call,
  deps: Pick<AthenaDependencies, 'foreignBuckets'>,
): AthenaFacts {
  const kind = statementKindOf(query);
  const { Catalog, Database } = input.QueryExecutionContext ?? {};
  const settings = resultSettingsFor(input.ResultConfiguration, group.settings, call, deps);
  const reuse = input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration;
  const { BytesScannedCutoffPerQuery: cutoff } = group.settings;
  return {
    workGroup: group.name,
    query,
    kind,
    asked,
    ...(Catalog === undefined ? {} : { catalog: checkLength(Catalog, 'catalog', 1, 256).toLowerCase() }),
    ...(Database === undefined ? {} : { database: checkLength(Database, 'database', 1, 255) }),
    ...(input.ExecutionParameters === undefined ? {} : { parameters: input.ExecutionParameters }),
    ...(settings === undefined
      ? {}
      : {
          result: {
            ...settings,
            OutputLocation: `${(settings.OutputLocation ?? '').replace(/\/+$/, '')}/${resultFileName(id, kind)}`,
          },
        }),
    ...(reuse === undefined
      ? {}
      : {
          reuse: {
            enabled: reuse.Enabled === true,
            ...(reuse.MaxAgeInMinutes === undefined ? {} : { maxAgeMinutes: reuse.MaxAgeInMinutes }),
          },
        }),
    ...(cutoff === undefined ? {} : { bytesScannedMax: cutoff }),
  };
}

type Runnable = Pick<QueryJob, 'sql' | 'state'> &
  Partial<Pick<QueryJob, 'parameters' | 'startedAtMs' | 'endedAtMs' | 'failure' | 'statistics'>>;

/**
 * The statement that is to be run; statements about prepared ones are done in the call itself, and need what the operations
 * of the same effect need. Source: Athena User Guide, "Configure access to prepared statements".
 */
async function runnable(
  prepared: PreparedUse | undefined,
  input: StartQueryExecutionInput,
  query: string,
  group: WorkGroupDocument,
  call: Call,
  { check }: Pick<AthenaDependencies, 'check'>,
): Promise<Runnable> {
  const parameters = checkParameters(input.ExecutionParameters);
  const authorize = (operation: string) =>
    call.authorize(workGroupNeed(`athena:${operation}`, group.name, call));
  switch (prepared?.kind) {
    case 'prepare': {
      const isThere = findPreparedStatement(group.name, prepared.name, call) !== undefined;
      authorize(isThere ? 'UpdatePreparedStatement' : 'CreatePreparedStatement');
      await verifyReads(prepared.statement, check);
      const { name, statement: queryStatement } = prepared;
      return done(query, call, () =>
        putPreparedStatement(
          { name: checkStatementName(name), workGroup: group.name, queryStatement },
          call,
          { mayReplace: isThere },
        ),
      );
    }
    case 'deallocate':
      authorize('DeletePreparedStatement');
      return done(query, call, () => {
        if (findPreparedStatement(group.name, prepared.name, call) === undefined)
          throw invalidRequest(`PreparedStatement ${prepared.name} was not found in workGroup ${group.name}`);
        call.state.delete(preparedStatementKey(call, group.name, prepared.name));
      });
    case 'execute': {
      authorize('GetPreparedStatement');
      const found = findPreparedStatement(group.name, prepared.name, call);
      if (found === undefined)
        throw invalidRequest(`PreparedStatement ${prepared.name} was not found in workGroup ${group.name}`);
      const given = hasParameters(found.queryStatement) ? parameters.map(parameterLiteral) : [];
      const values = prepared.values.length > 0 ? prepared.values : given;
      return { sql: found.queryStatement, parameters: values, state: 'QUEUED' };
    }
    default: {
      await verifyReads(query, check);
      // Values that nothing waits for are left. Source: answers of Athena.
      return parameters.length === 0 || !hasParameters(query)
        ? { sql: query, state: 'QUEUED' }
        : { sql: query, parameters: parameters.map(parameterLiteral), state: 'QUEUED' };
    }
  }
}

/** A query that has ended with its call. */
function done(sql: string, call: Call, act: () => void): Runnable {
  const times = { sql, startedAtMs: call.receivedAtMs, endedAtMs: call.receivedAtMs };
  try {
    act();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return {
      ...times,
      state: 'FAILED',
      failure: { code: 'INVALID_VALUE', message: `FAILED: ${error.message}` },
    };
  }
  const nothing = { planningMs: 0, executionMs: 0, bytesScanned: 0, rowsScanned: 0, rowsReturned: 0 };
  return { ...times, state: 'SUCCEEDED', statistics: nothing };
}

/** What cannot be read makes no query. When nobody has time to read it, the runner will say what is wrong. */
async function verifyReads(sql: string, check: AthenaDependencies['check']): Promise<void> {
  try {
    await check(sql);
  } catch (error) {
    if (!(error instanceof QueryError)) return;
    const wrong = wrongFirstWord(sql);
    if (wrong !== undefined) throw invalidRequest(wrong, 'MALFORMED_QUERY');
    if (error.code === 'NOT_SUPPORTED' && statementKindOf(sql).subtype === undefined)
      throw invalidRequest('Queries of this type are not supported', 'MALFORMED_QUERY');
    if (error.code !== 'SYNTAX_ERROR') return;
    throw invalidRequest(error.message.replace(/^SYNTAX_ERROR: /, ''), 'MALFORMED_QUERY');
  }
}

function checkParameters(given: readonly string[] | undefined): readonly string[] {
  for (const value of given ?? []) checkLength(value, 'executionParameters', 1, 1024);
  return given ?? [];
}

/** The newest ones tell: when all of them are still under way, there is no room for another. */
function verifyRoom(group: string, call: Call): void {
  const newest = call.state.list<ExecutionEntry>(executionPrefix(call, group), { limit: activeQueriesMax });
  if (newest.length < activeQueriesMax) return;
  const isFull = newest.every(({ value: { id } }) => {
    const job = call.state.get<QueryJob>(queryJobKey({ front: 'athena', ...call, id }));
    return job !== undefined && !hasEnded(job);
  });
  if (isFull)
    throw new WireError(
      'TooManyRequestsException',
      'You have exceeded the limit for the number of queries you can run concurrently. Please reduce the number of concurrent queries submitted by this account.',
      {
        fields: { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' },
      },
    );
}
