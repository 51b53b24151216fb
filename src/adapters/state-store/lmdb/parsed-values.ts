// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../../../ports/state-store.js';

export const parsedLimits = {
  /** Enough for the keys, principals and trails that a busy server reads on every call. */
  entriesMax: 20_000,
  /** Of JSON text; the parsed form takes a few times as much. */
  bytesMax: 16 * 1024 ** 2,
};

interface Cached {
  /** undefined: nothing is stored under the key. */
  readonly entry: StateEntry | undefined;
  readonly bytes: number;
}

/**
 * A bounded cache of parsed values, least recently used out first. It is right without asking the store again
 * because every commit forgets the keys that it changed before anybody can read them.
 */
export class ParsedValues {
  readonly #cached = new Map<string, Cached>();
  #bytes = 0;

  get(key: string): Cached | undefined {
    const cached = this.#cached.get(key);
    if (cached === undefined) return undefined;
    this.#cached.delete(key);
    this.#cached.set(key, cached);
    return cached;
  }

  set(key: string, entry: StateEntry | undefined, jsonBytes: number): void {
    this.forget(key);
    const bytes = key.length + jsonBytes;
    this.#cached.set(key, { entry, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#cached.keys()) {
      if (this.#cached.size <= parsedLimits.entriesMax && this.#bytes <= parsedLimits.bytesMax) break;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const cached = this.#cached.get(key);
    if (cached === undefined) return;
    this.#bytes -= cached.bytes;
    this.#cached.delete(key);
  }
}
