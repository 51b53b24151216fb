// SPDX-License-Identifier: Apache-2.0
import type { Destinations } from './composition-delivery.js';
import type { LocalCairn } from './composition-local.js';
import { openOutboxDisk } from './pipelines/delivery/outbox-disk.js';
import { SigningKeys } from './pipelines/digests/signing-keys.js';
import { type Digests, startDigests } from './pipelines/digests/start-digests.js';
import { undeliveredFlushes } from './pipelines/digests/undelivered-flushes.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { Settings } from './settings.js';
import { foldOfState } from './trails/trail-fold.js';

/** Before the delivery, whose files they book: digests have to know of a chain before its first file arrives. */
export async function startDigestsOf(
  {
    eventLog,
    stateStore,
    secretBox,
    clock,
    directory,
  }: Pick<LocalCairn, 'eventLog' | 'stateStore' | 'secretBox' | 'clock' | 'directory'>,
  { digestIntervalMs }: Pick<Settings, 'digestIntervalMs'>,
  log: OperatorLog,
  { destination }: Pick<Destinations, 'destination'>,
): Promise<Digests> {
  const outbox = await openOutboxDisk(directory.outbox);
  return startDigests({
    eventLog,
    clock,
    log,
    destination,
    keys: new SigningKeys({ eventLog, stateStore, secretBox }),
    dir: directory.digests,
    intervalMs: digestIntervalMs,
    trails: () => foldOfState(stateStore),
    undelivered: () => undeliveredFlushes(outbox),
  });
}
