// SPDX-License-Identifier: Apache-2.0
import { membershipPrefix } from '../identity/organization-documents.js';
import type { LoggedRecord } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import type { EnrichmentDemand, EnrichmentSelection } from '../record/event-context.js';
import type { DataEventSelection } from '../trails/data-event-selection.js';
import { type StoreFold, storeFoldOfState, storePrefix } from './store-fold.js';

/**
 * Data events that event data stores select, by the state: as trails' (`WatchedDataEventSelection`); and what the stores want
 * in events beside the record.
 */
export class StoreDataEventSelection implements DataEventSelection, EnrichmentSelection {
  readonly #stateStore: Pick<StateStore, 'list' | 'watch'>;
  readonly #unwatch: readonly (() => void)[];
  /** Undefined when stores or memberships changed since. */
  #fold: StoreFold | undefined;

  constructor(stateStore: Pick<StateStore, 'list' | 'watch'>) {
    this.#stateStore = stateStore;
    this.#unwatch = [storePrefix, membershipPrefix].map((prefix) =>
      stateStore.watch(prefix, () => {
        this.#fold = undefined;
      }),
    );
  }

  mayWant(accountId: string, category: string): boolean {
    return this.#current().mayTake(accountId, category);
  }

  wants(record: LoggedRecord): boolean {
    return this.#current().selecting(record).length > 0;
  }

  demandOf(accountId: string, category: string): EnrichmentDemand | undefined {
    return this.#current().demandOf(accountId, category);
  }

  stop(): void {
    for (const unwatch of this.#unwatch) unwatch();
  }

  #current(): StoreFold {
    this.#fold ??= storeFoldOfState(this.#stateStore);
    return this.#fold;
  }
}
