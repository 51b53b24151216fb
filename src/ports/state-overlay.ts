// SPDX-License-Identifier: Apache-2.0
import type { Revision, StateChange, StateEntry, StateStore } from './state-store.js';

/**
 * State as one call, or one step of a job, sees it: the folded state under its own writes. Each write expects the revision
 * that was there when the key was first read or written, so that two of them can never both act on the same old value.
 */
export class StateOverlay {
  readonly #store: Pick<StateStore, 'get' | 'list'>;
  readonly #seen = new Map<string, Revision | null>();
  readonly #written = new Map<string, unknown>();

  constructor(store: Pick<StateStore, 'get' | 'list'>) {
    this.#store = store;
  }

  get<T>(key: string): T | undefined {
    if (this.#written.has(key)) return (this.#written.get(key) ?? undefined) as T | undefined;
    const entry = this.#store.get<T>(key);
    this.#remember(key, entry?.revision ?? null);
    return entry?.value;
  }

  list<T>(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): StateEntry<T>[] {
    const isTouched = Array.from(this.#written.keys()).some((key) => key.startsWith(prefix));
    if (!isTouched) return this.#store.list<T>(prefix, options).map((entry) => this.#noted(entry));
    const merged = new Map(this.#store.list<T>(prefix).map((entry) => [entry.key, this.#noted(entry)]));
    for (const [key, value] of this.#written) {
      if (!key.startsWith(prefix)) continue;
      if (value === null) merged.delete(key);
      else merged.set(key, { key, value: value as T, revision: '' as Revision });
    }
    const { after, limit } = options;
    return Array.from(merged.values())
      .filter(({ key }) => after === undefined || byBytes(key, after) > 0)
      .sort((a, b) => byBytes(a.key, b.key))
      .slice(0, limit);
  }

  put(key: string, value: unknown): void {
    this.#write(key, value);
  }

  delete(key: string): void {
    this.#write(key, null);
  }

  /** What is to be changed, each with the revision it expects. */
  changes(): StateChange[] {
    return Array.from(this.#written, ([key, value]) => ({
      key,
      value,
      expected: this.#seen.get(key) ?? null,
    }));
  }

  #write(key: string, value: unknown): void {
    if (!this.#seen.has(key)) this.#remember(key, this.#store.get(key)?.revision ?? null);
    this.#written.set(key, value);
  }

  #noted<T>(entry: StateEntry<T>): StateEntry<T> {
    this.#remember(entry.key, entry.revision);
    return entry;
  }

  #remember(key: string, revision: Revision | null): void {
    if (!this.#seen.has(key)) this.#seen.set(key, revision);
  }
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
