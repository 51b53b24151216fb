// SPDX-License-Identifier: Apache-2.0
import type { QueryLimits } from '../../query/query-engine.js';

const MiB = 1024 * 1024;

/**
 * What one query of Lake may take. Time: CloudTrail User Guide, "CloudTrail Lake queries": one that runs longer than an
 * hour times out. Rows and bytes: what fits a bucket or is paged through in reason; a query of more is told so.
 */
export const lakeQueryLimits: QueryLimits = {
  runMsMax: 3_600_000,
  rowsMax: 5_000_000,
  resultBytesMax: 1_024 * MiB,
  memoryBytesMax: 2_048 * MiB,
};

/** CSV text of one result file before it is compressed: a file is held in memory until it is delivered. */
export const resultFileBytesMax = 64 * MiB;

/** Tries to deliver one file to a destination that does not answer, and the wait between them, doubled each time. */
export const deliveryTriesMax = 5;
export const deliveryWaitMsMin = 500;

/** How often deleted stores are looked at: their waiting period is days. */
export const removalEveryMs = 60_000;
