// SPDX-License-Identifier: Apache-2.0
import type { LocalCairn } from './composition-local.js';
import type { Queries } from './composition-query.js';
import type { Aggregation } from './pipelines/aggregate-events/start-aggregation.js';
import type { Delivery } from './pipelines/delivery/start-delivery.js';
import type { Digests } from './pipelines/digests/start-digests.js';
import type { LogGroups } from './pipelines/log-groups/start-log-groups.js';

/** A reader that fails is tried again within seconds: one failure is no reason to send callers elsewhere. */
const failingMsMax = 5_000;

/** The readers whose failing stops what trails promise. */
export interface TrailReaders {
  readonly delivery: Pick<Delivery, 'failingMs'>;
  readonly digests: Pick<Digests, 'failingMs'>;
  readonly logGroups: Pick<LogGroups, 'failingMs'>;
  readonly aggregation: Pick<Aggregation, 'failingMs'>;
  readonly queries: Pick<Queries, 'failingMs'>;
}

/**
 * Why the server cannot do its work now, in words that tell a stranger nothing; undefined when it can. A bucket that takes no log
 * files is its owner's matter (the outbox waits for it), and a history that catches up is at work.
 */
export function unreadyReason(
  { logRoom, indexer }: Pick<LocalCairn, 'logRoom' | 'indexer'>,
  { delivery, digests, logGroups, aggregation, queries }: TrailReaders,
): string | undefined {
  const full = logRoom.fullReason();
  if (full !== undefined) return `${full}: calls are refused until there is room`;
  if (indexer.failingMs() > failingMsMax) return 'the history takes in no events; the server log says why';
  if (delivery.failingMs() > failingMsMax) return 'no log files can be finished; the server log says why';
  if (digests.failingMs() > failingMsMax) return 'no digests can be made; the server log says why';
  if (logGroups.failingMs() > failingMsMax)
    return 'no events can be brought to log groups; the server log says why';
  if (aggregation.failingMs() > failingMsMax)
    return 'no data events can be aggregated; the server log says why';
  if (queries.failingMs() > failingMsMax)
    return 'the state of queries cannot be written; the server log says why';
  return undefined;
}
