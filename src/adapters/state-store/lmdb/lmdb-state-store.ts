// SPDX-License-Identifier: Apache-2.0
import type { Database } from 'lmdb';
import type { OperatorLog } from '../../../ports/operator-log.js';
import type { Revision, StateEntry, StateStore } from '../../../ports/state-store.js';
import { ParsedValues } from './parsed-values.js';
import { encodeStateValue, jsonOf, revisionOf, stateKeyBytesMax } from './state-value.js';
import { StateWatchers } from './state-watchers.js';

/**
 * The folded state as one LMDB table in the log's environment: key bytes → revision and JSON text.
 *
 * Invariants:
 * - Only the log's writer calls `put` and `remove`, inside its transaction, and then `committed` once it is durable.
 * - Values that were handed out are frozen all the way down: they are shared by everybody who reads the key.
 */
export class LmdbStateStore implements StateStore {
  readonly #table: Database<Buffer, Buffer>;
  readonly #parsed = new ParsedValues();
  readonly #watchers: StateWatchers;

  constructor(table: Database<Buffer, Buffer>, log: OperatorLog) {
    this.#table = table;
    this.#watchers = new StateWatchers(log);
  }

  get<T = unknown>(key: string): StateEntry<T> | undefined {
    const cached = this.#parsed.get(key);
    if (cached !== undefined) return cached.entry as StateEntry<T> | undefined;
    const keyBytes = Buffer.from(key);
    // Names in requests become keys: one that is too long to be there must not be remembered either.
    if (keyBytes.length === 0 || keyBytes.length > stateKeyBytesMax) return undefined;
    const value = this.#table.getBinary(keyBytes);
    if (value === undefined) {
      this.#parsed.set(key, undefined, 0);
      return undefined;
    }
    return this.#parse(key, value) as StateEntry<T>;
  }

  list<T = unknown>(
    prefix: string,
    options: { readonly after?: string; readonly limit?: number } = {},
  ): StateEntry<T>[] {
    const prefixBytes = Buffer.from(prefix);
    if (prefixBytes.length > stateKeyBytesMax) return [];
    const after = Buffer.from(options.after ?? '');
    const start = laterInBytes(prefixBytes, after.subarray(0, stateKeyBytesMax));
    const keys: string[] = [];
    for (const keyBytes of this.#table.getKeys(start.length === 0 ? {} : { start })) {
      if (keys.length >= (options.limit ?? Number.POSITIVE_INFINITY)) break;
      const key = keyBytes.toString();
      if (!key.startsWith(prefix)) break;
      if (after.compare(keyBytes) < 0) keys.push(key);
    }
    return keys.flatMap((key) => this.get<T>(key) ?? []);
  }

  watch(prefix: string, onChange: (key: string) => void): () => void {
    return this.#watchers.add(prefix, onChange);
  }

  /** The revision as the writer's transaction sees it; null when there is nothing. */
  revisionInTransaction(key: string): Revision | null {
    const value = this.#table.getBinary(Buffer.from(key));
    return value === undefined ? null : revisionOf(value);
  }

  put(key: string, revision: Revision, json: string): void {
    this.#table.putSync(Buffer.from(key), encodeStateValue(revision, json));
  }

  remove(key: string): void {
    this.#table.removeSync(Buffer.from(key));
  }

  /** The commit that changed these keys is durable and the read snapshot is behind it. In log order. */
  committed(keys: readonly string[]): void {
    for (const key of keys) this.#parsed.forget(key);
  }

  tell(keys: readonly string[]): void {
    for (const key of keys) this.#watchers.tell(key);
  }

  #parse(key: string, value: Buffer): StateEntry {
    const entry = Object.freeze({
      key,
      value: freezeDeep(JSON.parse(jsonOf(value))),
      revision: revisionOf(value),
    });
    this.#parsed.set(key, entry, value.length);
    return entry;
  }
}

function laterInBytes(a: Buffer, b: Buffer): Buffer {
  return a.compare(b) >= 0 ? a : b;
}

function freezeDeep(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) freezeDeep(member);
  return Object.freeze(value);
}
