// SPDX-License-Identifier: Apache-2.0
import type { LocalCairn } from './composition-local.js';
import { type Aggregation, startAggregation } from './pipelines/aggregate-events/start-aggregation.js';
import type { OperatorLog } from './ports/operator-log.js';

/** Sums up the data events of trails that ask for it. */
export function startAggregationOf(
  { eventLog, stateStore, clock }: Pick<LocalCairn, 'eventLog' | 'stateStore' | 'clock'>,
  log: OperatorLog,
): Promise<Aggregation> {
  return startAggregation({ eventLog, stateStore, clock, log });
}
