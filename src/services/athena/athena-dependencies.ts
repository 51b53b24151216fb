// SPDX-License-Identifier: Apache-2.0
import type { ForeignBuckets } from '../../buckets/foreign-buckets.js';
import type { QueryResults } from '../../query/results/query-results.js';
import type { ServiceModel } from '../../wire/service-model.js';

export interface AthenaDependencies {
  readonly model: ServiceModel;
  readonly results: Pick<QueryResults, 'open'>;
  /** Reads a statement without running it. Rejects with QueryError when it cannot be read. */
  readonly check: (sql: string) => Promise<void>;
  readonly foreignBuckets: Pick<ForeignBuckets, 'place'>;
  /** UUIDs. */
  readonly randomId: () => string;
}
