// SPDX-License-Identifier: Apache-2.0
import type { BucketDocument } from '../../../buckets/bucket.js';
import { bucketKey } from '../../../buckets/bucket.js';
import type { Principal } from '../../../identity/principal.js';
import { ManualClock } from '../../../ports/clock.js';
import type { EventStore } from '../../../ports/event-store.js';
import { type QueryJob, queryJobKey } from '../../../query/jobs/query-job.js';
import type { CheckedStatement, Row } from '../../../query/query-engine.js';
import { QueryError } from '../../../query/query-error.js';
import type { QueryResult } from '../../../query/results/query-results.js';
import { authorizeNeeds } from '../../../request-path/authorize-call.js';
import { WireError } from '../../../wire/wire-error.js';
import type { AuditNotes, Service } from '../../service.js';
import { decidedCall, MemoryCallState, testAccountId } from '../../testing/call.js';
import { createCloudTrailService } from '../cloudtrail-service.js';
import { cloudtrailModel } from '../model.js';

export const account = testAccountId;
export const stranger = '444455556666';
export const nowMs = Date.parse('2026-11-21T10:00:00Z');

type Answer = Readonly<Record<string, unknown>>;

export interface Where {
  readonly region?: string;
  readonly accountId?: string;
  readonly principal?: Principal;
}

/**
 * CloudTrail Lake over a state in memory: calls are decided by policies and handled as the request path does it. Statements are
 * read by a stand-in that takes what stands behind FROM and JOIN for tables; a result is what `results` holds for a query.
 */
export class LakeScene {
  readonly state = new MemoryCallState();
  readonly clock = new ManualClock(nowMs);
  readonly results = new Map<string, QueryResult>();
  audit: AuditNotes = { resources: [], additionalEventData: {} };
  checkFailure: Error | undefined;
  #ids = 0;
  readonly service: Service = createCloudTrailService({
    model: cloudtrailModel,
    eventStore: {} as EventStore,
    clock: this.clock,
    newId: () => `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, '0')}`,
    lookupWindowMs: 90 * 86_400_000,
    deliveryStatus: () => undefined,
    lake: {
      engine: { check: (sql) => this.#check(sql) },
      results: { open: (id) => Promise.resolve(this.results.get(id)) },
    },
  });

  async call<T = Answer>(operation: string, input: object = {}, where: Where = {}): Promise<T> {
    const { region = 'us-east-1', accountId = account, principal } = where;
    const call = decidedCall(this.service, {
      state: this.state,
      accountId,
      region,
      receivedAtMs: this.clock.now(),
      ...(principal === undefined ? {} : { principal }),
    });
    this.audit = call.audit;
    authorizeNeeds(this.service, operation, input, call);
    return (await this.service.handlers[operation]?.(input, call)) as T;
  }

  /** The code of the error that a call ends with; it must be one of the model's. */
  async refusal(operation: string, input: object = {}, where: Where = {}): Promise<string> {
    try {
      await this.call(operation, input, where);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (!cloudtrailModel.errors.has(error.code) && error.status === undefined)
        throw new Error(`${error.code} is not in the model`);
      return error.code;
    }
    throw new Error(`${operation} was not refused`);
  }

  /** The ARN of a new store. */
  async store(name = 'store', more: object = {}, where: Where = {}): Promise<string> {
    const { EventDataStoreArn } = await this.call('CreateEventDataStore', { Name: name, ...more }, where);
    return EventDataStoreArn as string;
  }

  addBucket(name: string, policy: string | undefined): void {
    const bucket: BucketDocument = {
      name,
      accountId: account,
      region: 'us-east-1',
      createdAtMs: 1,
      objectOwnership: 'BucketOwnerEnforced',
      ...(policy === undefined ? {} : { policy }),
    };
    this.state.put(bucketKey(name), bucket);
  }

  job(id: string, accountId = account): QueryJob | undefined {
    return this.state.get<QueryJob>(queryJobKey({ front: 'lake', accountId, region: 'us-east-1', id }));
  }

  /** What the runner would have written. */
  change(id: string, changes: Partial<QueryJob>): void {
    const job = this.job(id) as QueryJob;
    this.state.put(queryJobKey(job), { ...job, ...changes });
  }

  succeed(id: string, columns: readonly string[], rows: readonly Row[]): void {
    const statistics = {
      planningMs: 2,
      executionMs: 40,
      bytesScanned: 9_000,
      rowsScanned: 70,
      rowsReturned: rows.length,
    };
    this.change(id, { state: 'SUCCEEDED', statistics });
    this.results.set(id, resultOf(columns, rows));
  }

  #check(sql: string): Promise<CheckedStatement> {
    if (this.checkFailure !== undefined) return Promise.reject(this.checkFailure);
    if (!/^select /i.test(sql))
      return Promise.reject(new QueryError('SYNTAX_ERROR', 'line 1:1: mismatched input'));
    const tables = Array.from(sql.matchAll(/(?:from|join) ([\w.:/-]+)/gi), ([, table = '']) => ({ table }));
    return Promise.resolve({ kind: 'query', tables, parameterCount: (sql.match(/\?/g) ?? []).length });
  }
}

export function resultOf(names: readonly string[], rows: readonly Row[]): QueryResult {
  return {
    columns: names.map((name) => ({ name, type: 'varchar' })),
    rowCount: rows.length,
    rows: (from, count) => Promise.resolve(rows.slice(from, from + count)),
    async *pieces() {
      yield* [rows];
    },
  };
}
