// SPDX-License-Identifier: Apache-2.0
import { parseOutboxName } from '../delivery/manifest.js';
import type { OutboxDisk } from '../delivery/outbox-disk.js';

/**
 * The flushes of which files are in the outbox of log files. The folder is synced after it was read: a file that is not
 * listed stays away, also when the power goes.
 */
export async function undeliveredFlushes(outbox: OutboxDisk): Promise<ReadonlySet<number>> {
  const names = await outbox.list();
  await outbox.syncFolder();
  return new Set(names.flatMap((name) => parseOutboxName(name)?.flushId ?? []));
}
