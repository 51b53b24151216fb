// SPDX-License-Identifier: Apache-2.0
import type { QueryJob } from '../query/jobs/query-job.js';
import type { CatalogPlace } from './catalog/catalog-documents.js';
import type { StatementKind } from './statement-kind.js';
import type { ResultSettings } from './work-group.js';

/** What Athena keeps of a query besides its job: `QueryJob.facts`. */
export interface AthenaFacts {
  readonly workGroup: string;
  /** As it was asked for: `EXECUTE name USING …`, where the job has the prepared statement. */
  readonly query: string;
  readonly kind: StatementKind;
  readonly catalog?: string;
  readonly database?: string;
  /** The execution parameters of the call. */
  readonly parameters?: readonly string[];
  /** Absent: the results stay with Athena (managed query results). Its OutputLocation is the whole file's. */
  readonly result?: ResultSettings;
  readonly reuse?: { readonly enabled: boolean; readonly maxAgeMinutes?: number };
  readonly bytesScannedMax?: number;
  /** Of a query that has ended over files of lines: the sizes of the objects, where the engine counts the copies of them. */
  readonly bytesScanned?: number;
  /** What the call said, for calls that come again with its token: a hash. */
  readonly asked: string;
}

export function athenaFacts({ facts }: Pick<QueryJob, 'facts'>): AthenaFacts {
  return facts as unknown as AthenaFacts;
}

const largestTimeMs = 9_999_999_999_999;

/** The place of a query in its work group's list, newest first: `athena-execution/111122223333/eu-west-1/primary/8204…-<id>`. */
export function executionKey(
  place: CatalogPlace,
  workGroup: string,
  submittedAtMs: number,
  id: string,
): string {
  const order = String(largestTimeMs - submittedAtMs).padStart(13, '0');
  return `${executionPrefix(place, workGroup)}${order}-${id}`;
}

export function executionPrefix({ accountId, region }: CatalogPlace, workGroup: string): string {
  return `athena-execution/${accountId}/${region}/${workGroup}/`;
}

export interface ExecutionEntry {
  readonly id: string;
  readonly submittedAtMs: number;
}

/** Source: Athena User Guide, "View recent queries" (45 days). */
export const executionDaysMax = 45;
