// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../../ports/state-store.js';

/** State as one step sees it: what it reads and writes goes together into one entry of the log. */
export interface CatalogState {
  get<T>(key: string): T | undefined;
  list<T>(prefix: string, options?: { readonly after?: string; readonly limit?: number }): StateEntry<T>[];
  put(key: string, value: unknown): void;
  delete(key: string): void;
}

export type CatalogReader = Pick<CatalogState, 'get' | 'list'>;
