// SPDX-License-Identifier: Apache-2.0
import type { QueryEngine, QueryRequest, QueryStatistics } from '../../../query/query-engine.js';
import { QueryError, type QueryErrorCode, QueryTimeError } from '../../../query/query-error.js';

export const columns = [{ name: 'n', type: 'bigint' }];

/**
 * An engine whose statements say what happens: `rows 5`, `hang`, `slow`, `fail CODE words`, `time`, `table NAME`, `ddl`.
 * `busyMax` times it is busy first.
 */
export class ScriptedEngine implements Pick<QueryEngine, 'run'> {
  readonly ran: string[] = [];
  readonly cancelled: string[] = [];
  running = 0;
  runningMost = 0;
  busyLeft = 0;

  run(request: QueryRequest) {
    this.ran.push(request.sql);
    const ending = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      ending.signal.addEventListener('abort', () => {
        this.cancelled.push(request.sql);
        reject(new QueryError('CANCELLED', 'The query was cancelled.'));
      });
    });
    aborted.catch(() => {});
    return {
      done: Promise.race([aborted, this.#counted(request)]),
      cancel: () => ending.abort(),
    };
  }

  async #counted(request: QueryRequest): Promise<QueryStatistics> {
    this.running += 1;
    this.runningMost = Math.max(this.running, this.runningMost);
    try {
      return await this.#script(request);
    } finally {
      this.running -= 1;
    }
  }

  async #script({ sql, onColumns, onRows, resolve, define }: QueryRequest): Promise<QueryStatistics> {
    if (this.busyLeft > 0) {
      this.busyLeft -= 1;
      throw new QueryError('BUSY', 'Too many queries are waiting.');
    }
    const [word, first = '', ...rest] = sql.split(' ');
    if (word === 'hang') await new Promise(() => {});
    if (word === 'time') throw new QueryTimeError(1_000);
    if (word === 'fail') throw new QueryError(first as QueryErrorCode, rest.join(' '));
    if (word === 'table') await resolve([{ table: first }]);
    if (word === 'ddl') await define!({ kind: 'dropTable', table: { table: 'x' }, ifExists: false });
    if (word === 'slow') await new Promise((resolve) => setImmediate(resolve));
    await onColumns(columns);
    const count = word === 'rows' ? Number(first) : 1;
    for (let n = 0; n < count; n += 500)
      await onRows(Array.from({ length: Math.min(500, count - n) }, (_, index) => [String(n + index)]));
    return { planningMs: 1, executionMs: 2, bytesScanned: 3, rowsScanned: 4, rowsReturned: count };
  }
}
