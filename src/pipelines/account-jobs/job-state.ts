// SPDX-License-Identifier: Apache-2.0
import type { OrganizationState } from '../../identity/organizations/organization-state.js';
import type { Revision, StateChange, StateEntry, StateStore } from '../../ports/state-store.js';

/** State as one job sees it: what it writes expects the revisions that it read. Lists do not show its own writes. */
export class JobState implements OrganizationState {
  readonly #store: Pick<StateStore, 'get' | 'list'>;
  readonly #seen = new Map<string, Revision | null>();
  readonly #written = new Map<string, unknown>();

  constructor(store: Pick<StateStore, 'get' | 'list'>) {
    this.#store = store;
  }

  get<T>(key: string): T | undefined {
    if (this.#written.has(key)) return (this.#written.get(key) ?? undefined) as T | undefined;
    const entry = this.#store.get<T>(key);
    this.#remember(key, entry?.revision);
    return entry?.value;
  }

  list<T>(prefix: string, options?: { readonly after?: string; readonly limit?: number }): StateEntry<T>[] {
    return this.#store.list<T>(prefix, options);
  }

  put(key: string, value: unknown): void {
    if (!this.#written.has(key)) this.#remember(key, this.#store.get(key)?.revision);
    this.#written.set(key, value);
  }

  delete(key: string): void {
    this.put(key, null);
  }

  changes(): StateChange[] {
    return Array.from(this.#written, ([key, value]) => ({
      key,
      value,
      expected: this.#seen.get(key) ?? null,
    }));
  }

  #remember(key: string, revision: Revision | undefined): void {
    if (!this.#seen.has(key)) this.#seen.set(key, revision ?? null);
  }
}
