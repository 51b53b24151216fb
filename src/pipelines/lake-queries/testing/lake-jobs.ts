// SPDX-License-Identifier: Apache-2.0
import {
  type EventDataStoreDocument,
  eventDataStoreKey,
} from '../../../event-data-stores/event-data-store.js';
import type { QueryJob } from '../../../query/jobs/query-job.js';
import type { Row } from '../../../query/query-engine.js';
import type { QueryResult } from '../../../query/results/query-results.js';

export const account = '111122223333';
export const storeId = '11111111-2222-4333-8444-555555555555';
export const storeArn = `arn:aws:cloudtrail:us-east-1:${account}:eventdatastore/${storeId}`;
export const nowMs = Date.parse('2026-11-21T23:59:58.750Z');

export function lakeJob(facts: Readonly<Record<string, unknown>> = {}): QueryJob {
  return {
    id: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    front: 'lake',
    accountId: account,
    region: 'us-east-1',
    dialect: 'lake',
    sql: `SELECT 1 FROM ${storeId}`,
    caller: {
      principal: { kind: 'root', accountId: account, accessKeyId: 'AKIDEXAMPLE' },
      sourceIp: '203.0.113.10',
      userAgent: 'test',
    },
    state: 'RUNNING',
    submittedAtMs: nowMs,
    facts: { stores: [storeArn], ...facts },
  };
}

export function storeDocument(changes: Partial<EventDataStoreDocument> = {}): EventDataStoreDocument {
  return {
    id: storeId,
    name: 'store',
    accountId: account,
    region: 'us-east-1',
    status: 'ENABLED',
    isMultiRegion: true,
    selectors: [{ fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }] }],
    retentionDays: 366,
    billingMode: 'EXTENDABLE_RETENTION_PRICING',
    isTerminationProtected: true,
    tags: {},
    createdAtMs: 1,
    updatedAtMs: 1,
    ...changes,
  };
}

export const storeKey = eventDataStoreKey(account, 'us-east-1', storeId);

export function resultOf(names: readonly string[], rows: readonly Row[]): QueryResult {
  return new MemoryResult(names, rows);
}

/** Its methods need their object, as those of stored results do. */
class MemoryResult implements QueryResult {
  readonly columns;
  readonly #rows: readonly Row[];

  constructor(names: readonly string[], rows: readonly Row[]) {
    this.columns = names.map((name) => ({ name, type: 'varchar' }));
    this.#rows = rows;
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  rows(from: number, count: number): Promise<readonly Row[]> {
    return Promise.resolve(this.#rows.slice(from, from + count));
  }

  async *pieces(): AsyncGenerator<readonly Row[]> {
    for (let at = 0; at < this.#rows.length; at += 100) yield this.#rows.slice(at, at + 100);
  }
}
