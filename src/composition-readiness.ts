// SPDX-License-Identifier: Apache-2.0
import type { LocalCairn } from './composition-local.js';
import type { Delivery } from './pipelines/delivery/start-delivery.js';

/** A reader that fails is tried again within seconds: one failure is no reason to send callers elsewhere. */
const failingMsMax = 5_000;

/**
 * Why the server cannot do its work now, in words that tell a stranger nothing; undefined when it can. A bucket that takes no log
 * files is its owner's matter (the outbox waits for it), and a history that catches up is at work.
 */
export function unreadyReason(
  { logRoom, indexer }: Pick<LocalCairn, 'logRoom' | 'indexer'>,
  delivery: Pick<Delivery, 'failingMs'>,
): string | undefined {
  const full = logRoom.fullReason();
  if (full !== undefined) return `${full}: calls are refused until there is room`;
  if (indexer.failingMs() > failingMsMax) return 'the history takes in no events; the server log says why';
  if (delivery.failingMs() > failingMsMax) return 'no log files can be finished; the server log says why';
  return undefined;
}
