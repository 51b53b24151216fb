// SPDX-License-Identifier: Apache-2.0
import type { StateStore } from '../ports/state-store.js';

/** State as keys are looked up in it: a call's own view, or the folded state. */
export interface KeyState {
  get<T>(key: string): T | undefined;
  list<T>(
    prefix: string,
    options?: { readonly after?: string; readonly limit?: number },
  ): readonly { readonly key: string; readonly value: T }[];
}

export function keyStateOf(store: Pick<StateStore, 'get' | 'list'>): KeyState {
  return {
    get: <T>(key: string) => store.get<T>(key)?.value,
    list: <T>(prefix: string, options?: { readonly after?: string; readonly limit?: number }) =>
      store.list<T>(prefix, options),
  };
}
