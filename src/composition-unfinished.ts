// SPDX-License-Identifier: Apache-2.0
import { isRebuildUnfinished } from './adapters/event-store/duckdb/rebuild-mark.js';
import { DataDirectory } from './data-directory/data-directory.js';
import type { OperatorLog } from './ports/operator-log.js';

/** How far it is, is logged at every tenth. */
const toldShare = 0.1;

/**
 * Ends a rebuild of the history that was begun and broken off: somebody wanted it, it loses nothing that is not lost, and
 * until it is done nothing can be served. Rejects with CannotStartError where it is going on in another process.
 */
export async function finishRebuild(dataDir: string, log: OperatorLog): Promise<void> {
  if (!isRebuildUnfinished(new DataDirectory(dataDir).history)) return;
  log.warn({ dataDir }, 'a rebuild of the history did not end: it is done again before the server starts');
  // Loaded only here: nearly no start needs it.
  const { rebuildStore } = await import('./composition-store.js');
  let told = 0;
  const rebuilt = await rebuildStore(dataDir, log, (what, share) => {
    if (share < told + toldShare) return;
    told = share;
    log.info({ what, percent: Math.floor(share * 100) }, 'rebuilding the history');
  });
  for (const damage of rebuilt.damages)
    log.error({ damage }, 'damaged, and lost unless the log still has it');
  const { events, eventsByOwnWord, damageCount } = rebuilt;
  log.info({ events, eventsByOwnWord, damageCount }, 'the history was rebuilt');
}
