// SPDX-License-Identifier: Apache-2.0
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import {
  CloudTrailClient,
  DescribeQueryCommand,
  GetQueryResultsCommand as GetLakeResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudtrail';
import { benchCredentials } from '../serving-process.js';

/** A service that runs queries, as its clients see it. */
export interface QueryFront {
  readonly name: string;
  /** What stands for T. */
  readonly table: string;
  /** Starts a query and looks for its end every so many ms. Resolves with its id, rejects when it failed. */
  ask(sql: string, everyMs?: number): Promise<string>;
  /** From the start call to done, ms. */
  timed(sql: string): Promise<number>;
  /** The only cell of an answer of one row. */
  cellOf(queryId: string): Promise<string>;
}

/** Asking every few milliseconds takes half a processor, of two, from what is measured. */
const pollMs = 20;
/** Where the service says when a query was done, nobody has to ask so often: 25 looks take a tenth of half a second. */
const seldomMs = 100;

export const resultsBucket = 'bench-query-results';

export function clientConfig(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: benchCredentials };
}

export function athenaFront(url: string): QueryFront {
  const client = new AthenaClient(clientConfig(url));
  const done = async (sql: string, everyMs: number) => {
    const { QueryExecutionId = '' } = await client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        ResultConfiguration: { OutputLocation: `s3://${resultsBucket}/` },
      }),
    );
    let doneAt: Date | undefined;
    await untilDone(sql, everyMs, 'SUCCEEDED', async () => {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason, CompletionDateTime } = QueryExecution?.Status ?? {};
      doneAt = CompletionDateTime;
      return [State, StateChangeReason];
    });
    return { QueryExecutionId, doneAt };
  };
  return {
    name: 'Athena',
    table: '"default"."cairn_history"',
    ask: async (sql, everyMs = pollMs) => (await done(sql, everyMs)).QueryExecutionId,
    timed: async (sql) => {
      const askedAtMs = Date.now();
      const { doneAt } = await done(sql, seldomMs);
      if (doneAt === undefined) throw new Error('a query that does not say when it was done');
      return doneAt.getTime() - askedAtMs;
    },
    cellOf: async (QueryExecutionId) => {
      const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
      return ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue ?? '';
    },
  };
}

export function lakeFront(url: string, eventDataStoreId: string): QueryFront {
  const client = new CloudTrailClient(clientConfig(url));
  const ask = async (sql: string, everyMs = pollMs) => {
    const { QueryId = '' } = await client.send(new StartQueryCommand({ QueryStatement: sql }));
    await untilDone(sql, everyMs, 'FINISHED', async () => {
      const { QueryStatus, ErrorMessage } = await client.send(new DescribeQueryCommand({ QueryId }));
      return [QueryStatus, ErrorMessage];
    });
    return QueryId;
  };
  return {
    name: 'CloudTrail Lake',
    table: eventDataStoreId,
    ask,
    // It does not say when it was done.
    timed: async (sql) => {
      const askedAtMs = performance.now();
      await ask(sql);
      return performance.now() - askedAtMs;
    },
    cellOf: async (QueryId) => {
      const { QueryResultRows } = await client.send(new GetLakeResultsCommand({ QueryId }));
      return Object.values(QueryResultRows?.[0]?.[0] ?? {})[0] ?? '';
    },
  };
}

async function untilDone(
  sql: string,
  everyMs: number,
  good: string,
  look: () => Promise<readonly [string | undefined, string | undefined]>,
): Promise<void> {
  for (;;) {
    const [state, reason] = await look();
    if (state === good) return;
    if (state !== 'QUEUED' && state !== 'RUNNING') throw new Error(`${state}: ${reason} in ${sql}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
