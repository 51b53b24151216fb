// SPDX-License-Identifier: Apache-2.0
import type {
  ColumnInfo,
  GetQueryResultsInput,
  GetQueryResultsOutput,
  Row as ResultRow,
} from '@aws-sdk/client-athena';
import { athenaFacts } from '../../athena/query-execution.js';
import { type ResultColumn, resultColumns } from '../../athena/results/column-info.js';
import { parseS3Location } from '../../athena/s3-location.js';
import { answeredKind, hasHeaderRow, type StatementKind, writesCsv } from '../../athena/statement-kind.js';
import { bucketNeed } from '../../buckets/access.js';
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import type { Row } from '../../query/query-engine.js';
import type { TableColumn } from '../../query/table-source.js';
import type { Call, Handler } from '../service.js';
import type { AthenaDependencies } from './athena-dependencies.js';
import { invalidRequest } from './athena-errors.js';
import { checkLength } from './check-members.js';
import { existingQuery } from './find-query.js';
import { pageToken, readPage } from './paging.js';
import { shownState } from './query-execution-shape.js';

const empty: GetQueryResultsOutput = { ResultSet: { Rows: [], ResultSetMetadata: { ColumnInfo: [] } } };

/** Source: answers of Athena: of these two limits the model's is looked at first, the other one when the query is there. */
const modelPageMax = 100_000;
const pageMax = 1_000;

/**
 * The first row of a query's first page is the names of its columns; it counts as a row. A page that is full has a token,
 * also when nothing comes after it. Source: answers of Athena.
 */
export function getQueryResultsHandler({
  results,
}: Pick<AthenaDependencies, 'results'>): Handler<GetQueryResultsInput, GetQueryResultsOutput> {
  return async (input, call) => {
    const rules = { kind: 'results', max: modelPageMax, otherwise: pageMax };
    readPage({ MaxResults: input.MaxResults }, rules);
    if (input.NextToken !== undefined) checkLength(input.NextToken, 'nextToken', 1, 1024);
    const job = existingQuery(input.QueryExecutionId, call);
    if ((input.MaxResults ?? 0) > pageMax)
      throw invalidRequest(`MaxResults is more than maximum allowed length ${pageMax}`);
    const { kind: told } = athenaFacts(job);
    if (!hasResults(job, told)) return empty;
    authorizeReading(job, call);
    const result = await results.open(job.id);
    const columns = result?.columns ?? job.columns ?? [];
    const kind = answeredKind(told, columns);
    if (result === undefined) {
      if (columns.length > 0) throw invalidRequest('Could not find results', 'RESULT_NOT_FOUND');
      return empty;
    }
    const header = hasHeaderRow(kind) && columns.length > 0 ? 1 : 0;
    const count = result.rowCount + header;
    const { after, limit } = resultPage(input, `results/${job.id}`, count);
    const from = after === undefined ? 0 : Number(after);
    const isFirst = from === 0;
    const rows = await result.rows(Math.max(0, from - header), isFirst ? limit - header : limit);
    const shown = isFirst && header === 1 ? [headerRow(columns), ...rows.map(toRow)] : rows.map(toRow);
    const next = from + shown.length;
    return {
      ResultSet: {
        Rows: shown,
        ResultSetMetadata: { ColumnInfo: resultColumns(kind, columns).map(toColumnInfo) },
      },
      ...updateCount(kind),
      ...(shown.length === limit ? { NextToken: pageToken(`results/${job.id}`, String(next)) } : {}),
    };
  };
}

/** Where nothing is to be shown, no token is looked at. */
function resultPage(
  input: GetQueryResultsInput,
  kind: string,
  count: number,
): { readonly after: string | undefined; readonly limit: number } {
  const rules = { kind, max: pageMax, otherwise: pageMax };
  if (count === 0) return readPage({ MaxResults: input.MaxResults }, rules);
  return readPage(input, { ...rules, malformed: (token) => `Malformed nextPageToken ${token}` });
}

/** False: the answer is empty. Throws where Athena says that there are none. */
function hasResults(job: QueryJob, kind: StatementKind): boolean {
  const state = shownState(job);
  if (state === 'SUCCEEDED') return true;
  if (state === 'CANCELLED') throw invalidRequest('Could not find results', 'RESULT_NOT_FOUND');
  // Statements of the catalog fail with a text for a result, which GetQueryResults does not show.
  if (state === 'FAILED' && !writesCsv(kind) && job.failure?.message.startsWith('FAILED: ') === true)
    return false;
  const message =
    state === 'FAILED'
      ? 'Query did not finish successfully. Final query state: FAILED'
      : `Query has not yet finished. Current state: ${state}`;
  throw invalidRequest(message, 'INVALID_QUERY_EXECUTION_STATE');
}

/**
 * Results are objects of the output location: who may not read those may not read them here either.
 * Source: Athena API Reference, "GetQueryResults" (s3:GetObject for the query results location).
 */
function authorizeReading(job: QueryJob, call: Call): void {
  const place = parseS3Location(athenaFacts(job).result?.OutputLocation ?? '');
  if (place === undefined) return;
  const bucket = call.state.get<BucketDocument>(bucketKey(place.bucket));
  const permission = { action: 's3:GetObject', key: place.prefix };
  call.authorize(
    bucket === undefined
      ? { action: permission.action, resource: `arn:aws:s3:::${place.bucket}/${place.prefix}` }
      : bucketNeed(bucket, call.principal, permission),
  );
}

/** Source: answers of Athena: 0 for what its engine answers, none for DDL, EXPLAIN, DESCRIBE and SHOW CREATE TABLE. */
function updateCount({ type, subtype }: StatementKind): { UpdateCount?: number } {
  const hasNone =
    type === 'DDL' ||
    subtype === 'EXPLAIN' ||
    subtype === 'DESCRIBE_TABLE' ||
    subtype === 'SHOW_CREATE_TABLE';
  return hasNone ? {} : { UpdateCount: 0 };
}

function headerRow(columns: readonly TableColumn[]): ResultRow {
  return { Data: columns.map(({ name }) => ({ VarCharValue: name })) };
}

function toRow(row: Row): ResultRow {
  return { Data: row.map((cell) => (cell === null ? {} : { VarCharValue: cell })) };
}

function toColumnInfo(column: ResultColumn): ColumnInfo {
  const { name, type, precision = 0, scale = 0, caseSensitive = false } = column;
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: caseSensitive,
  };
}
