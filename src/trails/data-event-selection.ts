// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import { compiledSelectors } from './selectors/compile-selectors.js';
import { selectingTrails } from './selects-record.js';
import { foldedPrefixes, foldOfState, TrailFold, type TrailRoute } from './trail-fold.js';

/** Whether data events of our own services are to be recorded. */
export interface DataEventSelection {
  /**
   * False when nothing of the account selects events of the category (nearly always): then no record has to be built.
   * Costs one look-up.
   */
  mayWant(accountId: string, category: string): boolean;
  /** Whether something that logs now selects the record. */
  wants(record: LoggedRecord): boolean;
}

/** What any of them wants. */
export function eitherSelection(...selections: readonly DataEventSelection[]): DataEventSelection {
  return {
    mayWant: (accountId, category) => selections.some((each) => each.mayWant(accountId, category)),
    wants: (record) => selections.some((each) => each.wants(record)),
  };
}

/**
 * Follows the trails in state. A call that starts after PutEventSelectors or StartLogging was answered is judged by the new
 * settings: state shows every change before it is answered, and a watch that is told of one only drops what was derived.
 */
export class WatchedDataEventSelection implements DataEventSelection {
  readonly #stateStore: Pick<StateStore, 'list' | 'watch'>;
  readonly #unwatch: readonly (() => void)[];
  /** Trails that log and select anything but management events, by account; undefined when trails changed since. */
  #routes: ReadonlyMap<string, readonly TrailRoute[]> | undefined;

  constructor(stateStore: Pick<StateStore, 'list' | 'watch'>) {
    this.#stateStore = stateStore;
    this.#unwatch = foldedPrefixes.map((prefix) =>
      stateStore.watch(prefix, () => {
        this.#routes = undefined;
      }),
    );
  }

  mayWant(accountId: string, category: string): boolean {
    const routes = this.#current().get(accountId);
    return routes?.some((route) => mayWant(route, category)) ?? false;
  }

  wants(record: LoggedRecord): boolean {
    const routes = this.#current().get(record.accountId);
    return routes !== undefined && selectingTrails(routes, record).length > 0;
  }

  stop(): void {
    for (const unwatch of this.#unwatch) unwatch();
  }

  #current(): ReadonlyMap<string, readonly TrailRoute[]> {
    this.#routes ??= this.#read();
    return this.#routes;
  }

  #read(): ReadonlyMap<string, readonly TrailRoute[]> {
    const fold = new TrailFold(foldOfState(this.#stateStore));
    const accounts = Array.from(fold.routes()).flatMap((route) => fold.accountsOf(route));
    const byAccount = new Map<string, readonly TrailRoute[]>();
    for (const accountId of new Set(accounts)) {
      const routes = fold.logging(accountId).filter(({ selectors }) => selectors !== undefined);
      if (routes.some((route) => mayWant(route, 'Data') || mayWant(route, 'NetworkActivity')))
        byAccount.set(accountId, routes);
    }
    return byAccount;
  }
}

function mayWant({ selectors }: TrailRoute, category: string): boolean {
  return selectors !== undefined && compiledSelectors(selectors).has(category);
}
