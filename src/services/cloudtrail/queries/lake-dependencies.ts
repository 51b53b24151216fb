// SPDX-License-Identifier: Apache-2.0
import type { ForeignBuckets } from '../../../buckets/foreign-buckets.js';
import type { QueryEngine } from '../../../query/query-engine.js';
import type { QueryResults } from '../../../query/results/query-results.js';

/** What Lake queries need besides state. */
export interface LakeDependencies {
  /** Reads a statement before it is taken; running it is the runner's. */
  readonly engine: Pick<QueryEngine, 'check'>;
  readonly results: Pick<QueryResults, 'open'>;
  /** Buckets for results that are not Cairn's own; without it there are none. */
  readonly foreignBuckets?: ForeignBuckets;
}
