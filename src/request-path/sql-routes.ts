// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../identity/access.js';
import type { QueryCaller } from '../query/jobs/query-job.js';
import type { QueryOutput, QueryStatistics, SqlDialect } from '../query/query-engine.js';
import { QueryError } from '../query/query-error.js';
import { WireError } from '../wire/wire-error.js';
import { type OwnRequest, type OwnRoute, StreamedAnswer } from './own-api.js';
import { SqlAnswer } from './sql-answer.js';

/** A statement with what it may see: known before it runs. */
export interface AdmittedSql {
  /** What the caller has to be allowed besides what its tables ask for while it runs. */
  readonly needs: readonly AccessNeed[];
  /** Called when the caller may: throws WireError for what cannot be run all the same. */
  readonly verify?: () => void;
  run(output: QueryOutput, signal: AbortSignal): Promise<QueryStatistics>;
}

export interface AskedSql {
  readonly sql: string;
  readonly dialect: SqlDialect;
  readonly parameters?: readonly string[];
  readonly caller: QueryCaller;
  readonly region: string;
}

export interface SqlRoutesDependencies {
  /** Reads a statement, without running it. Rejects with QueryError. */
  readonly admit: (asked: AskedSql) => Promise<AdmittedSql>;
  readonly onFault: (error: unknown) => void;
}

/** Answers on their way at a time; of those that wait for the engine each holds a connection. */
const answersMax = 64;
/** As long as Athena's. Source: Athena API Reference, StartQueryExecution, QueryString. */
const sqlBytesMax = 262_144;

/**
 * The route of Cairn's own API that answers SQL: `POST /cairn/v1/sql` with `{"sql", "dialect", "parameters", "nested"}`;
 * with `"nested": "json"` cells of arrays, maps and rows are JSON documents. Who may start
 * queries in Athena (or, in Lake's dialect, over the event data stores that the statement names) and read the tables may ask
 * here. Nothing is kept: neither the statement nor its rows.
 */
export function sqlRoutes({ admit, onFault }: SqlRoutesDependencies): ReadonlyMap<string, OwnRoute> {
  let answers = 0;
  const answerSql = async (request: OwnRequest): Promise<StreamedAnswer> => {
    const { nestedAsJson, ...asked } = askedSql(request);
    if (answers >= answersMax)
      throw new WireError('ThrottlingException', 'Too many statements at once. Please try again.', {
        status: 429,
      });
    const admitted = await admit(asked).catch((error: unknown) => {
      throw error instanceof QueryError ? refused(error) : error;
    });
    for (const need of admitted.needs) request.authorize(need);
    admitted.verify?.();
    const body = new SqlAnswer(
      (output, signal) => admitted.run({ ...output, nestedAsJson }, signal),
      onFault,
    );
    answers += 1;
    body.once('close', () => {
      answers -= 1;
    });
    return new StreamedAnswer('application/x-ndjson', body);
  };
  return new Map([['POST /cairn/v1/sql', answerSql]]);
}

function askedSql({
  body,
  principal,
  region,
  wire,
}: OwnRequest): AskedSql & { readonly nestedAsJson: boolean } {
  const { sql, dialect = 'athena', parameters, nested = 'text' } = documentOf(body);
  if (typeof sql !== 'string' || sql.trim() === '') throw invalid('sql must be a statement');
  if (Buffer.byteLength(sql) > sqlBytesMax) throw invalid(`sql has more than ${sqlBytesMax} bytes`);
  if (dialect !== 'athena' && dialect !== 'lake') throw invalid('dialect must be athena or lake');
  if (nested !== 'text' && nested !== 'json') throw invalid('nested must be text or json');
  const nestedAsJson = nested === 'json';
  const areTexts = Array.isArray(parameters) && parameters.every((each) => typeof each === 'string');
  if (parameters !== undefined && !areTexts) throw invalid('parameters must be a list of texts');
  const caller = { principal, sourceIp: wire.sourceIp, userAgent: wire.headers['user-agent'] ?? '' };
  return {
    sql,
    dialect,
    caller,
    region,
    nestedAsJson,
    ...(areTexts ? { parameters: parameters as string[] } : {}),
  };
}

function documentOf(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(body.toString('utf8'));
    if (typeof document === 'object' && document !== null) return document as Record<string, unknown>;
  } catch (cause) {
    throw invalid('the body is not JSON', cause);
  }
  throw invalid('the body must be an object');
}

function refused(error: QueryError): WireError {
  const status = error.code === 'ACCESS_DENIED' ? 403 : error.code === 'BUSY' ? 429 : 400;
  return new WireError(error.code, error.message, { status, cause: error });
}

function invalid(message: string, cause?: unknown): WireError {
  return new WireError('ValidationException', message, {
    status: 400,
    ...(cause === undefined ? {} : { cause }),
  });
}
