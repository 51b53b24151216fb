// SPDX-License-Identifier: Apache-2.0
import type { QueryFrontName } from '../../query/jobs/query-job.js';

const dayMs = 86_400_000;

/**
 * How long ended queries and their results are kept.
 * Source: CloudTrail API Reference, "ListQueries" (seven days); Athena User Guide, "Work with query results and recent queries" (45 days).
 */
export const keptMs: Readonly<Record<QueryFrontName, number>> = { lake: 7 * dayMs, athena: 45 * dayMs };

/** How often what is older is looked for. */
export const expireEveryMs = 3_600_000;
/** Documents at a time; between two pages others have their turn. */
export const pageMax = 500;

/** Results that are delivered at once, beside the queries that run: a slow bucket keeps no query waiting. */
export const deliveringMax = 8;

/** The log is full, or failed: tried again after this time. */
export const retryMs = 1_000;
/** The engine has no room: the job waits. */
export const busyMs = 2_000;

/** How long a stop waits for deliveries and statements about tables. What is not done then is done after the next start. */
export const stopMsMax = 5_000;
