// SPDX-License-Identifier: Apache-2.0
import type { SignedPrincipal } from '../../identity/principal.js';
import type { QueryStatistics, SqlDialect } from '../query-engine.js';
import type { TableColumn } from '../table-source.js';

/** Whose rules a query goes by: CloudTrail Lake's or Athena's. */
export type QueryFrontName = 'lake' | 'athena';

export type QueryState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';

/** Who asked, from where: queries read and write objects as their caller, after the call has been answered. */
export interface QueryCaller {
  readonly principal: SignedPrincipal;
  readonly sourceIp: string;
  readonly userAgent: string;
}

/**
 * A query that somebody started. The call that starts it puts the document QUEUED; the call that cancels it sets CANCELLED;
 * everything else is set by the runner (`pipelines/query-jobs`), in entries without records.
 */
export interface QueryJob {
  /** UUID. */
  readonly id: string;
  readonly front: QueryFrontName;
  readonly accountId: string;
  readonly region: string;
  readonly dialect: SqlDialect;
  readonly sql: string;
  readonly parameters?: readonly string[];
  readonly caller: QueryCaller;
  readonly state: QueryState;
  readonly submittedAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly columns?: readonly TableColumn[];
  readonly statistics?: QueryStatistics;
  /** Of FAILED and TIMED_OUT. */
  readonly failure?: { readonly code: string; readonly message: string };
  /** What the front keeps besides: work group, place of the output, state of the delivery. JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** `query-job/athena/111122223333/eu-west-1/<id>` */
export function queryJobKey({
  front,
  accountId,
  region,
  id,
}: Pick<QueryJob, 'front' | 'accountId' | 'region' | 'id'>): string {
  return `${queryJobPrefix(front, accountId, region)}${id}`;
}

function queryJobPrefix(front: QueryFrontName, accountId: string, region: string): string {
  return `query-job/${front}/${accountId}/${region}/`;
}

export function hasEnded({ state }: Pick<QueryJob, 'state'>): boolean {
  return state !== 'QUEUED' && state !== 'RUNNING';
}
