// SPDX-License-Identifier: Apache-2.0
import type { EventDataStoreDocument } from '../../event-data-stores/event-data-store.js';
import { queriesOfStorePrefix } from '../../event-data-stores/lake-query.js';
import { isGone } from '../../event-data-stores/store-state.js';
import type { Clock } from '../../ports/clock.js';
import type { EventLog } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import type { StateEntry, StateStore } from '../../ports/state-store.js';
import { removalEveryMs } from './limits.js';

export interface StoreRemovalOptions {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: Pick<StateStore, 'list'>;
  readonly clock: Clock;
  readonly log: OperatorLog;
}

export interface StoreRemoval {
  stop(): Promise<void>;
}

/** Removes the documents of stores whose waiting period is over: at once for those of the past, then every minute. */
export function startStoreRemoval(options: StoreRemovalOptions): StoreRemoval {
  let running = removeGoneStores(options);
  const timer = setInterval(() => {
    running = running.then(() => removeGoneStores(options));
  }, removalEveryMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

export async function removeGoneStores(options: StoreRemovalOptions): Promise<void> {
  const { stateStore, clock, log } = options;
  try {
    for (const entry of stateStore.list<EventDataStoreDocument>('event-data-store/')) {
      if (!isGone(entry.value, clock.now())) continue;
      await removeStore(entry, options);
      log.info({ eventDataStore: entry.value.id }, 'a deleted event data store is gone for good');
    }
  } catch (err) {
    log.error({ err }, 'deleted event data stores could not be removed; the next run tries again');
  }
}

/** Entries that are removed together. */
const removedAtOnceMax = 500;

/** Nobody called an API: there is no record. The document goes last: until then the next run finds what is left. */
async function removeStore(
  { key, value: store, revision }: StateEntry<EventDataStoreDocument>,
  { eventLog, stateStore }: StoreRemovalOptions,
): Promise<void> {
  for (;;) {
    const listed = stateStore.list(queriesOfStorePrefix(store), { limit: removedAtOnceMax });
    if (listed.length === 0) break;
    const changes = listed.map((entry) => ({ key: entry.key, value: null, expected: entry.revision }));
    await eventLog.append({ kind: 'call', records: [], changes });
  }
  await eventLog.append({ kind: 'call', records: [], changes: [{ key, value: null, expected: revision }] });
}
