// SPDX-License-Identifier: Apache-2.0
import type { Revision, StateEntry } from '../../ports/state-store.js';
import type { CatalogState } from '../catalog/catalog-state.js';

/** State in memory, as one step sees it. */
export class MemoryState implements CatalogState {
  readonly documents = new Map<string, unknown>();

  get<T>(key: string): T | undefined {
    return this.documents.get(key) as T | undefined;
  }

  list<T>(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): StateEntry<T>[] {
    return [...this.documents]
      .filter(([key]) => key.startsWith(prefix) && (options.after === undefined || key > options.after))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, options.limit)
      .map(([key, value]) => ({ key, value: value as T, revision: '1' as Revision }));
  }

  put(key: string, value: unknown): void {
    this.documents.set(key, structuredClone(value));
  }

  delete(key: string): void {
    this.documents.delete(key);
  }
}
